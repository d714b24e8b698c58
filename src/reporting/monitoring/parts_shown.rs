//! An indicator and an objective as the monitoring shows them, from what was judged.

use super::phase_state::PhaseStanding;
use super::shown::{IndicatorStanding, ObjectiveMonitoring, ObjectiveStanding, Owed};
use crate::administrations::units::Unit;
use crate::metric_definitions::count::Counted;
use crate::planning::indicators::evaluated::Standing;
use crate::planning::indicators::model::Indicator;
use crate::planning::objectives::model::Objective;
use crate::planning::periods::Period;
use crate::planning::phases::model::Phase;
use crate::planning::targets::evaluate::{self, Status};
use crate::text::Line;
use chrono::NaiveDate;

/// Who owes what of an indicator is missing.
pub struct Owner<'a> {
    pub unit: Option<&'a Unit>,
    pub assignees: &'a [Line],
    pub phases: &'a [Phase],
}

impl Owner<'_> {
    fn owes(&self, indicator: &Indicator, period: Period, due_on: NaiveDate, as_of: NaiveDate) -> Owed {
        let phase = indicator.phase_code.as_ref().and_then(|code| self.phases.iter().find(|phase| phase.code == *code));
        let of_phase = phase.map(|phase| phase.assignees.to_vec()).filter(|assignees| !assignees.is_empty());
        Owed {
            period,
            due_on,
            days_left: (due_on - as_of).num_days(),
            unit_id: self.unit.map(|unit| unit.id.clone()),
            unit_name: self.unit.map(|unit| unit.name.clone()),
            assignees: of_phase.unwrap_or_else(|| self.assignees.to_vec()),
            metric: indicator.metric,
        }
    }
}

impl IndicatorStanding {
    pub fn of(
        indicator: &Indicator,
        standing: Standing,
        measured_by: Option<Counted>,
        owner: &Owner<'_>,
        as_of: NaiveDate,
    ) -> Self {
        let Standing { reading, year, evaluation } = standing;
        let owed = (evaluation.status == Status::NotMeasured).then(|| {
            let (_, due_on) = evaluate::period(&reading, year)?;
            Some(owner.owes(indicator, Period::of_year(year).ok()?, due_on, as_of))
        });
        let yearly = indicator.yearly_targets.iter().find(|yearly| yearly.year == year);
        IndicatorStanding {
            id: indicator.id.clone(),
            code: indicator.code.clone(),
            title: indicator.title.clone(),
            target: yearly.map(|yearly| yearly.target.clone()).or_else(|| indicator.target.clone()),
            year,
            weight: indicator.weight,
            unit: indicator.unit.clone(),
            deviation: evaluation.deviation,
            owed: owed.flatten(),
            measured_by,
            evaluation,
        }
    }
}

impl ObjectiveMonitoring {
    pub fn of(
        objective: &Objective,
        indicators: Vec<IndicatorStanding>,
        phases: Vec<PhaseStanding>,
        as_of: NaiveDate,
    ) -> Self {
        ObjectiveMonitoring {
            id: objective.id.clone(),
            code: objective.code.clone(),
            title: objective.title.clone(),
            section_id: objective.section_id.clone(),
            unit_id: objective.unit_id.clone(),
            scope: objective.scope,
            level: objective.level,
            assignees: objective.assignees.to_vec(),
            weight: objective.weight,
            risk_rating: objective.risk_rating,
            strategic_rating: objective.strategic_rating,
            public_value_rating: objective.public_value_rating,
            standing: ObjectiveStanding::of(&indicators, &phases, as_of),
            indicators,
            phases,
        }
    }
}
