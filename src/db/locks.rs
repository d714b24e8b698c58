//! What a write transaction begins with: its locks, and its number. The number is taken behind the locks, so that of two who
//! write the same the later has the higher one. PostgreSQL's transactions have numbers of their own; on SQLite, with one
//! writer at a time, a counter gives them.

use super::AnyConnection;
use crate::error::Problem;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};
use diesel::sqlite::Sqlite;

/// Locks the whole of an administration.
pub fn next_revision(conn: &mut AnyConnection, administration: &str) -> Result<i64, Problem> {
    Ok(match conn {
        AnyConnection::Pg(conn) => LockWhole { administration }.get_result(conn)?,
        AnyConnection::Sqlite(conn) => Count.get_result(conn)?,
    })
}

/// The same within a transaction that has its number already.
pub fn lock(conn: &mut AnyConnection, administration: &str) -> Result<(), Problem> {
    // SQLite has one writer at a time.
    if !conn.is_sqlite() {
        next_revision(conn, administration)?;
    }
    Ok(())
}

/// Locks parts of an administration against all others, and the administration against those who write the whole of it.
/// PostgreSQL plans the statements of such a transaction anew, as [`super::Write::plan_anew`] says.
pub fn next_revision_of_parts(
    conn: &mut AnyConnection,
    administration: &str,
    parts: &[String],
) -> Result<i64, Problem> {
    let AnyConnection::Pg(conn) = conn else { return next_revision(conn, administration) };
    // All at once and each transaction in the same order, so that no two wait for each other.
    let mut parts: Vec<_> = parts.iter().map(|part| format!("{administration}/{part}")).collect();
    parts.sort_unstable();
    Ok(LockParts { administration, parts }.get_result(conn)?)
}

/// Written out, since what diesel calls raw SQL is parsed again each time.
macro_rules! statement {
    ($name:ty, $id:ty, $conn:ty) => {
        impl Query for $name {
            type SqlType = BigInt;
        }
        impl QueryId for $name {
            type QueryId = $id;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl RunQueryDsl<$conn> for $name {}
    };
}

struct Count;
statement!(Count, Count, SqliteConnection);

impl QueryFragment<Sqlite> for Count {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE revision_counter SET value = value + 1 RETURNING value");
        Ok(())
    }
}

struct LockWhole<'a> {
    administration: &'a str,
}
statement!(LockWhole<'_>, LockWhole<'static>, PgConnection);

impl QueryFragment<Pg> for LockWhole<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH whole AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(");
        out.push_bind_param::<Text, _>(self.administration)?;
        out.push_sql(", 0))) SELECT pg_current_xact_id()::text::bigint FROM whole");
        Ok(())
    }
}

struct LockParts<'a> {
    administration: &'a str,
    parts: Vec<String>,
}
statement!(LockParts<'_>, LockParts<'static>, PgConnection);

impl QueryFragment<Pg> for LockParts<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH whole AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(hashtextextended(");
        out.push_bind_param::<Text, _>(self.administration)?;
        out.push_sql(
            ", 0)), set_config('plan_cache_mode', 'force_custom_plan', true)), \
             parts AS MATERIALIZED (SELECT count(pg_advisory_xact_lock(hashtextextended(key, 0))) \
             FROM whole, unnest(",
        );
        out.push_bind_param::<Array<Text>, _>(&self.parts)?;
        out.push_sql(") AS key) SELECT pg_current_xact_id()::text::bigint FROM parts");
        Ok(())
    }
}
