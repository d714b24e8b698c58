//! Queries on plans.

use super::content::THE_WAY;
use super::model::{NewPlan, Plan, PlanKind, PlanStatus};
use crate::administrations::store as administrations;
use crate::auth::Tenants;
use crate::clock::Instant;
use crate::db::schema::{indicators, measurements, period_locks, phases, plans, progress_reports};
use crate::db::types::Json;
use crate::db::{AnyConnection, Write};
use crate::error::{Kind, Problem};
use crate::history::{self, Remembered};
use crate::http::page::Slice;
use crate::planning::periods::Schedule;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::{Code, IpaCode};
use diesel::prelude::*;

/// Which plans.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub kind: Option<PlanKind>,
    pub status: Option<PlanStatus>,
    /// Plans whose period holds this year.
    pub year: Option<i32>,
}

pub fn list(conn: &mut AnyConnection, tenants: &Tenants, wanted: &Wanted, slice: &Slice) -> Result<Vec<Plan>, Problem> {
    let mut query = plans::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(plans::administration.eq(administration));
    }
    if let Some(kind) = wanted.kind {
        query = query.filter(plans::kind.eq(kind));
    }
    if let Some(status) = wanted.status {
        query = query.filter(plans::status.eq(status));
    }
    if let Some(year) = wanted.year {
        query = query.filter(plans::start_year.le(year)).filter(plans::end_year.ge(year));
    }
    Ok(slice_of!(query, plans, tenants, slice).load(conn)?)
}

impl Record for Plan {
    const RESOURCE: &'static str = "plans";
    const NAME: &'static str = "plan";
    type Input = NewPlan;

    record_queries!(plans);

