//! A move of a plan: row, answer and input.

use crate::clock::Instant;
use crate::db::schema::plan_transitions;
use crate::db::types::Json;
use crate::error::{Invalid, Kind, Problem};
use crate::ids::Id;
use crate::planning::plans::model::{ApprovalAct, Plan, PlanStatus, check_act};
use crate::text::{IpaCode, Line};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A move of a plan from one status to another.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = plan_transitions, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PlanTransition {
    pub administration: IpaCode,
    pub id: Id,
    pub plan_id: Id,
    #[serde(rename = "from")]
    #[diesel(column_name = from_status)]
    pub from: PlanStatus,
    #[serde(rename = "to")]
    #[diesel(column_name = to_status)]
    pub to: PlanStatus,
    /// The act that moved it; where none was given, the one that approved the plan.
    #[schema(value_type = ApprovalAct)]
    pub act: Json<ApprovalAct>,
    /// Why it went back.
    pub reason: Option<Line>,
    /// The client that moved it.
    #[serde(rename = "by")]
    #[diesel(column_name = moved_by)]
    pub by: Line,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
}

/// A move as it is asked for.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlanTransition {
    pub plan_id: Id,
    /// Where the plan stands, as far as the sender knows: refused where it no longer does.
    pub from: Option<PlanStatus>,
    pub to: PlanStatus,
    /// Needed to approve a plan that names no act yet; a new approval's act replaces the old one.
    pub act: Option<ApprovalAct>,
    /// Needed to go back: from approved or in force to draft, from closed to in force.
    pub reason: Option<Line>,
}

impl NewPlanTransition {
    /// What can be said of the move, given where the plan stands. Gives the act that it goes by.
    pub fn check(&self, plan: &Plan) -> Result<ApprovalAct, Problem> {
        if let Some(from) = self.from.filter(|from| *from != plan.status) {
            let detail = format!("the plan {} is {} by now", plan.code, plan.status);
            let refused = Problem::invalid("/from", from, detail);
            return Err(Problem { kind: Kind::Conflict, allowed: plan.status.next_words(), ..refused });
        }
        plan.check_next("/to", self.to)?;
        let mut invalid = Invalid::default();
        let known = plan.approval_act.as_deref().cloned();
        let act = self.act.clone().or(known);
        match &act {
            Some(act) => check_act(&mut invalid, "/act", act),
            None => {
                invalid.add("/act", "", "is needed: kind, number and date of the act by which the plan is approved")
            }
        }
        if plan.status.goes_back_to(self.to) && self.reason.is_none() {
            let detail = format!("is needed to go back from {} to {}", plan.status, self.to);
            invalid.add("/reason", "", detail);
        }
        invalid.finish()?;
        act.ok_or_else(|| Problem::internal("a transition without an act"))
    }
}

impl PlanTransition {
    pub fn sample() -> Self {
        let plan = Plan::sample();
        let act = plan.approval_act.clone().unwrap_or_else(|| ApprovalAct::sample().into());
        PlanTransition {
            administration: plan.administration,
            id: Id::from_trusted("019a4b52-7c00-7000-8000-00000000000c".to_owned()),
            plan_id: plan.id,
            from: PlanStatus::Draft,
            to: PlanStatus::Approved,
            act,
            reason: None,
            by: Line::from_trusted("client-019a4b52-7c00-7000-8000-000000000009".to_owned()),
            revision: 1,
            created_at: plan.created_at,
        }
    }
}
