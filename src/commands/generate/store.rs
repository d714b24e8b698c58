//! What a run needs to know of the database, and how its rows get there: by COPY on PostgreSQL, in batches on SQLite.

use super::{Body, Rows};
use crate::administrations::model::{Administration, AdministrationKind};
use crate::audit::{self, Action, BatchEvent};
use crate::calendar::Month;
use crate::db::schema::{
    administrations, digital_services, indicators, measurements, objectives, plans, platform_adoptions, protocol_days,
    sections, units,
};
use crate::db::{AnyConnection, Database, Write, bulk};
use crate::error::Problem;
use crate::feed::Fed;
use crate::feed::marks::{self, Place};
use crate::platform_adoptions::model::Platform;
use crate::service_usage::model::{NewServiceUsage, UsageRow};
use crate::service_usage::pages::{self, Bounds};
use crate::text::IpaCode;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Parameters of a statement on SQLite, at most.
const PARAMETERS: usize = 32_000;
/// Rows of a statement on SQLite: longer ones take longer to read than they save.
const LONGEST: usize = 500;

/// Every comune, with the platforms of which it says something already.
pub fn comuni(conn: &mut AnyConnection) -> Result<Vec<Body>, Problem> {
    let known: Vec<(IpaCode, Option<i64>)> = administrations::table
        .filter(administrations::kind.eq(AdministrationKind::Comune))
        .order(administrations::ipa_code)
        .select((administrations::ipa_code, administrations::population))
        .load(conn)?;
    let mut adopted: BTreeMap<IpaCode, BTreeSet<Platform>> = BTreeMap::new();
    let pairs = platform_adoptions::table.select((platform_adoptions::administration, platform_adoptions::platform));
    for (home, platform) in pairs.load::<(IpaCode, Platform)>(conn)? {
        adopted.entry(home).or_default().insert(platform);
    }
    let body = |(code, population)| {
        let platforms = adopted.remove(&code).unwrap_or_default();
        Body { code, population, platforms, invented: None }
    };
    Ok(known.into_iter().map(body).collect())
}

/// Administrations that hold plans or services.
pub fn occupied(conn: &mut AnyConnection) -> Result<BTreeSet<IpaCode>, Problem> {
    let with_plans: Vec<IpaCode> = plans::table.select(plans::administration).distinct().load(conn)?;
    let with_services: Vec<IpaCode> =
        digital_services::table.select(digital_services::administration).distinct().load(conn)?;
    Ok(with_plans.into_iter().chain(with_services).collect())
}

/// Writes rows of a table, whatever the database.
macro_rules! put {
    ($write:ident, $table:ident, $rows:expr, $columns:literal) => {{
        let mut rows = $rows;
        for row in &mut rows {
            row.revision = $write.revision;
        }
        match $write.conn {
            _ if rows.is_empty() => {}
            AnyConnection::Pg(conn) => {
                diesel::copy_from($table::table).from_insertable(rows).execute(conn)?;
            }
            AnyConnection::Sqlite(conn) => {
                for chunk in rows.chunks((PARAMETERS / $columns).min(LONGEST)) {
                    diesel::insert_into($table::table).values(chunk).execute(conn)?;
                }
            }
        }
    }};
}

/// Writes what was made for some administrations, each with one audit event.
pub fn write(write: &mut Write<'_>, bodies: Vec<Administration>, rows: Rows, seed: u64) -> Result<(), Problem> {
    let events = rows.counts.iter().map(|(home, counts)| {
        let counts = counts.iter().map(|(table, rows)| ((*table).to_owned(), Value::from(*rows)));
        let after: Map<_, _> = [("seed".to_owned(), Value::from(seed))].into_iter().chain(counts).collect();
        BatchEvent {
            administration: home.clone(),
            action: Action::Create,
            resource: "generated",
            resource_id: home.to_string(),
            before: None,
            after,
        }
    });
    let events = events.collect();
    put!(write, administrations, bodies, 16);
    put!(write, units, rows.units, 8);
    put!(write, plans, rows.plans, 13);
    put!(write, sections, rows.sections, 8);
    put!(write, objectives, rows.objectives, 20);
    put!(write, indicators, rows.indicators, 24);
    put!(write, measurements, rows.measurements, 16);
    put!(write, digital_services, rows.services, 30);
    put!(write, platform_adoptions, rows.adoptions, 18);
    let mut months: BTreeMap<(IpaCode, Month), Vec<UsageRow>> = BTreeMap::new();
    for mut row in rows.usage {
        row.revision = write.revision;
        months.entry((row.administration.clone(), row.month)).or_default().push(row);
    }
    // Services are made in the order of their codes.
    let packed = months.iter().flat_map(|((home, month), rows)| pages::pack(home, &Bounds::whole(*month), rows));
    let (usage, totals): (Vec<_>, Vec<_>) = packed.unzip();
    bulk::replace(write.conn, &usage)?;
    bulk::replace(write.conn, &totals)?;
    let keys: Vec<_> = months.into_keys().collect();
    for of_home in keys.chunk_by(|(one, _), (next, _)| one == next) {
        let place = |(_, month): &(IpaCode, Month)| Place { area: "", part: month.number(), number: 0 };
        if let (Some(first), Some(last)) = (of_home.first(), of_home.last()) {
            marks::leave(write, &first.0, NewServiceUsage::RESOURCE, place(first), place(last))?;
        }
    }
    put!(write, protocol_days, rows.protocol_days, 8);
    audit::append_batch(write, events)
}

/// What the planner knows is brought up to date.
pub fn analyze(db: &Database) -> Result<(), Problem> {
    db.read_now(|conn| {
        match conn {
            AnyConnection::Pg(conn) => conn.batch_execute("VACUUM (ANALYZE)")?,
            AnyConnection::Sqlite(conn) => conn.batch_execute("PRAGMA analysis_limit = 1000; ANALYZE;")?,
        }
        Ok(())
    })
}
