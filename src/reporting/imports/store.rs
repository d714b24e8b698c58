//! Queries on imports and their refusals.

use super::model::Import;
use super::rows::report::ImportRefusal;
use super::rows::resource::Family;
use crate::auth::Tenants;
use crate::db::AnyConnection;
use crate::db::schema::{import_refusals, imports};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::record::slice_of;
use crate::text::IpaCode;
use diesel::prelude::*;

/// Rows of one statement: SQLite takes 32,766 parameters, a refusal has 8.
const CHUNK: usize = 2000;

/// Who asks: whose data, which kinds of imports, and which client it is.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub tenants: Tenants,
    pub families: Vec<Family>,
    pub client_id: String,
}

/// What a viewer sees of a boxed query: an import of several administrations only where it sent it, or sees all.
macro_rules! seen_by {
    ($query:ident, $viewer:expr) => {
        $query = $query.filter(imports::family.eq_any(&$viewer.families));
        if $viewer.tenants != Tenants::All {
            $query = $query.filter(imports::several.eq(false).or(imports::sender.eq(&$viewer.client_id)));
        }
    };
}

pub fn list(
    conn: &mut AnyConnection,
    viewer: &Viewer,
    administration: Option<&IpaCode>,
    slice: &Slice,
) -> Result<Vec<Import>, Problem> {
    let mut query = imports::table.into_boxed();
    if let Some(administration) = administration {
        query = query.filter(imports::administration.eq(administration));
    }
    seen_by!(query, viewer);
    Ok(slice_of!(query, imports, &viewer.tenants, slice).load(conn)?)
}

pub fn find(conn: &mut AnyConnection, viewer: &Viewer, id: &Id) -> Result<Option<Import>, Problem> {
    let mut query = imports::table.filter(imports::id.eq(id)).into_boxed();
    if let Tenants::Only(codes) = &viewer.tenants {
        query = query.filter(imports::administration.eq_any(codes));
    }
    seen_by!(query, viewer);
    Ok(query.first(conn).optional()?)
}

pub fn insert(conn: &mut AnyConnection, row: &Import) -> Result<(), Problem> {
    diesel::insert_into(imports::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes down how far an import has come.
pub fn update(conn: &mut AnyConnection, row: &Import) -> Result<(), Problem> {
    let told = (
        imports::report.eq(&row.report),
        imports::status.eq(row.status),
        imports::lease_until.eq(row.lease_until),
        imports::revision.eq(row.revision),
    );
    diesel::update(imports::table.find((&row.administration, &row.id))).set(told).execute(conn)?;
    Ok(())
}

pub fn insert_refusals(conn: &mut AnyConnection, rows: &[ImportRefusal]) -> Result<(), Problem> {
    for chunk in rows.chunks(CHUNK) {
        let insert = diesel::insert_into(import_refusals::table).values(chunk);
        match conn {
            AnyConnection::Pg(conn) => insert.execute(conn)?,
            AnyConnection::Sqlite(conn) => insert.execute(conn)?,
        };
    }
    Ok(())
}

/// The refusals of an import from a place on, in the order of the lines.
pub fn refusals(
    conn: &mut AnyConnection,
    import: &Import,
    after: i64,
    most: i64,
) -> Result<Vec<ImportRefusal>, Problem> {
    let of_import = import_refusals::table
        .filter(import_refusals::administration.eq(&import.administration))
        .filter(import_refusals::import_id.eq(&import.id))
        .filter(import_refusals::number.gt(after));
    Ok(of_import.order(import_refusals::number).limit(most).load(conn)?)
}
