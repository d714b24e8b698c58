//! A phase: a step of an objective, or an action that stands under the plan itself.

use crate::clock::Instant;
use crate::db::schema::phases;
use crate::db::types::Json;
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::planning::objectives::model::check_assignees;
use crate::planning::periods::{FIRST_YEAR, Period, Schedule};
use crate::planning::plans::model::Plan;
use crate::text::{Code, IpaCode, Line, Prose};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A phase.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = phases, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Phase {
    pub administration: IpaCode,
    pub id: Id,
    pub plan_id: Id,
    pub section_id: Option<Id>,
    pub objective_id: Option<Id>,
    pub code: Code,
    pub title: Line,
    pub description: Option<Prose>,
    /// The periods in which it is to be done.
    #[schema(value_type = Option<Schedule>)]
    pub schedule: Option<Json<Schedule>>,
    /// Offices and roles.
    #[schema(value_type = Vec<Line>, min_items = 0, max_items = 50)]
    pub assignees: Json<Vec<Line>>,
    /// The day on which it was done.
    pub completed_on: Option<NaiveDate>,
    /// How far it is, in per cent.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: Option<i32>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A phase as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPhase {
    pub plan_id: Id,
    /// A section of the same plan.
    pub section_id: Option<Id>,
    /// An objective of the same plan; left out for an action of the plan itself.
    pub objective_id: Option<Id>,
    /// Unique within the objective, or within the plan where there is none.
    pub code: Code,
    pub title: Line,
    pub description: Option<Prose>,
    /// Years, half-years, quarters or months within the plan's years.
    pub schedule: Option<Schedule>,
    /// Offices and roles, never persons.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 50)]
    pub assignees: Vec<Line>,
    /// The day on which it was done; never one to come.
    pub completed_on: Option<NaiveDate>,
    /// How far it is, in per cent; 100 needs `completed_on`, and nothing less stands beside it.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: Option<i32>,
}

impl NewPhase {
    /// What can be said of the input, its plan and today alone.
    pub fn check(&self, plan: &Plan, today: NaiveDate) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        check_assignees(&mut invalid, &self.assignees);
        self.check_completion(&mut invalid, today);
        let years = plan.start_year..=plan.end_year;
        let periods = self.schedule.iter().flat_map(Schedule::periods);
        for period in periods.filter(|period| !years.contains(&period.year())) {
            let detail = format!("must lie within the plan's years, {} to {}", plan.start_year, plan.end_year);
            invalid.add("/schedule", period, detail);
        }
        invalid.finish()
    }

    fn check_completion(&self, invalid: &mut Invalid, today: NaiveDate) {
        if let Some(progress) = self.progress.filter(|progress| !(0..=100).contains(progress)) {
            invalid.add("/progress", progress, "must be between 0 and 100 (per cent)");
        }
        match (self.completed_on, self.progress) {
            (Some(day), _) if day > today || day.year() < FIRST_YEAR => {
                let detail = format!("must be a day from {FIRST_YEAR} on that has come: today is {today}");
                invalid.add("/completed_on", day, detail);
            }
            (Some(_), Some(progress @ 0..=99)) => {
                invalid.add("/progress", progress, "must be 100 or left out: the phase was completed");
            }
            (None, Some(100)) => {
                invalid.add("/completed_on", "", "is needed beside a progress of 100: the day on which it was done");
            }
            _ => {}
        }
    }

    pub fn sample() -> Self {
        let line = |text: &str| Line::from_trusted(text.to_owned());
        NewPhase {
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            section_id: Some(Id::from_trusted("019a4b52-7c00-7000-8000-000000000002".to_owned())),
            objective_id: None,
            code: Code::from_trusted("4.4.4".to_owned()),
            title: line("POS pagoPA agli sportelli"),
            description: None,
            schedule: Schedule::new([2021, 2022].into_iter().filter_map(|year| Period::of_year(year).ok())).ok(),
            assignees: vec![line("Dirigenti dei Settori / UOA")],
            completed_on: None,
            progress: Some(40),
        }
    }
}

impl Phase {
    pub fn sample() -> Self {
        let (input, at) = (NewPhase::sample(), Instant(1_763_719_200_000_000));
        Phase {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000004".to_owned()),
            plan_id: input.plan_id,
            section_id: input.section_id,
            objective_id: input.objective_id,
            code: input.code,
            title: input.title,
            description: input.description,
            schedule: input.schedule.map(Json::from),
            assignees: input.assignees.into(),
            completed_on: input.completed_on,
            progress: input.progress,
            revision: 1,
            created_at: at,
            updated_at: at,
        }
    }
}
