//! Deadlines, and yes or no.

use chrono::{Datelike, NaiveDate};

use super::explain::{self, evaluation, iso, operand};
use super::observe::{self, Window};
use super::{Deviation, Evaluation, Explanation, Inputs, LATE, Measured, PARTLY, Rule, Status};
use crate::planning::targets::{DeadlineRule, TargetValue};

use rust_decimal::prelude::ToPrimitive;

/// The deadlines that fall in the reference year; if none does, the last.
fn due(inputs: &Inputs<'_>) -> Result<Vec<NaiveDate>, String> {
    match &inputs.reading.deadline_rule {
        Some(DeadlineRule::Dates(whens)) => {
            let mut days: Vec<_> = whens.iter().filter_map(|when| when.resolve(inputs.reference_year)).collect();
            days.sort_unstable();
            let in_year: Vec<_> = days.iter().copied().filter(|day| day.year() == inputs.reference_year).collect();
            let days = if in_year.is_empty() { days.pop().into_iter().collect() } else { in_year };
            if days.is_empty() { Err("The year is out of the calendar.".to_owned()) } else { Ok(days) }
        }
        Some(DeadlineRule::Named(name)) => {
            Err(format!("The deadline \"{name}\" is named, not dated: a person must say when it falls."))
        }
        _ => Err("The deadline has no date.".to_owned()),
    }
}

/// Done on or before the deadline; of several, each.
pub(super) fn by_date(inputs: &Inputs<'_>) -> Evaluation {
    let due = match due(inputs) {
        Ok(due) => due,
        Err(reason) => return explain::not_evaluable(Rule::ByDate, Vec::new(), reason),
    };
    let mut known: Vec<&Measured> =
        inputs.measurements.iter().filter(|measured| measured.from <= inputs.as_of).collect();
    known.sort_by_key(|measured| (measured.to, measured.from));
    match due.as_slice() {
        [deadline] => single(inputs, *deadline, &known),
        _ => several(inputs, &due, &known),
    }
}

fn single(inputs: &Inputs<'_>, deadline: NaiveDate, known: &[&Measured]) -> Evaluation {
    let done = known.iter().rev().find_map(|measured| measured.date);
    let answer = known.iter().rev().find_map(|measured| Some((measured.yes?, measured.to)));
    let explained =
        |status, attainment, formula: String, margin: Option<i64>, text: String, done: Option<NaiveDate>| {
            let mut operands = vec![operand("deadline", iso(deadline))];
            operands.extend(done.map(|day| operand("done", iso(day))));
            let deviation = margin.map(Deviation::of_days);
            let margin = margin.and_then(|days| days.to_f64());
            let reasons = Vec::new();
            let explanation = Explanation { rule: Rule::ByDate, formula, operands, margin, text, reasons };
            Evaluation { deviation, ..evaluation(status, attainment, explanation) }
        };
    // Done without a day: the measurement's last day is the latest that it can have been.
    let done = done.or_else(|| answer.filter(|(yes, to)| *yes && *to <= deadline).map(|(_, to)| to));
    if let Some(day) = done {
        let early = deadline.signed_duration_since(day).num_days();
        let formula = format!("{} ≤ {}? {}", iso(day), iso(deadline), if early >= 0 { "yes" } else { "no" });
        let planned = day > inputs.as_of;
        let (status, attainment, text) = match (planned, early >= 0) {
            (false, true) => (
                Status::Achieved,
                Some(1.0),
                match early {
                    0 => format!("Done on {}, the very day of the deadline.", iso(day)),
                    1 => format!("Done on {}, a day before the deadline of {}.", iso(day), iso(deadline)),
                    _ => format!("Done on {}, {early} days before the deadline of {}.", iso(day), iso(deadline)),
                },
            ),
            (false, false) => (
                Status::Missed,
                Some(0.0),
                format!("Done on {}, {} days after the deadline of {}.", iso(day), -early, iso(deadline)),
            ),
            (true, true) => {
                (Status::OnTrack, None, format!("Planned for {}, before the deadline of {}.", iso(day), iso(deadline)))
            }
            (true, false) => {
                (Status::AtRisk, None, format!("Planned for {}, after the deadline of {}.", iso(day), iso(deadline)))
            }
        };
        return explained(status, attainment, formula, Some(early), text, Some(day));
    }
    let passed = inputs.as_of > deadline;
    match answer {
        Some((true, _)) => {
            let reason = format!("It was done, but on which day is not known, and the deadline was {}.", iso(deadline));
            explain::not_evaluable(Rule::ByDate, vec![operand("deadline", iso(deadline))], reason)
        }
        Some((false, _)) if passed => {
            let late = deadline.signed_duration_since(inputs.as_of).num_days();
            let formula = format!("{} ≤ {}? no", iso(inputs.as_of), iso(deadline));
            explained(
                Status::Missed,
                Some(0.0),
                formula,
                Some(late),
                format!("Not done, and the deadline of {} has passed.", iso(deadline)),
                None,
            )
        }
        Some((false, _)) => {
            let status = pace(inputs, deadline);
            let formula = format!("{} ≤ {}? yes", iso(inputs.as_of), iso(deadline));
            explained(status, None, formula, None, format!("Not done yet; the deadline is {}.", iso(deadline)), None)
        }
        None => {
            let when = if passed { "was" } else { "is" };
            explain::not_measured(Rule::ByDate, vec![format!("The deadline {when} {}.", iso(deadline))])
        }
    }
}

