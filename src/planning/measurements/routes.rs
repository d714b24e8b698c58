//! `/measurements`.

use super::model::{MeasuredPeriod, Measurement, MeasurementState, NewMeasurement};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, PlanningEdit, PlanningRead};
use crate::db::AnyConnection;
use crate::error::Problem;
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

/// Which measurements.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MeasurementFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// Of this indicator.
    indicator_id: Option<Id>,
    /// Of this period: `2024`, `2024-S1`, `2024-Q3`, `2024-06`.
    period: Option<MeasuredPeriod>,
    /// Of this year, or of a part of it.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// In this state.
    state: Option<MeasurementState>,
    /// Measurements of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl MeasurementFilter {
    fn wanted(&self) -> Wanted {
        Wanted {
            administration: self.administration.clone(),
            plan_id: self.plan_id.clone(),
            indicator_id: self.indicator_id.clone(),
            period: self.period.clone(),
            year: self.year,
            state: self.state,
        }
    }
}

/// Lists measurements.
///
/// The versions that count, in the order of their making.
#[utoipa::path(tag = "measurements", params(MeasurementFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of measurements.", body = Page<Measurement>)))]
#[get("/measurements")]
pub async fn list_measurements(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<MeasurementFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates a measurement.
///
/// A measurement of this indicator and period that exists already is a conflict; `PUT` by codes and period makes or
/// corrects it.
#[utoipa::path(tag = "measurements", security(("oauth2" = ["planning.edit"])), request_body = NewMeasurement,
    responses((status = 201, description = "Created.", body = Measurement)))]
#[post("/measurements")]
pub async fn create_measurement(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewMeasurement>,
) -> Result<HttpResponse, Problem> {
    let row: Measurement = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/measurements/{}", row.id), row.revision, &row))
}

/// Shows a measurement.
///
/// By its id, or by codes and period: `c_c418~performance-2024-2026~4~3~2024`.
#[utoipa::path(tag = "measurements", security(("oauth2" = ["planning.read"])),
    params(("measurement_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The measurement.", body = Measurement)))]
#[get("/measurements/{measurement_key}")]
pub async fn show_measurement(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: Measurement = record::show(&app.db, &caller, key.into_inner()).await?;
    Ok(answer::show(&request, row.revision, &row))
}

/// Replaces a measurement, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "measurements", security(("oauth2" = ["planning.edit"])), request_body = NewMeasurement,
    params(("measurement_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = Measurement),
              (status = 201, description = "Created.", body = Measurement)))]
#[put("/measurements/{measurement_key}")]
pub async fn upsert_measurement(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    input: Json<NewMeasurement>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<Measurement, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/measurements/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of a measurement.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "measurements", security(("oauth2" = ["planning.edit"])),
    params(("measurement_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewMeasurement, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Measurement)))]
#[patch("/measurements/{measurement_key}")]
pub async fn edit_measurement(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: Measurement = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes a measurement.
///
/// It no longer counts; its versions are kept. `If-Match` is needed.
#[utoipa::path(tag = "measurements", security(("oauth2" = ["planning.edit"])),
    params(("measurement_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/measurements/{measurement_key}")]
pub async fn remove_measurement(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<Measurement, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Versions of a measurement, at most.
const MAX_VERSIONS: i64 = 200;

/// Lists the versions of a measurement.
///
/// The latest first: the one that counts, then those that it superseded, up to 200.
#[utoipa::path(tag = "measurements", security(("oauth2" = ["planning.read"])),
    params(("measurement_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The versions.", body = Page<Measurement>)))]
#[get("/measurements/{measurement_key}/versions")]
pub async fn list_measurement_versions(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let tenants = caller.tenants();
    let load = move |conn: &mut AnyConnection| {
        let current = record::locate::<Measurement>(conn, &tenants, &key)?;
        store::versions(conn, &current, MAX_VERSIONS)
    };
    let versions = app.db.read(load).await?;
    let slice = Slice { limit: versions.len(), after: None };
    Ok(Page::answer(&app, &request, &slice, versions, |row| Mark::of(&row.administration, &row.id)))
}
