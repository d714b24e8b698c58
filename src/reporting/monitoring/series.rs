//! The series of an indicator: what was asked for and what was measured, period by period.

use super::columns::By;
use super::plan_parts::measured;
use crate::auth::Tenants;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::http::page::{Cursor, Slice};
use crate::ids::Id;
use crate::metric_definitions::count::Counted;
use crate::metric_definitions::model::Metric;
use crate::planning::indicators::evaluated::{self, Counts, Locks, Standing};
use crate::planning::indicators::model::Indicator;
use crate::planning::indicators::store as indicators;
use crate::planning::measurements::model::Measurement;
use crate::planning::period_locks::counts;
use crate::planning::periods::Period;
use crate::planning::plans::model::Plan;
use crate::planning::targets::Kind;
use crate::planning::targets::evaluate::{self, Deviation, Measured, Status};
use crate::text::{Code, IpaCode, Line};
use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// Points of a series, at most: ten years of quarters, three of months.
const MAX_POINTS: usize = 40;

/// Which series.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesFilter {
    /// Length of the periods: years where left out.
    by: Option<By>,
    /// Of this year alone: needed for the months of a plan of more than three years.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Of the indicators of this objective.
    objective_id: Option<Id>,
    /// Judged on this day, or at the end of a period that ended before: today where left out.
    as_of: Option<NaiveDate>,
    /// Measurements written after this day (UTC) do not count: `as_of` where left out.
    known_on: Option<NaiveDate>,
    /// Indicators of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl SeriesFilter {
    pub fn slice(&self) -> Result<Slice, Problem> {
        Slice::of(self.limit, self.cursor.as_ref())
    }

    /// The periods of the plan, or of one of its years.
    fn periods(&self, plan: &Plan) -> Result<Vec<Period>, Problem> {
        let years = plan.start_year..=plan.end_year;
        if let Some(year) = self.year.filter(|year| !years.contains(year)) {
            let detail = format!("must lie within the plan's years, {} to {}", plan.start_year, plan.end_year);
            return Err(Problem::invalid("year", year, detail));
        }
        let (first, last) = self.year.map_or((plan.start_year, plan.end_year), |year| (year, year));
        let by = self.by.unwrap_or(By::Year);
        let periods = by.periods(first, last);
        if periods.len() > MAX_POINTS {
            let detail =
                format!("the plan has {} of these: a series has at most {MAX_POINTS}; ask for one year", periods.len());
            return Err(Problem::invalid("by", by, detail));
        }
        Ok(periods)
    }
}

/// A period of a series.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SeriesPoint {
    pub period: Period,
    /// The target of its year as written; left out, with the standing, where the year has none.
    pub target: Option<Line>,
    /// The number that it asks for by the year's end.
    #[schema(minimum = -1e15, maximum = 1e15)]
    pub target_value: Option<f64>,
    /// What was measured in the period itself: the sum of counts and amounts, the level of shares and times.
    #[schema(minimum = -1e16, maximum = 1e16)]
    pub measured: Option<f64>,
    /// Where a day was measured.
    pub done_on: Option<NaiveDate>,
    /// Where an answer was.
    pub yes: Option<bool>,
    /// How it stood at the period's end, or on the day that was asked for; left out for what lies ahead.
    pub status: Option<Status>,
    #[schema(minimum = 0, maximum = 1)]
    pub attainment: Option<f64>,
    pub deviation: Option<Deviation>,
    /// The sentence that explains the standing.
    #[schema(max_length = 1000, pattern = r"^[\s\S]+$")]
    pub text: Option<String>,
}

/// An indicator and its periods.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IndicatorSeries {
    pub administration: IpaCode,
    pub indicator_id: Id,
    pub objective_id: Option<Id>,
    pub code: Code,
    pub title: Line,
    pub unit: Option<Line>,
    /// The count that measures it.
    pub metric: Option<Metric>,
    #[schema(min_items = 1, max_items = 40)]
    pub points: Vec<SeriesPoint>,
}

/// The series of a page of indicators.
pub fn load(
    conn: &mut AnyConnection,
    plan: &Plan,
    filter: &SeriesFilter,
    page: &Slice,
    today: NaiveDate,
) -> Result<Vec<IndicatorSeries>, Problem> {
    let periods = filter.periods(plan)?;
    let as_of = filter.as_of.unwrap_or(today);
    let tenants = Tenants::Only(vec![plan.administration.to_string()]);
    let wanted = indicators::Wanted {
        plan_id: Some(plan.id.clone()),
        objective_id: filter.objective_id.clone(),
        ..indicators::Wanted::default()
    };
    let rows = indicators::list(conn, &tenants, &wanted, page)?;
    let mut measured = measured(conn, plan, Some(&rows), filter.known_on.unwrap_or(as_of), today)?;
    let locks = evaluated::locks(conn, &rows)?;
    let mut columns: Vec<_> = periods.into_iter().map(|period| Point::new(period, as_of, &locks)).collect();
    let mut series = Vec::with_capacity(rows.len());
    for indicator in rows {
        let typed = measured.remove(&indicator.id).unwrap_or_default();
        let points = columns.iter_mut().map(|column| column.of(conn, &indicator, &typed));
        let points = points.collect::<Result<Vec<_>, _>>()?;
        series.push(IndicatorSeries {
            administration: indicator.administration,
            indicator_id: indicator.id,
            objective_id: indicator.objective_id,
            code: indicator.code,
            title: indicator.title,
            unit: indicator.unit,
            metric: indicator.metric,
            points,
        });
    }
    Ok(series)
}

