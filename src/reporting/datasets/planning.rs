//! Administrations, units, and the plans with what hangs on them.

use super::DataResource as R;
use super::{Dataset, Filter, Naming, columns, read};
use crate::administrations::model::{AdministrationKind, IstatCode};
use crate::ids::Id;
use crate::planning::indicators::model::IndicatorKind;
use crate::planning::measurements::model::MeasuredPeriod;
use crate::planning::objectives::model::{Rating, Scope};
use crate::planning::plans::model::{PlanKind, PlanStatus};
use crate::text::Line;

const PLAN: &str = "LEFT JOIN plans p ON p.administration = t.administration AND p.id = t.plan_id";
const PLAN_SECTION_UNIT: &str = "LEFT JOIN plans p ON p.administration = t.administration AND p.id = t.plan_id \
     LEFT JOIN sections s ON s.administration = t.administration AND s.id = t.section_id \
     LEFT JOIN units u ON u.administration = t.administration AND u.id = t.unit_id";
const PLAN_SECTION_OBJECTIVE: &str = "LEFT JOIN plans p ON p.administration = t.administration AND p.id = t.plan_id \
     LEFT JOIN sections s ON s.administration = t.administration AND s.id = t.section_id \
     LEFT JOIN objectives o ON o.administration = t.administration AND o.id = t.objective_id";
const PLAN_OBJECTIVE: &str = "LEFT JOIN plans p ON p.administration = t.administration AND p.id = t.plan_id \
     LEFT JOIN objectives o ON o.administration = t.administration AND o.id = t.objective_id";
const PLAN_OBJECTIVE_INDICATOR: &str = "LEFT JOIN indicators i ON i.administration = t.administration AND i.id = t.indicator_id \
     LEFT JOIN plans p ON p.administration = t.administration AND p.id = t.plan_id \
     LEFT JOIN objectives o ON o.administration = i.administration AND o.id = i.objective_id";

const OF_PLAN: Filter = Filter { name: "plan_id", sql: "t.plan_id = ?", read: read::text::<Id> };
const OF_SECTION: Filter = Filter { name: "section_id", sql: "t.section_id = ?", read: read::text::<Id> };
const OF_OBJECTIVE: Filter = Filter { name: "objective_id", sql: "t.objective_id = ?", read: read::text::<Id> };
const OF_UNIT: Filter = Filter { name: "unit_id", sql: "t.unit_id = ?", read: read::text::<Id> };

pub const ADMINISTRATIONS: Dataset = Dataset {
    resource: R::Administrations,
    table: "administrations",
    joins: "",
    only: None,
    columns: columns!(
        Own Text: "ipa_code", "name", "kind", "istat_code", "cadastral_code", "tax_code", "aoo_code", "province_code",
            "province", "region_code", "region";
        Own Int: "population", "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Administration,
    filters: &[
        Filter { name: "kind", sql: "t.kind = ?", read: read::text::<AdministrationKind> },
        Filter { name: "istat_code", sql: "t.istat_code = ?", read: read::text::<IstatCode> },
    ],
};

pub const UNITS: Dataset = Dataset {
    resource: R::Units,
    table: "units",
    joins: "LEFT JOIN units u ON u.administration = t.administration AND u.id = t.parent_id",
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "code", "name", "parent_id"; Parent Text: "parent_code" = "u.code";
        Own Int: "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[],
};

pub const PLANS: Dataset = Dataset {
    resource: R::Plans,
    table: "plans",
    joins: "LEFT JOIN plans pr ON pr.administration = t.administration AND pr.id = t.predecessor_id",
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "code", "title", "kind", "status"; Own Int: "start_year", "end_year";
        Own Text: "description"; Own Json: "approval_act"; Own Text: "predecessor_id";
        Parent Text: "predecessor_code" = "pr.code"; Own Int: "revision";
        Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[
        Filter { name: "kind", sql: "t.kind = ?", read: read::text::<PlanKind> },
        Filter { name: "status", sql: "t.status = ?", read: read::text::<PlanStatus> },
        Filter { name: "year", sql: "t.start_year <= ? AND t.end_year >= ?", read: read::int },
    ],
};

pub const SECTIONS: Dataset = Dataset {
    resource: R::Sections,
    table: "sections",
    joins: PLAN,
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "plan_id"; Parent Text: "plan_code" = "p.code"; Own Text: "code", "title";
        Own Int: "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[OF_PLAN],
};

pub const OBJECTIVES: Dataset = Dataset {
    resource: R::Objectives,
    table: "objectives",
    joins: PLAN_SECTION_UNIT,
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "plan_id"; Parent Text: "plan_code" = "p.code";
        Own Text: "section_id"; Parent Text: "section_code" = "s.code";
        Own Text: "unit_id"; Parent Text: "unit_code" = "u.code";
        Own Text: "code", "title", "description", "scope", "level"; Own Json: "assignees"; Own Float: "weight";
        Own Text: "risk_rating", "strategic_rating", "public_value_rating"; Own Json: "budget_links";
        Own Text: "legal_requirement", "final_report"; Own Int: "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[
        OF_PLAN,
        OF_SECTION,
        OF_UNIT,
        Filter { name: "scope", sql: "t.scope = ?", read: read::text::<Scope> },
        Filter { name: "risk_rating", sql: "t.risk_rating = ?", read: read::text::<Rating> },
        Filter { name: "strategic_rating", sql: "t.strategic_rating = ?", read: read::text::<Rating> },
    ],
};

