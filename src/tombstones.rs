//! What was removed leaves a tombstone in the transaction that removes it, so that the change feed can tell of it.

use crate::clock::Instant;
use crate::db::schema::tombstones;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::text::IpaCode;
use diesel::prelude::*;

/// A record that is gone.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = tombstones, treat_none_as_default_value = false)]
pub struct Tombstone {
    pub administration: IpaCode,
    pub resource: String,
    /// Its id, or what its sender calls it.
    pub resource_id: String,
    pub revision: i64,
    pub deleted_at: Instant,
}

/// Rows of one statement: SQLite takes 32,766 parameters, a tombstone has 5.
const CHUNK: usize = 5000;

/// Leaves a tombstone for each of these; of one name there is one, the latest.
pub fn bury(
    write: &mut Write<'_>,
    administration: &IpaCode,
    resource: &'static str,
    ids: &[String],
) -> Result<(), Problem> {
    for chunk in ids.chunks(CHUNK) {
        let earlier = tombstones::table
            .filter(tombstones::administration.eq(administration))
            .filter(tombstones::resource.eq(resource))
            .filter(tombstones::resource_id.eq_any(chunk));
        diesel::delete(earlier).execute(write.conn)?;
        let rows: Vec<_> = chunk
            .iter()
            .map(|id| Tombstone {
                administration: administration.clone(),
                resource: resource.to_owned(),
                resource_id: id.clone(),
                revision: write.revision,
                deleted_at: write.now,
            })
            .collect();
        let insert = diesel::insert_into(tombstones::table).values(&rows);
        match write.conn {
            AnyConnection::Pg(conn) => insert.execute(conn)?,
            AnyConnection::Sqlite(conn) => insert.execute(conn)?,
        };
    }
    Ok(())
}

/// Clears away those from before an instant: no cursor that still holds asks for them.
pub fn clear(conn: &mut AnyConnection, before: Instant) -> Result<usize, Problem> {
    Ok(diesel::delete(tombstones::table.filter(tombstones::deleted_at.lt(before))).execute(conn)?)
}
