//! Reading one moment: every query of a snapshot sees the same state, however long it takes. And where the database's
//! revisions stand in it.

use super::connection::{Manager, Pooled};
use super::{AnyConnection, Database, r2d2, undo};
use crate::error::Problem;
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Nullable, Text};

/// A connection within a reading transaction. Dropped, it ends the transaction and goes back to the pool.
pub struct Snapshot {
    conn: r2d2::PooledConnection<Manager>,
}

impl std::ops::Deref for Snapshot {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        &self.conn
    }
}

impl std::ops::DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.conn
    }
}

impl Snapshot {
    /// The connection is in the middle of something: it is closed, which ends it, and not handed on.
    pub fn abandon(mut self) {
        Pooled::mark_broken(&mut self.conn);
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if !self.conn.is_marked_broken() {
            undo(&mut self.conn);
        }
    }
}

/// Where a snapshot stands.
#[derive(Debug, Clone, diesel::QueryableByName)]
pub struct Horizon {
    /// Everything below this revision is in the snapshot, and nothing below it will ever be added.
    #[diesel(sql_type = BigInt)]
    pub revision: i64,
    /// No row can have this revision or a later one, unless it was written in another life of the database.
    #[diesel(sql_type = BigInt)]
    pub future: i64,
    /// The database's own name.
    #[diesel(sql_type = Text)]
    pub instance: String,
    /// Changes where revisions begin anew.
    #[diesel(sql_type = Text)]
    pub epoch: String,
    /// The latest event below the horizon, by revision and id: a database that was set back has it no more.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub event_revision: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub event_id: Option<String>,
}

impl Horizon {
    /// Asks where the snapshot stands. Outside a snapshot the rows read later may be newer, never older.
    pub fn of(conn: &mut AnyConnection) -> Result<Self, Problem> {
        let event = |column: &str, horizon: &str| {
            format!(
                "(SELECT {column} FROM audit_events WHERE revision < {horizon} ORDER BY revision DESC, id DESC LIMIT 1)"
            )
        };
        Ok(match conn {
            // What runs still, and what began after it, may commit below what has committed already: it is kept back.
            // Revisions are the numbers of transactions: they begin anew in another cluster or database, or where the
            // tables were made anew.
            AnyConnection::Pg(conn) => {
                let horizon = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
                let query = format!(
                    "SELECT {horizon} AS revision, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS future, \
                     (SELECT value FROM instance WHERE key = 'id') AS instance, \
                     (SELECT system_identifier::text FROM pg_control_system()) || '-' || \
                     (SELECT oid::text FROM pg_database WHERE datname = current_database()) || '-' || \
                     'instance'::regclass::oid::text AS epoch, \
                     {} AS event_revision, {} AS event_id",
                    event("revision", horizon),
                    event("id", horizon)
                );
                diesel::sql_query(query).get_result(conn)?
            }
            AnyConnection::Sqlite(conn) => {
                let query = format!(
                    "SELECT value + 1 AS revision, value + 1 AS future, (SELECT value FROM instance WHERE key = 'id') AS instance, \
                     '' AS epoch, {} AS event_revision, {} AS event_id FROM revision_counter",
                    event("revision", "value + 1"),
                    event("id", "value + 1")
                );
                diesel::sql_query(query).get_result(conn)?
            }
        })
    }
}

impl Database {
    /// Begins a snapshot on the calling thread.
    pub fn snapshot(&self) -> Result<Snapshot, Problem> {
        for _ in 0..=self.pool.max_size() {
            let mut conn = self.connection()?;
            let begin = if conn.is_sqlite() { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
            match conn.batch_execute(begin) {
                Ok(()) => return Ok(Snapshot { conn }),
                Err(_) if conn.is_gone() => conn.mark_broken(),
                Err(error) => return Err(error.into()),
            }
        }
        Err(Problem::unavailable("The database closes its connections."))
    }

    /// Runs what takes long on a thread of its own, so that it stands in nobody's way, with one connection reckoned for
    /// it as for any other. Returns once it has begun.
    pub async fn apart<F>(&self, f: F) -> Result<(), Problem>
    where
        F: FnOnce(&Database) + Send + 'static,
    {
        let permit = self.permit().await?;
        let database = self.clone();
        let begun = std::thread::Builder::new().name("apart".to_owned()).spawn(move || {
            let _permit = permit;
            f(&database);
        });
        begun.map(|_| ()).map_err(Problem::internal)
    }
}
