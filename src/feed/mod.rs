//! The way of a batch: rows come as `{"items": […]}` or as NDJSON, each is read and checked on its own, and those that say
//! something new are written together with one audit event. A feature says what its rows are; the rest stands here, once.

mod differences;
mod lines;
pub mod marks;
pub mod model;
mod rows;
mod upsert;

pub(crate) use differences::differences;
pub use differences::{Differences, Fields};
pub use model::{FeedMode, FeedReport};
pub use rows::present;

use crate::administrations;
use crate::app::App;
use crate::auth::Caller;
use crate::clock::Instant;
use crate::db::{AnyConnection, Database, Lasting, Write};
use crate::error::{Invalid, Kind, Problem};
use crate::http::json;
use crate::text::{Code, IpaCode, hexadecimal};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use model::FeedOptions;
use rows::Rows;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::iter;

/// Rows of a batch at most, and of a piece of a longer stream.
pub const BATCH: usize = 1000;

/// A kind of row that is fed. Its input is all there is to it: two rows are the same where their inputs are.
pub trait Fed: Serialize + DeserializeOwned + Clone + PartialEq + Send + 'static {
    /// URL segment, for the audit event.
    const RESOURCE: &'static str;
    /// What names it within its administration.
    type Key<'a>: Ord + Serialize
    where
        Self: 'a;
    /// What a check needs to know of the database.
    type Known: Send;
    /// What the writing needs to know of the database.
    type Around;

    fn key(&self) -> Self::Key<'_>;
    /// The fields of this row and of the one after it that are not the same: [`differences!`].
    fn differences(&self, after: &Self) -> Differences;
    /// Where the change feed looks for it; `None` where the table has an index on the revision.
    fn place(&self) -> Option<marks::Place<'_>> {
        None
    }
    /// What the checks of these rows need to know that is not remembered.
    fn known(
        conn: &mut AnyConnection,
        lasting: &Lasting,
        home: &IpaCode,
        rows: &[Self],
    ) -> Result<Self::Known, Problem>;
    /// These rows stand in the database: what follows from that for good.
    fn remember(_: &Lasting, _home: &IpaCode, _rows: &[Self]) {}
    /// Adds what cannot be accepted, by field.
    fn check(&self, known: &Self::Known, today: NaiveDate, invalid: &mut Invalid);
    /// Codes that the row names and the inventory has not, by field: they are accepted, and told of.
    fn unknown(&self, _: &Self::Known) -> Vec<(&'static str, Code)> {
        Vec::new()
    }
    /// The rows that are stored under the keys of these, and where rows are written together those beside them.
    fn stored(conn: &mut AnyConnection, home: &IpaCode, rows: &[Self]) -> Result<Found<Self>, Problem>;
    /// Writes what a batch changes.
    fn put(write: &mut Write<'_>, home: &IpaCode, changes: &Changes<'_, Self>) -> Result<(), Problem>;
}

/// A row as it is stored.
#[derive(Debug, Clone)]
pub struct Stored<R> {
    pub row: R,
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// What is stored, and what stands around it.
pub type Found<R> = (Vec<Stored<R>>, <R as Fed>::Around);

/// A row that says something new, and what it said before. Rows are some hundred bytes and stay where they were read.
#[derive(Debug, Clone)]
pub struct Change<'a, R> {
    pub row: &'a R,
    pub before: Option<&'a Stored<R>>,
}

/// What a batch changes, in the order of the keys.
pub struct Changes<'a, R: Fed> {
    pub rows: Vec<Change<'a, R>>,
    /// All that [`Fed::stored`] found.
    pub stored: Vec<&'a Stored<R>>,
    pub around: R::Around,
}

/// Takes a request's rows in.
pub async fn receive<R: Fed, S: 'static>(
    app: &App,
    request: &HttpRequest,
    caller: &Caller<S>,
    options: FeedOptions,
    payload: web::Payload,
) -> Result<FeedReport, Problem> {
    let (tenants, author) = (caller.tenants(), caller.author());
    let task = upsert::Task { home: options.administration, mode: options.mode.unwrap_or(FeedMode::RowByRow), author };
    tenants.require(&task.home)?;
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut payload = payload.into_inner();
    if content_type.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json")) {
        // While the sender still sends.
        let mut digest = Sha256::new();
        let (limit, show) = (app.settings.body_limit, |part: &[u8]| digest.update(part));
        let bytes = json::body_shown(request, &mut payload, "application/json", limit, show).await?;
        let rows = move |db: &Database| {
            admit(db, &task.home)?;
            let rows = Rows::<R>::of_items(&bytes)?;
            let mut report = FeedReport::new(&task.home, task.mode);
            report.digest = hexadecimal(digest.finalize().as_ref());
            upsert::bring(db, &task, rows, &mut report)?;
            Ok(report)
        };
        return app.db.run(rows).await;
    }
    json::accept(content_type, "application/x-ndjson").map_err(|problem| Problem {
        detail: problem.detail.replace("send application/x-ndjson", "send application/json or application/x-ndjson"),
        ..problem
    })?;
    let home = task.home.clone();
    app.db.run(move |db| admit(db, &home)).await?;
    lines::receive::<R>(&app.db, task, payload).await
}

/// Takes rows in within a transaction of the caller's: those that cannot be accepted are refused by their lines, the others
/// are written with one audit event where they say something new.
pub fn take_in<R: Fed>(
    write: &mut Write<'_>,
    home: &IpaCode,
    rows: Vec<(usize, R)>,
    digest: &str,
) -> Result<FeedReport, Problem> {
    let report = FeedReport::new(home, FeedMode::RowByRow);
    let mut report = FeedReport { digest: digest.to_owned(), most_told: usize::MAX, ..report };
    let (lines, read) = rows.into_iter().unzip();
    let rows = Rows { read, lines, refused: Vec::new() };
    let accepted = upsert::examine(write.conn, write.lasting, home, write.now.date(), rows, &mut report)?;
    upsert::write_rows(write, home, &accepted, &mut report, 0)?;
    Ok(report)
}

/// Whose rows they are must be known. No administration is ever removed.
fn admit(db: &Database, home: &IpaCode) -> Result<(), Problem> {
    if !db.lasting().holds("administrations", home, iter::empty()) {
        db.read_now(|conn| administrations::store::require(conn, home, "administration"))?;
        db.lasting().remember("administrations", home, iter::empty());
    }
    Ok(())
}

/// A stream that cannot be taken further.
fn too_large(detail: &str) -> Problem {
    Problem::new(Kind::TooLarge, detail)
}
