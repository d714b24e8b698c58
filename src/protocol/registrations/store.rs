//! Queries on registrations.

use super::model::{NewProtocolRegistration, ProtocolChannel, ProtocolDirection, ProtocolRegistration};
use crate::auth::Tenants;
use crate::calendar::Day;
use crate::db::schema::protocol_registrations as registrations;
use crate::db::schema::{digital_services, procedures};
use crate::db::{AnyConnection, Lasting, Write, bulk};
use crate::error::{Invalid, Problem};
use crate::feed::marks::Place;
use crate::feed::{Changes, Differences, Fed, Found, Stored, differences};
use crate::http::page::Slice;
use crate::text::{Code, IpaCode};
use chrono::NaiveDate;
use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Which registrations.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub aoo: Option<Code>,
    pub direction: Option<ProtocolDirection>,
    pub cancelled: Option<bool>,
    pub from: Option<Day>,
    pub to: Option<Day>,
}

/// The mark of a row: what follows the administration in its key.
pub fn mark(row: &ProtocolRegistration) -> String {
    format!("{}~{}~{}", row.aoo, row.year, row.number)
}

pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
) -> Result<Vec<ProtocolRegistration>, Problem> {
    let mut query = registrations::table.into_boxed();
    if let Tenants::Only(codes) = tenants {
        query = query.filter(registrations::administration.eq_any(codes));
    }
    if let Some(administration) = &wanted.administration {
        query = query.filter(registrations::administration.eq(administration));
    }
    if let Some(aoo) = &wanted.aoo {
        query = query.filter(registrations::aoo.eq(aoo));
    }
    if let Some(direction) = wanted.direction {
        query = query.filter(registrations::direction.eq(direction));
    }
    if let Some(cancelled) = wanted.cancelled {
        query = query.filter(registrations::cancelled.eq(cancelled));
    }
    if let Some(from) = wanted.from {
        query = query.filter(registrations::date.ge(from));
    }
    if let Some(to) = wanted.to {
        query = query.filter(registrations::date.le(to));
    }
    if let Some(after) = &slice.after {
        let mut parts = after.id.split('~');
        let aoo = parts.next().unwrap_or_default().to_owned();
        let mut number = || parts.next().and_then(|part| part.parse::<i32>().ok()).unwrap_or_default();
        let (year, number) = (number(), number());
        let in_area =
            registrations::year.gt(year).or(registrations::year.eq(year).and(registrations::number.gt(number)));
        let in_administration = registrations::aoo.gt(aoo.clone()).or(registrations::aoo.eq(aoo).and(in_area));
        let home = after.administration.clone();
        let beyond = registrations::administration
            .gt(home.clone())
            .or(registrations::administration.eq(home).and(in_administration));
        query = query.filter(beyond);
    }
    let key = (registrations::administration, registrations::aoo, registrations::year, registrations::number);
    Ok(query.order(key).limit(slice.fetch()).load(conn)?)
}

/// Registrations of one day and area that are alike.
#[derive(Debug, Clone, Queryable)]
pub struct Alike {
    pub date: Day,
    pub aoo: Code,
    pub direction: ProtocolDirection,
    pub cancelled: bool,
    pub count: i64,
    pub revision: Option<i64>,
}

/// Counts an administration's registrations by day, from the index alone.
pub fn by_day(
    conn: &mut AnyConnection,
    home: &IpaCode,
    aoo: Option<&Code>,
    from: Day,
    to: Day,
) -> Result<Vec<Alike>, Problem> {
    let alike = (registrations::date, registrations::aoo, registrations::direction, registrations::cancelled);
    let query = registrations::table
        .filter(registrations::administration.eq(home))
        .filter(registrations::date.ge(from))
        .filter(registrations::date.le(to))
        .group_by(alike)
        .select((
            registrations::date,
            registrations::aoo,
            registrations::direction,
            registrations::cancelled,
            count_star(),
            max(registrations::revision),
        ));
    Ok(match aoo {
        Some(aoo) => query.filter(registrations::aoo.eq(aoo)).load(conn)?,
        None => query.load(conn)?,
    })
}

/// Incoming registrations by channel, those cancelled left out.
pub fn incoming_by_channel(
    conn: &mut AnyConnection,
    home: &IpaCode,
    from: Day,
    to: Day,
) -> Result<Vec<(Option<ProtocolChannel>, i64)>, Problem> {
    let query = registrations::table
        .filter(registrations::administration.eq(home))
        .filter(registrations::date.ge(from))
        .filter(registrations::date.le(to))
        .filter(registrations::direction.eq(ProtocolDirection::Incoming))
        .filter(registrations::cancelled.eq(false))
        .group_by(registrations::channel)
        .select((registrations::channel, count_star()));
    Ok(query.load(conn)?)
}

/// The codes that rows name and the inventory has.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    procedures: BTreeSet<Code>,
    services: BTreeSet<Code>,
}

