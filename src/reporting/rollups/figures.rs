//! The arithmetic, pure. Sums are of whole numbers, so that the parts in any order give the whole. A ratio is summed above and
//! below and divided once. Quartiles are those of type 7 (Hyndman and Fan): of n values in order, the one at (n − 1) · p,
//! between two of them in proportion, as spreadsheets and R have them.

use super::metric::{MetricDirection, RollupMetric};
use crate::metric_definitions::model::MetricKind;
use serde::Serialize;
use utoipa::ToSchema;

/// What is known of a metric: of one administration, or of many together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figure {
    /// The sum, or what stands above the line of a ratio; before it is scaled.
    pub numerator: i64,
    /// What stands below the line of a ratio; of a sum nothing.
    pub denominator: i64,
}

impl Figure {
    pub fn sum(numerator: i64) -> Self {
        Figure { numerator, denominator: 0 }
    }

    /// Nothing where there is nothing to divide by.
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Self> {
        (denominator > 0).then_some(Figure { numerator, denominator })
    }

    #[must_use]
    pub fn plus(self, other: Figure) -> Self {
        Figure {
            numerator: self.numerator.saturating_add(other.numerator),
            denominator: self.denominator.saturating_add(other.denominator),
        }
    }

    /// As it is shown; nothing of a ratio over nothing.
    pub fn value(self, metric: RollupMetric) -> Option<f64> {
        let above = self.numerator as f64 * metric.scale();
        match metric.kind() {
            MetricKind::Sum | MetricKind::Level => Some(round(above)),
            _ if self.denominator == 0 => None,
            MetricKind::Share => Some(round(above * 100.0 / self.denominator as f64)),
            MetricKind::Mean => Some(round(above / self.denominator as f64)),
        }
    }
}

/// To four decimals.
pub fn round(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

/// How the administrations' own figures are spread; each administration counts once, however large it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Spread {
    /// Of the administrations' figures: of a ratio it is not the ratio of the whole.
    #[schema(minimum = 0, maximum = 1e15)]
    pub mean: f64,
    /// A quarter of the administrations lie at or below it.
    #[schema(minimum = 0, maximum = 1e15)]
    pub first_quartile: f64,
    #[schema(minimum = 0, maximum = 1e15)]
    pub median: f64,
    #[schema(minimum = 0, maximum = 1e15)]
    pub third_quartile: f64,
}

impl Spread {
    /// Nothing of nothing.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        // Summed in order, so that the same values always have the same mean.
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Some(Spread {
            mean: round(mean),
            first_quartile: round(quantile(&values, 0.25)?),
            median: round(quantile(&values, 0.5)?),
            third_quartile: round(quantile(&values, 0.75)?),
        })
    }

    /// To so many significant digits: what is told of peers does not carry anyone's figure to the last digit.
    #[must_use]
    pub fn to_digits(self, digits: i32) -> Self {
        let short = |number| to_digits(number, digits);
        Spread {
            mean: short(self.mean),
            first_quartile: short(self.first_quartile),
            median: short(self.median),
            third_quartile: short(self.third_quartile),
        }
    }
}

/// Type 7, of values in ascending order.
fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = last as f64 * p;
    let below = place.floor() as usize;
    let (low, high) = (sorted.get(below)?, sorted.get((below + 1).min(last))?);
    Some(low + (high - low) * (place - place.floor()))
}

fn to_digits(number: f64, digits: i32) -> f64 {
    if number == 0.0 {
        return 0.0;
    }
    let magnitude = number.abs().log10().floor() as i32;
    let unit = 10_f64.powi(magnitude - digits + 1);
    round((number / unit).round() * unit)
}

/// The place of a figure among others, and how many others share it.
pub fn place(own: f64, others: &[f64], direction: MetricDirection) -> (i64, i64) {
    let better = |other: &&f64| match direction {
        MetricDirection::LowerIsBetter => **other < own,
        MetricDirection::HigherIsBetter | MetricDirection::Neither => **other > own,
    };
    let (ahead, tied) = (others.iter().filter(better).count(), others.iter().filter(|other| **other == own).count());
    (1 + ahead as i64, tied as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quartiles_are_those_of_type_seven() {
        let spread =
            |values: &[f64]| Spread::of(values.to_vec()).map(|s| (s.first_quartile, s.median, s.third_quartile));
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[7.0]), Some((7.0, 7.0, 7.0)));
        assert_eq!(spread(&[4.0, 1.0, 3.0, 2.0]), Some((1.75, 2.5, 3.25)));
        assert_eq!(spread(&[1.0, 2.0, 3.0, 4.0, 5.0]), Some((2.0, 3.0, 4.0)));
    }

    #[test]
    fn figures_are_shown_in_their_unit() {
        assert_eq!(Figure::sum(12_345).value(RollupMetric::UsagePagopaAmount), Some(123.45));
        assert_eq!(
            Figure { numerator: 6605, denominator: 47_011 }.value(RollupMetric::UsageOnlineShare),
            Some(14.0499)
        );
        assert_eq!(Figure { numerator: 1_500_000, denominator: 2 }.value(RollupMetric::Attainment), Some(0.75));
        assert_eq!(Figure::sum(3).value(RollupMetric::UsageOnlineShare), None);
        assert_eq!(Figure::ratio(1, 0), None);
    }

    #[test]
    fn a_place_is_counted_from_the_best_and_shared() {
        let others = [1.0, 2.0, 2.0, 5.0];
        assert_eq!(place(2.0, &others, MetricDirection::HigherIsBetter), (2, 2));
        assert_eq!(place(2.0, &others, MetricDirection::LowerIsBetter), (2, 2));
        assert_eq!(place(9.0, &others, MetricDirection::HigherIsBetter), (1, 0));
        assert_eq!(place(9.0, &others, MetricDirection::LowerIsBetter), (5, 0));
    }

    #[test]
    fn digits_are_cut_off() {
        assert_eq!(
            [123_456.0, 0.012_345, 9.996, 0.0].map(|number| to_digits(number, 3)),
            [123_000.0, 0.0123, 10.0, 0.0]
        );
    }

    proptest! {
        #[test]
        fn the_parts_in_any_order_give_the_whole(
            parts in prop::collection::vec((0_i64..1_000_000_000, 1_i64..1_000_000), 1..60),
            cut in any::<prop::sample::Index>(),
        ) {
            let figures: Vec<_> = parts.iter().map(|(above, below)| Figure { numerator: *above, denominator: *below }).collect();
            let total = |figures: &[Figure]| figures.iter().fold(Figure::default(), |all, one| all.plus(*one));
            let (left, right) = figures.split_at(cut.index(figures.len()));
            let mut backwards = figures.clone();
            backwards.reverse();
            prop_assert_eq!(total(left).plus(total(right)), total(&figures));
            prop_assert_eq!(total(right).plus(total(left)), total(&backwards));
        }

        #[test]
        fn quartiles_lie_in_order_and_know_no_order(mut values in prop::collection::vec(0.0_f64..1e9, 1..80)) {
            let spread = Spread::of(values.clone()).unwrap();
            prop_assert!(spread.first_quartile <= spread.median && spread.median <= spread.third_quartile);
            values.reverse();
            prop_assert_eq!(Spread::of(values.clone()).unwrap(), spread);
            let at_most = values.iter().filter(|value| **value <= spread.median + 1e-3).count();
            prop_assert!(at_most * 2 >= values.len());
        }
    }
}
