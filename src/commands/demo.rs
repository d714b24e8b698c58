//! `traguardo demo`: the three example plans in a fresh database, ready to be asked.

use super::administrators_token;
use crate::auth::Tenants;
use crate::auth::keys;
use crate::config::Settings;
use crate::db::{Database, DatabaseUrl};
use crate::error::Problem;
use crate::reporting::imports::load;
use crate::reporting::imports::model::{ImportMode, ImportRequest};
use crate::server::{self, local_author};
use crate::text::IpaCode;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// The example documents: figures and codes of published plans, labels of our own.
const PLANS: &[(&str, &str)] = &[
    ("c_c418", include_str!("../../data/demo/cedrasco-performance-2024-2026.txt")),
    ("c_e563", include_str!("../../data/demo/leverano-informatizzazione-2015-2017.txt")),
    ("c_b507", include_str!("../../data/demo/campi-bisenzio-transizione-digitale-2021-2023.txt")),
];
/// How long the printed token holds.
const TOKEN_SECONDS: i32 = 12 * 3600;

#[derive(Args)]
pub struct Options {
    /// Keep the database in this file, which must not exist yet; a temporary folder where left out
    #[arg(long)]
    database: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080, or TRAGUARDO_BIND]
    #[arg(long)]
    bind: Option<SocketAddr>,
}

pub fn run(settings: Settings, options: Options) -> Result<ExitCode, String> {
    let folder = tempfile::Builder::new().prefix("traguardo-demo-").tempdir().map_err(|error| error.to_string())?;
    let file = options.database.unwrap_or_else(|| folder.path().join("demo.db"));
    if file.exists() {
        return Err(format!("{} exists: the demo makes a fresh database and overwrites none", file.display()));
    }
    let bind = options.bind.unwrap_or(settings.bind);
    let settings = Settings {
        database_url: DatabaseUrl::Sqlite(file.display().to_string()),
        bind,
        public_url: format!("http://{bind}"),
        signing_key_file: folder.path().join("demo-key.pem"),
        retired_key_files: Vec::new(),
        ..settings
    };
    keys::generate(&settings.signing_key_file)?;
    let app = server::open(settings)?;
    load(&app.db).map_err(|problem| problem.to_string())?;
    let token = administrators_token(&app.keys, TOKEN_SECONDS)?;
    server::run(app, |address| println!("{}", welcome(address, &token, &file)))?;
    println!("Stopped.");
    Ok(ExitCode::SUCCESS)
}

/// Reads the example plans in.
pub fn load(db: &Database) -> Result<(), Problem> {
    for (administration, document) in PLANS {
        let request = ImportRequest {
            administration: IpaCode::from_trusted((*administration).to_owned()),
            kind: None,
            code: None,
            start_year: None,
            end_year: None,
            mode: ImportMode::AllOrNothing,
            dry_run: false,
        };
        load::run(db, &Tenants::All, &local_author(), &request, document)?;
    }
    Ok(())
}

fn welcome(address: SocketAddr, token: &str, file: &std::path::Path) -> String {
    format!(
        "
Traguardo demo. THIS IS A DEMONSTRATION: the token below opens everything and is printed for all to see.

Documentation   http://{address}/docs/
Database        {}
Token           for 12 hours:

export TOKEN={token}

Two questions to begin with; paste the line above and these:

curl -s -H \"Authorization: Bearer $TOKEN\" 'http://{address}/v1/plans'
curl -s -H \"Authorization: Bearer $TOKEN\" 'http://{address}/v1/objectives/c_c418~performance-2024-2026~4?embed=phases,indicators'

Ctrl-C stops it.
",
        file.display()
    )
}
