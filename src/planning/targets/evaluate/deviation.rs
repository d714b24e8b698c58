//! The deviation ("scostamento"): how far a figure lies from what was expected by then, which way, and whether that is
//! good. A margin is never a plain difference: its sign follows the target, so that minus is always worse.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use utoipa::ToSchema;

use super::Rule;
use super::compare::{Bound, Outcome};

/// A deadline missed by a year is missed by 100 %.
const DAYS_OF_A_YEAR: f64 = 365.0;

/// What a figure is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeviationBasis)]
pub enum Basis {
    /// The target itself.
    Target,
    /// What an even pace gives by the last day measured: counts and amounts before their period has ended.
    ExpectedSoFar,
    /// A day; the figures are days.
    Deadline,
    /// Yes or no.
    Answer,
}

/// Whether a deviation is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeviationDirection)]
pub enum Direction {
    /// Better than expected.
    Favourable,
    /// Worse than expected.
    Unfavourable,
    /// As expected, or within the range or tolerance that was asked for.
    None,
    /// Nobody has said whether more or less is better.
    Unknown,
}

/// How far a figure lies from what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    pub basis: Basis,
    pub direction: Direction,
    /// What was expected, in the target's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Double, minimum = -1e16, maximum = 1e16)]
    pub expected: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Double, minimum = -1e16, maximum = 1e16)]
    pub measured: Option<f64>,
    /// Measured minus expected; for a deadline, days after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Double, minimum = -1e16, maximum = 1e16)]
    pub difference: Option<f64>,
    /// The same with the target's sign: negative where it is worse than expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Double, minimum = -1e16, maximum = 1e16)]
    pub margin: Option<f64>,
    /// The margin in per cent of what was expected; for a deadline, of a year; -100 for the wrong answer. Left out where
    /// zero was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Double, minimum = -1e18, maximum = 1e18)]
    pub percent: Option<f64>,
}

impl Deviation {
    /// Of a figure from its bound, or from an even pace towards it.
    pub(super) fn of_figure(bound: &Bound, measured: Decimal, outcome: &Outcome, pace: Option<Decimal>) -> Self {
        let Bound { rule, value, upper } = *bound;
        let (expected, margin) = match (pace, rule) {
            (Some(pace), Rule::AtLeast | Rule::MoreThan) => (pace, measured.saturating_sub(pace)),
            (Some(pace), Rule::AtMost | Rule::LessThan) => (pace, pace.saturating_sub(measured)),
            (Some(pace), _) if measured < pace => (pace, measured.saturating_sub(pace)),
            (Some(_), _) if measured > upper => (upper, upper.saturating_sub(measured)),
            (Some(pace), _) => (pace, Decimal::ZERO),
            (None, Rule::Between) if measured > upper => (upper, outcome.margin),
            (None, Rule::AtLeast | Rule::MoreThan | Rule::AtMost | Rule::LessThan) => (value, outcome.margin),
            // Within a range or a tolerance there is nothing to be better than.
            (None, _) => (value, if outcome.met { Decimal::ZERO } else { outcome.margin }),
        };
        let direction = match margin.cmp(&Decimal::ZERO) {
            std::cmp::Ordering::Greater => Direction::Favourable,
            std::cmp::Ordering::Less => Direction::Unfavourable,
            // 95 of "> 95%".
            std::cmp::Ordering::Equal if pace.is_none() && !outcome.met => Direction::Unfavourable,
            std::cmp::Ordering::Equal => Direction::None,
        };
        let percent = margin.checked_mul(Decimal::ONE_HUNDRED).and_then(|margin| margin.checked_div(expected.abs()));
        Deviation {
            basis: if pace.is_some() { Basis::ExpectedSoFar } else { Basis::Target },
            direction,
            expected: expected.to_f64(),
            measured: measured.to_f64(),
            difference: measured.saturating_sub(expected).to_f64(),
            margin: margin.to_f64(),
            percent: percent.and_then(|percent| percent.round_dp(4).to_f64()),
        }
    }

    /// Of a figure from a value of which nobody said which side is better.
    pub(super) fn undirected(value: Decimal, measured: Decimal) -> Self {
        Deviation {
            basis: Basis::Target,
            direction: Direction::Unknown,
            expected: value.to_f64(),
            measured: measured.to_f64(),
            difference: measured.saturating_sub(value).to_f64(),
            margin: None,
            percent: None,
        }
    }

    /// Of a day from its deadline: days before it, negative after it.
    pub(super) fn of_days(early: i64) -> Self {
        let days = early.to_f64().unwrap_or_default();
        let direction = match early {
            1.. => Direction::Favourable,
            0 => Direction::None,
            _ => Direction::Unfavourable,
        };
        let percent = (days / DAYS_OF_A_YEAR * 1e6).round() / 1e4;
        Deviation {
            basis: Basis::Deadline,
            direction,
            expected: None,
            measured: None,
            difference: Some(-days),
            margin: Some(days),
            percent: Some(percent),
        }
    }

    /// Of several deadlines: how many were met of those that have passed or were met ahead.
    pub(super) fn of_deadlines(met: usize, expected: usize) -> Self {
        let (met, expected) = (met.to_f64().unwrap_or_default(), expected.to_f64().unwrap_or_default());
        let margin = met - expected;
        Deviation {
            basis: Basis::Target,
            direction: if margin < 0.0 { Direction::Unfavourable } else { Direction::None },
            expected: Some(expected),
            measured: Some(met),
            difference: Some(margin),
            margin: Some(margin),
            percent: (expected > 0.0).then(|| (margin / expected * 1e6).round() / 1e4),
        }
    }

    /// Of an answer from the expected one.
    pub(super) fn of_answer(met: bool) -> Self {
        Deviation {
            basis: Basis::Answer,
            direction: if met { Direction::None } else { Direction::Unfavourable },
            expected: None,
            measured: None,
            difference: None,
            margin: None,
            percent: Some(if met { 0.0 } else { -100.0 }),
        }
    }
}
