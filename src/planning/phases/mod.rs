//! Phases: the steps of an objective, or the actions of a plan, with their schedules.

pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_phases)
        .service(routes::create_phase)
        .service(routes::show_phase)
        .service(routes::upsert_phase)
        .service(routes::edit_phase)
        .service(routes::remove_phase)
        .service(routes::list_phase_versions);
}
