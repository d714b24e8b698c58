//! Procedures, digital services, platforms and the feeds.

use super::DataResource as R;
use super::{Dataset, Filter, Naming, columns, read};
use crate::digital_services::model::ServiceStatus;
use crate::digital_services::vocabulary::{Audience, Authentication, Category};
use crate::ids::Id;
use crate::planning::measurements::model::MeasuredPeriod;
use crate::platform_adoptions::model::{AdoptionStatus, Platform};
use crate::protocol::registrations::model::ProtocolDirection;
use crate::text::{Code, Line};

const UNIT: &str = "LEFT JOIN units u ON u.administration = t.administration AND u.id = t.unit_id";
const PROCEDURE: &str = "LEFT JOIN procedures q ON q.administration = t.administration AND q.id = t.procedure_id";
const PROCEDURE_UNIT: &str = "LEFT JOIN procedures q ON q.administration = t.administration AND q.id = t.procedure_id \
     LEFT JOIN units u ON u.administration = t.administration AND u.id = t.unit_id";

/// As its dates tell it of today, or as stated where there is none.
macro_rules! status_today {
    ($($date:literal => $status:literal),+) => {
        concat!(
            "CASE WHEN coalesce(", $("t.", $date, ", "),+, "NULL) IS NULL AND t.planned_on IS NULL THEN t.status",
            $(" WHEN t.", $date, " <= {today} THEN '", $status, "'"),+, " ELSE 'planned' END"
        )
    };
}
const SERVICE_STATUS: &str =
    status_today!("withdrawn_on" => "withdrawn", "suspended_on" => "suspended", "active_from" => "active");
const SERVICE_STATUS_IS: &str = concat!(
    status_today!("withdrawn_on" => "withdrawn", "suspended_on" => "suspended", "active_from" => "active"),
    " = ?"
);
const ADOPTION_STATUS: &str =
    status_today!("withdrawn_on" => "withdrawn", "active_from" => "active", "started_on" => "in_progress");
const ADOPTION_STATUS_IS: &str = concat!(
    status_today!("withdrawn_on" => "withdrawn", "active_from" => "active", "started_on" => "in_progress"),
    " = ?"
);
/// The five counts as one list: put together where a month's services are read.
pub const SATISFACTION: &str = "t.satisfaction_1..5";

const OF_UNIT: Filter = Filter { name: "unit_id", sql: "t.unit_id = ?", read: read::text::<Id> };
const OF_PROCEDURE: Filter = Filter { name: "procedure_id", sql: "t.procedure_id = ?", read: read::text::<Id> };
const OF_AOO: Filter = Filter { name: "aoo", sql: "t.aoo = ?", read: read::text::<Code> };
const FROM_DAY: Filter = Filter { name: "from", sql: "t.date >= ?", read: read::day };
const TO_DAY: Filter = Filter { name: "to", sql: "t.date <= ?", read: read::day };

pub const PROCEDURES: Dataset = Dataset {
    resource: R::Procedures,
    table: "procedures",
    joins: UNIT,
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "code", "name", "description", "classification", "unit_id";
        Parent Text: "unit_code" = "u.code"; Own Text: "responsible_office";
        Own Json: "forms", "steps", "related_codes"; Own Int: "maximum_days"; Own Json: "online_rights";
        Own Int: "digital_level", "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[
        OF_UNIT,
        Filter { name: "classification", sql: "t.classification = ?", read: read::text::<Line> },
        Filter { name: "digital_level", sql: "t.digital_level = ?", read: read::int },
    ],
};

pub const PROCEDURE_TIMES: Dataset = Dataset {
    resource: R::ProcedureTimes,
    table: "procedure_times",
    joins: PROCEDURE,
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "procedure_id"; Parent Text: "procedure_code" = "q.code";
        Own Text: "period"; Own Int: "cases", "within_term"; Own Float: "median_days", "p90_days"; Own Text: "note";
        Own Int: "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[OF_PROCEDURE, Filter { name: "period", sql: "t.period = ?", read: read::text::<MeasuredPeriod> }],
};

