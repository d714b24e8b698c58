//! Figures that are computed from what stands in the other features.

pub mod service_kpis;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(service_kpis::show_service_kpis);
}
