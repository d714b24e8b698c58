//! Queries on sections.

use super::model::{NewSection, Section};
use crate::auth::Tenants;
use crate::clock::Instant;
use crate::db::schema::sections;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::history::{self, Remembered};
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::plans::content;
use crate::planning::plans::model::Plan;
use crate::planning::plans::store as plans;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::IpaCode;
use diesel::prelude::*;

/// Which sections.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<Section>, Problem> {
    let mut query = sections::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(sections::administration.eq(administration));
    }
    if let Some(plan) = &wanted.plan_id {
        query = query.filter(sections::plan_id.eq(plan));
    }
    Ok(slice_of!(query, sections, tenants, slice).load(conn)?)
}

/// The section that a record of the plan names: 422 where it is none of the plan's.
pub fn of_plan(write: &mut Write<'_>, plan: &Plan, id: &Id) -> Result<Section, Problem> {
    let section: Section = record::relative(write, &plan.administration, "/section_id", id)?;
    if section.plan_id != plan.id {
        return Err(Problem::invalid("/section_id", id, format!("is no section of the plan {}", plan.code)));
    }
    Ok(section)
}

/// What stays as it was approved.
const APPROVED: &[&str] = &["code", "title"];

impl Record for Section {
    const RESOURCE: &'static str = "sections";
    const NAME: &'static str = "section";
    type Input = NewSection;

    record_queries!(sections);

    fn input(&self) -> NewSection {
        NewSection { plan_id: self.plan_id.clone(), code: self.code.clone(), title: self.title.clone() }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewSection) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Plan>(conn, tenants, "/plan_id", &input.plan_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewSection,
        current: Option<&Section>,
    ) -> Result<Section, Problem> {
        let plan: Plan = record::relative(write, home, "/plan_id", &input.plan_id)?;
        record::stays_in(current.map(|section| &section.plan_id), &plan.id)?;
        let next = Section {
            administration: home.clone(),
            id: current.map_or_else(|| write.next_id(), |section| section.id.clone()),
            plan_id: plan.id.clone(),
            code: input.code,
            title: input.title,
            revision: write.revision,
            created_at: current.map_or(write.now, |section| section.created_at),
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

    fn find_by_codes(conn: &mut AnyConnection, home: &IpaCode, codes: &[String]) -> Result<Option<Section>, Problem> {
        let [plan, code] = codes else { return Ok(None) };
        let Some(plan) = plans::find_by_code(conn, home, plan)? else { return Ok(None) };
        find_by_code(conn, &plan, code)
    }
}

impl Remembered for Section {
    fn find_by_codes_at(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
        at: Instant,
    ) -> Result<Option<Section>, Problem> {
        let [plan, code] = codes else { return Ok(None) };
        let Some(plan) = plans::find_by_code_at(conn, home, plan, at)? else { return Ok(None) };
        let of_plan = history::of_plans::<Section>(conn, home, &[plan.id], at)?;
        Ok(of_plan.into_iter().find(|section| section.code.as_str() == code))
    }
}

/// The plan's section of this code.
pub fn find_by_code(conn: &mut AnyConnection, plan: &Plan, code: &str) -> Result<Option<Section>, Problem> {
    let of_plan = sections::table
        .filter(sections::administration.eq(&plan.administration))
        .filter(sections::plan_id.eq(&plan.id));
    Ok(of_plan.filter(sections::code.eq(code)).first(conn).optional()?)
}
