//! Queries on imports.

use super::model::Import;
use crate::auth::Tenants;
use crate::db::AnyConnection;
use crate::db::schema::imports;
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::record::slice_of;
use crate::text::IpaCode;
use diesel::prelude::*;

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    administration: Option<&IpaCode>,
    slice: &Slice,
) -> Result<Vec<Import>, Problem> {
    let mut query = imports::table.into_boxed();
    if let Some(administration) = administration {
        query = query.filter(imports::administration.eq(administration));
    }
    Ok(slice_of!(query, imports, tenants, slice).load(conn)?)
}

pub fn find(conn: &mut AnyConnection, tenants: &Tenants, id: &Id) -> Result<Option<Import>, Problem> {
    let mut query = imports::table.filter(imports::id.eq(id)).into_boxed();
    if let Tenants::Only(codes) = tenants {
        query = query.filter(imports::administration.eq_any(codes));
    }
    Ok(query.first(conn).optional()?)
}

pub fn insert(conn: &mut AnyConnection, row: &Import) -> Result<(), Problem> {
    diesel::insert_into(imports::table).values(row).execute(conn)?;
    Ok(())
}
