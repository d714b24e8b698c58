//! One binary, two databases: [`Database::read`] and [`Database::write`] run a closure on a pooled connection, off the
//! workers' threads. Queries are written once, against [`AnyConnection`].

pub mod bulk;
mod connection;
mod lasting;
mod locks;
pub mod migrations;
pub mod schema;
mod snapshot;
pub mod types;

pub use connection::{AnyConnection, DatabaseUrl, MultiBackend};
pub use lasting::Lasting;
pub use snapshot::{Horizon, Snapshot};

use crate::clock::{Clock, Instant};
use crate::error::Problem;
use crate::ids::{Id, Ids};
use crate::text::IpaCode;
use connection::Manager;
use diesel::connection::SimpleConnection;
use locks::{next_revision, next_revision_of_parts};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// More callers than this many for each connection are told to come back rather than kept waiting.
const WAITING_PER_CONNECTION: usize = 32;

/// Where tenant data is kept. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: r2d2::Pool<Manager>,
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    max_waiting: usize,
    /// SQLite has one writer at a time and lets the others sleep and try again: here they wait for their turn.
    turn: Option<Arc<Mutex<()>>>,
    lasting: Arc<Lasting>,
    clock: Clock,
    ids: Ids,
}

use diesel::r2d2::{self};

/// Who is writing, for the audit event.
#[derive(Debug, Clone)]
pub struct Author {
    pub client_id: String,
    pub request_id: String,
    /// Whether a plan that is new here may be approved already: the scope `planning.approve`, or the command line.
    pub may_approve: bool,
    /// Brings in what was approved elsewhere: it may add to plans that are no drafts.
    pub restores: bool,
}

/// A write transaction: the connection, and what every written row carries.
pub struct Write<'a> {
    pub conn: &'a mut AnyConnection,
    /// The writing transaction's number: the rows' revision, and their ETag.
    pub revision: i64,
    pub now: Instant,
    pub author: &'a Author,
    pub lasting: &'a Lasting,
    ids: &'a Ids,
    undone: bool,
}

impl Write<'_> {
    /// The transaction ends well and changes nothing: a dry run.
    pub fn undo(&mut self) {
        self.undone = true;
    }

    /// For statements that name many rows: PostgreSQL plans each for the table as it is now. A plan that was made while the
    /// table was empty reads a whole administration once it no longer is.
    pub fn plan_anew(&mut self) -> Result<(), Problem> {
        if let AnyConnection::Pg(conn) = self.conn {
            conn.batch_execute("SET LOCAL plan_cache_mode = force_custom_plan")?;
        }
        Ok(())
    }

    pub fn next_id(&self) -> Id {
        self.ids.next(self.now)
    }

    /// Begins a part of the transaction that may be undone alone, where the database itself refuses something in it.
    pub fn begin_part(&mut self) -> Result<(), Problem> {
        Ok(self.conn.batch_execute("SAVEPOINT part")?)
    }

    /// Ends the part: it stands, or nothing of it.
    pub fn end_part(&mut self, keep: bool) -> Result<(), Problem> {
        let end = if keep { "RELEASE SAVEPOINT part" } else { "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part" };
        Ok(self.conn.batch_execute(end)?)
    }

    /// Takes in one more administration: other writers of it wait for this transaction's end.
    pub fn lock(&mut self, administration: &str) -> Result<(), Problem> {
        locks::lock(self.conn, administration)
    }
}

