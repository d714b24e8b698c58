//! A measurement: what an indicator showed in a period. A correction adds a version and keeps the earlier ones.

use crate::clock::Instant;
use crate::db::schema::measurements;
use crate::db::types::text_enum;
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::planning::indicators::model::{Indicator, MAX_NUMBER};
pub use crate::planning::periods::MeasuredPeriod;
use crate::text::{IpaCode, Line, Prose};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum!(
    /// How far a measurement may be relied on.
    MeasurementState {
        /// As it was sent.
        Provisional = "provisional",
        /// An evaluator stands for this version.
        Validated = "validated",
        /// Validated, and its period is locked: nothing changes it.
        Locked = "locked",
    }
);

/// A measurement, in one of its versions.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, ToSchema)]
#[diesel(table_name = measurements, treat_none_as_default_value = false)]
pub struct Measurement {
    pub administration: IpaCode,
    /// The same in all versions.
    pub id: Id,
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub version: i32,
    /// Whether this is the version that counts; a measurement that was withdrawn has none.
    pub is_current: bool,
    pub plan_id: Id,
    pub indicator_id: Id,
    pub period: MeasuredPeriod,
    /// A count, a share in per cent, an amount, a duration in the target's unit.
    #[schema(minimum = -1e15, maximum = 1e15)]
    pub value: Option<f64>,
    /// With the denominator, a ratio; roll-ups sum both and divide once.
    #[schema(minimum = -1e15, maximum = 1e15)]
    pub numerator: Option<f64>,
    #[schema(minimum = -1e15, maximum = 1e15)]
    pub denominator: Option<f64>,
    /// The day on which what was due was done.
    pub date: Option<NaiveDate>,
    /// The answer to a yes/no target.
    pub yes: Option<bool>,
    pub note: Option<Prose>,
    /// The client that sent this version, or `local`.
    pub recorded_by: Line,
    /// A correction is a new version and provisional again.
    pub state: MeasurementState,
    /// Who validated this version.
    pub validated_by: Option<Line>,
    pub validated_at: Option<Instant>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
}

/// A measurement as it is sent: a value, or numerator and denominator, or a date, or yes/no.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMeasurement {
    pub indicator_id: Id,
    /// Within the plan's years: `2024`, `2024-S1`, `2024-Q3`, `2024-06`.
    pub period: MeasuredPeriod,
    /// A count, a share in per cent, an amount, a duration in the target's unit.
    #[schema(minimum = -1e15, maximum = 1e15)]
    pub value: Option<f64>,
    #[schema(minimum = -1e15, maximum = 1e15)]
    pub numerator: Option<f64>,
    /// Never zero.
    #[schema(minimum = -1e15, maximum = 1e15)]
    pub denominator: Option<f64>,
    /// The day on which what was due was done.
    pub date: Option<NaiveDate>,
    /// The answer to a yes/no target.
    pub yes: Option<bool>,
    pub note: Option<Prose>,
}

impl NewMeasurement {
    /// What can be said of the input alone.
    pub fn check(&self) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        let numbers = [("/value", self.value), ("/numerator", self.numerator), ("/denominator", self.denominator)];
        for (field, number) in numbers {
            if let Some(number) = number.filter(|number| number.abs() > MAX_NUMBER) {
                invalid.add(field, number, "must lie between -1e15 and 1e15");
            }
        }
        match (self.numerator, self.denominator) {
            (Some(_), None) => invalid.add("/denominator", "", "is needed beside a numerator"),
            (None, Some(_)) => invalid.add("/numerator", "", "is needed beside a denominator"),
            (_, Some(0.0)) => invalid.add("/denominator", 0, "must not be zero"),
            _ => {}
        }
        if self.value.is_none() && self.numerator.is_none() && self.date.is_none() && self.yes.is_none() {
            invalid.add("/value", "", "is needed, or numerator and denominator, or date, or yes");
        }
        if self.value.is_some() && self.numerator.is_some() {
            invalid.add("/value", "", "must be left out beside numerator and denominator, which say it");
        }
        invalid.finish()
    }

    pub fn sample() -> Self {
        NewMeasurement {
            indicator_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000005".to_owned()),
            period: MeasuredPeriod::from_trusted("2021".to_owned()),
            value: None,
            numerator: Some(166.0),
            denominator: Some(200.0),
            date: None,
            yes: None,
            note: None,
        }
    }
}

impl Measurement {
    /// What is not measured but supposed, of an indicator; it is never stored.
    pub fn supposed(input: NewMeasurement, of: &Indicator, now: Instant) -> Self {
        Measurement {
            administration: of.administration.clone(),
            id: of.id.clone(),
            version: 1,
            is_current: true,
            plan_id: of.plan_id.clone(),
            indicator_id: input.indicator_id,
            period: input.period,
            value: input.value,
            numerator: input.numerator,
            denominator: input.denominator,
            date: input.date,
            yes: input.yes,
            note: input.note,
            recorded_by: Line::from_trusted("supposed".to_owned()),
            state: MeasurementState::Provisional,
            validated_by: None,
            validated_at: None,
            revision: 0,
            created_at: now,
        }
    }

    pub fn sample() -> Self {
        let input = NewMeasurement::sample();
        Measurement {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000006".to_owned()),
            version: 1,
            is_current: true,
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            indicator_id: input.indicator_id,
            period: input.period,
            value: input.value,
            numerator: input.numerator,
            denominator: input.denominator,
            date: input.date,
            yes: input.yes,
            note: input.note,
            recorded_by: Line::from_trusted("client-019a4b52-7c00-7000-8000-000000000009".to_owned()),
            state: MeasurementState::Provisional,
            validated_by: None,
            validated_at: None,
            revision: 1,
            created_at: Instant(1_763_719_200_000_000),
        }
    }
}
