//! What the handlers share, and the one list that mounts every feature.

use crate::auth::keys::KeyRing;
use crate::config::Settings;
use crate::db::Database;
use crate::error::{Kind, Problem};
use crate::http::metrics::Metrics;
use crate::http::rate_limit::RateLimiter;
use crate::ids::Ids;
use crate::{
    administrations, audit, auth, digital_services, http, metric_definitions, openapi, planning, platform_adoptions,
    procedure_times, procedures, protocol, reporting, service_usage,
};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_actix_web::service_config::ServiceConfig;

/// The state of a process.
pub struct App {
    pub settings: Settings,
    pub db: Database,
    pub ids: Ids,
    pub keys: KeyRing,
    pub rate_limiter: RateLimiter,
    pub metrics: Metrics,
    /// A secret's hash takes 19 MiB and tens of milliseconds to check: few at a time.
    pub secret_checks: tokio::sync::Semaphore,
    /// Imports of rows that are under way.
    pub imports: std::sync::Arc<tokio::sync::Semaphore>,
    /// Half of the connections at most: others shall still get in.
    pub export_places: std::sync::Arc<tokio::sync::Semaphore>,
}

impl App {
    pub fn new(settings: Settings, db: Database, ids: Ids, keys: KeyRing) -> Result<Self, String> {
        Ok(App {
            rate_limiter: RateLimiter::new(settings.rate_limit),
            metrics: Metrics::new().map_err(|error| error.to_string())?,
            secret_checks: tokio::sync::Semaphore::new(2),
            imports: std::sync::Arc::new(tokio::sync::Semaphore::new(4)),
            export_places: std::sync::Arc::new(tokio::sync::Semaphore::new((settings.pool_size as usize / 2).max(1))),
            settings,
            db,
            ids,
            keys,
        })
    }
}

/// THE list: every feature of the API, in the order of the contract.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .configure(http::health::routes)
        .configure(auth::token::routes)
        .configure(administrations::routes)
        .configure(planning::routes)
        .configure(procedures::routes)
        .configure(procedure_times::routes)
        .configure(digital_services::routes)
        .configure(platform_adoptions::routes)
        .configure(service_usage::routes)
        .configure(protocol::routes)
        .configure(metric_definitions::routes)
        .configure(reporting::routes)
        .configure(audit::routes);
}

/// What stands outside the API's base path: the same operations where the world expects them, the contract, the pages.
pub fn mount_at_root(config: &mut ServiceConfig<'_>) {
    config.configure(http::health::routes).configure(auth::token::routes);
}

/// Answers what no route took: 405 where the path exists with other methods, else 404.
pub async fn no_route(request: HttpRequest, routes: web::Data<openapi::Routes>) -> Result<HttpResponse, Problem> {
    match routes.methods(request.path()) {
        Some(methods) => {
            let detail = format!("{} is not offered here: {methods}.", request.method());
            Err(Problem { allow: Some(methods), ..Problem::new(Kind::MethodNotAllowed, detail) })
        }
        None => Err(Problem::new(Kind::NotFound, "There is nothing at this path; /openapi.json lists what there is.")),
    }
}
