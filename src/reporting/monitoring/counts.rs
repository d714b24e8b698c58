//! Counting by status: over all, by unit, section, rating, office.

use super::phase_state::PhaseStanding;
use super::phase_state::PhaseState;
use super::shown::IndicatorStanding;
use super::shown::{GroupTally, ObjectiveMonitoring, PhaseCounts, PlanGroups, StatusCounts, Tally};
use crate::administrations::units::Unit;
use crate::planning::objectives::Rating;
use crate::planning::sections::model::Section;
use crate::planning::targets::evaluate::Status;
use crate::text::Line;
use crate::wording::fold;
use std::collections::BTreeMap;

/// Groups of one kind in an answer, at most.
const MAX_GROUPS: usize = 1000;

impl StatusCounts {
    pub fn add(&mut self, status: Status) {
        let count = match status {
            Status::Achieved => &mut self.achieved,
            Status::PartlyAchieved => &mut self.partly_achieved,
            Status::Missed => &mut self.missed,
            Status::OnTrack => &mut self.on_track,
            Status::AtRisk => &mut self.at_risk,
            Status::NotMeasured => &mut self.not_measured,
            Status::NotEvaluable => &mut self.not_evaluable,
        };
        *count += 1;
        self.total += 1;
    }

    pub fn of(statuses: impl IntoIterator<Item = Status>) -> Self {
        let mut counts = StatusCounts::default();
        statuses.into_iter().for_each(|status| counts.add(status));
        counts
    }
}

impl PhaseCounts {
    pub fn add(&mut self, state: PhaseState) {
        let count = match state {
            PhaseState::Planned => &mut self.planned,
            PhaseState::Running => &mut self.running,
            PhaseState::Late => &mut self.late,
            PhaseState::Done => &mut self.done,
            PhaseState::Unscheduled => &mut self.unscheduled,
        };
        *count += 1;
        self.total += 1;
    }

    pub fn of(states: impl IntoIterator<Item = PhaseState>) -> Self {
        let mut counts = PhaseCounts::default();
        states.into_iter().for_each(|state| counts.add(state));
        counts
    }
}

/// A tally under way: the attainment is the weighted mean of its objectives, a missing weight being 1.
#[derive(Debug, Clone, Default)]
struct Sum {
    tally: Tally,
    weighted: f64,
    weights: f64,
}

impl Sum {
    fn objective(&mut self, shown: &ObjectiveMonitoring) {
        self.tally.objectives.add(shown.standing.status);
        let weight = shown.weight.unwrap_or(1.0);
        if let Some(attainment) = shown.standing.attainment {
            self.weighted += weight * attainment;
            self.weights += weight;
        }
        shown.indicators.iter().for_each(|indicator| self.indicator(indicator));
        shown.phases.iter().for_each(|phase| self.phase(phase));
    }

    fn indicator(&mut self, indicator: &IndicatorStanding) {
        self.tally.indicators.add(indicator.evaluation.status);
    }

    fn phase(&mut self, phase: &PhaseStanding) {
        self.tally.phases.add(phase.state);
    }

    fn finish(self) -> Tally {
        let attainment = (self.weights > 0.0).then(|| (self.weighted / self.weights).clamp(0.0, 1.0));
        Tally { attainment, ..self.tally }
    }
}

/// What is counted: objectives with their parts, and what hangs on the plan itself.
#[derive(Clone, Copy)]
pub struct Counted<'a> {
    pub objectives: &'a [ObjectiveMonitoring],
    pub indicators: &'a [IndicatorStanding],
    pub phases: &'a [PhaseStanding],
}

