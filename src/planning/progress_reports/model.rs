//! A progress report: row, answer and input.

use crate::clock::Instant;
use crate::db::schema::progress_reports;
use crate::db::types::text_enum;
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::planning::periods::{Length, MeasuredPeriod};
use crate::planning::plans::model::Plan;
use crate::text::{IpaCode, Line, Prose};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum!(
    /// Whether a report is still worked on.
    ReportStatus {
        Draft = "draft",
        /// Handed in: it stays until it is taken back to draft.
        Submitted = "submitted",
    }
);

text_enum!(
    /// Stato di attuazione: how far an objective has come.
    Progress {
        NotStarted = "not_started",
        OnSchedule = "on_schedule",
        Late = "late",
        Suspended = "suspended",
        Abandoned = "abandoned",
        Done = "done",
    }
);

impl Progress {
    /// Whether it is not as planned, so that its causes are asked for.
    pub fn deviates(self) -> bool {
        matches!(self, Progress::Late | Progress::Suspended | Progress::Abandoned)
    }
}

/// How an objective came along in a year or half-year.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = progress_reports, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct ProgressReport {
    pub administration: IpaCode,
    pub id: Id,
    pub plan_id: Id,
    pub objective_id: Id,
    pub period: MeasuredPeriod,
    pub status: ReportStatus,
    pub progress: Progress,
    pub description: Prose,
    /// Causes of what is not as planned.
    pub deviation_causes: Option<Prose>,
    /// What is done about it.
    pub corrective_actions: Option<Prose>,
    /// The client that wrote it last.
    pub recorded_by: Line,
    pub submitted_by: Option<Line>,
    pub submitted_at: Option<Instant>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A progress report as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProgressReport {
    pub objective_id: Id,
    /// A year or half-year of the plan: `2024`, `2024-S1`. One report of each objective and period.
    pub period: MeasuredPeriod,
    /// `draft` where left out of a new one.
    pub status: Option<ReportStatus>,
    pub progress: Progress,
    pub description: Prose,
    /// Needed to submit a report of what is late, suspended or abandoned.
    pub deviation_causes: Option<Prose>,
    /// What is done about it.
    pub corrective_actions: Option<Prose>,
}

impl NewProgressReport {
    /// What can be said of the input and its plan alone.
    pub fn check(&self, plan: &Plan) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        let years = plan.start_year..=plan.end_year;
        match self.period.period() {
            Some(period) if !years.contains(&period.year()) => {
                let detail = format!("must lie within the plan's years, {} to {}", plan.start_year, plan.end_year);
                invalid.add("/period", &self.period, detail);
            }
            Some(period) if !matches!(period.length(), Length::Year | Length::Half) => {
                invalid.add("/period", &self.period, "must be a year or a half-year: 2024, 2024-S1");
            }
            _ => {}
        }
        let submitted = self.status == Some(ReportStatus::Submitted);
        if submitted && self.progress.deviates() && self.deviation_causes.is_none() {
            let detail = format!("is needed to submit a report of what is {}", self.progress);
            invalid.add("/deviation_causes", "", detail);
        }
        invalid.finish()
    }
}

impl ProgressReport {
    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        let prose = |text: &str| Prose::from_trusted(text.to_owned());
        let client = Line::from_trusted("client-019a4b52-7c00-7000-8000-000000000009".to_owned());
        ProgressReport {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            id: Id::from_trusted("019a4b52-7c00-7000-8000-00000000000d".to_owned()),
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            objective_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000003".to_owned()),
            period: MeasuredPeriod::from_trusted("2021-S1".to_owned()),
            status: ReportStatus::Submitted,
            progress: Progress::Late,
            description: prose("Attivati 12 servizi su 20."),
            deviation_causes: Some(prose("Fornitura consegnata in ritardo.")),
            corrective_actions: Some(prose("Attivazione dei restanti entro ottobre.")),
            recorded_by: client.clone(),
            submitted_by: Some(client),
            submitted_at: Some(at),
            revision: 1,
            created_at: at,
            updated_at: at,
        }
    }
}
