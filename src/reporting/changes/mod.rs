//! The change feed: what changed since a cursor, each record once, in its latest state; what was removed as such. It is the
//! merge of all tables of tenant data by revision; nothing is written for it but tombstones.

pub mod cursor;
pub mod model;
pub mod routes;
pub mod store;
mod usage;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::list_changes);
}
