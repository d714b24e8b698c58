//! The score of one whole, from weights and attainments alone.

/// A score and between what it may yet lie; in per cent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// What the weights add up to.
    pub weight_sum: f64,
    /// The same of the parts that could be evaluated.
    pub weight_evaluated: f64,
    /// The weighted mean of those that could be evaluated; nothing where none could, or none weighs anything.
    pub score: Option<f64>,
    /// The score if the others come to nothing.
    pub at_least: Option<f64>,
    /// The score if the others are reached whole.
    pub at_most: Option<f64>,
}

/// Scores parts, each with its weight and its attainment (0 to 1) where it could be evaluated.
pub fn figures(parts: &[(f64, Option<f64>)]) -> Figures {
    // The sum of nothing is -0, which nobody wants to read.
    let sum = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(0.0, |sum, number| sum + number);
    let weight_sum = sum(&mut parts.iter().map(|(weight, _)| *weight));
    let evaluated = || parts.iter().filter_map(|(weight, attainment)| Some((weight, (*attainment)?)));
    let weight_evaluated = sum(&mut evaluated().map(|(weight, _)| *weight));
    let reached = sum(&mut evaluated().map(|(weight, attainment)| weight * attainment));
    let share = |of: f64, whole: f64| (whole > 0.0).then(|| (100.0 * of / whole).clamp(0.0, 100.0));
    Figures {
        weight_sum,
        weight_evaluated,
        score: share(reached, weight_evaluated),
        at_least: share(reached, weight_sum),
        at_most: share(reached + weight_sum - weight_evaluated, weight_sum),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts() -> impl Strategy<Value = Vec<(f64, Option<f64>)>> {
        prop::collection::vec((0.0..=100.0_f64, prop::option::of(0.0..=1.0_f64)), 0..12)
    }

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-6
    }

    #[test]
    fn what_could_not_be_evaluated_is_no_zero() {
        let scored = figures(&[(40.0, Some(0.75)), (40.0, Some(1.0)), (20.0, None)]);
        assert_eq!((scored.score, scored.at_least, scored.at_most), (Some(87.5), Some(70.0), Some(90.0)));
        assert_eq!((scored.weight_sum, scored.weight_evaluated), (100.0, 80.0));
        assert_eq!(figures(&[(20.0, None)]).score, None);
        assert_eq!(figures(&[(20.0, None)]).at_least.map(|least| least.to_string()), Some("0".to_owned()));
        assert_eq!(figures(&[(0.0, Some(1.0))]).score, None);
        assert_eq!(figures(&[]).at_most, None);
    }

    proptest! {
        #[test]
        fn a_score_lies_between_its_bounds(parts in parts()) {
            let scored = figures(&parts);
            if let (Some(score), Some(least), Some(most)) = (scored.score, scored.at_least, scored.at_most) {
                prop_assert!(least <= score + 1e-6 && score <= most + 1e-6, "{scored:?}");
                prop_assert!((0.0..=100.0).contains(&least) && (0.0..=100.0).contains(&most));
            }
        }

        #[test]
        fn weights_count_by_their_proportion(parts in parts(), factor in 0.1..10.0_f64) {
            let scaled: Vec<_> = parts.iter().map(|(weight, attainment)| (weight * factor, *attainment)).collect();
            let (one, other) = (figures(&parts), figures(&scaled));
            for (one, other) in [(one.score, other.score), (one.at_least, other.at_least)] {
                prop_assert!(one.zip(other).is_none_or(|(one, other)| near(one, other)));
            }
        }

        #[test]
        fn the_order_does_not_count(parts in parts()) {
            let turned: Vec<_> = parts.iter().rev().copied().collect();
            let (one, other) = (figures(&parts).score, figures(&turned).score);
            prop_assert!(one.is_some() == other.is_some() && one.zip(other).is_none_or(|(one, other)| near(one, other)));
        }

        #[test]
        fn where_all_is_known_there_is_no_room(parts in prop::collection::vec((0.1..=100.0_f64, 0.0..=1.0_f64), 1..12)) {
            let known: Vec<_> = parts.iter().map(|(weight, attainment)| (*weight, Some(*attainment))).collect();
            let scored = figures(&known);
            let all = [scored.score, scored.at_least, scored.at_most].map(Option::unwrap);
            prop_assert!(near(all[0], all[1]) && near(all[1], all[2]), "{scored:?}");
        }

        #[test]
        fn reaching_more_never_lowers_it(parts in parts(), index in any::<prop::sample::Index>(), by in 0.0..=1.0_f64) {
            prop_assume!(!parts.is_empty());
            let mut better = parts.clone();
            let one = &mut better[index.index(parts.len())];
            one.1 = one.1.map(|attainment| attainment + (1.0 - attainment) * by);
            let (before, after) = (figures(&parts).score, figures(&better).score);
            prop_assert!(before.zip(after).is_none_or(|(before, after)| after >= before - 1e-6));
        }
    }
}
