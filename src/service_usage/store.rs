//! Queries on usage.

use super::model::{NewServiceUsage, UsageRow};
use super::totals;
use crate::auth::Tenants;
use crate::calendar::Month;
use crate::db::schema::{digital_services, service_usage as usage};
use crate::db::{AnyConnection, Lasting, Write, bulk};
use crate::error::{Invalid, Problem};
use crate::feed::marks::Place;
use crate::feed::{Changes, Differences, Fed, Stored, differences};
use crate::http::page::Slice;
use crate::text::{Code, IpaCode};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{BTreeMap, HashSet};

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
fn span(rows: &[NewServiceUsage]) -> Option<(&Code, &Code)> {
    let codes = rows.iter().map(|row| &row.service_code);
    Some((codes.clone().min()?, codes.max()?))
}

impl Fed for NewServiceUsage {
    const RESOURCE: &'static str = "service-usage";
    type Key<'a> = (Month, &'a Code);
    /// Codes of the services that there are; `None` where all that the batch names have counts already, and so stay.
    type Known = Option<HashSet<Code>>;

    fn key(&self) -> Self::Key<'_> {
        (self.month, &self.service_code)
    }

    fn differences(&self, after: &Self) -> Differences {
        differences!(self, after: NewServiceUsage {
            service_code, month, accesses, users, submissions_started, submissions_completed, logins_spid, logins_cie,
            logins_cns, pagopa_transactions, pagopa_amount, app_io_messages, satisfaction, cost,
        })
    }

    fn place(&self) -> Option<Place<'_>> {
        Some(Place { area: "", part: self.month.number(), number: 0 })
    }

    fn known(
        conn: &mut AnyConnection,
        lasting: &Lasting,
        home: &IpaCode,
        rows: &[Self],
    ) -> Result<Self::Known, Problem> {
        if lasting.holds(Self::RESOURCE, home, rows.iter().map(|row| &row.service_code)) {
            return Ok(None);
        }
        let Some((first, last)) = span(rows) else { return Ok(None) };
        let known = digital_services::table
            .filter(digital_services::administration.eq(home))
            .filter(digital_services::code.between(first, last))
            .select(digital_services::code);
        Ok(Some(known.load(conn)?.into_iter().collect()))
    }

    /// A service with counts is neither removed nor named otherwise.
    fn remember(lasting: &Lasting, home: &IpaCode, rows: &[Self]) {
        lasting.remember(Self::RESOURCE, home, rows.iter().map(|row| &row.service_code));
    }

    fn check(&self, services: &Self::Known, today: NaiveDate, invalid: &mut Invalid) {
        if services.as_ref().is_some_and(|codes| !codes.contains(&self.service_code)) {
            invalid.add("/service_code", &self.service_code, "is the code of no digital service of the administration");
        }
        self.check_counts(today, invalid);
    }

    fn stored(conn: &mut AnyConnection, home: &IpaCode, rows: &[Self]) -> Result<Vec<Stored<Self>>, Problem> {
        let Some((first, last)) = span(rows) else { return Ok(Vec::new()) };
        let mut months: Vec<_> = rows.iter().map(|row| row.month).collect();
        months.sort_unstable();
        months.dedup();
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

    fn put(write: &mut Write<'_>, home: &IpaCode, changes: &Changes<'_, Self>) -> Result<(), Problem> {
        totals::forget(write.conn, home)?;
        let rows = changes.rows.iter().map(|change| {
            let created_at = change.before.map_or(write.now, |before| before.created_at);
            UsageRow::new(change.row, home, write.revision, created_at, write.now)
        });
        match write.conn {
            AnyConnection::Pg(conn) => {
                make_room(conn, home, changes)?;
                bulk::copy(conn, rows)?;
            }
            AnyConnection::Sqlite(conn) => bulk::replace(conn, rows)?,
        }
        Ok(())
    }
}

/// COPY writes no row over another: the corrected ones go first, month by month. Where all that lie between the first and
/// the last are corrected they are not looked up one by one.
fn make_room(conn: &mut PgConnection, home: &IpaCode, changes: &Changes<'_, NewServiceUsage>) -> Result<(), Problem> {
    let mut corrected: BTreeMap<Month, Vec<&Code>> = BTreeMap::new();
    for change in changes.rows.iter().filter(|change| change.before.is_some()) {
        corrected.entry(change.row.month).or_default().push(&change.row.service_code);
    }
    for (month, services) in corrected {
        let of_month = usage::table.filter(usage::administration.eq(home)).filter(usage::month.eq(month));
        // In the order of the keys.
        match (services.first(), services.last()) {
            (Some(first), Some(last)) if changes.all_stored => {
                diesel::delete(of_month.filter(usage::service_code.between(first, last))).execute(conn)?
            }
            _ => diesel::delete(of_month.filter(usage::service_code.eq_any(services))).execute(conn)?,
        };
    }
    Ok(())
}