impl Database {
    /// Opens the database; an unreachable one is an error here, not at the first request.
    pub fn open(url: &DatabaseUrl, pool_size: u32, clock: Clock, ids: Ids) -> Result<Self, String> {
        let pool = r2d2::Pool::builder()
            .max_size(pool_size)
            .min_idle(Some(1))
            .connection_timeout(std::time::Duration::from_secs(5))
            // A checkout test costs as much as the query; a broken connection is found by using it.
            .test_on_check_out(false)
            .build(Manager::new(url.clone()))
            .map_err(|error| format!("cannot open {}: {error}", url.without_password()))?;
        Ok(Database {
            pool,
            permits: Arc::new(Semaphore::new(pool_size as usize)),
            waiting: Arc::new(AtomicUsize::new(0)),
            max_waiting: pool_size as usize * WAITING_PER_CONNECTION,
            turn: matches!(url, DatabaseUrl::Sqlite(_)).then(Arc::default),
            lasting: Arc::default(),
            clock,
            ids,
        })
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn lasting(&self) -> &Lasting {
        &self.lasting
    }

    /// Connections now in use, and callers now waiting for one.
    pub fn load(&self) -> (usize, usize) {
        let free = self.permits.available_permits();
        (self.pool.max_size() as usize - free.min(self.pool.max_size() as usize), self.waiting.load(Ordering::Relaxed))
    }

    /// Runs a reading closure on a connection. A connection that breaks under it is replaced.
    pub async fn read<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: Fn(&mut AnyConnection) -> Result<T, Problem> + Send + 'static,
    {
        self.run(move |database| database.read_now(&f)).await
    }

    /// Runs a write transaction for one administration: committed where the closure gives `Ok`, undone where it gives
    /// `Err` or panics. Writes of one administration come one after the other, on both databases.
    pub async fn write<T, F>(&self, author: Author, administration: IpaCode, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Write<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.run(move |database| database.write_now(&author, administration.as_str(), f)).await
    }

    /// [`Database::read`] on the calling thread: for the command line.
    pub fn read_now<T>(&self, f: impl Fn(&mut AnyConnection) -> Result<T, Problem>) -> Result<T, Problem> {
        // After a restart of the database every connection of the pool may be gone.
        for _ in 0..=self.pool.max_size() {
            let mut conn = self.connection()?;
            let result = f(&mut conn);
            if result.is_err() && conn.is_gone() {
                conn.mark_broken();
                continue;
            }
            return result;
        }
        Err(Problem::unavailable("The database closes its connections."))
    }

    /// [`Database::write`] on the calling thread: for the command line.
    pub fn write_now<T>(
        &self,
        author: &Author,
        administration: &str,
        f: impl FnOnce(&mut Write<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.transaction(author, |conn| next_revision(conn, administration), f)
    }

    /// [`Database::write_now`] for many rows in some parts of an administration: only writers of the same parts, and those
    /// of the whole administration, come one after the other.
    pub fn write_parts_now<T>(
        &self,
        author: &Author,
        administration: &str,
        parts: &[String],
        f: impl FnOnce(&mut Write<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.transaction(author, |conn| next_revision_of_parts(conn, administration, parts), f)
    }

    fn transaction<T>(
        &self,
        author: &Author,
        number: impl FnOnce(&mut AnyConnection) -> Result<i64, Problem>,
        f: impl FnOnce(&mut Write<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        // A writer that panicked has undone what it did.
        let _turn = self.turn.as_ref().map(|turn| turn.lock().unwrap_or_else(PoisonError::into_inner));
        let mut conn = self.begin()?;
        let result = catch_unwind(AssertUnwindSafe(|| {
            let revision = number(&mut conn)?;
            let (now, lasting) = (self.clock.now(), &*self.lasting);
            let mut write = Write { conn: &mut conn, revision, now, author, lasting, ids: &self.ids, undone: false };
            let value = f(&mut write)?;
            Ok((value, write.undone))
        }));
        match result {
            Ok(Ok((value, true))) => {
                undo(&mut conn);
                Ok(value)
            }
            Ok(Ok((value, false))) => match conn.batch_execute("COMMIT") {
                Ok(()) => Ok(value),
                Err(error) => {
                    tracing::error!(cause = %error, "commit failed, nothing was written");
                    undo(&mut conn);
                    Err(Problem::unavailable("The database could not commit; nothing was written."))
                }
            },
            Ok(Err(problem)) => {
                undo(&mut conn);
                Err(problem)
            }
            Err(panic) => {
                undo(&mut conn);
                resume_unwind(panic)
            }
        }
    }

    /// A connection with a transaction begun; one that is gone is found out before anything was written.
    fn begin(&self) -> Result<r2d2::PooledConnection<Manager>, Problem> {
        for _ in 0..=self.pool.max_size() {
            let mut conn = self.connection()?;
            // IMMEDIATE takes SQLite's write lock before anything is read: a read that turns into a write fails at once.
            let begin = if conn.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN" };
            match conn.batch_execute(begin) {
                Ok(()) => return Ok(conn),
                Err(_) if conn.is_gone() => conn.mark_broken(),
                Err(error) => return Err(error.into()),
            }
        }
        Err(Problem::unavailable("The database closes its connections."))
    }

    fn connection(&self) -> Result<r2d2::PooledConnection<Manager>, Problem> {
        self.pool.get().map_err(|error| {
            tracing::error!(cause = %error, "no database connection");
            Problem::unavailable("The database cannot be reached.")
        })
    }

    /// Runs a closure that reads and writes, off the workers' threads, with one connection reckoned for it.
    pub async fn run<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Database) -> Result<T, Problem> + Send + 'static,
    {
        let permit = self.permit().await?;
        let database = self.clone();
        let result = actix_web::web::block(move || {
            let _permit = permit;
            f(&database)
        })
        .await;
        result.map_err(|_| Problem::internal("a database task panicked"))?
    }

    async fn permit(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.max_waiting {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Problem::unavailable("Too many requests are waiting for the database."));
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        permit.map_err(Problem::internal)
    }
}

/// A connection that cannot even undo is not handed on.
fn undo(conn: &mut connection::Pooled) {
    if conn.batch_execute("ROLLBACK").is_err() {
        conn.mark_broken();
    }
}
