//! Loads a document that was read: finds or makes the plan, then brings each record in, in one transaction.

use super::documents::{self, Document, Layout};
use super::model::{
    Import, ImportMode, ImportNote, ImportOutcome, ImportReport, ImportRequest, ImportStatus, LineCount, NoteSeverity,
    Report,
};
use super::records::Loader;
use super::rows::resource::Family;
use super::store;
use crate::administrations::store as administrations;
use crate::auth::Tenants;
use crate::db::{Author, Database, Write};
use crate::error::{Invalid, Kind, Problem, shorten};
use crate::http::answer::Expected;
use crate::planning::plans::model::{ApprovalAct, NewPlan, Plan, PlanKind, PlanStatus};
use crate::planning::plans::store as plans;
use crate::record;
use crate::text::{Code, Line};
use crate::wording::fold;

/// Reads and loads a plan document. A dry run does all of it and undoes it. What is loaded leaves an [`Import`].
pub fn run(
    db: &Database,
    tenants: &Tenants,
    author: &Author,
    request: &ImportRequest,
    text: &str,
) -> Result<(Option<Import>, ImportReport), Problem> {
    tenants.require(&request.administration)?;
    let administration =
        db.read_now(|conn| administrations::require(conn, &request.administration, "administration"))?;
    let document = documents::read(text).map_err(|refusal| {
        let mut invalid = Invalid::default();
        for missing in &refusal.reasons {
            invalid.add("document", "", missing.to_string());
        }
        Problem { detail: shorten(&refusal.to_string(), 2000), ..invalid.into_problem() }
    })?;
    let input = plan_input(request, &document)?;
    db.write_now(author, request.administration.as_str(), |write| {
        let known = plans::find_by_code(write.conn, &request.administration, input.code.as_str())?;
        let before = known.as_ref().map(|plan| plan.revision);
        let plan = upsert_plan(write, request, known, input.clone())?;
        let mut loader = Loader::new(write, &plan);
        loader.count_brought::<Plan>(before, plan.revision);
        loader.load(&document)?;
        let (records, refusals) = loader.finish();
        let mut notes = notes(&document, refusals);
        if let Some(note) = other_name(&document, administration.name.as_str()) {
            notes.insert(0, note);
        }
        let refused = notes.iter().any(|note| note.severity == NoteSeverity::Refused);
        let outcome = match (refused && request.mode == ImportMode::AllOrNothing, request.dry_run) {
            (true, _) => ImportOutcome::NothingLoaded,
            (false, true) => ImportOutcome::WouldLoad,
            (false, false) => ImportOutcome::Loaded,
        };
        let indicators = document.objectives.iter().flat_map(|objective| &objective.indicators);
        let with_target = indicators.chain(&document.indicators).filter(|indicator| indicator.target.is_some());
        let report = ImportReport {
            administration: request.administration.clone(),
            outcome,
            mode: request.mode,
            plan_id: (outcome == ImportOutcome::Loaded).then(|| plan.id.clone()),
            plan_code: plan.code.clone(),
            kind: plan.kind,
            layout: Line::from_trusted(document.layout.to_string()),
            administration_name: document.administration_name.as_deref().and_then(one_line),
            title: document.title.as_deref().and_then(one_line),
            start_year: plan.start_year,
            end_year: plan.end_year,
            records,
            indicators_with_target: count(with_target.count()),
            lines: count(document.report.lines),
            lines_read: lines_read(&document),
            notes,
        };
        if outcome != ImportOutcome::Loaded {
            write.undo();
            return Ok((None, report));
        }
        let import = Import {
            administration: request.administration.clone(),
            id: write.next_id(),
            plan_id: Some(plan.id),
            report: Report::Document(report.clone()).into(),
            revision: write.revision,
            created_at: write.now,
            resource: None,
            status: ImportStatus::Done,
            family: Family::Planning,
            sender: author.client_id.clone(),
            several: false,
            lease_until: write.now,
        };
        store::insert(write.conn, &import)?;
        Ok((Some(import), report))
    })
}

