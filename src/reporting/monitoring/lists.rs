//! The lists of a dashboard: the worst deviations, what is not measured, what the law wants next. Each is cut where the
//! page ends, and says how many there are.

use super::dashboard::Dashboard;
use super::shown::{
    DeviatingIndicator, Deviations, IndicatorStanding, NotMeasured, ObjectiveMonitoring, OpenDeadlines,
    UnmeasuredIndicator,
};
use crate::planning::legal_deadlines::model::ShownLegalDeadline;
use crate::planning::targets::evaluate::Direction;

impl Dashboard {
    fn all(&self) -> impl Iterator<Item = (Option<&ObjectiveMonitoring>, &IndicatorStanding)> {
        let of_objectives = self.objectives.iter();
        let of_objectives = of_objectives
            .flat_map(|objective| objective.indicators.iter().map(move |indicator| (Some(objective), indicator)));
        of_objectives.chain(self.indicators.iter().map(|indicator| (None, indicator)))
    }

    /// The worst first: by per cent of what was expected, or by what is missing from a whole where zero was. Then those of
    /// which nobody said which way is better, then what is better than expected.
    pub fn deviations(&self, most: usize) -> Deviations {
        let mut found: Vec<_> =
            self.all().filter_map(|(objective, indicator)| deviating(objective, indicator)).collect();
        found.sort_by(|one, other| {
            let key = |each: &DeviatingIndicator| (rank(each.deviation.direction), badness(each));
            let ((one_rank, one), (other_rank, other)) = (key(one), key(other));
            one_rank.cmp(&other_rank).then(one.total_cmp(&other))
        });
        let total = found.len() as i32;
        found.truncate(most);
        Deviations { total, items: found }
    }

    /// The longest due first.
    pub fn not_measured(&self, most: usize) -> NotMeasured {
        let mut found: Vec<_> =
            self.all().filter_map(|(objective, indicator)| unmeasured(objective, indicator)).collect();
        found.sort_by_key(|one| one.owed.due_on);
        let total = found.len() as i32;
        found.truncate(most);
        NotMeasured { total, items: found }
    }

    /// What is overdue, the longest first, then what is due next.
    pub fn open_deadlines(&self, most: usize) -> OpenDeadlines {
        let counts = |one: &ShownLegalDeadline| one.reminder.overdue_since.or(one.reminder.next_due_on);
        let mut open: Vec<_> = self.deadlines.iter().filter(|one| counts(one).is_some()).cloned().collect();
        open.sort_by_key(|one| counts(one));
        let total = open.len() as i32;
        open.truncate(most);
        OpenDeadlines { total, items: open }
    }
}

fn rank(direction: Direction) -> u8 {
    match direction {
        Direction::Unfavourable => 0,
        Direction::Unknown => 1,
        Direction::Favourable | Direction::None => 2,
    }
}

fn badness(each: &DeviatingIndicator) -> f64 {
    let of_attainment = || each.attainment.map(|attainment| (attainment - 1.0) * 100.0);
    each.deviation.percent.or_else(of_attainment).unwrap_or_default()
}

fn deviating(objective: Option<&ObjectiveMonitoring>, indicator: &IndicatorStanding) -> Option<DeviatingIndicator> {
    let deviation = indicator.deviation.filter(|deviation| deviation.direction != Direction::None)?;
    Some(DeviatingIndicator {
        indicator_id: indicator.id.clone(),
        objective_id: objective.map(|objective| objective.id.clone()),
        objective_code: objective.map(|objective| objective.code.clone()),
        code: indicator.code.clone(),
        title: indicator.title.clone(),
        target: indicator.target.clone(),
        unit: indicator.unit.clone(),
        status: indicator.evaluation.status,
        attainment: indicator.evaluation.attainment,
        deviation,
    })
}

fn unmeasured(objective: Option<&ObjectiveMonitoring>, indicator: &IndicatorStanding) -> Option<UnmeasuredIndicator> {
    Some(UnmeasuredIndicator {
        indicator_id: indicator.id.clone(),
        objective_id: objective.map(|objective| objective.id.clone()),
        objective_code: objective.map(|objective| objective.code.clone()),
        code: indicator.code.clone(),
        title: indicator.title.clone(),
        target: indicator.target.clone(),
        owed: indicator.owed.clone()?,
    })
}
