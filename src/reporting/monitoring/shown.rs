//! What the monitoring of a plan answers.

use super::phase_state::PhaseStanding;
use crate::http::page::Links;
use crate::ids::Id;
use crate::metric_definitions::count::Counted;
use crate::metric_definitions::model::Metric;
use crate::planning::legal_deadlines::model::ShownLegalDeadline;
use crate::planning::objectives::model::{Level, Rating, Scope};
use crate::planning::periods::Period;
use crate::planning::plans::model::{Plan, PlanKind, PlanStatus};
use crate::planning::targets::evaluate::{Deviation, Evaluation, Status};
use crate::text::{Code, IpaCode, Line};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// The plan that figures are of.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlanHead {
    pub administration: IpaCode,
    pub id: Id,
    pub code: Code,
    pub title: Line,
    pub kind: PlanKind,
    pub status: PlanStatus,
    #[schema(minimum = 1990, maximum = 2100)]
    pub start_year: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub end_year: i32,
}

impl PlanHead {
    pub fn of(plan: &Plan) -> Self {
        PlanHead {
            administration: plan.administration.clone(),
            id: plan.id.clone(),
            code: plan.code.clone(),
            title: plan.title.clone(),
            kind: plan.kind,
            status: plan.status,
            start_year: plan.start_year,
            end_year: plan.end_year,
        }
    }
}

/// How many stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusCounts {
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub achieved: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub partly_achieved: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub missed: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub on_track: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub at_risk: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub not_measured: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub not_evaluable: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub total: i32,
}

/// How many phases are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PhaseCounts {
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub planned: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub running: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub late: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub done: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub unscheduled: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub total: i32,
}

/// Objectives, indicators and phases counted by how they stand.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Tally {
    /// The mean of the objectives' attainments by their weights, a missing weight being 1; of those that have one.
    #[schema(minimum = 0, maximum = 1)]
    pub attainment: Option<f64>,
    pub objectives: StatusCounts,
    pub indicators: StatusCounts,
    pub phases: PhaseCounts,
}

/// The tally of a unit, section, rating or office; one that names nothing is of those that have none.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct GroupTally {
    pub id: Option<Id>,
    pub code: Option<Code>,
    /// Title of the section, name of the unit or office.
    pub title: Option<Line>,
    pub rating: Option<Rating>,
    pub tally: Tally,
}

impl GroupTally {
    pub fn of(tally: Tally) -> Self {
        GroupTally { tally, ..GroupTally::default() }
    }
}

/// The tally group by group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct PlanGroups {
    #[schema(min_items = 0, max_items = 1000)]
    pub by_unit: Vec<GroupTally>,
    #[schema(min_items = 0, max_items = 1000)]
    pub by_section: Vec<GroupTally>,
    #[schema(min_items = 0, max_items = 4)]
    pub by_risk_rating: Vec<GroupTally>,
    #[schema(min_items = 0, max_items = 4)]
    pub by_strategic_rating: Vec<GroupTally>,
    #[schema(min_items = 0, max_items = 4)]
    pub by_public_value_rating: Vec<GroupTally>,
    /// One that several offices share counts for each of them.
    #[schema(min_items = 0, max_items = 1000)]
    pub by_office: Vec<GroupTally>,
}

/// The phases that are scheduled in a period, by their state on the day that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PeriodPhases {
    pub period: Period,
    pub phases: PhaseCounts,
}

/// A measurement that is missing: who owes it, and of which period.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Owed {
    pub period: Period,
    /// The last day that the target is about: its deadline, or the year's end.
    pub due_on: NaiveDate,
    /// Days from the day that was asked for; negative where it should be there.
    #[schema(minimum = -100_000, maximum = 100_000)]
    pub days_left: i64,
    pub unit_id: Option<Id>,
    pub unit_name: Option<Line>,
    /// Those of the phase that it measures, or else its objective's.
    #[schema(min_items = 0, max_items = 50)]
    pub assignees: Vec<Line>,
    /// Where counts measure it: it is these that are missing, and nobody types them.
    pub metric: Option<Metric>,
}

/// An indicator and how it stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IndicatorStanding {
    pub id: Id,
    pub code: Code,
    pub title: Line,
    /// The target that counts, as written.
    pub target: Option<Line>,
    /// The year it is about.
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    #[schema(minimum = 0, maximum = 100)]
    pub weight: Option<f64>,
    pub unit: Option<Line>,
    pub evaluation: Evaluation,
    pub deviation: Option<Deviation>,
    /// Where it is not measured.
    pub owed: Option<Owed>,
    /// The counts that measured it, where it names a metric.
    pub measured_by: Option<Counted>,
}

