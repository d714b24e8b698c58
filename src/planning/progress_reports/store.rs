//! Queries on progress reports.

use super::model::{NewProgressReport, ProgressReport, ReportStatus};
use crate::auth::Tenants;
use crate::db::schema::progress_reports;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::objectives::model::Objective;
use crate::planning::period_locks::store as period_locks;
use crate::planning::periods::MeasuredPeriod;
use crate::planning::plans::model::Plan;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::{IpaCode, Line};
use diesel::prelude::*;

/// Which reports.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
    pub objective_id: Option<Id>,
    pub period: Option<MeasuredPeriod>,
    pub year: Option<i32>,
    pub status: Option<ReportStatus>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<ProgressReport>, Problem> {
    let mut query = progress_reports::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(progress_reports::administration.eq(administration));
    }
    if let Some(plan) = &wanted.plan_id {
        query = query.filter(progress_reports::plan_id.eq(plan));
    }
    if let Some(objective) = &wanted.objective_id {
        query = query.filter(progress_reports::objective_id.eq(objective));
    }
    if let Some(period) = &wanted.period {
        query = query.filter(progress_reports::period.eq(period));
    }
    if let Some(year) = wanted.year {
        query = query.filter(progress_reports::period.like(format!("{year}%")));
    }
    if let Some(status) = wanted.status {
        query = query.filter(progress_reports::status.eq(status));
    }
    Ok(slice_of!(query, progress_reports, tenants, slice).load(conn)?)
}

/// The reports of a plan's objectives of this very period: objective and status.
pub fn of_period(
    conn: &mut AnyConnection,
    plan: &Plan,
    period: &MeasuredPeriod,
) -> Result<Vec<(Id, ReportStatus)>, Problem> {
    let of_plan = progress_reports::table
        .filter(progress_reports::administration.eq(&plan.administration))
        .filter(progress_reports::plan_id.eq(&plan.id))
        .filter(progress_reports::period.eq(period));
    Ok(of_plan.select((progress_reports::objective_id, progress_reports::status)).load(conn)?)
}

/// Refuses what would change a report that is handed in, or whose time is over.
fn check_change(
    write: &mut Write<'_>,
    plan: &Plan,
    current: &ProgressReport,
    next: Option<&NewProgressReport>,
) -> Result<(), Problem> {
    plan.check_open()?;
    period_locks::check_unlocked(write.conn, &plan.administration, &plan.id, &current.period)?;
    let stays = next.is_none_or(|next| next.status == Some(ReportStatus::Submitted));
    if current.status == ReportStatus::Submitted && stays {
        let detail = "The report is submitted: take it back first, by sending the status draft.";
        return Err(Problem { allowed: Box::new(["draft"]), ..Problem::conflict(detail) });
    }
    Ok(())
}

impl Record for ProgressReport {
    const RESOURCE: &'static str = "progress-reports";
    const NAME: &'static str = "progress report";
    const KEY_FIELD: &'static str = "/period";
    type Input = NewProgressReport;

    record_queries!(progress_reports);

    fn input(&self) -> NewProgressReport {
        NewProgressReport {
            objective_id: self.objective_id.clone(),
            period: self.period.clone(),
            status: Some(self.status),
            progress: self.progress,
            description: self.description.clone(),
            deviation_causes: self.deviation_causes.clone(),
            corrective_actions: self.corrective_actions.clone(),
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewProgressReport) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Objective>(conn, tenants, "/objective_id", &input.objective_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        mut input: NewProgressReport,
        current: Option<&ProgressReport>,
    ) -> Result<ProgressReport, Problem> {
        let status = input.status.or(current.map(|report| report.status)).unwrap_or(ReportStatus::Draft);
        input.status = Some(status);
        let objective: Objective = record::relative(write, home, "/objective_id", &input.objective_id)?;
        let plan: Plan = record::relative(write, home, "/objective_id", &objective.plan_id)?;
        input.check(&plan)?;
        let author = Line::from_trusted(write.author.client_id.clone());
        match current {
            None => {
                plan.check_open()?;
                period_locks::check_unlocked(write.conn, home, &plan.id, &input.period)?;
            }
            Some(current) if (&current.objective_id, &current.period) != (&objective.id, &input.period) => {
                let detail = format!("a report stays with its objective and period, {}", current.period);
                return Err(Problem::invalid("/period", input.period, detail));
            }
            Some(current) if current.input() != input => check_change(write, &plan, current, Some(&input))?,
            Some(_) => {}
        }
        let submitted = current.filter(|report| report.status == ReportStatus::Submitted);
        let (submitted_by, submitted_at) = match (status, submitted) {
            (ReportStatus::Draft, _) => (None, None),
            (ReportStatus::Submitted, Some(report)) => (report.submitted_by.clone(), report.submitted_at),
            (ReportStatus::Submitted, None) => (Some(author.clone()), Some(write.now)),
        };
        Ok(ProgressReport {
            administration: home.clone(),
            id: current.map_or_else(|| write.next_id(), |report| report.id.clone()),
            plan_id: plan.id,
            objective_id: objective.id,
            period: input.period,
            status,
            progress: input.progress,
            description: input.description,
            deviation_causes: input.deviation_causes,
            corrective_actions: input.corrective_actions,
            recorded_by: author,
            submitted_by,
            submitted_at,
            revision: write.revision,
            created_at: current.map_or(write.now, |report| report.created_at),
            updated_at: write.now,
        })
    }

    fn check_removal(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let plan: Plan = record::relative(write, &self.administration, "/plan_id", &self.plan_id)?;
        check_change(write, &plan, self, None)
    }

    /// Plan, objective, period.
    fn find_by_codes(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
    ) -> Result<Option<ProgressReport>, Problem> {
        let Some((period, objective)) = codes.split_last() else { return Ok(None) };
        let Some(period) = MeasuredPeriod::parse(period) else { return Ok(None) };
        let Some(objective) = Objective::find_by_codes(conn, home, objective)? else { return Ok(None) };
        let named = progress_reports::table
            .filter(progress_reports::administration.eq(home))
            .filter(progress_reports::objective_id.eq(&objective.id))
            .filter(progress_reports::period.eq(period));
        Ok(named.first(conn).optional()?)
    }
}
