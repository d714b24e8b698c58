//! `/procedures`.

use super::model::{NewProcedure, Procedure};
use super::store::{self, Wanted};
use crate::app::App;
use crate::auth::{Caller, ServicesEdit, ServicesRead};
use crate::error::Problem;
use crate::http::answer::{self, Expected};
use crate::http::json::{Json, MergePatch};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::record::{self, Put, RecordKey};
use crate::text::{IpaCode, Line};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which procedures.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProcedureFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this unit.
    unit_id: Option<Id>,
    /// Of this class.
    classification: Option<Line>,
    /// At this level.
    #[param(minimum = 0, maximum = 5)]
    digital_level: Option<i32>,
    /// Procedures of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

impl ProcedureFilter {
    fn wanted(&self) -> Wanted {
        Wanted {
            administration: self.administration.clone(),
            unit_id: self.unit_id.clone(),
            classification: self.classification.clone(),
            digital_level: self.digital_level,
        }
    }
}

/// Lists procedures.
///
/// By administration and then in the order of their making.
#[utoipa::path(tag = "procedures", params(ProcedureFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "A page of procedures.", body = Page<Procedure>)))]
#[get("/procedures")]
pub async fn list_procedures(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    filter: Query<ProcedureFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, wanted) = (caller.tenants(), filter.0.wanted());
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &tenants, &wanted, &page)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.id)))
}

/// Creates a procedure.
///
/// A procedure of this code that exists already is a conflict; `PUT` by its codes makes or replaces it.
#[utoipa::path(tag = "procedures", security(("oauth2" = ["services.edit"])), request_body = NewProcedure,
    responses((status = 201, description = "Created.", body = Procedure)))]
#[post("/procedures")]
pub async fn create_procedure(
    app: web::Data<App>,
    caller: Caller<ServicesEdit>,
    input: Json<NewProcedure>,
) -> Result<HttpResponse, Problem> {
    let row: Procedure = record::create(&app.db, &caller, input.0).await?;
    Ok(answer::created(&app, &format!("/procedures/{}", row.id), row.revision, &row))
}

/// Shows a procedure.
///
/// By its id, or by the administration's code and its own: `c_e563~SUE-01`.
#[utoipa::path(tag = "procedures", security(("oauth2" = ["services.read"])),
    params(("procedure_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The procedure.", body = Procedure)))]
#[get("/procedures/{procedure_key}")]
pub async fn show_procedure(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row: Procedure = record::show(&app.db, &caller, key.into_inner()).await?;
    Ok(answer::show(&request, row.revision, &row))
}

/// Replaces a procedure, or makes it.
///
/// By id it must exist and `If-Match` is needed. By codes it is made where there is none, and sending the same again
/// changes nothing.
#[utoipa::path(tag = "procedures", security(("oauth2" = ["services.edit"])), request_body = NewProcedure,
    params(("procedure_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "Replaced, or the same already.", body = Procedure),
              (status = 201, description = "Created.", body = Procedure)))]
#[put("/procedures/{procedure_key}")]
pub async fn upsert_procedure(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
    input: Json<NewProcedure>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    match record::replace::<Procedure, _>(&app.db, &caller, key.into_inner(), expected, input.0).await? {
        Put::Created(row) => Ok(answer::created(&app, &format!("/procedures/{}", row.id), row.revision, &row)),
        Put::Replaced(row) => Ok(answer::changed(row.revision, &row)),
    }
}

/// Changes some fields of a procedure.
///
/// A JSON merge patch (RFC 7396): null clears an optional field. `If-Match` is needed.
#[utoipa::path(tag = "procedures", security(("oauth2" = ["services.edit"])),
    params(("procedure_key" = RecordKey, Path, description = "Id or codes")),
    request_body(content = NewProcedure, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = Procedure)))]
#[patch("/procedures/{procedure_key}")]
pub async fn edit_procedure(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
    patch: MergePatch,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let row: Procedure = record::patch(&app.db, &caller, key.into_inner(), expected, patch).await?;
    Ok(answer::changed(row.revision, &row))
}

/// Removes a procedure.
///
/// One that others hang on stays: remove those first. `If-Match` is needed.
#[utoipa::path(tag = "procedures", security(("oauth2" = ["services.edit"])),
    params(("procedure_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 204, description = "Removed.")))]
#[delete("/procedures/{procedure_key}")]
pub async fn remove_procedure(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesEdit>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    record::remove::<Procedure, _>(&app.db, &caller, key.into_inner(), expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
