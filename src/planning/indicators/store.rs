//! Queries on indicators.

use super::model::{Indicator, NewIndicator, NewYearlyTarget};
use crate::auth::Tenants;
use crate::clock::Instant;
use crate::db::schema::indicators;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::history::{self, Remembered};
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::objectives::model::Objective;
use crate::planning::objectives::store as objectives;
use crate::planning::period_locks::store as period_locks;
use crate::planning::periods::Period;
use crate::planning::plans::content;
use crate::planning::plans::model::Plan;
use crate::planning::targets::Kind;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::IpaCode;
use diesel::prelude::*;

/// Which indicators.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
    pub objective_id: Option<Id>,
    /// Kind of the reading that counts.
    pub target_kind: Option<Kind>,
    pub year: Option<i32>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<Indicator>, Problem> {
    let mut query = indicators::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(indicators::administration.eq(administration));
    }
    if let Some(plan) = &wanted.plan_id {
        query = query.filter(indicators::plan_id.eq(plan));
    }
    if let Some(objective) = &wanted.objective_id {
        query = query.filter(indicators::objective_id.eq(objective));
    }
    if let Some(kind) = wanted.target_kind {
        query = query.filter(indicators::target_kind.eq(kind.to_string()));
    }
    if let Some(year) = wanted.year {
        query = query.filter(indicators::target_year.eq(year));
    }
    Ok(slice_of!(query, indicators, tenants, slice).load(conn)?)
}

/// The indicators of these objectives, in their order.
pub fn of_objectives(conn: &mut AnyConnection, objectives: &[Objective]) -> Result<Vec<Indicator>, Problem> {
    let administrations: Vec<_> = objectives.iter().map(|objective| &objective.administration).collect();
    let ids: Vec<_> = objectives.iter().map(|objective| &objective.id).collect();
    let query = indicators::table
        .filter(indicators::administration.eq_any(administrations))
        .filter(indicators::objective_id.eq_any(ids));
    Ok(query.order((indicators::administration, indicators::id)).load(conn)?)
}

/// Every indicator of a plan, in their order.
pub fn all_of_plan(conn: &mut AnyConnection, plan: &Plan) -> Result<Vec<Indicator>, Problem> {
    let all = indicators::table
        .filter(indicators::administration.eq(&plan.administration))
        .filter(indicators::plan_id.eq(&plan.id));
    Ok(all.order(indicators::id).load(conn)?)
}

/// Those that hang on the plan itself, in their order.
pub fn of_plan(conn: &mut AnyConnection, plan: &Plan) -> Result<Vec<Indicator>, Problem> {
    let own = indicators::table
        .filter(indicators::administration.eq(&plan.administration))
        .filter(indicators::plan_id.eq(&plan.id))
        .filter(indicators::objective_id.is_null());
    Ok(own.order(indicators::id).load(conn)?)
}

/// What was due in a year that is locked was judged: target, reading and what measures it stay.
fn keep_locked_years(
    conn: &mut AnyConnection,
    plan: &Plan,
    current: &Indicator,
    next: &Indicator,
) -> Result<(), Problem> {
    let judged = |indicator: &Indicator, year: i32| {
        let baseline = indicator.baseline.as_deref().cloned();
        (indicator.reading_in(year), indicator.polarity, indicator.metric, baseline)
    };
    let changed = |year: &i32| current.is_due_in(*year) && judged(current, *year) != judged(next, *year);
    for year in (plan.start_year..=plan.end_year).filter(changed) {
        let Ok(period) = Period::of_year(year) else { continue };
        if let Some(locked) = period_locks::covering(conn, &plan.administration, &plan.id, period)? {
            let detail = format!(
                "The indicator {} was judged in {locked}, which is locked: its target, reading, polarity, baseline and \
                 metric stay. {}",
                current.code,
                period_locks::THE_WAY
            );
            return Err(Problem::conflict(detail));
        }
    }
    Ok(())
}

/// What stays as it was approved.
const APPROVED: &[&str] = &[
    "objective_id",
    "code",
    "title",
    "action",
    "phase_code",
    "kind",
    "target",
    "target_year",
    "yearly_targets",
    "weight",
    "baseline",
];