/// A period, and what was counted in it, each metric once.
struct Point<'l> {
    period: Period,
    locks: &'l Locks,
    /// The period's last day, or the day that was asked for; nothing where the period lies ahead of it.
    until: Option<NaiveDate>,
    in_year: Option<Counts<'l>>,
    in_period: HashMap<Metric, Counted>,
}

impl<'l> Point<'l> {
    fn new(period: Period, as_of: NaiveDate, locks: &'l Locks) -> Self {
        let until = (period.start() <= as_of).then(|| period.end().min(as_of));
        let in_year = until.map(|until| Counts::until(until, locks));
        Point { period, locks, until, in_year, in_period: HashMap::new() }
    }

    fn of(
        &mut self,
        conn: &mut AnyConnection,
        indicator: &Indicator,
        typed: &[Measurement],
    ) -> Result<SeriesPoint, Problem> {
        let (period, year) = (self.period, self.period.year());
        let (reading, target_year) = indicator.reading_in(year);
        let yearly = indicator.yearly_targets.iter().find(|yearly| yearly.year == year);
        // A target that is about another year asks nothing of this one.
        let has_target = target_year == year && reading.kind != Kind::None;
        let target = yearly.map(|yearly| &yearly.target).or(indicator.target.as_ref()).filter(|_| has_target);
        let counting = indicator.counting(typed);
        let mut inside: Vec<Measured> = counting.iter().filter_map(evaluated::measured).collect();
        if let (Some(metric), Some(until)) = (indicator.metric, self.until) {
            inside = self.counted(conn, indicator, metric, until)?.into_iter().collect();
        }
        inside.retain(|each| each.from >= period.start() && each.to <= period.end());
        inside.sort_by_key(|each| each.to);
        let figure = evaluate::figure(&reading, &inside, period.start(), period.end());
        let mut point = SeriesPoint {
            period,
            target: target.cloned(),
            target_value: evaluate::expected(&reading, year).filter(|_| has_target).and_then(|value| value.to_f64()),
            measured: figure.and_then(|figure| figure.to_f64()),
            done_on: inside.iter().rev().find_map(|each| each.date),
            yes: inside.iter().rev().find_map(|each| each.yes),
            status: None,
            attainment: None,
            deviation: None,
            text: None,
        };
        if let (true, Some(until), Some(counts)) = (has_target, self.until, &mut self.in_year) {
            let counted = counts.of(conn, indicator, year)?;
            // What is measured later in the year was not known at the period's end.
            let so_far: Vec<_> = counting.iter().filter(|each| ended_by(each, period)).cloned().collect();
            let Standing { evaluation, .. } = indicator.standing(&so_far, &counted, year, until);
            point.status = Some(evaluation.status);
            point.attainment = evaluation.attainment;
            point.deviation = evaluation.deviation;
            point.text = Some(evaluation.explanation.text);
        }
        Ok(point)
    }

    fn counted(
        &mut self,
        conn: &mut AnyConnection,
        indicator: &Indicator,
        metric: Metric,
        until: NaiveDate,
    ) -> Result<Option<Measured>, Problem> {
        if !self.in_period.contains_key(&metric) {
            let (home, period) = (&indicator.administration, self.period);
            let locks = self.locks.get(&indicator.plan_id).map_or(&[][..], Vec::as_slice);
            let days = (period.start(), period.end());
            let counted = counts::with_locks(conn, locks, home, metric, days, until)?;
            self.in_period.insert(metric, counted);
        }
        Ok(self.in_period.get(&metric).and_then(evaluated::computed))
    }
}

fn ended_by(measurement: &Measurement, period: Period) -> bool {
    measurement.period.period().is_some_and(|measured| measured.end() <= period.end())
}

impl IndicatorSeries {
    pub fn sample() -> Self {
        let indicator = Indicator::sample();
        let day = NaiveDate::from_ymd_opt(2021, 12, 31).unwrap_or_default();
        let typed = [Measurement::sample()];
        let Standing { reading, year, evaluation } = indicator.standing(&typed, &[], 2021, day);
        let inside: Vec<_> = typed.iter().filter_map(evaluated::measured).collect();
        let first = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap_or_default();
        let points = By::Year.periods(2021, 2021).into_iter().map(|period| SeriesPoint {
            period,
            target: indicator.target.clone(),
            target_value: evaluate::expected(&reading, year).and_then(|value| value.to_f64()),
            measured: evaluate::figure(&reading, &inside, first, day).and_then(|figure| figure.to_f64()),
            done_on: None,
            yes: None,
            status: Some(evaluation.status),
            attainment: evaluation.attainment,
            deviation: evaluation.deviation,
            text: Some(evaluation.explanation.text.clone()),
        });
        IndicatorSeries {
            points: points.collect(),
            administration: indicator.administration,
            indicator_id: indicator.id,
            objective_id: indicator.objective_id,
            code: indicator.code,
            title: indicator.title,
            unit: indicator.unit,
            metric: indicator.metric,
        }
    }
}
