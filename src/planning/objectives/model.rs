//! An objective: row, answer and input.

use crate::clock::Instant;
use crate::db::schema::objectives;
use crate::db::types::{Json, text_enum};
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::planning::budget;
use crate::text::{Code, IpaCode, Line, Prose};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Offices and roles of one record, at most.
pub const MAX_ASSIGNEES: usize = 50;
const MAX_BUDGET_LINKS: usize = 20;

text_enum!(
    /// Whose objective it is.
    Scope {
        /// Trasversale: every office's.
        CrossCutting = "cross_cutting",
        /// Settoriale: one service's.
        Sectoral = "sectoral",
    }
);

text_enum!(
    /// At which level it is set.
    Level { Strategic = "strategic", Operational = "operational" }
);

text_enum!(
    /// A mark in three steps.
    Rating { Low = "low", Medium = "medium", High = "high" }
);

text_enum!(
    /// What the law asks of an objective by name.
    LegalRequirement {
        /// Payment times, D.L. 13/2023 art. 4-bis: at least 30 % of the evaluation for results of who pays.
        PaymentTimes = "payment_times",
    }
);

/// A link to the budget as it is sent: codes with or without leading zero, names where the sender has them.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBudgetLink {
    #[schema(max_length = 10, pattern = "^ *[0-9]{1,2} *$", example = "1")]
    pub mission: String,
    #[schema(max_length = 10, pattern = "^ *[0-9]{1,2} *$", example = "08")]
    pub programme: String,
    /// Compared with the official name; a difference is a warning, not a refusal.
    pub mission_name: Option<Line>,
    pub programme_name: Option<Line>,
}

/// A link to the budget with the official codes and names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BudgetLink {
    #[schema(max_length = 2, pattern = "^[0-9]{2}$", example = "01")]
    pub mission: String,
    #[schema(max_length = 2, pattern = "^[0-9]{2}$", example = "08")]
    pub programme: String,
    pub mission_name: Line,
    pub programme_name: Line,
    /// Where the name that was sent is not that of the code.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 2)]
    pub warnings: Vec<Line>,
}

/// An objective.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = objectives, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Objective {
    pub administration: IpaCode,
    pub id: Id,
    pub plan_id: Id,
    pub section_id: Option<Id>,
    pub unit_id: Option<Id>,
    pub code: Code,
    pub title: Line,
    pub description: Option<Prose>,
    pub scope: Scope,
    pub level: Option<Level>,
    /// Offices and roles.
    #[schema(value_type = Vec<Line>, min_items = 0, max_items = 50)]
    pub assignees: Json<Vec<Line>>,
    /// Per cent of its unit's or plan's whole.
    #[schema(minimum = 0, maximum = 100)]
    pub weight: Option<f64>,
    /// Risk of not being reached with the resources at hand.
    pub risk_rating: Option<Rating>,
    /// How strategic the administration holds it.
    pub strategic_rating: Option<Rating>,
    /// Impact on public value.
    pub public_value_rating: Option<Rating>,
    #[schema(value_type = Vec<BudgetLink>, min_items = 0, max_items = 20)]
    pub budget_links: Json<Vec<BudgetLink>>,
    pub final_report: Option<Prose>,
    /// Where the law asks for this objective: its weight is checked then.
    pub legal_requirement: Option<LegalRequirement>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// An objective as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjective {
    pub plan_id: Id,
    /// A section of the same plan.
    pub section_id: Option<Id>,
    /// A unit of the same administration.
    pub unit_id: Option<Id>,
    /// Unique within the plan.
    pub code: Code,
    pub title: Line,
    pub description: Option<Prose>,
    pub scope: Scope,
    pub level: Option<Level>,
    /// Offices and roles, never persons.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 50)]
    pub assignees: Vec<Line>,
    /// Per cent of its unit's or plan's whole.
    #[schema(minimum = 0, maximum = 100)]
    pub weight: Option<f64>,
    /// Risk of not being reached with the resources at hand.
    pub risk_rating: Option<Rating>,
    /// How strategic the administration holds it.
    pub strategic_rating: Option<Rating>,
    /// Impact on public value.
    pub public_value_rating: Option<Rating>,
    /// Missions and programmes of D.Lgs. 118/2011.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 20)]
    pub budget_links: Vec<NewBudgetLink>,
    pub final_report: Option<Prose>,
    /// Where the law asks for this objective: its weight is checked then.
    pub legal_requirement: Option<LegalRequirement>,
}

