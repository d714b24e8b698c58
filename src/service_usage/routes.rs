//! `/service-usage`.

use super::model::{NewServiceUsage, NewServiceUsages, ServiceUsage};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, FeedsWrite, ServicesRead};
use crate::calendar::Month;
use crate::error::Problem;
use crate::feed::model::FeedOptions;
use crate::feed::{self, FeedReport};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::text::{Code, IpaCode};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which counts.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsageFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of the service of this code.
    service_code: Option<Code>,
    /// Of this month or later.
    #[param(value_type = Option<Month>)]
    from: Option<Month>,
    /// Of this month or earlier.
    #[param(value_type = Option<Month>)]
    to: Option<Month>,
    /// Rows of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

/// Lists the usage of services.
///
/// By administration, month and service. A count that nobody sent is left out.
#[utoipa::path(tag = "service-usage", params(UsageFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "A page of counts.", body = Page<ServiceUsage>)))]
#[get("/service-usage")]
pub async fn list_service_usage(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    filter: Query<UsageFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter) = (caller.tenants(), filter.0);
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let wanted = Wanted {
        administration: filter.administration,
        service_code: filter.service_code,
        from: filter.from,
        to: filter.to,
    };
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    let rows: Vec<ServiceUsage> = rows.into_iter().map(ServiceUsage::from).collect();
    let mark = |row: &ServiceUsage| Mark::of(&row.administration, &format!("{}~{}", row.month, row.service_code));
    Ok(Page::answer(&app, &request, &slice, rows, mark))
}

/// Takes the usage of services in.
///
/// Up to 1,000 rows as JSON, or any number as NDJSON, one object on each line. A row is named by service and month: sent
/// again it changes nothing, sent otherwise it supersedes what stood there as a whole, counts that it leaves out included,
/// and the audit event of the batch keeps both.
#[utoipa::path(tag = "service-usage", params(FeedOptions), security(("oauth2" = ["feeds.write"])),
    request_body(content((NewServiceUsages = "application/json"), (NewServiceUsage = "application/x-ndjson"))),
    responses((status = 200, description = "What became of each row.", body = FeedReport)))]
#[post("/service-usage")]
pub async fn create_service_usage(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<FeedsWrite>,
    options: Query<FeedOptions>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let report = feed::receive::<NewServiceUsage, _>(&app, &request, &caller, options.0, payload).await?;
    Ok(HttpResponse::Ok().json(report))
}
