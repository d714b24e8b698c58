//! Queries on measurements. An update inserts the next version; a removal leaves none that is current.

use super::model::{MeasuredPeriod, Measurement, MeasurementState, NewMeasurement};
use crate::audit::{self, Action, BatchEvent};
use crate::auth::Tenants;
use crate::clock::Instant;
use crate::db::schema::{audit_events, measurements};
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::history::{self, Remembered};
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::indicators::model::Indicator;
use crate::planning::period_locks::store as period_locks;
use crate::planning::plans::model::Plan;
use crate::record::{self, Record, slice_of};
use crate::text::{IpaCode, Line};
use diesel::QueryResult;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Which measurements: the current versions only.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
    pub indicator_id: Option<Id>,
    pub period: Option<MeasuredPeriod>,
    pub year: Option<i32>,
    pub state: Option<MeasurementState>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<Measurement>, Problem> {
    let mut query = measurements::table.filter(measurements::is_current).into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(measurements::administration.eq(administration));
    }
    if let Some(plan) = &wanted.plan_id {
        query = query.filter(measurements::plan_id.eq(plan));
    }
    if let Some(indicator) = &wanted.indicator_id {
        query = query.filter(measurements::indicator_id.eq(indicator));
    }
    if let Some(period) = &wanted.period {
        query = query.filter(measurements::period.eq(period));
    }
    if let Some(year) = wanted.year {
        query = query.filter(measurements::period.like(format!("{year}%")));
    }
    if let Some(state) = wanted.state {
        query = query.filter(measurements::state.eq(state));
    }
    Ok(slice_of!(query, measurements, tenants, slice).load(conn)?)
}

/// Every version of a measurement, the latest first.
pub fn versions(conn: &mut AnyConnection, current: &Measurement, most: i64) -> Result<Vec<Measurement>, Problem> {
    let all = measurements::table
        .filter(measurements::administration.eq(&current.administration))
        .filter(measurements::id.eq(&current.id));
    Ok(all.order(measurements::version.desc()).limit(most).load(conn)?)
}

/// The current measurements of these indicators.
pub fn of_indicators(conn: &mut AnyConnection, indicators: &[Indicator]) -> Result<Vec<Measurement>, Problem> {
    let administrations: Vec<_> = indicators.iter().map(|indicator| &indicator.administration).collect();
    let ids: Vec<_> = indicators.iter().map(|indicator| &indicator.id).collect();
    let current = measurements::table
        .filter(measurements::is_current)
        .filter(measurements::administration.eq_any(administrations))
        .filter(measurements::indicator_id.eq_any(ids));
    Ok(current.order((measurements::administration, measurements::id)).load(conn)?)
}

/// The measurements of a plan's indicators, or of a page of these: the current ones, or those that were current at an
/// instant, which is what had been written before it and not removed.
pub fn of_plan(
    conn: &mut AnyConnection,
    plan: &Plan,
    page: Option<&[Indicator]>,
    before: Option<Instant>,
) -> Result<Vec<Measurement>, Problem> {
    let mut all = measurements::table
        .filter(measurements::administration.eq(&plan.administration))
        .filter(measurements::plan_id.eq(&plan.id))
        .order((measurements::id, measurements::version))
        .into_boxed();
    if let Some(page) = page {
        all = all.filter(measurements::indicator_id.eq_any(page.iter().map(|indicator| &indicator.id)));
    }
    let Some(before) = before else {
        return Ok(all.filter(measurements::is_current).load(conn)?);
    };
    let mut known: Vec<Measurement> = Vec::new();
    for version in all.filter(measurements::created_at.lt(before)).load::<Measurement>(conn)? {
        match known.last_mut() {
            Some(last) if last.id == version.id => *last = version,
            _ => known.push(version),
        }
    }
    // One that is current still was not removed; of the others their events tell.
    let past: Vec<_> = known.iter().filter(|one| !one.is_current).map(|one| one.id.to_string()).collect();
    let mut removed = BTreeSet::new();
    for ids in past.chunks(5000) {
        let events = audit_events::table
            .filter(audit_events::administration.eq(&plan.administration))
            .filter(audit_events::resource_id.eq_any(ids))
            .filter(audit_events::resource.eq(Measurement::RESOURCE))
            .filter(audit_events::action.eq(Action::Delete))
            .filter(audit_events::at.lt(before));
        removed.extend(events.select(audit_events::resource_id).load::<String>(conn)?);
    }
    known.retain(|one| !removed.contains(one.id.as_str()));
    Ok(known)
}

