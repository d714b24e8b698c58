//! `/legal-deadlines`.

use super::model::{LegalDeadline, NewLegalDeadline, ShownLegalDeadline};
use super::occurrences::LegalDeadlineState;
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, PlanningEdit, PlanningRead, Tenants};
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
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which deadlines.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LegalDeadlineFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// Of this objective.
    objective_id: Option<Id>,
    /// With something not yet done that is due before this day, overdue or ahead; needs `plan_id`, `objective_id` or
    /// `administration` beside it.
    due_before: Option<NaiveDate>,
    /// That stand so; needs `plan_id`, `objective_id` or `administration` beside it.
    state: Option<LegalDeadlineState>,
    /// How they stand on this day: today where left out.
    as_of: Option<NaiveDate>,
    /// Deadlines of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl LegalDeadlineFilter {
    fn wanted(&self) -> Wanted {
        Wanted {
            administration: self.administration.clone(),
            plan_id: self.plan_id.clone(),
            objective_id: self.objective_id.clone(),
            first_year_at_most: self.due_before.map(|day| day.year()),
        }
    }

    /// What is reckoned is not stored: nobody should reckon a country to find one.
    fn check(&self) -> Result<(), Problem> {
        if self.administration.is_some() || self.plan_id.is_some() || self.objective_id.is_some() {
            return Ok(());
        }
        let detail = "needs plan_id, objective_id or administration beside it";
        match (self.due_before, self.state) {
            (Some(day), _) => Err(Problem::invalid("due_before", day, detail)),
            (None, Some(state)) => Err(Problem::invalid("state", state, detail)),
            (None, None) => Ok(()),
        }
    }

    fn accepts(&self, row: &ShownLegalDeadline) -> bool {
        self.due_before.is_none_or(|day| row.reminder.is_due_before(day))
            && self.state.is_none_or(|state| row.reminder.state == state)
    }
}

/// Lists legal deadlines.
///
/// Each with its next day, the days left on a day (`as_of`), and what is overdue. In the order of their making.
#[utoipa::path(tag = "legal-deadlines", params(LegalDeadlineFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of legal deadlines.", body = Page<ShownLegalDeadline>)))]
#[get("/legal-deadlines")]
pub async fn list_legal_deadlines(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<LegalDeadlineFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter) = (caller.tenants(), filter.0);
    filter.check()?;
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let as_of = filter.as_of.unwrap_or(app.db.clock().now().date());
    let page = slice.clone();
    let rows = app.db.read(move |conn| standing(conn, &tenants, &filter, &page, as_of)).await?;
    let mark = |row: &ShownLegalDeadline| Mark::of(&row.deadline.administration, &row.deadline.id);
    Ok(Page::answer(&app, &request, &slice, rows, mark))
}

/// The page of those that are asked for: as many are looked at as it takes to fill it.
fn standing(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    filter: &LegalDeadlineFilter,
    page: &Slice,
    as_of: NaiveDate,
) -> Result<Vec<ShownLegalDeadline>, Problem> {
    let (wanted, mut slice, mut found) = (filter.wanted(), page.clone(), Vec::new());
    loop {
        let rows = store::list(conn, tenants, &wanted, &slice)?;
        let last = rows.last().map(|row| Mark::of(&row.administration, &row.id));
        let more = rows.len() as i64 == slice.fetch();
        let shown = rows.into_iter().map(|row| ShownLegalDeadline::of(row, as_of));
        found.extend(shown.filter(|row| filter.accepts(row)));
        if found.len() > page.limit || !more {
            found.truncate(page.limit + 1);
            return Ok(found);
        }
        slice.after = last;
    }
}

/// A deadline that was just written, as it is shown today.
fn today(app: &App, row: LegalDeadline) -> ShownLegalDeadline {
    ShownLegalDeadline::of(row, app.db.clock().now().date())
}

/// Creates a legal deadline.
///
/// One of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "legal-deadlines", security(("oauth2" = ["planning.edit"])), request_body = NewLegalDeadline,
    responses((status = 201, description = "Created.", body = ShownLegalDeadline)))]
#[post("/legal-deadlines")]
pub async fn create_legal_deadline(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    input: Json<NewLegalDeadline>,
) -> Result<HttpResponse, Problem> {
    let row = today(&app, record::create(&app.db, &caller, input.0).await?);
    Ok(answer::created(&app, &format!("/legal-deadlines/{}", row.deadline.id), row.etag(), &row))
}

/// What is shown of a deadline.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Shown {
    /// How it stands on this day: today where left out.
    as_of: Option<NaiveDate>,
}

/// Shows a legal deadline.
///
/// With its days, the next one, and what is overdue. By its id, or by the codes of administration and plan and its own:
/// `c_b507~dtp-2021-2023~accessibility-goals`.
#[utoipa::path(tag = "legal-deadlines", security(("oauth2" = ["planning.read"])),
    params(("legal_deadline_key" = RecordKey, Path, description = "Id or codes"), Shown),
    responses((status = 200, description = "The legal deadline.", body = ShownLegalDeadline)))]
#[get("/legal-deadlines/{legal_deadline_key}")]
pub async fn show_legal_deadline(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    shown: Query<Shown>,
) -> Result<HttpResponse, Problem> {
    let row: LegalDeadline = record::show(&app.db, &caller, key.into_inner()).await?;
    let row = ShownLegalDeadline::of(row, shown.0.as_of.unwrap_or(app.db.clock().now().date()));
    Ok(answer::show(&request, row.etag(), &row))
}

/// Replaces a legal deadline, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "legal-deadlines", security(("oauth2" = ["planning.edit"])), request_body = NewLegalDeadline,
    params(("legal_deadline_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = ShownLegalDeadline),
              (status = 201, description = "Created.", body = ShownLegalDeadline)))]
#[put("/legal-deadlines/{legal_deadline_key}")]
pub async fn upsert_legal_deadline(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    input: Json<NewLegalDeadline>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<LegalDeadline, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => {
            let row = today(&app, row);
            Ok(answer::created(&app, &format!("/legal-deadlines/{}", row.deadline.id), row.etag(), &row))
        }
        Put::Replaced(row) => {
            let row = today(&app, row);
            Ok(answer::changed(row.etag(), &row))
        }
    }
}

/// Changes some fields of a legal deadline.
///
/// A JSON merge patch (RFC 7396): null clears an optional field, `fulfilments` are replaced whole. `If-Match` is needed.
#[utoipa::path(tag = "legal-deadlines", security(("oauth2" = ["planning.edit"])),
    params(("legal_deadline_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewLegalDeadline, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = ShownLegalDeadline)))]
#[patch("/legal-deadlines/{legal_deadline_key}")]
pub async fn edit_legal_deadline(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row = today(&app, record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?);
    Ok(answer::changed(row.etag(), &row))
}

/// Removes a legal deadline.
///
/// `If-Match` is needed.
#[utoipa::path(tag = "legal-deadlines", security(("oauth2" = ["planning.edit"])),
    params(("legal_deadline_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/legal-deadlines/{legal_deadline_key}")]
pub async fn remove_legal_deadline(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<LegalDeadline, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
