//! What can be rolled up: the counts that measure an indicator, by the same names, and what only many administrations
//! together have.

use crate::db::types::text_enum;
use crate::metric_definitions::model::MetricKind;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// Metrics of one request, at most.
pub const MOST_METRICS: usize = 8;

text_enum!(
    /// What is rolled up.
    RollupMetric {
        /// Objectives of the plans of the day's year, by how they stand on it.
        Objectives = "objectives.count",
        /// Attainment of the objectives that can be evaluated, 0 to 1.
        Attainment = "objectives.attainment",
        ServicesOnline = "services.online",
        ServicesWithSpid = "services.with_spid",
        ServicesWithCie = "services.with_cie",
        ServicesWithPagopa = "services.with_pagopa",
        ServicesOnAppIo = "services.on_app_io",
        /// Platforms adopted and active; with it every adoption by platform and status.
        PlatformsActive = "platforms.active",
        UsageAccesses = "usage.accesses",
        UsageUsers = "usage.users",
        UsageSubmissions = "usage.submissions",
        UsagePagopaTransactions = "usage.pagopa_transactions",
        /// Euros.
        UsagePagopaAmount = "usage.pagopa_amount",
        UsageAppIoMessages = "usage.app_io_messages",
        /// Submissions completed online over all incoming registrations, in per cent.
        UsageOnlineShare = "usage.online_share",
        /// Points given over answers, 1 to 5.
        UsageSatisfactionMean = "usage.satisfaction_mean",
        /// Submissions completed over those started, in per cent.
        UsageCompletionRate = "usage.completion_rate",
        /// Euros over submissions completed.
        UsageCostPerTransaction = "usage.cost_per_transaction",
        ProtocolIncoming = "protocol.incoming",
        ProtocolOutgoing = "protocol.outgoing",
    }
);

text_enum!(
    /// Which way is better. Of a mere volume neither is: its place is counted from the largest.
    MetricDirection { HigherIsBetter = "higher_is_better", LowerIsBetter = "lower_is_better", Neither = "neither" }
);

/// Where the figures of a metric come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Objectives,
    Services,
    Platforms,
    Usage,
    Protocol,
}

impl RollupMetric {
    pub fn source(self) -> Source {
        match self.as_str().split('.').next() {
            Some("objectives") => Source::Objectives,
            Some("services") => Source::Services,
            Some("platforms") => Source::Platforms,
            Some("usage") => Source::Usage,
            _ => Source::Protocol,
        }
    }

    pub fn kind(self) -> MetricKind {
        match self {
            RollupMetric::UsageOnlineShare | RollupMetric::UsageCompletionRate => MetricKind::Share,
            RollupMetric::Attainment | RollupMetric::UsageSatisfactionMean | RollupMetric::UsageCostPerTransaction => {
                MetricKind::Mean
            }
            _ => match self.source() {
                Source::Usage | Source::Protocol => MetricKind::Sum,
                _ => MetricKind::Level,
            },
        }
    }

    /// Whether it is of a day rather than of a period.
    pub fn is_of_a_day(self) -> bool {
        matches!(self.source(), Source::Objectives | Source::Services | Source::Platforms)
    }

    /// What a summed numerator is multiplied by to be shown: cents are counted and euros shown, and so on. Whole numbers are
    /// summed, so that the order never matters.
    pub fn scale(self) -> f64 {
        match self {
            RollupMetric::UsagePagopaAmount | RollupMetric::UsageCostPerTransaction => 0.01,
            RollupMetric::Attainment => 1e-6,
            _ => 1.0,
        }
    }

    pub fn direction(self) -> MetricDirection {
        match self {
            RollupMetric::UsageCostPerTransaction => MetricDirection::LowerIsBetter,
            RollupMetric::Objectives | RollupMetric::ProtocolIncoming | RollupMetric::ProtocolOutgoing => {
                MetricDirection::Neither
            }
            _ => MetricDirection::HigherIsBetter,
        }
    }
}

/// Metrics with commas between, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollupMetrics(pub Vec<RollupMetric>);

impl std::str::FromStr for RollupMetrics {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut metrics = Vec::new();
        for name in text.split(',').map(str::trim) {
            let metric = name.parse::<RollupMetric>().map_err(|error| format!("{name:?} {error}"))?;
            if metrics.contains(&metric) {
                return Err(format!("names {metric} twice"));
            }
            metrics.push(metric);
        }
        if metrics.len() > MOST_METRICS {
            return Err(format!("names more than {MOST_METRICS} metrics"));
        }
        Ok(RollupMetrics(metrics))
    }
}

impl<'de> serde::Deserialize<'de> for RollupMetrics {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for RollupMetrics {
    fn schema() -> RefOr<Schema> {
        let names: Vec<_> = RollupMetric::ALL.iter().map(|metric| metric.as_str().replace('.', "\\.")).collect();
        let one = format!("({})", names.join("|"));
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(10))
            .max_length(Some(300))
            .pattern(Some(format!("^{one}(,{one}){{0,{}}}$", MOST_METRICS - 1)))
            .description(Some("Metrics, with commas between."))
            .examples([serde_json::json!("services.online,usage.online_share")])
            .into()
    }
}

impl utoipa::ToSchema for RollupMetrics {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_named_once_and_known() {
        let parsed: RollupMetrics = "services.online, usage.online_share".parse().unwrap();
        assert_eq!(parsed.0, [RollupMetric::ServicesOnline, RollupMetric::UsageOnlineShare]);
        for wrong in ["", "services", "services.online,services.online", "services.online,"] {
            assert!(wrong.parse::<RollupMetrics>().is_err(), "{wrong:?}");
        }
        let all: Vec<_> = RollupMetric::ALL.iter().map(|metric| metric.as_str()).collect();
        assert!(all.join(",").parse::<RollupMetrics>().is_err());
    }
}
