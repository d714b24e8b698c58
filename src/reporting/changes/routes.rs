//! `/changes`.

use super::cursor::{ChangeCursor, Place, Position};
use super::model::{ChangePage, ChangeView};
use super::store::{self, Wanted};
use crate::administrations::model::TerritoryCode;
use crate::app::App;
use crate::auth::{AggregatesRead, Caller};
use crate::db::{Database, Horizon};
use crate::error::Problem;
use crate::http::page::Links;
use crate::http::query::Query;
use crate::reporting::datasets::DataResource;
use crate::reporting::datasets::selection::{DataResources, admit};
use crate::reporting::datasets::store::Scope;
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

/// Changes of a page, at most.
const MAX_LIMIT: u32 = 1000;
/// Seconds that a request waits for news, at most.
const MAX_WAIT: u32 = 30;
/// How often it looks while it waits; no connection is held in between.
const PAUSE: Duration = Duration::from_millis(400);

/// Which changes.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of administrations of this region (ISTAT code).
    region: Option<TerritoryCode>,
    /// Of administrations of this province (ISTAT code).
    province: Option<TerritoryCode>,
    /// Of these data sets, with commas between; of all where left out.
    resource: Option<DataResources>,
    /// `link` tells where a record is found instead of what it is.
    view: Option<ChangeView>,
    /// Changes of a page, at most.
    #[param(minimum = 1, maximum = 1000, default = 200)]
    limit: Option<u32>,
    /// Seconds to wait for news where there are none.
    #[param(minimum = 0, maximum = 30, default = 0)]
    wait: Option<u32>,
    /// After this place: from an earlier page or from an export. From the beginning where left out.
    cursor: Option<ChangeCursor>,
}

/// Lists what changed.
///
/// Each record once, in its latest state, in the order in which it came to it; what was removed as such. Changes are told
/// when every transaction that began before theirs has ended, so that none is ever passed over. Keep `cursor` together with
/// the changes and go on from it; `_links.next` is the next request. A cursor that is too old, or from before the database
/// was restored, is gone (410): take exports anew and go on from theirs.
#[utoipa::path(tag = "changes", params(ChangeFilter), security(("oauth2" = ["aggregates.read"])),
    responses((status = 200, description = "Changes.", body = ChangePage),
              (status = 404, description = "The administration is not there, or not to be seen."),
              (status = 410, description = "The cursor no longer holds.")))]
#[get("/changes")]
pub async fn list_changes(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<AggregatesRead>,
    filter: Query<ChangeFilter>,
) -> Result<HttpResponse, Problem> {
    let filter = filter.0;
    let limit = filter.limit.unwrap_or(200);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::invalid("limit", limit, format!("must be between 1 and {MAX_LIMIT}")));
    }
    let wait = filter.wait.unwrap_or(0);
    if wait > MAX_WAIT {
        return Err(Problem::invalid("wait", wait, format!("must be at most {MAX_WAIT} seconds")));
    }
    let place = match &filter.cursor {
        None => None,
        Some(cursor) => Some(Place::parse(cursor).ok_or_else(|| {
            Problem::invalid("cursor", cursor, "is no cursor of the change feed: take one from a page or an export")
        })?),
    };
    let scope = Scope {
        tenants: caller.tenants(),
        administration: filter.administration,
        region: filter.region.map(|code| code.to_string()),
        province: filter.province.map(|code| code.to_string()),
    };
    let resources = filter.resource.map_or_else(|| DataResource::ALL.to_vec(), |resources| resources.list());
    let view = filter.view.unwrap_or(ChangeView::Record);
    let wanted = Wanted { scope, resources, view, limit: limit as usize };
    let mut pauses = Duration::from_secs(u64::from(wait)).as_millis() / PAUSE.as_millis();
    loop {
        let (wanted, place, days) = (wanted.clone(), place.clone(), app.settings.tombstone_days);
        let (batch, next) = app.db.run(move |db| page(db, &wanted, place, days)).await?;
        if batch.changes.is_empty() && !batch.more && pauses > 0 {
            pauses -= 1;
            actix_web::rt::time::sleep(PAUSE).await;
            continue;
        }
        let cursor = next.cursor();
        let others = request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
        let query: Vec<_> = others.map(str::to_owned).chain([format!("cursor={cursor}")]).collect();
        let links = Links { next: Some(format!("{}{}?{}", app.settings.public_url, request.path(), query.join("&"))) };
        return Ok(HttpResponse::Ok().json(ChangePage { items: batch.changes, cursor, more: batch.more, links }));
    }
}

/// A page and where it ends. With nothing new since the cursor, and nobody writing, no table is asked.
fn page(db: &Database, wanted: &Wanted, place: Option<Place>, days: i32) -> Result<(store::Batch, Place), Problem> {
    let mut snapshot = db.snapshot()?;
    let (horizon, now) = (Horizon::of(&mut snapshot)?, db.clock().now());
    admit(&mut snapshot, &wanted.scope)?;
    if place.is_none() && store::is_numbered_elsewhere(&mut snapshot, &horizon)? {
        return Err(super::cursor::gone("The database was restored: the feed cannot begin at its beginning."));
    }
    if let Some(place) = &place {
        let known = store::knows_event(&mut snapshot, place)?;
        place.check(&horizon, known, now, days)?;
    }
    let position = place.as_ref().map_or_else(Position::start, |place| place.position.clone());
    let batch = if position == Position::below(horizon.revision) {
        store::Batch { changes: Vec::new(), last: position, more: false }
    } else {
        store::after(&mut snapshot, wanted, &position, &horizon, now.date())?
    };
    // Who has reached the end has everything up to now; who is on the way has it up to when the way began.
    let complete_at = match &place {
        Some(place) if batch.more => place.complete_at,
        _ => now.seconds(),
    };
    let next = Place::of(&horizon, complete_at, batch.last.clone());
    Ok((batch, next))
}