/// How an objective stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ObjectiveStanding {
    pub status: Status,
    /// The mean of its indicators that could be evaluated, by their weights; without indicators the share of phases done.
    #[schema(minimum = 0, maximum = 1)]
    pub attainment: Option<f64>,
    /// Why, in a sentence or two.
    #[schema(max_length = 1000, pattern = r"^[\s\S]+$")]
    pub text: String,
    pub indicators: StatusCounts,
    pub phases: PhaseCounts,
}

/// An objective with its indicators and phases, and how each stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ObjectiveMonitoring {
    pub id: Id,
    pub code: Code,
    pub title: Line,
    pub section_id: Option<Id>,
    pub unit_id: Option<Id>,
    pub scope: Scope,
    pub level: Option<Level>,
    #[schema(min_items = 0, max_items = 50)]
    pub assignees: Vec<Line>,
    #[schema(minimum = 0, maximum = 100)]
    pub weight: Option<f64>,
    pub risk_rating: Option<Rating>,
    pub strategic_rating: Option<Rating>,
    pub public_value_rating: Option<Rating>,
    pub standing: ObjectiveStanding,
    #[schema(min_items = 0, max_items = 10_000)]
    pub indicators: Vec<IndicatorStanding>,
    #[schema(min_items = 0, max_items = 10_000)]
    pub phases: Vec<PhaseStanding>,
}

/// An indicator in a list of the plan's, with its objective.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DeviatingIndicator {
    pub indicator_id: Id,
    pub objective_id: Option<Id>,
    pub objective_code: Option<Code>,
    pub code: Code,
    pub title: Line,
    pub target: Option<Line>,
    pub unit: Option<Line>,
    pub status: Status,
    #[schema(minimum = 0, maximum = 1)]
    pub attainment: Option<f64>,
    pub deviation: Deviation,
}

/// An indicator that was not measured, with its objective.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UnmeasuredIndicator {
    pub indicator_id: Id,
    pub objective_id: Option<Id>,
    pub objective_code: Option<Code>,
    pub code: Code,
    pub title: Line,
    pub target: Option<Line>,
    pub owed: Owed,
}

/// The worst deviations.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Deviations {
    /// How many there are; each stands with its indicator, too.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub total: i32,
    /// The worst first, as many as a page holds.
    #[schema(min_items = 0, max_items = 200)]
    pub items: Vec<DeviatingIndicator>,
}

/// What is not measured.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NotMeasured {
    /// How many there are; each stands with its indicator, too.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub total: i32,
    /// The longest due first, as many as a page holds.
    #[schema(min_items = 0, max_items = 200)]
    pub items: Vec<UnmeasuredIndicator>,
}

/// Legal deadlines that are not fulfilled.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OpenDeadlines {
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub total: i32,
    /// The longest overdue first, then the next due, as many as a page holds.
    #[schema(min_items = 0, max_items = 200)]
    pub items: Vec<ShownLegalDeadline>,
}

/// How a plan stands on a day.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanMonitoring {
    pub plan: PlanHead,
    /// The day on which targets, phases and deadlines are judged.
    pub as_of: NaiveDate,
    /// Measurements written after this day do not count.
    pub known_on: NaiveDate,
    /// Where it is about a period alone.
    pub period: Option<Period>,
    /// Counts of all that was asked for, not of this page alone; so are the lists that follow.
    pub tally: Tally,
    pub groups: PlanGroups,
    #[schema(min_items = 1, max_items = 120)]
    pub phases_by_period: Vec<PeriodPhases>,
    pub deviations: Deviations,
    pub not_measured: NotMeasured,
    pub legal_deadlines: OpenDeadlines,
    /// A page of objectives, in the order of the plan.
    #[schema(min_items = 0, max_items = 200)]
    pub objectives: Vec<ObjectiveMonitoring>,
    /// The plan's own indicators, which hang on no objective; with the first page.
    #[schema(min_items = 0, max_items = 10_000)]
    pub indicators: Vec<IndicatorStanding>,
    /// The plan's own phases, which hang on no objective; with the first page.
    #[schema(min_items = 0, max_items = 10_000)]
    pub phases: Vec<PhaseStanding>,
    #[serde(rename = "_links")]
    pub links: Links,
}
