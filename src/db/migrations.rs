//! Brings a database up to this binary's tables. A pair of directories holds the same migrations under the same names.

use super::connection::{AnyConnection, DatabaseUrl, connect};
use crate::error::Problem;
use diesel::RunQueryDsl;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// One process migrates at a time, however many start together.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_lock(7246873021)";

/// Applies what is missing; returns the names of what was applied.
pub fn migrate(url: &DatabaseUrl) -> Result<Vec<String>, String> {
    let mut conn = connect(url).map_err(|error| format!("cannot open {}: {error}", url.without_password()))?;
    let applied = match &mut conn {
        AnyConnection::Pg(conn) => {
            diesel::sql_query(POSTGRES_LOCK).execute(conn).map_err(|error| error.to_string())?;
            names(conn.run_pending_migrations(POSTGRES))
        }
        AnyConnection::Sqlite(conn) => names(conn.run_pending_migrations(SQLITE)),
    };
    applied.map_err(|error| format!("cannot migrate {}: {error}", url.without_password()))
}

/// Whether the tables are those of this binary.
pub fn is_current(conn: &mut AnyConnection) -> Result<bool, Problem> {
    let pending = match conn {
        AnyConnection::Pg(conn) => conn.has_pending_migration(POSTGRES),
        AnyConnection::Sqlite(conn) => conn.has_pending_migration(SQLITE),
    };
    pending.map(|pending| !pending).map_err(Problem::internal)
}

type Applied<'a> =
    Result<Vec<diesel::migration::MigrationVersion<'a>>, Box<dyn std::error::Error + Send + Sync + 'static>>;

fn names(applied: Applied<'_>) -> Result<Vec<String>, String> {
    applied.map(|versions| versions.iter().map(ToString::to_string).collect()).map_err(|error| error.to_string())
}
