//! Moves of a plan from status to status, each by an act; none is ever changed or removed.

pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_plan_transitions)
        .service(routes::create_plan_transition)
        .service(routes::show_plan_transition);
}
