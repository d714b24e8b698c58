//! What the subcommands do.

pub mod client;
pub mod demo;
pub mod generate;
pub mod import;
pub mod import_grants;
mod import_rows;
pub mod progress;
pub mod read_target;

use crate::auth::SCOPES;
use crate::auth::keys::{self, KeyRing};
use crate::clock::Clock;
use crate::config::Settings;
use crate::ids::Ids;
use crate::{openapi, server};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Logs go to standard error, so that standard output is the command's answer alone.
pub fn log_to_stderr(settings: &Settings) -> Result<(), String> {
    let filter =
        EnvFilter::try_new(&settings.log).map_err(|error| format!("TRAGUARDO_LOG is {:?}: {error}", settings.log))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    match settings.log_as_json {
        true => log.json().flatten_event(true).init(),
        false => log.init(),
    }
    Ok(())
}

pub fn serve(settings: Settings) -> Result<ExitCode, String> {
    let app = server::open(settings)?;
    tracing::info!(
        database = %app.settings.database_url.without_password(),
        documentation = %format!("{}/docs/", app.settings.public_url),
        "traguardo {}", env!("CARGO_PKG_VERSION")
    );
    server::run(app, |_| ())?;
    Ok(ExitCode::SUCCESS)
}

pub fn migrate(settings: &Settings) -> Result<ExitCode, String> {
    server::open_database(settings, Clock::System, Ids::v7())?;
    println!("{} is up to date.", settings.database_url.without_password());
    Ok(ExitCode::SUCCESS)
}

/// Prints the contract.
pub fn openapi() -> Result<ExitCode, String> {
    let text = serde_json::to_string_pretty(&openapi::document(None)).map_err(|error| error.to_string())?;
    // A reader that has seen enough closes the pipe; that is no failure.
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(ExitCode::SUCCESS)
}

pub fn token(settings: &Settings) -> Result<ExitCode, String> {
    if keys::generate(&settings.signing_key_file)? {
        tracing::warn!(file = %settings.signing_key_file.display(), "no signing key was there: a new one was made");
    }
    let keys = KeyRing::load(&settings.signing_key_file, &[], &settings.public_url, &settings.public_url)?;
    println!("{}", administrators_token(&keys, settings.token_seconds)?);
    Ok(ExitCode::SUCCESS)
}

/// A token with every scope for every administration.
pub fn administrators_token(keys: &KeyRing, seconds: i32) -> Result<String, String> {
    let scopes: Vec<_> = SCOPES.iter().map(|(name, _)| *name).collect();
    let now = Clock::System.now();
    let jti = Ids::v7().next(now).to_string();
    let token = keys.issue("local", &scopes.join(" "), vec!["*".to_owned()], now, i64::from(seconds), jti);
    token.map_err(|problem| problem.to_string())
}
