//! Changes from a baseline, and keeping it.

use rust_decimal::Decimal;

use super::compare::{self, Bound};
use super::explain::{self, Case, operand, plain};
use super::observe::{self, Figure, NoFigure, Window};
use super::{Evaluation, Inputs, Measured, Rule};
use crate::planning::targets::{Baseline, Comparator, Polarity, Remark, Unit};

/// The baseline's value and where it comes from, or why there is none.
fn baseline(inputs: &Inputs<'_>) -> Result<(Decimal, String), String> {
    let of_year = |year: i32| inputs.achieved.iter().find(|(each, _)| *each == year).map(|(_, value)| *value);
    let before = inputs.reference_year.saturating_sub(1);
    match inputs.reading.baseline().unwrap_or(Baseline::PreviousYear) {
        Baseline::Year(year) => of_year(year)
            .map(|value| (value, format!("the value of {year}")))
            .ok_or_else(|| format!("No baseline: the value achieved in {year} is not known.")),
        Baseline::Stored => inputs
            .baseline
            .map(|value| (value, "the stored baseline".to_owned()))
            .ok_or_else(|| "No baseline: the indicator has no stored one.".to_owned()),
        Baseline::PreviousYear => of_year(before)
            .map(|value| (value, format!("the value of {before}, the year before")))
            .or_else(|| {
                inputs.baseline.map(|value| (value, "the stored baseline, for want of the year before".to_owned()))
            })
            .ok_or_else(|| format!("No baseline: neither the value achieved in {before} nor a stored one is known.")),
        Baseline::Unknown => {
            Err("No baseline: the text names one that is neither a year nor the stored one.".to_owned())
        }
    }
}

/// The indicator's own figure: a share where numerators are given, otherwise the latest value.
fn figure(inputs: &Inputs<'_>, measured: &[&Measured]) -> Result<Figure, NoFigure> {
    let points = matches!(inputs.reading.unit, Some(Unit::Points));
    observe::level(measured, if points { Decimal::ONE_HUNDRED } else { Decimal::ONE })
}

/// What both kinds need: the period, the baseline and the figure.
fn given(inputs: &Inputs<'_>) -> Result<(Window, Decimal, Figure, Vec<String>), Box<Evaluation>> {
    let rule = Rule::Undirected;
    let window = Window::of(inputs)
        .ok_or_else(|| explain::not_evaluable(rule, Vec::new(), "The year is out of the calendar.".to_owned()))?;
    let (base, source) = baseline(inputs).map_err(|reason| explain::not_evaluable(rule, Vec::new(), reason))?;
    let (measured, _) = observe::counted(inputs, window);
    let figure = figure(inputs, &measured).map_err(|why| Box::new(explain::no_figure(rule, why, Vec::new())))?;
    Ok((window, base, figure, vec![format!("The baseline is {source}.")]))
}

/// "+10% rispetto al 2023": (measured − baseline) / baseline × 100, or measured − baseline.
pub(super) fn relative(inputs: &Inputs<'_>) -> Evaluation {
    let (window, base, found, mut reasons) = match given(inputs) {
        Ok(given) => given,
        Err(evaluation) => return *evaluation,
    };
    let target = inputs.reading.number().unwrap_or_default();
    let operands = vec![operand("value", plain(found.value)), operand("baseline", plain(base))];
    let difference = found.value.saturating_sub(base);
    let percent = inputs.reading.unit == Some(Unit::Percent);
    let change = match percent {
        true if base.is_zero() => {
            let reason = "The baseline is zero: no percentage change can be computed.".to_owned();
            return explain::not_evaluable(Rule::Undirected, operands, reason);
        }
        true => difference.checked_mul(Decimal::ONE_HUNDRED).and_then(|scaled| scaled.checked_div(base.abs())),
        false => Some(difference),
    };
    let Some(mut change) = change else {
        return explain::not_evaluable(
            Rule::Undirected,
            operands,
            "The change is too great to be computed.".to_owned(),
        );
    };
    let scale = if percent { format!(" / {} × 100", plain(base.abs())) } else { String::new() };
    let mut working = format!("({} − {}){scale} = {}", plain(found.value), plain(base), plain(change));
    if inputs.reading.has(Remark::Improvement) {
        match inputs.polarity {
            Some(Polarity::HigherIsBetter) => {}
            Some(Polarity::LowerIsBetter) => {
                change = -change;
                working.push_str(&format!(", as an improvement {}", plain(change)));
                reasons.push("Lower is better: a fall is an improvement.".to_owned());
            }
            None => {
                let reason = "Polarity unknown: nobody has said which direction is an improvement.".to_owned();
                return explain::not_evaluable(Rule::Undirected, operands, reason);
            }
        }
    }
    // An improvement's own direction is already in the change.
    let bound = compare::bound(inputs, target, None, None);
    let figure = Figure { value: change, parts: None, ..found };
    let unit = inputs.reading.unit;
    explain::judge(
        inputs,
        window,
        Case { bound, figure, unit, working: Some(working), operands, reasons, adds_up: false },
    )
}

/// "mantenimento": at least the baseline, or at most where lower is better.
pub(super) fn maintain(inputs: &Inputs<'_>) -> Evaluation {
    let (window, base, figure, mut reasons) = match given(inputs) {
        Ok(given) => given,
        Err(evaluation) => return *evaluation,
    };
    let rule = match (inputs.reading.comparator, inputs.polarity) {
        (Some(Comparator::About), _) => Rule::About,
        (Some(Comparator::Equal), _) => Rule::Exactly,
        (Some(Comparator::AtMost), _) => Rule::AtMost,
        (_, Some(Polarity::HigherIsBetter)) => Rule::AtLeast,
        (_, Some(Polarity::LowerIsBetter)) => {
            reasons.push("Lower is better: keeping means not rising.".to_owned());
            Rule::AtMost
        }
        (_, None) => Rule::Undirected,
    };
    let bound = Bound { rule, value: base, upper: base };
    let operands = vec![operand("baseline", plain(base))];
    explain::judge(inputs, window, Case { bound, figure, unit: None, working: None, operands, reasons, adds_up: false })
}
