//! How a phase stands on a day: by its schedule, and by the day on which it was done.

use crate::db::types::text_enum;
use crate::ids::Id;
use crate::planning::periods::Schedule;
use crate::planning::phases::model::Phase;
use crate::text::{Code, Line};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

text_enum!(
    /// How a phase stands on a day.
    PhaseState {
        /// Its schedule has not begun, and nothing was said to be done of it.
        Planned = "planned",
        /// Between the first and the last day of its schedule, or begun before.
        Running = "running",
        /// Its schedule has ended and it is not done.
        Late = "late",
        /// Completed by that day.
        Done = "done",
        /// Not done, and no schedule says when it should be.
        Unscheduled = "unscheduled",
    }
);

/// A phase and how it stands on a day.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PhaseStanding {
    pub id: Id,
    pub objective_id: Option<Id>,
    pub section_id: Option<Id>,
    pub code: Code,
    pub title: Line,
    /// Its own offices and roles, or else its objective's.
    #[schema(min_items = 0, max_items = 50)]
    pub assignees: Vec<Line>,
    pub schedule: Option<Schedule>,
    pub state: PhaseState,
    /// Where it was completed by that day.
    pub completed_on: Option<NaiveDate>,
    /// In per cent, where it is not done and nobody said it only after that day.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: Option<i32>,
    /// Days from the schedule's end to the completion, negative where it was early; while it is late, to that day.
    #[schema(minimum = -100_000, maximum = 100_000)]
    pub delay_days: Option<i64>,
}

impl PhaseStanding {
    pub fn of(phase: &Phase, objectives_assignees: &[Line], as_of: NaiveDate) -> Self {
        let schedule = phase.schedule.as_deref();
        let completed_on = phase.completed_on.filter(|day| *day <= as_of);
        // Progress has no day of its own: it holds from the day on which it was said.
        let said = phase.progress.filter(|_| phase.updated_at.date() <= as_of);
        let progress = said.filter(|_| completed_on.is_none());
        let state = match (completed_on, schedule) {
            (Some(_), _) => PhaseState::Done,
            (None, None) => PhaseState::Unscheduled,
            (None, Some(schedule)) if as_of > schedule.end() => PhaseState::Late,
            (None, Some(schedule)) if as_of < schedule.start() && progress.unwrap_or_default() == 0 => {
                PhaseState::Planned
            }
            (None, Some(_)) => PhaseState::Running,
        };
        let until = completed_on.or((state == PhaseState::Late).then_some(as_of));
        let own = if phase.assignees.is_empty() { objectives_assignees } else { &phase.assignees };
        PhaseStanding {
            id: phase.id.clone(),
            objective_id: phase.objective_id.clone(),
            section_id: phase.section_id.clone(),
            code: phase.code.clone(),
            title: phase.title.clone(),
            assignees: own.to_vec(),
            schedule: schedule.cloned(),
            state,
            completed_on,
            progress,
            delay_days: until.zip(schedule).map(|(day, schedule)| (day - schedule.end()).num_days()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PhaseState::{Done, Late, Planned, Running, Unscheduled};

    fn stands(schedule: &str, completed_on: &str, progress: Option<i32>, as_of: &str) -> (PhaseState, Option<i64>) {
        let mut phase = Phase::sample();
        phase.schedule =
            Schedule::new(schedule.split_whitespace().map(|period| period.parse().unwrap())).ok().map(Into::into);
        phase.completed_on = completed_on.parse().ok();
        phase.progress = progress;
        phase.updated_at = crate::clock::Instant(1_600_000_000_000_000); // 2020-09-13
        let standing = PhaseStanding::of(&phase, &[], as_of.parse().unwrap());
        (standing.state, standing.delay_days)
    }

    #[test]
    fn the_schedule_and_the_day_of_completion_tell() {
        let quarters = "2016-Q2 2016-Q3 2017-Q2";
        assert_eq!(stands(quarters, "", None, "2016-03-31"), (Planned, None));
        assert_eq!(stands(quarters, "", None, "2016-04-01"), (Running, None));
        // In the gap between its periods it is still under way.
        assert_eq!(stands(quarters, "", None, "2017-01-15"), (Running, None));
        assert_eq!(stands(quarters, "", None, "2017-06-30"), (Running, None));
        assert_eq!(stands(quarters, "", None, "2017-07-01"), (Late, Some(1)));
        assert_eq!(stands(quarters, "2017-07-10", None, "2017-07-09"), (Late, Some(9)));
        assert_eq!(stands(quarters, "2017-07-10", None, "2017-07-10"), (Done, Some(10)));
        assert_eq!(stands(quarters, "2016-02-01", None, "2018-01-01"), (Done, Some(-515)));
        assert_eq!(stands("", "", None, "2018-01-01"), (Unscheduled, None));
        assert_eq!(stands("", "2017-01-01", None, "2018-01-01"), (Done, None));
        // Begun ahead of time, once that was said.
        assert_eq!(stands("2022", "", Some(10), "2021-05-01"), (Running, None));
        assert_eq!(stands("2022", "", Some(0), "2021-05-01"), (Planned, None));
        assert_eq!(stands("2022", "", Some(10), "2020-05-01"), (Planned, None));
    }
}
