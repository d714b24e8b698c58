//! Rows as the databases hand them out, without a type of their own: each value is read where it lies and given to a sink.
//! Rows come one by one on both databases, so that memory does not grow with them.

use super::store::{Bind, Statement};
use super::{Column, Kind};
use crate::db::AnyConnection;
use crate::error::Problem;
use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::query_builder::BoxedSqlQuery;
use diesel::row::{Field, Row};
use diesel::sql_types::{BigInt, Bool, Integer, Text};
use diesel::sqlite::Sqlite;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use std::ops::ControlFlow;

/// A value of a row, where it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    Null,
    Text(&'a [u8]),
    Json(&'a [u8]),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// `2024-06-30`.
    Date([u8; 10]),
    Instant(i64),
    Day(i32),
    Month(i32),
    Money(i64),
}

/// What takes rows in, value by value.
pub trait Sink {
    /// The value of a column, by its place.
    fn value(&mut self, column: usize, value: Value<'_>);
    /// The row is complete; `Break` where no more are wanted.
    fn end_row(&mut self) -> ControlFlow<()>;
}

/// How a reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Whole,
    /// The sink wanted no more. The connection is in the middle of an answer: it must not be used again.
    Broken,
}

macro_rules! bound {
    ($backend:ty, $statement:expr) => {{
        let mut query: BoxedSqlQuery<'_, $backend, _> = sql_query($statement.text.as_str()).into_boxed::<$backend>();
        for bind in &$statement.binds {
            query = match bind {
                Bind::Text(text) => query.bind::<Text, _>(text.as_str()),
                Bind::Int(number) => query.bind::<Integer, _>(*number),
                Bind::Long(number) => query.bind::<BigInt, _>(*number),
                Bind::Bool(yes) => query.bind::<Bool, _>(*yes),
            };
        }
        query
    }};
}

/// Runs a statement whose rows are few and of a type of their own.
pub fn load<T>(conn: &mut AnyConnection, statement: &Statement) -> Result<Vec<T>, Problem>
where
    T: QueryableByName<Pg> + QueryableByName<Sqlite> + 'static,
{
    Ok(match conn {
        AnyConnection::Pg(conn) => bound!(Pg, statement).load(conn)?,
        AnyConnection::Sqlite(conn) => bound!(Sqlite, statement).load(conn)?,
    })
}

/// Runs a statement whose columns are these, and hands every row to the sink.
pub fn read<S: Sink>(
    conn: &mut AnyConnection,
    statement: &Statement,
    columns: &[Column],
    sink: &mut S,
) -> Result<Ended, Problem> {
    match conn {
        AnyConnection::Pg(conn) => of_postgres(conn, statement, columns, sink),
        AnyConnection::Sqlite(conn) => of_sqlite(conn, statement, columns, sink),
    }
}

fn of_postgres<S: Sink>(
    conn: &mut PgConnection,
    statement: &Statement,
    columns: &[Column],
    sink: &mut S,
) -> Result<Ended, Problem> {
    let query = bound!(Pg, statement);
    let mut rows = LoadConnection::<PgRowByRowLoadingMode>::load(conn, query)?;
    while let Some(row) = rows.next() {
        let row = row?;
        for (place, column) in columns.iter().enumerate() {
            let field = row.get(place).ok_or_else(|| Problem::internal("a row has too few columns"))?;
            let value = match field.value() {
                None => Value::Null,
                Some(value) => of_bytes(column.kind, value.as_bytes())
                    .ok_or_else(|| Problem::internal(format!("{} is no {:?}", column.name, column.kind)))?,
            };
            sink.value(place, value);
        }
        drop(row);
        if sink.end_row().is_break() {
            // Dropped, it would first read all that is still to come; the connection is given up instead.
            std::mem::forget(rows);
            return Ok(Ended::Broken);
        }
    }
    Ok(Ended::Whole)
}

/// PostgreSQL's binary form.
fn of_bytes(kind: Kind, bytes: &[u8]) -> Option<Value<'_>> {
    let long = || match bytes.len() {
        8 => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
        4 => Some(i64::from(i32::from_be_bytes(bytes.try_into().ok()?))),
        _ => None,
    };
    let int = || Some(i32::from_be_bytes(bytes.try_into().ok()?));
    Some(match kind {
        Kind::Text => Value::Text(bytes),
        Kind::Json => Value::Json(bytes),
        Kind::Int => Value::Int(long()?),
        Kind::Float => Value::Float(f64::from_be_bytes(bytes.try_into().ok()?)),
        Kind::Bool => Value::Bool(bytes.first().is_some_and(|byte| *byte != 0)),
        // Days since 2000, which was 10,957 days after 1970.
        Kind::Date => Value::Date(super::text::date(i64::from(int()?) + 10_957)),
        Kind::Instant => Value::Instant(long()?),
        Kind::Day => Value::Day(int()?),
        Kind::Month => Value::Month(int()?),
        Kind::Money => Value::Money(long()?),
    })
}

fn of_sqlite<S: Sink>(
    conn: &mut SqliteConnection,
    statement: &Statement,
    columns: &[Column],
    sink: &mut S,
) -> Result<Ended, Problem> {
    let query = bound!(Sqlite, statement);
    for row in LoadConnection::<DefaultLoadingMode>::load(conn, query)? {
        let row = row?;
        for (place, column) in columns.iter().enumerate() {
            let field = row.get(place).ok_or_else(|| Problem::internal("a row has too few columns"))?;
            let Some(mut value) = field.value() else {
                sink.value(place, Value::Null);
                continue;
            };
            let value = match column.kind {
                Kind::Text => Value::Text(value.read_text().as_bytes()),
                Kind::Json => Value::Json(value.read_text().as_bytes()),
                Kind::Int => Value::Int(value.read_long()),
                Kind::Float => Value::Float(value.read_double()),
                Kind::Bool => Value::Bool(value.read_integer() != 0),
                Kind::Date => match value.read_text().as_bytes().try_into() {
                    Ok(date) => Value::Date(date),
                    Err(_) => return Err(Problem::internal(format!("{} is no date", column.name))),
                },
                Kind::Instant => Value::Instant(value.read_long()),
                Kind::Day => Value::Day(value.read_integer()),
                Kind::Month => Value::Month(value.read_integer()),
                Kind::Money => Value::Money(value.read_long()),
            };
            sink.value(place, value);
        }
        drop(row);
        if sink.end_row().is_break() {
            return Ok(Ended::Broken);
        }
    }
    Ok(Ended::Whole)
}
