//! Whole data sets in one answer: of one moment, row by row as the database hands them out, in one of three formats.

pub mod csv;
pub mod filter;
pub mod format;
pub mod model;
pub mod ndjson;
pub mod outlet;
pub mod routes;
pub mod sdmx;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::show_export);
}
