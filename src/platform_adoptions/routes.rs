//! `/platform-adoptions`.

use super::model::{AdoptionStatus, NewPlatformAdoption, Platform, PlatformAdoption};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, ServicesEdit, ServicesRead};
use crate::error::Problem;
use crate::http::answer::{self, Expected};
use crate::http::json::{Json, MergePatch};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::record::{self, Put, RecordKey};
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which adoptions.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlatformAdoptionFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this platform.
    platform: Option<Platform>,
    /// In this status, today or on the day of `as_of`.
    status: Option<AdoptionStatus>,
    /// Those that were there on this day, with their status of then.
    as_of: Option<NaiveDate>,
    /// Adoptions of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl PlatformAdoptionFilter {
    fn wanted(&self) -> Wanted {
        let administration = self.administration.clone();
        Wanted { administration, platform: self.platform, status: self.status, as_of: self.as_of }
    }
}

/// Lists platform adoptions.
///
/// By administration and then in the order of their making.
#[utoipa::path(tag = "platform-adoptions", params(PlatformAdoptionFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "A page of platform adoptions.", body = Page<PlatformAdoption>)))]
#[get("/platform-adoptions")]
pub async fn list_platform_adoptions(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    filter: Query<PlatformAdoptionFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let today = app.db.clock().now().date();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page, today)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates a platform adoption.
///
/// An adoption of this platform that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "platform-adoptions", security(("oauth2" = ["services.edit"])), request_body = NewPlatformAdoption,
    responses((status = 201, description = "Created.", body = PlatformAdoption)))]
#[post("/platform-adoptions")]
pub async fn create_platform_adoption(
    app: web::Data<App>,
    caller: Caller<ServicesEdit>,
    input: Json<NewPlatformAdoption>,
) -> Result<HttpResponse, Problem> {
    let row: PlatformAdoption = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/platform-adoptions/{}", row.id), row.revision, &row))
}

/// Shows a platform adoption.
///
/// By its id, or by the administration's code and the platform: `c_b507~pagopa`.
#[utoipa::path(tag = "platform-adoptions", security(("oauth2" = ["services.read"])),
    params(("platform_adoption_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The platform adoption.", body = PlatformAdoption)))]
#[get("/platform-adoptions/{platform_adoption_key}")]
pub async fn show_platform_adoption(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: PlatformAdoption = record::show(&app.db, &caller, key.into_inner()).await?;
    let (row, state) = row.shown_on(app.db.clock().now().date());
    Ok(answer::show(&request, state, &row))
}

/// Replaces a platform adoption, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "platform-adoptions", security(("oauth2" = ["services.edit"])), request_body = NewPlatformAdoption,
    params(("platform_adoption_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = PlatformAdoption),
              (status = 201, description = "Created.", body = PlatformAdoption)))]
#[put("/platform-adoptions/{platform_adoption_key}")]
pub async fn upsert_platform_adoption(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
    input: Json<NewPlatformAdoption>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<PlatformAdoption, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/platform-adoptions/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of a platform adoption.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "platform-adoptions", security(("oauth2" = ["services.edit"])),
    params(("platform_adoption_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewPlatformAdoption, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = PlatformAdoption)))]
#[patch("/platform-adoptions/{platform_adoption_key}")]
pub async fn edit_platform_adoption(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: PlatformAdoption = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes a platform adoption.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "platform-adoptions", security(("oauth2" = ["services.edit"])),
    params(("platform_adoption_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/platform-adoptions/{platform_adoption_key}")]
pub async fn remove_platform_adoption(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<PlatformAdoption, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
