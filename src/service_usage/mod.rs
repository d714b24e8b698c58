//! How much the digital services are used: monthly counts, sent again as often as they are corrected.

pub mod model;
pub mod pages;
pub mod routes;
pub mod store;
pub mod sums;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::list_service_usage).service(routes::create_service_usage);
}
