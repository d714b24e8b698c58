//! What can be counted.

use crate::db::types::text_enum;
use crate::text::Line;
use serde::Serialize;
use utoipa::ToSchema;

text_enum!(
    /// A count that measures an indicator by itself.
    Metric {
        ProtocolIncoming = "protocol.incoming",
        ProtocolOutgoing = "protocol.outgoing",
        ProtocolMissedDays = "protocol.missed_days",
        ServicesOnline = "services.online",
        ServicesWithSpid = "services.with_spid",
        ServicesWithCie = "services.with_cie",
        ServicesWithPagopa = "services.with_pagopa",
        ServicesOnAppIo = "services.on_app_io",
        UsageAccesses = "usage.accesses",
        UsageUsers = "usage.users",
        UsageSubmissions = "usage.submissions",
        UsagePagopaTransactions = "usage.pagopa_transactions",
        UsagePagopaAmount = "usage.pagopa_amount",
        UsageAppIoMessages = "usage.app_io_messages",
        UsageOnlineShare = "usage.online_share",
        UsageSatisfactionMean = "usage.satisfaction_mean",
        ProceduresWithinTerm = "procedures.within_term",
    }
);

text_enum!(
    /// What a metric gives.
    MetricKind {
        /// A sum over the period.
        Sum = "sum",
        /// How many there are on the last day of the period.
        Level = "level",
        /// Numerator and denominator, in per cent.
        Share = "share",
        /// Numerator and denominator, divided.
        Mean = "mean",
    }
);

/// A metric, described.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MetricDefinition {
    pub metric: Metric,
    pub kind: MetricKind,
    /// `count`, `day`, `EUR`, `%`, `1-5`.
    pub unit: Line,
    /// What is counted, from what.
    pub description: Line,
}

impl Metric {
    pub fn definition(self) -> MetricDefinition {
        use MetricKind::{Level, Mean, Share, Sum};
        let (kind, unit, description) = match self {
            Metric::ProtocolIncoming => (Sum, "count", "Incoming registrations, those annulled left out"),
            Metric::ProtocolOutgoing => (Sum, "count", "Outgoing registrations, those annulled left out"),
            Metric::ProtocolMissedDays => (Sum, "day", "Working days on which an area registered nothing"),
            Metric::ServicesOnline => (Level, "count", "Digital services that are active"),
            Metric::ServicesWithSpid => (Level, "count", "Active digital services with SPID login"),
            Metric::ServicesWithCie => (Level, "count", "Active digital services with CIE login"),
            Metric::ServicesWithPagopa => (Level, "count", "Active digital services paid by pagoPA"),
            Metric::ServicesOnAppIo => (Level, "count", "Active digital services on App IO"),
            Metric::UsageAccesses => (Sum, "count", "Accesses to digital services"),
            Metric::UsageUsers => (Sum, "count", "Users of digital services, summed over services and months"),
            Metric::UsageSubmissions => (Sum, "count", "Submissions completed online"),
            Metric::UsagePagopaTransactions => (Sum, "count", "Payments by pagoPA"),
            Metric::UsagePagopaAmount => (Sum, "EUR", "Amount paid by pagoPA"),
            Metric::UsageAppIoMessages => (Sum, "count", "Messages sent by App IO"),
            Metric::UsageOnlineShare => (Share, "%", "Submissions completed online over all incoming registrations"),
            Metric::ProceduresWithinTerm => {
                (Share, "%", "Cases of procedures that ended within their term over all that ended")
            }
            Metric::UsageSatisfactionMean => (Mean, "1-5", "Mean satisfaction: points given over answers"),
        };
        let line = |text: &str| Line::from_trusted(text.to_owned());
        MetricDefinition { metric: self, kind, unit: line(unit), description: line(description) }
    }
}

/// The catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MetricDefinitions {
    #[schema(min_items = 1, max_items = 100)]
    pub items: Vec<MetricDefinition>,
}

impl MetricDefinitions {
    pub fn all() -> Self {
        MetricDefinitions { items: Metric::ALL.iter().map(|metric| metric.definition()).collect() }
    }
}
