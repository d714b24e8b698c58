//! `/units`.

use super::model::{NewUnit, Unit};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, PlanningEdit, PlanningRead};
use crate::error::Problem;
use crate::http::answer::{self, Expected};
use crate::http::json::{Json, MergePatch};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::record::{self, Put, RecordKey};
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which units.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnitFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Units of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl UnitFilter {
    fn wanted(&self) -> Wanted {
        Wanted { administration: self.administration.clone() }
    }
}

/// Lists units.
///
/// Organisational units: settori, servizi, uffici.
#[utoipa::path(tag = "units", params(UnitFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of units.", body = Page<Unit>)))]
#[get("/units")]
pub async fn list_units(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<UnitFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates a unit.
///
/// A unit of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "units", security(("oauth2" = ["planning.edit"])), request_body = NewUnit,
    responses((status = 201, description = "Created.", body = Unit)))]
#[post("/units")]
pub async fn create_unit(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewUnit>,
) -> Result<HttpResponse, Problem> {
    let row: Unit = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/units/{}", row.id), row.revision, &row))
}

/// Shows a unit.
///
/// By its id, or by codes: `c_b507~3`.
#[utoipa::path(tag = "units", security(("oauth2" = ["planning.read"])),
    params(("unit_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The unit.", body = Unit)))]
#[get("/units/{unit_key}")]
pub async fn show_unit(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: Unit = record::show(&app.db, &caller, key.into_inner()).await?;
    Ok(answer::show(&request, row.revision, &row))
}

/// Replaces a unit, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "units", security(("oauth2" = ["planning.edit"])), request_body = NewUnit,
    params(("unit_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = Unit),
              (status = 201, description = "Created.", body = Unit)))]
#[put("/units/{unit_key}")]
pub async fn upsert_unit(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    input: Json<NewUnit>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<Unit, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/units/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of a unit.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "units", security(("oauth2" = ["planning.edit"])),
    params(("unit_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewUnit, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Unit)))]
#[patch("/units/{unit_key}")]
pub async fn edit_unit(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: Unit = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes a unit.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "units", security(("oauth2" = ["planning.edit"])),
    params(("unit_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/units/{unit_key}")]
pub async fn remove_unit(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<Unit, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
