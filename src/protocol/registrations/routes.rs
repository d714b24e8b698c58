//! `/protocol-registrations`.

use super::model::{NewProtocolRegistration, NewProtocolRegistrations, ProtocolDirection, ProtocolRegistration};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, FeedsWrite, ServicesRead};
use crate::calendar::Day;
use crate::error::Problem;
use crate::feed::model::FeedOptions;
use crate::feed::{self, FeedReport};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::text::{Code, IpaCode};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which registrations.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegistrationFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this organisational area.
    aoo: Option<Code>,
    /// That go this way.
    direction: Option<ProtocolDirection>,
    /// Annulled ones only, or none of them.
    cancelled: Option<bool>,
    /// Of this day or later.
    #[param(value_type = Option<Day>)]
    from: Option<Day>,
    /// Of this day or earlier.
    #[param(value_type = Option<Day>)]
    to: Option<Day>,
    /// Registrations of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

/// Lists protocol registrations.
///
/// By administration, area, year and number. Those that were annulled are marked.
#[utoipa::path(tag = "protocol-registrations", params(RegistrationFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "A page of registrations.", body = Page<ProtocolRegistration>)))]
#[get("/protocol-registrations")]
pub async fn list_protocol_registrations(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    filter: Query<RegistrationFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter) = (caller.tenants(), filter.0);
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let wanted = Wanted {
        administration: filter.administration,
        aoo: filter.aoo,
        direction: filter.direction,
        cancelled: filter.cancelled,
        from: filter.from,
        to: filter.to,
    };
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &store::mark(row))))
}

/// Takes protocol registrations in.
///
/// Up to 1,000 as JSON, or any number as NDJSON, one object on each line. A registration is named by its area, year and
/// number: sent again it changes nothing, sent otherwise it supersedes what stood there, and the audit event of the batch
/// keeps both. No personal data is accepted: a field that is not listed here is refused.
#[utoipa::path(tag = "protocol-registrations", params(FeedOptions), security(("oauth2" = ["feeds.write"])),
    request_body(content((NewProtocolRegistrations = "application/json"), (NewProtocolRegistration = "application/x-ndjson"))),
    responses((status = 200, description = "What became of each row.", body = FeedReport)))]
#[post("/protocol-registrations")]
pub async fn create_protocol_registrations(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<FeedsWrite>,
    options: Query<FeedOptions>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let report = feed::receive::<NewProtocolRegistration, _>(&app, &request, &caller, options.0, payload).await?;
    Ok(HttpResponse::Ok().json(report))
}
