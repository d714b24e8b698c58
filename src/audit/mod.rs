//! Who did what: every write leaves an event in its own transaction, with the record before and after.

use crate::app::App;
use crate::auth::{AuditRead, Caller, Tenants};
use crate::clock::Instant;
use crate::db::schema::audit_events;
use crate::db::types::{Json, text_enum};
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::record::slice_of;
use crate::text::{IpaCode, Line};
use actix_web::{HttpRequest, HttpResponse, get, web};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

text_enum!(
    /// What was done.
    Action { Create = "create", Update = "update", Delete = "delete" }
);

/// One change of one record.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, Queryable, ToSchema)]
pub struct AuditEvent {
    pub administration: IpaCode,
    pub id: Id,
    pub at: Instant,
    /// The client that did it, or `local` for the command line.
    pub actor: Line,
    /// The request by which it was done, as in the log.
    pub request_id: Line,
    pub action: Action,
    /// The kind of record: `plans`, `objectives` …
    pub resource: Line,
    pub resource_id: Line,
    /// The record before; left out where it was made.
    #[schema(value_type = Option<RecordState>)]
    pub before_state: Option<Json<Map<String, Value>>>,
    /// The record after; left out where it was removed.
    #[schema(value_type = Option<RecordState>)]
    pub after_state: Option<Json<Map<String, Value>>>,
    /// The transaction's number: the record's ETag from then on.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    /// The plan that the record belongs to, where it belongs to one.
    pub plan_id: Option<Id>,
}

/// A record as it stood, in the form of its own resource.
#[derive(ToSchema)]
#[schema(max_properties = 100)]
pub struct RecordState {}

impl AuditEvent {
    pub fn sample() -> Self {
        AuditEvent {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            id: Id::from_trusted("019a4b52-7c00-7000-8000-00000000000a".to_owned()),
            at: Instant(1_763_719_200_000_000),
            actor: Line::from_trusted("client-019a4b52-7c00-7000-8000-000000000009".to_owned()),
            request_id: Line::from_trusted("019a4b52-7c00-7000-8000-000000000008".to_owned()),
            action: Action::Delete,
            resource: Line::from_trusted("plans".to_owned()),
            resource_id: Line::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            before_state: Some(Map::from_iter([("code".to_owned(), Value::from("dtp-2021-2023"))]).into()),
            after_state: None,
            revision: 7,
            plan_id: Some(Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned())),
        }
    }
}

/// An event as it is written: its states are text already, for a batch's is long.
#[derive(Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
struct NewEvent {
    administration: IpaCode,
    id: Id,
    at: Instant,
    actor: String,
    request_id: String,
    action: Action,
    resource: &'static str,
    resource_id: String,
    before_state: Option<String>,
    after_state: Option<String>,
    revision: i64,
    plan_id: Option<Id>,
}

/// The plan that a record belongs to, as its state tells it.
#[derive(Deserialize)]
struct OfPlan {
    plan_id: Option<Id>,
}

impl NewEvent {
    fn new<R: Serialize>(
        write: &Write<'_>,
        administration: &IpaCode,
        action: Action,
        (resource, resource_id): (&'static str, String),
        before: Option<&R>,
        after: Option<&R>,
    ) -> Result<Self, Problem> {
        let state = |record: Option<&R>| record.map(serde_json::to_string).transpose().map_err(Problem::internal);
        let (before_state, after_state) = (state(before)?, state(after)?);
        let plan_id = match (resource, after_state.as_ref().or(before_state.as_ref())) {
            ("plans", _) => Some(Id::from_trusted(resource_id.clone())),
            // The state of a batch is long and has none.
            (_, Some(state)) if state.contains("\"plan_id\"") => {
                serde_json::from_str::<OfPlan>(state).ok().and_then(|of| of.plan_id)
            }
            _ => None,
        };
        Ok(NewEvent {
            administration: administration.clone(),
            id: write.next_id(),
            at: write.now,
            actor: write.author.client_id.clone(),
            request_id: write.author.request_id.clone(),
            action,
            resource,
            resource_id,
            before_state,
            after_state,
            revision: write.revision,
            plan_id,
        })
    }
}

/// Appends an event to the caller's transaction.
pub fn append<R: Serialize>(
    write: &mut Write<'_>,
    administration: &IpaCode,
    action: Action,
    resource: &'static str,
    resource_id: impl ToString,
    before: Option<&R>,
    after: Option<&R>,
) -> Result<(), Problem> {
    let event = NewEvent::new(write, administration, action, (resource, resource_id.to_string()), before, after)?;
    diesel::insert_into(audit_events::table).values(event).execute(write.conn)?;
    Ok(())
}

/// One event of a batch: whose data, which record, what it was and what it is.
pub struct BatchEvent {
    pub administration: IpaCode,
    pub action: Action,
    pub resource: &'static str,
    pub resource_id: String,
    pub before: Option<Map<String, Value>>,
    pub after: Map<String, Value>,
}

/// Rows of one statement: SQLite takes 32,766 parameters, an event has 12.
const CHUNK: usize = 2000;

/// Appends the events of a batch to the caller's transaction.
pub fn append_batch(write: &mut Write<'_>, events: Vec<BatchEvent>) -> Result<(), Problem> {
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        let (before, after) = (event.before.as_ref(), Some(&event.after));
        let named = (event.resource, event.resource_id);
        rows.push(NewEvent::new(write, &event.administration, event.action, named, before, after)?);
    }
    for chunk in rows.chunks(CHUNK) {
        let insert = diesel::insert_into(audit_events::table).values(chunk);
        match write.conn {
            AnyConnection::Pg(conn) => insert.execute(conn)?,
            AnyConnection::Sqlite(conn) => insert.execute(conn)?,
        };
    }
    Ok(())
}

/// Which events.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this record.
    resource_id: Option<Line>,
    /// Of this kind of record: `plans`, `objectives` …
    resource: Option<Line>,
    /// Of this plan and of all that belongs to it.
    plan_id: Option<Id>,
    /// Of this action.
    action: Option<Action>,
    /// Events of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    filter: &AuditFilter,
    slice: &Slice,
) -> Result<Vec<AuditEvent>, Problem> {
    let mut query = audit_events::table.into_boxed();
    if let Some(administration) = &filter.administration {
        query = query.filter(audit_events::administration.eq(administration));
    }
    if let Some(id) = &filter.resource_id {
        query = query.filter(audit_events::resource_id.eq(id));
    }
    if let Some(resource) = &filter.resource {
        query = query.filter(audit_events::resource.eq(resource));
    }
    if let Some(plan) = &filter.plan_id {
        query = query.filter(audit_events::plan_id.eq(plan));
    }
    if let Some(action) = filter.action {
        query = query.filter(audit_events::action.eq(action));
    }
    Ok(slice_of!(query, audit_events, tenants, slice).load(conn)?)
}

/// Lists who changed what.
///
/// Every change of every record, with the record before and after, by administration and then in the order of time.
#[utoipa::path(tag = "audit-events", params(AuditFilter), security(("oauth2" = ["audit.read"])),
    responses((status = 200, description = "A page of events.", body = Page<AuditEvent>)))]
#[get("/audit-events")]
pub async fn list_audit_events(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<AuditRead>,
    filter: Query<AuditFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter) = (caller.tenants(), filter.0);
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let wanted = slice.clone();
    let events = app.db.read(move |conn| list(conn, &tenants, &filter, &wanted)).await?;
    Ok(Page::answer(&app, &request, &slice, events, |event| Mark::of(&event.administration, &event.id)))
}

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(list_audit_events);
}
