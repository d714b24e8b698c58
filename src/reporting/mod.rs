//! What reads across the features, and what brings whole documents in. Nobody imports reporting.

pub mod imports;
pub mod monitoring;
pub mod rollups;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.configure(imports::routes).configure(monitoring::routes).configure(rollups::routes);
}
