//! `traguardo import-grants`: files of PA digitale 2026 grants into platform adoptions.

use crate::clock::Clock;
use crate::config::Settings;
use crate::ids::Ids;
use crate::reporting::imports::grants::load::{self, Source};
use crate::reporting::imports::grants::report::GrantsReport;
use crate::server::{local_author, open_database};
use crate::text::hexadecimal;
use clap::Args;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Some rows were refused.
const REFUSED_ROWS: u8 = 3;

#[derive(Args)]
pub struct Options {
    /// CSV files, or JSON of the same fields: an array, or an object on each line
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Report as the import would, and load nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the reports as JSON, one a line
    #[arg(long)]
    json: bool,
}

pub fn run(settings: &Settings, options: &Options) -> Result<ExitCode, String> {
    let db = open_database(settings, Clock::System, Ids::v7())?;
    let mut refused = false;
    for file in &options.files {
        let report = load_file(&db, file, options.dry_run)?;
        match options.json {
            true => println!("{}", serde_json::to_string(&report).map_err(|error| error.to_string())?),
            false => print!("{}", report.told()),
        }
        refused |= report.refused > 0;
    }
    Ok(if refused { ExitCode::from(REFUSED_ROWS) } else { ExitCode::SUCCESS })
}

fn load_file(db: &crate::db::Database, path: &Path, dry_run: bool) -> Result<GrantsReport, String> {
    let failed = |error: io::Error| format!("cannot read {}: {error}", path.display());
    let digest = digest(path).map_err(failed)?;
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let source = Source { name: &name, digest: &digest, dry_run };
    let mut progress = |rows: u64| eprintln!("{name}: {rows} rows …");
    let done = load::run(db, &local_author(), &source, File::open(path).map_err(failed)?, &mut progress);
    done.map_err(|problem| format!("nothing was loaded of {}. {}", path.display(), problem.detail))
}

/// SHA-256 in hexadecimal, read once through.
fn digest(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = BufReader::new(File::open(path)?);
    loop {
        let bytes = io::BufRead::fill_buf(&mut file)?;
        if bytes.is_empty() {
            break;
        }
        hasher.update(bytes);
        let read = bytes.len();
        io::BufRead::consume(&mut file, read);
    }
    Ok(hexadecimal(&hasher.finalize()))
}
