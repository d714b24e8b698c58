//! The versions of a record: who made each, when, and what it changed.

use super::store;
use crate::app::App;
use crate::audit::{Action, AuditEvent, RecordState};
use crate::auth::{Caller, Tenants};
use crate::clock::Instant;
use crate::db::AnyConnection;
use crate::db::types::Json;
use crate::error::Problem;
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::ids::Id;
use crate::record::{self, Key, Record};
use crate::text::{IpaCode, Line};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// Fields that every write changes, which says nothing of the record.
const BOOKKEEPING: [&str; 2] = ["revision", "updated_at"];

/// One version of a record: what a write made of it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordVersion {
    /// The audit event's.
    pub id: Id,
    pub at: Instant,
    /// The client that did it, or `local` for the command line.
    pub actor: Line,
    /// The request by which it was done, as in the log.
    pub request_id: Line,
    pub action: Action,
    /// The record's ETag from then on.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    /// The fields that differ from the version before.
    #[schema(min_items = 0, max_items = 100)]
    pub changed: Vec<Line>,
    /// Of these fields, what stood before; left out where the record was made.
    #[schema(value_type = Option<RecordState>)]
    pub before: Option<Map<String, Value>>,
    /// Of these fields, what stands from then on; left out where the record was removed.
    #[schema(value_type = Option<RecordState>)]
    pub after: Option<Map<String, Value>>,
    #[serde(skip)]
    #[schema(ignore)]
    home: IpaCode,
}

impl RecordVersion {
    fn of(event: AuditEvent) -> Self {
        let fields = |state: &Option<Json<Map<String, Value>>>| state.as_deref().cloned();
        let (mut before, mut after) = (fields(&event.before_state), fields(&event.after_state));
        if let (Some(before), Some(after)) = (&mut before, &mut after) {
            let same: Vec<String> = before
                .iter()
                .filter(|(name, value)| after.get(*name) == Some(*value))
                .map(|(name, _)| name.clone())
                .collect();
            for name in same.iter().map(String::as_str).chain(BOOKKEEPING) {
                before.remove(name);
                after.remove(name);
            }
        }
        let names = before.iter().chain(&after).flat_map(Map::keys).collect::<std::collections::BTreeSet<_>>();
        RecordVersion {
            changed: names.into_iter().map(|name| Line::from_trusted(name.clone())).collect(),
            id: event.id,
            at: event.at,
            actor: event.actor,
            request_id: event.request_id,
            action: event.action,
            revision: event.revision,
            before,
            after,
            home: event.administration,
        }
    }

    pub fn sample() -> Self {
        let title = |text: &str| Map::from_iter([("title".to_owned(), Value::from(text))]);
        RecordVersion {
            action: Action::Update,
            changed: vec![Line::from_trusted("title".to_owned())],
            before: Some(title("Piano di transizione digitale")),
            after: Some(title("Piano di transizione digitale 2021-2023")),
            ..RecordVersion::of(AuditEvent::sample())
        }
    }
}

/// Which versions.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionFilter {
    /// Versions of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

/// A page of a record's versions, the latest first; by its id also where it was removed since.
pub async fn page<R: Record, S: 'static>(
    app: &App,
    request: &HttpRequest,
    caller: &Caller<S>,
    key: String,
    filter: VersionFilter,
) -> Result<HttpResponse, Problem> {
    let tenants = caller.tenants();
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let wanted = slice.clone();
    let read = app.db.read(move |conn| {
        let (home, id) = identify::<R>(conn, &tenants, &key)?;
        store::events(conn, &home, R::RESOURCE, &id, &wanted)
    });
    let versions: Vec<_> = read.await?.into_iter().map(RecordVersion::of).collect();
    Ok(Page::answer(app, request, &slice, versions, |version| Mark::of(&version.home, &version.id)))
}

fn identify<R: Record>(conn: &mut AnyConnection, tenants: &Tenants, key: &str) -> Result<(IpaCode, Id), Problem> {
    if let Some(Key::Id(id)) = Key::parse(key) {
        let home = store::home(conn, tenants, R::RESOURCE, &id)?;
        return Ok((home.ok_or_else(|| Problem::not_found(R::NAME))?, id));
    }
    let record = record::locate::<R>(conn, tenants, key)?;
    Ok((record.administration().clone(), record.id().clone()))
}
