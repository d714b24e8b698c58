//! Queries on locks of periods.

use super::model::{LockStatus, PeriodLock};
use crate::auth::Tenants;
use crate::db::AnyConnection;
use crate::db::schema::{measurements, period_locks};
use crate::error::{Kind, Problem};
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::periods::{Length, MeasuredPeriod, Period};
use crate::planning::plans::model::Plan;
use crate::record::slice_of;
use crate::text::IpaCode;
use diesel::prelude::*;

/// How a locked period is opened, for messages.
pub const THE_WAY: &str = "An evaluator may reopen the period, with a reason (PATCH /period-locks/{lock_key}).";

/// Which locks.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
    pub status: Option<LockStatus>,
    pub year: Option<i32>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<PeriodLock>, Problem> {
    let mut query = period_locks::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(period_locks::administration.eq(administration));
    }
    if let Some(plan) = &wanted.plan_id {
        query = query.filter(period_locks::plan_id.eq(plan));
    }
    if let Some(status) = wanted.status {
        query = query.filter(period_locks::status.eq(status));
    }
    if let Some(year) = wanted.year {
        query = query.filter(period_locks::period.like(format!("{year}%")));
    }
    Ok(slice_of!(query, period_locks, tenants, slice).load(conn)?)
}

/// The standing locks of these plans, in the order of their periods' texts.
pub fn standing(conn: &mut AnyConnection, plans: &[(&IpaCode, &Id)]) -> Result<Vec<PeriodLock>, Problem> {
    let administrations: Vec<_> = plans.iter().map(|(administration, _)| *administration).collect();
    let ids: Vec<_> = plans.iter().map(|(_, id)| *id).collect();
    let query = period_locks::table
        .filter(period_locks::administration.eq_any(administrations))
        .filter(period_locks::plan_id.eq_any(ids))
        .filter(period_locks::status.eq(LockStatus::Locked));
    Ok(query.order((period_locks::administration, period_locks::plan_id, period_locks::period)).load(conn)?)
}

/// The periods of a year that locks on it stand for.
fn locked(conn: &mut AnyConnection, home: &IpaCode, plan_id: &Id, year: i32) -> Result<Vec<Period>, Problem> {
    let periods: Vec<MeasuredPeriod> = period_locks::table
        .filter(period_locks::administration.eq(home))
        .filter(period_locks::plan_id.eq(plan_id))
        .filter(period_locks::status.eq(LockStatus::Locked))
        // A period's text begins with its year, so the texts compare as the years do.
        .filter(period_locks::period.ge(year.to_string()))
        .filter(period_locks::period.lt((year + 1).to_string()))
        .select(period_locks::period)
        .load(conn)?;
    Ok(periods.iter().filter_map(MeasuredPeriod::period).collect())
}

/// The longest locked period of a plan that holds this one whole.
pub fn covering(
    conn: &mut AnyConnection,
    home: &IpaCode,
    plan_id: &Id,
    period: Period,
) -> Result<Option<Period>, Problem> {
    let locked = locked(conn, home, plan_id, period.year())?;
    Ok(locked.into_iter().filter(|locked| locked.covers(period)).max_by_key(|locked| locked.length()))
}

/// Refuses a write into a period that is locked.
pub fn check_unlocked(
    conn: &mut AnyConnection,
    home: &IpaCode,
    plan_id: &Id,
    period: &MeasuredPeriod,
) -> Result<(), Problem> {
    let Some(asked) = period.period() else { return Ok(()) };
    let Some(locked) = covering(conn, home, plan_id, asked)? else { return Ok(()) };
    let detail = format!("{locked} is locked: what was measured and reported in it stays. {THE_WAY}");
    Err(Problem { kind: Kind::Conflict, ..Problem::invalid("/period", period, detail) })
}

/// The lock that stands on this very period.
pub fn find_standing(
    conn: &mut AnyConnection,
    plan: &Plan,
    period: &MeasuredPeriod,
) -> Result<Option<PeriodLock>, Problem> {
    let named = period_locks::table
        .filter(period_locks::administration.eq(&plan.administration))
        .filter(period_locks::plan_id.eq(&plan.id))
        .filter(period_locks::period.eq(period))
        .filter(period_locks::status.eq(LockStatus::Locked));
    Ok(named.first(conn).optional()?)
}

/// What of a plan's year is still open: the periods without a lock, the longest that there are, and those for which
/// something was measured and that no lock holds whole. Empty where everything of the year is locked.
pub fn unlocked(conn: &mut AnyConnection, plan: &Plan, year: i32) -> Result<Vec<Period>, Problem> {
    let Ok(whole) = Period::of_year(year) else { return Ok(Vec::new()) };
    let locked = locked(conn, &plan.administration, &plan.id, year)?;
    let gaps = gaps(&locked, whole);
    let measured: Vec<MeasuredPeriod> = measurements::table
        .filter(measurements::administration.eq(&plan.administration))
        .filter(measurements::plan_id.eq(&plan.id))
        .filter(measurements::is_current)
        .filter(measurements::period.ge(year.to_string()))
        .filter(measurements::period.lt((year + 1).to_string()))
        .select(measurements::period)
        .distinct()
        .load(conn)?;
    let told = |period: &Period| locked.iter().chain(&gaps).any(|known| known.covers(*period));
    let measured = measured.iter().filter_map(MeasuredPeriod::period).filter(|measured| !told(measured));
    let mut open: Vec<_> = measured.collect();
    open.extend(gaps);
    open.sort();
    open.dedup();
    Ok(open)
}

/// What of a period no lock covers, in the longest periods.
fn gaps(locked: &[Period], period: Period) -> Vec<Period> {
    if locked.iter().any(|locked| locked.covers(period)) {
        return Vec::new();
    }
    let part = match period.length() {
        Length::Year => Length::Half,
        Length::Half => Length::Quarter,
        Length::Quarter => Length::Month,
        Length::Month => return vec![period],
    };
    if !locked.iter().any(|locked| period.covers(*locked)) {
        return vec![period];
    }
    let first = Period::holding(period.start(), part).ok();
    let parts = std::iter::successors(first, |part| part.next()).take_while(|part| period.covers(*part));
    parts.flat_map(|part| gaps(locked, part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(locked: &str) -> String {
        let locked: Vec<Period> = locked.split_whitespace().map(|text| text.parse().unwrap()).collect();
        let open = gaps(&locked, Period::of_year(2024).unwrap());
        open.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn gaps_are_the_longest_periods_that_nothing_locks() {
        assert_eq!(open(""), "2024");
        assert_eq!(open("2024"), "");
        assert_eq!(open("2024 2024-S1"), "");
        assert_eq!(open("2024-S1"), "2024-S2");
        assert_eq!(open("2024-Q1"), "2024-Q2 2024-S2");
        assert_eq!(open("2024-Q1 2024-Q2 2024-Q3 2024-12"), "2024-10 2024-11");
        assert_eq!(open("2024-S1 2024-S2"), "");
    }
}