impl Fed for NewProtocolRegistration {
    const RESOURCE: &'static str = "protocol-registrations";
    type Key<'a> = (&'a Code, i32, i32);
    type Known = Inventory;
    type Around = ();

    fn key(&self) -> Self::Key<'_> {
        (&self.aoo, self.year, self.number)
    }

    fn differences(&self, after: &Self) -> Differences {
        differences!(self, after: NewProtocolRegistration {
            aoo, year, number, direction, date, channel, classification, procedure_code, service_code, cancelled,
        })
    }

    fn place(&self) -> Option<Place<'_>> {
        Some(Place { area: self.aoo.as_str(), part: self.year, number: self.number })
    }

    /// Which of the procedures and services that the rows name there are. The protocol is not refused for an inventory that
    /// lags behind it.
    fn known(conn: &mut AnyConnection, _: &Lasting, home: &IpaCode, rows: &[Self]) -> Result<Inventory, Problem> {
        let mut inventory = Inventory::default();
        let named: BTreeSet<_> = rows.iter().filter_map(|row| row.procedure_code.as_ref()).collect();
        if !named.is_empty() {
            let known = procedures::table
                .filter(procedures::administration.eq(home))
                .filter(procedures::code.eq_any(named))
                .select(procedures::code);
            let codes: Vec<Code> = match conn {
                AnyConnection::Pg(conn) => known.load(conn)?,
                AnyConnection::Sqlite(conn) => known.load(conn)?,
            };
            inventory.procedures = codes.into_iter().collect();
        }
        let named: BTreeSet<_> = rows.iter().filter_map(|row| row.service_code.as_ref()).collect();
        if !named.is_empty() {
            let known = digital_services::table
                .filter(digital_services::administration.eq(home))
                .filter(digital_services::code.eq_any(named))
                .select(digital_services::code);
            let codes: Vec<Code> = match conn {
                AnyConnection::Pg(conn) => known.load(conn)?,
                AnyConnection::Sqlite(conn) => known.load(conn)?,
            };
            inventory.services = codes.into_iter().collect();
        }
        Ok(inventory)
    }

    fn unknown(&self, inventory: &Inventory) -> Vec<(&'static str, Code)> {
        let named = [
            ("/procedure_code", &self.procedure_code, &inventory.procedures),
            ("/service_code", &self.service_code, &inventory.services),
        ];
        let codes = named.into_iter().filter_map(|(field, code, known)| Some((field, code.clone()?, known)));
        codes.filter(|(_, code, known)| !known.contains(code)).map(|(field, code, _)| (field, code)).collect()
    }

    fn check(&self, _: &Inventory, today: NaiveDate, invalid: &mut Invalid) {
        self.check_against(today, invalid);
    }

    fn stored(conn: &mut AnyConnection, home: &IpaCode, rows: &[Self]) -> Result<Found<Self>, Problem> {
        let mut areas: Vec<_> = rows.iter().map(|row| (&row.aoo, row.year)).collect();
        areas.sort_unstable();
        areas.dedup();
        let mut found = Vec::new();
        for (aoo, year) in areas {
            let of_area = rows.iter().filter(|row| (&row.aoo, row.year) == (aoo, year));
            let numbers: Vec<_> = of_area.map(|row| row.number).collect();
            let known = registrations::table
                .filter(registrations::administration.eq(home))
                .filter(registrations::aoo.eq(aoo))
                .filter(registrations::year.eq(year))
                .filter(registrations::number.eq_any(numbers));
            // On PostgreSQL the numbers are one array; on SQLite a list, of at most a thousand.
            let known: Vec<ProtocolRegistration> = match conn {
                AnyConnection::Pg(conn) => known.load(conn)?,
                AnyConnection::Sqlite(conn) => known.load(conn)?,
            };
            found.extend(known.into_iter().map(|row| Stored {
                revision: row.revision,
                created_at: row.created_at,
                updated_at: row.updated_at,
                row: row.input(),
            }));
        }
        Ok((found, ()))
    }

    fn put(write: &mut Write<'_>, home: &IpaCode, changes: &Changes<'_, Self>) -> Result<(), Problem> {
        let mut corrected: BTreeMap<(&Code, i32), Vec<i32>> = BTreeMap::new();
        for change in changes.rows.iter().filter(|change| change.before.is_some()) {
            let NewProtocolRegistration { aoo, year, number, .. } = change.row;
            corrected.entry((aoo, *year)).or_default().push(*number);
        }
        let rows = changes.rows.iter().map(|change| {
            let created_at = change.before.map_or(write.now, |before| before.created_at);
            ProtocolRegistration::new(change.row, home, write.revision, created_at, write.now)
        });
        let rows: Vec<_> = rows.collect();
        match &mut *write.conn {
            AnyConnection::Pg(conn) => {
                // COPY writes no row over another: the corrected ones make room first, area by area.
                for ((aoo, year), numbers) in corrected {
                    let before = registrations::table
                        .filter(registrations::administration.eq(home))
                        .filter(registrations::aoo.eq(aoo))
                        .filter(registrations::year.eq(year))
                        .filter(registrations::number.eq_any(numbers));
                    diesel::delete(before).execute(conn)?;
                }
                bulk::copy(conn, rows.into_iter())?;
            }
            conn => bulk::replace(conn, &rows)?,
        }
        Ok(())
    }
}
