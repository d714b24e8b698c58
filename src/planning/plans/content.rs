//! What of a plan may be changed in which status. A draft: everything. Approved or in force: what was approved stays, what is
//! measured and reported goes on. Closed: nothing.

use super::model::{Plan, PlanStatus};
use crate::db::Write;
use crate::error::{Invalid, Kind, Problem};
use crate::ids::Id;
use crate::record;
use crate::text::IpaCode;
use serde::Serialize;
use serde_json::Value;

/// How a status is changed, for messages.
pub const THE_WAY: &str = "POST /plan-transitions (scope planning.approve)";

impl Plan {
    /// Refuses any change of what a closed plan holds.
    pub fn check_open(&self) -> Result<(), Problem> {
        if self.status != PlanStatus::Closed {
            return Ok(());
        }
        let detail = format!(
            "The plan {} is closed: nothing in it is changed. It can be put in force again by {THE_WAY}, with a reason.",
            self.code
        );
        Err(Problem { allowed: self.status.next_words(), ..Problem::conflict(detail) })
    }

    /// Refuses to add to or take from what was approved, or to change one of the `fixed` fields of a record.
    pub fn check_change<I: Serialize>(
        &self,
        name: &str,
        before: Option<&I>,
        after: Option<&I>,
        fixed: &[&str],
    ) -> Result<(), Problem> {
        if self.status == PlanStatus::Draft {
            return Ok(());
        }
        let state = |record: Option<&I>| record.map(serde_json::to_value).transpose().map_err(Problem::internal);
        let (before, after) = (state(before)?, state(after)?);
        if before == after {
            return Ok(());
        }
        self.check_open()?;
        let way = format!("move it to draft by {THE_WAY} and approve it anew");
        let mut invalid = Invalid::default();
        match (&before, &after) {
            (Some(before), Some(after)) => {
                for field in fixed.iter().filter(|field| before.get(**field) != after.get(**field)) {
                    let value = after.get(*field).map(plain).unwrap_or_default();
                    let detail = format!("the plan {} is {}: this stays as approved; {way}", self.code, self.status);
                    invalid.add(&format!("/{field}"), value, detail);
                }
            }
            (before, _) => {
                let done = if before.is_some() { "removed from" } else { "added to" };
                let detail = format!("The plan {} is {}: no {name} is {done} it; {way}.", self.code, self.status);
                return Err(Problem { allowed: self.status.next_words(), ..Problem::conflict(detail) });
            }
        }
        if invalid.is_empty() {
            return Ok(());
        }
        Err(Problem { kind: Kind::Conflict, allowed: self.status.next_words(), ..invalid.into_problem() })
    }
}

/// Refuses to remove a record from a plan that is no draft.
pub fn check_removal<I: Serialize>(
    write: &mut Write<'_>,
    home: &IpaCode,
    plan_id: &Id,
    name: &str,
    record: &I,
) -> Result<(), Problem> {
    let plan: Plan = record::relative(write, home, "/plan_id", plan_id)?;
    plan.check_change(name, Some(record), None, &[])
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
