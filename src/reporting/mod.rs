//! What reads across the features, and what brings whole documents in. Nobody imports reporting.

pub mod changes;
pub mod datasets;
pub mod digests;
pub mod exports;
pub mod imports;
pub mod monitoring;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .configure(imports::routes)
        .configure(monitoring::routes)
        .configure(changes::routes)
        .configure(exports::routes)
        .configure(digests::routes);
}
