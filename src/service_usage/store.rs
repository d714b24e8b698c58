//! Queries on usage.

use super::model::{NewServiceUsage, UsageRow};
use super::totals;
use crate::auth::Tenants;
use crate::calendar::Month;
use crate::db::schema::{digital_services, service_usage as usage};
use crate::db::{AnyConnection, Write};
use crate::error::{Invalid, Problem};
use crate::feed::{Change, Fed, Stored};
use crate::http::page::Slice;
use crate::text::{Code, IpaCode};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

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
    if let Some((home, (service, month))) = slice.after.as_ref().and_then(|after| {
        let (service, month) = after.id.rsplit_once('~')?;
        Some((after.administration.clone(), (service.to_owned(), month.parse::<Month>().ok()?)))
    }) {
        let of_service = usage::service_code.eq(service.clone()).and(usage::month.gt(month));
        let in_administration = usage::service_code.gt(service).or(of_service);
        let beyond = usage::administration.gt(home.clone()).or(usage::administration.eq(home).and(in_administration));
        query = query.filter(beyond);
    }
    let key = (usage::administration, usage::service_code, usage::month);
    Ok(query.order(key).limit(slice.fetch()).load(conn)?)
}

fn services<'a>(rows: &[&'a NewServiceUsage]) -> BTreeSet<&'a Code> {
    rows.iter().map(|row| &row.service_code).collect()
}

impl Fed for NewServiceUsage {
    const RESOURCE: &'static str = "service-usage";
    type Key = (Code, Month);
    /// Codes of the services that there are.
    type Known = BTreeSet<Code>;

    fn key(&self) -> Self::Key {
        (self.service_code.clone(), self.month)
    }

    fn known(conn: &mut AnyConnection, home: &IpaCode, rows: &[&Self]) -> Result<BTreeSet<Code>, Problem> {
        let known = digital_services::table
            .filter(digital_services::administration.eq(home))
            .filter(digital_services::code.eq_any(services(rows)))
            .select(digital_services::code);
        let codes: Vec<Code> = match conn {
            AnyConnection::Pg(conn) => known.load(conn)?,
            AnyConnection::Sqlite(conn) => known.load(conn)?,
        };
        Ok(codes.into_iter().collect())
    }

    fn check(&self, known: &BTreeSet<Code>, today: NaiveDate, invalid: &mut Invalid) {
        if !known.contains(&self.service_code) {
            invalid.add("/service_code", &self.service_code, "is the code of no digital service of the administration");
        }
        self.check_counts(today, invalid);
    }

    fn stored(conn: &mut AnyConnection, home: &IpaCode, rows: &[&Self]) -> Result<Vec<Stored<Self>>, Problem> {
        let months: BTreeSet<_> = rows.iter().map(|row| row.month).collect();
        let known = usage::table
            .filter(usage::administration.eq(home))
            .filter(usage::service_code.eq_any(services(rows)))
            .filter(usage::month.eq_any(months));
        let known: Vec<UsageRow> = match conn {
            AnyConnection::Pg(conn) => known.load(conn)?,
            AnyConnection::Sqlite(conn) => known.load(conn)?,
        };
        Ok(known.into_iter().map(|row| Stored { created_at: row.created_at, row: row.input() }).collect())
    }

    fn put(write: &mut Write<'_>, home: &IpaCode, changes: &[Change<Self>]) -> Result<(), Problem> {
        totals::forget(write.conn, home)?;
        let rows: Vec<_> = changes
            .iter()
            .map(|change| {
                let created_at = change.before.as_ref().map_or(write.now, |before| before.created_at);
                UsageRow::new(change.row.clone(), home, write.revision, created_at, write.now)
            })
            .collect();
        match write.conn {
            AnyConnection::Pg(conn) => {
                // COPY writes many rows at once, which no INSERT does; the corrected ones make room first, month by month.
                let mut corrected: BTreeMap<Month, Vec<&Code>> = BTreeMap::new();
                for change in changes.iter().filter(|change| change.before.is_some()) {
                    corrected.entry(change.row.month).or_default().push(&change.row.service_code);
                }
                for (month, services) in corrected {
                    let before = usage::table
                        .filter(usage::administration.eq(home))
                        .filter(usage::month.eq(month))
                        .filter(usage::service_code.eq_any(services));
                    diesel::delete(before).execute(conn)?;
                }
                diesel::copy_from(usage::table).from_insertable(rows).execute(conn)?;
            }
            AnyConnection::Sqlite(conn) => {
                diesel::replace_into(usage::table).values(rows).execute(conn)?;
            }
        }
        Ok(())
    }
}
