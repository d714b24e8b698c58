//! The comuni known from the start, so that names, ISTAT and IPA codes are right before anybody types one. Source: ISTAT's
//! list of January 2020 (CC-BY 3.0 IT), with the IPA codes of the Indice PA.

use super::model::{Administration, AdministrationKind, NewAdministration};
use crate::db::schema::administrations;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::text::IpaCode;
use diesel::prelude::*;
use serde::Deserialize;

const COMUNI: &str = include_str!("../../data/comuni.csv");
/// Well below the parameters that a statement may have on SQLite.
const CHUNK: usize = 1000;

#[derive(Deserialize)]
struct Line {
    istat_code: String,
    cadastral_code: String,
    name: String,
    province_code: String,
    province: String,
    region_code: String,
    region: String,
    population_2011: Option<i64>,
    ipa_code: String,
}

/// Adds the comuni that are not there yet; what was changed since stays as it is. Returns how many were added.
pub fn load(write: &mut Write<'_>) -> Result<usize, Problem> {
    let known: i64 = administrations::table
        .filter(administrations::kind.eq(AdministrationKind::Comune))
        .count()
        .get_result(write.conn)?;
    let mut rows = Vec::new();
    for line in csv::Reader::from_reader(COMUNI.as_bytes()).deserialize() {
        let line: Line = line.map_err(Problem::internal)?;
        rows.push(row(line, write).ok_or_else(|| Problem::internal("data/comuni.csv has a row that is no comune"))?);
    }
    if known >= rows.len() as i64 {
        return Ok(0);
    }
    let mut added = 0;
    for chunk in rows.chunks(CHUNK) {
        let insert = diesel::insert_into(administrations::table).values(chunk).on_conflict_do_nothing();
        added += match write.conn {
            AnyConnection::Pg(conn) => insert.execute(conn)?,
            AnyConnection::Sqlite(conn) => insert.execute(conn)?,
        };
    }
    Ok(added)
}

fn row(line: Line, write: &Write<'_>) -> Option<Administration> {
    // For the few whose code the source lacks, the usual form stands in.
    let code = if line.ipa_code.is_empty() { format!("c_{}", line.cadastral_code) } else { line.ipa_code };
    let input = NewAdministration {
        name: line.name.parse().ok()?,
        kind: AdministrationKind::Comune,
        istat_code: line.istat_code.parse().ok(),
        cadastral_code: line.cadastral_code.parse().ok(),
        tax_code: None,
        aoo_code: None,
        province_code: line.province_code.parse().ok(),
        province: line.province.parse().ok(),
        region_code: line.region_code.parse().ok(),
        region: line.region.parse().ok(),
        population: line.population_2011,
    };
    Some(Administration::new(IpaCode::parse(&code)?, input, write.revision, write.now, write.now))
}
