//! What reads across the features, and what brings whole documents in. Nobody imports reporting.

pub mod catalog;
pub mod changes;
pub mod datasets;
pub mod digests;
pub mod exports;
pub mod imports;
pub mod monitoring;
pub mod publications;
pub mod readiness;
pub mod rollups;
pub mod scores;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .configure(imports::routes)
        .configure(monitoring::routes)
        .configure(rollups::routes)
        .configure(readiness::routes)
        .configure(scores::routes)
        .configure(publications::routes)
        .configure(catalog::routes)
        .configure(changes::routes)
        .configure(exports::routes)
        .configure(digests::routes);
}
