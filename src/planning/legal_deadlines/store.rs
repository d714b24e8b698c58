//! Queries on legal deadlines.

use super::model::{LegalDeadline, NewLegalDeadline, Recurrence};
use crate::auth::Tenants;
use crate::db::schema::legal_deadlines;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::objectives::store as objectives;
use crate::planning::plans::model::Plan;
use crate::planning::plans::store as plans;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::IpaCode;
use diesel::prelude::*;

/// Which deadlines.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
    pub objective_id: Option<Id>,
    /// That have begun to fall in this year or before.
    pub first_year_at_most: Option<i32>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<LegalDeadline>, Problem> {
    let mut query = legal_deadlines::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(legal_deadlines::administration.eq(administration));
    }
    if let Some(plan) = &wanted.plan_id {
        query = query.filter(legal_deadlines::plan_id.eq(plan));
    }
    if let Some(objective) = &wanted.objective_id {
        query = query.filter(legal_deadlines::objective_id.eq(objective));
    }
    if let Some(year) = wanted.first_year_at_most {
        query = query.filter(legal_deadlines::first_year.le(year));
    }
    Ok(slice_of!(query, legal_deadlines, tenants, slice).load(conn)?)
}

impl Record for LegalDeadline {
    const RESOURCE: &'static str = "legal-deadlines";
    const NAME: &'static str = "legal deadline";
    type Input = NewLegalDeadline;

    record_queries!(legal_deadlines);

    fn input(&self) -> NewLegalDeadline {
        let year = |year| (self.recurrence != Recurrence::Once).then_some(year);
        NewLegalDeadline {
            plan_id: self.plan_id.clone(),
            objective_id: self.objective_id.clone(),
            code: self.code.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            legal_source: self.legal_source.clone(),
            recurrence: self.recurrence,
            due_on: self.due_on,
            due_month: self.due_month,
            due_day: self.due_day,
            first_year: year(self.first_year),
            last_year: year(self.last_year),
            fulfilments: self.fulfilments.to_vec(),
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewLegalDeadline) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Plan>(conn, tenants, "/plan_id", &input.plan_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewLegalDeadline,
        current: Option<&LegalDeadline>,
    ) -> Result<LegalDeadline, Problem> {
        let plan: Plan = record::relative(write, home, "/plan_id", &input.plan_id)?;
        record::stays_in(current.map(|deadline| &deadline.plan_id), &plan.id)?;
        input.check(&plan, write.now.date())?;
        if let Some(id) = &input.objective_id {
            objectives::of_plan(write, &plan, id)?;
        }
        let id = current.map_or_else(|| write.next_id(), |deadline| deadline.id.clone());
        let created_at = current.map_or(write.now, |deadline| deadline.created_at);
        Ok(LegalDeadline::new(input, &plan, id, write.revision, created_at, write.now))
    }

    fn find_by_codes(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
    ) -> Result<Option<LegalDeadline>, Problem> {
        let [plan, code] = codes else { return Ok(None) };
        let Some(plan) = plans::find_by_code(conn, home, plan)? else { return Ok(None) };
        let named = legal_deadlines::table
            .filter(legal_deadlines::administration.eq(home))
            .filter(legal_deadlines::plan_id.eq(&plan.id))
            .filter(legal_deadlines::code.eq(code));
        Ok(named.first(conn).optional()?)
    }
}
