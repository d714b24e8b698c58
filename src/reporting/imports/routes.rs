//! `/imports`.

use super::load;
use super::model::{Import, ImportMode, ImportReport, ImportRequest};
use super::store;
use crate::app::App;
use crate::auth::{Caller, PlanningEdit, PlanningRead};
use crate::error::{Kind, Problem};
use crate::http::json;
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::planning::plans::model::PlanKind;
use crate::text::{Code, IpaCode};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post, web};
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which imports.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Imports of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

/// How a document is to be read.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportOptions {
    /// Whose plan it is.
    administration: IpaCode,
    /// What kind of plan it is: as its layout says where left out.
    kind: Option<PlanKind>,
    /// The plan's code: its kind and years where left out.
    code: Option<Code>,
    /// First year of the plan, where the document does not say it.
    #[param(minimum = 1990, maximum = 2100)]
    start_year: Option<i32>,
    /// Last year of the plan, where the document does not say it.
    #[param(minimum = 1990, maximum = 2100)]
    end_year: Option<i32>,
    /// What a refused line does to the others: `row_by_row` where left out.
    mode: Option<ImportMode>,
    /// Answers as the import would, and loads nothing.
    #[param(default = false)]
    dry_run: Option<bool>,
}

/// A plan document as plain text.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 16_777_216, pattern = "^[\\s\\S]*$",
    example = "OBIETTIVI GESTIONALI TRASVERSALI\n\nDEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\tASSEGNAZIONE OBIETTIVO\n1. Privacy\t1. Nomine\t2024\tTutti\n")]
pub struct PlanDocument(String);

impl FromRequest for PlanDocument {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = request.app_data::<web::Data<App>>().map_or(0, |app| app.settings.import_limit);
        let body = json::body(request, payload, "text/plain", limit);
        Box::pin(async move {
            let text = String::from_utf8(body.await?.to_vec());
            text.map(PlanDocument)
                .map_err(|error| Problem::new(Kind::Malformed, format!("The document is not in UTF-8: {error}.")))
        })
    }
}

/// Lists imports.
///
/// Each with its whole report, in the order in which they were carried out. Dry runs leave none.
#[utoipa::path(tag = "imports", params(ImportFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of imports.", body = Page<Import>)))]
#[get("/imports")]
pub async fn list_imports(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<PlanningRead>,
    filter: Query<ImportFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter) = (caller.tenants(), filter.0);
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let page = slice.clone();
    let read = app.db.read(move |conn| store::list(conn, &tenants, filter.administration.as_ref(), &page));
    Ok(Page::answer(&app, &request, &slice, read.await?, |row| Mark::of(&row.administration, &row.id)))
}

/// Reads a plan document.
///
/// The text becomes a plan with its sections, objectives, phases and indicators. The report counts what was read and names
/// each line that was not, with its number and reason. The layout is recognised: objective sheets, a Gantt, areas and
/// actions. Reading the same document again changes nothing. A text that is no plan is refused and changes nothing.
#[utoipa::path(tag = "imports", params(ImportOptions), security(("oauth2" = ["planning.edit"])),
    request_body(content = PlanDocument, content_type = "text/plain"),
    responses((status = 200, description = "Nothing was loaded: a dry run, or all or nothing was asked for.", body = ImportReport),
              (status = 201, description = "Loaded.", body = Import)))]
#[post("/imports")]
pub async fn create_import(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    options: Query<ImportOptions>,
    document: PlanDocument,
) -> Result<HttpResponse, Problem> {
    let (tenants, author, options) = (caller.tenants(), caller.author(), options.0);
    let request = ImportRequest {
        administration: options.administration,
        kind: options.kind,
        code: options.code,
        start_year: options.start_year,
        end_year: options.end_year,
        mode: options.mode.unwrap_or(ImportMode::RowByRow),
        dry_run: options.dry_run.unwrap_or(false),
    };
    let (import, report) = app.db.run(move |db| load::run(db, &tenants, &author, &request, &document.0)).await?;
    Ok(match import {
        Some(import) => {
            let location = format!("{}/v1/imports/{}", app.settings.public_url, import.id);
            HttpResponse::Created().insert_header(("Location", location)).json(import)
        }
        None => HttpResponse::Ok().json(report),
    })
}

/// Shows an import.
///
/// With its whole report.
#[utoipa::path(tag = "imports", security(("oauth2" = ["planning.read"])),
    params(("import_id" = Id, Path, description = "Id of the import")),
    responses((status = 200, description = "The import.", body = Import)))]
#[get("/imports/{import_id}")]
pub async fn show_import(
    app: web::Data<App>,
    caller: Caller<PlanningRead>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let tenants = caller.tenants();
    let id = Id::parse(&id).ok_or_else(|| Problem::not_found("import"))?;
    let import = app.db.read(move |conn| store::find(conn, &tenants, &id)).await?;
    Ok(HttpResponse::Ok().json(import.ok_or_else(|| Problem::not_found("import"))?))
}