/// Something not yet done is at risk once most of its year has gone.
fn pace(inputs: &Inputs<'_>, deadline: NaiveDate) -> Status {
    let from = NaiveDate::from_ymd_opt(deadline.year(), 1, 1).unwrap_or(deadline);
    let gone = Window { from, to: deadline }.elapsed(inputs.as_of).to_f64().unwrap_or(1.0);
    if gone >= LATE { Status::AtRisk } else { Status::OnTrack }
}

/// Several deadlines: the first done against the first due, and so on.
fn several(inputs: &Inputs<'_>, due: &[NaiveDate], known: &[&Measured]) -> Evaluation {
    let mut done: Vec<_> =
        known.iter().filter_map(|measured| measured.date).filter(|day| *day <= inputs.as_of).collect();
    done.sort_unstable();
    if done.is_empty() && known.iter().all(|measured| measured.yes.is_none()) {
        return explain::not_measured(
            Rule::ByDate,
            due.iter().map(|day| format!("A deadline is {}.", iso(*day))).collect(),
        );
    }
    let met = due.iter().zip(&done).filter(|(due, done)| done <= due).count();
    let missed = due.iter().enumerate().any(|(index, day)| match done.get(index) {
        Some(done) => done > day,
        None => inputs.as_of > *day,
    });
    let open = due.last().is_some_and(|last| inputs.as_of < *last) && done.len() < due.len();
    let all = due.len();
    let attainment = met.to_f64().unwrap_or(0.0) / all.max(1).to_f64().unwrap_or(1.0);
    let status = match (met == all, open, missed) {
        (true, ..) => Status::Achieved,
        (_, true, false) => Status::OnTrack,
        (_, true, true) => Status::AtRisk,
        _ if attainment >= PARTLY => Status::PartlyAchieved,
        _ => Status::Missed,
    };
    let operands = due.iter().take(5).map(|day| operand("deadline", iso(*day)));
    let operands = operands.chain(done.iter().take(5).map(|day| operand("done", iso(*day)))).collect();
    let formula = format!("{met} of {all} deadlines met: {met} / {all} = {attainment:.4}");
    let text = format!("{met} of {all} deadlines met.");
    let explanation = Explanation { rule: Rule::ByDate, formula, operands, margin: None, text, reasons: Vec::new() };
    let passed = due.iter().filter(|day| **day < inputs.as_of).count();
    let deviation = Some(Deviation::of_deadlines(met, passed.max(met)));
    Evaluation { deviation, ..evaluation(status, Some(attainment), explanation) }
}

/// Yes or no.
pub(super) fn yes_no(inputs: &Inputs<'_>) -> Evaluation {
    let wanted = inputs.reading.value != Some(TargetValue::Boolean(false));
    let Some(window) = Window::of(inputs) else {
        return explain::not_evaluable(Rule::YesNo, Vec::new(), "The year is out of the calendar.".to_owned());
    };
    let (measured, _) = observe::counted(inputs, window);
    let answer = |measured: &&Measured| {
        let dated = measured.date.filter(|day| *day <= inputs.as_of && *day <= window.to).map(|_| true);
        measured.yes.or(dated)
    };
    let Some(yes) = measured.iter().find_map(answer) else {
        return explain::not_measured(Rule::YesNo, Vec::new());
    };
    let word = |yes| if yes { "yes" } else { "no" };
    let met = yes == wanted;
    let open = !window.ended(inputs.as_of);
    let status = match (met, open) {
        // What is done stays done; what must not happen can still happen.
        (true, true) if !wanted => Status::OnTrack,
        (true, _) => Status::Achieved,
        (false, true) if wanted => pace(inputs, window.to),
        (false, _) => Status::Missed,
    };
    let text = match status {
        Status::Achieved => format!("Target met: the answer is {}, as expected.", word(yes)),
        Status::Missed => format!("Target missed: the answer is {}, expected {}.", word(yes), word(wanted)),
        _ if met => format!("On track: so far the answer is {}, as expected.", word(yes)),
        _ => format!("Not done yet; it is due by {}.", iso(window.to)),
    };
    let formula = format!("{} = {}? {}", word(yes), word(wanted), word(met));
    let operands = vec![operand("measured", word(yes)), operand("target", word(wanted))];
    let attainment = if met { 1.0 } else { 0.0 };
    let explanation = Explanation { rule: Rule::YesNo, formula, operands, margin: None, text, reasons: Vec::new() };
    // What can still be done is no deviation yet.
    let deviation = (met || status == Status::Missed).then(|| Deviation::of_answer(met));
    Evaluation { deviation, ..evaluation(status, Some(attainment), explanation) }
}
