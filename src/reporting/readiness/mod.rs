//! What is missing before the final report of a plan's year can be approved, and who owes it.

mod findings;
pub mod model;
mod routes;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::show_readiness);
}
