//! An indicator as it is shown: with what its label suggests and how it stands on a day. What is shown may read below
//! itself (its measurements); what is stored never does.

use super::model::Indicator;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::ids::Id;
use crate::metric_definitions::count::Counted;
use crate::metric_definitions::model::{Metric, MetricKind};
use crate::planning::measurements::model::Measurement;
use crate::planning::measurements::store as measurements;
use crate::planning::period_locks::counts;
use crate::planning::period_locks::model::PeriodLock;
use crate::planning::period_locks::store as period_locks;
use crate::planning::targets::evaluate::{Evaluation, Inputs, Measured, evaluate};
use crate::planning::targets::{Kind, Reading, Suggestions, suggest};
use crate::text::IpaCode;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
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
    /// The counts that measured it, where it names a metric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_by: Option<Counted>,
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
                .property("measured_by", Ref::from_schema_name(Counted::name()))
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
        schemas.push((Counted::name().into_owned(), Counted::schema()));
        Counted::schemas(schemas);
    }
}

impl EvaluatedIndicator {
    /// Evaluates indicators as of a day, with one more query however many there are; those that name a metric are counted,
    /// each metric of a year once.
    pub fn load(conn: &mut AnyConnection, indicators: Vec<Indicator>, as_of: NaiveDate) -> Result<Vec<Self>, Problem> {
        Self::load_supposing(conn, indicators, as_of, Vec::new())
    }

    /// The same, as if these had been measured: each instead of what was measured or counted in its period. A count gives way
    /// to what is supposed of its indicator.
    pub fn load_supposing(
        conn: &mut AnyConnection,
        mut indicators: Vec<Indicator>,
        as_of: NaiveDate,
        supposed: Vec<Measurement>,
    ) -> Result<Vec<Self>, Problem> {
        let mut measured: HashMap<_, Vec<Measurement>> = HashMap::new();
        for measurement in measurements::of_indicators(conn, &indicators)? {
            measured.entry(measurement.indicator_id.clone()).or_default().push(measurement);
        }
        let counted: BTreeSet<_> =
            indicators.iter().filter(|row| row.metric.is_some()).map(|row| row.id.clone()).collect();
        let mut emptied = BTreeSet::new();
        for measurement in supposed {
            let known = measured.entry(measurement.indicator_id.clone()).or_default();
            // What was typed before an indicator was bound does not count beside what is supposed, either.
            if counted.contains(&measurement.indicator_id) && emptied.insert(measurement.indicator_id.clone()) {
                known.clear();
            }
            known.retain(|known| known.period != measurement.period);
            known.push(measurement);
        }
        for indicator in indicators.iter_mut().filter(|indicator| emptied.contains(&indicator.id)) {
            indicator.metric = None;
        }
        let mut counts = Counts::load(conn, &indicators, as_of)?;
        let mut evaluated = Vec::with_capacity(indicators.len());
        for indicator in indicators {
            let measured = measured.remove(&indicator.id).unwrap_or_default();
            let counted = counts.of(conn, &indicator)?;
            evaluated.push(EvaluatedIndicator::of(indicator, &measured, counted, as_of));
        }
        Ok(evaluated)
    }

    fn of(indicator: Indicator, typed: &[Measurement], counted: Vec<Counted>, as_of: NaiveDate) -> Self {
        let (reading, year) = indicator.reading_in(as_of.year());
        // What was typed before the indicator was bound is kept, and does not count.
        let measurements = if indicator.metric.is_some() { &[] } else { typed };
        let measured: Vec<_> =
            measurements.iter().filter_map(measured).chain(counted.iter().filter_map(computed)).collect();
        let achieved = match indicator.metric {
            Some(_) => counted.iter().filter_map(achieved_by_count).filter(|(of, _)| *of < year).collect(),
            None => achieved_before(measurements, year),
        };
        let evaluation = evaluate(&Inputs {
            reading: &reading,
            polarity: indicator.polarity,
            reference_year: year,
            measurements: &measured,
            baseline: indicator.baseline.as_ref().and_then(|baseline| decimal(baseline.value)),
            achieved: &achieved,
            as_of,
        });
        let revisions = measurements.iter().map(|measurement| measurement.revision);
        let latest = revisions.chain(counted.iter().map(|counted| counted.revision)).max().unwrap_or_default();
        let rows = measurements.len() as i64 + counted.iter().map(|counted| counted.counted).sum::<i64>();
        EvaluatedIndicator {
            suggestions: suggest(indicator.title.as_str(), &reading),
            // Whatever changes what is shown changes this: the record, its measurements, the day.
            state: format!("{}.{latest}.{rows}.{}", indicator.revision, as_of.format("%Y%m%d")),
            evaluation,
            measured_by: counted.into_iter().find(|counted| counted.from.year() == year),
            indicator,
        }
    }

