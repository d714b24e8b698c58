//! Many rows of a table at once. For new ones PostgreSQL has COPY, whose text form it reads in two thirds of the time that the
//! binary form takes. Elsewhere they go in place of those that have the same key, by a statement that stays prepared; it is
//! written out here, since diesel's own builder needs as long for a row as SQLite does.

use super::AnyConnection;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Nullable, Text};
use std::marker::PhantomData;

/// What stands in a column.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    Number(Option<i64>),
    Text(Option<&'a str>),
}

/// A value that can stand in a column of such a row.
pub trait InCell {
    /// Where there is none.
    const NONE: Cell<'static> = Cell::Number(None);

    fn cell(&self) -> Cell<'_>;
}

/// A row that goes in bulk: made by [`bulk_row!`].
pub trait BulkRow: Sized {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
    /// The columns of the key, which come first.
    const KEY: &'static [&'static str];
    /// Gives each cell, in the order of the columns.
    fn cells<'a>(&'a self, each: impl FnMut(Cell<'a>));
    /// Hands lines to COPY.
    fn copy(conn: &mut PgConnection, lines: &[u8]) -> QueryResult<usize>;
}

/// Says of a struct of a table that its fields are the table's columns, those of its key first: `(administration; revision)`.
macro_rules! bulk_row {
    ($row:ty: $table:ident ($($key:ident),+; $($rest:ident),+ $(,)?)) => {
        $crate::db::bulk::bulk_row!(@all $row, $table, ($($key),+), ($($key),+, $($rest),+));
    };
    (@all $row:ty, $table:ident, ($($key:ident),+), ($($column:ident),+)) => {
        impl $crate::db::bulk::BulkRow for $row {
            const TABLE: &'static str = stringify!($table);
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),+];
            const KEY: &'static [&'static str] = &[$(stringify!($key)),+];

            fn cells<'a>(&'a self, mut each: impl FnMut($crate::db::bulk::Cell<'a>)) {
                $(each($crate::db::bulk::InCell::cell(&self.$column));)+
            }

            fn copy(conn: &mut diesel::PgConnection, lines: &[u8]) -> diesel::QueryResult<usize> {
                let send = |to: &mut dyn std::io::Write| {
                    to.write_all(lines).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
                };
                let columns = ($($table::$column),+);
                diesel::ExecuteCopyFromDsl::execute(diesel::copy_from($table::table).from_raw_data(columns, send), conn)
            }
        }
    };
}
pub(crate) use bulk_row;

/// Adds rows; none of them may be there.
pub fn copy<R: BulkRow>(conn: &mut PgConnection, rows: impl Iterator<Item = R>) -> QueryResult<()> {
    let mut lines = Vec::with_capacity(rows.size_hint().0 * 128);
    let mut digits = itoa::Buffer::new();
    for row in rows {
        row.cells(|cell| {
            match cell {
                Cell::Number(Some(number)) => lines.extend_from_slice(digits.format(number).as_bytes()),
                Cell::Text(Some(text)) => escape(text, &mut lines),
                Cell::Number(None) | Cell::Text(None) => lines.extend_from_slice(b"\\N"),
            }
            lines.push(b'\t');
        });
        lines.pop();
        lines.push(b'\n');
    }
    R::copy(conn, &lines).map(|_| ())
}

/// As COPY's text form has it.
fn escape(text: &str, line: &mut Vec<u8>) {
    for byte in text.bytes() {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\t' => line.extend_from_slice(b"\\t"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            other => line.push(other),
        }
    }
}

/// Adds rows, in place of those that have the same key. Sixteen to a statement take two thirds of the time of sixteen
/// statements, more bring nothing more.
pub fn replace<R: BulkRow + 'static>(conn: &mut AnyConnection, mut rows: &[R]) -> QueryResult<()> {
    while !rows.is_empty() {
        rows = match rows.len() {
            16.. => Replace::<R, 16>::first_of(conn, rows)?,
            4.. => Replace::<R, 4>::first_of(conn, rows)?,
            _ => Replace::<R, 1>::first_of(conn, rows)?,
        };
    }
    Ok(())
}

/// `INSERT … ON CONFLICT` with the cells of some rows: the same statement for as many rows of a table, as its id says.
struct Replace<'a, R, const ROWS: usize> {
    cells: Vec<Cell<'a>>,
    row: PhantomData<R>,
}

impl<'a, R: BulkRow + 'static, const ROWS: usize> Replace<'a, R, ROWS> {
    /// Writes the first rows; gives those that are left.
    fn first_of(conn: &mut AnyConnection, rows: &'a [R]) -> QueryResult<&'a [R]> {
        let (some, left) = rows.split_at(ROWS);
        let mut cells = Vec::with_capacity(ROWS * R::COLUMNS.len());
        some.iter().for_each(|row| row.cells(|cell| cells.push(cell)));
        let replace = Replace::<R, ROWS> { cells, row: PhantomData };
        match conn {
            AnyConnection::Pg(conn) => replace.execute(conn)?,
            AnyConnection::Sqlite(conn) => replace.execute(conn)?,
        };
        Ok(left)
    }
}

impl<R: 'static, const ROWS: usize> QueryId for Replace<'_, R, ROWS> {
    type QueryId = Replace<'static, R, ROWS>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<R, Conn, const ROWS: usize> RunQueryDsl<Conn> for Replace<'_, R, ROWS> {}

impl<DB, R, const ROWS: usize> QueryFragment<DB> for Replace<'_, R, ROWS>
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Text>,
    R: BulkRow,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
    for<'b> Option<&'b str>: ToSql<Nullable<Text>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(&format!("INSERT INTO {} ({}", R::TABLE, R::COLUMNS.join(", ")));
        let mut before = ") VALUES (";
        for row in self.cells.chunks(R::COLUMNS.len()) {
            for cell in row {
                out.push_sql(before);
                match cell {
                    Cell::Number(number) => out.push_bind_param::<Nullable<BigInt>, _>(number)?,
                    Cell::Text(text) => out.push_bind_param::<Nullable<Text>, _>(text)?,
                }
                before = ", ";
            }
            before = "), (";
        }
        let others = &R::COLUMNS[R::KEY.len()..];
        let taken: Vec<_> = others.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        out.push_sql(&format!(") ON CONFLICT ({}) DO UPDATE SET {}", R::KEY.join(", "), taken.join(", ")));
        Ok(())
    }
}

impl<T: InCell> InCell for Option<T> {
    fn cell(&self) -> Cell<'_> {
        self.as_ref().map_or(T::NONE, InCell::cell)
    }
}

macro_rules! number {
    ($($type:ty),+) => {
        $(impl InCell for $type {
            fn cell(&self) -> Cell<'_> {
                Cell::Number(Some(i64::from(*self)))
            }
        })+
    };
}
number!(i64, i32, bool);

impl InCell for String {
    const NONE: Cell<'static> = Cell::Text(None);

    fn cell(&self) -> Cell<'_> {
        Cell::Text(Some(self))
    }
}

impl InCell for crate::clock::Instant {
    fn cell(&self) -> Cell<'_> {
        Cell::Number(Some(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copy_would_read_as_its_own_is_escaped() {
        let mut line = Vec::new();
        escape("a\tb\\N\r\nè", &mut line);
        assert_eq!(String::from_utf8(line).unwrap(), "a\\tb\\\\N\\r\\nè");
    }
}
