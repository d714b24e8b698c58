//! The catalogue of what can be counted without anyone typing it, and the counting.

pub mod count;
pub mod model;
pub mod routes;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::list_metric_definitions);
}
