//! Queries on publications. They are written once and read by everybody: there is no way here to change or remove one.

use super::model::{PublicationKind, PublicationRow};
use super::sections::SectionCode;
use crate::administrations::model::Administration;
use crate::auth::Tenants;
use crate::db::schema::{administrations, publication_contents, publications};
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::record::{Key, slice_of};
use crate::text::IpaCode;
use diesel::prelude::*;

/// Which publications.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub kind: Option<PublicationKind>,
    pub section: Option<SectionCode>,
    /// Those whose years hold this one.
    pub year: Option<i32>,
}

#[derive(Insertable)]
#[diesel(table_name = publication_contents)]
struct ContentRow<'a> {
    administration: &'a IpaCode,
    id: &'a Id,
    content: &'a str,
    revision: i64,
}

pub fn insert(write: &mut Write<'_>, row: &PublicationRow, content: &str) -> Result<(), Problem> {
    diesel::insert_into(publications::table).values(row).execute(write.conn)?;
    let content = ContentRow { administration: &row.administration, id: &row.id, content, revision: write.revision };
    diesel::insert_into(publication_contents::table).values(&content).execute(write.conn)?;
    Ok(())
}

/// The publication of this code.
pub fn find_by_code(conn: &mut AnyConnection, home: &IpaCode, code: &str) -> Result<Option<PublicationRow>, Problem> {
    let named = publications::table.filter(publications::administration.eq(home)).filter(publications::code.eq(code));
    Ok(named.first(conn).optional()?)
}

/// The publication of this id, or of an administration's code and its own: everybody may see it.
pub fn find(conn: &mut AnyConnection, key: &str) -> Result<Option<PublicationRow>, Problem> {
    match Key::parse(key) {
        Some(Key::Id(id)) => Ok(publications::table.filter(publications::id.eq(&id)).first(conn).optional()?),
        Some(Key::Codes(home, codes)) => match codes.as_slice() {
            [code] => find_by_code(conn, &home, code),
            _ => Ok(None),
        },
        None => Ok(None),
    }
}

/// The stored bytes; nothing where the row is gone.
pub fn content(conn: &mut AnyConnection, row: &PublicationRow) -> Result<Option<String>, Problem> {
    let stored = publication_contents::table.find((&row.administration, &row.id)).select(publication_contents::content);
    Ok(stored.first(conn).optional()?)
}

pub fn list(conn: &mut AnyConnection, wanted: &Wanted, slice: &Slice) -> Result<Vec<PublicationRow>, Problem> {
    let mut query = publications::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(publications::administration.eq(administration));
    }
    if let Some(kind) = wanted.kind {
        query = query.filter(publications::kind.eq(kind));
    }
    if let Some(section) = &wanted.section {
        query = query.filter(publications::section.eq(section));
    }
    if let Some(year) = wanted.year {
        query = query.filter(publications::start_year.le(year)).filter(publications::end_year.ge(year));
    }
    // What is published is public: of all administrations.
    Ok(slice_of!(query, publications, &Tenants::All, slice).load(conn)?)
}

/// The administrations of these publications, by their codes.
pub fn administrations_of(conn: &mut AnyConnection, rows: &[PublicationRow]) -> Result<Vec<Administration>, Problem> {
    let mut codes: Vec<_> = rows.iter().map(|row| &row.administration).collect();
    codes.dedup();
    Ok(administrations::table.filter(administrations::ipa_code.eq_any(codes)).load(conn)?)
}
