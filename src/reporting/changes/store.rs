//! The merge: where the next changes stand, in one statement over all tables, and then the records that stand there.

use super::cursor::{Place, Position, public_key};
use super::model::{Change, ChangeAction, ChangeView};
use super::usage;
use crate::clock::Instant;
use crate::db::{AnyConnection, Horizon};
use crate::error::Problem;
use crate::reporting::datasets::rows::{self, Sink, Value};
use crate::reporting::datasets::selection::One;
use crate::reporting::datasets::store::{Bind, BoundScope, Scope, Statement, read, select};
use crate::reporting::datasets::{Column, DataResource, Dataset, Kind, Naming, Role, text};
use crate::text::IpaCode;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

/// What is asked of the feed.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub scope: Scope,
    pub resources: Vec<DataResource>,
    pub view: ChangeView,
    pub limit: usize,
}

/// Changes in their order, and whether there are more.
pub struct Batch {
    pub changes: Vec<Change>,
    pub last: Position,
    pub more: bool,
}

/// A place where something changed.
struct Found {
    position: Position,
    deleted_at: Option<i64>,
}

/// Whether the database still knows the event that a cursor names.
pub fn knows_event(conn: &mut AnyConnection, place: &Place) -> Result<bool, Problem> {
    use crate::db::schema::audit_events;
    let Some((revision, _)) = &place.event else { return Ok(true) };
    let of_revision = audit_events::table.filter(audit_events::revision.eq(revision)).select(audit_events::id);
    // A large import has many; the cursor names the last.
    let last: Option<crate::ids::Id> = of_revision.order(audit_events::id.desc()).first(conn).optional()?;
    Ok(last.is_some_and(|id| place.names(id.as_str())))
}

/// Whether rows are numbered in another life of the database: restored into another cluster, where transactions began anew.
/// The feed tells them only once the numbers have come so far, so that it cannot begin at the beginning.
pub fn is_numbered_elsewhere(conn: &mut AnyConnection, horizon: &Horizon) -> Result<bool, Problem> {
    // Each from the index that carries its branch of the feed.
    let exists = DataResource::ALL.iter().map(|resource| {
        let dataset = resource.dataset();
        let (table, only) = match dataset.naming {
            Naming::Registrations | Naming::Usage => ("feed_batches", format!("t.resource = '{resource}'")),
            _ => (dataset.table, dataset.condition().to_owned()),
        };
        format!("EXISTS (SELECT 1 FROM {table} t WHERE t.revision >= {} AND {only})", horizon.future)
    });
    let any = exists.collect::<Vec<_>>().join(" OR ");
    let statement = Statement::new(conn).with(&format!("SELECT CASE WHEN {any} THEN 1 ELSE 0 END AS one"));
    let found: Vec<One> = rows::load(conn, &statement)?;
    Ok(found.iter().any(|row| row.one == 1))
}

/// The changes after a position, in the order of the feed.
pub fn after(
    conn: &mut AnyConnection,
    wanted: &Wanted,
    position: &Position,
    horizon: &Horizon,
    today: NaiveDate,
) -> Result<Batch, Problem> {
    let mut found = places(conn, wanted, position, horizon.revision)?;
    let more = found.len() > wanted.limit;
    found.truncate(wanted.limit);
    let last = match found.last() {
        Some(last) if more => last.position.clone(),
        _ => Position::below(horizon.revision),
    };
    let mut records = HashMap::new();
    if wanted.view == ChangeView::Record {
        for resource in &wanted.resources {
            let of_resource: Vec<_> = found
                .iter()
                .filter(|found| found.position.rank == resource.rank())
                .map(|found| &found.position)
                .collect();
            if !of_resource.is_empty() {
                load(conn, *resource, &of_resource, today, &mut records)?;
            }
        }
    }
    let changes = found.into_iter().filter_map(|found| change(found, wanted.view, &mut records)).collect();
    Ok(Batch { changes, last, more })
}

/// A record as it was loaded; `None` where it is gone meanwhile: its tombstone comes later.
fn change(found: Found, view: ChangeView, records: &mut Records) -> Option<Change> {
    let Found { position, deleted_at } = found;
    let at = |resource: DataResource, key: String, action| Change {
        action,
        resource,
        administration: IpaCode::from_trusted(position.administration.clone()),
        key,
        revision: position.revision,
        record: None,
        href: None,
        deleted_at: deleted_at.map(Instant),
    };
    let Some(resource) = DataResource::ALL.iter().copied().find(|resource| resource.rank() == position.rank) else {
        let (resource, id) = position.name.split_once(' ')?;
        let resource: DataResource = resource.parse().ok()?;
        let key = match resource.dataset().naming {
            Naming::Id => id.to_owned(),
            _ => format!("{}~{id}", position.administration),
        };
        return Some(at(resource, key, ChangeAction::Remove));
    };
    let key = public_key(resource.dataset().naming, &position.administration, &position.name);
    let change = at(resource, key, ChangeAction::Upsert);
    if view == ChangeView::Link {
        let href = super::model::href(resource, &position.administration, &position.name, &change.key);
        return Some(Change { href: Some(href), ..change });
    }
    let record = records.remove(&(resource, position.administration.clone(), position.name.clone()))?;
    let record = serde_json::from_slice(&record).ok()?;
    Some(Change { record: Some(record), ..change })
}

