//! `/procedure-times`.

use super::model::{NewProcedureTime, ProcedureTime, ShownProcedureTime};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, ServicesEdit, ServicesRead};
use crate::error::Problem;
use crate::http::answer::{self, Expected};
use crate::http::json::{Json, MergePatch};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::planning::periods::MeasuredPeriod;
use crate::record::{self, Put, RecordKey};
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which readings.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProcedureTimeFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this procedure.
    procedure_id: Option<Id>,
    /// Of this period.
    period: Option<MeasuredPeriod>,
    /// Readings of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl ProcedureTimeFilter {
    fn wanted(&self) -> Wanted {
        let (administration, procedure_id) = (self.administration.clone(), self.procedure_id.clone());
        Wanted { administration, procedure_id, period: self.period.clone() }
    }
}

/// Lists readings.
///
/// By administration and then in the order of their making.
#[utoipa::path(tag = "procedure-times", params(ProcedureTimeFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "A page of readings.", body = Page<ShownProcedureTime>)))]
#[get("/procedure-times")]
pub async fn list_procedure_times(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    filter: Query<ProcedureTimeFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    let shown = rows.into_iter().map(ShownProcedureTime::from).collect();
    let mark = |row: &ShownProcedureTime| Mark::of(&row.reading.administration, &row.reading.id);
    Ok(Page::answer(&app, &request, &slice, shown, mark))
}

/// Creates a reading of a procedure's times.
///
/// A reading of this procedure and period that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "procedure-times", security(("oauth2" = ["services.edit"])), request_body = NewProcedureTime,
    responses((status = 201, description = "Created.", body = ShownProcedureTime)))]
#[post("/procedure-times")]
pub async fn create_procedure_time(
    app: web::Data<App>,
    caller: Caller<ServicesEdit>,
    input: Json<NewProcedureTime>,
) -> Result<HttpResponse, Problem> {
    let row: ProcedureTime = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/procedure-times/{}", row.id), row.revision, &ShownProcedureTime::from(row)))
}

/// Shows a reading of a procedure's times.
///
/// By its id, or by the codes of administration and procedure and the period: `c_e563~SUE-01~2024-S1`.
#[utoipa::path(tag = "procedure-times", security(("oauth2" = ["services.read"])),
    params(("procedure_time_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The reading of a procedure's times.", body = ShownProcedureTime)))]
#[get("/procedure-times/{procedure_time_key}")]
pub async fn show_procedure_time(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: ProcedureTime = record::show(&app.db, &caller, key.into_inner()).await?;
    Ok(answer::show(&request, row.revision, &ShownProcedureTime::from(row)))
}

/// Replaces a reading of a procedure's times, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "procedure-times", security(("oauth2" = ["services.edit"])), request_body = NewProcedureTime,
    params(("procedure_time_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = ShownProcedureTime),
              (status = 201, description = "Created.", body = ShownProcedureTime)))]
#[put("/procedure-times/{procedure_time_key}")]
pub async fn upsert_procedure_time(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
    input: Json<NewProcedureTime>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<ProcedureTime, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(
            &app,
            &format!("/procedure-times/{}", row.id),
            row.revision,
            &ShownProcedureTime::from(row),
        )),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &ShownProcedureTime::from(row))),
    }
}

/// Changes some fields of a reading of a procedure's times.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "procedure-times", security(("oauth2" = ["services.edit"])),
    params(("procedure_time_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewProcedureTime, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = ShownProcedureTime)))]
#[patch("/procedure-times/{procedure_time_key}")]
pub async fn edit_procedure_time(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: ProcedureTime = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &ShownProcedureTime::from(row)))
}

/// Removes a reading of a procedure's times.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "procedure-times", security(("oauth2" = ["services.edit"])),
    params(("procedure_time_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/procedure-times/{procedure_time_key}")]
pub async fn remove_procedure_time(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<ProcedureTime, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