impl NewObjective {
    /// What can be said of the input alone.
    pub fn check(&self) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        check_weight(&mut invalid, self.weight);
        check_assignees(&mut invalid, &self.assignees);
        if self.budget_links.len() > MAX_BUDGET_LINKS {
            let detail = format!("must be at most {MAX_BUDGET_LINKS} links");
            invalid.add("/budget_links", self.budget_links.len(), detail);
        }
        invalid.finish()
    }

    pub fn sample() -> Self {
        let line = |text: &str| Line::from_trusted(text.to_owned());
        NewObjective {
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            section_id: None,
            unit_id: None,
            code: Code::from_trusted("4".to_owned()),
            title: line("Transizione digitale: App IO e pagoPA"),
            description: None,
            scope: Scope::CrossCutting,
            level: None,
            assignees: vec![line("Tutti")],
            weight: Some(20.0),
            risk_rating: Some(Rating::High),
            strategic_rating: Some(Rating::High),
            public_value_rating: None,
            budget_links: vec![NewBudgetLink {
                mission: "1".to_owned(),
                programme: "08".to_owned(),
                mission_name: None,
                programme_name: None,
            }],
            final_report: None,
            legal_requirement: None,
        }
    }
}

/// Weights are per cent.
pub fn check_weight(invalid: &mut Invalid, weight: Option<f64>) {
    if let Some(weight) = weight.filter(|weight| !(0.0..=100.0).contains(weight)) {
        invalid.add("/weight", weight, "must be between 0 and 100 (per cent)");
    }
}

pub fn check_assignees(invalid: &mut Invalid, assignees: &[Line]) {
    if assignees.len() > MAX_ASSIGNEES {
        invalid.add("/assignees", assignees.len(), format!("must be at most {MAX_ASSIGNEES}"));
    }
}

/// Checks links against the missions and programmes of the budget. Links that stay what they were keep their warnings,
/// whose cause, a name, is not stored.
pub fn resolve(sent: Vec<NewBudgetLink>, current: &[BudgetLink]) -> Result<Vec<BudgetLink>, Problem> {
    let mut invalid = Invalid::default();
    let mut links = Vec::new();
    for (index, sent) in sent.into_iter().enumerate() {
        let names = (sent.mission_name.as_ref().map(Line::as_str), sent.programme_name.as_ref().map(Line::as_str));
        match budget::resolve(&sent.mission, names.0, Some(&sent.programme), names.1) {
            Ok((found, warnings)) => {
                let mut link = BudgetLink {
                    mission: found.mission,
                    programme: found.programme,
                    mission_name: Line::from_trusted(found.mission_name),
                    programme_name: Line::from_trusted(found.programme_name),
                    warnings: warnings.iter().map(|warning| Line::from_trusted(warning.to_string())).collect(),
                };
                let codes = (link.mission.clone(), link.programme.clone());
                let same = |known: &&BudgetLink| (&known.mission, &known.programme) == (&codes.0, &codes.1);
                if let (Some(known), (None, None)) = (current.iter().find(same), names) {
                    link = known.clone();
                }
                let twice = links.iter().any(|known: &BudgetLink| same(&known));
                if twice {
                    let value = format!("{}/{}", link.mission, link.programme);
                    invalid.add(&format!("/budget_links/{index}"), value, "stands twice: one link for each programme");
                }
                links.push(link);
            }
            Err(error) => {
                let value = format!("{}/{}", sent.mission, sent.programme);
                invalid.add(&format!("/budget_links/{index}"), value, error.to_string());
            }
        }
    }
    invalid.finish().map(|()| links)
}

impl BudgetLink {
    /// As it would be sent.
    pub fn input(&self) -> NewBudgetLink {
        let (mission, programme) = (self.mission.clone(), self.programme.clone());
        NewBudgetLink { mission, programme, mission_name: None, programme_name: None }
    }
}

impl Objective {
    pub fn sample() -> Self {
        let (input, at) = (NewObjective::sample(), Instant(1_763_719_200_000_000));
        Objective {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000003".to_owned()),
            plan_id: input.plan_id,
            section_id: input.section_id,
            unit_id: input.unit_id,
            code: input.code,
            title: input.title,
            description: input.description,
            scope: input.scope,
            level: input.level,
            assignees: input.assignees.into(),
            weight: input.weight,
            risk_rating: input.risk_rating,
            strategic_rating: input.strategic_rating,
            public_value_rating: input.public_value_rating,
            budget_links: resolve(input.budget_links, &[]).unwrap_or_default().into(),
            final_report: input.final_report,
            legal_requirement: input.legal_requirement,
            revision: 1,
            created_at: at,
            updated_at: at,
        }
    }
}