pub const DIGITAL_SERVICES: Dataset = Dataset {
    resource: R::DigitalServices,
    table: "digital_services",
    joins: PROCEDURE_UNIT,
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "code", "name", "description", "category", "audience", "channel";
        Own Int: "interactivity_level"; Own Json: "authentication_types", "payment_types", "app_io_services";
        Own Bool: "on_pagopa", "on_app_io"; OfToday Text: "status" = SERVICE_STATUS;
        Own Date: "planned_on", "active_from", "suspended_on", "withdrawn_on";
        Own Text: "procedure_id"; Parent Text: "procedure_code" = "q.code";
        Own Text: "unit_id"; Parent Text: "unit_code" = "u.code";
        Own Int: "response_term_days"; Own Text: "url"; Own Int: "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[
        OF_UNIT,
        OF_PROCEDURE,
        Filter { name: "status", sql: SERVICE_STATUS_IS, read: read::text::<ServiceStatus> },
        Filter { name: "category", sql: "t.category = ?", read: read::text::<Category> },
        Filter { name: "audience", sql: "t.audience = ?", read: read::text::<Audience> },
        Filter {
            name: "authentication",
            // A code in quotes is a whole element of the stored list.
            sql: "t.authentication_types LIKE '%\"' || CAST(? AS TEXT) || '\"%'",
            read: read::text::<Authentication>,
        },
        Filter { name: "on_pagopa", sql: "t.on_pagopa = ?", read: read::bool },
        Filter { name: "on_app_io", sql: "t.on_app_io = ?", read: read::bool },
        Filter { name: "level", sql: "t.interactivity_level = ?", read: read::int },
    ],
};

pub const PLATFORM_ADOPTIONS: Dataset = Dataset {
    resource: R::PlatformAdoptions,
    table: "platform_adoptions",
    joins: "",
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "platform"; OfToday Text: "status" = ADOPTION_STATUS;
        Own Date: "planned_on", "started_on", "active_from", "withdrawn_on";
        Own Text: "identifier", "intermediary"; Own Int: "pos_count", "desk_count", "service_count"; Own Text: "note";
        Own Json: "grants"; Own Int: "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[
        Filter { name: "platform", sql: "t.platform = ?", read: read::text::<Platform> },
        Filter { name: "status", sql: ADOPTION_STATUS_IS, read: read::text::<AdoptionStatus> },
    ],
};

pub const PROTOCOL_DAYS: Dataset = Dataset {
    resource: R::ProtocolDays,
    table: "protocol_days",
    joins: "",
    only: None,
    columns: columns!(
        Own Text: "administration", "aoo"; Own Day: "date"; Own Int: "incoming", "outgoing", "revision";
        Own Instant: "created_at", "updated_at"),
    naming: Naming::Days,
    filters: &[OF_AOO, FROM_DAY, TO_DAY],
};

pub const PROTOCOL_REGISTRATIONS: Dataset = Dataset {
    resource: R::ProtocolRegistrations,
    table: "protocol_registrations",
    joins: "",
    only: None,
    columns: columns!(
        Own Text: "administration", "aoo"; Own Int: "year", "number"; Own Text: "direction"; Own Day: "date";
        Own Text: "channel", "classification", "procedure_code", "service_code"; Own Bool: "cancelled";
        Own Int: "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Registrations,
    filters: &[
        OF_AOO,
        FROM_DAY,
        TO_DAY,
        Filter { name: "direction", sql: "t.direction = ?", read: read::text::<ProtocolDirection> },
        Filter { name: "cancelled", sql: "t.cancelled = ?", read: read::bool },
    ],
};

pub const SERVICE_USAGE: Dataset = Dataset {
    resource: R::ServiceUsage,
    table: "service_usage",
    joins: "",
    only: None,
    columns: columns!(
        Own Text: "administration", "service_code"; Own Month: "month";
        Own Int: "accesses", "users", "submissions_started", "submissions_completed", "logins_spid", "logins_cie",
            "logins_cns", "pagopa_transactions";
        Own Money: "pagopa_amount" = "t.pagopa_cents"; Own Int: "app_io_messages";
        Own Json: "satisfaction" = SATISFACTION; Own Money: "cost" = "t.cost_cents"; Own Int: "revision";
        Own Instant: "created_at", "updated_at"),
    naming: Naming::Usage,
    filters: &[
        // The months in which it has counts; the others' rows are passed over as they are read.
        Filter {
            name: "service_code",
            sql: "replace(t.services, '\"' || CAST(? AS TEXT) || '\":[', '') <> t.services",
            read: read::text::<Code>,
        },
        Filter { name: "from", sql: "t.month >= ?", read: read::month },
        Filter { name: "to", sql: "t.month <= ?", read: read::month },
    ],
};
