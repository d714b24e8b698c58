//! Where the rows of a batch stand: from its first key to its last. The change feed finds them by it, so that the rows
//! themselves need no index on their revision.

use crate::db::Write;
use crate::db::schema::feed_batches;
use crate::error::Problem;
use crate::text::{Code, IpaCode};
use diesel::prelude::*;

/// A row's key after its administration: service and month, or area, year and number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub code: Code,
    pub part: i32,
    pub number: i32,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = feed_batches)]
struct Batch {
    administration: IpaCode,
    resource: &'static str,
    revision: i64,
    first_code: Code,
    first_part: i32,
    first_number: i32,
    last_code: Code,
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
    let known: Option<(Code, i32, i32, Code, i32, i32)> = feed_batches::table
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
    if let Some((code, part, number, last_code, last_part, last_number)) = known {
        first = first.min(Place { code, part, number });
        last = last.max(Place { code: last_code, part: last_part, number: last_number });
        diesel::delete(feed_batches::table.find((home, resource, write.revision))).execute(write.conn)?;
    }
    let batch = Batch {
        administration: home.clone(),
        resource,
        revision: write.revision,
        first_code: first.code,
        first_part: first.part,
        first_number: first.number,
        last_code: last.code,
        last_part: last.part,
        last_number: last.number,
    };
    diesel::insert_into(feed_batches::table).values(&batch).execute(write.conn)?;
    Ok(())
}

/// The counts of a service follow it to a new code: under the old one they are gone, under the new one they are news.
pub fn follow(write: &mut Write<'_>, home: &IpaCode, old: &Code, new: &Code) -> Result<(), Problem> {
    use crate::db::schema::service_usage as usage;
    let of_service = usage::table.filter(usage::administration.eq(home)).filter(usage::service_code.eq(old));
    let months: Vec<crate::calendar::Month> = of_service.select(usage::month).order(usage::month).load(write.conn)?;
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return Ok(()) };
    let gone: Vec<_> = months.iter().map(|month| format!("{old}~{month}")).collect();
    crate::tombstones::bury(write, home, "service-usage", &gone)?;
    // The foreign key moves them to the new code.
    diesel::update(of_service).set(usage::revision.eq(write.revision)).execute(write.conn)?;
    let place = |month: &crate::calendar::Month| Place { code: new.clone(), part: month.number(), number: 0 };
    leave(write, home, "service-usage", place(first), place(last))
}
