//! Whole files read at once: a plan document as text becomes a plan with its objectives, phases and indicators, rows of an
//! export become records again, and the report says what became of each line. The command line and `POST /imports` do the
//! same and say the same.

pub mod documents;
pub mod grants;
pub mod load;
pub mod model;
pub mod records;
pub mod routes;
pub mod rows;
pub mod store;
mod upload;
mod watched;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_imports)
        .service(routes::create_import)
        .service(routes::show_import)
        .service(routes::show_import_result)
        .service(routes::list_import_refusals);
}
