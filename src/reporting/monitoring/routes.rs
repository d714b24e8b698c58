//! What is computed of a plan: how it stands, its series, its schedule.

use super::columns::By;
use super::dashboard::{Dashboard, Selection, View};
use super::schedule::{self, PlanSchedule, ScheduleFilter};
use super::series::{self, IndicatorSeries, SeriesFilter};
use super::shown::{PlanHead, PlanMonitoring};
use crate::app::App;
use crate::auth::{Caller, PlanningRead};
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::http::page::{Cursor, Links, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::planning::measurements::model::MeasuredPeriod;
use crate::planning::objectives::model::{Level, Rating};
use crate::planning::plans::model::Plan;
use crate::planning::targets::evaluate::Status;
use crate::record::{self, RecordKey};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// As of when, and what of the plan.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MonitoringFilter {
    /// Targets, phases and deadlines are judged on this day: today where left out.
    as_of: Option<NaiveDate>,
    /// Measurements written after this day (UTC) do not count: `as_of` where left out. For the standing at a year's end by
    /// what was handed in later, name both.
    known_on: Option<NaiveDate>,
    /// Only indicators whose target's time, and phases whose schedule, shares a day with this period: `2024`, `2024-S1`,
    /// `2024-Q3`, `2024-06`. Targets are then those of its year, otherwise of the year of `as_of`.
    period: Option<MeasuredPeriod>,
    /// Phases are counted by periods of this length: years where left out.
    by: Option<By>,
    /// Of this section.
    section_id: Option<Id>,
    /// Objectives of this unit.
    unit_id: Option<Id>,
    /// Objectives of this level.
    level: Option<Level>,
    /// Objectives whose risk is rated so.
    risk_rating: Option<Rating>,
    /// Objectives whose strategic weight is rated so.
    strategic_rating: Option<Rating>,
    /// Objectives whose impact on public value is rated so.
    public_value_rating: Option<Rating>,
    /// Objectives that stand so.
    status: Option<Status>,
    /// Objectives of a page, and entries of each list, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl MonitoringFilter {
    fn selection(&self) -> Selection {
        Selection {
            section_id: self.section_id.clone(),
            unit_id: self.unit_id.clone(),
            level: self.level,
            risk_rating: self.risk_rating,
            strategic_rating: self.strategic_rating,
            public_value_rating: self.public_value_rating,
            status: self.status,
        }
    }

    fn view(&self, today: NaiveDate) -> View {
        let as_of = self.as_of.unwrap_or(today);
        View {
            as_of,
            known_on: self.known_on.unwrap_or(as_of),
            today,
            period: self.period.as_ref().and_then(MeasuredPeriod::period),
            by: self.by.unwrap_or(By::Year),
        }
    }
}

/// Shows how a plan stands.
///
/// What a dashboard shows, in one request: each objective, indicator and phase on a day with its reasons; counts by status,
/// unit, section, rating and office; the worst deviations; what is not measured and who owes it; legal deadlines. Counts and
/// lists are of all that was asked for, objectives come by page. A plan of more than 10,000 records of a kind is refused.
#[utoipa::path(tag = "monitoring", security(("oauth2" = ["planning.read"])),
    params(("plan_key" = RecordKey, Path, description = "Id or codes"), MonitoringFilter),
    responses((status = 200, description = "How the plan stands.", body = PlanMonitoring)))]
#[get("/plans/{plan_key}/monitoring")]
pub async fn show_plan_monitoring(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<MonitoringFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter) = (caller.tenants(), filter.0);
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let (view, selection) = (filter.view(app.db.clock().now().date()), filter.selection());
    let load = move |conn: &mut AnyConnection| {
        let plan = record::locate::<Plan>(conn, &tenants, &key)?;
        let dashboard = Dashboard::compute(conn, &plan, &view, &selection)?;
        Ok((plan, dashboard))
    };
    let (plan, dashboard) = app.db.read(load).await?;
    Ok(HttpResponse::Ok().json(PlanMonitoring::page(&app, &request, &plan, &view, dashboard, &slice)))
}

impl PlanMonitoring {
    fn page(
        app: &App,
        request: &HttpRequest,
        plan: &Plan,
        view: &View,
        mut dashboard: Dashboard,
        slice: &Slice,
    ) -> Self {
        let (deviations, not_measured) = (dashboard.deviations(slice.limit), dashboard.not_measured(slice.limit));
        let legal_deadlines = dashboard.open_deadlines(slice.limit);
        let first_page = slice.after.is_none();
        dashboard
            .objectives
            .retain(|objective| slice.after.as_ref().is_none_or(|after| objective.id.as_str() > after.id.as_str()));
        let more = dashboard.objectives.len() > slice.limit;
        dashboard.objectives.truncate(slice.limit);
        let last = dashboard.objectives.last().filter(|_| more);
        PlanMonitoring {
            plan: PlanHead::of(plan),
            as_of: view.as_of,
            known_on: view.known_on,
            period: view.period,
            tally: dashboard.tally,
            groups: dashboard.groups,
            phases_by_period: dashboard.phases_by_period,
            deviations,
            not_measured,
            legal_deadlines,
            links: Links::of(app, request, last.map(|last| Mark::of(&plan.administration, &last.id))),
            objectives: dashboard.objectives,
            indicators: if first_page { dashboard.indicators } else { Vec::new() },
            phases: if first_page { dashboard.phases } else { Vec::new() },
        }
    }
}

/// Lists the series of a plan's indicators.
///
/// Of each indicator, period by period: what the target asks for, what was measured, how it stood at the period's end by
/// all that was measured in its year up to there. Where a metric measures it, the counts of each period are given.
#[utoipa::path(tag = "monitoring", security(("oauth2" = ["planning.read"])),
    params(("plan_key" = RecordKey, Path, description = "Id or codes"), SeriesFilter),
    responses((status = 200, description = "A page of series.", body = Page<IndicatorSeries>)))]
#[get("/plans/{plan_key}/monitoring/series")]
pub async fn list_plan_series(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<SeriesFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter) = (caller.tenants(), filter.0);
    let (slice, today) = (filter.slice()?, app.db.clock().now().date());
    let page = slice.clone();
    let load = move |conn: &mut AnyConnection| {
        let plan = record::locate::<Plan>(conn, &tenants, &key)?;
        series::load(conn, &plan, &filter, &page, today)
    };
    let rows = app.db.read(load).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.indicator_id)))
}

/// Shows the schedule of a plan.
///
/// A Gantt chart that can be drawn as it is: columns are periods of the plan, rows are sections, objectives and phases with
/// the indexes of the columns they cover. A plan of more than 10,000 records of a kind is refused.
#[utoipa::path(tag = "monitoring", security(("oauth2" = ["planning.read"])),
    params(("plan_key" = RecordKey, Path, description = "Id or codes"), ScheduleFilter),
    responses((status = 200, description = "The schedule.", body = PlanSchedule)))]
#[get("/plans/{plan_key}/schedule")]
pub async fn show_plan_schedule(
    app: web::Data<App>,
    caller: Caller<PlanningRead>,
    key: web::Path<String>,
    filter: Query<ScheduleFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter, today) = (caller.tenants(), filter.0, app.db.clock().now().date());
    let load = move |conn: &mut AnyConnection| {
        let plan = record::locate::<Plan>(conn, &tenants, &key)?;
        schedule::load(conn, &plan, &filter, today)
    };
    Ok(HttpResponse::Ok().json(app.db.read(load).await?))
}
