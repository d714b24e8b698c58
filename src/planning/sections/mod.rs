//! Sections of a plan.

pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_sections)
        .service(routes::create_section)
        .service(routes::show_section)
        .service(routes::upsert_section)
        .service(routes::edit_section)
        .service(routes::remove_section)
        .service(routes::list_section_versions);
}
