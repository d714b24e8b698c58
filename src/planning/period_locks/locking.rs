//! Locking and reopening: what must hold, what is kept, and what becomes of the measurements.

use super::counts;
use super::model::{LockStatus, MissingMeasurement, NewPeriodLock, PeriodLock, Reopening};
use super::store;
use crate::audit::{self, Action};
use crate::auth::Tenants;
use crate::db::schema::period_locks;
use crate::db::{AnyConnection, Write};
use crate::error::{FieldProblem, Kind, Problem};
use crate::http::answer::Expected;
use crate::ids::Id;
use crate::metric_definitions::count::Counted;
use crate::planning::indicators::model::Indicator;
use crate::planning::indicators::store as indicators;
use crate::planning::measurements::model::{Measurement, MeasurementState};
use crate::planning::measurements::store as measurements;
use crate::planning::objectives::store as objectives;
use crate::planning::periods::{Length, MeasuredPeriod, Period};
use crate::planning::plans::model::{Plan, PlanStatus};
use crate::planning::plans::store as plans;
use crate::record::{self, Record, record_queries};
use crate::text::{IpaCode, Line};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is told one by one of a refusal.
const TOLD: usize = 20;

/// Locks a period: its measurements with it, in one transaction.
pub fn lock(write: &mut Write<'_>, home: &IpaCode, input: NewPeriodLock) -> Result<PeriodLock, Problem> {
    let lock: PeriodLock = record::insert(write, home, input)?;
    let plan: Plan = record::relative(write, home, "/plan_id", &lock.plan_id)?;
    let mut held = held(write.conn, &plan, &lock)?;
    held.retain(|measurement| measurement.state == MeasurementState::Validated);
    measurements::set_state(write, home, held, MeasurementState::Locked)?;
    Ok(lock)
}

/// Opens a locked period again, for a reason.
pub fn reopen(
    write: &mut Write<'_>,
    current: PeriodLock,
    expected: &Expected,
    change: Reopening,
) -> Result<PeriodLock, Problem> {
    expected.check(current.revision)?;
    if change == (Reopening { status: Some(current.status), reopening_reason: current.reopening_reason.clone() }) {
        return Ok(current);
    }
    if current.status == LockStatus::Reopened {
        let detail = "This lock was reopened: it stays as it is. The period is locked anew by POST /period-locks.";
        return Err(Problem::conflict(detail));
    }
    if change.status != Some(LockStatus::Reopened) {
        let value = change.status.map(LockStatus::as_str).unwrap_or_default();
        return Err(Problem::invalid("/status", value, "must be reopened: all else of a lock stays"));
    }
    let Some(reason) = change.reopening_reason else {
        return Err(Problem::invalid("/reopening_reason", "", "is needed: why is the period reopened?"));
    };
    let home = current.administration.clone();
    let plan: Plan = record::relative(write, &home, "/plan_id", &current.plan_id)?;
    plan.check_open()?;
    let next = PeriodLock {
        status: LockStatus::Reopened,
        reopening_reason: Some(reason),
        reopened_by: Some(Line::from_trusted(write.author.client_id.clone())),
        reopened_at: Some(write.now),
        revision: write.revision,
        updated_at: write.now,
        ..current.clone()
    };
    next.update(write.conn)?;
    if let Some(period) = current.period.period()
        && let Some(longer) = store::covering(write.conn, &home, &plan.id, period)?
    {
        return Err(Problem::conflict(format!("{longer}, which holds {period}, is locked too: reopen that first.")));
    }
    audit::append(write, &home, Action::Update, PeriodLock::RESOURCE, &next.id, Some(&current), Some(&next))?;
    let others = store::standing(write.conn, &[(&home, &plan.id)])?;
    let mut freed = held(write.conn, &plan, &current)?;
    freed.retain(|measurement| {
        let locked = |period| others.iter().any(|other| other.covers(period));
        measurement.state == MeasurementState::Locked && !measurement.period.period().is_some_and(locked)
    });
    measurements::set_state(write, &home, freed, MeasurementState::Validated)?;
    Ok(next)
}

