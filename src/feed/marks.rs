//! Where the rows of a batch stand: from its first key to its last. The change feed finds them by it, so that the rows
//! themselves need no index on their revision.

use crate::db::schema::feed_batches;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::text::IpaCode;
use diesel::prelude::*;

/// A row's place after its administration: its month, or area, year and number.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// Empty for usage: the rows of a month lie together, whatever their service.
    pub area: &'a str,
    pub part: i32,
    pub number: i32,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = feed_batches)]
struct Batch {
    administration: IpaCode,
    resource: &'static str,
    revision: i64,
    first_code: String,
    first_part: i32,
    first_number: i32,
    last_code: String,
    last_part: i32,
    last_number: i32,
}

/// Marks the rows that this transaction wrote; several batches of one transaction are one stretch.
pub fn leave(
    write: &mut Write<'_>,
    home: &IpaCode,
    resource: &'static str,
    first: Place<'_>,
    last: Place<'_>,
) -> Result<(), Problem> {
    let batch = Batch {
        administration: home.clone(),
        resource,
        revision: write.revision,
        first_code: first.area.to_owned(),
        first_part: first.part,
        first_number: first.number,
        last_code: last.area.to_owned(),
        last_part: last.part,
        last_number: last.number,
    };
    let stands = diesel::insert_into(feed_batches::table).values(&batch).on_conflict_do_nothing();
    let written = match write.conn {
        AnyConnection::Pg(conn) => stands.execute(conn)?,
        AnyConnection::Sqlite(conn) => stands.execute(conn)?,
    };
    if written == 0 {
        extend(write, batch)?;
    }
    Ok(())
}

/// Of a batch that is not the first of its transaction.
fn extend(write: &mut Write<'_>, batch: Batch) -> Result<(), Problem> {
    let key = (batch.administration.clone(), batch.resource, batch.revision);
    let stretch = feed_batches::table.find(key);
    type Stretch = (String, i32, i32, String, i32, i32);
    let (area, part, number, last_area, last_part, last_number): Stretch = stretch
        .clone()
        .select((
            feed_batches::first_code,
            feed_batches::first_part,
            feed_batches::first_number,
            feed_batches::last_code,
            feed_batches::last_part,
            feed_batches::last_number,
        ))
        .first(write.conn)?;
    let first = (area, part, number).min((batch.first_code, batch.first_part, batch.first_number));
    let last = (last_area, last_part, last_number).max((batch.last_code, batch.last_part, batch.last_number));
    diesel::update(stretch)
        .set((
            feed_batches::first_code.eq(first.0),
            feed_batches::first_part.eq(first.1),
            feed_batches::first_number.eq(first.2),
            feed_batches::last_code.eq(last.0),
            feed_batches::last_part.eq(last.1),
            feed_batches::last_number.eq(last.2),
        ))
        .execute(write.conn)?;
    Ok(())
}
