//! `/plan-transitions`.

use super::model::{NewPlanTransition, PlanTransition};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, PlanningApprove, PlanningRead};
use crate::error::Problem;
use crate::http::answer;
use crate::http::json::Json;
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::planning::plans::model::PlanStatus;
use crate::record::{self, Record, RecordKey};
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which moves.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlanTransitionFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// To this status.
    to: Option<PlanStatus>,
    /// Moves of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl PlanTransitionFilter {
    fn wanted(&self) -> Wanted {
        Wanted { administration: self.administration.clone(), plan_id: self.plan_id.clone(), to: self.to }
    }
}

/// Lists the moves of plans.
///
/// From status to status, in the order in which they were made: who moved which plan when, by which act.
#[utoipa::path(tag = "plan-transitions", params(PlanTransitionFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of moves.", body = Page<PlanTransition>)))]
#[get("/plan-transitions")]
pub async fn list_plan_transitions(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<PlanTransitionFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Moves a plan to another status.
///
/// From draft to approved, in force and closed; back to draft to amend it, back from closed to in force, both with a reason.
/// A move that is not among those is a conflict, whose member `allowed` lists the legal ones.
#[utoipa::path(tag = "plan-transitions", security(("oauth2" = ["planning.approve"])), request_body = NewPlanTransition,
    responses((status = 201, description = "Moved.", body = PlanTransition)))]
#[post("/plan-transitions")]
pub async fn create_plan_transition(
    app: web::Data<App>,
    caller: Caller<PlanningApprove>,
    input: Json<NewPlanTransition>,
) -> Result<HttpResponse, Problem> {
    let (tenants, author, input) = (caller.tenants(), caller.author(), input.0);
    let move_it = move |db: &crate::db::Database| {
        let home = db.read_now(|conn| PlanTransition::home(conn, &tenants, &input))?;
        db.write_now(&author, home.as_str(), |write| store::move_plan(write, &home, input))
    };
    let row = app.db.run(move_it).await?;
    Ok(answer::created(&app, &format!("/plan-transitions/{}", row.id), row.revision, &row))
}

/// Shows a move of a plan.
///
/// By its id.
#[utoipa::path(tag = "plan-transitions", security(("oauth2" = ["planning.read"])),
    params(("transition_key" = RecordKey, Path, description = "Id")),
    responses((status = 200, description = "The move.", body = PlanTransition)))]
#[get("/plan-transitions/{transition_key}")]
pub async fn show_plan_transition(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: PlanTransition = record::show(&app.db, &caller, key.into_inner()).await?;
    Ok(answer::show(&request, row.revision, &row))
}
