//! Queries on the events, for what stood at an instant.

use super::Remembered;
use crate::audit::{Action, AuditEvent};
use crate::auth::Tenants;
use crate::clock::Instant;
use crate::db::AnyConnection;
use crate::db::schema::audit_events;
use crate::db::types::Json;
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::text::IpaCode;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use serde_json::{Map, Value};

type State = Json<Map<String, Value>>;

/// The administration whose record this is or was.
pub fn home(conn: &mut AnyConnection, tenants: &Tenants, resource: &str, id: &Id) -> Result<Option<IpaCode>, Problem> {
    let mut query = audit_events::table
        .filter(audit_events::resource_id.eq(id))
        .filter(audit_events::resource.eq(resource))
        .select(audit_events::administration)
        .into_boxed();
    if let Tenants::Only(codes) = tenants {
        query = query.filter(audit_events::administration.eq_any(codes));
    }
    Ok(query.first(conn).optional()?)
}

/// When the administration's first event was. Ids grow with time.
pub fn beginning(conn: &mut AnyConnection, home: &IpaCode) -> Result<Option<Instant>, Problem> {
    let first = audit_events::table
        .filter(audit_events::administration.eq(home))
        .order((audit_events::administration, audit_events::id))
        .select(audit_events::at);
    Ok(first.first(conn).optional()?)
}

/// The record as the last event up to the instant left it; none where that removed it.
pub fn state<R: Remembered>(
    conn: &mut AnyConnection,
    home: &IpaCode,
    id: &Id,
    at: Instant,
) -> Result<Option<R>, Problem> {
    let last: Option<Option<State>> = audit_events::table
        .filter(audit_events::resource_id.eq(id))
        .filter(audit_events::administration.eq(home))
        .filter(audit_events::resource.eq(R::RESOURCE))
        .filter(audit_events::at.le(at))
        .order((audit_events::at.desc(), audit_events::id.desc()))
        .select(audit_events::after_state)
        .first(conn)
        .optional()?;
    last.flatten().map(revive).transpose()
}

/// Which records: of these plans (of all where none is named), beyond an id, so many at most.
pub struct Wanted<'a> {
    pub plans: &'a [Id],
    pub after: Option<&'a str>,
    pub most: Option<i64>,
}

/// Records as they stood, by id.
pub fn states<R: Remembered>(
    conn: &mut AnyConnection,
    home: &IpaCode,
    wanted: &Wanted<'_>,
    at: Instant,
) -> Result<Vec<R>, Problem> {
    let later = diesel::alias!(audit_events as later);
    let beyond = later
        .field(audit_events::at)
        .gt(audit_events::at)
        .or(later.field(audit_events::at).eq(audit_events::at).and(later.field(audit_events::id).gt(audit_events::id)));
    let overtaken = later
        .filter(later.field(audit_events::resource_id).eq(audit_events::resource_id))
        .filter(later.field(audit_events::administration).eq(audit_events::administration))
        .filter(later.field(audit_events::resource).eq(audit_events::resource))
        .filter(later.field(audit_events::at).le(at))
        .filter(beyond)
        .select(later.field(audit_events::id));
    let mut query = audit_events::table
        .filter(audit_events::administration.eq(home))
        .filter(audit_events::resource.eq(R::RESOURCE))
        .filter(audit_events::at.le(at))
        .filter(audit_events::action.ne(Action::Delete))
        .filter(not(exists(overtaken)))
        .order(audit_events::resource_id)
        .select(audit_events::after_state)
        .into_boxed();
    if !wanted.plans.is_empty() {
        query = query.filter(audit_events::plan_id.eq_any(wanted.plans));
    }
    if let Some(after) = wanted.after {
        query = query.filter(audit_events::resource_id.gt(after));
    }
    if let Some(most) = wanted.most {
        query = query.limit(most);
    }
    let states: Vec<Option<State>> = query.load(conn)?;
    states.into_iter().flatten().map(revive).collect()
}

/// A kept state as the record it was.
fn revive<R: Remembered>(state: State) -> Result<R, Problem> {
    let fields = Value::Object(Map::clone(&state));
    serde_json::from_value(fields)
        .map_err(|error| Problem::internal(format!("a kept state of {} cannot be read: {error}", R::RESOURCE)))
}

/// The events of a record, the latest first.
pub fn events(
    conn: &mut AnyConnection,
    home: &IpaCode,
    resource: &str,
    id: &Id,
    slice: &Slice,
) -> Result<Vec<AuditEvent>, Problem> {
    let mut query = audit_events::table
        .filter(audit_events::administration.eq(home))
        .filter(audit_events::resource_id.eq(id))
        .filter(audit_events::resource.eq(resource))
        .into_boxed();
    if let Some(after) = &slice.after {
        query = query.filter(audit_events::id.lt(&after.id));
    }
    Ok(query.order(audit_events::id.desc()).limit(slice.fetch()).load(conn)?)
}
