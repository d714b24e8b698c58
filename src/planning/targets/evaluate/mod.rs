//! A target and its measurements → status, attainment, and an explanation that needs no code to follow.
//!
//! Pure: the day is a parameter. The rules, by kind:
//!
//! | kind | met when |
//! |---|---|
//! | number, currency | the sum of the period compares; before its end against the linear expectation |
//! | percent, universal, ratio | summed numerator / summed denominator, or the last value, compares |
//! | duration, range | the mean (numerator / denominator) or the last value compares |
//! | rate | the count over the period reaches value × periods in the year |
//! | date | done on or before the deadline of the reference year |
//! | boolean | the answer is the expected one |
//! | schedule | as a number or percent, with the reference year's value |
//! | relative_change, maintain | the change from the baseline compares |
//! | text, none | never: a person evaluates |
//!
//! A `default` comparator is resolved by the polarity. Where that is unknown, only a value that meets
//! the target exactly can be said to achieve it, since it does so either way.

mod change;
mod compare;
mod deviation;
mod explain;
mod observe;
mod roll_up;
mod timing;
mod values;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Kind, Polarity, Reading};
pub use deviation::{Basis, Deviation, Direction};
pub use roll_up::{RollUp, roll_up};

/// From this attainment on, an unmet target is `partly_achieved`; below it is `missed`.
/// Strict bounds ("> 95%"), yes/no and single deadlines are met or missed, never in part.
pub const PARTLY: f64 = 0.5;
/// An unmet target never counts as fully attained, however near it came (95 of "> 95%").
pub const UNMET_AT_MOST: f64 = 0.99;
/// Once this share of the time is gone, something not yet done is `at_risk`.
pub const LATE: f64 = 0.75;
/// "About" accepts this much either side, as a share of the target.
pub const ABOUT: Decimal = Decimal::from_parts(10, 0, 0, false, 2);

/// One measurement of an indicator: a period and what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// First day measured.
    pub from: NaiveDate,
    /// Last day measured, inclusive.
    pub to: NaiveDate,
    /// The figure, in the target's unit.
    pub value: Option<Decimal>,
    /// How many of …
    pub numerator: Option<Decimal>,
    /// … how many.
    pub denominator: Option<Decimal>,
    /// When it was done.
    pub date: Option<NaiveDate>,
    /// Whether it was done.
    pub yes: Option<bool>,
}

impl Measured {
    /// A period in which nothing is known yet.
    #[must_use]
    pub const fn over(from: NaiveDate, to: NaiveDate) -> Self {
        Self { from, to, value: None, numerator: None, denominator: None, date: None, yes: None }
    }
}

/// What an evaluation looks at. Only current measurements belong here, not superseded versions.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The target.
    pub reading: &'a Reading,
    /// Which way is better, if a person has said so.
    pub polarity: Option<Polarity>,
    /// The year that relative deadlines, schedules and rates refer to.
    pub reference_year: i32,
    /// In any order; those of other years are ignored (but for dates).
    pub measurements: &'a [Measured],
    /// The indicator's stored baseline.
    pub baseline: Option<Decimal>,
    /// The value achieved in earlier years.
    pub achieved: &'a [(i32, Decimal)],
    /// The day on which it is evaluated.
    pub as_of: NaiveDate,
}

/// How a target stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EvaluationStatus)]
pub enum Status {
    /// Met.
    Achieved,
    /// Ended unmet, at [`PARTLY`] or more.
    PartlyAchieved,
    /// Ended unmet.
    Missed,
    /// Not ended; as things go it will be met.
    OnTrack,
    /// Not ended; as things go it will not be met.
    AtRisk,
    /// Nothing is known.
    NotMeasured,
    /// It cannot be computed; the reasons say why.
    NotEvaluable,
}

/// The rule applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EvaluationRule)]
pub enum Rule {
    /// Exactly the value.
    Exactly,
    /// More than the value.
    MoreThan,
    /// At least the value.
    AtLeast,
    /// Less than the value.
    LessThan,
    /// At most the value.
    AtMost,
    /// Within a tolerance of the value.
    About,
    /// Between two values, both included.
    Between,
    /// On or before a day.
    ByDate,
    /// Yes or no.
    YesNo,
    /// No comparator and no polarity: exactly the value, or undecided.
    Undirected,
    /// Evaluated by hand.
    ByHand,
}

