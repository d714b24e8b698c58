//! `/indicators`.

use super::evaluated::EvaluatedIndicator;
use super::model::{Indicator, NewIndicator};
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
use crate::planning::targets::Kind;
use crate::planning::targets::evaluate::Status;
use crate::record::{self, Put, RecordKey};
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which indicators.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IndicatorFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// Of this objective.
    objective_id: Option<Id>,
    /// Whose target was read as this kind.
    target_kind: Option<Kind>,
    /// Whose target refers to this year.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// That stand so; needs `plan_id`, `objective_id` or `administration` beside it.
    status: Option<Status>,
    /// A day: how they stand on it, as they are recorded now. An instant: as they stood then, and how; needs plan_id or
    /// administration beside it. Today where left out.
    as_of: Option<AsOf>,
    /// Indicators of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl IndicatorFilter {
    fn wanted(&self) -> Wanted {
        Wanted {
            administration: self.administration.clone(),
            plan_id: self.plan_id.clone(),
            objective_id: self.objective_id.clone(),
            target_kind: self.target_kind,
            year: self.year,
        }
    }
}

/// Lists indicators.
///
/// In the order of the plan.
#[utoipa::path(tag = "indicators", params(IndicatorFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of indicators.", body = Page<EvaluatedIndicator>)))]
#[get("/indicators")]
pub async fn list_indicators(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<IndicatorFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted, status) = (caller.tenants(), filter.0.wanted(), filter.0.status);
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let bounded = wanted.plan_id.is_some() || wanted.objective_id.is_some() || wanted.administration.is_some();
    if status.is_some() && !bounded {
        // How an indicator stands is computed, not stored: nobody should compute a country to find one.
        return Err(Problem::invalid("status", "", "needs plan_id, objective_id or administration beside it"));
    }
    let whose = Whose { administration: wanted.administration.clone(), plan_id: wanted.plan_id.clone() };
    let when = When::of(filter.0.as_of.as_ref(), app.db.clock().now(), Some(&whose))?;
    let page = slice.clone();
    let load = move |conn: &mut AnyConnection| {
        standing(&page, status, |slice| match when {
            When::Then(at) => {
                let rows = history::list(conn, &tenants, &whose, at, slice, |row| wanted.admits(row))?;
                EvaluatedIndicator::load_then(conn, rows, at)
            }
            When::On(day) => {
                let rows = store::list(conn, &tenants, &wanted, slice)?;
                EvaluatedIndicator::load(conn, rows, day)
            }
        })
    };
    let rows = app.db.read(load).await?;
    let mark = |row: &EvaluatedIndicator| Mark::of(&row.indicator.administration, &row.indicator.id);
    Ok(Page::answer(&app, &request, &slice, rows, mark))
}

/// The page of those that stand so; where a status is asked for, as many are looked at as it takes to fill the page.
fn standing(
    page: &Slice,
    status: Option<Status>,
    mut load: impl FnMut(&Slice) -> Result<Vec<EvaluatedIndicator>, Problem>,
) -> Result<Vec<EvaluatedIndicator>, Problem> {
    let mut found = Vec::new();
    let mut slice = page.clone();
    loop {
        let rows = load(&slice)?;
        let last = rows.last().map(|row| Mark::of(&row.indicator.administration, &row.indicator.id));
        let more = rows.len() as i64 == slice.fetch();
        found.extend(rows.into_iter().filter(|row| status.is_none_or(|status| row.evaluation.status == status)));
        if found.len() > page.limit || !more {
            found.truncate(page.limit + 1);
            return Ok(found);
        }
        slice.after = last;
    }
}

/// An indicator that was just written, as it is shown today.
async fn evaluated(app: &App, row: Indicator) -> Result<EvaluatedIndicator, Problem> {
    let today = app.db.clock().now().date();
    let rows = app.db.read(move |conn| EvaluatedIndicator::load(conn, vec![row.clone()], today)).await?;
    rows.into_iter().next().ok_or_else(|| Problem::not_found("indicator"))
}

/// Creates an indicator.
///
/// An indicator of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.edit"])), request_body = NewIndicator,
    responses((status = 201, description = "Created.", body = EvaluatedIndicator)))]
#[post("/indicators")]
pub async fn create_indicator(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewIndicator>,
) -> Result<HttpResponse, Problem> {
    let row: Indicator = record::create(&app.db, &caller, input.0).await?;
    let row = evaluated(&app, row).await?;
    Ok(answer::created(&app, &format!("/indicators/{}", row.indicator.id), row.etag(), &row))
}

/// What is shown of an indicator.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Shown {
    /// A day: how it stands on it, as it is recorded now. An instant: as it stood then, and how. Today where left out.
    as_of: Option<AsOf>,
}

/// Shows an indicator.
///
/// With its target as written and as read, what its label suggests, and how it stands.
/// By its id, or by codes with nothing between the tildes where there is no objective: `c_c418~performance-2024-2026~4~3`.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.read"])),
    params(("indicator_key" = RecordKey, Path, description = "Id or codes"), Shown),
    responses((status = 200, description = "The indicator.", body = EvaluatedIndicator)))]
#[get("/indicators/{indicator_key}")]
pub async fn show_indicator(
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
            let indicator = history::locate::<Indicator>(conn, &tenants, &key, at)?;
            EvaluatedIndicator::load_then(conn, vec![indicator], at)
        }
        When::On(day) => {
            let indicator = record::locate::<Indicator>(conn, &tenants, &key)?;
            EvaluatedIndicator::load(conn, vec![indicator], day)
        }
    };
    let rows = app.db.read(load).await?;
    let row = rows.first().ok_or_else(|| Problem::not_found("indicator"))?;
    Ok(answer::show(&request, row.etag(), row))
}

/// Replaces an indicator, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.edit"])), request_body = NewIndicator,
    params(("indicator_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = EvaluatedIndicator),
              (status = 201, description = "Created.", body = EvaluatedIndicator)))]
#[put("/indicators/{indicator_key}")]
pub async fn upsert_indicator(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    input: Json<NewIndicator>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<Indicator, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => {
            let row = evaluated(&app, row).await?;
            Ok(answer::created(&app, &format!("/indicators/{}", row.indicator.id), row.etag(), &row))
        }
        Put::Replaced(row) => {
            let row = evaluated(&app, row).await?;
            Ok(answer::changed(row.etag(), &row))
        }
    }
}

/// Changes some fields of an indicator.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.edit"])),
    params(("indicator_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewIndicator, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = EvaluatedIndicator)))]
#[patch("/indicators/{indicator_key}")]
pub async fn edit_indicator(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: Indicator = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    let row = evaluated(&app, row).await?;
    Ok(answer::changed(row.etag(), &row))
}

/// Removes an indicator.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.edit"])),
    params(("indicator_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/indicators/{indicator_key}")]
pub async fn remove_indicator(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<Indicator, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the versions of an indicator.
///
/// The latest first: who made each, when, and what it changed. One that was removed is found by its id.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.read"])),
    params(("indicator_key" = RecordKey, Path, description = "Id or codes"), VersionFilter),
    responses((status = 200, description = "A page of versions.", body = Page<RecordVersion>)))]
#[get("/indicators/{indicator_key}/versions")]
pub async fn list_indicator_versions(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<VersionFilter>,
) -> Result<HttpResponse, Problem> {
    versions::page::<Indicator, _>(&app, &request, &caller, key.into_inner(), filter.0).await
}
