//! What the catalogue asks beside the list of publications.

use crate::clock::Instant;
use crate::db::AnyConnection;
use crate::db::schema::publications;
use crate::error::Problem;
use crate::text::IpaCode;
use diesel::dsl::max;
use diesel::prelude::*;

/// When something was published last.
pub fn latest(conn: &mut AnyConnection, administration: Option<&IpaCode>) -> Result<Option<Instant>, Problem> {
    let mut query = publications::table.select(max(publications::published_at)).into_boxed();
    if let Some(administration) = administration {
        query = query.filter(publications::administration.eq(administration));
    }
    let latest: Option<i64> = query.first(conn)?;
    Ok(latest.map(Instant))
}
