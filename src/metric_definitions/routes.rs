//! `/metric-definitions`.

use super::model::MetricDefinitions;
use crate::auth::{Caller, ServicesRead};
use crate::error::Problem;
use actix_web::{HttpResponse, get};

/// Lists what can be counted.
///
/// An indicator that names one of these metrics is measured by the counts of its year; nobody types its measurements.
#[utoipa::path(tag = "metric-definitions", security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "The metrics.", body = MetricDefinitions)))]
#[get("/metric-definitions")]
pub async fn list_metric_definitions(_: Caller<ServicesRead>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(MetricDefinitions::all()))
}
