//! Scores as they are shown, and what may be supposed.

use crate::db::types::text_enum;
use crate::ids::Id;
use crate::planning::measurements::model::NewMeasurement;
use crate::text::{Code, IpaCode, Line};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Per cent of the evaluation for results that the payment-times objective makes up at least (D.L. 13/2023 art. 4-bis).
pub const PAYMENT_TIMES_SHARE: f64 = 30.0;

text_enum!(
    /// What the weights are per cent of.
    ScoredWhole {
        Unit = "unit",
        /// An office among the assignees, for objectives without a unit.
        Office = "office",
        /// The plan, for objectives without unit and office.
        Plan = "plan",
    }
);

text_enum!(
    /// How the objectives count.
    ScoreRule {
        /// By their weights.
        Weighted = "weighted",
        /// None has a weight: each counts the same.
        Equal = "equal",
    }
);

/// What an objective gives to a score.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ScoredObjective {
    pub objective_id: Id,
    pub code: Code,
    pub title: Line,
    /// Per cent, as it was set.
    #[schema(minimum = 0, maximum = 100)]
    pub weight: Option<f64>,
    /// The weighted mean of its indicators that could be evaluated, 0 to 1; left out where none could: then it does not count.
    #[schema(minimum = 0, maximum = 1)]
    pub attainment: Option<f64>,
    /// Indicators that count.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub evaluated: u32,
    /// Indicators that are not measured, or cannot be evaluated.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub not_evaluated: u32,
}

/// Whether the payment-times objective weighs what the law asks for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PaymentTimesCheck {
    /// The objectives that are marked `payment_times`.
    #[schema(min_items = 1, max_items = 10_000)]
    pub codes: Vec<Code>,
    /// Their weight in per cent of the whole.
    #[schema(minimum = 0, maximum = 100)]
    pub share: f64,
    /// At least this, in per cent.
    #[schema(minimum = 0, maximum = 100)]
    pub needed: f64,
    pub met: bool,
}

/// The score of a unit or an office.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Score {
    pub whole: ScoredWhole,
    pub unit_id: Option<Id>,
    /// Of the unit, the office or the plan.
    pub name: Line,
    pub rule: ScoreRule,
    /// What the weights add up to: 100 where they are complete.
    #[schema(minimum = 0, maximum = 1e9)]
    pub weight_sum: f64,
    /// The same of the objectives that could be evaluated.
    #[schema(minimum = 0, maximum = 1e9)]
    pub weight_evaluated: f64,
    /// In per cent, over the objectives that could be evaluated; left out where none could.
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<f64>,
    /// The score if what is not evaluated comes to nothing.
    #[schema(minimum = 0, maximum = 100)]
    pub at_least: Option<f64>,
    /// The score if what is not evaluated is reached whole.
    #[schema(minimum = 0, maximum = 100)]
    pub at_most: Option<f64>,
    /// The computation with its figures.
    #[schema(max_length = 20_000, pattern = r"^[\s\S]*$")]
    pub formula: String,
    #[schema(min_items = 0, max_items = 10_000)]
    pub objectives: Vec<ScoredObjective>,
    /// The objectives that could not be evaluated, or have no weight beside others that have: they do not count.
    #[schema(min_items = 0, max_items = 10_000)]
    pub not_counted: Vec<Code>,
    /// Where one of the objectives is marked `payment_times`.
    pub payment_times: Option<PaymentTimesCheck>,
    /// What else to know: weights that do not add up, payment times below their share.
    #[schema(schema_with = warnings_schema)]
    pub warnings: Vec<String>,
}

fn warnings_schema() -> utoipa::openapi::schema::Array {
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
    let warning = ObjectBuilder::new().schema_type(Type::String).max_length(Some(1000)).pattern(Some(r"^[\s\S]+$"));
    ArrayBuilder::new().items(warning).min_items(Some(0)).max_items(Some(10)).build()
}

/// The scores of a plan's units and offices in a year.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlanScores {
    pub administration: IpaCode,
    pub plan_id: Id,
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// The day on which it is evaluated.
    pub as_of: NaiveDate,
    /// Whether something is supposed in it: then it is stored nowhere.
    pub supposed: bool,
    #[schema(min_items = 0, max_items = 10_000)]
    pub items: Vec<Score>,
}

/// A weight that is supposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupposedWeight {
    pub objective_id: Id,
    #[schema(minimum = 0, maximum = 100)]
    pub weight: f64,
}

/// What is supposed: nothing of it is written.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSupposedScores {
    /// One of the plan's: this one, or the nearest, where left out.
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: Option<i32>,
    /// A day of that year: its last where left out.
    pub as_of: Option<NaiveDate>,
    /// Each instead of what was measured or counted in its period.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 1000)]
    pub measurements: Vec<NewMeasurement>,
    /// Each instead of the objective's own.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 1000)]
    pub weights: Vec<SupposedWeight>,
}

impl PlanScores {
    pub fn sample() -> Self {
        let code = |text: &str| Code::from_trusted(text.to_owned());
        let objective = |id: &str, number: &str, title: &str, weight, attainment: Option<f64>| ScoredObjective {
            objective_id: Id::from_trusted(id.to_owned()),
            code: code(number),
            title: Line::from_trusted(title.to_owned()),
            weight: Some(weight),
            attainment,
            evaluated: u32::from(attainment.is_some()) * 2,
            not_evaluated: u32::from(attainment.is_none()),
        };
        let warning = "1 objectives do not count (4): the score may yet lie between 72 and 92.";
        PlanScores {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            year: 2021,
            as_of: NaiveDate::from_ymd_opt(2021, 12, 31).unwrap_or_default(),
            supposed: false,
            items: vec![Score {
                whole: ScoredWhole::Office,
                unit_id: None,
                name: Line::from_trusted("Servizio finanziario".to_owned()),
                rule: ScoreRule::Weighted,
                weight_sum: 100.0,
                weight_evaluated: 80.0,
                score: Some(90.0),
                at_least: Some(72.0),
                at_most: Some(92.0),
                formula: "(80 × 0.9) / 80 × 100 = 90".to_owned(),
                objectives: vec![
                    objective("019a4b52-7c00-7000-8000-00000000000e", "1", "Tempi di pagamento", 80.0, Some(0.9)),
                    objective("019a4b52-7c00-7000-8000-000000000003", "4", "Transizione digitale", 20.0, None),
                ],
                not_counted: vec![code("4")],
                payment_times: Some(PaymentTimesCheck {
                    codes: vec![code("1")],
                    share: 80.0,
                    needed: PAYMENT_TIMES_SHARE,
                    met: true,
                }),
                warnings: vec![warning.to_owned()],
            }],
        }
    }
}