/// A text as one line of bounded length; `None` where nothing is left.
pub fn one_line(text: &str) -> Option<Line> {
    Line::parse(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

pub fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn plan_input(request: &ImportRequest, document: &Document) -> Result<NewPlan, Problem> {
    let kind = request.kind.unwrap_or(match document.layout {
        Layout::ObjectiveSheets => PlanKind::Performance,
        Layout::Gantt => PlanKind::Informatization,
        Layout::AreasAndActions => PlanKind::DigitalTransition,
    });
    let start = request.start_year.or(document.start_year);
    let end = request.end_year.or(document.end_year).or(start);
    let (Some(start_year), Some(end_year)) = (start, end) else {
        return Err(Problem::invalid(
            "start_year",
            "",
            "the document does not say the plan's years: give start_year and end_year",
        ));
    };
    let default_code = || Code::parse(&format!("{}-{start_year}-{end_year}", kind.as_str().replace('_', "-")));
    let code = request.code.clone().or_else(default_code).ok_or_else(|| Problem::internal("no code for a plan"))?;
    let title = document.title.as_deref().and_then(one_line);
    let title = title.unwrap_or_else(|| Line::from_trusted(format!("{kind} {start_year}-{end_year}")));
    let approval_act = document.approval_act.as_ref().and_then(|act| {
        Some(ApprovalAct {
            kind: one_line(&act.kind)?,
            body: act.body.as_deref().and_then(one_line),
            number: one_line(&act.number)?,
            date: act.date?,
            url: None,
        })
    });
    let administration = request.administration.clone();
    Ok(NewPlan {
        administration,
        code,
        title,
        kind,
        status: None,
        start_year,
        end_year,
        description: None,
        approval_act,
        predecessor_id: None,
    })
}

/// The plan of the document's code; what the document does not say stays as it is.
fn upsert_plan(
    write: &mut Write<'_>,
    request: &ImportRequest,
    known: Option<Plan>,
    input: NewPlan,
) -> Result<Plan, Problem> {
    let home = &request.administration;
    let Some(current) = known else {
        return record::insert(write, home, input);
    };
    if current.status == PlanStatus::Closed {
        let detail = format!("The plan {} is closed: nothing more is read into it.", current.code);
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let input = NewPlan {
        status: Some(current.status),
        description: current.description.clone(),
        approval_act: current.approval_act.as_deref().cloned().or(input.approval_act),
        predecessor_id: current.predecessor_id.clone(),
        ..input
    };
    record::update(write, home, &current, &Expected::Unstated, input)
}

/// A document of another administration is read all the same, and said.
fn other_name(document: &Document, name: &str) -> Option<ImportNote> {
    let found = document.administration_name.as_deref()?;
    if format!(" {} ", fold(found)).contains(&format!(" {} ", fold(name))) {
        return None;
    }
    Some(ImportNote {
        line: 0,
        severity: NoteSeverity::Warning,
        excerpt: shorten(found, 120),
        reason: format!("the document names another administration than {name}"),
    })
}

fn notes(document: &Document, refusals: Vec<ImportNote>) -> Vec<ImportNote> {
    let of_reading = document.report.notes.iter().map(|note| ImportNote {
        line: count(note.line),
        severity: match note.severity {
            documents::Severity::Ignored => NoteSeverity::Ignored,
            documents::Severity::Warning => NoteSeverity::Warning,
            documents::Severity::Refused => NoteSeverity::Refused,
        },
        excerpt: note.excerpt.clone(),
        reason: shorten(&note.reason, 2000),
    });
    let mut notes: Vec<_> = of_reading.chain(refusals).collect();
    notes.sort_by_key(|note| note.line);
    notes
}

fn lines_read(document: &Document) -> Vec<LineCount> {
    let read = document.report.read.iter();
    read.map(|(became, lines)| LineCount { became: Line::from_trusted(became.to_string()), lines: count(*lines) })
        .collect()
}
