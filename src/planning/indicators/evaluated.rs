//! An indicator as it is shown: with what its label suggests and how it stands on a day. What is shown may read below
//! itself (its measurements); what is stored never does.

use super::model::Indicator;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::planning::measurements::model::Measurement;
use crate::planning::measurements::store as measurements;
use crate::planning::targets::evaluate::{Evaluation, Inputs, Measured, evaluate};
use crate::planning::targets::{Reading, Suggestions, suggest};
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::openapi::schema::{ObjectBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// An indicator with what its label suggests and how it stands.
#[derive(Debug, Clone, Serialize)]
pub struct EvaluatedIndicator {
    #[serde(flatten)]
    pub indicator: Indicator,
    pub suggestions: Suggestions,
    pub evaluation: Evaluation,
    #[serde(skip)]
    state: String,
}

/// The indicator's own schema with two more fields: a closed object cannot be composed of others.
impl PartialSchema for EvaluatedIndicator {
    fn schema() -> RefOr<Schema> {
        match Indicator::schema() {
            RefOr::T(Schema::Object(indicator)) => ObjectBuilder::from(indicator)
                .property("suggestions", Ref::from_schema_name(Suggestions::name()))
                .required("suggestions")
                .property("evaluation", Ref::from_schema_name(Evaluation::name()))
                .required("evaluation")
                .into(),
            other => other,
        }
    }
}

impl ToSchema for EvaluatedIndicator {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Indicator::schemas(schemas);
        schemas.push((Suggestions::name().into_owned(), Suggestions::schema()));
        Suggestions::schemas(schemas);
        schemas.push((Evaluation::name().into_owned(), Evaluation::schema()));
        Evaluation::schemas(schemas);
    }
}

impl EvaluatedIndicator {
    /// Evaluates indicators as of a day, with one more query however many there are.
    pub fn load(conn: &mut AnyConnection, indicators: Vec<Indicator>, as_of: NaiveDate) -> Result<Vec<Self>, Problem> {
        let mut measured: HashMap<_, Vec<Measurement>> = HashMap::new();
        for measurement in measurements::of_indicators(conn, &indicators)? {
            measured.entry(measurement.indicator_id.clone()).or_default().push(measurement);
        }
        let evaluated = indicators.into_iter().map(|indicator| {
            let measured = measured.remove(&indicator.id).unwrap_or_default();
            EvaluatedIndicator::of(indicator, &measured, as_of)
        });
        Ok(evaluated.collect())
    }

    fn of(indicator: Indicator, measurements: &[Measurement], as_of: NaiveDate) -> Self {
        let (reading, year) = indicator.reading_in(as_of.year());
        let measured: Vec<_> = measurements.iter().filter_map(measured).collect();
        let evaluation = evaluate(&Inputs {
            reading: &reading,
            polarity: indicator.polarity,
            reference_year: year,
            measurements: &measured,
            baseline: indicator.baseline.as_ref().and_then(|baseline| decimal(baseline.value)),
            achieved: &achieved_before(measurements, year),
            as_of,
        });
        let latest = measurements.iter().map(|measurement| measurement.revision).max().unwrap_or_default();
        EvaluatedIndicator {
            suggestions: suggest(indicator.title.as_str(), &reading),
            // Whatever changes what is shown changes this: the record, its measurements, the day.
            state: format!("{}.{latest}.{}.{}", indicator.revision, measurements.len(), as_of.format("%Y%m%d")),
            evaluation,
            indicator,
        }
    }

    /// The state for the ETag, the indicator's revision first.
    pub fn etag(&self) -> &str {
        &self.state
    }

    pub fn sample() -> Self {
        let as_of = NaiveDate::from_ymd_opt(2021, 12, 31).unwrap_or_default();
        EvaluatedIndicator::of(Indicator::sample(), &[Measurement::sample()], as_of)
    }
}

impl Indicator {
    /// The reading that counts in a year and the year its deadlines refer to: that year's own target, or else the
    /// one of all years.
    pub fn reading_in(&self, year: i32) -> (Reading, i32) {
        match (self.yearly_targets.iter().find(|yearly| yearly.year == year), &self.unit) {
            (Some(yearly), Some(unit)) => (yearly.reading.in_unit(unit.as_str()), yearly.year),
            (Some(yearly), None) => (yearly.reading.clone(), yearly.year),
            (None, _) => (self.counting_reading(), self.target_year),
        }
    }
}

fn measured(measurement: &Measurement) -> Option<Measured> {
    let period = measurement.period.period()?;
    Some(Measured {
        from: period.start(),
        to: period.end(),
        value: measurement.value.and_then(decimal),
        numerator: measurement.numerator.and_then(decimal),
        denominator: measurement.denominator.and_then(decimal),
        date: measurement.date,
        yes: measurement.yes,
    })
}

/// A double as the decimal it was written as.
fn decimal(number: f64) -> Option<Decimal> {
    Decimal::try_from(number).ok().map(|number| number.normalize())
}

/// What was achieved in each earlier year: the measurement of the longest period, the latest of those.
fn achieved_before(measurements: &[Measurement], year: i32) -> Vec<(i32, Decimal)> {
    let mut by_year: HashMap<i32, (i64, NaiveDate, Decimal)> = HashMap::new();
    for measurement in measurements {
        let (Some(period), Some(value)) = (measurement.period.period(), figure(measurement)) else { continue };
        let days = (period.end() - period.start()).num_days();
        let known = by_year.get(&period.year());
        if period.year() < year && known.is_none_or(|(longest, latest, _)| (days, period.end()) > (*longest, *latest)) {
            by_year.insert(period.year(), (days, period.end(), value));
        }
    }
    by_year.into_iter().map(|(year, (_, _, value))| (year, value)).collect()
}

/// The figure of a measurement; a ratio in per cent.
fn figure(measurement: &Measurement) -> Option<Decimal> {
    let ratio = || {
        let (numerator, denominator) =
            (measurement.numerator.and_then(decimal)?, measurement.denominator.and_then(decimal)?);
        numerator.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(denominator)
    };
    measurement.value.and_then(decimal).or_else(ratio)
}
