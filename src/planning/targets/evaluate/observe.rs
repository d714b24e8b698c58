//! What the measurements say over the period of a target.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::{Inputs, Measured};
use crate::planning::targets::{DeadlineRule, Reading};

/// The period of a target: the reference year, or the year of its deadline up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: NaiveDate,
    /// Inclusive.
    pub(super) to: NaiveDate,
}

impl Window {
    /// `None` only for years beyond the calendar.
    pub(super) fn of(inputs: &Inputs<'_>) -> Option<Self> {
        Self::over(inputs.reading, inputs.reference_year)
    }

    pub(super) fn over(reading: &Reading, reference_year: i32) -> Option<Self> {
        let end = match &reading.deadline_rule {
            Some(DeadlineRule::Dates(whens)) => {
                let days = || whens.iter().filter_map(|when| when.resolve(reference_year));
                let in_year = days().filter(|day| day.year() == reference_year).max();
                in_year.or_else(|| days().max())
            }
            _ => None,
        };
        let to = match end {
            Some(end) => end,
            None => NaiveDate::from_ymd_opt(reference_year, 12, 31)?,
        };
        Some(Self { from: NaiveDate::from_ymd_opt(to.year(), 1, 1)?, to })
    }

    pub(super) fn ended(&self, as_of: NaiveDate) -> bool {
        as_of >= self.to
    }

    /// Share of the period gone by after a day, 0 to 1.
    pub(super) fn elapsed(&self, day: NaiveDate) -> Decimal {
        let days = |from: NaiveDate, to: NaiveDate| Decimal::from(to.signed_duration_since(from).num_days() + 1);
        let share = days(self.from, day.min(self.to)) / days(self.from, self.to);
        share.clamp(Decimal::ZERO, Decimal::ONE)
    }
}

/// The measurements that count, latest first, none overlapping another: where periods overlap, the
/// one that ends later counts (then the longer), so that running totals and single months both add up.
pub(super) fn counted<'a>(inputs: &Inputs<'a>, window: Window) -> (Vec<&'a Measured>, usize) {
    let in_window = |measured: &&Measured| measured.from <= window.to && measured.to >= window.from;
    let known = |measured: &&Measured| measured.from <= inputs.as_of && measured.to >= measured.from;
    let inside = |measured: &&Measured| measured.to <= window.to;
    let mut all: Vec<_> = inputs.measurements.iter().filter(in_window).filter(known).collect();
    let late = all.iter().filter(|measured| !inside(measured)).count();
    all.retain(inside);
    all.sort_by_key(|measured| (std::cmp::Reverse(measured.to), measured.from));
    let mut kept: Vec<&Measured> = Vec::with_capacity(all.len());
    for measured in all {
        if kept.last().is_none_or(|last| measured.to < last.from) {
            kept.push(measured);
        }
    }
    (kept, late)
}

/// A figure and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    pub(super) value: Decimal,
    pub(super) parts: Option<(Decimal, Decimal)>,
    /// How many measurements it sums.
    pub(super) summed: usize,
    /// The last day measured.
    pub(super) to: NaiveDate,
}

/// Why there is no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoFigure {
    Unknown,
    ZeroDenominator,
    TooGreat,
}

/// The sum of values (or numerators, or yeses) over disjoint periods.
pub(super) fn total(measured: &[&Measured], count_answers: bool) -> Result<Figure, NoFigure> {
    let mut sum = Decimal::ZERO;
    let mut summed = 0;
    for each in measured {
        let answer = || (count_answers && (each.date.is_some() || each.yes == Some(true))).then_some(Decimal::ONE);
        if let Some(value) = each.value.or(each.numerator).or_else(answer) {
            sum = sum.checked_add(value).ok_or(NoFigure::TooGreat)?;
            summed += 1;
        }
    }
    let to = measured.first().map(|each| each.to).ok_or(NoFigure::Unknown)?;
    if summed == 0 { Err(NoFigure::Unknown) } else { Ok(Figure { value: sum, parts: None, summed, to }) }
}

/// Summed numerators over summed denominators times `scale`; without them the latest value.
pub(super) fn level(measured: &[&Measured], scale: Decimal) -> Result<Figure, NoFigure> {
    let (mut above, mut below, mut summed) = (Decimal::ZERO, Decimal::ZERO, 0);
    for each in measured {
        if let (Some(numerator), Some(denominator)) = (each.numerator, each.denominator) {
            above = above.checked_add(numerator).ok_or(NoFigure::TooGreat)?;
            below = below.checked_add(denominator).ok_or(NoFigure::TooGreat)?;
            summed += 1;
        }
    }
    if summed == 0 {
        let latest = measured.iter().find_map(|each| Some((each.value?, each.to)));
        let (value, to) = latest.ok_or(NoFigure::Unknown)?;
        return Ok(Figure { value, parts: None, summed: 1, to });
    }
    if below <= Decimal::ZERO {
        return Err(NoFigure::ZeroDenominator);
    }
    let value = above.checked_mul(scale).and_then(|scaled| scaled.checked_div(below)).ok_or(NoFigure::TooGreat)?;
    let to = measured.first().map(|each| each.to).ok_or(NoFigure::Unknown)?;
    Ok(Figure { value, parts: Some((above, below)), summed, to })
}
