//! Where the rows of a batch stand: from its first key to its last. The change feed finds them by it, so that the rows
//! themselves need no index on their revision.

use crate::db::Write;
use crate::db::schema::feed_batches;
use crate::error::Problem;
use crate::text::IpaCode;
use diesel::prelude::*;

/// A row's place after its administration: its month, or area, year and number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Empty for usage: the rows of a month lie together, whatever their service.
    pub area: String,
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
    first: Place,
    last: Place,
) -> Result<(), Problem> {
    let known: Option<(String, i32, i32, String, i32, i32)> = feed_batches::table
        .find((home, resource, write.revision))
        .select((
            feed_batches::first_code,
            feed_batches::first_part,
            feed_batches::first_number,
            feed_batches::last_code,
            feed_batches::last_part,
            feed_batches::last_number,
        ))
        .first(write.conn)
        .optional()?;
    let (mut first, mut last) = (first, last);
    if let Some((area, part, number, last_area, last_part, last_number)) = known {
        first = first.min(Place { area, part, number });
        last = last.max(Place { area: last_area, part: last_part, number: last_number });
        diesel::delete(feed_batches::table.find((home, resource, write.revision))).execute(write.conn)?;
    }
    let batch = Batch {
        administration: home.clone(),
        resource,
        revision: write.revision,
        first_code: first.area,
        first_part: first.part,
        first_number: first.number,
        last_code: last.area,
        last_part: last.part,
        last_number: last.number,
    };
    diesel::insert_into(feed_batches::table).values(&batch).execute(write.conn)?;
    Ok(())
}
