//! `/sections`.

use super::model::{NewSection, Section};
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

/// Which sections.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SectionFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// As they stood at this instant, or at the end of this day in UTC; needs plan_id or administration
    /// beside it. As they stand now where left out.
    as_of: Option<AsOf>,
    /// Sections of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl SectionFilter {
    fn wanted(&self) -> Wanted {
        Wanted { administration: self.administration.clone(), plan_id: self.plan_id.clone() }
    }
}

/// Lists sections.
///
/// In the order of the plan.
#[utoipa::path(tag = "sections", params(SectionFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of sections.", body = Page<Section>)))]
#[get("/sections")]
pub async fn list_sections(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<SectionFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let whose = Whose { administration: wanted.administration.clone(), plan_id: wanted.plan_id.clone() };
    let at = whose.instant(filter.0.as_of.as_ref(), app.db.clock().now())?;
    let load = move |conn: &mut AnyConnection| match at {
        Some(at) => history::list(conn, &tenants, &whose, at, &page, |_| true),
        None => store::list(conn, &tenants, &wanted, &page),
    };
    let rows = app.db.read(load).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates a section.
///
/// A section of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "sections", security(("oauth2" = ["planning.edit"])), request_body = NewSection,
    responses((status = 201, description = "Created.", body = Section)))]
#[post("/sections")]
pub async fn create_section(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewSection>,
) -> Result<HttpResponse, Problem> {
    let row: Section = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/sections/{}", row.id), row.revision, &row))
}

/// Shows a section.
///
/// By its id, or by codes: `c_b507~dtp-2021-2023~4.4`.
#[utoipa::path(tag = "sections", security(("oauth2" = ["planning.read"])),
    params(("section_key" = RecordKey, Path, description = "Id or codes"), Then),
    responses((status = 200, description = "The section.", body = Section)))]
#[get("/sections/{section_key}")]
pub async fn show_section(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    then: Query<Then>,
) -> Result<HttpResponse, Problem> {
    let row: Section = history::show(&app.db, &caller, key.into_inner(), then.0).await?;
    Ok(answer::show(&request, row.revision, &row))
}

/// Replaces a section, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "sections", security(("oauth2" = ["planning.edit"])), request_body = NewSection,
    params(("section_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = Section),
              (status = 201, description = "Created.", body = Section)))]
#[put("/sections/{section_key}")]
pub async fn upsert_section(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    input: Json<NewSection>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<Section, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/sections/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of a section.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "sections", security(("oauth2" = ["planning.edit"])),
    params(("section_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewSection, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Section)))]
#[patch("/sections/{section_key}")]
pub async fn edit_section(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: Section = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes a section.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "sections", security(("oauth2" = ["planning.edit"])),
    params(("section_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/sections/{section_key}")]
pub async fn remove_section(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<Section, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the versions of a section.
///
/// The latest first: who made each, when, and what it changed. One that was removed is found by its id.
#[utoipa::path(tag = "sections", security(("oauth2" = ["planning.read"])),
    params(("section_key" = RecordKey, Path, description = "Id or codes"), VersionFilter),
    responses((status = 200, description = "A page of versions.", body = Page<RecordVersion>)))]
#[get("/sections/{section_key}/versions")]
pub async fn list_section_versions(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<VersionFilter>,
) -> Result<HttpResponse, Problem> {
    versions::page::<Section, _>(&app, &request, &caller, key.into_inner(), filter.0).await
}
