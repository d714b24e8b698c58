//! The readiness of a plan's year as it is shown.

use crate::db::types::text_enum;
use crate::ids::Id;
use crate::text::{Code, IpaCode, Line};
use serde::Serialize;
use utoipa::ToSchema;

text_enum!(
    /// What is missing.
    ReadinessRule {
        /// The plan is a draft, or names no act.
        PlanNotApproved = "plan_not_approved",
        ObjectiveWithoutIndicator = "objective_without_indicator",
        ObjectiveWithoutWeight = "objective_without_weight",
        /// The weights of a unit, an office or the plan are not 100 together.
        WeightsNot100 = "weights_not_100",
        /// No objective is marked `payment_times`.
        PaymentTimesMissing = "payment_times_missing",
        /// It weighs less than 30 %.
        PaymentTimesBelowShare = "payment_times_below_share",
        IndicatorWithoutTarget = "indicator_without_target",
        /// The target is text that nobody has read as a typed one.
        IndicatorWithoutReading = "indicator_without_reading",
        IndicatorNotMeasured = "indicator_not_measured",
        MeasurementProvisional = "measurement_provisional",
        ProgressReportMissing = "progress_report_missing",
        /// It is there, and not submitted.
        ProgressReportDraft = "progress_report_draft",
        PeriodUnlocked = "period_unlocked",
    }
);

text_enum!(
    /// Whose work it is.
    Role {
        /// Who has the scope `planning.edit`.
        Editor = "editor",
        /// `planning.evaluate`.
        Evaluator = "evaluator",
        /// `planning.approve`.
        Approver = "approver",
    }
);

/// One thing that is missing.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReadinessFinding {
    pub rule: ReadinessRule,
    #[schema(max_length = 2000, pattern = r"^[\s\S]+$")]
    pub detail: String,
    /// The kind of record: `plans`, `objectives`, `indicators`, `measurements`, `progress-reports`, `units`.
    pub resource: Line,
    pub resource_id: Id,
    /// The record's own code, or its period.
    pub code: Option<Code>,
    /// The objective that it belongs to.
    pub objective_id: Option<Id>,
    /// The unit that owes it.
    pub unit_id: Option<Id>,
    /// The offices and roles that owe it: those to whom its objective is assigned.
    #[schema(min_items = 0, max_items = 50)]
    pub owed_by: Vec<Line>,
    pub role: Role,
}

/// How often a rule is broken.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RuleCount {
    pub rule: ReadinessRule,
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub count: i32,
}

/// What is missing before the final report of a year can be approved.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Readiness {
    pub administration: IpaCode,
    pub plan_id: Id,
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// Whether nothing is missing.
    pub ready: bool,
    #[schema(min_items = 0, max_items = 100)]
    pub counts: Vec<RuleCount>,
    /// In the order of the rules.
    #[schema(min_items = 0, max_items = 100_000)]
    pub items: Vec<ReadinessFinding>,
}

impl Readiness {
    pub fn sample() -> Self {
        let rule = ReadinessRule::IndicatorNotMeasured;
        Readiness {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            year: 2021,
            ready: false,
            counts: vec![RuleCount { rule, count: 1 }],
            items: vec![ReadinessFinding {
                rule,
                detail: "Nothing was measured for 2021.".to_owned(),
                resource: Line::from_trusted("indicators".to_owned()),
                resource_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000005".to_owned()),
                code: Some(Code::from_trusted("3".to_owned())),
                objective_id: Some(Id::from_trusted("019a4b52-7c00-7000-8000-000000000003".to_owned())),
                unit_id: None,
                owed_by: vec![Line::from_trusted("Servizio finanziario".to_owned())],
                role: Role::Editor,
            }],
        }
    }
}
