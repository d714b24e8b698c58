//! Queries on objectives.

use super::model::{BudgetLink, NewObjective, Objective, Rating, Scope, resolve};
use crate::administrations::units::Unit;
use crate::auth::Tenants;
use crate::clock::Instant;
use crate::db::schema::objectives;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::history::{self, Remembered};
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::plans::content;
use crate::planning::plans::model::Plan;
use crate::planning::plans::store as plans;
use crate::planning::sections::store as sections;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::IpaCode;
use diesel::prelude::*;

/// Which objectives.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
    pub section_id: Option<Id>,
    pub unit_id: Option<Id>,
    pub scope: Option<Scope>,
    pub risk_rating: Option<Rating>,
    pub strategic_rating: Option<Rating>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<Objective>, Problem> {
    let mut query = objectives::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(objectives::administration.eq(administration));
    }
    if let Some(plan) = &wanted.plan_id {
        query = query.filter(objectives::plan_id.eq(plan));
    }
    if let Some(section) = &wanted.section_id {
        query = query.filter(objectives::section_id.eq(section));
    }
    if let Some(unit) = &wanted.unit_id {
        query = query.filter(objectives::unit_id.eq(unit));
    }
    if let Some(scope) = wanted.scope {
        query = query.filter(objectives::scope.eq(scope));
    }
    if let Some(rating) = wanted.risk_rating {
        query = query.filter(objectives::risk_rating.eq(rating));
    }
    if let Some(rating) = wanted.strategic_rating {
        query = query.filter(objectives::strategic_rating.eq(rating));
    }
    Ok(slice_of!(query, objectives, tenants, slice).load(conn)?)
}

/// The objective that a record of the plan names: 422 where it is none of the plan's.
pub fn of_plan(write: &mut Write<'_>, plan: &Plan, id: &Id) -> Result<Objective, Problem> {
    let objective: Objective = record::relative(write, &plan.administration, "/objective_id", id)?;
    if objective.plan_id != plan.id {
        return Err(Problem::invalid("/objective_id", id, format!("is no objective of the plan {}", plan.code)));
    }
    Ok(objective)
}

/// What stays as it was approved.
const APPROVED: &[&str] = &[
    "section_id",
    "unit_id",
    "code",
    "title",
    "description",
    "scope",
    "level",
    "assignees",
    "weight",
    "risk_rating",
    "strategic_rating",
    "public_value_rating",
    "budget_links",
];

impl Record for Objective {
    const RESOURCE: &'static str = "objectives";
    const NAME: &'static str = "objective";
    type Input = NewObjective;

    record_queries!(objectives);

