//! `/plans/{plan_key}/scores`.

use super::compute::{day_of, evaluate, scores};
use super::model::{NewSupposedScores, PlanScores};
use crate::app::App;
use crate::auth::{Caller, PlanningRead};
use crate::clock::Instant;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::http::json::Json;
use crate::http::query::Query;
use crate::planning::objectives::store as objectives;
use crate::planning::plans::model::Plan;
use crate::record::{self, RecordKey};
use actix_web::{HttpResponse, get, post, web};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use utoipa::IntoParams;

/// Of which year.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScoreFilter {
    /// One of the plan's: this one, or the nearest, where left out.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
}

/// Shows the scores of a plan's units and offices.
///
/// The evaluation for results of a year: each objective's weight and attainment, the score over those that could be evaluated,
/// what it may yet be at least and at most, and the formula with its figures. What is not measured is said and not taken for
/// nothing. Objectives with a unit count there; without one, at each office among their assignees.
#[utoipa::path(tag = "scores", security(("oauth2" = ["planning.read"])),
    params(("plan_key" = RecordKey, Path, description = "Id or codes"), ScoreFilter),
    responses((status = 200, description = "The scores.", body = PlanScores)))]
#[get("/plans/{plan_key}/scores")]
pub async fn show_scores(
    app: web::Data<App>,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<ScoreFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, today) = (caller.tenants(), app.db.clock().now().date());
    let load = move |conn: &mut AnyConnection| {
        let plan: Plan = record::locate(conn, &tenants, &key)?;
        let year = plan.year_asked("year", filter.0.year, today)?;
        compute(conn, &plan, (year, day_of(year, today)), None)
    };
    Ok(HttpResponse::Ok().json(app.db.read(load).await?))
}

/// Shows what the scores would be.
///
/// If these were measured, and the objectives weighed so. Nothing is written; what could not be stored is refused as it would
/// be. Unless told otherwise it is reckoned on the last day of the year.
#[utoipa::path(tag = "scores", security(("oauth2" = ["planning.read"])), request_body = NewSupposedScores,
    params(("plan_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The scores, supposing this.", body = PlanScores)))]
#[post("/plans/{plan_key}/scores")]
pub async fn show_supposed_scores(
    app: web::Data<App>,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    input: Json<NewSupposedScores>,
) -> Result<HttpResponse, Problem> {
    let (tenants, now, input) = (caller.tenants(), app.db.clock().now(), input.0);
    input.check_size()?;
    let load = move |conn: &mut AnyConnection| {
        let plan: Plan = record::locate(conn, &tenants, &key)?;
        let year = plan.year_asked("/year", input.year, now.date())?;
        let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default();
        let as_of = input.as_of.unwrap_or(last);
        if as_of.year() != year {
            return Err(Problem::invalid("/as_of", as_of, format!("must be a day of {year}")));
        }
        compute(conn, &plan, (year, as_of), Some((&input, now)))
    };
    Ok(HttpResponse::Ok().json(app.db.read(load).await?))
}

fn compute(
    conn: &mut AnyConnection,
    plan: &Plan,
    (year, as_of): (i32, NaiveDate),
    supposed: Option<(&NewSupposedScores, Instant)>,
) -> Result<PlanScores, Problem> {
    let mut rows = objectives::all_of_plan(conn, plan)?;
    let mut measurements = Vec::new();
    if let Some((input, now)) = supposed {
        input.weigh(plan, &mut rows)?;
        measurements = input.measurements(conn, plan, now)?;
    }
    let evaluated = evaluate(conn, rows, as_of, measurements)?;
    Ok(PlanScores {
        administration: plan.administration.clone(),
        plan_id: plan.id.clone(),
        year,
        as_of,
        supposed: supposed.is_some(),
        items: scores(conn, plan, &evaluated)?,
    })
}
