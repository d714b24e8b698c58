//! A lock on a period of a plan: what was measured in it stands as it was.

use crate::clock::Instant;
use crate::db::schema::period_locks;
use crate::db::types::{Json, text_enum};
use crate::ids::Id;
use crate::metric_definitions::count::Counted;
use crate::planning::periods::{MeasuredPeriod, Period};
use crate::text::{IpaCode, Line};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum!(
    /// Whether a lock stands.
    LockStatus {
        Locked = "locked",
        /// Opened again, for the reason that it keeps; the period may be locked anew by another lock.
        Reopened = "reopened",
    }
);

/// An indicator that was due in the locked period and had no measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MissingMeasurement {
    pub indicator_id: Id,
    /// Of its objective and its own: `4~3`; `~3` for an indicator of the plan itself.
    pub code: Line,
    pub title: Line,
}

/// A lock on a period of a plan.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = period_locks, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PeriodLock {
    pub administration: IpaCode,
    pub id: Id,
    pub plan_id: Id,
    pub period: MeasuredPeriod,
    pub status: LockStatus,
    /// Why it was locked although measurements were missing.
    pub reason: Option<Line>,
    /// What was due and not measured when it was locked.
    #[schema(value_type = Vec<MissingMeasurement>, min_items = 0, max_items = 10_000)]
    pub missing: Json<Vec<MissingMeasurement>>,
    /// The counts that measured the plan's indicators, as they were when it was locked: they count from then on.
    #[schema(value_type = Vec<Counted>, min_items = 0, max_items = 100)]
    pub counts: Json<Vec<Counted>>,
    /// The client that locked it.
    pub locked_by: Line,
    pub reopening_reason: Option<Line>,
    pub reopened_by: Option<Line>,
    pub reopened_at: Option<Instant>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A lock as it is asked for.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPeriodLock {
    pub plan_id: Id,
    /// A period of the plan's years that is over: `2024`, `2024-S1`, `2024-Q3`, `2024-06`.
    pub period: MeasuredPeriod,
    /// Needed where indicators that were due in the year have no measurement.
    pub reason: Option<Line>,
}

/// What may be changed of a lock: it is reopened, with a reason.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopening {
    /// `reopened`.
    pub status: Option<LockStatus>,
    /// Why: it stays with the lock and in the audit.
    pub reopening_reason: Option<Line>,
}

impl PeriodLock {
    /// The period itself; what is stored was checked when it came in.
    pub fn covers(&self, period: Period) -> bool {
        self.period.period().is_some_and(|own| own.covers(period))
    }

    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        let line = |text: &str| Line::from_trusted(text.to_owned());
        PeriodLock {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            id: Id::from_trusted("019a4b52-7c00-7000-8000-00000000000b".to_owned()),
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            period: MeasuredPeriod::from_trusted("2021".to_owned()),
            status: LockStatus::Reopened,
            reason: Some(line("Ufficio non attivato")),
            missing: vec![MissingMeasurement {
                indicator_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000005".to_owned()),
                code: line("4~3"),
                title: line("Posizioni bonificate sul totale"),
            }]
            .into(),
            counts: vec![Counted::sample()].into(),
            locked_by: line("client-019a4b52-7c00-7000-8000-000000000009"),
            reopening_reason: Some(line("Errore materiale nel conteggio")),
            reopened_by: Some(line("client-019a4b52-7c00-7000-8000-000000000009")),
            reopened_at: Some(at),
            revision: 2,
            created_at: at,
            updated_at: at,
        }
    }
}
