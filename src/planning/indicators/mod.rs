//! Indicators: what is measured, and the target as written and as read.

pub mod evaluated;
pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_indicators)
        .service(routes::create_indicator)
        .service(routes::show_indicator)
        .service(routes::upsert_indicator)
        .service(routes::edit_indicator)
        .service(routes::remove_indicator)
        .service(routes::list_indicator_versions);
}
