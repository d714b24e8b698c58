//! Whether the service is well: for people, for the process manager, for the load balancer.

use crate::app::App;
use crate::db::migrations;
use crate::error::Problem;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

/// The service's own state, in the form of a problem (RFC 9457) as the interoperability rules ask.
#[derive(Serialize, ToSchema)]
pub struct Status {
    #[schema(max_length = 100, format = "uri-reference")]
    pub r#type: String,
    #[schema(max_length = 200, pattern = "^.*$")]
    pub title: String,
    #[schema(minimum = 200, maximum = 599)]
    pub status: i32,
    #[schema(max_length = 500, pattern = "^.*$")]
    pub detail: String,
    #[schema(max_length = 100, format = "uri-reference")]
    pub instance: String,
}

impl Status {
    pub fn sample() -> Self {
        Status {
            r#type: "about:blank".to_owned(),
            title: "The service is well".to_owned(),
            status: 200,
            detail: format!("traguardo {}; the database answers.", env!("CARGO_PKG_VERSION")),
            instance: "/v1/status".to_owned(),
        }
    }
}

/// Whether the database answers and has this binary's tables.
async fn well(app: &App) -> Result<(), Problem> {
    let current = app.db.read(migrations::is_current).await;
    match current {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(Problem::unavailable("The database has other tables than this version: run traguardo migrate."))
        }
        Err(_) => Err(Problem::unavailable("The database does not answer.")),
    }
}

/// Whether the service is well.
///
/// 200 when the database answers and has this version's tables, 503 when not; both as problem+json.
#[utoipa::path(tag = "service", security(()),
    responses((status = 200, description = "The service is well.", content_type = "application/problem+json", body = Status)))]
#[get("/status")]
pub async fn show_status(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    well(&app).await?;
    let body = serde_json::to_vec(&Status::sample()).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().content_type("application/problem+json").body(body))
}

/// Whether the process lives.
///
/// For the process manager: answers as long as the process does, whatever the database does.
#[utoipa::path(tag = "service", security(()),
    responses((status = 200, description = "The process lives.", content_type = "text/plain", body = crate::text::Line)))]
#[get("/health/live")]
pub async fn show_liveness() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("live")
}

/// Whether requests should be sent here.
///
/// For the load balancer: 503 while the database does not answer or has other tables than this version.
#[utoipa::path(tag = "service", security(()),
    responses((status = 200, description = "Requests are welcome.", content_type = "text/plain", body = crate::text::Line)))]
#[get("/health/ready")]
pub async fn show_readiness(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    well(&app).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready"))
}

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(show_status)
        .service(show_liveness)
        .service(show_readiness)
        .service(super::metrics::show_metrics)
        .service(super::security_txt::show_security_contact);
}
