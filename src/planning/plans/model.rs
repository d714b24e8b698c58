//! A plan: row, answer and input.

use super::content::THE_WAY;
use crate::clock::Instant;
use crate::db::schema::plans;
use crate::db::types::{Json, text_enum};
use crate::error::{Invalid, Kind, Problem};
use crate::ids::Id;
use crate::planning::periods::{FIRST_YEAR, LAST_YEAR};
use crate::record::Record;
use crate::text::{Code, IpaCode, Line, Prose};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The years that a plan may span, at most.
const MAX_YEARS: i32 = 10;

text_enum!(
    /// What kind of plan it is.
    PlanKind {
        /// Piano della performance, a section of the PIAO.
        Performance = "performance",
        /// Piano di transizione digitale.
        DigitalTransition = "digital_transition",
        /// Piano di informatizzazione.
        Informatization = "informatization",
        /// PEG, piano degli obiettivi.
        Management = "management",
    }
);

text_enum!(
    /// Where the plan stands.
    PlanStatus { Draft = "draft", Approved = "approved", InForce = "in_force", Closed = "closed" }
);

impl PlanStatus {
    /// What may follow.
    pub fn next(self) -> &'static [PlanStatus] {
        match self {
            PlanStatus::Draft => &[PlanStatus::Approved],
            PlanStatus::Approved => &[PlanStatus::InForce, PlanStatus::Draft],
            PlanStatus::InForce => &[PlanStatus::Closed, PlanStatus::Draft],
            PlanStatus::Closed => &[PlanStatus::InForce],
        }
    }

    /// The same, as it is written.
    pub fn next_words(self) -> Box<[&'static str]> {
        self.next().iter().map(|next| next.as_str()).collect()
    }

    /// Whether a move goes back, which needs a reason.
    pub fn goes_back_to(self, to: PlanStatus) -> bool {
        to < self
    }
}

/// The act by which a plan was approved.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalAct {
    /// `deliberazione`, `determinazione`, `decreto` …
    pub kind: Line,
    /// Whose act it is.
    pub body: Option<Line>,
    pub number: Line,
    pub date: NaiveDate,
    /// Where it is published.
    #[schema(max_length = 1000, format = "uri", example = "https://comune.example/albo/72")]
    pub url: Option<String>,
}

impl ApprovalAct {
    pub fn sample() -> Self {
        ApprovalAct {
            kind: Line::from_trusted("deliberazione".to_owned()),
            body: Some(Line::from_trusted("Giunta comunale".to_owned())),
            number: Line::from_trusted("72".to_owned()),
            date: NaiveDate::from_ymd_opt(2021, 5, 4).unwrap_or_default(),
            url: None,
        }
    }
}

/// What its types do not say of an act.
pub fn check_act(invalid: &mut Invalid, field: &str, act: &ApprovalAct) {
    let Some(url) = act.url.as_deref() else { return };
    let fits = (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= 1000;
    if !fits || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        invalid.add(&format!("{field}/url"), url, "must be a web address of at most 1,000 characters");
    }
}

/// A plan.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = plans, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Plan {
    pub administration: IpaCode,
    pub id: Id,
    pub code: Code,
    pub title: Line,
    pub kind: PlanKind,
    pub status: PlanStatus,
    #[schema(minimum = 1990, maximum = 2100)]
    pub start_year: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub end_year: i32,
    pub description: Option<Prose>,
    #[schema(value_type = Option<ApprovalAct>)]
    pub approval_act: Option<Json<ApprovalAct>>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A plan as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    pub administration: IpaCode,
    /// Unique within the administration.
    pub code: Code,
    pub title: Line,
    pub kind: PlanKind,
    /// `draft` where left out. Only who may approve plans makes one that is approved already; later it is moved by
    /// `POST /plan-transitions`.
    pub status: Option<PlanStatus>,
    /// First year of its period.
    #[schema(minimum = 1990, maximum = 2100)]
    pub start_year: i32,
    /// Last year of its period, at most ten years on.
    #[schema(minimum = 1990, maximum = 2100)]
    pub end_year: i32,
    pub description: Option<Prose>,
    /// Needed from `approved` on.
    pub approval_act: Option<ApprovalAct>,
}

