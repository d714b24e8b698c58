//! `/indicators`.

use super::model::{Indicator, NewIndicator};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, PlanningEdit, PlanningRead};
use crate::error::Problem;
use crate::http::answer::{self, Expected};
use crate::http::json::{Json, MergePatch};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::planning::targets::Kind;
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
        }
    }
}

/// Lists indicators.
///
/// In the order of the plan.
#[utoipa::path(tag = "indicators", params(IndicatorFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of indicators.", body = Page<Indicator>)))]
#[get("/indicators")]
pub async fn list_indicators(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<IndicatorFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates an indicator.
///
/// A indicator of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.edit"])), request_body = NewIndicator,
    responses((status = 201, description = "Created.", body = Indicator)))]
#[post("/indicators")]
pub async fn create_indicator(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewIndicator>,
) -> Result<HttpResponse, Problem> {
    let row: Indicator = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/indicators/{}", row.id), row.revision, &row))
}

/// Shows an indicator.
///
/// By its id, or by codes with nothing between the tildes where there is no objective: `c_c418~performance-2024-2026~4~3`.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.read"])),
    params(("indicator_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The indicator.", body = Indicator)))]
#[get("/indicators/{indicator_key}")]
pub async fn show_indicator(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: Indicator = record::show(&app.db, &caller, key.into_inner()).await?;
    Ok(answer::show(&request, row.revision, &row))
}

/// Replaces an indicator, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.edit"])), request_body = NewIndicator,
    params(("indicator_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = Indicator),
              (status = 201, description = "Created.", body = Indicator)))]
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
        Put::Created(row) => Ok(answer::created(&app, &format!("/indicators/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of an indicator.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "indicators", security(("oauth2" = ["planning.edit"])),
    params(("indicator_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewIndicator, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Indicator)))]
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
    Ok(answer::changed(row.revision, &row))
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
