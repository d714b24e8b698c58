//! `traguardo import --resource …`: a file of rows, with a progress bar.

use super::import::{Options, REFUSED_LINES};
use super::progress::Progress;
use crate::auth::Tenants;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Author, Database};
use crate::error::Problem;
use crate::ids::Ids;
use crate::reporting::imports::model::{Import, ImportOutcome, ImportStatus, Report};
use crate::reporting::imports::rows::file::RowFile;
use crate::reporting::imports::rows::report::{ImportRefusal, RowsReport};
use crate::reporting::imports::rows::resource::RowResource;
use crate::reporting::imports::rows::run::Job;
use crate::reporting::imports::rows::spool::{Spool, Spooled};
use crate::reporting::imports::store;
use crate::server::{local_author, open_database};
use serde_json::json;
use std::cell::Cell;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// Refusals that are read together.
const PAGE: i64 = 1000;

pub fn run(settings: &Settings, options: &Options, resource: RowResource) -> Result<ExitCode, String> {
    let refused = |problem: Problem| {
        let named = problem.errors.iter().map(|error| format!("\n  {}: {}", error.field, error.detail));
        format!("nothing was loaded. {}{}", problem.detail, named.collect::<String>())
    };
    let (spooled, limit) = (spool(options, settings.import_file_limit)?, settings.import_file_limit);
    let Spooled { mut file, digest, bytes } = spooled;
    let format =
        RowFile::sniff(&mut file).map_err(|error| format!("cannot read {}: {error}", options.file.display()))?;
    let job = Job {
        file: RowFile { file, limit, format, resource },
        only: options.administration.clone(),
        mode: options.mode(),
        dry_run: options.dry_run,
        tenants: Tenants::All,
        author: Author { restores: true, ..local_author() },
        bytes,
        digest,
    };
    let inspected = job.inspect().map_err(refused)?;
    let db = open_database(settings, Clock::System, Ids::v7())?;
    let import = job.begin(&db, &inspected).map_err(refused)?;
    let (progress, before) = (Progress::new("rows", Some(inspected.rows() as u64)), Cell::new(0));
    let told = |report: &RowsReport| {
        progress.advance((report.rows_done - before.replace(report.rows_done)).unsigned_abs());
    };
    let import = job.carry_out(&db, import, &told).map_err(|problem| problem.detail)?;
    progress.finish();
    let Report::Rows(report) = &*import.report else { return Err("the import has no report of rows".to_owned()) };
    print(&db, &import, report, options.json)?;
    Ok(match (import.status, report.refused) {
        (ImportStatus::Failed, _) => ExitCode::FAILURE,
        (_, 0) => ExitCode::SUCCESS,
        _ => ExitCode::from(REFUSED_LINES),
    })
}

/// Read once from where it comes, so that a pipe may be read twice and a file that changes meanwhile does no harm.
fn spool(options: &Options, limit: u64) -> Result<Spooled, String> {
    let failed = |cause: String| format!("cannot read {}: {cause}", options.file.display());
    let spooled = match options.file.to_str() {
        Some("-") => Spool::copy(std::io::stdin(), limit),
        _ => Spool::copy(File::open(&options.file).map_err(|error| failed(error.to_string()))?, limit),
    };
    spooled.map_err(|problem| failed(problem.detail))
}

fn print(db: &Database, import: &Import, report: &RowsReport, as_json: bool) -> Result<(), String> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let done = match as_json {
        true => print_json(&mut out, db, import),
        false => print_text(&mut out, db, import, report),
    };
    match done.and_then(|()| out.flush().map_err(Print::Pipe)) {
        Ok(()) => Ok(()),
        // Whoever reads us has seen enough.
        Err(Print::Pipe(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(Print::Pipe(error)) => Err(error.to_string()),
        Err(Print::Database(problem)) => Err(problem.detail),
    }
}

enum Print {
    Pipe(std::io::Error),
    Database(Problem),
}

impl From<std::io::Error> for Print {
    fn from(error: std::io::Error) -> Self {
        Print::Pipe(error)
    }
}

/// Every refusal, page by page.
fn refusals(
    db: &Database,
    import: &Import,
    mut each: impl FnMut(&ImportRefusal) -> Result<(), Print>,
) -> Result<(), Print> {
    let mut after = 0;
    loop {
        let page = db.read_now(|conn| store::refusals(conn, import, after, PAGE)).map_err(Print::Database)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.number;
        for refusal in &page {
            each(refusal)?;
        }
    }
}

fn print_json(out: &mut impl Write, db: &Database, import: &Import) -> Result<(), Print> {
    write!(out, "{{\"import\":{},\"refusals\":[", json!(import))?;
    let mut is_first = true;
    refusals(db, import, |refusal| {
        let comma = if std::mem::replace(&mut is_first, false) { "" } else { "," };
        Ok(write!(out, "{comma}\n{}", json!(refusal))?)
    })?;
    Ok(writeln!(out, "]}}")?)
}

fn print_text(out: &mut impl Write, db: &Database, import: &Import, report: &RowsReport) -> Result<(), Print> {
    let outcome = match (&report.failure, report.outcome) {
        (Some(failure), _) => format!("failed: {failure}"),
        (None, Some(ImportOutcome::WouldLoad)) => "dry run: would be loaded".to_owned(),
        (None, Some(ImportOutcome::NothingLoaded)) => {
            "nothing loaded: rows were refused, and all or nothing was asked for".to_owned()
        }
        (None, _) => "loaded".to_owned(),
    };
    writeln!(out, "{outcome}: {} ({})", report.resource, report.format)?;
    let counts = [
        ("rows", report.rows_done),
        ("new", report.inserted),
        ("changed", report.updated),
        ("unchanged", report.unchanged),
        ("refused", report.refused),
    ];
    let told: Vec<_> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    writeln!(out, "  {}", told.join(", "))?;
    refusals(db, import, |refusal| {
        let value = refusal.value.as_ref().map(|value| format!(" | {value}")).unwrap_or_default();
        let field = refusal.field.trim_start_matches('/');
        Ok(writeln!(out, "  line {}: {field}: {}{value}", refusal.line, refusal.reason)?)
    })
}