impl Counted<'_> {
    pub fn tally(&self) -> Tally {
        let mut sum = Sum::default();
        self.objectives.iter().for_each(|objective| sum.objective(objective));
        self.indicators.iter().for_each(|indicator| sum.indicator(indicator));
        self.phases.iter().for_each(|phase| sum.phase(phase));
        sum.finish()
    }

    pub fn groups(&self, units: &[Unit], sections: &[Section]) -> PlanGroups {
        PlanGroups {
            by_unit: self.by_unit(units),
            by_section: self.by_section(sections),
            by_risk_rating: self.by_rating(|objective| objective.risk_rating),
            by_strategic_rating: self.by_rating(|objective| objective.strategic_rating),
            by_public_value_rating: self.by_rating(|objective| objective.public_value_rating),
            by_office: self.by_office(),
        }
    }

    /// Units in the order of their codes; last, without a name, the objectives of none.
    fn by_unit(&self, units: &[Unit]) -> Vec<GroupTally> {
        let mut sums: BTreeMap<_, (Option<&Unit>, Sum)> = BTreeMap::new();
        for objective in self.objectives {
            let unit = units.iter().find(|unit| Some(&unit.id) == objective.unit_id.as_ref());
            let key = (unit.is_none(), unit.map(|unit| &unit.code));
            sums.entry(key).or_insert_with(|| (unit, Sum::default())).1.objective(objective);
        }
        let groups = sums.into_values().map(|(unit, sum)| GroupTally {
            id: unit.map(|unit| unit.id.clone()),
            code: unit.map(|unit| unit.code.clone()),
            title: unit.map(|unit| unit.name.clone()),
            ..GroupTally::of(sum.finish())
        });
        groups.take(MAX_GROUPS).collect()
    }

    /// Sections in the order of the plan; first, without a name, what stands in none.
    fn by_section(&self, sections: &[Section]) -> Vec<GroupTally> {
        let mut sums: BTreeMap<_, Sum> = BTreeMap::new();
        for objective in self.objectives {
            sums.entry(objective.section_id.as_ref()).or_default().objective(objective);
        }
        for phase in self.phases {
            sums.entry(phase.section_id.as_ref()).or_default().phase(phase);
        }
        for indicator in self.indicators {
            sums.entry(None).or_default().indicator(indicator);
        }
        let groups = sums.into_iter().map(|(id, sum)| {
            let section = sections.iter().find(|section| Some(&section.id) == id);
            GroupTally {
                id: id.cloned(),
                code: section.map(|section| section.code.clone()),
                title: section.map(|section| section.title.clone()),
                ..GroupTally::of(sum.finish())
            }
        });
        groups.take(MAX_GROUPS).collect()
    }

    /// High first; last, without a rating, those that have none.
    fn by_rating(&self, rating_of: fn(&ObjectiveMonitoring) -> Option<Rating>) -> Vec<GroupTally> {
        let mut sums: BTreeMap<_, Sum> = BTreeMap::new();
        for objective in self.objectives {
            sums.entry(std::cmp::Reverse(rating_of(objective))).or_default().objective(objective);
        }
        let groups = sums.into_iter();
        groups.map(|(rating, sum)| GroupTally { rating: rating.0, ..GroupTally::of(sum.finish()) }).collect()
    }

    /// Offices by name, however it is capitalised: an objective counts for each that is assigned to it, a phase for its own.
    fn by_office(&self) -> Vec<GroupTally> {
        let mut sums: BTreeMap<String, (Line, Sum)> = BTreeMap::new();
        let mut add = |offices: &[Line], count: &dyn Fn(&mut Sum)| {
            for office in offices {
                let entry = sums.entry(fold(office.as_str()));
                count(&mut entry.or_insert_with(|| (office.clone(), Sum::default())).1);
            }
        };
        for objective in self.objectives {
            let without_phases = |sum: &mut Sum| {
                let phases = std::mem::take(&mut sum.tally.phases);
                sum.objective(objective);
                sum.tally.phases = phases;
            };
            add(&objective.assignees, &without_phases);
        }
        for phase in self.objectives.iter().flat_map(|objective| &objective.phases).chain(self.phases) {
            add(&phase.assignees, &|sum| sum.phase(phase));
        }
        let groups = sums.into_values();
        let groups = groups.map(|(office, sum)| GroupTally { title: Some(office), ..GroupTally::of(sum.finish()) });
        groups.take(MAX_GROUPS).collect()
    }
}