/// The current measurements in a lock's period.
fn held(conn: &mut AnyConnection, plan: &Plan, lock: &PeriodLock) -> Result<Vec<Measurement>, Problem> {
    let Some(period) = lock.period.period() else { return Ok(Vec::new()) };
    let mut held = measurements::of_year(conn, plan, period.year())?;
    held.retain(|measurement| measurement.period.period().is_some_and(|measured| period.covers(measured)));
    Ok(held)
}

impl Record for PeriodLock {
    const RESOURCE: &'static str = "period-locks";
    const NAME: &'static str = "period lock";
    const KEY_FIELD: &'static str = "/period";
    type Input = NewPeriodLock;

    record_queries!(period_locks);

    fn input(&self) -> NewPeriodLock {
        NewPeriodLock { plan_id: self.plan_id.clone(), period: self.period.clone(), reason: self.reason.clone() }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewPeriodLock) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Plan>(conn, tenants, "/plan_id", &input.plan_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewPeriodLock,
        _: Option<&PeriodLock>,
    ) -> Result<PeriodLock, Problem> {
        let plan: Plan = record::relative(write, home, "/plan_id", &input.plan_id)?;
        let period = lockable(write, &plan, &input.period)?;
        let all = indicators::all_of_plan(write.conn, &plan)?;
        let measured = measurements::of_year(write.conn, &plan, period.year())?;
        let codes = codes(write.conn, &plan, &all)?;
        check_validated(&codes, &measured, period)?;
        let counts = counts_of(write, &plan, &all, period)?;
        let missing = missing(&all, &codes, &measured, &counts, period);
        if !missing.is_empty() && input.reason.is_none() {
            let codes: Vec<_> = missing.iter().take(TOLD).map(|missing| missing.code.as_str()).collect();
            let detail = format!(
                "is needed: {} indicators that are due in {period} have no measurement ({}{}); measure them, or say why not",
                missing.len(),
                codes.join(", "),
                if missing.len() > TOLD { " …" } else { "" }
            );
            return Err(Problem::invalid("/reason", "", detail));
        }
        Ok(PeriodLock {
            administration: home.clone(),
            id: write.next_id(),
            plan_id: plan.id,
            period: input.period,
            status: LockStatus::Locked,
            reason: input.reason,
            missing: missing.into(),
            counts: counts.into(),
            locked_by: Line::from_trusted(write.author.client_id.clone()),
            reopening_reason: None,
            reopened_by: None,
            reopened_at: None,
            revision: write.revision,
            created_at: write.now,
            updated_at: write.now,
        })
    }

    /// Plan and period: the lock that stands on it.
    fn find_by_codes(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
    ) -> Result<Option<PeriodLock>, Problem> {
        let [plan, period] = codes else { return Ok(None) };
        let (Some(plan), Some(period)) = (plans::find_by_code(conn, home, plan)?, MeasuredPeriod::parse(period)) else {
            return Ok(None);
        };
        store::find_standing(conn, &plan, &period)
    }
}

/// The period, where the plan and the calendar let it be locked.
fn lockable(write: &mut Write<'_>, plan: &Plan, asked: &MeasuredPeriod) -> Result<Period, Problem> {
    let years = plan.start_year..=plan.end_year;
    let Some(period) = asked.period().filter(|period| years.contains(&period.year())) else {
        let detail = format!("must lie within the plan's years, {} to {}", plan.start_year, plan.end_year);
        return Err(Problem::invalid("/period", asked, detail));
    };
    if write.now.date() <= period.end() {
        let detail = format!("is not over: it can be locked from the day after {}", period.end());
        return Err(Problem::invalid("/period", asked, detail));
    }
    if plan.status == PlanStatus::Draft {
        let detail = format!("The plan {} is a draft: there is nothing to lock until it is approved.", plan.code);
        return Err(Problem::conflict(detail));
    }
    match store::covering(write.conn, &plan.administration, &plan.id, period)? {
        Some(locked) => Err(Problem::conflict(format!("{locked} is locked already."))),
        None => Ok(period),
    }
}

