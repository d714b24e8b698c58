//! Progress reports: how an objective came along in a year or half-year.

pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_progress_reports)
        .service(routes::create_progress_report)
        .service(routes::show_progress_report)
        .service(routes::upsert_progress_report)
        .service(routes::edit_progress_report)
        .service(routes::remove_progress_report);
}
