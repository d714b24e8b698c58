//! Words and formulas: an evaluation that a clerk can check by hand.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::compare::{Bound, Outcome};
use super::observe::{Figure, NoFigure, Window};
use super::{Deviation, Evaluation, Explanation, Inputs, Operand, PARTLY, Rule, Status};
use crate::planning::targets::{Comparator, Polarity, Unit};

/// A figure to be judged against a bound.
pub(super) struct Case {
    pub(super) bound: Bound,
    pub(super) figure: Figure,
    pub(super) unit: Option<Unit>,
    /// How the figure was computed: "90 / 120 × 100 = 75".
    pub(super) working: Option<String>,
    pub(super) operands: Vec<Operand>,
    pub(super) reasons: Vec<String>,
    /// Counts add up over the period, levels do not.
    pub(super) adds_up: bool,
}

/// A number as people write it: at most four decimals, no trailing zeros.
pub(super) fn plain(value: Decimal) -> String {
    value.round_dp(4).normalize().to_string()
}

/// A number with its unit: "95 %", "20 days".
pub(super) fn with_unit(value: Decimal, unit: Option<Unit>) -> String {
    let unit = match unit {
        Some(Unit::Percent) => " %",
        Some(Unit::Points) => " percentage points",
        Some(Unit::Euro) => " euro",
        Some(Unit::Minute) => " minutes",
        Some(Unit::Hour) => " hours",
        Some(Unit::Day) => " days",
        Some(Unit::WorkingDay) => " working days",
        Some(Unit::Week) => " weeks",
        Some(Unit::Month) => " months",
        Some(Unit::Year) => " years",
        _ => "",
    };
    plain(value) + unit
}