/// A figure that went into the formula.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EvaluationOperand)]
pub struct Operand {
    /// What it is: `measured`, `target`, `numerator`, `baseline`, …
    #[schema(max_length = 40, pattern = "^[a-z_]+$", value_type = String)]
    pub name: &'static str,
    /// As text: a number with a dot, a date, yes or no.
    #[schema(max_length = 60, pattern = "^.*$")]
    pub value: String,
}

/// Why the status is what it is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EvaluationExplanation)]
pub struct Explanation {
    /// The rule applied.
    pub rule: Rule,
    /// The computation with its figures: "145 ≥ 200? 145 / 200 = 0.725".
    #[schema(max_length = 500, pattern = r"^[\s\S]*$")]
    pub formula: String,
    /// The figures by name.
    #[schema(min_items = 0, max_items = 12)]
    pub operands: Vec<Operand>,
    /// How far beyond the target, in its unit (for deadlines, days); negative where short of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Double, minimum = -1e16, maximum = 1e16)]
    pub margin: Option<f64>,
    /// One sentence for a person.
    #[schema(max_length = 1000, pattern = r"^[\s\S]+$")]
    pub text: String,
    /// What else to know, or why nothing could be computed; short sentences.
    #[schema(schema_with = reasons_schema)]
    pub reasons: Vec<String>,
}

/// How a target stands, and why.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// How it stands.
    pub status: Status,
    /// How much of the target was reached, 0 to 1; absent where it cannot be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Double, minimum = 0, maximum = 1)]
    pub attainment: Option<f64>,
    /// Why.
    pub explanation: Explanation,
    /// How far it is from what was expected; shown where plans are monitored.
    #[serde(skip)]
    #[schema(ignore)]
    pub deviation: Option<Deviation>,
}

impl Evaluation {
    /// What was measured is not known.
    pub fn not_known(why: String) -> Self {
        let explanation = Explanation {
            rule: Rule::ByHand,
            formula: String::new(),
            operands: Vec::new(),
            margin: None,
            text: why,
            reasons: Vec::new(),
        };
        Evaluation { status: Status::NotEvaluable, attainment: None, deviation: None, explanation }
    }
}

fn reasons_schema() -> utoipa::openapi::schema::Array {
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
    let reason = ObjectBuilder::new().schema_type(Type::String).max_length(Some(500)).pattern(Some(r"^[\s\S]+$"));
    let reasons = ArrayBuilder::new().items(reason).min_items(Some(0)).max_items(Some(12));
    reasons.description(Some("What else to know, or why nothing could be computed.")).build()
}

/// Evaluates a target. Never fails: what cannot be computed is [`Status::NotEvaluable`], with the reason.
#[must_use]
pub fn evaluate(inputs: &Inputs<'_>) -> Evaluation {
    match inputs.reading.kind {
        Kind::Text => explain::by_hand("The target is text: a person evaluates it."),
        Kind::None => explain::by_hand("No target is set."),
        Kind::Date => timing::by_date(inputs),
        Kind::Boolean => timing::yes_no(inputs),
        Kind::RelativeChange => change::relative(inputs),
        Kind::Maintain => change::maintain(inputs),
        _ => values::value(inputs),
    }
}

/// First and last day of the period that a target is about: the year, or the year up to its last deadline in it.
#[must_use]
pub fn period(reading: &Reading, reference_year: i32) -> Option<(NaiveDate, NaiveDate)> {
    observe::Window::over(reading, reference_year).map(|window| (window.from, window.to))
}

/// The figure that measurements give from one day to another, in the way the target counts: summed, or the level.
#[must_use]
pub fn figure(reading: &Reading, measurements: &[Measured], from: NaiveDate, to: NaiveDate) -> Option<Decimal> {
    let inside: Vec<_> = measurements.iter().filter(|each| each.from >= from && each.to <= to).cloned().collect();
    let inputs = Inputs {
        reading,
        polarity: None,
        reference_year: 0,
        measurements: &inside,
        baseline: None,
        achieved: &[],
        as_of: to,
    };
    let (counted, _) = observe::counted(&inputs, observe::Window { from, to });
    values::figure(reading, &counted).ok().map(|figure| figure.value)
}

/// The number that a target asks for in a year, where it asks for one.
#[must_use]
pub fn expected(reading: &Reading, reference_year: i32) -> Option<Decimal> {
    values::target(reading, reference_year).ok()
}

#[cfg(test)]
mod tests;
