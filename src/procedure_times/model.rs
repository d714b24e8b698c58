//! A reading of a procedure's times: row, answer and input.

use crate::clock::Instant;
use crate::db::schema::procedure_times;
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::planning::periods::MeasuredPeriod;
use crate::text::{IpaCode, Prose};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

const MAX_CASES: i64 = 1_000_000_000;
/// Days that a case may have taken.
const MAX_DAYS: f64 = 36_600.0;

/// How long the cases of a procedure took that ended in a period.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = procedure_times, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct ProcedureTime {
    pub administration: IpaCode,
    pub id: Id,
    pub procedure_id: Id,
    pub period: MeasuredPeriod,
    /// Cases that ended in the period.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub cases: i64,
    /// Of these, within the term.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub within_term: Option<i64>,
    #[schema(minimum = 0, maximum = 36_600)]
    pub median_days: Option<f64>,
    /// Nine of ten cases took no longer.
    #[schema(minimum = 0, maximum = 36_600)]
    pub p90_days: Option<f64>,
    pub note: Option<Prose>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A reading as it is shown: with what follows from it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownProcedureTime {
    #[serde(flatten)]
    pub reading: ProcedureTime,
    /// Cases within the term over all, from 0 to 1; left out where there were none.
    pub within_term_share: Option<f64>,
}

/// The reading's own schema with one more field: a closed object cannot be composed of others.
impl PartialSchema for ShownProcedureTime {
    fn schema() -> RefOr<Schema> {
        let share = ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0)).maximum(Some(1));
        let share = share.format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)));
        let share = share.description(Some("Cases within the term over all; left out where there were none."));
        match ProcedureTime::schema() {
            RefOr::T(Schema::Object(reading)) => {
                ObjectBuilder::from(reading).property("within_term_share", share).into()
            }
            other => other,
        }
    }
}

impl ToSchema for ShownProcedureTime {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ProcedureTime::schemas(schemas);
    }
}

impl ShownProcedureTime {
    pub fn sample() -> Self {
        ProcedureTime::sample().into()
    }
}

impl From<ProcedureTime> for ShownProcedureTime {
    fn from(reading: ProcedureTime) -> Self {
        ShownProcedureTime { within_term_share: reading.within_term_share(), reading }
    }
}

/// A reading as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProcedureTime {
    pub procedure_id: Id,
    /// A period that has begun.
    pub period: MeasuredPeriod,
    /// Cases that ended in the period.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub cases: i64,
    /// Of these, within the term.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub within_term: Option<i64>,
    #[schema(minimum = 0, maximum = 36_600)]
    pub median_days: Option<f64>,
    /// Nine of ten cases took no longer.
    #[schema(minimum = 0, maximum = 36_600)]
    pub p90_days: Option<f64>,
    pub note: Option<Prose>,
}

impl NewProcedureTime {
    /// What can be said of the input alone.
    pub fn check(&self, today: NaiveDate) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        if !(0..=MAX_CASES).contains(&self.cases) {
            invalid.add("/cases", self.cases, format!("must be between 0 and {MAX_CASES}"));
        }
        if let Some(within) = self.within_term.filter(|within| !(0..=self.cases.max(0)).contains(within)) {
            invalid.add("/within_term", within, format!("must be between 0 and the cases, {}", self.cases));
        }
        for (field, days) in [("/median_days", self.median_days), ("/p90_days", self.p90_days)] {
            if let Some(days) = days.filter(|days| !(0.0..=MAX_DAYS).contains(days)) {
                invalid.add(field, days, format!("must be between 0 and {MAX_DAYS} days"));
            }
            if let Some(days) = days.filter(|_| self.cases == 0) {
                invalid.add(field, days, "no cases took no time: leave it out");
            }
        }
        if let (Some(median), Some(p90)) = (self.median_days, self.p90_days)
            && p90 < median
        {
            invalid.add("/p90_days", p90, format!("must be at least the median, {median}"));
        }
        if self.period.period().is_some_and(|period| period.start() > today) {
            invalid.add("/period", &self.period, format!("must have begun; today is {today}"));
        }
        invalid.finish()
    }

    pub fn sample() -> Self {
        NewProcedureTime {
            procedure_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000021".to_owned()),
            period: MeasuredPeriod::from_trusted("2024-S1".to_owned()),
            cases: 40,
            within_term: Some(36),
            median_days: Some(21.5),
            p90_days: Some(84.0),
            note: None,
        }
    }
}

impl ProcedureTime {
    /// The share of the cases that ended within the term; none where there were no cases.
    pub fn within_term_share(&self) -> Option<f64> {
        let within = self.within_term.filter(|_| self.cases > 0)?;
        Some(within as f64 / self.cases as f64)
    }

    pub fn sample() -> Self {
        let (input, at) = (NewProcedureTime::sample(), Instant(1_763_719_200_000_000));
        ProcedureTime {
            administration: IpaCode::from_trusted("c_e563".to_owned()),
            id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000024".to_owned()),
            procedure_id: input.procedure_id,
            period: input.period,
            cases: input.cases,
            within_term: input.within_term,
            median_days: input.median_days,
            p90_days: input.p90_days,
            note: input.note,
            revision: 1,
            created_at: at,
            updated_at: at,
        }
    }
}