impl Record for Indicator {
    const RESOURCE: &'static str = "indicators";
    const NAME: &'static str = "indicator";
    type Input = NewIndicator;

    record_queries!(indicators);

    fn input(&self) -> NewIndicator {
        let yearly = self.yearly_targets.iter();
        NewIndicator {
            plan_id: self.plan_id.clone(),
            objective_id: self.objective_id.clone(),
            code: self.code.clone(),
            title: self.title.clone(),
            action: self.action.clone(),
            phase_code: self.phase_code.clone(),
            kind: self.kind,
            target: self.target.clone(),
            target_year: Some(self.target_year),
            yearly_targets: yearly
                .map(|yearly| NewYearlyTarget { year: yearly.year, target: yearly.target.clone() })
                .collect(),
            confirmed_reading: self.confirmed_reading.as_deref().cloned(),
            polarity: self.polarity,
            unit: self.unit.clone(),
            weight: self.weight,
            baseline: self.baseline.as_deref().cloned(),
            metric: self.metric,
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewIndicator) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Plan>(conn, tenants, "/plan_id", &input.plan_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewIndicator,
        current: Option<&Indicator>,
    ) -> Result<Indicator, Problem> {
        let plan: Plan = record::relative(write, home, "/plan_id", &input.plan_id)?;
        record::stays_in(current.map(|indicator| &indicator.plan_id), &plan.id)?;
        input.check(&plan)?;
        if let Some(id) = &input.objective_id {
            objectives::of_plan(write, &plan, id)?;
        }
        let id = current.map_or_else(|| write.next_id(), |indicator| indicator.id.clone());
        let created_at = current.map_or(write.now, |indicator| indicator.created_at);
        let next = Indicator::new(input, &plan, id, write.revision, created_at, write.now);
        if current.is_some() || !write.author.restores {
            plan.check_change(Self::NAME, current.map(Record::input).as_ref(), Some(&next.input()), APPROVED)?;
        }
        if let Some(current) = current.filter(|current| current.input() != next.input()) {
            keep_locked_years(write.conn, &plan, current, &next)?;
        }
        Ok(next)
    }

    fn check_removal(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        content::check_removal(write, &self.administration, &self.plan_id, Self::NAME, self)
    }

    fn find_by_codes(conn: &mut AnyConnection, home: &IpaCode, codes: &[String]) -> Result<Option<Indicator>, Problem> {
        let Some((plan, objective, code)) = objectives::place(conn, home, codes)? else { return Ok(None) };
        let named = indicators::table
            .filter(indicators::administration.eq(home))
            .filter(indicators::plan_id.eq(&plan.id))
            .filter(indicators::code.eq(code))
            .into_boxed();
        let named = match &objective {
            Some(objective) => named.filter(indicators::objective_id.eq(&objective.id)),
            None => named.filter(indicators::objective_id.is_null()),
        };
        Ok(named.first(conn).optional()?)
    }
}

impl Remembered for Indicator {
    fn find_by_codes_at(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
        at: Instant,
    ) -> Result<Option<Indicator>, Problem> {
        let Some((plan, objective)) = objectives::place_at(conn, home, codes, at)? else { return Ok(None) };
        let objective = objective.map(|objective| objective.id);
        let of_plan = history::of_plans::<Indicator>(conn, home, &[plan.id], at)?;
        let named = |indicator: &Indicator| {
            indicator.objective_id == objective && codes.last().is_some_and(|code| indicator.code.as_str() == code)
        };
        Ok(of_plan.into_iter().find(named))
    }
}

impl Wanted {
    /// Whether an indicator as it stood is one of these.
    pub fn admits(&self, indicator: &Indicator) -> bool {
        self.objective_id.as_ref().is_none_or(|id| indicator.objective_id.as_ref() == Some(id))
            && self.target_kind.is_none_or(|kind| indicator.counting_reading().kind == kind)
            && self.year.is_none_or(|year| indicator.target_year == year)
    }
}