#[derive(QueryableByName)]
struct FoundRow {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    revision: i64,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    place: i32,
    #[diesel(sql_type = diesel::sql_types::Text)]
    administration: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::BigInt>)]
    deleted_at: Option<i64>,
}

/// One more than the page, from an index of each table.
fn places(conn: &mut AnyConnection, wanted: &Wanted, position: &Position, horizon: i64) -> Result<Vec<Found>, Problem> {
    let mut statement = Statement::new(conn);
    let scope = wanted.scope.bind(&mut statement);
    let mut branches = Branches { statement, scope, position, horizon, fetch: wanted.limit + 1 };
    branches.removed(&wanted.resources);
    for resource in &wanted.resources {
        branches.changed(resource.dataset());
    }
    let statement = branches.statement;
    let rows: Vec<FoundRow> = rows::load(conn, &statement)?;
    let mut found: Vec<_> = rows
        .into_iter()
        .map(|row| Found {
            position: Position {
                revision: row.revision,
                rank: u8::try_from(row.place).unwrap_or_default(),
                administration: row.administration,
                name: row.name,
            },
            deleted_at: row.deleted_at,
        })
        .collect();
    if wanted.resources.contains(&DataResource::ServiceUsage) {
        let of_usage = usage::places(conn, &wanted.scope, position, horizon, wanted.limit + 1)?;
        found.extend(of_usage.into_iter().map(|position| Found { position, deleted_at: None }));
    }
    found.sort_by(|a, b| a.position.sort_key().cmp(&b.position.sort_key()));
    found.truncate(wanted.limit + 1);
    Ok(found)
}

/// The statement as it grows, a branch for each table.
struct Branches<'a> {
    statement: Statement,
    scope: BoundScope,
    position: &'a Position,
    horizon: i64,
    fetch: usize,
}

impl Branches<'_> {
    fn removed(&mut self, resources: &[DataResource]) {
        let names: Vec<_> = resources.iter().map(|resource| format!("'{resource}'")).collect();
        let only = format!("t.resource IN ({})", names.join(", "));
        let (name, key) = ("t.resource || ' ' || t.resource_id", ", t.resource, t.resource_id");
        self.branch(0, "tombstones t", "t.administration", name, key, "t.deleted_at", &only);
    }

    fn changed(&mut self, dataset: &Dataset) {
        let rank = dataset.resource.rank();
        match dataset.naming {
            Naming::Registrations => self.of_batches(dataset),
            Naming::Usage => {}
            naming => {
                let from = format!("{} t", dataset.table);
                let only = dataset.condition();
                self.branch(rank, &from, dataset.administration(), naming.name(), naming.key(), "NULL", only);
            }
        }
    }

    /// A branch that an index on revision, administration and key carries.
    #[expect(clippy::too_many_arguments, reason = "the parts of one statement")]
    fn branch(&mut self, rank: u8, from: &str, home: &str, name: &str, key: &str, deleted_at: &str, only: &str) {
        let after = self.position;
        let condition = match rank.cmp(&after.rank) {
            std::cmp::Ordering::Greater => format!("t.revision >= {}", self.revision()),
            std::cmp::Ordering::Less => format!("t.revision > {}", self.revision()),
            std::cmp::Ordering::Equal => {
                let mut marks = vec![self.revision(), self.statement.bind(Bind::Text(after.administration.clone()))];
                for part in after.parts().unwrap_or_default() {
                    marks.push(self.statement.bind(part));
                }
                format!("(t.revision, {home}{key}) > ({})", marks.join(", "))
            }
        };
        let (horizon, scope, fetch) = (self.horizon, self.scope.on(home), self.fetch);
        self.union(&format!(
            "SELECT t.revision AS revision, {rank} AS place, {home} AS administration, {name} AS name, \
             CAST({deleted_at} AS BIGINT) AS deleted_at FROM {from} \
             WHERE {condition} AND t.revision < {horizon} AND {only} AND {scope} \
             ORDER BY t.revision, {home}{key} LIMIT {fetch}"
        ));
    }

    /// A branch over registrations, which the marks of their batches find.
    fn of_batches(&mut self, dataset: &Dataset) {
        let (rank, after) = (dataset.resource.rank(), self.position);
        let key = dataset.naming.key().trim_start_matches(", ");
        let condition = match rank.cmp(&after.rank) {
            std::cmp::Ordering::Greater => format!("b.revision >= {}", self.revision()),
            std::cmp::Ordering::Less => format!("b.revision > {}", self.revision()),
            std::cmp::Ordering::Equal => {
                let revision = self.revision();
                let home = self.statement.bind(Bind::Text(after.administration.clone()));
                let parts = after.parts().unwrap_or_default();
                let marks: Vec<_> = parts.into_iter().map(|part| self.statement.bind(part)).collect();
                format!(
                    "(b.revision, b.administration) >= ({revision}, {home}) \
                     AND (b.revision > {revision} OR b.administration > {home} OR ({key}) > ({}))",
                    marks.join(", ")
                )
            }
        };
        let (table, name, resource) = (dataset.table, dataset.naming.name(), dataset.resource);
        let (horizon, scope, fetch) = (self.horizon, self.scope.on("b.administration"), self.fetch);
        self.union(&format!(
            "SELECT b.revision AS revision, {rank} AS place, t.administration AS administration, {name} AS name, \
             CAST(NULL AS BIGINT) AS deleted_at FROM feed_batches b \
             JOIN {table} t ON t.administration = b.administration AND t.revision = b.revision \
             AND ({key}) >= (b.first_code, b.first_part, b.first_number) \
             AND ({key}) <= (b.last_code, b.last_part, b.last_number) \
             WHERE b.resource = '{resource}' AND {condition} AND b.revision < {horizon} AND {scope} \
             ORDER BY b.revision, b.administration, {key} LIMIT {fetch}"
        ));
    }

    fn revision(&mut self) -> String {
        let revision = self.position.revision;
        self.statement.bind(Bind::Long(revision))
    }

    fn union(&mut self, branch: &str) {
        if !self.statement.text.is_empty() {
            self.statement.push(" UNION ALL ");
        }
        self.statement.push(&format!("SELECT * FROM ({branch}) x"));
    }
}

