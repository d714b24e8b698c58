//! Does a figure meet a bound, and how much of it does it reach?

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{ABOUT, Inputs, Rule, UNMET_AT_MOST};
use crate::planning::targets::{Comparator, Polarity};

/// A bound on a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound {
    pub(super) rule: Rule,
    pub(super) value: Decimal,
    /// The upper end of a range.
    pub(super) upper: Decimal,
}

/// How a figure compares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    pub(super) met: bool,
    /// 1 exactly when met.
    pub(super) attainment: f64,
    /// Beyond the bound, in its own direction; negative where short.
    pub(super) margin: Decimal,
}

/// The bound that a target sets. `None`: no comparator is written and the polarity is unknown.
pub(super) fn bound(inputs: &Inputs<'_>, value: Decimal, upper: Option<Decimal>, cap: Option<Decimal>) -> Bound {
    let rule = match inputs.reading.comparator.unwrap_or(Comparator::Default) {
        Comparator::Equal => Rule::Exactly,
        Comparator::More => Rule::MoreThan,
        Comparator::AtLeast => Rule::AtLeast,
        Comparator::Less => Rule::LessThan,
        Comparator::AtMost => Rule::AtMost,
        Comparator::About => Rule::About,
        Comparator::Between => Rule::Between,
        Comparator::By | Comparator::Default => match inputs.polarity {
            Some(Polarity::HigherIsBetter) => Rule::AtLeast,
            Some(Polarity::LowerIsBetter) => Rule::AtMost,
            // "100%": a share cannot exceed it, so at least and exactly coincide.
            None if cap == Some(value) => Rule::AtLeast,
            None => Rule::Undirected,
        },
    };
    // Of two ceilings ("3/5 giorni") the greater is the limit.
    let value = match (rule, upper) {
        (Rule::AtMost | Rule::LessThan, Some(upper)) => upper,
        _ => value,
    };
    Bound { rule, value, upper: upper.unwrap_or(value) }
}

impl Bound {
    /// Compares a figure; `None` where the direction is unknown and the figure is not exactly the value.
    pub(super) fn check(&self, measured: Decimal, polarity: Option<Polarity>) -> Option<Outcome> {
        let Self { value, upper, .. } = *self;
        let tolerance = value.abs().saturating_mul(ABOUT);
        let (low, high) = (value.saturating_sub(tolerance), value.saturating_add(tolerance));
        let (met, reached, margin) = match self.rule {
            Rule::AtLeast => (measured >= value, at_least(measured, value), measured.saturating_sub(value)),
            Rule::MoreThan => (measured > value, at_least(measured, value), measured.saturating_sub(value)),
            Rule::AtMost => (measured <= value, at_most(measured, value), value.saturating_sub(measured)),
            Rule::LessThan => (measured < value, at_most(measured, value), value.saturating_sub(measured)),
            Rule::Between => within(measured, value, upper),
            Rule::Exactly => within(measured, value, value),
            // Better than about the target is fine too, where the better direction is known.
            Rule::About => match polarity {
                Some(Polarity::HigherIsBetter) => {
                    (measured >= low, at_least(measured, low), measured.saturating_sub(low))
                }
                Some(Polarity::LowerIsBetter) => {
                    (measured <= high, at_most(measured, high), high.saturating_sub(measured))
                }
                None => within(measured, low, high),
            },
            _ if measured == value => (true, 1.0, Decimal::ZERO),
            _ => return None,
        };
        let attainment = if met { 1.0 } else { reached.clamp(0.0, UNMET_AT_MOST) };
        Some(Outcome { met, attainment, margin })
    }

    /// Met or missed, never in part.
    pub(super) fn strict(&self) -> bool {
        matches!(self.rule, Rule::MoreThan | Rule::LessThan)
    }

    /// "≥ 200"
    pub(super) fn sign(&self) -> &'static str {
        match self.rule {
            Rule::AtLeast => "≥",
            Rule::MoreThan => ">",
            Rule::AtMost => "≤",
            Rule::LessThan => "<",
            Rule::About => "≈",
            Rule::Between => "between",
            _ => "=",
        }
    }
}

fn within(measured: Decimal, low: Decimal, high: Decimal) -> (bool, f64, Decimal) {
    let met = low <= measured && measured <= high;
    let reached = at_least(measured, low).min(at_most(measured, high));
    (met, reached, measured.saturating_sub(low).min(high.saturating_sub(measured)))
}

/// How much of a floor is reached: rises with the figure, 1 from the floor on, never divides by zero.
fn at_least(measured: Decimal, floor: Decimal) -> f64 {
    if measured >= floor {
        1.0
    } else if floor > Decimal::ZERO {
        share(measured.max(Decimal::ZERO), floor)
    } else if floor < Decimal::ZERO {
        // Both negative: -5 of at least -10 … reversed, so that it still rises with the figure.
        share(floor, measured)
    } else {
        0.0
    }
}

/// How well a ceiling is kept: falls as the figure grows, 1 up to the ceiling, never divides by zero.
fn at_most(measured: Decimal, ceiling: Decimal) -> f64 {
    at_least(-measured, -ceiling)
}

fn share(part: Decimal, whole: Decimal) -> f64 {
    part.checked_div(whole).and_then(|share| share.to_f64()).unwrap_or(0.0)
}
