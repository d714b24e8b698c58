//! Plans: a period, a kind, a status, the act that approved it.

pub mod content;
pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_plans)
        .service(routes::create_plan)
        .service(routes::show_plan)
        .service(routes::upsert_plan)
        .service(routes::edit_plan)
        .service(routes::remove_plan);
}
