//! `/digital-services`.

use super::model::{DigitalService, NewDigitalService, ServiceStatus};
use super::store::{self, Wanted};
use super::vocabulary::{Audience, Authentication, Category};
use crate::app::App;
use crate::auth::{Caller, ServicesEdit, ServicesRead};
use crate::error::Problem;
use crate::http::answer::{self, Expected};
use crate::http::json::{Json, MergePatch};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::record::{self, Put, RecordKey};
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which services.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DigitalServiceFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// In this status, today or on the day of `as_of`.
    status: Option<ServiceStatus>,
    /// Of this category.
    category: Option<Category>,
    /// For these users.
    audience: Option<Audience>,
    /// With this login.
    authentication: Option<Authentication>,
    /// To be paid through pagoPA, or not.
    on_pagopa: Option<bool>,
    /// On App IO, or not.
    on_app_io: Option<bool>,
    /// At this interactivity level.
    #[param(minimum = 0, maximum = 5)]
    level: Option<i32>,
    /// Of this procedure.
    procedure_id: Option<Id>,
    /// Of this unit.
    unit_id: Option<Id>,
    /// Those that were there on this day, with their status of then.
    as_of: Option<NaiveDate>,
    /// Services of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl DigitalServiceFilter {
    fn wanted(&self) -> Wanted {
        Wanted {
            administration: self.administration.clone(),
            status: self.status,
            category: self.category,
            audience: self.audience,
            authentication: self.authentication,
            on_pagopa: self.on_pagopa,
            on_app_io: self.on_app_io,
            level: self.level,
            procedure_id: self.procedure_id.clone(),
            unit_id: self.unit_id.clone(),
            as_of: self.as_of,
        }
    }
}

/// Lists digital services.
///
/// By administration and then in the order of their making.
#[utoipa::path(tag = "digital-services", params(DigitalServiceFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "A page of digital services.", body = Page<DigitalService>)))]
#[get("/digital-services")]
pub async fn list_digital_services(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    filter: Query<DigitalServiceFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let today = app.db.clock().now().date();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page, today)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates a digital service.
///
/// A digital service of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "digital-services", security(("oauth2" = ["services.edit"])), request_body = NewDigitalService,
    responses((status = 201, description = "Created.", body = DigitalService)))]
#[post("/digital-services")]
pub async fn create_digital_service(
    app: web::Data<App>,
    caller: Caller<ServicesEdit>,
    input: Json<NewDigitalService>,
) -> Result<HttpResponse, Problem> {
    let row: DigitalService = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/digital-services/{}", row.id), row.revision, &row))
}

/// Shows a digital service.
///
/// By its id, or by the administration's code and its own: `c_b507~FIDO-12`.
#[utoipa::path(tag = "digital-services", security(("oauth2" = ["services.read"])),
    params(("digital_service_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The digital service.", body = DigitalService)))]
#[get("/digital-services/{digital_service_key}")]
pub async fn show_digital_service(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: DigitalService = record::show(&app.db, &caller, key.into_inner()).await?;
    let (row, state) = row.shown_on(app.db.clock().now().date());
    Ok(answer::show(&request, state, &row))
}

/// Replaces a digital service, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "digital-services", security(("oauth2" = ["services.edit"])), request_body = NewDigitalService,
    params(("digital_service_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = DigitalService),
              (status = 201, description = "Created.", body = DigitalService)))]
#[put("/digital-services/{digital_service_key}")]
pub async fn upsert_digital_service(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
    input: Json<NewDigitalService>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<DigitalService, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/digital-services/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of a digital service.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "digital-services", security(("oauth2" = ["services.edit"])),
    params(("digital_service_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewDigitalService, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = DigitalService)))]
#[patch("/digital-services/{digital_service_key}")]
pub async fn edit_digital_service(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: DigitalService = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes a digital service.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "digital-services", security(("oauth2" = ["services.edit"])),
    params(("digital_service_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/digital-services/{digital_service_key}")]
pub async fn remove_digital_service(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<DigitalService, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
