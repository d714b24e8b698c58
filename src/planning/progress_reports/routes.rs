//! `/progress-reports`.

use super::model::{NewProgressReport, ProgressReport, ReportStatus};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, PlanningEdit, PlanningRead};
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

/// Which reports.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProgressReportFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// Of this objective.
    objective_id: Option<Id>,
    /// Of this period: `2024`, `2024-S1`.
    period: Option<MeasuredPeriod>,
    /// Of this year, or of a part of it.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// In this status.
    status: Option<ReportStatus>,
    /// Reports of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl ProgressReportFilter {
    fn wanted(&self) -> Wanted {
        Wanted {
            administration: self.administration.clone(),
            plan_id: self.plan_id.clone(),
            objective_id: self.objective_id.clone(),
            period: self.period.clone(),
            year: self.year,
            status: self.status,
        }
    }
}

/// Lists progress reports.
///
/// In the order of their making.
#[utoipa::path(tag = "progress-reports", params(ProgressReportFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of reports.", body = Page<ProgressReport>)))]
#[get("/progress-reports")]
pub async fn list_progress_reports(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<ProgressReportFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates a progress report.
///
/// Of an objective, for a year or half-year. One that exists already is a conflict; `PUT` by codes and period makes or replaces
/// it.
#[utoipa::path(tag = "progress-reports", security(("oauth2" = ["planning.edit"])), request_body = NewProgressReport,
    responses((status = 201, description = "Created.", body = ProgressReport)))]
#[post("/progress-reports")]
pub async fn create_progress_report(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewProgressReport>,
) -> Result<HttpResponse, Problem> {
    let row: ProgressReport = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/progress-reports/{}", row.id), row.revision, &row))
}

/// Shows a progress report.
///
/// By its id, or by codes and period: `c_c418~performance-2024-2026~4~2024-S1`.
#[utoipa::path(tag = "progress-reports", security(("oauth2" = ["planning.read"])),
    params(("report_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The report.", body = ProgressReport)))]
#[get("/progress-reports/{report_key}")]
pub async fn show_progress_report(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: ProgressReport = record::show(&app.db, &caller, key.into_inner()).await?;
    Ok(answer::show(&request, row.revision, &row))
}

/// Replaces a progress report, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing. One that is submitted is taken back to draft first.
#[utoipa::path(tag = "progress-reports", security(("oauth2" = ["planning.edit"])), request_body = NewProgressReport,
    params(("report_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = ProgressReport),
              (status = 201, description = "Created.", body = ProgressReport)))]
#[put("/progress-reports/{report_key}")]
pub async fn upsert_progress_report(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    input: Json<NewProgressReport>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<ProgressReport, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/progress-reports/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of a progress report.
///
/// The status `submitted` hands it in, `draft` takes it back. A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "progress-reports", security(("oauth2" = ["planning.edit"])),
    params(("report_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewProgressReport, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = ProgressReport)))]
#[patch("/progress-reports/{report_key}")]
pub async fn edit_progress_report(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: ProgressReport = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes a progress report.
///
/// While it is a draft. `If-Match` is needed.
#[utoipa::path(tag = "progress-reports", security(("oauth2" = ["planning.edit"])),
    params(("report_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/progress-reports/{report_key}")]
pub async fn remove_progress_report(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<ProgressReport, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
