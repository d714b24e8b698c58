//! The attainment of an objective, from its indicators.

use serde::Serialize;
use utoipa::ToSchema;

use super::Evaluation;

/// The weighted mean of the indicators that could be evaluated, and how many could not.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RollUp {
    /// 0 to 1; absent where no indicator could be evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Double, minimum = 0, maximum = 1)]
    pub attainment: Option<f64>,
    /// Indicators that count.
    #[schema(format = Int32, minimum = 0, maximum = 1_000_000)]
    pub evaluated: u32,
    /// Indicators without an attainment: not measured, or not evaluable.
    #[schema(format = Int32, minimum = 0, maximum = 1_000_000)]
    pub not_evaluated: u32,
}

/// Rolls indicators up into their objective. A missing weight is 1; one that is not a positive
/// number counts for nothing, but the indicator is still counted.
#[must_use]
pub fn roll_up<'a>(indicators: impl IntoIterator<Item = (Option<f64>, &'a Evaluation)>) -> RollUp {
    let (mut sum, mut weights) = (0.0, 0.0);
    let (mut evaluated, mut not_evaluated) = (0_u32, 0_u32);
    for (weight, evaluation) in indicators {
        match evaluation.attainment {
            Some(attainment) => {
                let weight = weight.unwrap_or(1.0);
                let weight = if weight.is_finite() && weight > 0.0 { weight.min(1e9) } else { 0.0 };
                sum += weight * attainment;
                weights += weight;
                evaluated = evaluated.saturating_add(1);
            }
            None => not_evaluated = not_evaluated.saturating_add(1),
        }
    }
    let attainment = (weights > 0.0).then(|| (sum / weights).clamp(0.0, 1.0));
    RollUp { attainment, evaluated, not_evaluated }
}
