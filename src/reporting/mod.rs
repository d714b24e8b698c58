//! What reads across the features, and what brings whole documents in. Nobody imports reporting.

pub fn routes(_config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {}
