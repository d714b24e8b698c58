//! What is asked of a successor, and the account of what became of each record.

use crate::db::types::text_enum;
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::planning::plans::model::Plan;
use crate::record::RecordKey;
use crate::text::{Code, IpaCode, Line};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum!(
    /// Which phases go along.
    CarriedPhases {
        /// Those that are not done: by their own word, or, in a plan whose phases never say it, by their schedule.
        Unfinished = "unfinished",
        /// All, as to be done again.
        All = "all",
        /// None.
        None = "none",
    }
);

text_enum!(
    /// What became of a record.
    SuccessorOutcome { Carried = "carried", Changed = "changed", LeftOut = "left_out" }
);

/// The plan that is to follow.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSuccessor {
    /// Unique within the administration.
    pub code: Code,
    /// The predecessor's where left out, with its first and last year moved.
    pub title: Option<Line>,
    /// First year: one after the predecessor's where left out. Every horizon moves by the difference.
    #[schema(minimum = 1990, maximum = 2100)]
    pub start_year: Option<i32>,
    /// Last year: as many years on where left out.
    #[schema(minimum = 1990, maximum = 2100)]
    pub end_year: Option<i32>,
    /// `unfinished` where left out.
    pub phases: Option<CarriedPhases>,
    /// Whether what was achieved in the year before the new plan becomes the baseline: it does where left out.
    pub baselines: Option<bool>,
    /// Codes of objectives that end with the predecessor, with all that hangs on them.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 1000)]
    pub ended_objectives: Vec<Code>,
}

/// The years of both plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Years {
    pub shift: i32,
    pub first: i32,
    pub last: i32,
    /// The year that was achieved last before the new plan.
    pub base: i32,
}

impl NewSuccessor {
    pub fn years(&self, plan: &Plan) -> Result<Years, Problem> {
        let first = self.start_year.unwrap_or(plan.start_year + 1);
        let mut invalid = Invalid::default();
        if !(plan.start_year + 1..=2100).contains(&first) {
            invalid.add("/start_year", first, format!("must lie after the predecessor's first, {}", plan.start_year));
        }
        invalid.finish()?;
        let shift = first - plan.start_year;
        let last = self.end_year.unwrap_or(plan.end_year + shift);
        Ok(Years { shift, first, last, base: (first - 1).min(plan.end_year) })
    }

    pub fn sample() -> Self {
        NewSuccessor {
            code: Code::from_trusted("dtp-2022-2024".to_owned()),
            title: None,
            start_year: None,
            end_year: None,
            phases: None,
            baselines: None,
            ended_objectives: Vec::new(),
        }
    }
}

/// What became of one record of the predecessor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SucceededRecord {
    /// `plans`, `sections`, `objectives`, `phases`, `indicators`.
    pub resource: Line,
    /// The record in the predecessor, by codes. In the successor it has the same, behind the new plan's.
    pub key: RecordKey,
    pub outcome: SuccessorOutcome,
    /// What was changed, or why it was left out, or what to look at.
    #[schema(min_items = 0, max_items = 50)]
    pub reasons: Vec<Line>,
}

/// How many records of a kind were carried as they are, changed, left out.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SuccessorCount {
    /// `sections`, `objectives`, `phases`, `indicators`.
    pub resource: Line,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub carried: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub changed: i32,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub left_out: i32,
}

/// A successor as it was made, or as it would be.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Successor {
    /// Whether this is a preview: nothing was written.
    pub dry_run: bool,
    pub administration: IpaCode,
    /// The plan that was made; left out of a preview.
    pub plan_id: Option<Id>,
    pub predecessor_id: Id,
    pub code: Code,
    pub title: Line,
    #[schema(minimum = 1990, maximum = 2100)]
    pub start_year: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub end_year: i32,
    /// The year whose achievements became baselines.
    #[schema(minimum = 1990, maximum = 2100)]
    pub base_year: i32,
    #[schema(min_items = 0, max_items = 10)]
    pub counts: Vec<SuccessorCount>,
    #[schema(min_items = 0, max_items = 100_000)]
    pub records: Vec<SucceededRecord>,
    /// The new plan's, for its ETag.
    #[serde(skip)]
    #[schema(ignore)]
    pub revision: i64,
}

impl Successor {
    pub fn sample() -> Self {
        let line = |text: &str| Line::from_trusted(text.to_owned());
        Successor {
            dry_run: true,
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            plan_id: None,
            predecessor_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            code: NewSuccessor::sample().code,
            title: line("Piano di transizione digitale 2022-2024"),
            start_year: 2022,
            end_year: 2024,
            base_year: 2021,
            counts: vec![SuccessorCount { resource: line("indicators"), carried: 0, changed: 1, left_out: 0 }],
            records: vec![SucceededRecord {
                resource: line("indicators"),
                key: RecordKey::from_trusted("c_b507~dtp-2021-2023~4~3".to_owned()),
                outcome: SuccessorOutcome::Changed,
                reasons: vec![line("target_year 2021 → 2022"), line("baseline 62.5 → 83: achieved in 2021")],
            }],
            revision: 1,
        }
    }
}
