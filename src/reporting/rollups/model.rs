//! Roll-ups as they are answered.

use super::figures::Spread;
use super::metric::{MetricDirection, RollupMetric};
use super::territory::{PopulationClass, RollupBy};
use crate::administrations::comuni_in_time;
use crate::administrations::model::AdministrationKind;
use crate::db::types::text_enum;
use crate::metric_definitions::model::MetricKind;
use crate::planning::targets::evaluate::Status;
use crate::platform_adoptions::model::{AdoptionStatus, Platform};
use crate::text::IpaCode;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// Administrations that are named as being outside of a period, at most; all are counted.
pub const MOST_OUTSIDE: usize = 100;

/// Objectives that stand so.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ObjectiveCount {
    pub status: Status,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub objectives: i64,
}

/// Administrations whose adoption of a platform stands so.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AdoptionCount {
    pub platform: Platform,
    pub status: AdoptionStatus,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub administrations: i64,
}

/// What the administrations of a province, region or class reported of a metric.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RollupGroup {
    /// ISTAT code of the province or region, `IT`, or the class; `unknown` for those that lie nowhere known.
    #[schema(min_length = 2, max_length = 20, pattern = "^[A-Za-z0-9_]+$")]
    pub code: String,
    #[schema(min_length = 2, max_length = 100, pattern = "^[^\\u0000-\\u001f]+$")]
    pub name: Option<String>,
    /// Administrations that were there on any day of the period.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub expected: i64,
    /// Of those, the ones that were there on its last day.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub expected_at_end: i64,
    /// Of those expected, the ones whose data the token opens: only theirs is summed.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub visible: i64,
    /// Of those visible, the ones that reported.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub reported: i64,
    /// Of those expected, comuni of which no dates are known.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub undated: i64,
    /// The sum, or the sum above divided once by the sum below; left out where nobody reported.
    #[schema(minimum = 0, maximum = 1e15)]
    pub value: Option<f64>,
    /// Of a ratio.
    #[schema(minimum = 0, maximum = 1e15)]
    pub numerator: Option<f64>,
    /// Of a ratio.
    #[schema(minimum = 0, maximum = 1e15)]
    pub denominator: Option<f64>,
    pub spread: Option<Spread>,
    /// Of `objectives.count`.
    #[schema(min_items = 0, max_items = 7)]
    pub objectives: Option<Vec<ObjectiveCount>>,
    /// Of `platforms.active`.
    #[schema(min_items = 0, max_items = 60)]
    pub adoptions: Option<Vec<AdoptionCount>>,
}

/// A metric, rolled up.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Rollup {
    pub metric: RollupMetric,
    pub kind: MetricKind,
    /// First day of the period; of what is counted on a day that day.
    pub from: NaiveDate,
    pub to: NaiveDate,
    #[schema(min_items = 0, max_items = 200)]
    pub groups: Vec<RollupGroup>,
    /// All groups together, and those whose data the token does not open.
    pub total: RollupGroup,
    /// Administrations that sent data of the period though their comune was not there on any day of it: they are in no sum.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub outside_count: i64,
    /// The first hundred of them.
    #[schema(min_items = 0, max_items = 100)]
    pub outside: Vec<IpaCode>,
}

/// Metrics rolled up.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Rollups {
    pub by: RollupBy,
    pub kind: AdministrationKind,
    /// Up to this day the comuni of any day are known; later ones are those of this day.
    pub comuni_known_until: NaiveDate,
    #[schema(min_items = 1, max_items = 8)]
    pub items: Vec<Rollup>,
}

/// An administration that reported nothing of a metric.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MissingAdministration {
    /// The comune's last ISTAT code, or the IPA code of another body.
    #[schema(min_length = 2, max_length = 32, pattern = "^[A-Za-z0-9_-]+$")]
    pub key: String,
    /// Left out where no administration of the comune is registered.
    pub ipa_code: Option<IpaCode>,
    /// As it was in the period.
    #[schema(min_length = 6, max_length = 6, pattern = "^[0-9]{6}$")]
    pub istat_code: Option<String>,
    #[schema(min_length = 1, max_length = 1000, pattern = "^[^\\u0000-\\u001f]+$")]
    pub name: String,
    #[schema(min_length = 3, max_length = 3, pattern = "^[0-9]{3}$")]
    pub province_code: Option<String>,
    #[schema(min_length = 2, max_length = 2, pattern = "^[0-9]{2}$")]
    pub region_code: Option<String>,
    pub population_class: PopulationClass,
    /// The day from which the comune is no more.
    pub ended_on: Option<NaiveDate>,
    /// A comune of which no dates are known.
    pub undated: bool,
}

