//! What proves that a copy equals its source: for each data set of an administration a count and a digest over the canonical
//! form of its records, which whoever holds them as JSON can compute too.

pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::show_digests);
}
