//! Queries on days. Registrations and totals are merged here: where an area sent single registrations of a day, they win.

use super::model::{DaySource, NewDayTotals, ProtocolDay, Totals};
use crate::auth::Tenants;
use crate::calendar::Day;
use crate::db::schema::{protocol_days, protocol_registrations};
use crate::db::{AnyConnection, Lasting, Write};
use crate::error::{Invalid, Problem};
use crate::feed::{Change, Changes, Differences, Fed, Found, Stored, differences};
use crate::protocol::registrations::model::ProtocolDirection;
use crate::protocol::registrations::store as registrations;
use crate::text::{Code, IpaCode};
use chrono::NaiveDate;
use diesel::dsl::{count_star, min, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::collections::{BTreeMap, BTreeSet};

/// Days by area and date.
type Days = BTreeMap<(Code, Day), ProtocolDay>;

pub fn find(conn: &mut AnyConnection, home: &IpaCode, aoo: &Code, date: Day) -> Result<Option<Totals>, Problem> {
    Ok(protocol_days::table.find((home, aoo, date)).first(conn).optional()?)
}

pub fn insert(conn: &mut AnyConnection, totals: &Totals) -> Result<(), Problem> {
    diesel::insert_into(protocol_days::table).values(totals).execute(conn)?;
    Ok(())
}

pub fn update(conn: &mut AnyConnection, totals: &Totals) -> Result<(), Problem> {
    let row = protocol_days::table.find((&totals.administration, &totals.aoo, totals.date));
    diesel::update(row).set(totals).execute(conn)?;
    Ok(())
}

/// The days of an administration on which something was sent.
pub fn known(
    conn: &mut AnyConnection,
    home: &IpaCode,
    aoo: Option<&Code>,
    from: Day,
    to: Day,
) -> Result<Days, Problem> {
    let mut query = protocol_days::table
        .filter(protocol_days::administration.eq(home))
        .filter(protocol_days::date.ge(from))
        .filter(protocol_days::date.le(to))
        .into_boxed();
    if let Some(aoo) = aoo {
        query = query.filter(protocol_days::aoo.eq(aoo));
    }
    let totals: Vec<Totals> = query.load(conn)?;
    let mut days: Days =
        totals.iter().map(|totals| ((totals.aoo.clone(), totals.date), ProtocolDay::of_totals(totals))).collect();
    for alike in registrations::by_day(conn, home, aoo, from, to)? {
        let day = days
            .entry((alike.aoo.clone(), alike.date))
            .or_insert_with(|| ProtocolDay::empty(home, &alike.aoo, alike.date));
        if day.source != DaySource::Registrations {
            *day = ProtocolDay {
                source: DaySource::Registrations,
                internal: Some(0),
                cancelled: Some(0),
                revision: day.revision,
                ..ProtocolDay::empty(home, &alike.aoo, alike.date)
            };
        }
        day.revision = day.revision.max(alike.revision);
        let counted = match (alike.cancelled, alike.direction) {
            (true, _) => day.cancelled.get_or_insert(0),
            (false, ProtocolDirection::Incoming) => &mut day.incoming,
            (false, ProtocolDirection::Outgoing) => &mut day.outgoing,
            (false, ProtocolDirection::Internal) => day.internal.get_or_insert(0),
        };
        *counted += alike.count;
    }
    Ok(days)
}

/// What many administrations registered between two days, as [`known`] tells it of one: administration, incoming, outgoing.
/// Those that sent nothing are left out. The cost grows with the rows of the period.
pub fn sums_by_administration(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    from: Day,
    to: Day,
) -> Result<BTreeMap<IpaCode, (i64, i64)>, Problem> {
    let alike =
        (protocol_registrations::administration, protocol_registrations::direction, protocol_registrations::cancelled);
    let mut single = protocol_registrations::table
        .group_by(alike)
        .select((alike, count_star()))
        .filter(protocol_registrations::date.ge(from))
        .filter(protocol_registrations::date.le(to))
        .into_boxed();
    let sent_singly = protocol_registrations::table
        .filter(protocol_registrations::administration.eq(protocol_days::administration))
        .filter(protocol_registrations::aoo.eq(protocol_days::aoo))
        .filter(protocol_registrations::date.eq(protocol_days::date));
    let mut totals = protocol_days::table
        .group_by(protocol_days::administration)
        .select((
            protocol_days::administration,
            sql::<BigInt>("CAST(SUM(incoming) AS BIGINT)"),
            sql::<BigInt>("CAST(SUM(outgoing) AS BIGINT)"),
        ))
        .filter(protocol_days::date.ge(from))
        .filter(protocol_days::date.le(to))
        .filter(diesel::dsl::not(diesel::dsl::exists(sent_singly)))
        .into_boxed();
    if let Tenants::Only(codes) = tenants {
        single = single.filter(protocol_registrations::administration.eq_any(codes));
        totals = totals.filter(protocol_days::administration.eq_any(codes));
    }
    let totals: Vec<(IpaCode, i64, i64)> = totals.load(conn)?;
    let mut sums: BTreeMap<_, _> =
        totals.into_iter().map(|(home, incoming, outgoing)| (home, (incoming, outgoing))).collect();
    let single: Vec<((IpaCode, ProtocolDirection, bool), i64)> = single.load(conn)?;
    for ((home, direction, cancelled), count) in single {
        let (incoming, outgoing) = sums.entry(home).or_default();
        match (cancelled, direction) {
            (false, ProtocolDirection::Incoming) => *incoming += count,
            (false, ProtocolDirection::Outgoing) => *outgoing += count,
            _ => {}
        }
    }
    Ok(sums)
}

/// The same, with the working days on which nothing was registered.
pub fn with_missed(
    conn: &mut AnyConnection,
    home: &IpaCode,
    aoo: Option<&Code>,
    from: Day,
    to: Day,
    today: NaiveDate,
) -> Result<Days, Problem> {
    let mut days = known(conn, home, aoo, from, to)?;
    for (aoo, first) in first_days(conn, home, aoo)? {
        let last = to.date().min(today);
        for date in first.date().max(from.date()).iter_days().take_while(|date| *date <= last) {
            let key = (aoo.clone(), Day::of(date));
            let day = match days.get_mut(&key) {
                Some(day) => day,
                None if crate::calendar::is_working_day(date) && date < today => {
                    days.entry(key.clone()).or_insert_with(|| ProtocolDay::empty(home, &aoo, key.1))
                }
                None => continue,
            };
            day.missed = day.working_day && day.is_empty() && date < today;
        }
    }
    Ok(days)
}

/// Since when an administration's areas are known here.
fn first_days(conn: &mut AnyConnection, home: &IpaCode, aoo: Option<&Code>) -> Result<BTreeMap<Code, Day>, Problem> {
    let areas: BTreeSet<Code> = match aoo {
        Some(aoo) => BTreeSet::from([aoo.clone()]),
        None => {
            let of_totals = protocol_days::table
                .filter(protocol_days::administration.eq(home))
                .select(protocol_days::aoo)
                .distinct()
                .load::<Code>(conn)?;
            let single = protocol_registrations::table
                .filter(protocol_registrations::administration.eq(home))
                .select(protocol_registrations::aoo)
                .distinct()
                .load::<Code>(conn)?;
            of_totals.into_iter().chain(single).collect()
        }
    };
    let mut first = BTreeMap::new();
    for aoo in areas {
        let of_totals: Option<Day> = protocol_days::table
            .filter(protocol_days::administration.eq(home))
            .filter(protocol_days::aoo.eq(&aoo))
            .select(min(protocol_days::date))
            .first(conn)?;
        let single: Option<Day> = protocol_registrations::table
            .filter(protocol_registrations::administration.eq(home))
            .filter(protocol_registrations::aoo.eq(&aoo))
            .select(min(protocol_registrations::date))
            .first(conn)?;
        if let Some(day) = of_totals.into_iter().chain(single).min() {
            first.insert(aoo, day);
        }
    }
    Ok(first)
}

impl Fed for NewDayTotals {
    const RESOURCE: &'static str = "protocol-days";
    type Key<'a> = (&'a Code, Day);
    type Known = ();
    type Around = ();

    fn key(&self) -> Self::Key<'_> {
        (&self.aoo, self.date)
    }

    fn differences(&self, after: &Self) -> Differences {
        differences!(self, after: NewDayTotals { aoo, date, incoming, outgoing })
    }

    fn known(_: &mut AnyConnection, _: &Lasting, _: &IpaCode, _: &[Self]) -> Result<(), Problem> {
        Ok(())
    }

    fn check(&self, (): &(), today: NaiveDate, invalid: &mut Invalid) {
        self.check_counts(today, invalid);
    }

    fn stored(conn: &mut AnyConnection, home: &IpaCode, rows: &[Self]) -> Result<Found<Self>, Problem> {
        let areas: BTreeSet<_> = rows.iter().map(|row| &row.aoo).collect();
        let days: BTreeSet<_> = rows.iter().map(|row| row.date).collect();
        let known = protocol_days::table
            .filter(protocol_days::administration.eq(home))
            .filter(protocol_days::aoo.eq_any(areas))
            .filter(protocol_days::date.eq_any(days));
        let known: Vec<Totals> = match conn {
            AnyConnection::Pg(conn) => known.load(conn)?,
            AnyConnection::Sqlite(conn) => known.load(conn)?,
        };
        let row = |totals: Totals| {
            let (aoo, date) = (totals.aoo, totals.date);
            let row = NewDayTotals { aoo, date, incoming: totals.incoming, outgoing: totals.outgoing };
            let Totals { revision, created_at, updated_at, .. } = totals;
            Stored { row, revision, created_at, updated_at }
        };
        Ok((known.into_iter().map(row).collect(), ()))
    }

    fn put(write: &mut Write<'_>, home: &IpaCode, changes: &Changes<'_, Self>) -> Result<(), Problem> {
        let (mut fresh, mut corrected) = (Vec::new(), Vec::new());
        for Change { row, before } in &changes.rows {
            let totals = Totals {
                administration: home.clone(),
                aoo: row.aoo.clone(),
                date: row.date,
                incoming: row.incoming,
                outgoing: row.outgoing,
                revision: write.revision,
                created_at: before.map_or(write.now, |before| before.created_at),
                updated_at: write.now,
            };
            if before.is_some() { corrected.push(totals) } else { fresh.push(totals) }
        }
        for totals in &corrected {
            update(write.conn, totals)?;
        }
        match write.conn {
            AnyConnection::Pg(conn) => diesel::insert_into(protocol_days::table).values(fresh).execute(conn)?,
            AnyConnection::Sqlite(conn) => diesel::insert_into(protocol_days::table).values(fresh).execute(conn)?,
        };
        Ok(())
    }
}
