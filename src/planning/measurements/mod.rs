//! Measurements: what an indicator showed in a period, in versions.

pub mod model;
pub mod routes;
pub mod store;
pub mod validations;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_measurements)
        .service(routes::list_measurement_versions)
        .service(routes::create_measurement)
        .service(routes::show_measurement)
        .service(routes::upsert_measurement)
        .service(routes::edit_measurement)
        .service(routes::remove_measurement)
        .service(validations::create_measurement_validations);
}
