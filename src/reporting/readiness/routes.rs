//! `/plans/{plan_key}/readiness`.

use super::findings::readiness;
use super::model::Readiness;
use crate::app::App;
use crate::auth::{Caller, PlanningRead};
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::http::query::Query;
use crate::planning::plans::model::Plan;
use crate::record::{self, RecordKey};
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Of which year.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadinessFilter {
    /// One of the plan's: this one, or the nearest, where left out.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
}

/// Shows what is missing before a year's final report can be approved.
///
/// Each with its rule, its record and who owes it: targets, readings, measurements and their validation, progress reports, locks,
/// the act of approval; for plans of performance and management also weights and the payment-times objective.
#[utoipa::path(tag = "readiness", security(("oauth2" = ["planning.read"])),
    params(("plan_key" = RecordKey, Path, description = "Id or codes"), ReadinessFilter),
    responses((status = 200, description = "What is missing.", body = Readiness)))]
#[get("/plans/{plan_key}/readiness")]
pub async fn show_readiness(
    app: web::Data<App>,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<ReadinessFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, today) = (caller.tenants(), app.db.clock().now().date());
    let load = move |conn: &mut AnyConnection| {
        let plan: Plan = record::locate(conn, &tenants, &key)?;
        let year = plan.year_asked("year", filter.0.year, today)?;
        readiness(conn, plan, year, today)
    };
    Ok(HttpResponse::Ok().json(app.db.read(load).await?))
}
