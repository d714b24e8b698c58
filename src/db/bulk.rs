//! Many rows of a table at once, each database in the way that costs it least. PostgreSQL reads COPY's text form in two thirds
//! of the time that its binary form takes, and in half that of `INSERT … ON CONFLICT`. SQLite takes them from a statement that
//! stays prepared; it is written out here, since diesel's own builder needs as long for a row as SQLite does.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::sqlite::Sqlite;
use std::marker::PhantomData;

/// What stands in a column.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    Number(Option<i64>),
    Text(Option<&'a str>),
}

/// A value that can stand in a column of such a row.
pub trait InCell {
    fn cell(&self) -> Cell<'_>;
}

/// A row that goes in bulk: made by [`bulk_row!`].
pub trait BulkRow: Sized {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
    /// Gives each cell, in the order of the columns.
    fn cells<'a>(&'a self, each: impl FnMut(Cell<'a>));
    /// Hands lines to COPY.
    fn copy(conn: &mut PgConnection, lines: &[u8]) -> QueryResult<usize>;
}

/// Says of a struct of a table that its fields are the table's columns.
macro_rules! bulk_row {
    ($row:ty: $table:ident ($($column:ident),+ $(,)?)) => {
        impl $crate::db::bulk::BulkRow for $row {
            const TABLE: &'static str = stringify!($table);
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),+];

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

/// Rows of one statement: sixteen take two thirds of the time of sixteen statements, more bring nothing more.
const TOGETHER: usize = 16;

/// Adds rows, in place of those that have the same key.
pub fn replace<R: BulkRow + 'static>(
    conn: &mut SqliteConnection,
    mut rows: impl Iterator<Item = R>,
) -> QueryResult<()> {
    loop {
        let some: Vec<R> = rows.by_ref().take(TOGETHER).collect();
        if some.len() == TOGETHER {
            Replace::<R, TOGETHER>::of(&some).execute(conn)?;
            continue;
        }
        for one in some.chunks(1) {
            Replace::<R, 1>::of(one).execute(conn)?;
        }
        return Ok(());
    }
}

/// `REPLACE INTO` with the cells of some rows: the same statement for as many rows of a table, as its id says.
struct Replace<'a, R, const ROWS: usize> {
    cells: Vec<Cell<'a>>,
    row: PhantomData<R>,
}

impl<'a, R: BulkRow, const ROWS: usize> Replace<'a, R, ROWS> {
    fn of(rows: &'a [R]) -> Self {
        let mut cells = Vec::with_capacity(rows.len() * R::COLUMNS.len());
        rows.iter().for_each(|row| row.cells(|cell| cells.push(cell)));
        Replace { cells, row: PhantomData }
    }
}

impl<R: 'static, const ROWS: usize> QueryId for Replace<'_, R, ROWS> {
    type QueryId = Replace<'static, R, ROWS>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<R, const ROWS: usize> RunQueryDsl<SqliteConnection> for Replace<'_, R, ROWS> {}

impl<R: BulkRow, const ROWS: usize> QueryFragment<Sqlite> for Replace<'_, R, ROWS> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("REPLACE INTO ");
        out.push_sql(R::TABLE);
        let mut before = " (";
        for column in R::COLUMNS {
            out.push_sql(before);
            out.push_sql(column);
            before = ", ";
        }
        before = ") VALUES (";
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
        out.push_sql(")");
        Ok(())
    }
}

impl<T: InCell> InCell for Option<T> {
    fn cell(&self) -> Cell<'_> {
        // Where there is none, its kind does not matter.
        self.as_ref().map_or(Cell::Number(None), InCell::cell)
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
