//! What rows can be of, and which columns they have: those of the exports, and no others.

use crate::auth;
use crate::db::types::text_enum;

text_enum!(
    /// What the rows of an import are of: named as its URL.
    RowResource {
        Units = "units",
        Plans = "plans",
        Sections = "sections",
        Objectives = "objectives",
        Phases = "phases",
        Indicators = "indicators",
        Measurements = "measurements",
        Procedures = "procedures",
        ProcedureTimes = "procedure-times",
        DigitalServices = "digital-services",
        PlatformAdoptions = "platform-adoptions",
        ProtocolDays = "protocol-days",
        ProtocolRegistrations = "protocol-registrations",
        ServiceUsage = "service-usage",
    }
);

text_enum!(
    /// Which scopes an import belongs to.
    Family { Planning = "planning", Services = "services", Feeds = "feeds" }
);

/// How a cell of a CSV file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    Text,
    Int,
    Number,
    Bool,
    Json,
    /// `2000.00`, or as JSON.
    Money,
    /// Made by the server, or shown beside: accepted and passed over.
    Made,
}

/// A column and how it is read.
pub type Column = (&'static str, Cell);

use Cell::{Bool, Int, Json, Made, Money, Number, Text};

/// On every record.
const RECORD: &[Column] =
    &[("administration", Text), ("id", Made), ("revision", Made), ("created_at", Made), ("updated_at", Made)];

const UNITS: &[Column] = &[("code", Text), ("name", Text), ("parent_id", Text), ("parent_code", Text)];
const PLANS: &[Column] = &[
    ("code", Text),
    ("title", Text),
    ("kind", Text),
    ("status", Text),
    ("start_year", Int),
    ("end_year", Int),
    ("description", Text),
    ("approval_act", Json),
    ("predecessor_id", Text),
    ("predecessor_code", Text),
];
const SECTIONS: &[Column] = &[("plan_id", Text), ("plan_code", Text), ("code", Text), ("title", Text)];
const OBJECTIVES: &[Column] = &[
    ("plan_id", Text),
    ("plan_code", Text),
    ("section_id", Text),
    ("section_code", Text),
    ("unit_id", Text),
    ("unit_code", Text),
    ("code", Text),
    ("title", Text),
    ("description", Text),
    ("scope", Text),
    ("level", Text),
    ("assignees", Json),
    ("weight", Number),
    ("risk_rating", Text),
    ("strategic_rating", Text),
    ("public_value_rating", Text),
    ("budget_links", Json),
    ("legal_requirement", Text),
    ("final_report", Text),
    ("phases", Made),
    ("indicators", Made),
    ("evaluation", Made),
];
const PHASES: &[Column] = &[
    ("plan_id", Text),
    ("plan_code", Text),
    ("section_id", Text),
    ("section_code", Text),
    ("objective_id", Text),
    ("objective_code", Text),
    ("code", Text),
    ("title", Text),
    ("description", Text),
    ("schedule", Json),
    ("assignees", Json),
    ("completed_on", Text),
    ("progress", Int),
];
const INDICATORS: &[Column] = &[
    ("plan_id", Text),
    ("plan_code", Text),
    ("objective_id", Text),
    ("objective_code", Text),
    ("code", Text),
    ("title", Text),
    ("action", Text),
    ("phase_code", Text),
    ("kind", Text),
    ("target", Text),
    ("target_year", Int),
    ("yearly_targets", Json),
    ("reading", Made),
    ("confirmed_reading", Json),
    ("polarity", Text),
    ("unit", Text),
    ("weight", Number),
    ("baseline", Json),
    ("metric", Text),
    ("suggestions", Made),
    ("evaluation", Made),
    ("measured_by", Made),
];
const MEASUREMENTS: &[Column] = &[
    ("version", Made),
    ("is_current", Made),
    ("plan_id", Made),
    ("plan_code", Text),
    ("objective_code", Text),
    ("indicator_id", Text),
    ("indicator_code", Text),
    ("period", Text),
    ("value", Number),
    ("numerator", Number),
    ("denominator", Number),
    ("date", Text),
    ("yes", Bool),
    ("note", Text),
    ("recorded_by", Made),
    ("state", Made),
    ("validated_by", Made),
    ("validated_at", Made),
];
const PROCEDURES: &[Column] = &[
    ("code", Text),
    ("name", Text),
    ("description", Text),
    ("classification", Text),
    ("unit_id", Text),
    ("unit_code", Text),
    ("responsible_office", Text),
    ("forms", Json),
    ("steps", Json),
    ("related_codes", Json),
    ("maximum_days", Int),
    ("online_rights", Json),
    ("digital_level", Int),
];
const PROCEDURE_TIMES: &[Column] = &[
    ("procedure_id", Text),
    ("procedure_code", Text),
    ("period", Text),
    ("cases", Int),
    ("within_term", Int),
    ("median_days", Number),
    ("p90_days", Number),
    ("note", Text),
    ("within_term_share", Made),
];
const DIGITAL_SERVICES: &[Column] = &[
    ("code", Text),
    ("name", Text),
    ("description", Text),
    ("category", Text),
    ("audience", Text),
    ("channel", Text),
    ("interactivity_level", Int),
    ("authentication_types", Json),
    ("payment_types", Json),
    ("app_io_services", Json),
    ("on_pagopa", Bool),
    ("on_app_io", Bool),
    ("status", Text),
    ("planned_on", Text),
    ("active_from", Text),
    ("suspended_on", Text),
    ("withdrawn_on", Text),
    ("procedure_id", Text),
    ("procedure_code", Text),
    ("unit_id", Text),
    ("unit_code", Text),
    ("response_term_days", Int),
    ("url", Text),
];
const PLATFORM_ADOPTIONS: &[Column] = &[
    ("platform", Text),
    ("status", Text),
    ("planned_on", Text),
    ("started_on", Text),
    ("active_from", Text),
    ("withdrawn_on", Text),
    ("identifier", Text),
    ("intermediary", Text),
    ("pos_count", Int),
    ("desk_count", Int),
    ("service_count", Int),
    ("note", Text),
    ("grants", Json),
];
const PROTOCOL_DAYS: &[Column] = &[
    ("aoo", Text),
    ("date", Text),
    ("incoming", Int),
    ("outgoing", Int),
    ("source", Made),
    ("internal", Made),
    ("cancelled", Made),
    ("working_day", Made),
    ("missed", Made),
];
const PROTOCOL_REGISTRATIONS: &[Column] = &[
    ("aoo", Text),
    ("year", Int),
    ("number", Int),
    ("direction", Text),
    ("date", Text),
    ("channel", Text),
    ("classification", Text),
    ("procedure_code", Text),
    ("service_code", Text),
    ("cancelled", Bool),
];
const SERVICE_USAGE: &[Column] = &[
    ("service_code", Text),
    ("month", Text),
    ("accesses", Int),
    ("users", Int),
    ("submissions_started", Int),
    ("submissions_completed", Int),
    ("logins_spid", Int),
    ("logins_cie", Int),
    ("logins_cns", Int),
    ("pagopa_transactions", Int),
    ("pagopa_amount", Money),
    ("app_io_messages", Int),
    ("satisfaction", Json),
    ("cost", Money),
    ("satisfaction_answers", Made),
    ("satisfaction_mean", Made),
];

impl RowResource {
    fn own(self) -> &'static [Column] {
        match self {
            RowResource::Units => UNITS,
            RowResource::Plans => PLANS,
            RowResource::Sections => SECTIONS,
            RowResource::Objectives => OBJECTIVES,
            RowResource::Phases => PHASES,
            RowResource::Indicators => INDICATORS,
            RowResource::Measurements => MEASUREMENTS,
            RowResource::Procedures => PROCEDURES,
            RowResource::ProcedureTimes => PROCEDURE_TIMES,
            RowResource::DigitalServices => DIGITAL_SERVICES,
            RowResource::PlatformAdoptions => PLATFORM_ADOPTIONS,
            RowResource::ProtocolDays => PROTOCOL_DAYS,
            RowResource::ProtocolRegistrations => PROTOCOL_REGISTRATIONS,
            RowResource::ServiceUsage => SERVICE_USAGE,
        }
    }

    pub fn columns(self) -> impl Iterator<Item = Column> {
        RECORD.iter().chain(self.own()).copied()
    }

    pub fn column(self, name: &str) -> Option<Column> {
        self.columns().find(|(known, _)| *known == name)
    }

    pub fn family(self) -> Family {
        match self {
            RowResource::Units
            | RowResource::Plans
            | RowResource::Sections
            | RowResource::Objectives
            | RowResource::Phases
            | RowResource::Indicators
            | RowResource::Measurements => Family::Planning,
            RowResource::Procedures
            | RowResource::ProcedureTimes
            | RowResource::DigitalServices
            | RowResource::PlatformAdoptions => Family::Services,
            RowResource::ProtocolDays | RowResource::ProtocolRegistrations | RowResource::ServiceUsage => Family::Feeds,
        }
    }
}

impl Family {
    /// The scope that writes such rows.
    pub fn writing_scope(self) -> &'static str {
        use auth::Scope;
        match self {
            Family::Planning => auth::PlanningEdit::NAME,
            Family::Services => auth::ServicesEdit::NAME,
            Family::Feeds => auth::FeedsWrite::NAME,
        }
    }

    /// The scopes that may look at such an import, any of them.
    pub fn reading_scopes(self) -> &'static [&'static str] {
        use auth::Scope;
        match self {
            Family::Planning => &[auth::PlanningRead::NAME],
            Family::Services => &[auth::ServicesRead::NAME],
            Family::Feeds => &[auth::ServicesRead::NAME, auth::FeedsWrite::NAME],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_resource_has_a_column_twice() {
        for resource in RowResource::ALL {
            let mut names: Vec<_> = resource.columns().map(|(name, _)| name).collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{resource}");
        }
    }

    /// What an export gives, an import takes.
    #[test]
    fn every_exported_column_is_known() {
        for resource in RowResource::ALL {
            let exported: crate::reporting::datasets::DataResource = resource.as_str().parse().unwrap();
            for column in exported.dataset().columns {
                assert!(resource.column(column.name).is_some(), "{resource}: {}", column.name);
            }
        }
    }
}