/// The current measurements of a plan's year and its parts, by period.
pub fn of_year(conn: &mut AnyConnection, plan: &Plan, year: i32) -> Result<Vec<Measurement>, Problem> {
    let current = measurements::table
        .filter(measurements::administration.eq(&plan.administration))
        .filter(measurements::plan_id.eq(&plan.id))
        .filter(measurements::is_current)
        // A period's text begins with its year, so the texts compare as the years do.
        .filter(measurements::period.ge(year.to_string()))
        .filter(measurements::period.lt((year + 1).to_string()));
    Ok(current.order((measurements::period, measurements::id)).load(conn)?)
}

/// The current measurements of a plan among these ids.
pub fn of_ids(conn: &mut AnyConnection, plan: &Plan, ids: &[&Id]) -> Result<Vec<Measurement>, Problem> {
    let current = measurements::table
        .filter(measurements::administration.eq(&plan.administration))
        .filter(measurements::plan_id.eq(&plan.id))
        .filter(measurements::is_current)
        .filter(measurements::id.eq_any(ids));
    Ok(current.load(conn)?)
}

/// Ids of one statement.
const CHUNK: usize = 5000;

/// Moves current measurements of one administration to a state, each with its event; who validates stands in them from then on.
pub fn set_state(
    write: &mut Write<'_>,
    home: &IpaCode,
    before: Vec<Measurement>,
    state: MeasurementState,
) -> Result<Vec<Measurement>, Problem> {
    let (author, now, revision) = (Line::from_trusted(write.author.client_id.clone()), write.now, write.revision);
    let validates = |row: &Measurement| row.state == MeasurementState::Provisional;
    let move_one = |row: &Measurement| match validates(row) {
        true => {
            let (validated_by, validated_at) = (Some(author.clone()), Some(now));
            Measurement { state, validated_by, validated_at, revision, ..row.clone() }
        }
        false => Measurement { state, revision, ..row.clone() },
    };
    let after: Vec<_> = before.iter().map(move_one).collect();
    for validated in [true, false] {
        let rows = before.iter().filter(|row| validates(row) == validated);
        let ids: Vec<&Id> = rows.map(|row| &row.id).collect();
        for ids in ids.chunks(CHUNK) {
            let current = measurements::table
                .filter(measurements::administration.eq(home))
                .filter(measurements::id.eq_any(ids))
                .filter(measurements::is_current);
            let moved = (measurements::state.eq(state), measurements::revision.eq(revision));
            let by = (measurements::validated_by.eq(Some(&author)), measurements::validated_at.eq(Some(now)));
            match validated {
                true => diesel::update(current).set((moved, by)).execute(write.conn)?,
                false => diesel::update(current).set(moved).execute(write.conn)?,
            };
        }
    }
    let fields = |row: &Measurement| match serde_json::to_value(row) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let events = before.iter().zip(&after).map(|(before, after)| BatchEvent {
        administration: home.clone(),
        action: Action::Update,
        resource: Measurement::RESOURCE,
        resource_id: after.id.to_string(),
        before: Some(fields(before)),
        after: fields(after),
    });
    audit::append_batch(write, events.collect())?;
    Ok(after)
}

impl Record for Measurement {
    const RESOURCE: &'static str = "measurements";
    const NAME: &'static str = "measurement";
    type Input = NewMeasurement;

    fn id(&self) -> &Id {
        &self.id
    }

