//! `/objectives`.

use super::model::{NewObjective, Objective, Rating, Scope};
use super::parts::{Embed, ObjectiveWithParts};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, PlanningEdit, PlanningRead};
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::history::versions::{self, RecordVersion, VersionFilter};
use crate::history::{self, AsOf, When, Whose};
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

/// Which objectives.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ObjectiveFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// Of this section.
    section_id: Option<Id>,
    /// Of this unit.
    unit_id: Option<Id>,
    /// Of this scope.
    scope: Option<Scope>,
    /// Whose risk is rated so.
    risk_rating: Option<Rating>,
    /// Whose strategic weight is rated so.
    strategic_rating: Option<Rating>,
    /// Shows these with each, with commas between: `phases`, `indicators`, `evaluation`.
    embed: Option<Embed>,
    /// A day: how they stand on it, as they are recorded now. An instant: as they stood then, and how; needs plan_id or
    /// administration beside it. Today where left out.
    as_of: Option<AsOf>,
    /// Objectives of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl ObjectiveFilter {
    fn wanted(&self) -> Wanted {
        Wanted {
            administration: self.administration.clone(),
            plan_id: self.plan_id.clone(),
            section_id: self.section_id.clone(),
            unit_id: self.unit_id.clone(),
            scope: self.scope,
            risk_rating: self.risk_rating,
            strategic_rating: self.strategic_rating,
        }
    }
}

/// What is shown with an objective.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Shown {
    /// With commas between: `phases`, `indicators`, `evaluation`.
    embed: Option<Embed>,
    /// A day: how it stands on it, as it is recorded now. An instant: as it stood then, and how. Today where left out.
    as_of: Option<AsOf>,
}

/// Lists objectives.
///
/// In the order of the plan.
#[utoipa::path(tag = "objectives", params(ObjectiveFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of objectives.", body = Page<ObjectiveWithParts>)))]
#[get("/objectives")]
pub async fn list_objectives(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<ObjectiveFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let (page, embed) = (slice.clone(), filter.0.embed);
    let whose = Whose { administration: wanted.administration.clone(), plan_id: wanted.plan_id.clone() };
    let when = When::of(filter.0.as_of.as_ref(), app.db.clock().now(), Some(&whose))?;
    let load = move |conn: &mut AnyConnection| match when {
        When::Then(at) => {
            let rows = history::list(conn, &tenants, &whose, at, &page, |row| wanted.admits(row))?;
            ObjectiveWithParts::load_then(conn, rows, embed.as_ref(), at)
        }
        When::On(day) => {
            let rows = store::list(conn, &tenants, &wanted, &page)?;
            ObjectiveWithParts::load(conn, rows, embed.as_ref(), day)
        }
    };
    let rows = app.db.read(load).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.objective.administration, &row.objective.id)))
}

/// Creates an objective.
///
/// An objective of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "objectives", security(("oauth2" = ["planning.edit"])), request_body = NewObjective,
    responses((status = 201, description = "Created.", body = Objective)))]
#[post("/objectives")]
pub async fn create_objective(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewObjective>,
) -> Result<HttpResponse, Problem> {
    let row: Objective = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/objectives/{}", row.id), row.revision, &row))
}

/// Shows an objective.
///
/// By its id, or by codes: `c_c418~performance-2024-2026~4`.
#[utoipa::path(tag = "objectives", security(("oauth2" = ["planning.read"])),
    params(("objective_key" = RecordKey, Path, description = "Id or codes"), Shown),
    responses((status = 200, description = "The objective.", body = ObjectiveWithParts)))]
#[get("/objectives/{objective_key}")]
pub async fn show_objective(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    shown: Query<Shown>,
) -> Result<HttpResponse, Problem> {
    let tenants = caller.tenants();
    let when = When::of(shown.0.as_of.as_ref(), app.db.clock().now(), None)?;
    let load = move |conn: &mut AnyConnection| match when {
        When::Then(at) => {
            let objective = history::locate::<Objective>(conn, &tenants, &key, at)?;
            ObjectiveWithParts::load_then(conn, vec![objective], shown.0.embed.as_ref(), at)
        }
        When::On(day) => {
            let objective = record::locate::<Objective>(conn, &tenants, &key)?;
            ObjectiveWithParts::load(conn, vec![objective], shown.0.embed.as_ref(), day)
        }
    };
    let rows = app.db.read(load).await?;
    let row = rows.first().ok_or_else(|| Problem::not_found("objective"))?;
    Ok(answer::show(&request, row.etag(), row))
}

/// Replaces an objective, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "objectives", security(("oauth2" = ["planning.edit"])), request_body = NewObjective,
    params(("objective_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = Objective),
              (status = 201, description = "Created.", body = Objective)))]
#[put("/objectives/{objective_key}")]
pub async fn upsert_objective(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    input: Json<NewObjective>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<Objective, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/objectives/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of an objective.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "objectives", security(("oauth2" = ["planning.edit"])),
    params(("objective_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewObjective, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Objective)))]
#[patch("/objectives/{objective_key}")]
pub async fn edit_objective(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: Objective = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes an objective.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "objectives", security(("oauth2" = ["planning.edit"])),
    params(("objective_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/objectives/{objective_key}")]
pub async fn remove_objective(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<Objective, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the versions of an objective.
///
/// The latest first: who made each, when, and what it changed. One that was removed is found by its id.
#[utoipa::path(tag = "objectives", security(("oauth2" = ["planning.read"])),
    params(("objective_key" = RecordKey, Path, description = "Id or codes"), VersionFilter),
    responses((status = 200, description = "A page of versions.", body = Page<RecordVersion>)))]
#[get("/objectives/{objective_key}/versions")]
pub async fn list_objective_versions(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<VersionFilter>,
) -> Result<HttpResponse, Problem> {
    versions::page::<Objective, _>(&app, &request, &caller, key.into_inner(), filter.0).await
}
