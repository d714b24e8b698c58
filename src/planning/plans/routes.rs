//! `/plans`.

use super::model::{NewPlan, Plan, PlanKind, PlanStatus};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, PlanningEdit, PlanningRead};
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::history::versions::{self, RecordVersion, VersionFilter};
use crate::history::{self, AsOf, Then, Whose};
use crate::http::answer::{self, Expected};
use crate::http::json::{Json, MergePatch};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::record::{self, Put, RecordKey};
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which plans.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlanFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this kind.
    kind: Option<PlanKind>,
    /// In this status.
    status: Option<PlanStatus>,
    /// Whose period holds this year.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// As they stood at this instant, or at the end of this day in UTC; needs administration
    /// beside it. As they stand now where left out.
    as_of: Option<AsOf>,
    /// Plans of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl PlanFilter {
    fn wanted(&self) -> Wanted {
        Wanted { administration: self.administration.clone(), kind: self.kind, status: self.status, year: self.year }
    }
}

/// Lists plans.
///
/// By administration and then in the order of their making.
#[utoipa::path(tag = "plans", params(PlanFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of plans.", body = Page<Plan>)))]
#[get("/plans")]
pub async fn list_plans(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<PlanFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let whose = Whose { administration: wanted.administration.clone(), plan_id: None };
    let at = whose.instant(filter.0.as_of.as_ref(), app.db.clock().now())?;
    let load = move |conn: &mut AnyConnection| match at {
        Some(at) => history::list(conn, &tenants, &whose, at, &page, |row| wanted.admits(row)),
        None => store::list(conn, &tenants, &wanted, &page),
    };
    let rows = app.db.read(load).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates a plan.
///
/// A plan of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "plans", security(("oauth2" = ["planning.edit"])), request_body = NewPlan,
    responses((status = 201, description = "Created.", body = Plan)))]
#[post("/plans")]
pub async fn create_plan(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewPlan>,
) -> Result<HttpResponse, Problem> {
    let row: Plan = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/plans/{}", row.id), row.revision, &row))
}

/// Shows a plan.
///
/// By its id, or by the administration's code and the plan's own: `c_b507~dtp-2021-2023`.
#[utoipa::path(tag = "plans", security(("oauth2" = ["planning.read"])),
    params(("plan_key" = RecordKey, Path, description = "Id or codes"), Then),
    responses((status = 200, description = "The plan.", body = Plan)))]
#[get("/plans/{plan_key}")]
pub async fn show_plan(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    then: Query<Then>,
) -> Result<HttpResponse, Problem> {
    let row: Plan = history::show(&app.db, &caller, key.into_inner(), then.0).await?;
    Ok(answer::show(&request, row.revision, &row))
}

/// Replaces a plan, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "plans", security(("oauth2" = ["planning.edit"])), request_body = NewPlan,
    params(("plan_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = Plan),
              (status = 201, description = "Created.", body = Plan)))]
#[put("/plans/{plan_key}")]
pub async fn upsert_plan(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    input: Json<NewPlan>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<Plan, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/plans/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of a plan.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "plans", security(("oauth2" = ["planning.edit"])),
    params(("plan_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewPlan, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Plan)))]
#[patch("/plans/{plan_key}")]
pub async fn edit_plan(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: Plan = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes a plan.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "plans", security(("oauth2" = ["planning.edit"])),
    params(("plan_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/plans/{plan_key}")]
pub async fn remove_plan(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<Plan, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the versions of a plan.
///
/// The latest first: who made each, when, and what it changed. One that was removed is found by its id.
#[utoipa::path(tag = "plans", security(("oauth2" = ["planning.read"])),
    params(("plan_key" = RecordKey, Path, description = "Id or codes"), VersionFilter),
    responses((status = 200, description = "A page of versions.", body = Page<RecordVersion>)))]
#[get("/plans/{plan_key}/versions")]
pub async fn list_plan_versions(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<VersionFilter>,
) -> Result<HttpResponse, Problem> {
    versions::page::<Plan, _>(&app, &request, &caller, key.into_inner(), filter.0).await
}
