//! Queries on moves of plans.

use super::model::{NewPlanTransition, PlanTransition};
use crate::audit::{self, Action};
use crate::auth::Tenants;
use crate::db::schema::plan_transitions;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::plans::model::{Plan, PlanStatus};
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::{IpaCode, Line};
use diesel::prelude::*;

/// Which moves.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
    pub to: Option<PlanStatus>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<PlanTransition>, Problem> {
    let mut query = plan_transitions::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(plan_transitions::administration.eq(administration));
    }
    if let Some(plan) = &wanted.plan_id {
        query = query.filter(plan_transitions::plan_id.eq(plan));
    }
    if let Some(to) = wanted.to {
        query = query.filter(plan_transitions::to_status.eq(to));
    }
    Ok(slice_of!(query, plan_transitions, tenants, slice).load(conn)?)
}

/// Moves a plan: the move and the plan's new status, in one transaction.
pub fn move_plan(write: &mut Write<'_>, home: &IpaCode, input: NewPlanTransition) -> Result<PlanTransition, Problem> {
    let moved: PlanTransition = record::insert(write, home, input)?;
    let plan: Plan = record::relative(write, home, "/plan_id", &moved.plan_id)?;
    let approves = moved.to == PlanStatus::Approved || plan.approval_act.is_none();
    let next = Plan {
        status: moved.to,
        approval_act: if approves { Some(moved.act.clone()) } else { plan.approval_act.clone() },
        revision: write.revision,
        updated_at: write.now,
        ..plan.clone()
    };
    next.update(write.conn)?;
    audit::append(write, home, Action::Update, Plan::RESOURCE, &next.id, Some(&plan), Some(&next))?;
    Ok(moved)
}

impl Record for PlanTransition {
    const RESOURCE: &'static str = "plan-transitions";
    const NAME: &'static str = "plan transition";
    type Input = NewPlanTransition;

    record_queries!(plan_transitions);

    fn input(&self) -> NewPlanTransition {
        NewPlanTransition {
            plan_id: self.plan_id.clone(),
            from: Some(self.from),
            to: self.to,
            act: Some(self.act.clone().into_inner()),
            reason: self.reason.clone(),
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewPlanTransition) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Plan>(conn, tenants, "/plan_id", &input.plan_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewPlanTransition,
        _: Option<&PlanTransition>,
    ) -> Result<PlanTransition, Problem> {
        let plan: Plan = record::relative(write, home, "/plan_id", &input.plan_id)?;
        let act = input.check(&plan)?;
        Ok(PlanTransition {
            administration: home.clone(),
            id: write.next_id(),
            plan_id: plan.id,
            from: plan.status,
            to: input.to,
            act: act.into(),
            reason: input.reason,
            by: Line::from_trusted(write.author.client_id.clone()),
            revision: write.revision,
            created_at: write.now,
        })
    }

    /// A move has no code of its own.
    fn find_by_codes(_: &mut AnyConnection, _: &IpaCode, _: &[String]) -> Result<Option<PlanTransition>, Problem> {
        Ok(None)
    }
}
