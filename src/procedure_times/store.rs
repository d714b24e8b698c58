//! Queries on the times of procedures.

use super::model::{NewProcedureTime, ProcedureTime};
use crate::auth::Tenants;
use crate::db::schema::procedure_times;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::periods::{MeasuredPeriod, Period};
use crate::procedures::model::Procedure;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::IpaCode;
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use std::collections::HashMap;

/// Which readings.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub procedure_id: Option<Id>,
    pub period: Option<MeasuredPeriod>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<ProcedureTime>, Problem> {
    let mut query = procedure_times::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(procedure_times::administration.eq(administration));
    }
    if let Some(procedure) = &wanted.procedure_id {
        query = query.filter(procedure_times::procedure_id.eq(procedure));
    }
    if let Some(period) = &wanted.period {
        query = query.filter(procedure_times::period.eq(period));
    }
    Ok(slice_of!(query, procedure_times, tenants, slice).load(conn)?)
}

/// Readings that tell both how many cases ended and how many of them in time, summed.
#[derive(Debug, Clone, Default)]
pub struct WithinTerm {
    pub cases: i64,
    pub within_term: i64,
    pub readings: i64,
    pub up_to: Option<NaiveDate>,
    pub revision: i64,
}

/// Sums the readings whose periods lie within these days, all procedures together. Of one procedure a period counts once:
/// a quarter beside its year is in it already.
pub fn within_term(
    conn: &mut AnyConnection,
    home: &IpaCode,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<WithinTerm, Problem> {
    // A period's text begins with its year, so the texts compare as the years do.
    let readings: Vec<ProcedureTime> = procedure_times::table
        .filter(procedure_times::administration.eq(home))
        .filter(procedure_times::within_term.is_not_null())
        .filter(procedure_times::period.ge(from.year().to_string()))
        .filter(procedure_times::period.lt((to.year() + 1).to_string()))
        .load(conn)?;
    let dated = readings.iter().filter_map(|reading| Some((reading.period.period()?, reading)));
    let mut ended: Vec<_> = dated.filter(|(period, _)| period.start() >= from && period.end() <= to).collect();
    ended.sort_by_key(|(period, _)| std::cmp::Reverse(period.length()));
    let mut sums = WithinTerm::default();
    let mut counted: HashMap<&Id, Vec<Period>> = HashMap::new();
    for (period, reading) in ended {
        let of_procedure = counted.entry(&reading.procedure_id).or_default();
        if of_procedure.iter().any(|longer| longer.covers(period)) {
            continue;
        }
        of_procedure.push(period);
        sums.cases += reading.cases;
        sums.within_term += reading.within_term.unwrap_or_default();
        sums.readings += 1;
        sums.up_to = sums.up_to.max(Some(period.end()));
        sums.revision = sums.revision.max(reading.revision);
    }
    Ok(sums)
}

impl Record for ProcedureTime {
    const RESOURCE: &'static str = "procedure-times";
    const NAME: &'static str = "reading of a procedure's times";
    const KEY_FIELD: &'static str = "/period";
    type Input = NewProcedureTime;

    record_queries!(procedure_times);

    fn input(&self) -> NewProcedureTime {
        NewProcedureTime {
            procedure_id: self.procedure_id.clone(),
            period: self.period.clone(),
            cases: self.cases,
            within_term: self.within_term,
            median_days: self.median_days,
            p90_days: self.p90_days,
            note: self.note.clone(),
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewProcedureTime) -> Result<IpaCode, Problem> {
        Ok(record::parent::<Procedure>(conn, tenants, "/procedure_id", &input.procedure_id)?.administration)
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewProcedureTime,
        current: Option<&ProcedureTime>,
    ) -> Result<ProcedureTime, Problem> {
        input.check(write.now.date())?;
        record::relative::<Procedure>(write, home, "/procedure_id", &input.procedure_id)?;
        if let Some(current) = current.filter(|current| current.procedure_id != input.procedure_id) {
            let detail = format!("a reading stays with its procedure, {}", current.procedure_id);
            return Err(Problem::invalid("/procedure_id", &input.procedure_id, detail));
        }
        Ok(ProcedureTime {
            administration: home.clone(),
            id: current.map_or_else(|| write.next_id(), |current| current.id.clone()),
            procedure_id: input.procedure_id,
            period: input.period,
            cases: input.cases,
            within_term: input.within_term,
            median_days: input.median_days,
            p90_days: input.p90_days,
            note: input.note,
            revision: write.revision,
            created_at: current.map_or(write.now, |current| current.created_at),
            updated_at: write.now,
        })
    }

    fn find_by_codes(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
    ) -> Result<Option<ProcedureTime>, Problem> {
        let [procedure, period] = codes else { return Ok(None) };
        let Some(procedure) = Procedure::find_by_codes(conn, home, std::slice::from_ref(procedure))? else {
            return Ok(None);
        };
        let of = procedure_times::table
            .filter(procedure_times::administration.eq(home))
            .filter(procedure_times::procedure_id.eq(procedure.id));
        Ok(of.filter(procedure_times::period.eq(period)).first(conn).optional()?)
    }
}
