//! Queries on usage.

use super::model::{NewServiceUsage, UsageRow};
use super::totals;
use crate::auth::Tenants;
use crate::calendar::Month;
use crate::db::schema::{digital_services, service_usage as usage};
use crate::db::{AnyConnection, Write, bulk};
use crate::error::{Invalid, Problem};
use crate::feed::marks::Place;
use crate::feed::{Change, Differences, Fed, Stored, differences};
use crate::http::page::Slice;
use crate::text::{Code, IpaCode};
use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Which rows.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub service_code: Option<Code>,
    pub from: Option<Month>,
    pub to: Option<Month>,
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<UsageRow>, Problem> {
    let mut query = usage::table.into_boxed();
    if let Tenants::Only(codes) = tenants {
        query = query.filter(usage::administration.eq_any(codes));
    }
    if let Some(administration) = &wanted.administration {
        query = query.filter(usage::administration.eq(administration));
    }
    if let Some(service) = &wanted.service_code {
        query = query.filter(usage::service_code.eq(service));
    }
    if let Some(from) = wanted.from {
        query = query.filter(usage::month.ge(from));
    }
    if let Some(to) = wanted.to {
        query = query.filter(usage::month.le(to));
    }
    if let Some((home, (month, service))) = slice.after.as_ref().and_then(|after| {
        let (month, service) = after.id.split_once('~')?;
        Some((after.administration.clone(), (month.parse::<Month>().ok()?, service.to_owned())))
    }) {
        let of_month = usage::month.eq(month).and(usage::service_code.gt(service));
        let in_administration = usage::month.gt(month).or(of_month);
        let beyond = usage::administration.gt(home.clone()).or(usage::administration.eq(home).and(in_administration));
        query = query.filter(beyond);
    }
    let key = (usage::administration, usage::month, usage::service_code);
    Ok(query.order(key).limit(slice.fetch()).load(conn)?)
}

/// The first and the last service of a batch. What lies between is read in one sweep over neighbours: looking a thousand
/// codes up one by one costs ten times that.
fn span<'a>(rows: impl Iterator<Item = &'a NewServiceUsage> + Clone) -> Option<(&'a Code, &'a Code)> {
    let codes = rows.map(|row| &row.service_code);
    Some((codes.clone().min()?, codes.max()?))
}

impl Fed for NewServiceUsage {
    const RESOURCE: &'static str = "service-usage";
    type Key<'a> = (Month, &'a Code);
    /// Codes of the services that there are.
    type Known = HashSet<Code>;

    fn key(&self) -> Self::Key<'_> {
        (self.month, &self.service_code)
    }

    fn differences(&self, after: &Self) -> Differences {
        differences!(self, after: NewServiceUsage {
            service_code, month, accesses, users, submissions_started, submissions_completed, logins_spid, logins_cie,
            logins_cns, pagopa_transactions, pagopa_amount, app_io_messages, satisfaction, cost,
        })
    }

    fn place(&self) -> Option<Place> {
        Some(Place { area: String::new(), part: self.month.number(), number: 0 })
    }

    fn known(conn: &mut AnyConnection, home: &IpaCode, rows: &[&Self]) -> Result<HashSet<Code>, Problem> {
        let Some((first, last)) = span(rows.iter().copied()) else { return Ok(HashSet::new()) };
        // As one text: a thousand rows take as long on their way as they take to be found. No code has a space.
        let known: Option<String> = digital_services::table
            .filter(digital_services::administration.eq(home))
            .filter(digital_services::code.between(first, last))
            .select(sql::<Nullable<Text>>("string_agg(code, ' ')"))
            .first(conn)?;
        Ok(known.iter().flat_map(|codes| codes.split(' ')).map(|code| Code::from_trusted(code.to_owned())).collect())
    }

    fn check(&self, known: &HashSet<Code>, today: NaiveDate, invalid: &mut Invalid) {
        if !known.contains(&self.service_code) {
            invalid.add("/service_code", &self.service_code, "is the code of no digital service of the administration");
        }
        self.check_counts(today, invalid);
    }

    fn stored(conn: &mut AnyConnection, home: &IpaCode, rows: &[Self]) -> Result<Vec<Stored<Self>>, Problem> {
        let Some((first, last)) = span(rows.iter()) else { return Ok(Vec::new()) };
        let months: BTreeSet<_> = rows.iter().map(|row| row.month).collect();
        let of_span = usage::table
            .filter(usage::administration.eq(home))
            .filter(usage::month.eq_any(months))
            .filter(usage::service_code.between(first, last));
        let known: Vec<UsageRow> = match conn {
            AnyConnection::Pg(conn) => of_span.load(conn)?,
            AnyConnection::Sqlite(conn) => of_span.load(conn)?,
        };
        Ok(known.into_iter().map(|row| Stored { created_at: row.created_at, row: row.input() }).collect())
    }

    fn put(write: &mut Write<'_>, home: &IpaCode, changes: Vec<Change<Self>>) -> Result<(), Problem> {
        totals::forget(write.conn, home)?;
        let mut corrected: BTreeMap<Month, Vec<Code>> = BTreeMap::new();
        for change in changes.iter().filter(|change| change.before.is_some()) {
            corrected.entry(change.row.month).or_default().push(change.row.service_code.clone());
        }
        let rows = changes.into_iter().map(|change| {
            let created_at = change.before.map_or(write.now, |before| before.created_at);
            UsageRow::new(change.row, home, write.revision, created_at, write.now)
        });
        match write.conn {
            AnyConnection::Pg(conn) => {
                // COPY writes no row over another: the corrected ones make room first, month by month.
                for (month, services) in corrected {
                    let before = usage::table
                        .filter(usage::administration.eq(home))
                        .filter(usage::month.eq(month))
                        .filter(usage::service_code.eq_any(services));
                    diesel::delete(before).execute(conn)?;
                }
                bulk::copy(conn, rows)?;
            }
            AnyConnection::Sqlite(conn) => bulk::replace(conn, rows)?,
        }
        Ok(())
    }
}
