//! Counts with what is locked left as it was: the figure of a locked period comes from its lock, the rest from the feeds.

use super::model::PeriodLock;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::metric_definitions::count::{Counted, count};
use crate::metric_definitions::model::{Metric, MetricKind};
use crate::planning::periods::Period;
use crate::text::IpaCode;
use chrono::NaiveDate;

/// Counts a metric from one day to another, as far as it is known on a day. A locked period counts as it was when it was
/// locked, unless the day lies within it.
pub fn with_locks(
    conn: &mut AnyConnection,
    locks: &[PeriodLock],
    home: &IpaCode,
    metric: Metric,
    (from, to): (NaiveDate, NaiveDate),
    as_of: NaiveDate,
) -> Result<Counted, Problem> {
    let frozen = frozen(locks, metric, from, to, as_of);
    if frozen.is_empty() {
        return count(conn, home, metric, from, to, as_of);
    }
    let mut parts = Vec::new();
    let mut next = Some(from);
    for kept in frozen {
        if let Some((first, last)) = next.zip(kept.from.pred_opt()).filter(|(first, last)| first <= last) {
            parts.push(count(conn, home, metric, first, last, as_of)?);
        }
        next = kept.to.succ_opt();
        parts.push(kept);
    }
    if let Some(first) = next.filter(|first| *first <= to.min(as_of)) {
        parts.push(count(conn, home, metric, first, to, as_of)?);
    }
    let merged = merge(parts, (from, to.min(as_of)));
    merged.ok_or_else(|| Problem::internal("nothing was counted of a locked period"))
}

/// The kept counts of the longest locked periods within these days, in their order.
fn frozen(locks: &[PeriodLock], metric: Metric, from: NaiveDate, to: NaiveDate, as_of: NaiveDate) -> Vec<Counted> {
    let mut known: Vec<_> = locks.iter().filter_map(|lock| Some((lock.period.period()?, lock))).collect();
    known.retain(|(period, _)| period.start() >= from && period.end() <= to.min(as_of));
    known.sort_by_key(|(period, _)| std::cmp::Reverse(period.length()));
    let mut kept: Vec<(Period, Counted)> = Vec::new();
    for (period, lock) in known {
        let count = lock.counts.iter().find(|count| count.metric == metric);
        if let Some(count) = count.filter(|_| !kept.iter().any(|(longer, _)| longer.covers(period))) {
            let frozen_to = Some(period.end());
            kept.push((period, Counted { revision: lock.revision, frozen_to, ..count.clone() }));
        }
    }
    kept.sort_by_key(|(period, _)| *period);
    kept.into_iter().map(|(_, count)| count).collect()
}

/// Parts that follow each other as one: sums add up, of a level the last counts.
fn merge(parts: Vec<Counted>, (from, to): (NaiveDate, NaiveDate)) -> Option<Counted> {
    let level = parts.first().is_some_and(|part| part.metric.definition().kind == MetricKind::Level);
    let add = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => Some(one + other),
        (one, other) => one.or(other),
    };
    let merged = parts.into_iter().reduce(|one, other| {
        let frozen_to = one.frozen_to.max(other.frozen_to);
        let revision = one.revision.max(other.revision);
        if level {
            return Counted { frozen_to, revision, ..other };
        }
        Counted {
            up_to: one.up_to.max(other.up_to),
            value: add(one.value, other.value),
            numerator: add(one.numerator, other.numerator),
            denominator: add(one.denominator, other.denominator),
            counted: one.counted + other.counted,
            frozen_to,
            revision,
            ..one
        }
    });
    merged.map(|merged| Counted { from, to, ..merged })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planning::periods::MeasuredPeriod;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn counted(metric: Metric, from: &str, to: &str, value: f64) -> Counted {
        let (from, to) = (day(from), day(to));
        let (numerator, denominator) = (None, None);
        Counted { metric, from, to, value: Some(value), numerator, denominator, counted: 1, ..Counted::sample() }
    }

    fn lock(period: &str, counts: Vec<Counted>) -> PeriodLock {
        let period = MeasuredPeriod::parse(period).unwrap();
        PeriodLock { period, counts: counts.into(), ..PeriodLock::sample() }
    }

    #[test]
    fn the_longest_locked_periods_count_and_none_twice() {
        let metric = Metric::ProtocolIncoming;
        let locks = [
            lock("2024-Q1", vec![counted(metric, "2024-01-01", "2024-03-31", 10.0)]),
            lock("2024-S1", vec![counted(metric, "2024-01-01", "2024-06-30", 30.0)]),
            lock("2024-Q3", vec![counted(metric, "2024-07-01", "2024-09-30", 7.0)]),
            lock("2024-Q4", vec![]),
        ];
        let found = |as_of: &str| frozen(&locks, metric, day("2024-01-01"), day("2024-12-31"), day(as_of));
        let values = |as_of: &str| found(as_of).iter().filter_map(|count| count.value).collect::<Vec<_>>();
        assert_eq!(values("2025-01-31"), [30.0, 7.0]);
        assert_eq!(values("2024-08-15"), [30.0]);
        assert_eq!(values("2024-05-01"), [10.0]);
        assert_eq!(values("2024-03-30"), Vec::<f64>::new());
        assert_eq!(found("2025-01-31")[1].frozen_to, Some(day("2024-09-30")));
    }

    #[test]
    fn sums_add_up_and_of_levels_the_last_counts() {
        let whole = (day("2024-01-01"), day("2024-12-31"));
        let parts = |metric| {
            vec![counted(metric, "2024-01-01", "2024-06-30", 30.0), counted(metric, "2024-07-01", "2024-12-31", 12.0)]
        };
        assert_eq!(merge(parts(Metric::UsageAccesses), whole).unwrap().value, Some(42.0));
        let level = merge(parts(Metric::ServicesOnline), whole).unwrap();
        assert_eq!((level.value, level.from, level.to), (Some(12.0), whole.0, whole.1));
    }
}
