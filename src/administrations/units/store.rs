//! Queries on units.

use super::model::{NewUnit, Unit};
use crate::administrations::store as administrations;
use crate::auth::Tenants;
use crate::db::schema::units;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::IpaCode;
use diesel::prelude::*;

/// Units nest no deeper.
const MAX_DEPTH: usize = 20;

/// Which units.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
}

pub fn list(conn: &mut AnyConnection, tenants: &Tenants, wanted: &Wanted, slice: &Slice) -> Result<Vec<Unit>, Problem> {
    let mut query = units::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(units::administration.eq(administration));
    }
    Ok(slice_of!(query, units, tenants, slice).load(conn)?)
}

/// The units of these ids.
pub fn of_ids(conn: &mut AnyConnection, home: &IpaCode, ids: &[&Id]) -> Result<Vec<Unit>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(units::table.filter(units::administration.eq(home)).filter(units::id.eq_any(ids)).load(conn)?)
}

impl Record for Unit {
    const RESOURCE: &'static str = "units";
    const NAME: &'static str = "unit";
    type Input = NewUnit;

    record_queries!(units);

    fn input(&self) -> NewUnit {
        NewUnit {
            administration: self.administration.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            parent_id: self.parent_id.clone(),
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewUnit) -> Result<IpaCode, Problem> {
        tenants.require(&input.administration)?;
        administrations::require(conn, &input.administration, "/administration")?;
        Ok(input.administration.clone())
    }

    fn build(write: &mut Write<'_>, home: &IpaCode, input: NewUnit, current: Option<&Unit>) -> Result<Unit, Problem> {
        if let Some(parent) = &input.parent_id {
            refuse_circle(write, home, parent, current)?;
        }
        Ok(Unit {
            administration: home.clone(),
            id: current.map_or_else(|| write.next_id(), |unit| unit.id.clone()),
            code: input.code,
            name: input.name,
            parent_id: input.parent_id,
            revision: write.revision,
            created_at: current.map_or(write.now, |unit| unit.created_at),
            updated_at: write.now,
        })
    }

    fn find_by_codes(conn: &mut AnyConnection, home: &IpaCode, codes: &[String]) -> Result<Option<Unit>, Problem> {
        let [code] = codes else { return Ok(None) };
        let named = units::table.filter(units::administration.eq(home)).filter(units::code.eq(code));
        Ok(named.first(conn).optional()?)
    }
}

/// A unit is part of another, never of itself.
fn refuse_circle(write: &mut Write<'_>, home: &IpaCode, parent: &Id, unit: Option<&Unit>) -> Result<(), Problem> {
    let mut above = Some(parent.clone());
    for _ in 0..MAX_DEPTH {
        let Some(id) = above else { return Ok(()) };
        if unit.is_some_and(|unit| unit.id == id) {
            return Err(Problem::invalid("/parent_id", parent, "a unit cannot be part of itself"));
        }
        above = record::relative::<Unit>(write, home, "/parent_id", &id)?.parent_id;
    }
    Err(Problem::invalid("/parent_id", parent, format!("units nest at most {MAX_DEPTH} deep")))
}
