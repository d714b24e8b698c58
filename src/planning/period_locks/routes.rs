//! `/period-locks`.

use super::locking;
use super::model::{LockStatus, NewPeriodLock, PeriodLock, Reopening};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, PlanningEvaluate, PlanningRead};
use crate::db::Database;
use crate::error::Problem;
use crate::http::answer::{self, Expected};
use crate::http::json::{Json, MergePatch};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::record::{self, Record, RecordKey};
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which locks.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeriodLockFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// In this status.
    status: Option<LockStatus>,
    /// On this year, or on a part of it.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Locks of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl PeriodLockFilter {
    fn wanted(&self) -> Wanted {
        let (administration, plan_id) = (self.administration.clone(), self.plan_id.clone());
        Wanted { administration, plan_id, status: self.status, year: self.year }
    }
}

/// Lists locks on periods.
///
/// Those that stand and those that were reopened, with their reasons, in the order of their making.
#[utoipa::path(tag = "period-locks", params(PeriodLockFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of locks.", body = Page<PeriodLock>)))]
#[get("/period-locks")]
pub async fn list_period_locks(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<PeriodLockFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Locks a period of a plan.
///
/// The plan is approved, the period over, and every measurement in it validated. A year whose due indicators are not all
/// measured is locked with a reason. From then on nothing in the period is measured, corrected, withdrawn or reported, and the
/// counts that measure indicators are kept as they are.
#[utoipa::path(tag = "period-locks", security(("oauth2" = ["planning.evaluate"])), request_body = NewPeriodLock,
    responses((status = 201, description = "Locked.", body = PeriodLock)))]
#[post("/period-locks")]
pub async fn create_period_lock(
    app: web::Data<App>,
    caller: Caller<PlanningEvaluate>,
    input: Json<NewPeriodLock>,
) -> Result<HttpResponse, Problem> {
    let (tenants, author, input) = (caller.tenants(), caller.author(), input.0);
    let lock = move |db: &Database| {
        let home = db.read_now(|conn| PeriodLock::home(conn, &tenants, &input))?;
        db.write_now(&author, home.as_str(), |write| locking::lock(write, &home, input))
    };
    let row = app.db.run(lock).await?;
    Ok(answer::created(&app, &format!("/period-locks/{}", row.id), row.revision, &row))
}

/// Shows a lock on a period.
///
/// By its id, or, while it stands, by codes and period: `c_c418~performance-2024-2026~2024`.
#[utoipa::path(tag = "period-locks", security(("oauth2" = ["planning.read"])),
    params(("lock_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The lock.", body = PeriodLock)))]
#[get("/period-locks/{lock_key}")]
pub async fn show_period_lock(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: PeriodLock = record::show(&app.db, &caller, key.into_inner()).await?;
    Ok(answer::show(&request, row.revision, &row))
}

/// Reopens a locked period.
///
/// With `status` `reopened` and a `reopening_reason`, which stays with the lock and in the audit. `If-Match` is needed.
#[utoipa::path(tag = "period-locks", security(("oauth2" = ["planning.evaluate"])),
    params(("lock_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = Reopening, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Reopened.", body = PeriodLock)))]
#[patch("/period-locks/{lock_key}")]
pub async fn edit_period_lock(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEvaluate>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let (tenants, author, key) = (caller.tenants(), caller.author(), key.into_inner());
    let reopen = move |db: &Database| {
        let home = db.read_now(|conn| record::locate::<PeriodLock>(conn, &tenants, &key))?.administration;
        let expected = expected.required()?;
        db.write_now(&author, home.as_str(), |write| {
            let current: PeriodLock = record::locate(write.conn, &tenants, &key)?;
            let (status, reopening_reason) = (Some(current.status), current.reopening_reason.clone());
            let change = patch.apply(&Reopening { status, reopening_reason })?;
            locking::reopen(write, current, &expected, change)
        })
    };
    let row = app.db.run(reopen).await?;
    Ok(answer::changed(row.revision, &row))
}
