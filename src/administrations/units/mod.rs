//! Organisational units of an administration.

pub mod model;
pub mod routes;
pub mod store;

pub use model::Unit;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_units)
        .service(routes::create_unit)
        .service(routes::show_unit)
        .service(routes::upsert_unit)
        .service(routes::edit_unit)
        .service(routes::remove_unit);
}
