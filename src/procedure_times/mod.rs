//! How long procedures really took: one reading for each procedure and period.

pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_procedure_times)
        .service(routes::create_procedure_time)
        .service(routes::show_procedure_time)
        .service(routes::upsert_procedure_time)
        .service(routes::edit_procedure_time)
        .service(routes::remove_procedure_time);
}