    fn input(&self) -> NewObjective {
        NewObjective {
            plan_id: self.plan_id.clone(),
            section_id: self.section_id.clone(),
            unit_id: self.unit_id.clone(),
            code: self.code.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            scope: self.scope,
            level: self.level,
            assignees: self.assignees.to_vec(),
            weight: self.weight,
            risk_rating: self.risk_rating,
            strategic_rating: self.strategic_rating,
            public_value_rating: self.public_value_rating,
            budget_links: self.budget_links.iter().map(BudgetLink::input).collect(),
            final_report: self.final_report.clone(),
            legal_requirement: self.legal_requirement,
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewObjective) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Plan>(conn, tenants, "/plan_id", &input.plan_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewObjective,
        current: Option<&Objective>,
    ) -> Result<Objective, Problem> {
        input.check()?;
        let plan: Plan = record::relative(write, home, "/plan_id", &input.plan_id)?;
        record::stays_in(current.map(|objective| &objective.plan_id), &plan.id)?;
        if let Some(id) = &input.section_id {
            sections::of_plan(write, &plan, id)?;
        }
        if let Some(id) = &input.unit_id {
            record::relative::<Unit>(write, home, "/unit_id", id)?;
        }
        let known = current.map_or(&[][..], |objective| &objective.budget_links);
        let next = Objective {
            administration: home.clone(),
            id: current.map_or_else(|| write.next_id(), |objective| objective.id.clone()),
            plan_id: plan.id.clone(),
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
            budget_links: resolve(input.budget_links, known)?.into(),
            final_report: input.final_report,
            legal_requirement: input.legal_requirement,
            revision: write.revision,
            created_at: current.map_or(write.now, |objective| objective.created_at),
            updated_at: write.now,
        };
        if current.is_some() || !write.author.restores {
            plan.check_change(Self::NAME, current.map(Record::input).as_ref(), Some(&next.input()), APPROVED)?;
        }
        if next.weighs_anew(current) {
            next.check_weights("/weight", &weighted(write.conn, &plan)?)?;
        }
        Ok(next)
    }

    fn check_removal(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        content::check_removal(write, &self.administration, &self.plan_id, Self::NAME, self)
    }

    fn find_by_codes(conn: &mut AnyConnection, home: &IpaCode, codes: &[String]) -> Result<Option<Objective>, Problem> {
        let [plan, code] = codes else { return Ok(None) };
        let Some(plan) = plans::find_by_code(conn, home, plan)? else { return Ok(None) };
        find_by_code(conn, &plan, code)
    }
}

impl Remembered for Objective {
    fn find_by_codes_at(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
        at: Instant,
    ) -> Result<Option<Objective>, Problem> {
        let [plan, code] = codes else { return Ok(None) };
        let Some(plan) = plans::find_by_code_at(conn, home, plan, at)? else { return Ok(None) };
        find_by_code_at(conn, &plan, code, at)
    }
}

/// The plan's objective that bore this code at the instant.
fn find_by_code_at(
    conn: &mut AnyConnection,
    plan: &Plan,
    code: &str,
    at: Instant,
) -> Result<Option<Objective>, Problem> {
    let of_plan = history::of_plans::<Objective>(conn, &plan.administration, std::slice::from_ref(&plan.id), at)?;
    Ok(of_plan.into_iter().find(|objective| objective.code.as_str() == code))
}

/// [`place`] as it was at the instant: the plan and, where there is one, the objective.
pub fn place_at(
    conn: &mut AnyConnection,
    home: &IpaCode,
    codes: &[String],
    at: Instant,
) -> Result<Option<(Plan, Option<Objective>)>, Problem> {
    let [plan, objective, _] = codes else { return Ok(None) };
    let Some(plan) = plans::find_by_code_at(conn, home, plan, at)? else { return Ok(None) };
    if objective.is_empty() {
        return Ok(Some((plan, None)));
    }
    let found = find_by_code_at(conn, &plan, objective, at)?;
    Ok(found.map(|objective| (plan, Some(objective))))
}

impl Wanted {
    /// Whether an objective as it stood is one of these.
    pub fn admits(&self, objective: &Objective) -> bool {
        let is = |asked: Option<Rating>, rating: Option<Rating>| asked.is_none() || asked == rating;
        self.section_id.as_ref().is_none_or(|id| objective.section_id.as_ref() == Some(id))
            && self.unit_id.as_ref().is_none_or(|id| objective.unit_id.as_ref() == Some(id))
            && self.scope.is_none_or(|scope| objective.scope == scope)
            && is(self.risk_rating, objective.risk_rating)
            && is(self.strategic_rating, objective.strategic_rating)
    }
}

/// Every objective of a plan, in their order.
pub fn all_of_plan(conn: &mut AnyConnection, plan: &Plan) -> Result<Vec<Objective>, Problem> {
    let all = objectives::table
        .filter(objectives::administration.eq(&plan.administration))
        .filter(objectives::plan_id.eq(&plan.id));
    Ok(all.order(objectives::id).load(conn)?)
}

/// Those that have a weight.
fn weighted(conn: &mut AnyConnection, plan: &Plan) -> Result<Vec<Objective>, Problem> {
    let all = objectives::table
        .filter(objectives::administration.eq(&plan.administration))
        .filter(objectives::plan_id.eq(&plan.id))
        .filter(objectives::weight.is_not_null());
    Ok(all.order(objectives::id).load(conn)?)
}

/// The plan's objective of this code.
pub fn find_by_code(conn: &mut AnyConnection, plan: &Plan, code: &str) -> Result<Option<Objective>, Problem> {
    let of_plan = objectives::table
        .filter(objectives::administration.eq(&plan.administration))
        .filter(objectives::plan_id.eq(&plan.id));
    Ok(of_plan.filter(objectives::code.eq(code)).first(conn).optional()?)
}

/// Where a record of a plan stands by its sender's codes: plan, objective (left empty where there is none), own code.
/// `None` where plan or objective is unknown.
pub fn place(
    conn: &mut AnyConnection,
    home: &IpaCode,
    codes: &[String],
) -> Result<Option<(Plan, Option<Objective>, String)>, Problem> {
    let [plan, objective, code] = codes else { return Ok(None) };
    let Some(plan) = plans::find_by_code(conn, home, plan)? else { return Ok(None) };
    if objective.is_empty() {
        return Ok(Some((plan, None, code.clone())));
    }
    let found = find_by_code(conn, &plan, objective)?;
    Ok(found.map(|objective| (plan, Some(objective), code.clone())))
}
