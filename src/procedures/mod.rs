//! The census of procedures: who answers for each, in how many days, with which forms, and which of the rights that the
//! law gives online are kept.

pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_procedures)
        .service(routes::create_procedure)
        .service(routes::show_procedure)
        .service(routes::upsert_procedure)
        .service(routes::edit_procedure)
        .service(routes::remove_procedure);
}
