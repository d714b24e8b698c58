//! `/phases`.

use super::model::{NewPhase, Phase};
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
use crate::ids::Id;
use crate::record::{self, Put, RecordKey};
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which phases.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PhaseFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// Of this section.
    section_id: Option<Id>,
    /// Of this objective.
    objective_id: Option<Id>,
    /// Scheduled in this year, or in a part of it.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// As they stood at this instant, or at the end of this day in UTC; needs plan_id or administration
    /// beside it. As they stand now where left out.
    as_of: Option<AsOf>,
    /// Phases of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl PhaseFilter {
    fn wanted(&self) -> Wanted {
        Wanted {
            administration: self.administration.clone(),
            plan_id: self.plan_id.clone(),
            section_id: self.section_id.clone(),
            objective_id: self.objective_id.clone(),
            year: self.year,
        }
    }
}

/// Lists phases.
///
/// In the order of the plan.
#[utoipa::path(tag = "phases", params(PhaseFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of phases.", body = Page<Phase>)))]
#[get("/phases")]
pub async fn list_phases(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<PhaseFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let whose = Whose { administration: wanted.administration.clone(), plan_id: wanted.plan_id.clone() };
    let at = whose.instant(filter.0.as_of.as_ref(), app.db.clock().now())?;
    let load = move |conn: &mut AnyConnection| match at {
        Some(at) => history::list(conn, &tenants, &whose, at, &page, |row| wanted.admits(row)),
        None => store::list(conn, &tenants, &wanted, &page),
    };
    let rows = app.db.read(load).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates a phase.
///
/// A phase of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "phases", security(("oauth2" = ["planning.edit"])), request_body = NewPhase,
    responses((status = 201, description = "Created.", body = Phase)))]
#[post("/phases")]
pub async fn create_phase(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewPhase>,
) -> Result<HttpResponse, Problem> {
    let row: Phase = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/phases/{}", row.id), row.revision, &row))
}

/// Shows a phase.
///
/// By its id, or by codes with nothing between the tildes where there is no objective: `c_b507~dtp-2021-2023~~4.4.4`.
#[utoipa::path(tag = "phases", security(("oauth2" = ["planning.read"])),
    params(("phase_key" = RecordKey, Path, description = "Id or codes"), Then),
    responses((status = 200, description = "The phase.", body = Phase)))]
#[get("/phases/{phase_key}")]
pub async fn show_phase(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    then: Query<Then>,
) -> Result<HttpResponse, Problem> {
    let row: Phase = history::show(&app.db, &caller, key.into_inner(), then.0).await?;
    Ok(answer::show(&request, row.revision, &row))
}

/// Replaces a phase, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "phases", security(("oauth2" = ["planning.edit"])), request_body = NewPhase,
    params(("phase_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = Phase),
              (status = 201, description = "Created.", body = Phase)))]
#[put("/phases/{phase_key}")]
pub async fn upsert_phase(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    input: Json<NewPhase>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<Phase, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/phases/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of a phase.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "phases", security(("oauth2" = ["planning.edit"])),
    params(("phase_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewPhase, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Phase)))]
#[patch("/phases/{phase_key}")]
pub async fn edit_phase(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: Phase = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes a phase.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "phases", security(("oauth2" = ["planning.edit"])),
    params(("phase_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/phases/{phase_key}")]
pub async fn remove_phase(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<Phase, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the versions of a phase.
///
/// The latest first: who made each, when, and what it changed. One that was removed is found by its id.
#[utoipa::path(tag = "phases", security(("oauth2" = ["planning.read"])),
    params(("phase_key" = RecordKey, Path, description = "Id or codes"), VersionFilter),
    responses((status = 200, description = "A page of versions.", body = Page<RecordVersion>)))]
#[get("/phases/{phase_key}/versions")]
pub async fn list_phase_versions(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<VersionFilter>,
) -> Result<HttpResponse, Problem> {
    versions::page::<Phase, _>(&app, &request, &caller, key.into_inner(), filter.0).await
}