type Records = HashMap<(DataResource, String, String), Vec<u8>>;

/// The records that stand at these places.
fn load(
    conn: &mut AnyConnection,
    resource: DataResource,
    places: &[&Position],
    today: NaiveDate,
    records: &mut Records,
) -> Result<(), Problem> {
    let dataset = resource.dataset();
    let named = |name, sql| Column { name, sql, kind: Kind::Text, role: Role::Own };
    let mut columns = vec![named("", dataset.administration()), named("", dataset.naming.name())];
    columns.extend(dataset.own_and_of_today());
    let mut statement = Statement::new(conn);
    select(&mut statement, dataset, &columns, today);
    let (home, key) = match dataset.naming {
        // By their months, which hold others too.
        Naming::Usage => (dataset.administration(), ", t.month"),
        naming => (dataset.administration(), naming.key()),
    };
    let parts = key.matches(',').count();
    let tuples: BTreeSet<Vec<Bind>> = places
        .iter()
        .map(|place| {
            let parts = place.parts().unwrap_or_default().into_iter().take(parts);
            [Bind::Text(place.administration.clone())].into_iter().chain(parts).collect()
        })
        .collect();
    let tuples: Vec<_> = tuples
        .into_iter()
        .map(|tuple| {
            let marks: Vec<_> = tuple.into_iter().map(|part| statement.bind(part)).collect();
            format!("({})", marks.join(", "))
        })
        .collect();
    statement.push(&format!(" AND ({home}{key}) IN (VALUES {})", tuples.join(", ")));
    let named: HashSet<_> = places.iter().map(|place| (place.administration.as_str(), place.name.as_str())).collect();
    let wanted = |home: &str, month: i32, code: &str| named.contains(&(home, format!("{code}~{month}").as_str()));
    let mut sink =
        Collector { resource, columns: &columns, home: String::new(), name: String::new(), out: Vec::new(), records };
    read(conn, &statement, dataset, &columns, &wanted, &mut sink)?;
    Ok(())
}

/// Puts records aside as JSON, by administration and name, which are their first two columns.
struct Collector<'a> {
    resource: DataResource,
    columns: &'a [Column],
    home: String,
    name: String,
    out: Vec<u8>,
    records: &'a mut Records,
}

impl Sink for Collector<'_> {
    fn value(&mut self, column: usize, value: Value<'_>) {
        let text = |value: Value<'_>| match value {
            Value::Text(text) => String::from_utf8_lossy(text).into_owned(),
            _ => String::new(),
        };
        match (column, value) {
            (0, value) => self.home = text(value),
            (1, value) => self.name = text(value),
            (_, Value::Null) => {}
            (_, value) => {
                self.out.push(if self.out.is_empty() { b'{' } else { b',' });
                text::string(&mut self.out, self.columns[column].name.as_bytes());
                self.out.push(b':');
                text::json(&mut self.out, value);
            }
        }
    }

    fn end_row(&mut self) -> ControlFlow<()> {
        self.out.push(b'}');
        let key = (self.resource, std::mem::take(&mut self.home), std::mem::take(&mut self.name));
        self.records.insert(key, std::mem::take(&mut self.out));
        ControlFlow::Continue(())
    }
}
