//! Queries on usage.

use super::model::{NewServiceUsage, UsageRow};
use super::pages::{self, Bounds, UsagePage};
use crate::auth::Tenants;
use crate::calendar::Month;
use crate::db::schema::{digital_services, service_usage as usage};
use crate::db::{AnyConnection, Lasting, Write, bulk};
use crate::digital_services::used::pages_of;
use crate::error::{Invalid, Problem};
use crate::feed::marks::Place;
use crate::feed::{Change, Changes, Differences, Fed, Found, Stored, differences};
use crate::http::page::Slice;
use crate::text::{Code, IpaCode};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashSet;

/// Which rows.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub service_code: Option<Code>,
    pub from: Option<Month>,
    pub to: Option<Month>,
}

/// Pages that are read at once: few at first, since a list may be full with one; of one service each gives a row.
const PAGES: (i64, i64) = (4, 256);

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<UsageRow>, Problem> {
    // The last row that was read: administration, month and service.
    let mut after = slice.after.as_ref().and_then(|after| {
        let (month, service) = after.id.split_once('~')?;
        Some((after.administration.clone(), month.parse::<Month>().ok()?, service.to_owned()))
    });
    let mut at_once = wanted.service_code.as_ref().map_or(PAGES.0, |_| slice.fetch());
    let mut rows = Vec::new();
    loop {
        let mut query = usage::table.into_boxed();
        if let Tenants::Only(codes) = tenants {
            query = query.filter(usage::administration.eq_any(codes));
        }
        if let Some(administration) = &wanted.administration {
            query = query.filter(usage::administration.eq(administration));
        }
        if let Some(service) = &wanted.service_code {
            query = query.filter(pages_of(service));
        }
        if let Some(from) = wanted.from {
            query = query.filter(usage::month.ge(from));
        }
        if let Some(to) = wanted.to {
            query = query.filter(usage::month.le(to));
        }
        if let Some((home, month, service)) = &after {
            let of_month = usage::month.eq(*month).and(usage::last_code.gt(service));
            let in_administration = usage::administration.eq(home).and(usage::month.gt(*month).or(of_month));
            query = query.filter(usage::administration.gt(home).or(in_administration));
        }
        let key = (usage::administration, usage::month, usage::last_code);
        let pages: Vec<UsagePage> = query.order(key).limit(at_once).load(conn)?;
        for page in &pages {
            let begun =
                after.as_ref().filter(|(home, month, _)| *home == page.administration.as_str() && *month == page.month);
            let of_service = wanted.service_code.as_ref().map(Code::as_str);
            let found = page.rows(|code| {
                begun.is_none_or(|(_, _, last)| code > last.as_str()) && of_service.is_none_or(|only| code == only)
            });
            rows.extend(found.map_err(Problem::internal)?);
        }
        if rows.len() as i64 >= slice.fetch() || (pages.len() as i64) < at_once {
            rows.truncate(slice.fetch() as usize);
            return Ok(rows);
        }
        let last = pages.into_iter().next_back();
        after = last.map(|page| (page.administration.to_string(), page.month, page.last_code));
        at_once = (at_once * 2).min(PAGES.1);
    }
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
    /// The pages that hold them.
    type Around = Vec<Bounds>;

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

    /// All services of the pages, which are written as a whole.
    fn stored(conn: &mut AnyConnection, home: &IpaCode, rows: &[Self]) -> Result<Found<Self>, Problem> {
        let Some((first, last)) = span(rows) else { return Ok(Found::<Self>::default()) };
        let mut months: Vec<_> = rows.iter().map(|row| row.month).collect();
        months.sort_unstable();
        months.dedup();
        let of_months = usage::table
            .filter(usage::administration.eq(home))
            .filter(usage::month.eq_any(months))
            .filter(usage::last_code.ge(first))
            .filter(usage::after_code.lt(last));
        let mut pages: Vec<UsagePage> = match conn {
            AnyConnection::Pg(conn) => of_months.load(conn)?,
            AnyConnection::Sqlite(conn) => of_months.load(conn)?,
        };
        pages.sort_unstable_by(|one, other| (one.month, &one.last_code).cmp(&(other.month, &other.last_code)));
        let mut stored = Vec::new();
        for page in &pages {
            stored.extend(page.rows(|_| true).map_err(Problem::internal)?.into_iter().map(|row| Stored {
                revision: row.revision,
                created_at: row.created_at,
                updated_at: row.updated_at,
                row: row.input(),
            }));
        }
        Ok((stored, pages.iter().map(UsagePage::bounds).collect()))
    }

    fn put(write: &mut Write<'_>, home: &IpaCode, changes: &Changes<'_, Self>) -> Result<(), Problem> {
        let (mut pages, mut sums) = (Vec::new(), Vec::new());
        let mut left = &*changes.rows;
        while let Some(Change { row: first, .. }) = left.first() {
            let bounds = Bounds::of(first, &changes.around);
            let (of_page, others) = left.split_at(left.partition_point(|change| bounds.hold(change.row)).max(1));
            left = others;
            let changed = of_page.iter().map(|Change { row, before }| {
                let created_at = before.map_or(write.now, |before| before.created_at);
                UsageRow::new(row, home, write.revision, created_at, write.now)
            });
            let begin = changes.stored.partition_point(|stored| bounds.begin_after(&stored.row));
            let stored = changes.stored[begin..].iter().take_while(|stored| bounds.hold(&stored.row));
            let is_kept = |key| of_page.binary_search_by(|change| change.row.key().cmp(&key)).is_err();
            let kept = stored
                .filter(|stored| is_kept(stored.row.key()))
                .map(|stored| UsageRow::new(&stored.row, home, stored.revision, stored.created_at, stored.updated_at));
            let mut rows: Vec<_> = changed.chain(kept).collect();
            // Two parts that are in order already.
            rows.sort_by(|one, other| one.service_code.cmp(&other.service_code));
            let (packed, of_packed): (Vec<_>, Vec<_>) = pages::pack(home, &bounds, &rows).into_iter().unzip();
            pages.extend(packed);
            sums.extend(of_packed);
        }
        bulk::replace(write.conn, &pages)?;
        bulk::replace(write.conn, &sums)?;
        Ok(())
    }
}
