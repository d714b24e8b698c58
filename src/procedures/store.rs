//! Queries on procedures.

use super::model::{NewProcedure, Procedure};
use crate::administrations::store as administrations;
use crate::administrations::units::Unit;
use crate::auth::Tenants;
use crate::db::schema::procedures;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::{IpaCode, Line};
use diesel::prelude::*;

/// Which procedures.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub unit_id: Option<Id>,
    pub classification: Option<Line>,
    pub digital_level: Option<i32>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<Procedure>, Problem> {
    let mut query = procedures::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(procedures::administration.eq(administration));
    }
    if let Some(unit) = &wanted.unit_id {
        query = query.filter(procedures::unit_id.eq(unit));
    }
    if let Some(classification) = &wanted.classification {
        query = query.filter(procedures::classification.eq(classification));
    }
    if let Some(level) = wanted.digital_level {
        query = query.filter(procedures::digital_level.eq(level));
    }
    Ok(slice_of!(query, procedures, tenants, slice).load(conn)?)
}

impl Record for Procedure {
    const RESOURCE: &'static str = "procedures";
    const NAME: &'static str = "procedure";
    type Input = NewProcedure;

    record_queries!(procedures);

    fn input(&self) -> NewProcedure {
        NewProcedure {
            administration: self.administration.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            classification: self.classification.clone(),
            unit_id: self.unit_id.clone(),
            responsible_office: self.responsible_office.clone(),
            forms: self.forms.to_vec(),
            steps: self.steps.to_vec(),
            related_codes: self.related_codes.to_vec(),
            maximum_days: self.maximum_days,
            online_rights: (*self.online_rights).clone(),
            digital_level: self.digital_level,
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewProcedure) -> Result<IpaCode, Problem> {
        tenants.require(&input.administration)?;
        administrations::require(conn, &input.administration, "/administration")?;
        Ok(input.administration.clone())
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewProcedure,
        current: Option<&Procedure>,
    ) -> Result<Procedure, Problem> {
        input.check()?;
        if let Some(id) = &input.unit_id {
            record::relative::<Unit>(write, home, "/unit_id", id)?;
        }
        let id = current.map_or_else(|| write.next_id(), |current| current.id.clone());
        let created_at = current.map_or(write.now, |current| current.created_at);
        Ok(Procedure::new(input, id, write.revision, created_at, write.now))
    }

    fn find_by_codes(conn: &mut AnyConnection, home: &IpaCode, codes: &[String]) -> Result<Option<Procedure>, Problem> {
        let [code] = codes else { return Ok(None) };
        let named = procedures::table.filter(procedures::administration.eq(home)).filter(procedures::code.eq(code));
        Ok(named.first(conn).optional()?)
    }
}
