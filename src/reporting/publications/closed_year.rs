//! When a year of a plan can be reported: it is of the plan, it is over, and nothing in it can change any more.

use crate::db::Write;
use crate::error::{Kind, Problem};
use crate::planning::period_locks::store as period_locks;
use crate::planning::plans::model::Plan;
use chrono::NaiveDate;

pub fn last_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default()
}

/// Refuses a year that is not the plan's, not over, or not locked.
pub fn require(write: &mut Write<'_>, plan: &Plan, year: i32) -> Result<(), Problem> {
    if !(plan.start_year..=plan.end_year).contains(&year) {
        let detail = format!("must lie within the plan's years, {} to {}", plan.start_year, plan.end_year);
        return Err(Problem::invalid("/year", year, detail));
    }
    let today = write.now.date();
    if today <= last_day(year) {
        let refused = Problem::invalid("/year", year, format!("is not over: today is {today}"));
        return Err(Problem { kind: Kind::Conflict, ..refused });
    }
    let open = period_locks::unlocked(write.conn, plan, year)?;
    if !open.is_empty() {
        let open = open.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let refused =
            Problem::invalid("/year", year, format!("is not locked: {open} can still change; POST /period-locks"));
        return Err(Problem { kind: Kind::Conflict, ..refused });
    }
    Ok(())
}
