//! Queries on platform adoptions.

use super::model::{AdoptionStatus, NewPlatformAdoption, Platform, PlatformAdoption};
use crate::administrations::store as administrations;
use crate::auth::Tenants;
use crate::db::schema::platform_adoptions;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::lifecycle::in_status_on;
use crate::record::{Record, record_queries, slice_of};
use crate::text::IpaCode;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::upsert::excluded;

/// Rows of one statement: SQLite takes 32,766 parameters, a row has 18.
const CHUNK: usize = 1000;

/// Which adoptions.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub platform: Option<Platform>,
    pub status: Option<AdoptionStatus>,
    /// Adoptions that were there on this day, with their status of then.
    pub as_of: Option<NaiveDate>,
}

/// A page of adoptions with their status of the day asked for, or else of today.
pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
    today: NaiveDate,
) -> Result<Vec<PlatformAdoption>, Problem> {
    let mut query = platform_adoptions::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(platform_adoptions::administration.eq(administration));
    }
    if let Some(platform) = wanted.platform {
        query = query.filter(platform_adoptions::platform.eq(platform));
    }
    let day = wanted.as_of.unwrap_or(today);
    if wanted.as_of.is_some() || wanted.status.is_some() {
        in_status_on!(query, platform_adoptions, wanted.status, day,
            planned_on => AdoptionStatus::Planned, started_on => AdoptionStatus::InProgress,
            active_from => AdoptionStatus::Active, withdrawn_on => AdoptionStatus::Withdrawn);
    }
    let rows: Vec<PlatformAdoption> = slice_of!(query, platform_adoptions, tenants, slice).load(conn)?;
    Ok(rows.into_iter().map(|row| row.on_day(day)).collect())
}

/// Where every adoption stood on a day, with its administration and platform: one query for each status.
pub fn statuses_on(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    day: NaiveDate,
) -> Result<Vec<(IpaCode, Platform, AdoptionStatus)>, Problem> {
    let mut all = Vec::new();
    for status in AdoptionStatus::ALL.iter().copied() {
        let mut query = platform_adoptions::table
            .select((platform_adoptions::administration, platform_adoptions::platform))
            .into_boxed();
        if let Tenants::Only(codes) = tenants {
            query = query.filter(platform_adoptions::administration.eq_any(codes));
        }
        in_status_on!(query, platform_adoptions, Some(status), day,
            planned_on => AdoptionStatus::Planned, started_on => AdoptionStatus::InProgress,
            active_from => AdoptionStatus::Active, withdrawn_on => AdoptionStatus::Withdrawn);
        let found: Vec<(IpaCode, Platform)> = query.load(conn)?;
        all.extend(found.into_iter().map(|(administration, platform)| (administration, platform, status)));
    }
    Ok(all)
}

/// Every adoption of these administrations.
pub fn of_administrations(conn: &mut AnyConnection, codes: &[IpaCode]) -> Result<Vec<PlatformAdoption>, Problem> {
    let mut rows = Vec::new();
    for chunk in codes.chunks(CHUNK) {
        let of = platform_adoptions::table.filter(platform_adoptions::administration.eq_any(chunk));
        rows.extend(of.load::<PlatformAdoption>(conn)?);
    }
    Ok(rows)
}

/// Nobody else changes adoptions until the transaction ends; reading goes on. SQLite has one writer anyhow.
pub fn lock(conn: &mut AnyConnection) -> Result<(), Problem> {
    if let AnyConnection::Pg(conn) = conn {
        diesel::sql_query("LOCK TABLE platform_adoptions IN SHARE ROW EXCLUSIVE MODE").execute(conn)?;
    }
    Ok(())
}

/// Writes many rows at once, each over the one of its id where there is one: dates, status and grants only.
pub fn upsert(conn: &mut AnyConnection, rows: &[PlatformAdoption]) -> Result<(), Problem> {
    use platform_adoptions as table;
    for chunk in rows.chunks(CHUNK) {
        let insert = diesel::insert_into(table::table)
            .values(chunk)
            .on_conflict((table::administration, table::id))
            .do_update()
            .set((
                table::status.eq(excluded(table::status)),
                table::planned_on.eq(excluded(table::planned_on)),
                table::started_on.eq(excluded(table::started_on)),
                table::active_from.eq(excluded(table::active_from)),
                table::withdrawn_on.eq(excluded(table::withdrawn_on)),
                table::grants.eq(excluded(table::grants)),
                table::revision.eq(excluded(table::revision)),
                table::updated_at.eq(excluded(table::updated_at)),
            ));
        match conn {
            AnyConnection::Pg(conn) => insert.execute(conn)?,
            AnyConnection::Sqlite(conn) => insert.execute(conn)?,
        };
    }
    Ok(())
}

impl Record for PlatformAdoption {
    const RESOURCE: &'static str = "platform-adoptions";
    const NAME: &'static str = "platform adoption";
    const KEY_FIELD: &'static str = "/platform";
    type Input = NewPlatformAdoption;

    record_queries!(platform_adoptions);

    fn input(&self) -> NewPlatformAdoption {
        let undated = self.dates().iter().all(Option::is_none);
        NewPlatformAdoption {
            administration: self.administration.clone(),
            platform: self.platform,
            status: undated.then_some(self.status),
            planned_on: self.planned_on,
            started_on: self.started_on,
            active_from: self.active_from,
            withdrawn_on: self.withdrawn_on,
            identifier: self.identifier.clone(),
            intermediary: self.intermediary.clone(),
            pos_count: self.pos_count,
            desk_count: self.desk_count,
            service_count: self.service_count,
            note: self.note.clone(),
            grants: self.grants.to_vec(),
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewPlatformAdoption) -> Result<IpaCode, Problem> {
        tenants.require(&input.administration)?;
        administrations::require(conn, &input.administration, "/administration")?;
        Ok(input.administration.clone())
    }

    fn build(
        write: &mut Write<'_>,
        _: &IpaCode,
        input: NewPlatformAdoption,
        current: Option<&PlatformAdoption>,
    ) -> Result<PlatformAdoption, Problem> {
        let status = input.check(write.now.date())?;
        if let Some(current) = current.filter(|current| current.platform != input.platform) {
            let detail = format!("an adoption stays with its platform, {}", current.platform);
            return Err(Problem::invalid("/platform", input.platform, detail));
        }
        let id = current.map_or_else(|| write.next_id(), |current| current.id.clone());
        let created_at = current.map_or(write.now, |current| current.created_at);
        Ok(PlatformAdoption::new(input, status, id, write.revision, created_at, write.now))
    }

    fn find_by_codes(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
    ) -> Result<Option<PlatformAdoption>, Problem> {
        let [code] = codes else { return Ok(None) };
        let of = platform_adoptions::table
            .filter(platform_adoptions::administration.eq(home))
            .filter(platform_adoptions::platform.eq(code));
        Ok(of.first(conn).optional()?)
    }
}
