//! Publishing: may it be, what is it called, freeze, sign, store; all in one transaction.

use super::content::{self, Content};
use super::freeze;
use super::model::{DetachedJws, NewPublication, PublicationKind, PublicationRow};
use super::sections::SectionCode;
use super::situation::{OfPlan, OfServices};
use super::{closed_year, store};
use crate::administrations::store as administrations;
use crate::audit::{self, Action};
use crate::auth::keys::KeyRing;
use crate::auth::signing_keys;
use crate::db::Write;
use crate::error::{Kind, Problem};
use crate::ids::Id;
use crate::licence::Licence;
use crate::planning::plans::model::{Plan, PlanStatus};
use crate::record;
use crate::text::{IpaCode, Line};
use chrono::{Datelike, NaiveDate};

/// What a publication is of.
enum Subject {
    Plan(Plan),
    Report(Plan, i32),
    Services(NaiveDate),
}

/// Freezes, signs and stores; gives the row.
pub fn publish(
    write: &mut Write<'_>,
    keys: &KeyRing,
    licence: Licence,
    input: NewPublication,
) -> Result<PublicationRow, Problem> {
    let home = input.administration.clone();
    let administration = administrations::require(write.conn, &home, "/administration")?;
    if let Some(known) = store::find_by_code(write.conn, &home, input.code.as_str())? {
        let detail = format!(
            "was published on {} already ({}): a publication is never replaced; publish under another code",
            known.published_at.date(),
            known.id
        );
        return Err(conflict("/code", &input.code, detail));
    }
    let subject = subject(write, &home, &input)?;
    let mut row = row(write, input, &subject, licence);
    let parts = match subject {
        Subject::Plan(plan) => freeze::plan(&OfPlan::read(write.conn, plan, None, row.situation_on)?)?,
        Subject::Report(plan, year) => freeze::plan(&OfPlan::read(write.conn, plan, Some(year), row.situation_on)?)?,
        Subject::Services(day) => freeze::services(&OfServices::read(write.conn, &home, day)?)?,
    };
    let bytes = Content::new(&row, &administration, parts)?.bytes()?;
    row.digest = content::digest(bytes.as_bytes());
    row.size = bytes.len() as i64;
    row.kid = signing_keys::keep(write, keys)?;
    row.signature = DetachedJws::from_trusted(keys.sign_detached(bytes.as_bytes())?);
    store::insert(write, &row, &bytes)?;
    audit::append(write, &home, Action::Create, "publications", &row.id, None::<&PublicationRow>, Some(&row))?;
    Ok(row)
}

/// What the request and the state of the world contradict each other in.
fn conflict(field: &str, value: impl ToString, detail: impl Into<String>) -> Problem {
    Problem { kind: Kind::Conflict, ..Problem::invalid(field, value, detail) }
}

/// What is to be published, where it may be.
fn subject(write: &mut Write<'_>, home: &IpaCode, input: &NewPublication) -> Result<Subject, Problem> {
    match (input.kind, &input.plan_id, input.year) {
        (PublicationKind::Plan, Some(id), _) => Ok(Subject::Plan(approved(write, home, id)?)),
        (PublicationKind::PlanReport, Some(id), Some(year)) => {
            let plan = approved(write, home, id)?;
            closed_year::require(write, &plan, year)?;
            Ok(Subject::Report(plan, year))
        }
        (PublicationKind::ServiceInventory, ..) => {
            Ok(Subject::Services(input.situation_on.unwrap_or(write.now.date())))
        }
        // `NewPublication::check` asks for them.
        _ => Err(Problem::invalid("/plan_id", "", "is needed")),
    }
}

/// The plan, where it has been approved by an act.
fn approved(write: &mut Write<'_>, home: &IpaCode, id: &Id) -> Result<Plan, Problem> {
    let plan: Plan = record::relative(write, home, "/plan_id", id)?;
    if plan.status == PlanStatus::Draft {
        let detail = format!("the plan {} is a draft: it can be published once it is approved by an act", plan.code);
        return Err(conflict("/plan_id", id, detail));
    }
    if plan.approval_act.is_none() {
        let detail = format!("the plan {} has no approval act: a publication is bound to one", plan.code);
        return Err(conflict("/plan_id", id, detail));
    }
    Ok(plan)
}

/// The row, but for what is made of the content.
fn row(write: &Write<'_>, input: NewPublication, subject: &Subject, licence: Licence) -> PublicationRow {
    let today = write.now.date();
    let (section, title, years, situation_on, plan) = match subject {
        Subject::Plan(plan) => {
            let years = (plan.start_year, plan.end_year);
            (SectionCode::of_plan(plan.kind), plan.title.to_string(), years, today, Some(plan))
        }
        Subject::Report(plan, year) => {
            let (section, title) = (SectionCode::of_report(plan.kind), format!("Relazione {year}: {}", plan.title));
            (section, title, (*year, *year), closed_year::last_day(*year), Some(plan))
        }
        Subject::Services(day) => {
            let title = format!("Servizi in rete e piattaforme al {}", day.format("%d/%m/%Y"));
            (SectionCode::of_services(), title, (day.year(), day.year()), *day, None)
        }
    };
    let own_act = plan.filter(|_| input.kind == PublicationKind::Plan).and_then(|plan| plan.approval_act.clone());
    PublicationRow {
        id: write.next_id(),
        code: input.code,
        kind: input.kind,
        section: input.section.unwrap_or(section),
        title: input.title.unwrap_or_else(|| Line::from_trusted(crate::error::shorten(&title, 1000))),
        plan_code: plan.map(|plan| plan.code.clone()),
        plan_kind: plan.map(|plan| plan.kind),
        start_year: years.0,
        end_year: years.1,
        situation_on,
        approval_act: own_act.or(input.approval_act.map(Into::into)),
        licence,
        digest: content::digest(b""),
        size: 0,
        kid: String::new(),
        signature: DetachedJws::from_trusted(String::new()),
        revision: write.revision,
        published_at: write.now,
        administration: input.administration,
    }
}
