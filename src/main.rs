//! The command line: subcommands and nothing else.

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use traguardo::commands;
use traguardo::config::{KEYS, Settings};

/// Performance objectives, indicators and digital services of Italian public administrations.
#[derive(Parser)]
#[command(name = "traguardo", version, after_help = settings_help())]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API; migrates the database first
    ///
    /// Without any setting: an SQLite file here, port 8080 of this machine alone. Ctrl-C or SIGTERM stops it, once the
    /// requests under way are finished.
    Serve,
    /// Serve example plans from a fresh database, with a token ready to use
    Demo(commands::demo::Options),
    /// Bring the database's tables up to this version and add the comuni that are missing
    Migrate,
    /// Print the contract (OpenAPI 3.1) as JSON
    Openapi,
    /// Read a plan document, or rows of an export, into the database
    ///
    /// Prints what was read and each line that was not, with its number and reason. Reading the same again changes nothing.
    /// Exit code 0 where all was read, 3 where some lines were refused, 1 where the file as a whole cannot be read.
    Import(commands::import::Options),
    /// Read files of PA digitale 2026 grants into platform adoptions
    ///
    /// CSV, or JSON arrays of the same fields, in any order of the columns. Prints what became of the rows and each one
    /// that was refused, with its line, field and reason; reading the same files again changes nothing. Exit codes as in
    /// `import`.
    ImportGrants(commands::import_grants::Options),
    /// Fill a database with administrations from a seed, for benchmarks
    ///
    /// The same seed and figures make the same rows, ids included; only revisions and audit events are the run's own.
    Generate(commands::generate::Options),
    /// Tell what expected values say, one JSON object a line
    ///
    /// traguardo read-target --year 2024 "Almeno 80%" "Entro il 31.12 anno precedente"
    ReadTarget(commands::read_target::Options),
    /// Make, list and revoke the clients that may ask for tokens
    #[command(subcommand)]
    Client(commands::client::Command),
    /// Print a short-lived administrator's token for the local key, and nothing else
    ///
    /// It holds for the service that has the same key file and public URL: run it where and as the service runs.
    /// export TOKEN=$(traguardo token); curl -H "Authorization: Bearer $TOKEN" …
    Token,
}

fn settings_help() -> String {
    let mut text = String::from("Settings, from the environment:\n");
    for key in KEYS {
        text.push_str(&format!("  {}\n      {} [default: {}]\n", key.name, key.meaning, key.default));
    }
    text.push_str("\nExit codes: 0 done, 1 failed, 2 wrong arguments or settings, 3 imported with refused lines.");
    text
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // These need no settings: a wrong one must not keep anybody from them.
    let pure = match &arguments.command {
        Command::Openapi => Some(commands::openapi()),
        Command::ReadTarget(options) => Some(commands::read_target::run(options)),
        _ => None,
    };
    if let Some(done) = pure {
        return exit(done);
    }
    let settings = match Settings::from_env() {
        // What the demo has to say stands on standard output: it logs warnings only, unless asked otherwise.
        Ok(settings)
            if matches!(arguments.command, Command::Demo(_)) && std::env::var_os("TRAGUARDO_LOG").is_none() =>
        {
            Settings { log: "warn".to_owned(), ..settings }
        }
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("traguardo: {error}");
            return ExitCode::from(2);
        }
    };
    if let Err(error) = commands::log_to_stderr(&settings) {
        eprintln!("traguardo: {error}");
        return ExitCode::from(2);
    }
    let done = match arguments.command {
        Command::Serve => commands::serve(settings),
        Command::Demo(options) => commands::demo::run(settings, options),
        Command::Migrate => commands::migrate(&settings),
        Command::Import(options) => commands::import::run(&settings, &options),
        Command::ImportGrants(options) => commands::import_grants::run(&settings, &options),
        Command::Generate(options) => commands::generate::run(&settings, &options),
        Command::Client(command) => commands::client::run(&settings, command),
        Command::Token => commands::token(&settings),
        Command::Openapi | Command::ReadTarget(_) => Ok(ExitCode::SUCCESS),
    };
    exit(done)
}

fn exit(done: Result<ExitCode, String>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("traguardo: {error}");
        ExitCode::FAILURE
    })
}