/// "2024-12-31"
pub(super) fn iso(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

pub(super) fn operand(name: &'static str, value: impl Into<String>) -> Operand {
    Operand { name, value: value.into() }
}

/// A finished evaluation from its parts.
pub(super) fn evaluation(status: Status, attainment: Option<f64>, explanation: Explanation) -> Evaluation {
    Evaluation { status, attainment, explanation, deviation: None }
}

pub(super) fn by_hand(reason: &str) -> Evaluation {
    not_evaluable(Rule::ByHand, Vec::new(), reason.to_owned())
}

pub(super) fn not_evaluable(rule: Rule, operands: Vec<Operand>, reason: String) -> Evaluation {
    let text = format!("Not evaluable. {reason}");
    let explanation = Explanation { rule, formula: String::new(), operands, margin: None, text, reasons: vec![reason] };
    evaluation(Status::NotEvaluable, None, explanation)
}

pub(super) fn not_measured(rule: Rule, reasons: Vec<String>) -> Evaluation {
    let text = "Nothing has been measured for this period.".to_owned();
    let explanation = Explanation { rule, formula: String::new(), operands: Vec::new(), margin: None, text, reasons };
    evaluation(Status::NotMeasured, None, explanation)
}

/// Why there is no figure, as an evaluation.
pub(super) fn no_figure(rule: Rule, why: NoFigure, reasons: Vec<String>) -> Evaluation {
    match why {
        NoFigure::Unknown => not_measured(rule, reasons),
        NoFigure::ZeroDenominator => {
            not_evaluable(rule, Vec::new(), "The denominator is zero: there was nothing to count.".to_owned())
        }
        NoFigure::TooGreat => {
            not_evaluable(rule, Vec::new(), "The measurements are too great to be summed.".to_owned())
        }
    }
}

/// "at least 200"
fn expected(bound: &Bound, unit: Option<Unit>) -> String {
    let value = with_unit(bound.value, unit);
    match bound.rule {
        Rule::AtLeast => format!("at least {value}"),
        Rule::MoreThan => format!("more than {value}"),
        Rule::AtMost => format!("at most {value}"),
        Rule::LessThan => format!("less than {value}"),
        Rule::About => format!("about {value}"),
        Rule::Between => format!("between {value} and {}", with_unit(bound.upper, unit)),
        _ => format!("exactly {value}"),
    }
}

/// "145 ≥ 200? no: 145 / 200 = 0.725"
fn formula(case: &Case, outcome: &Outcome) -> String {
    let Bound { rule, value, upper } = case.bound;
    let (measured, target) = (plain(case.figure.value), plain(value));
    let question = match rule {
        Rule::Between => format!("{target} ≤ {measured} ≤ {}?", plain(upper)),
        _ => format!("{measured} {} {target}?", case.bound.sign()),
    };
    let divides = value > Decimal::ZERO && case.figure.value > Decimal::ZERO && case.figure.value != value;
    let answer = match rule {
        _ if outcome.met => " yes".to_owned(),
        Rule::AtLeast | Rule::MoreThan if divides => {
            format!(" no: {measured} / {target} = {:.4}", outcome.attainment)
        }
        Rule::AtMost | Rule::LessThan if divides => {
            format!(" no: {target} / {measured} = {:.4}", outcome.attainment)
        }
        _ => " no".to_owned(),
    };
    let answer =
        if answer.contains('.') { answer.trim_end_matches('0').trim_end_matches('.').to_owned() } else { answer };
    match &case.working {
        Some(working) => format!("{working}; {question}{answer}"),
        None => format!("{question}{answer}"),
    }
}

/// Judges a figure: the one place where outcomes become statuses.
pub(super) fn judge(inputs: &Inputs<'_>, window: Window, mut case: Case) -> Evaluation {
    let measured = case.figure.value;
    case.operands.insert(0, operand("measured", plain(measured)));
    case.operands.push(operand("target", plain(case.bound.value)));
    if case.bound.rule == Rule::Between {
        case.operands.push(operand("upper", plain(case.bound.upper)));
    }
    if case.figure.summed > 1 {
        case.reasons.push(format!("{} measurements of separate periods were summed.", case.figure.summed));
    }
    contradiction(inputs, &case.bound, &mut case.reasons);
    let Some(outcome) = case.bound.check(measured, inputs.polarity) else {
        let reason = format!(
            "Polarity unknown: {} was measured against {}, and nobody has said whether higher or lower is better.",
            with_unit(measured, case.unit),
            with_unit(case.bound.value, case.unit),
        );
        let deviation = Some(Deviation::undirected(case.bound.value, measured));
        return Evaluation { deviation, ..not_evaluable(case.bound.rule, case.operands, reason) };
    };
    if case.bound.rule == Rule::Undirected {
        case.reasons
            .push("The polarity is unknown; meeting the value exactly achieves the target either way.".to_owned());
    }
    let open = !window.ended(inputs.as_of) && case.figure.to < window.to;
    let (status, pace) = if open { running(&case, &outcome, window) } else { (ended(&case.bound, &outcome), None) };
    let deviation = Some(Deviation::of_figure(&case.bound, measured, &outcome, pace));
    let mut formula = formula(&case, &outcome);
    let (measured, target) = (with_unit(measured, case.unit), expected(&case.bound, case.unit));
    let percent = (outcome.attainment * 100.0).round();
    let end = iso(window.to);
    let mut text = match status {
        Status::Achieved => format!("Target met: {measured} measured, {target} expected."),
        Status::PartlyAchieved => {
            format!("Target met in part, {percent} %: {measured} measured, {target} expected.")
        }
        Status::Missed => format!("Target missed: {measured} measured, {target} expected."),
        Status::OnTrack => format!("On track: {measured} so far, {target} expected by {end}."),
        _ => format!("At risk: {measured} so far, {target} expected by {end}."),
    };
    if let Some(pace) = pace {
        let pace = plain(pace);
        case.operands.push(operand("expected_so_far", pace.clone()));
        formula.push_str(&format!("; expected by {}: {pace}", iso(case.figure.to)));
        text.push_str(&format!(" An even pace gives {pace} by {}.", iso(case.figure.to)));
    }
    let margin = outcome.margin.to_f64();
    let Case { bound, operands, reasons, .. } = case;
    let explanation = Explanation { rule: bound.rule, formula, operands, margin, text, reasons };
    Evaluation { deviation, ..evaluation(status, Some(outcome.attainment), explanation) }
}

fn ended(bound: &Bound, outcome: &Outcome) -> Status {
    match outcome.met {
        true => Status::Achieved,
        false if !bound.strict() && outcome.attainment >= PARTLY => Status::PartlyAchieved,
        false => Status::Missed,
    }
}

/// Before the end: a count against an even pace, a level against the target itself.
fn running(case: &Case, outcome: &Outcome, window: Window) -> (Status, Option<Decimal>) {
    let measured = case.figure.value;
    let track = |on: bool| if on { Status::OnTrack } else { Status::AtRisk };
    if !case.adds_up {
        return (track(outcome.met), None);
    }
    let share = window.elapsed(case.figure.to);
    let pace = if case.bound.value > Decimal::ZERO { case.bound.value * share } else { case.bound.value };
    match case.bound.rule {
        Rule::AtLeast | Rule::MoreThan if outcome.met => (Status::Achieved, None),
        Rule::AtLeast | Rule::MoreThan => (track(measured >= pace), Some(pace)),
        Rule::AtMost | Rule::LessThan if !outcome.met => (Status::Missed, None),
        Rule::AtMost | Rule::LessThan => (track(measured <= pace), Some(pace)),
        _ => (track(measured >= pace && measured <= case.bound.upper.max(case.bound.value)), Some(pace)),
    }
}

/// A written comparator that runs against the polarity is followed, and said.
fn contradiction(inputs: &Inputs<'_>, bound: &Bound, reasons: &mut Vec<String>) {
    let written = inputs.reading.comparator != Some(Comparator::Default);
    let against = match inputs.polarity {
        Some(Polarity::HigherIsBetter) => matches!(bound.rule, Rule::AtMost | Rule::LessThan),
        Some(Polarity::LowerIsBetter) => matches!(bound.rule, Rule::AtLeast | Rule::MoreThan),
        None => false,
    };
    if written && against {
        reasons.push(
            "The written comparator runs against the indicator's polarity: the comparator was followed.".to_owned(),
        );
    }
}
