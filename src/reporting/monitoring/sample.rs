//! A plan of one objective, as the contract shows its monitoring.

use super::columns::By;
use super::counts::Counted;
use super::dashboard::Dashboard;
use super::parts_shown::Owner;
use super::phase_state::PhaseStanding;
use super::shown::{IndicatorStanding, ObjectiveMonitoring, PeriodPhases, PhaseCounts, PlanHead, PlanMonitoring};
use crate::http::page::Links;
use crate::planning::indicators::model::Indicator;
use crate::planning::legal_deadlines::model::ShownLegalDeadline;
use crate::planning::measurements::model::Measurement;
use crate::planning::objectives::model::Objective;
use crate::planning::phases::model::Phase;
use crate::planning::plans::model::Plan;
use chrono::NaiveDate;

impl PlanMonitoring {
    pub fn sample() -> Self {
        let (plan, objective, indicator, phase) =
            (Plan::sample(), Objective::sample(), Indicator::sample(), Phase::sample());
        let as_of = NaiveDate::from_ymd_opt(2021, 12, 31).unwrap_or_default();
        let owner = Owner { unit: None, assignees: &objective.assignees, phases: &[] };
        let standing = |typed: &[Measurement]| {
            let standing = indicator.standing(typed, &[], 2021, as_of);
            IndicatorStanding::of(&indicator, standing, None, &owner, as_of)
        };
        let indicators = vec![standing(&[Measurement::sample()]), standing(&[])];
        let phases = vec![PhaseStanding::of(&phase, &[], as_of)];
        let objectives = vec![ObjectiveMonitoring::of(&objective, indicators, Vec::new(), as_of)];
        let counted = Counted { objectives: &objectives, indicators: &[], phases: &phases };
        let periods = By::Year.periods(plan.start_year, plan.end_year).into_iter();
        let dashboard = Dashboard {
            tally: counted.tally(),
            groups: counted.groups(&[], &[]),
            phases_by_period: periods.map(|period| PeriodPhases { period, phases: PhaseCounts::default() }).collect(),
            objectives,
            indicators: Vec::new(),
            phases,
            deadlines: vec![ShownLegalDeadline::sample()],
        };
        PlanMonitoring {
            plan: PlanHead::of(&plan),
            as_of,
            known_on: as_of,
            period: None,
            deviations: dashboard.deviations(50),
            not_measured: dashboard.not_measured(50),
            legal_deadlines: dashboard.open_deadlines(50),
            tally: dashboard.tally,
            groups: dashboard.groups,
            phases_by_period: dashboard.phases_by_period,
            objectives: dashboard.objectives,
            indicators: dashboard.indicators,
            phases: dashboard.phases,
            links: Links { next: None },
        }
    }
}
