//! `traguardo read-target`: what a target text says, as JSON lines.

use crate::clock::Clock;
use crate::planning::targets::{Context, TargetLine, read};
use chrono::Datelike;
use clap::Args;
use std::io::{BufRead, BufWriter, Write};
use std::process::ExitCode;

#[derive(Args)]
pub struct Options {
    /// The reference year [default: this year]
    #[arg(long)]
    year: Option<i32>,
    /// Expected values as written; without any, lines of standard input
    texts: Vec<String>,
}

pub fn run(options: &Options) -> Result<ExitCode, String> {
    let year = options.year.unwrap_or_else(|| Clock::System.now().date().year());
    let mut out = BufWriter::new(std::io::stdout().lock());
    let done = match options.texts.is_empty() {
        true => {
            std::io::stdin().lock().lines().try_for_each(|line| print(&mut out, line?.trim_end_matches('\r'), year))
        }
        false => options.texts.iter().try_for_each(|text| print(&mut out, text, year)),
    };
    match done.and_then(|()| out.flush()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // Whoever reads us has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error.to_string()),
    }
}

fn print(out: &mut impl Write, text: &str, year: i32) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, &TargetLine { text, reading: read(text, Context::year(year)) })?;
    writeln!(out)
}
