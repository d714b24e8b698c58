//! Queries on phases.

use super::model::{NewPhase, Phase};
use crate::auth::Tenants;
use crate::clock::Instant;
use crate::db::schema::phases;
use crate::db::types::Json;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::history::{self, Remembered};
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::objectives::model::Objective;
use crate::planning::objectives::store as objectives;
use crate::planning::plans::content;
use crate::planning::plans::model::Plan;
use crate::planning::sections::store as sections;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::IpaCode;
use diesel::prelude::*;

/// Which phases.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
    pub section_id: Option<Id>,
    pub objective_id: Option<Id>,
    pub year: Option<i32>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<Phase>, Problem> {
    let mut query = phases::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(phases::administration.eq(administration));
    }
    if let Some(plan) = &wanted.plan_id {
        query = query.filter(phases::plan_id.eq(plan));
    }
    if let Some(section) = &wanted.section_id {
        query = query.filter(phases::section_id.eq(section));
    }
    if let Some(objective) = &wanted.objective_id {
        query = query.filter(phases::objective_id.eq(objective));
    }
    if let Some(year) = wanted.year {
        // A schedule is a JSON list of period texts, each of which begins with its year.
        query = query.filter(phases::schedule.like(format!("%\"{year}%")));
    }
    Ok(slice_of!(query, phases, tenants, slice).load(conn)?)
}

/// The phases of these objectives, in their order.
pub fn of_objectives(conn: &mut AnyConnection, objectives: &[Objective]) -> Result<Vec<Phase>, Problem> {
    let administrations: Vec<_> = objectives.iter().map(|objective| &objective.administration).collect();
    let ids: Vec<_> = objectives.iter().map(|objective| &objective.id).collect();
    let query =
        phases::table.filter(phases::administration.eq_any(administrations)).filter(phases::objective_id.eq_any(ids));
    Ok(query.order((phases::administration, phases::id)).load(conn)?)
}

/// Those that hang on the plan itself, in their order.
pub fn of_plan(conn: &mut AnyConnection, plan: &Plan) -> Result<Vec<Phase>, Problem> {
    let own = phases::table
        .filter(phases::administration.eq(&plan.administration))
        .filter(phases::plan_id.eq(&plan.id))
        .filter(phases::objective_id.is_null());
    Ok(own.order(phases::id).load(conn)?)
}

/// What stays as it was approved.
const APPROVED: &[&str] = &["section_id", "objective_id", "code", "title", "description", "schedule", "assignees"];

impl Record for Phase {
    const RESOURCE: &'static str = "phases";
    const NAME: &'static str = "phase";
    type Input = NewPhase;

    record_queries!(phases);

    fn input(&self) -> NewPhase {
        NewPhase {
            plan_id: self.plan_id.clone(),
            section_id: self.section_id.clone(),
            objective_id: self.objective_id.clone(),
            code: self.code.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            schedule: self.schedule.as_deref().cloned(),
            assignees: self.assignees.to_vec(),
            completed_on: self.completed_on,
            progress: self.progress,
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewPhase) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Plan>(conn, tenants, "/plan_id", &input.plan_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewPhase,
        current: Option<&Phase>,
    ) -> Result<Phase, Problem> {
        let plan: Plan = record::relative(write, home, "/plan_id", &input.plan_id)?;
        record::stays_in(current.map(|phase| &phase.plan_id), &plan.id)?;
        input.check(&plan, write.now.date())?;
        if let Some(id) = &input.section_id {
            sections::of_plan(write, &plan, id)?;
        }
        if let Some(id) = &input.objective_id {
            objectives::of_plan(write, &plan, id)?;
        }
        let next = Phase {
            administration: home.clone(),
            id: current.map_or_else(|| write.next_id(), |phase| phase.id.clone()),
            plan_id: plan.id.clone(),
            section_id: input.section_id,
            objective_id: input.objective_id,
            code: input.code,
            title: input.title,
            description: input.description,
            schedule: input.schedule.map(Json::from),
            assignees: input.assignees.into(),
            completed_on: input.completed_on,
            progress: input.progress,
            revision: write.revision,
            created_at: current.map_or(write.now, |phase| phase.created_at),
            updated_at: write.now,
        };
        if current.is_some() || !write.author.restores {
            plan.check_change(Self::NAME, current.map(Record::input).as_ref(), Some(&next.input()), APPROVED)?;
        }
        Ok(next)
    }

    fn check_removal(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        content::check_removal(write, &self.administration, &self.plan_id, Self::NAME, self)
    }

    fn find_by_codes(conn: &mut AnyConnection, home: &IpaCode, codes: &[String]) -> Result<Option<Phase>, Problem> {
        let Some((plan, objective, code)) = objectives::place(conn, home, codes)? else { return Ok(None) };
        let named = phases::table
            .filter(phases::administration.eq(home))
            .filter(phases::plan_id.eq(&plan.id))
            .filter(phases::code.eq(code))
            .into_boxed();
        let named = match &objective {
            Some(objective) => named.filter(phases::objective_id.eq(&objective.id)),
            None => named.filter(phases::objective_id.is_null()),
        };
        Ok(named.first(conn).optional()?)
    }
}

impl Remembered for Phase {
    fn find_by_codes_at(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
        at: Instant,
    ) -> Result<Option<Phase>, Problem> {
        let Some((plan, objective)) = objectives::place_at(conn, home, codes, at)? else { return Ok(None) };
        let objective = objective.map(|objective| objective.id);
        let of_plan = history::of_plans::<Phase>(conn, home, &[plan.id], at)?;
        let named = |phase: &Phase| {
            phase.objective_id == objective && codes.last().is_some_and(|code| phase.code.as_str() == code)
        };
        Ok(of_plan.into_iter().find(named))
    }
}

impl Wanted {
    /// Whether a phase as it stood is one of these.
    pub fn admits(&self, phase: &Phase) -> bool {
        let scheduled = |year| phase.schedule.as_ref().is_some_and(|schedule| schedule.years().contains(&year));
        self.section_id.as_ref().is_none_or(|id| phase.section_id.as_ref() == Some(id))
            && self.objective_id.as_ref().is_none_or(|id| phase.objective_id.as_ref() == Some(id))
            && self.year.is_none_or(scheduled)
    }
}
