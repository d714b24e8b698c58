//! Queries on administrations. They are public facts: any caller with a token reads them all.

use super::model::{Administration, AdministrationKind, CadastralCode, IstatCode, TerritoryCode};
use crate::db::AnyConnection;
use crate::db::schema::administrations;
use crate::error::Problem;
use crate::http::page::Slice;
use crate::text::{IpaCode, Line};
use crate::wording::fold;
use diesel::prelude::*;

/// Which administrations.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub q: Option<String>,
    pub kind: Option<AdministrationKind>,
    pub region: Option<TerritoryCode>,
    pub province: Option<TerritoryCode>,
    pub istat_code: Option<IstatCode>,
}

pub fn list(conn: &mut AnyConnection, wanted: &Wanted, slice: &Slice) -> Result<Vec<Administration>, Problem> {
    let mut query = administrations::table.into_boxed();
    if let Some(q) = &wanted.q {
        // Marks were taken out of the stored names and of the search text alike, so no wildcard is left in it.
        query = query.filter(administrations::search_name.like(format!("%{}%", fold(q))));
    }
    if let Some(kind) = wanted.kind {
        query = query.filter(administrations::kind.eq(kind));
    }
    if let Some(region) = &wanted.region {
        query = query.filter(administrations::region_code.eq(region));
    }
    if let Some(province) = &wanted.province {
        query = query.filter(administrations::province_code.eq(province));
    }
    if let Some(code) = &wanted.istat_code {
        query = query.filter(administrations::istat_code.eq(code));
    }
    if let Some(after) = &slice.after {
        query = query.filter(administrations::ipa_code.gt(after.administration.clone()));
    }
    Ok(query.order(administrations::ipa_code).limit(slice.fetch()).load(conn)?)
}

pub fn find(conn: &mut AnyConnection, code: &IpaCode) -> Result<Option<Administration>, Problem> {
    Ok(administrations::table.find(code).first(conn).optional()?)
}

/// Where an administration stands.
#[derive(Debug, Clone, Queryable)]
pub struct Standing {
    pub ipa_code: IpaCode,
    pub name: Line,
    pub istat_code: Option<IstatCode>,
    pub cadastral_code: Option<CadastralCode>,
    pub province_code: Option<TerritoryCode>,
    pub region_code: Option<TerritoryCode>,
    pub population: Option<i64>,
}

/// All administrations of a kind.
pub fn standing(conn: &mut AnyConnection, kind: AdministrationKind) -> Result<Vec<Standing>, Problem> {
    let all = administrations::table.filter(administrations::kind.eq(kind)).order(administrations::ipa_code);
    let columns = (
        administrations::ipa_code,
        administrations::name,
        administrations::istat_code,
        administrations::cadastral_code,
        administrations::province_code,
        administrations::region_code,
        administrations::population,
    );
    Ok(all.select(columns).load(conn)?)
}

/// 422 at the field where the code is unknown.
pub fn require(conn: &mut AnyConnection, code: &IpaCode, field: &str) -> Result<Administration, Problem> {
    find(conn, code)?.ok_or_else(|| {
        Problem::invalid(
            field,
            code,
            "is no IPA code known here: GET /administrations finds it by name; other bodies can be added",
        )
    })
}

pub fn insert(conn: &mut AnyConnection, row: &Administration) -> Result<(), Problem> {
    diesel::insert_into(administrations::table).values(row).execute(conn)?;
    Ok(())
}

/// Adds many at once.
pub fn insert_all(conn: &mut AnyConnection, rows: &[Administration]) -> Result<(), Problem> {
    // SQLite takes 32,766 parameters, a row has 16.
    for chunk in rows.chunks(1000) {
        let insert = diesel::insert_into(administrations::table).values(chunk);
        match conn {
            AnyConnection::Pg(conn) => insert.execute(conn)?,
            AnyConnection::Sqlite(conn) => insert.execute(conn)?,
        };
    }
    Ok(())
}

pub fn update(conn: &mut AnyConnection, row: &Administration) -> Result<(), Problem> {
    diesel::update(administrations::table.find(&row.ipa_code)).set(row).execute(conn)?;
    Ok(())
}