text_enum!(
    /// Who are its peers.
    Peers {
        Region = "region",
        PopulationClass = "population_class",
        RegionAndPopulationClass = "region_and_population_class",
    }
);

/// An administration among its peers.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    pub administration: IpaCode,
    pub metric: RollupMetric,
    pub kind: MetricKind,
    pub direction: MetricDirection,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub peers: Peers,
    /// The region whose administrations are its peers, as it was in the period.
    #[schema(min_length = 2, max_length = 2, pattern = "^[0-9]{2}$")]
    pub region_code: Option<String>,
    /// The class whose administrations are its peers.
    pub population_class: Option<PopulationClass>,
    /// Its own figure; left out where it reported none.
    #[schema(minimum = 0, maximum = 1e15)]
    pub value: Option<f64>,
    /// 1 for the best, or the largest where neither way is better, among it and the peers that reported.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub place: Option<i64>,
    /// Peers with the same figure.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub tied: Option<i64>,
    /// Peers that there were in the period, itself left out.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub expected: i64,
    /// Peers that reported.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub reported: i64,
    /// Of the peers' figures. To three digits where the token does not open all of them; left out where `suppressed`.
    pub spread: Option<Spread>,
    /// Too few peers reported to tell anything of them without telling of each: place and spread are left out.
    pub suppressed: bool,
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

impl Rollups {
    pub fn sample() -> Self {
        let total = RollupGroup {
            code: "IT".to_owned(),
            name: Some("Italia".to_owned()),
            expected: 7926,
            expected_at_end: 7914,
            visible: 7926,
            reported: 2,
            undated: 0,
            value: Some(13.3333),
            numerator: Some(8000.0),
            denominator: Some(60_000.0),
            spread: Spread::of(vec![14.0, 10.0]),
            objectives: None,
            adoptions: None,
        };
        let toscana = RollupGroup {
            code: "09".to_owned(),
            name: Some("Toscana".to_owned()),
            expected: 273,
            expected_at_end: 273,
            visible: 273,
            ..total.clone()
        };
        let rollup = Rollup {
            metric: RollupMetric::UsageOnlineShare,
            kind: RollupMetric::UsageOnlineShare.kind(),
            from: day(2019, 1, 1),
            to: day(2019, 12, 31),
            groups: vec![toscana],
            total,
            outside_count: 0,
            outside: Vec::new(),
        };
        Rollups {
            by: RollupBy::Region,
            kind: AdministrationKind::Comune,
            comuni_known_until: comuni_in_time::known_until(),
            items: vec![rollup],
        }
    }
}

impl MissingAdministration {
    pub fn sample() -> Self {
        MissingAdministration {
            key: "048006".to_owned(),
            ipa_code: Some(IpaCode::from_trusted("c_b507".to_owned())),
            istat_code: Some("048006".to_owned()),
            name: "Campi Bisenzio".to_owned(),
            province_code: Some("048".to_owned()),
            region_code: Some("09".to_owned()),
            population_class: PopulationClass::UpTo50000,
            ended_on: None,
            undated: false,
        }
    }
}

impl Comparison {
    pub fn sample() -> Self {
        Comparison {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            metric: RollupMetric::UsageOnlineShare,
            kind: RollupMetric::UsageOnlineShare.kind(),
            direction: RollupMetric::UsageOnlineShare.direction(),
            from: day(2020, 1, 1),
            to: day(2020, 12, 31),
            peers: Peers::RegionAndPopulationClass,
            region_code: Some("09".to_owned()),
            population_class: Some(PopulationClass::UpTo50000),
            value: Some(14.0499),
            place: Some(3),
            tied: Some(0),
            expected: 41,
            reported: 12,
            spread: Spread::of(vec![6.0, 8.0, 11.0, 15.0]).map(|spread| spread.to_digits(3)),
            suppressed: false,
        }
    }
}
