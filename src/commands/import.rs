//! `traguardo import`: the same as `POST /imports`, for a plan document; [`super::import_rows`] does rows.

use crate::auth::Tenants;
use crate::clock::Clock;
use crate::config::Settings;
use crate::ids::Ids;
use crate::planning::plans::model::PlanKind;
use crate::reporting::imports::load;
use crate::reporting::imports::model::{ImportMode, ImportOutcome, ImportReport, ImportRequest, NoteSeverity};
use crate::reporting::imports::rows::resource::RowResource;
use crate::server::{local_author, open_database};
use crate::text::{Code, IpaCode};
use clap::Args;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

/// Some lines were refused.
pub const REFUSED_LINES: u8 = 3;

#[derive(Args)]
pub struct Options {
    /// The document as plain text, or the rows as CSV or NDJSON, packed by gzip or not, in UTF-8; - for standard input
    pub file: PathBuf,
    /// What the rows are of (units, plans, measurements, service-usage …); left out for a plan document
    #[arg(long)]
    pub resource: Option<RowResource>,
    /// IPA code of the administration whose plan or rows it is; without it each row names its own
    #[arg(long)]
    pub administration: Option<IpaCode>,
    /// performance, digital_transition, informatization or management; as the layout says where left out
    #[arg(long)]
    kind: Option<PlanKind>,
    /// Code of the plan; its kind and years where left out
    #[arg(long)]
    code: Option<Code>,
    /// First year of the plan, where the document does not say it
    #[arg(long)]
    start_year: Option<i32>,
    /// Last year of the plan, where the document does not say it
    #[arg(long)]
    end_year: Option<i32>,
    /// What a refused line or row does to the others: row_by_row or all_or_nothing
    #[arg(long, default_value = "row_by_row", conflicts_with = "all_or_nothing")]
    mode: ImportMode,
    /// Load nothing where any line is refused: the same as --mode all_or_nothing
    #[arg(long)]
    all_or_nothing: bool,
    /// Report as the import would, and load nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print the report as JSON, as POST /imports answers it; of rows with all their refusals
    #[arg(long)]
    pub json: bool,
}

impl Options {
    pub fn mode(&self) -> ImportMode {
        if self.all_or_nothing { ImportMode::AllOrNothing } else { self.mode }
    }
}

pub fn run(settings: &Settings, options: &Options) -> Result<ExitCode, String> {
    if let Some(resource) = options.resource {
        return super::import_rows::run(settings, options, resource);
    }
    let Some(administration) = options.administration.clone() else {
        return Err("say whose plan it is: --administration IPA_CODE; or what the rows are of: --resource".to_owned());
    };
    let text = read(options, settings.import_limit)?;
    let db = open_database(settings, Clock::System, Ids::v7())?;
    let request = ImportRequest {
        administration,
        kind: options.kind,
        code: options.code.clone(),
        start_year: options.start_year,
        end_year: options.end_year,
        mode: options.mode(),
        dry_run: options.dry_run,
    };
    let done = load::run(&db, &Tenants::All, &local_author(), &request, &text);
    let (_, report) = done.map_err(|problem| format!("nothing was loaded. {}", problem.detail))?;
    match options.json {
        true => println!("{}", serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?),
        false => print!("{}", told(&report)),
    }
    Ok(if report.refused() > 0 { ExitCode::from(REFUSED_LINES) } else { ExitCode::SUCCESS })
}

/// No further than the limit, whatever the file is.
fn read(options: &Options, limit: usize) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", options.file.display());
    let mut bytes = Vec::new();
    let most = limit as u64 + 1;
    match options.file.to_str() {
        Some("-") => std::io::stdin().take(most).read_to_end(&mut bytes).map_err(failed)?,
        _ => std::fs::File::open(&options.file).map_err(failed)?.take(most).read_to_end(&mut bytes).map_err(failed)?,
    };
    if bytes.len() > limit {
        return Err(format!("{} is larger than TRAGUARDO_IMPORT_LIMIT, {limit} bytes", options.file.display()));
    }
    String::from_utf8(bytes).map_err(|error| format!("{} is not in UTF-8: {error}", options.file.display()))
}

/// The report for people.
pub fn told(report: &ImportReport) -> String {
    let outcome = match report.outcome {
        ImportOutcome::Loaded => "loaded",
        ImportOutcome::WouldLoad => "dry run: would be loaded",
        ImportOutcome::NothingLoaded => "nothing loaded: lines were refused, and all or nothing was asked for",
    };
    let (layout, code) = (&report.layout, &report.plan_code);
    let mut text = format!("{}: plan {code} ({layout}, {}-{})\n", outcome, report.start_year, report.end_year);
    for count in &report.records {
        let told = [
            ("new", count.inserted),
            ("changed", count.updated),
            ("unchanged", count.unchanged),
            ("refused", count.refused),
        ];
        let told: Vec<_> = told.iter().filter(|(_, n)| *n > 0).map(|(what, n)| format!("{n} {what}")).collect();
        text.push_str(&format!("  {}: {}\n", count.resource, told.join(", ")));
    }
    text.push_str(&format!("  indicators with a target: {}\n", report.indicators_with_target));
    let read: i32 = report.lines_read.iter().map(|count| count.lines).sum();
    text.push_str(&format!("  lines: {} read of {}\n", read, report.lines));
    for severity in [NoteSeverity::Refused, NoteSeverity::Warning, NoteSeverity::Ignored] {
        let notes: Vec<_> = report.notes.iter().filter(|note| note.severity == severity).collect();
        if notes.is_empty() {
            continue;
        }
        text.push_str(&format!("{severity}: {}\n", notes.len()));
        for note in notes {
            text.push_str(&format!("  line {}: {} | {}\n", note.line, note.reason, note.excerpt));
        }
    }
    text
}