pub const PHASES: Dataset = Dataset {
    resource: R::Phases,
    table: "phases",
    joins: PLAN_SECTION_OBJECTIVE,
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "plan_id"; Parent Text: "plan_code" = "p.code";
        Own Text: "section_id"; Parent Text: "section_code" = "s.code";
        Own Text: "objective_id"; Parent Text: "objective_code" = "o.code";
        Own Text: "code", "title", "description"; Own Json: "schedule", "assignees"; Own Date: "completed_on"; Own Int: "progress", "revision";
        Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[
        OF_PLAN,
        OF_SECTION,
        OF_OBJECTIVE,
        // A schedule is a JSON list of period texts, each of which begins with its year.
        Filter { name: "year", sql: "t.schedule LIKE '%\"' || CAST(? AS TEXT) || '%'", read: read::int },
    ],
};

pub const INDICATORS: Dataset = Dataset {
    resource: R::Indicators,
    table: "indicators",
    joins: PLAN_OBJECTIVE,
    only: None,
    columns: columns!(
        Own Text: "administration", "id", "plan_id"; Parent Text: "plan_code" = "p.code";
        Own Text: "objective_id"; Parent Text: "objective_code" = "o.code";
        Own Text: "code", "title", "action", "phase_code", "kind", "target"; Own Int: "target_year";
        Own Json: "yearly_targets", "reading", "confirmed_reading"; Own Text: "polarity", "unit"; Own Float: "weight";
        Own Json: "baseline"; Own Text: "metric"; Own Int: "revision"; Own Instant: "created_at", "updated_at"),
    naming: Naming::Id,
    filters: &[
        OF_PLAN,
        OF_OBJECTIVE,
        Filter { name: "kind", sql: "t.kind = ?", read: read::text::<IndicatorKind> },
        Filter { name: "target_kind", sql: "t.target_kind = ?", read: read::text::<Line> },
        Filter { name: "year", sql: "t.target_year = ?", read: read::int },
    ],
};

pub const MEASUREMENTS: Dataset = Dataset {
    resource: R::Measurements,
    table: "measurements",
    joins: PLAN_OBJECTIVE_INDICATOR,
    only: Some("t.is_current"),
    columns: columns!(
        Own Text: "administration", "id"; Own Int: "version"; Own Bool: "is_current";
        Own Text: "plan_id"; Parent Text: "plan_code" = "p.code", "objective_code" = "o.code";
        Own Text: "indicator_id"; Parent Text: "indicator_code" = "i.code";
        Own Text: "period"; Own Float: "value", "numerator", "denominator"; Own Date: "date"; Own Bool: "yes";
        Own Text: "note", "recorded_by", "state", "validated_by"; Own Instant: "validated_at"; Own Int: "revision";
        Own Instant: "created_at"),
    naming: Naming::Id,
    filters: &[
        OF_PLAN,
        Filter { name: "indicator_id", sql: "t.indicator_id = ?", read: read::text::<Id> },
        Filter { name: "period", sql: "t.period = ?", read: read::text::<MeasuredPeriod> },
        Filter { name: "year", sql: "substr(t.period, 1, 4) = CAST(? AS TEXT)", read: read::int },
    ],
};