/// The codes of indicators with those of their objectives, which tell them apart: `4~3`.
fn codes(conn: &mut AnyConnection, plan: &Plan, all: &[Indicator]) -> Result<BTreeMap<Id, String>, Problem> {
    let objectives = objectives::all_of_plan(conn, plan)?;
    let objectives: BTreeMap<_, _> = objectives.iter().map(|row| (&row.id, row.code.as_str())).collect();
    let code = |row: &Indicator| {
        let objective = row.objective_id.as_ref().and_then(|id| objectives.get(id)).copied().unwrap_or_default();
        (row.id.clone(), format!("{objective}~{}", row.code))
    };
    Ok(all.iter().map(code).collect())
}

/// Refuses to lock what no evaluator has validated.
fn check_validated(codes: &BTreeMap<Id, String>, measured: &[Measurement], period: Period) -> Result<(), Problem> {
    let inside = |measurement: &Measurement| measurement.period.period().is_some_and(|each| period.covers(each));
    let provisional = measured.iter().filter(|each| each.state == MeasurementState::Provisional && inside(each));
    let provisional: Vec<_> = provisional.collect();
    if provisional.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "{} measurements in {period} are provisional: an evaluator validates them first (POST /measurement-validations).",
        provisional.len()
    );
    let errors = provisional.iter().take(TOLD).map(|each| FieldProblem {
        field: "/period".to_owned(),
        value: Some(each.id.to_string()),
        detail: format!(
            "indicator {}, {}: version {} is provisional",
            codes.get(&each.indicator_id).map(String::as_str).unwrap_or_default(),
            each.period,
            each.version
        ),
    });
    Err(Problem { kind: Kind::Conflict, errors: errors.collect(), ..Problem::conflict(detail) })
}

/// The counts that measure the plan's indicators, each metric once; what is locked already stays as it was.
fn counts_of(write: &mut Write<'_>, plan: &Plan, all: &[Indicator], period: Period) -> Result<Vec<Counted>, Problem> {
    let metrics: BTreeSet<_> = all.iter().filter_map(|indicator| indicator.metric).collect();
    if metrics.is_empty() {
        return Ok(Vec::new());
    }
    let (home, today) = (&plan.administration, write.now.date());
    let locks = store::standing(write.conn, &[(home, &plan.id)])?;
    let days = (period.start(), period.end());
    metrics.into_iter().map(|metric| counts::with_locks(write.conn, &locks, home, metric, days, today)).collect()
}

/// What was due in a whole year and has neither measurement nor count; parts of a year owe nothing by themselves.
fn missing(
    all: &[Indicator],
    codes: &BTreeMap<Id, String>,
    measured: &[Measurement],
    counts: &[Counted],
    period: Period,
) -> Vec<MissingMeasurement> {
    if period.length() != Length::Year {
        return Vec::new();
    }
    let known: BTreeSet<_> = measured.iter().map(|measurement| &measurement.indicator_id).collect();
    let is_counted = |indicator: &Indicator| {
        let counts = counts.iter().filter(|counted| Some(counted.metric) == indicator.metric);
        counts.into_iter().any(Counted::is_something)
    };
    let due = all.iter().filter(|indicator| indicator.is_due_in(period.year()));
    let unknown = due.filter(|indicator| match indicator.metric {
        Some(_) => !is_counted(indicator),
        None => !known.contains(&indicator.id),
    });
    unknown
        .map(|indicator| MissingMeasurement {
            indicator_id: indicator.id.clone(),
            code: Line::from_trusted(codes.get(&indicator.id).cloned().unwrap_or_default()),
            title: indicator.title.clone(),
        })
        .collect()
}