    fn administration(&self) -> &IpaCode {
        &self.administration
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn input(&self) -> NewMeasurement {
        NewMeasurement {
            indicator_id: self.indicator_id.clone(),
            period: self.period.clone(),
            value: self.value,
            numerator: self.numerator,
            denominator: self.denominator,
            date: self.date,
            yes: self.yes,
            note: self.note.clone(),
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewMeasurement) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Indicator>(conn, tenants, "/indicator_id", &input.indicator_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewMeasurement,
        current: Option<&Measurement>,
    ) -> Result<Measurement, Problem> {
        input.check()?;
        let indicator: Indicator = record::relative(write, home, "/indicator_id", &input.indicator_id)?;
        if let Some(metric) = indicator.metric {
            let detail =
                format!("The indicator {} is measured by {metric}: correct the counts instead.", indicator.code);
            return Err(Problem::conflict(detail));
        }
        let plan: Plan = record::relative(write, home, "/indicator_id", &indicator.plan_id)?;
        let years = plan.start_year..=plan.end_year;
        if input.period.period().is_none_or(|period| !years.contains(&period.year())) {
            let detail = format!("must lie within the plan's years, {} to {}", plan.start_year, plan.end_year);
            return Err(Problem::invalid("/period", input.period, detail));
        }
        let moved =
            current.filter(|current| (&current.indicator_id, &current.period) != (&indicator.id, &input.period));
        if let Some(current) = moved {
            let detail = format!("a correction stays with its indicator and period, {}", current.period);
            return Err(Problem::invalid("/period", input.period, detail));
        }
        if current.is_none_or(|current| current.input() != input) {
            if current.is_some() || !write.author.restores {
                plan.check_open()?;
            }
            period_locks::check_unlocked(write.conn, home, &plan.id, &input.period)?;
        }
        Ok(Measurement {
            administration: home.clone(),
            id: current.map_or_else(|| write.next_id(), |current| current.id.clone()),
            version: current.map_or(1, |current| current.version + 1),
            is_current: true,
            plan_id: plan.id,
            indicator_id: indicator.id,
            period: input.period,
            value: input.value,
            numerator: input.numerator,
            denominator: input.denominator,
            date: input.date,
            yes: input.yes,
            note: input.note,
            recorded_by: Line::from_trusted(write.author.client_id.clone()),
            state: MeasurementState::Provisional,
            validated_by: None,
            validated_at: None,
            revision: write.revision,
            created_at: write.now,
        })
    }

    fn check_removal(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let plan: Plan = record::relative(write, &self.administration, "/plan_id", &self.plan_id)?;
        plan.check_open()?;
        period_locks::check_unlocked(write.conn, &self.administration, &self.plan_id, &self.period)
    }

    fn find(conn: &mut AnyConnection, tenants: &Tenants, id: &Id) -> Result<Option<Measurement>, Problem> {
        let mut query =
            measurements::table.filter(measurements::id.eq(id)).filter(measurements::is_current).into_boxed();
        if let Tenants::Only(codes) = tenants {
            query = query.filter(measurements::administration.eq_any(codes));
        }
        Ok(query.first(conn).optional()?)
    }

    /// Plan, objective (or nothing), indicator, period.
    fn find_by_codes(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
    ) -> Result<Option<Measurement>, Problem> {
        let Some((period, indicator)) = codes.split_last() else { return Ok(None) };
        let Some(period) = MeasuredPeriod::parse(period) else { return Ok(None) };
        let Some(indicator) = Indicator::find_by_codes(conn, home, indicator)? else { return Ok(None) };
        let named = measurements::table
            .filter(measurements::administration.eq(home))
            .filter(measurements::indicator_id.eq(&indicator.id))
            .filter(measurements::period.eq(period))
            .filter(measurements::is_current);
        Ok(named.first(conn).optional()?)
    }

    fn insert(&self, conn: &mut AnyConnection) -> QueryResult<usize> {
        diesel::insert_into(measurements::table).values(self).execute(conn)
    }

    fn update(&self, conn: &mut AnyConnection) -> QueryResult<usize> {
        self.delete(conn)?;
        self.insert(conn)
    }

    fn delete(&self, conn: &mut AnyConnection) -> QueryResult<usize> {
        let current = measurements::table
            .filter(measurements::administration.eq(&self.administration))
            .filter(measurements::id.eq(&self.id))
            .filter(measurements::is_current);
        diesel::update(current).set(measurements::is_current.eq(false)).execute(conn)
    }
}

impl Remembered for Measurement {
    fn find_by_codes_at(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
        at: Instant,
    ) -> Result<Option<Measurement>, Problem> {
        let Some((period, indicator)) = codes.split_last() else { return Ok(None) };
        let Some(period) = MeasuredPeriod::parse(period) else { return Ok(None) };
        let Some(indicator) = Indicator::find_by_codes_at(conn, home, indicator, at)? else { return Ok(None) };
        let of_plan = history::of_plans::<Measurement>(conn, home, &[indicator.plan_id], at)?;
        Ok(of_plan.into_iter().find(|one| one.indicator_id == indicator.id && one.period == period))
    }
}

impl Wanted {
    /// Whether a measurement as it stood is one of these.
    pub fn admits(&self, measurement: &Measurement) -> bool {
        self.indicator_id.as_ref().is_none_or(|id| measurement.indicator_id == *id)
            && self.period.as_ref().is_none_or(|period| measurement.period == *period)
            && self.year.is_none_or(|year| measurement.period.as_str().starts_with(&year.to_string()))
    }
}
