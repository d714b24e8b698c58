//! What an indicator achieved in a year, as one figure with its lineage: the ground of the next plan's baseline.

use crate::db::AnyConnection;
use crate::error::Problem;
use crate::metric_definitions::count::{Counted, count};
use crate::metric_definitions::model::MetricKind;
use crate::planning::indicators::model::Indicator;
use crate::planning::measurements::model::Measurement;
use crate::planning::periods::{Length, Period};
use crate::planning::targets::Kind;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A figure, and where it comes from; or why there is none.
pub type Achieved = Result<(f64, String), String>;

/// What was achieved in a year, by the measurements that count or, where a metric is named, by the counts known today.
pub fn achieved(
    conn: &mut AnyConnection,
    indicator: &Indicator,
    typed: &[Measurement],
    year: i32,
    today: NaiveDate,
) -> Result<Achieved, Problem> {
    let Some(metric) = indicator.metric else {
        let kind = indicator.reading_in(year).0.kind;
        return Ok(by_measurements(kind, typed, year));
    };
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let counted = count(conn, &indicator.administration, metric, day(1, 1), day(12, 31), today)?;
    Ok(by_counts(&counted, year))
}

fn by_counts(counted: &Counted, year: i32) -> Achieved {
    let scale = if counted.metric.definition().kind == MetricKind::Share { 100.0 } else { 1.0 };
    let (figure, parts) = match (counted.value, counted.numerator, counted.denominator) {
        (Some(value), _, _) => (decimal(value), String::new()),
        (_, Some(part), Some(whole)) if whole != 0.0 => {
            (decimal(part * scale / whole), format!(" ({part} of {whole})"))
        }
        _ => (None, String::new()),
    };
    let up_to = counted.up_to.map(|day| format!(" up to {day}")).unwrap_or_default();
    match figure.and_then(plain) {
        Some(value) => Ok((value, format!("{year}, counted by {}{parts}{up_to}", counted.metric))),
        None => Err(format!("{} counted nothing in {year}", counted.metric)),
    }
}

/// The measurement of the whole year; else those of the longest parts of it that were measured, together: counts add up,
/// shares and means are summed above and below and divided once, of levels the last counts.
fn by_measurements(kind: Kind, typed: &[Measurement], year: i32) -> Achieved {
    let of_year: Vec<(Period, &Measurement)> = typed
        .iter()
        .filter_map(|one| Some((one.period.period()?, one)))
        .filter(|(period, _)| period.year() == year)
        .collect();
    let Some(longest) = of_year.iter().map(|(period, _)| period.length()).max() else {
        return Err(format!("it was not measured in {year}"));
    };
    let mut parts: Vec<_> = of_year.into_iter().filter(|(period, _)| period.length() == longest).collect();
    parts.sort_by_key(|(period, _)| period.start());
    let values: Option<Vec<Decimal>> = parts.iter().map(|(_, one)| one.value.and_then(decimal)).collect();
    let last = parts.last().and_then(|(_, one)| one.value.and_then(decimal));
    let adds_up = matches!(kind, Kind::Number | Kind::Currency | Kind::Rate | Kind::Schedule);
    let figure = match values {
        Some(values) if adds_up && longest != Length::Year => values.into_iter().sum::<Decimal>().into(),
        Some(_) => last,
        None => ratio(kind, &parts).or(last),
    };
    match figure.and_then(plain) {
        Some(value) => Ok((value, format!("{year}, {}", lineage(&parts)))),
        None => Err(format!("what was measured in {year} is no figure but a day or an answer")),
    }
}

fn ratio(kind: Kind, parts: &[(Period, &Measurement)]) -> Option<Decimal> {
    let ratios = parts.iter().filter_map(|(_, one)| Some((decimal(one.numerator?)?, decimal(one.denominator?)?)));
    let (part, whole) = ratios.fold((Decimal::ZERO, Decimal::ZERO), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let scale = if matches!(kind, Kind::Duration | Kind::Range) { Decimal::ONE } else { Decimal::ONE_HUNDRED };
    part.checked_mul(scale)?.checked_div(whole)
}

fn lineage(parts: &[(Period, &Measurement)]) -> String {
    let named = parts.iter().map(|(period, one)| format!("{} {period} version {}", one.id, one.version));
    let named: Vec<_> = named.collect();
    let what = if named.len() == 1 { "measurement" } else { "measurements" };
    format!("{what} {}", named.join(", "))
}

/// A double as the decimal it was written as.
fn decimal(number: f64) -> Option<Decimal> {
    Decimal::try_from(number).ok()
}

fn plain(figure: Decimal) -> Option<f64> {
    figure.round_dp(4).normalize().to_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planning::measurements::model::MeasuredPeriod;

    /// Period, value, or the parts of a ratio.
    type Row = (&'static str, Option<f64>, Option<(f64, f64)>);

    fn measured(rows: &[Row]) -> Vec<Measurement> {
        let row = |(period, value, ratio): &(&str, Option<f64>, Option<(f64, f64)>)| Measurement {
            period: MeasuredPeriod::parse(period).unwrap(),
            value: *value,
            numerator: ratio.map(|ratio| ratio.0),
            denominator: ratio.map(|ratio| ratio.1),
            ..Measurement::sample()
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn the_year_counts_before_its_parts_and_parts_are_taken_together() {
        let figure = |kind, rows: &[_]| by_measurements(kind, &measured(rows), 2024).map(|(value, _)| value);
        let halves = [("2024-S1", Some(3.0), None), ("2024-S2", Some(4.0), None), ("2023", Some(9.0), None)];
        assert_eq!(figure(Kind::Number, &halves), Ok(7.0));
        assert_eq!(figure(Kind::Percent, &halves), Ok(4.0));
        let both = [("2024-Q4", Some(40.0), None), ("2024", Some(10.0), None)];
        assert_eq!(figure(Kind::Number, &both), Ok(10.0));
        let ratios = [("2024-S1", None, Some((1.0, 3.0))), ("2024-S2", None, Some((1.0, 1.0)))];
        assert_eq!((figure(Kind::Percent, &ratios), figure(Kind::Duration, &ratios)), (Ok(50.0), Ok(0.5)));
        assert!(figure(Kind::Number, &[("2023", Some(1.0), None)]).unwrap_err().contains("not measured in 2024"));
        assert!(figure(Kind::Date, &[("2024", None, None)]).unwrap_err().contains("no figure"));
    }
}