impl NewPlan {
    /// What can be said of the input alone.
    pub fn check(&self) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        let plausible = FIRST_YEAR..=LAST_YEAR;
        for (field, year) in [("/start_year", self.start_year), ("/end_year", self.end_year)] {
            if !plausible.contains(&year) {
                invalid.add(field, year, format!("must be a year between {FIRST_YEAR} and {LAST_YEAR}"));
            }
        }
        if plausible.contains(&self.start_year) && plausible.contains(&self.end_year) {
            let last = self.start_year + MAX_YEARS - 1;
            if !(self.start_year..=last).contains(&self.end_year) {
                let detail = format!("must be from {} to {last}: at most {MAX_YEARS} years", self.start_year);
                invalid.add("/end_year", self.end_year, detail);
            }
        }
        if self.status.is_some_and(|status| status != PlanStatus::Draft) && self.approval_act.is_none() {
            invalid.add("/approval_act", "", "is needed for every status but draft: kind, number and date of the act");
        }
        if let Some(act) = &self.approval_act {
            check_act(&mut invalid, "/approval_act", act);
        }
        invalid.finish()
    }

    pub fn sample() -> Self {
        NewPlan {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            code: Code::from_trusted("dtp-2021-2023".to_owned()),
            title: Line::from_trusted("Piano di transizione digitale 2021-2023".to_owned()),
            kind: PlanKind::DigitalTransition,
            status: Some(PlanStatus::Approved),
            start_year: 2021,
            end_year: 2023,
            description: None,
            approval_act: Some(ApprovalAct::sample()),
        }
    }
}

impl Plan {
    /// The row of an input: a new one, or the next state of the current one.
    pub fn new(input: NewPlan, id: Id, revision: i64, created_at: Instant, now: Instant) -> Self {
        Plan {
            administration: input.administration,
            id,
            code: input.code,
            title: input.title,
            kind: input.kind,
            status: input.status.unwrap_or(PlanStatus::Draft),
            start_year: input.start_year,
            end_year: input.end_year,
            description: input.description,
            approval_act: input.approval_act.map(Json::from),
            revision,
            created_at,
            updated_at: now,
        }
    }

    /// Refuses a status that may not follow this one, with those that may.
    pub fn check_next(&self, field: &str, status: PlanStatus) -> Result<(), Problem> {
        if self.status.next().contains(&status) {
            return Ok(());
        }
        let allowed = self.status.next_words();
        let detail = format!("after {} may follow {}, not {status}", self.status, allowed.join(" or "));
        let refused = Problem::invalid(field, status, detail);
        Err(Problem { kind: Kind::Conflict, allowed, ..refused })
    }

    /// Refuses a change of the status by the way, or of what was approved.
    pub fn check_edit(&self, next: &Plan) -> Result<(), Problem> {
        if next.status != self.status {
            self.check_next("/status", next.status)?;
            let refused =
                Problem::invalid("/status", next.status, format!("a plan is moved by {THE_WAY}, with its act"));
            return Err(Problem { kind: Kind::Conflict, allowed: self.status.next_words(), ..refused });
        }
        // Where the act is published is often known later.
        let approved = |plan: &Plan| {
            let act = plan.approval_act.as_deref().cloned().map(|act| ApprovalAct { url: None, ..act });
            NewPlan { approval_act: act, ..plan.input() }
        };
        if self.input() == next.input() {
            return Ok(());
        }
        self.check_open()?;
        let fixed = ["code", "title", "kind", "start_year", "end_year", "approval_act"];
        self.check_change("plan", Some(&approved(self)), Some(&approved(next)), &fixed)
    }

    /// The year that is asked for, which is one of the plan's; the nearest to today where none is.
    pub fn year_asked(&self, field: &str, asked: Option<i32>, today: NaiveDate) -> Result<i32, Problem> {
        let year = asked.unwrap_or_else(|| today.year().clamp(self.start_year, self.end_year));
        if (self.start_year..=self.end_year).contains(&year) {
            return Ok(year);
        }
        let detail = format!("must be one of the plan's years, {} to {}", self.start_year, self.end_year);
        Err(Problem::invalid(field, year, detail))
    }

    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        Plan::new(NewPlan::sample(), Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()), 1, at, at)
    }
}
