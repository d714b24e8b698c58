//! Numbers, amounts, shares, times, ranges, ratios, rates, schedules and "all".

use rust_decimal::Decimal;

use super::explain::{self, Case, operand, plain};
use super::observe::{self, Figure, NoFigure, Window};
use super::{Evaluation, Inputs, Measured, Rule, compare};
use crate::planning::targets::{DeadlineRule, Kind, Reading, Unit};

/// The value that the reference year asks for, or why there is none.
pub(super) fn target(reading: &Reading, reference_year: i32) -> Result<Decimal, String> {
    match (reading.kind, &reading.deadline_rule) {
        (Kind::Schedule, Some(DeadlineRule::Schedule(years))) => years
            .iter()
            .find(|(year, _)| *year == reference_year)
            .map(|(_, value)| *value)
            .ok_or_else(|| format!("The schedule has no value for {reference_year}.")),
        _ => reading.number().ok_or_else(|| "The target has no value.".to_owned()),
    }
}

/// How many periods of a rate a year has.
fn periods(unit: Option<Unit>) -> Decimal {
    Decimal::from(match unit {
        Some(Unit::PerDay) => 365,
        Some(Unit::PerWeek) => 52,
        Some(Unit::PerMonth) => 12,
        Some(Unit::PerQuarter) => 4,
        _ => 1,
    })
}

/// Counts and money add up over the year; shares, times and marks do not.
fn adds_up(kind: Kind, unit: Option<Unit>) -> bool {
    match kind {
        Kind::Number | Kind::Currency | Kind::Rate => true,
        Kind::Range | Kind::Schedule => matches!(unit, None | Some(Unit::Euro)),
        _ => false,
    }
}

/// The figure of measurements, latest first: summed where it adds up, otherwise the level; none of dates and answers.
pub(super) fn figure(reading: &Reading, measured: &[&Measured]) -> Result<Figure, NoFigure> {
    match reading.kind {
        Kind::Date | Kind::Boolean => Err(NoFigure::Unknown),
        Kind::Universal => everybody(measured),
        kind if adds_up(kind, reading.unit) => observe::total(measured, kind == Kind::Rate),
        _ => {
            // "+10%" is of a change: the figure itself is a share only where the change is told in points.
            let share = match reading.kind {
                Kind::RelativeChange | Kind::Maintain => reading.unit == Some(Unit::Points),
                _ => reading.unit == Some(Unit::Percent),
            };
            observe::level(measured, if share { Decimal::ONE_HUNDRED } else { Decimal::ONE })
        }
    }
}

pub(super) fn value(inputs: &Inputs<'_>) -> Evaluation {
    let reading = inputs.reading;
    let undecided = Rule::Undirected;
    let (mut target, window) = match (target(reading, inputs.reference_year), Window::of(inputs)) {
        (Ok(target), Some(window)) => (target, window),
        (Err(reason), _) => return explain::not_evaluable(undecided, Vec::new(), reason),
        (_, None) => {
            return explain::not_evaluable(undecided, Vec::new(), "The year is out of the calendar.".to_owned());
        }
    };
    let (measured, late) = observe::counted(inputs, window);
    let mut reasons = Vec::new();
    if late > 0 {
        reasons.push(format!(
            "{late} measurements run beyond {}, the target's end, and are not counted.",
            explain::iso(window.to)
        ));
    }
    let mut operands = Vec::new();
    let adds_up = adds_up(reading.kind, reading.unit);
    let share = reading.unit == Some(Unit::Percent);
    let figure = figure(reading, &measured);
    let mut upper = reading.value2.filter(|_| reading.kind != Kind::Ratio);
    let mut working = None;
    if reading.kind == Kind::Rate && periods(reading.unit) != Decimal::ONE {
        let count = target.saturating_mul(periods(reading.unit));
        reasons.push(format!("{} in each period make {} in the year.", plain(target), plain(count)));
        target = count;
        upper = None;
    }
    let cap = share.then_some(Decimal::ONE_HUNDRED);
    let bound = compare::bound(inputs, target, upper, cap);
    let figure = match figure {
        Ok(figure) => figure,
        Err(why) => return explain::no_figure(bound.rule, why, reasons),
    };
    let mut bound = bound;
    if let Some((above, below)) = figure.parts {
        let scale = if share { " × 100" } else { "" };
        working = Some(format!("{} / {}{scale} = {}", plain(above), plain(below), plain(figure.value)));
        operands.push(operand("numerator", plain(above)));
        operands.push(operand("denominator", plain(below)));
        if reading.kind == Kind::Ratio && reading.unit.is_none() {
            if figure.value > Decimal::ONE {
                let reason =
                    "The numerator exceeds the denominator: say whether the target is a mark on a scale or a fraction.";
                return explain::not_evaluable(bound.rule, operands, reason.to_owned());
            }
            let whole = reading.value2.unwrap_or(Decimal::ONE);
            let fraction = target.checked_div(whole).unwrap_or(target);
            bound = compare::bound(inputs, fraction, None, None);
            operands.push(operand("target_numerator", plain(target)));
            operands.push(operand("target_denominator", plain(whole)));
        }
    }
    let unit = reading.unit.filter(|_| reading.kind != Kind::Rate);
    explain::judge(inputs, window, Case { bound, figure, unit, working, operands, reasons, adds_up })
}

/// All of them: numerator = denominator; or a share, or a plain yes.
fn everybody(measured: &[&Measured]) -> Result<Figure, NoFigure> {
    match observe::level(measured, Decimal::ONE_HUNDRED) {
        Err(NoFigure::Unknown) => {
            let answer = measured.iter().find_map(|each| Some((each.yes?, each.to)));
            let (yes, to) = answer.ok_or(NoFigure::Unknown)?;
            let value = if yes { Decimal::ONE_HUNDRED } else { Decimal::ZERO };
            Ok(Figure { value, parts: None, summed: 1, to })
        }
        other => other,
    }
}
