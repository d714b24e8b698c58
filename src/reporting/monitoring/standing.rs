//! How an objective stands: by its indicators; by its phases where it has none. Pure.

use super::phase_state::PhaseStanding;
use super::shown::{IndicatorStanding, ObjectiveStanding, PhaseCounts, StatusCounts};
use crate::planning::targets::evaluate::{PARTLY, Status, roll_up};
use chrono::NaiveDate;

impl ObjectiveStanding {
    pub fn of(indicators: &[IndicatorStanding], phases: &[PhaseStanding], as_of: NaiveDate) -> Self {
        let states = PhaseCounts::of(phases.iter().map(|phase| phase.state));
        if indicators.is_empty() {
            return by_phases(states);
        }
        let counts = StatusCounts::of(indicators.iter().map(|indicator| indicator.evaluation.status));
        let rolled = roll_up(indicators.iter().map(|indicator| (indicator.weight, &indicator.evaluation)));
        let owed_now =
            indicators.iter().any(|indicator| indicator.owed.as_ref().is_some_and(|owed| owed.due_on < as_of));
        let status = by_indicators(&counts, rolled.attainment, owed_now);
        let standing = ObjectiveStanding {
            status,
            attainment: rolled.attainment,
            text: String::new(),
            indicators: counts,
            phases: states,
        };
        ObjectiveStanding { text: words(&standing), ..standing }
    }
}

/// What is known decides; what is not known never makes an objective achieved.
pub fn by_indicators(counts: &StatusCounts, attainment: Option<f64>, owed_now: bool) -> Status {
    let unmet = counts.partly_achieved + counts.missed;
    let open = counts.on_track + counts.at_risk;
    if counts.not_measured + counts.not_evaluable == counts.total {
        return if counts.not_measured > 0 { Status::NotMeasured } else { Status::NotEvaluable };
    }
    if open > 0 {
        return if counts.at_risk + unmet > 0 { Status::AtRisk } else { Status::OnTrack };
    }
    if unmet > 0 {
        let partly = attainment.is_some_and(|attainment| attainment >= PARTLY);
        return if partly { Status::PartlyAchieved } else { Status::Missed };
    }
    match (counts.not_measured, owed_now) {
        (0, _) => Status::Achieved,
        (_, false) => Status::OnTrack,
        (_, true) => Status::NotMeasured,
    }
}

fn by_phases(states: PhaseCounts) -> ObjectiveStanding {
    let done = f64::from(states.done);
    let (status, text) = match states.total {
        0 => (Status::NotEvaluable, "No indicator and no phase tells how it stands.".to_owned()),
        all => {
            let status = match (states.done == all, states.late) {
                (true, _) => Status::Achieved,
                (false, 0) => Status::OnTrack,
                (false, _) => Status::AtRisk,
            };
            let late = if states.late > 0 { format!(", {} late", states.late) } else { String::new() };
            (status, format!("It has no indicator; of its {all} phases {} are done{late}.", states.done))
        }
    };
    let attainment = (states.total > 0).then(|| done / f64::from(states.total));
    ObjectiveStanding { status, attainment, text, indicators: StatusCounts::default(), phases: states }
}

/// "Of 6 indicators 1 achieved, 3 not measured. Their weighted mean is 75 %."
fn words(standing: &ObjectiveStanding) -> String {
    let counts = &standing.indicators;
    let named = [
        (counts.achieved, "achieved"),
        (counts.partly_achieved, "partly achieved"),
        (counts.missed, "missed"),
        (counts.on_track, "on track"),
        (counts.at_risk, "at risk"),
        (counts.not_measured, "not measured"),
        (counts.not_evaluable, "not evaluable"),
    ];
    let named: Vec<_> =
        named.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
    let mean =
        standing.attainment.map(|mean| format!(" The weighted mean of those evaluated is {:.0} %.", mean * 100.0));
    format!("Of {} indicators {}.{}", counts.total, named.join(", "), mean.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Achieved, AtRisk, Missed, NotEvaluable, NotMeasured, OnTrack, PartlyAchieved};

    #[test]
    fn what_is_not_known_achieves_nothing() {
        let stands = |statuses: &[Status], attainment, owed_now| {
            by_indicators(&StatusCounts::of(statuses.iter().copied()), attainment, owed_now)
        };
        assert_eq!(stands(&[Achieved, Achieved], Some(1.0), false), Achieved);
        assert_eq!(stands(&[Achieved, NotEvaluable], Some(1.0), false), Achieved);
        assert_eq!(stands(&[Achieved, NotMeasured], Some(1.0), false), OnTrack);
        assert_eq!(stands(&[Achieved, NotMeasured], Some(1.0), true), NotMeasured);
        assert_eq!(stands(&[NotMeasured, NotEvaluable], None, true), NotMeasured);
        assert_eq!(stands(&[NotEvaluable], None, false), NotEvaluable);
        assert_eq!(stands(&[Achieved, OnTrack], Some(0.8), false), OnTrack);
        assert_eq!(stands(&[Missed, OnTrack], Some(0.8), false), AtRisk);
        assert_eq!(stands(&[Achieved, AtRisk], Some(0.8), false), AtRisk);
        assert_eq!(stands(&[Achieved, Missed], Some(0.5), false), PartlyAchieved);
        assert_eq!(stands(&[Achieved, Missed, NotMeasured], Some(0.49), false), Missed);
    }

    #[test]
    fn without_indicators_the_phases_tell() {
        let stands = |done, late, total| {
            let standing = by_phases(PhaseCounts { done, late, total, ..PhaseCounts::default() });
            (standing.status, standing.attainment)
        };
        assert_eq!(stands(0, 0, 0), (NotEvaluable, None));
        assert_eq!(stands(4, 0, 4), (Achieved, Some(1.0)));
        assert_eq!(stands(1, 0, 4), (OnTrack, Some(0.25)));
        assert_eq!(stands(1, 1, 4), (AtRisk, Some(0.25)));
    }
}