    fn input(&self) -> NewPlan {
        NewPlan {
            administration: self.administration.clone(),
            code: self.code.clone(),
            title: self.title.clone(),
            kind: self.kind,
            status: Some(self.status),
            start_year: self.start_year,
            end_year: self.end_year,
            description: self.description.clone(),
            approval_act: self.approval_act.as_deref().cloned(),
            predecessor_id: self.predecessor_id.clone(),
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewPlan) -> Result<IpaCode, Problem> {
        tenants.require(&input.administration)?;
        administrations::require(conn, &input.administration, "/administration")?;
        Ok(input.administration.clone())
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        mut input: NewPlan,
        current: Option<&Plan>,
    ) -> Result<Plan, Problem> {
        input.status = input.status.or(current.map(|plan| plan.status));
        input.check()?;
        check_predecessor(write, home, &input, current)?;
        let Some(current) = current else {
            if input.status.is_some_and(|status| status != PlanStatus::Draft) && !write.author.may_approve {
                let detail = format!("A new plan is a draft for this token; it is approved by {THE_WAY}.");
                return Err(Problem { allowed: Box::new(["draft"]), ..Problem::new(Kind::Forbidden, detail) });
            }
            return Ok(Plan::new(input, write.next_id(), write.revision, write.now, write.now));
        };
        let next = Plan::new(input, current.id.clone(), write.revision, current.created_at, write.now);
        current.check_edit(&next)?;
        if (next.start_year, next.end_year) != (current.start_year, current.end_year) {
            keep_within(write.conn, &next)?;
        }
        Ok(next)
    }

    fn check_removal(&self, _: &mut Write<'_>) -> Result<(), Problem> {
        self.check_change("plan", Some(&self.input()), None, &[])
    }

    fn find_by_codes(conn: &mut AnyConnection, home: &IpaCode, codes: &[String]) -> Result<Option<Plan>, Problem> {
        let [code] = codes else { return Ok(None) };
        find_by_code(conn, home, code)
    }
}

/// The plan of this code.
pub fn find_by_code(conn: &mut AnyConnection, home: &IpaCode, code: &str) -> Result<Option<Plan>, Problem> {
    let named = plans::table.filter(plans::administration.eq(home)).filter(plans::code.eq(code));
    Ok(named.first(conn).optional()?)
}

/// A plan follows another of the same administration. One that was removed since may stay named.
fn check_predecessor(
    write: &mut Write<'_>,
    home: &IpaCode,
    input: &NewPlan,
    current: Option<&Plan>,
) -> Result<(), Problem> {
    let Some(id) = &input.predecessor_id else { return Ok(()) };
    if current.is_some_and(|plan| plan.id == *id) {
        return Err(Problem::invalid("/predecessor_id", id, "must be another plan: none follows itself"));
    }
    if current.is_none_or(|plan| plan.predecessor_id.as_ref() != Some(id)) {
        record::relative::<Plan>(write, home, "/predecessor_id", id)?;
    }
    Ok(())
}

impl Remembered for Plan {
    fn find_by_codes_at(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
        at: Instant,
    ) -> Result<Option<Plan>, Problem> {
        let [code] = codes else { return Ok(None) };
        find_by_code_at(conn, home, code, at)
    }
}

/// The plan that bore this code at the instant.
pub fn find_by_code_at(
    conn: &mut AnyConnection,
    home: &IpaCode,
    code: &str,
    at: Instant,
) -> Result<Option<Plan>, Problem> {
    let plans = history::of_plans::<Plan>(conn, home, &[], at)?;
    Ok(plans.into_iter().find(|plan| plan.code.as_str() == code))
}

impl Wanted {
    /// Whether a plan as it stood is one of these.
    pub fn admits(&self, plan: &Plan) -> bool {
        self.kind.is_none_or(|kind| plan.kind == kind)
            && self.status.is_none_or(|status| plan.status == status)
            && self.year.is_none_or(|year| (plan.start_year..=plan.end_year).contains(&year))
    }
}

/// A plan's period never leaves outside what hangs on it: phases, targets, measurements, reports, locks.
fn keep_within(conn: &mut AnyConnection, plan: &Plan) -> Result<(), Problem> {
    let outside = match phase_outside(conn, plan)? {
        Some(outside) => Some(outside),
        None => target_outside(conn, plan)?.or(measurement_outside(conn, plan)?).or(report_outside(conn, plan)?),
    };
    match outside {
        Some(what) => {
            let years = format!("{}-{}", plan.start_year, plan.end_year);
            Err(Problem::invalid(
                "/start_year",
                years,
                format!("{what}: change it first, or keep the year in the plan"),
            ))
        }
        None => Ok(()),
    }
}

fn phase_outside(conn: &mut AnyConnection, plan: &Plan) -> Result<Option<String>, Problem> {
    let of_plan =
        phases::table.filter(phases::administration.eq(&plan.administration)).filter(phases::plan_id.eq(&plan.id));
    let schedules: Vec<(Code, Option<Json<Schedule>>)> = of_plan.select((phases::code, phases::schedule)).load(conn)?;
    let years = plan.start_year..=plan.end_year;
    let outside = schedules.into_iter().find_map(|(code, schedule)| {
        let year = schedule?.years().into_iter().find(|year| !years.contains(year))?;
        Some(format!("phase {code} is scheduled in {year}"))
    });
    Ok(outside)
}

/// Of a target of one year, the year.
#[derive(Debug, serde::Deserialize)]
struct OfYear {
    year: i32,
}

fn target_outside(conn: &mut AnyConnection, plan: &Plan) -> Result<Option<String>, Problem> {
    let of_plan = indicators::table
        .filter(indicators::administration.eq(&plan.administration))
        .filter(indicators::plan_id.eq(&plan.id));
    type Row = (Code, i32, Json<Vec<OfYear>>);
    let targets: Vec<Row> =
        of_plan.select((indicators::code, indicators::target_year, indicators::yearly_targets)).load(conn)?;
    let years = plan.start_year..=plan.end_year;
    let outside = targets.into_iter().find_map(|(code, year, yearly)| {
        let mut targeted = std::iter::once(year).chain(yearly.iter().map(|target| target.year));
        let year = targeted.find(|year| !years.contains(year))?;
        Some(format!("indicator {code} has a target for {year}"))
    });
    Ok(outside)
}

fn measurement_outside(conn: &mut AnyConnection, plan: &Plan) -> Result<Option<String>, Problem> {
    // A period's text begins with its year, so the texts compare as the years do.
    let (first, beyond) = (plan.start_year.to_string(), (plan.end_year + 1).to_string());
    let period = measurements::table
        .filter(measurements::administration.eq(&plan.administration))
        .filter(measurements::plan_id.eq(&plan.id))
        .filter(measurements::is_current)
        .filter(measurements::period.lt(first).or(measurements::period.ge(beyond)))
        .select(measurements::period)
        .first::<String>(conn)
        .optional()?;
    Ok(period.map(|period| format!("an indicator was measured for {period}")))
}

fn report_outside(conn: &mut AnyConnection, plan: &Plan) -> Result<Option<String>, Problem> {
    let (first, beyond) = (plan.start_year.to_string(), (plan.end_year + 1).to_string());
    let report = progress_reports::table
        .filter(progress_reports::administration.eq(&plan.administration))
        .filter(progress_reports::plan_id.eq(&plan.id))
        .filter(progress_reports::period.lt(&first).or(progress_reports::period.ge(&beyond)))
        .select(progress_reports::period)
        .first::<String>(conn)
        .optional()?;
    let lock = period_locks::table
        .filter(period_locks::administration.eq(&plan.administration))
        .filter(period_locks::plan_id.eq(&plan.id))
        .filter(period_locks::period.lt(&first).or(period_locks::period.ge(&beyond)))
        .select(period_locks::period)
        .first::<String>(conn)
        .optional()?;
    let reported = report.map(|period| format!("there is a progress report for {period}"));
    Ok(reported.or(lock.map(|period| format!("{period} was locked"))))
}
