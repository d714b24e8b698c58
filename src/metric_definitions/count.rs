//! Counts a metric over a period of one administration; what it reads is that administration's own rows.

use super::model::{Metric, MetricKind};
use crate::calendar::{Day, Month};
use crate::db::AnyConnection;
use crate::digital_services::counts;
use crate::error::Problem;
use crate::procedure_times::store as procedure_times;
use crate::protocol::days::model::ProtocolDay;
use crate::protocol::days::store as days;
use crate::service_usage::model::answers_and_points;
use crate::service_usage::sums::{self, Sums};
use crate::text::IpaCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was counted, from which counts, up to which day.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Counted {
    pub metric: Metric,
    pub from: NaiveDate,
    /// Last day of the period, or the day that was asked for.
    pub to: NaiveDate,
    /// The last day that the counts tell of.
    pub up_to: Option<NaiveDate>,
    /// Left out where it is a ratio, or nothing was counted.
    #[schema(minimum = 0, maximum = 1e15)]
    pub value: Option<f64>,
    #[schema(minimum = 0, maximum = 1e15)]
    pub numerator: Option<f64>,
    #[schema(minimum = 0, maximum = 1e15)]
    pub denominator: Option<f64>,
    /// How many rows were counted: days of the protocol, months of services, services, readings of procedures.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub counted: i64,
    /// Up to this day the counts are those of when the period was locked; what was corrected later is not in them.
    pub frozen_to: Option<NaiveDate>,
    /// The latest of the counted rows' revisions.
    #[serde(skip)]
    #[schema(ignore)]
    pub revision: i64,
}

impl Counted {
    /// Whether anything was counted.
    pub fn is_something(&self) -> bool {
        self.value.is_some() || self.numerator.is_some()
    }

    fn nothing(metric: Metric, from: NaiveDate, to: NaiveDate) -> Self {
        let (up_to, value, numerator, denominator, frozen_to) = (None, None, None, None, None);
        Counted { metric, from, to, up_to, value, numerator, denominator, counted: 0, frozen_to, revision: 0 }
    }
}

/// The days of the protocol, summed.
#[derive(Debug, Clone, Default)]
pub struct ProtocolSums {
    pub incoming: i64,
    pub outgoing: i64,
    pub missed: i64,
    /// Days and areas that something was sent of.
    pub days: i64,
    pub up_to: Option<NaiveDate>,
    pub revision: i64,
}

/// Sums the days of a period.
pub fn protocol(
    conn: &mut AnyConnection,
    home: &IpaCode,
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
) -> Result<ProtocolSums, Problem> {
    let days = days::with_missed(conn, home, None, Day::of(from), Day::of(to), today)?;
    let told: Vec<&ProtocolDay> = days.values().filter(|day| day.revision.is_some()).collect();
    Ok(ProtocolSums {
        incoming: told.iter().map(|day| day.incoming).sum(),
        outgoing: told.iter().map(|day| day.outgoing).sum(),
        missed: days.values().filter(|day| day.missed).count() as i64,
        days: told.len() as i64,
        up_to: told.iter().map(|day| day.date.date()).max(),
        revision: told.iter().filter_map(|day| day.revision).max().unwrap_or_default(),
    })
}

/// Counts a metric from one day to another, as far as it is known on `today`.
pub fn count(
    conn: &mut AnyConnection,
    home: &IpaCode,
    metric: Metric,
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
) -> Result<Counted, Problem> {
    let to = to.min(today);
    let nothing = Counted::nothing(metric, from, to);
    if from > to {
        return Ok(nothing);
    }
    match metric {
        Metric::ProtocolIncoming | Metric::ProtocolOutgoing | Metric::ProtocolMissedDays => {
            let sums = protocol(conn, home, from, to, today)?;
            let value = match metric {
                Metric::ProtocolIncoming => sums.incoming,
                Metric::ProtocolOutgoing => sums.outgoing,
                _ => sums.missed,
            };
            let value = (sums.days > 0).then_some(value as f64);
            Ok(Counted { value, counted: sums.days, up_to: sums.up_to, revision: sums.revision, ..nothing })
        }
        _ if metric.definition().kind == MetricKind::Level => {
            let counts = counts::of(conn, home, to)?;
            let value = match metric {
                Metric::ServicesWithSpid => counts.platforms.spid,
                Metric::ServicesWithCie => counts.platforms.cie,
                Metric::ServicesWithPagopa => counts.platforms.pagopa,
                Metric::ServicesOnAppIo => counts.platforms.app_io,
                _ => counts.online,
            };
            // The value itself stands for the state: an inventory has no feed's revision.
            let value = (counts.total > 0).then_some(value as f64);
            let revision = value.unwrap_or_default() as i64;
            Ok(Counted { value, counted: counts.total, up_to: Some(to), revision, ..nothing })
        }
        Metric::ProceduresWithinTerm => {
            let sums = procedure_times::within_term(conn, home, from, to)?;
            let parts = (sums.cases > 0).then_some((sums.within_term as f64, sums.cases as f64));
            let (numerator, denominator) = parts.unzip();
            let (counted, up_to, revision) = (sums.readings, sums.up_to, sums.revision);
            Ok(Counted { numerator, denominator, counted, up_to, revision, ..nothing })
        }
        _ => usage(conn, home, nothing, today),
    }
}

fn usage(conn: &mut AnyConnection, home: &IpaCode, nothing: Counted, today: NaiveDate) -> Result<Counted, Problem> {
    let (metric, from, to) = (nothing.metric, nothing.from, nothing.to);
    let sums = sums::of(conn, home, Month::of(from), Month::of(to))?;
    let ratio = |numerator: i64, denominator: i64| (denominator > 0).then_some((numerator as f64, denominator as f64));
    let mut counted = Counted {
        counted: sums.rows.unwrap_or_default(),
        up_to: sums.latest_month.map(|month| month.last_day().min(to)),
        revision: sums.revision.unwrap_or_default(),
        ..nothing
    };
    let parts = match metric {
        Metric::UsageOnlineShare => {
            let incoming = protocol(conn, home, from, to, today)?;
            counted.counted += incoming.days;
            counted.up_to = counted.up_to.into_iter().chain(incoming.up_to).min();
            counted.revision = counted.revision.max(incoming.revision);
            sums.submissions_completed.and_then(|completed| ratio(completed, incoming.incoming))
        }
        Metric::UsageSatisfactionMean => {
            let (answers, points) = answers_and_points(&sums.satisfaction());
            ratio(points, answers)
        }
        _ => None,
    };
    (counted.numerator, counted.denominator) = parts.unzip();
    counted.value = sum(metric, &sums);
    Ok(counted)
}

fn sum(metric: Metric, sums: &Sums) -> Option<f64> {
    let value = match metric {
        Metric::UsageAccesses => sums.accesses,
        Metric::UsageUsers => sums.users,
        Metric::UsageSubmissions => sums.submissions_completed,
        Metric::UsagePagopaTransactions => sums.pagopa_transactions,
        Metric::UsagePagopaAmount => return sums.pagopa_cents.map(|cents| cents as f64 / 100.0),
        Metric::UsageAppIoMessages => sums.app_io_messages,
        _ => None,
    };
    value.map(|value| value as f64)
}

impl Counted {
    pub fn sample() -> Self {
        let day = |month, day| NaiveDate::from_ymd_opt(2021, month, day).unwrap_or_default();
        Counted {
            numerator: Some(6605.0),
            denominator: Some(47_011.0),
            counted: 1189,
            up_to: Some(day(12, 30)),
            ..Counted::nothing(Metric::UsageOnlineShare, day(1, 1), day(12, 31))
        }
    }
}
