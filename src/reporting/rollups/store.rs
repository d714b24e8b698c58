//! What each administration reported of a metric: a few queries that group by administration, however many there are.

use super::figures::Figure;
use super::metric::{RollupMetric, Source};
use super::standings;
use super::territory::Span;
use crate::auth::Tenants;
use crate::calendar::{Day, Month};
use crate::db::AnyConnection;
use crate::digital_services::counts::{self, InventoryCounts};
use crate::error::Problem;
use crate::planning::targets::evaluate::Status;
use crate::platform_adoptions::model::{AdoptionStatus, Platform};
use crate::platform_adoptions::store as adoptions;
use crate::protocol::days::store as days;
use crate::service_usage::model::answers_and_points;
use crate::service_usage::sums::{self, Sums};
use crate::text::IpaCode;
use std::collections::{BTreeMap, HashMap};

/// A status that is counted with a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Objective(ObjectiveStatus),
    Adoption(Platform, AdoptionStatus),
}

/// The order of the evaluation's statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectiveStatus(pub Status);

impl ObjectiveStatus {
    fn rank(self) -> u8 {
        self.0 as u8
    }
}

impl PartialOrd for ObjectiveStatus {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ObjectiveStatus {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

/// What an administration reported of a metric.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reported {
    pub figure: Figure,
    pub parts: BTreeMap<Part, i64>,
}

/// What the administrations reported, by metric; who is missing reported nothing.
pub type Reports = HashMap<RollupMetric, HashMap<IpaCode, Reported>>;

/// Reads what is asked for of these administrations: each source once. `span` is the period, whose last day is the day of
/// what is counted on a day.
pub fn reports(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    metrics: &[RollupMetric],
    span: Span,
    as_of: chrono::NaiveDate,
) -> Result<Reports, Problem> {
    let of_source = |source: Source| metrics.iter().copied().filter(move |metric| metric.source() == source);
    let asked = |source: Source| of_source(source).next().is_some();
    let mut reports: Reports = metrics.iter().map(|metric| (*metric, HashMap::new())).collect();
    let mut put = |metric: RollupMetric, home: &IpaCode, reported: Reported| {
        reports.entry(metric).or_default().insert(home.clone(), reported);
    };
    if asked(Source::Services) {
        for row in counts::by_administration(conn, tenants, as_of)? {
            for metric in of_source(Source::Services) {
                put(metric, &row.administration, Figure::sum(services(metric, &row)).into());
            }
        }
    }
    if asked(Source::Platforms) {
        let mut by_home: HashMap<IpaCode, Reported> = HashMap::new();
        for (home, platform, status) in adoptions::statuses_on(conn, tenants, as_of)? {
            let reported = by_home.entry(home).or_default();
            reported.figure.numerator += i64::from(status == AdoptionStatus::Active);
            *reported.parts.entry(Part::Adoption(platform, status)).or_default() += 1;
        }
        for (home, reported) in by_home {
            put(RollupMetric::PlatformsActive, &home, reported);
        }
    }
    let share = metrics.contains(&RollupMetric::UsageOnlineShare);
    let protocol = match share || asked(Source::Protocol) {
        true => days::sums_by_administration(conn, tenants, Day::of(span.from), Day::of(span.to))?,
        false => BTreeMap::new(),
    };
    if asked(Source::Usage) {
        let columns = of_source(Source::Usage).flat_map(columns).copied().collect();
        let (from, to) = (Month::of(span.from), Month::of(span.to));
        for (home, sums) in sums::by_administration(conn, tenants, from, to, &columns)? {
            let incoming = protocol.get(&home).map(|(incoming, _)| *incoming);
            for metric in of_source(Source::Usage) {
                if let Some(figure) = usage(metric, &sums, incoming) {
                    put(metric, &home, figure.into());
                }
            }
        }
    }
    for (home, (incoming, outgoing)) in &protocol {
        for metric in of_source(Source::Protocol) {
            let count = if metric == RollupMetric::ProtocolIncoming { *incoming } else { *outgoing };
            put(metric, home, Figure::sum(count).into());
        }
    }
    if asked(Source::Objectives) {
        for (home, standing) in standings::by_administration(conn, tenants, as_of)? {
            for metric in of_source(Source::Objectives) {
                if let Some(reported) = standing.reported(metric) {
                    put(metric, &home, reported);
                }
            }
        }
    }
    Ok(reports)
}

impl From<Figure> for Reported {
    fn from(figure: Figure) -> Self {
        Reported { figure, parts: BTreeMap::new() }
    }
}

fn services(metric: RollupMetric, row: &InventoryCounts) -> i64 {
    match metric {
        RollupMetric::ServicesWithSpid => row.platforms.spid,
        RollupMetric::ServicesWithCie => row.platforms.cie,
        RollupMetric::ServicesWithPagopa => row.platforms.pagopa,
        RollupMetric::ServicesOnAppIo => row.platforms.app_io,
        _ => row.online,
    }
}

/// The columns of the totals that a metric needs.
fn columns(metric: RollupMetric) -> &'static [&'static str] {
    match metric {
        RollupMetric::UsageAccesses => &["accesses"],
        RollupMetric::UsageUsers => &["users"],
        RollupMetric::UsageSubmissions | RollupMetric::UsageOnlineShare => &["submissions_completed"],
        RollupMetric::UsagePagopaTransactions => &["pagopa_transactions"],
        RollupMetric::UsagePagopaAmount => &["pagopa_cents"],
        RollupMetric::UsageAppIoMessages => &["app_io_messages"],
        RollupMetric::UsageCompletionRate => &["completed_of_started", "started"],
        RollupMetric::UsageCostPerTransaction => &["cost_cents", "completed_of_costed"],
        RollupMetric::UsageSatisfactionMean => {
            &["satisfaction_1", "satisfaction_2", "satisfaction_3", "satisfaction_4", "satisfaction_5"]
        }
        _ => &[],
    }
}

/// Nothing of what no month tells.
fn usage(metric: RollupMetric, sums: &Sums, incoming: Option<i64>) -> Option<Figure> {
    match metric {
        RollupMetric::UsageAccesses => sums.accesses.map(Figure::sum),
        RollupMetric::UsageUsers => sums.users.map(Figure::sum),
        RollupMetric::UsageSubmissions => sums.submissions_completed.map(Figure::sum),
        RollupMetric::UsagePagopaTransactions => sums.pagopa_transactions.map(Figure::sum),
        RollupMetric::UsagePagopaAmount => sums.pagopa_cents.map(Figure::sum),
        RollupMetric::UsageAppIoMessages => sums.app_io_messages.map(Figure::sum),
        RollupMetric::UsageOnlineShare => Figure::ratio(sums.submissions_completed?, incoming?),
        RollupMetric::UsageCompletionRate => Figure::ratio(sums.completed_of_started?, sums.started?),
        RollupMetric::UsageCostPerTransaction => Figure::ratio(sums.cost_cents?, sums.completed_of_costed?),
        RollupMetric::UsageSatisfactionMean => {
            let (answers, points) = answers_and_points(&sums.satisfaction());
            Figure::ratio(points, answers)
        }
        _ => None,
    }
}