    /// The state for the ETag, the indicator's revision first.
    pub fn etag(&self) -> &str {
        &self.state
    }

    pub fn sample() -> Self {
        let as_of = NaiveDate::from_ymd_opt(2021, 12, 31).unwrap_or_default();
        EvaluatedIndicator::of(Indicator::sample(), &[Measurement::sample()], Vec::new(), as_of)
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

    /// Whether its target refers to this year, so that a measurement of the year is owed.
    pub fn is_due_in(&self, year: i32) -> bool {
        self.yearly_targets.iter().any(|yearly| yearly.year == year) || self.target_year == year
    }
}

/// Counts, each once: of an administration, or of a plan where that has locked what was counted.
struct Counts {
    as_of: NaiveDate,
    locks: HashMap<Id, Vec<PeriodLock>>,
    known: HashMap<(IpaCode, Option<Id>, Metric, i32), Counted>,
}

impl Counts {
    /// With the locks of the plans whose indicators are counted; no query where none is.
    fn load(conn: &mut AnyConnection, indicators: &[Indicator], as_of: NaiveDate) -> Result<Self, Problem> {
        let counted = indicators.iter().filter(|indicator| indicator.metric.is_some());
        let plans: BTreeSet<_> = counted.map(|indicator| (&indicator.administration, &indicator.plan_id)).collect();
        let plans: Vec<_> = plans.into_iter().collect();
        let standing = if plans.is_empty() { Vec::new() } else { period_locks::standing(conn, &plans)? };
        let mut locks: HashMap<_, Vec<_>> = HashMap::new();
        for lock in standing {
            locks.entry(lock.plan_id.clone()).or_default().push(lock);
        }
        Ok(Counts { as_of, locks, known: HashMap::new() })
    }

    /// What measures an indicator: the counts of its target's year, and of the year before where the target refers to it.
    fn of(&mut self, conn: &mut AnyConnection, indicator: &Indicator) -> Result<Vec<Counted>, Problem> {
        let Some(metric) = indicator.metric else { return Ok(Vec::new()) };
        let (reading, year) = indicator.reading_in(self.as_of.year());
        let before = matches!(reading.kind, Kind::RelativeChange | Kind::Maintain).then_some(year - 1);
        let home = &indicator.administration;
        let locks = self.locks.get(&indicator.plan_id);
        let mut counted = Vec::new();
        for year in [year].into_iter().chain(before) {
            let key = (home.clone(), locks.map(|_| indicator.plan_id.clone()), metric, year);
            if !self.known.contains_key(&key) {
                let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
                let days = (day(1, 1), day(12, 31));
                let locks = locks.map_or(&[][..], Vec::as_slice);
                let count = counts::with_locks(conn, locks, home, metric, days, self.as_of)?;
                self.known.insert(key.clone(), count);
            }
            counted.extend(self.known.get(&key).cloned());
        }
        Ok(counted)
    }
}

/// Counts as a measurement; nothing where nothing was counted.
fn computed(counted: &Counted) -> Option<Measured> {
    let (value, numerator) = (counted.value.and_then(decimal), counted.numerator.and_then(decimal));
    (value.is_some() || numerator.is_some()).then(|| Measured {
        value,
        numerator,
        denominator: counted.denominator.and_then(decimal),
        ..Measured::over(counted.from, counted.to)
    })
}

fn achieved_by_count(counted: &Counted) -> Option<(i32, Decimal)> {
    let ratio = || {
        let (numerator, denominator) = (decimal(counted.numerator?)?, decimal(counted.denominator?)?);
        let scale =
            if counted.metric.definition().kind == MetricKind::Share { Decimal::ONE_HUNDRED } else { Decimal::ONE };
        numerator.checked_mul(scale)?.checked_div(denominator)
    };
    Some((counted.from.year(), counted.value.and_then(decimal).or_else(ratio)?))
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
