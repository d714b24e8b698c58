//! Totals over many administrations: by province, region, country or class of residents, with how many reported of how many
//! there were; who is missing; one administration among its peers. docs/rollups.md says what is summed and how.

mod compute;
mod figures;
pub mod metric;
pub mod model;
pub mod routes;
mod standings;
mod store;
pub mod territory;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::show_rollups).service(routes::list_missing_administrations).service(routes::show_comparison);
}
