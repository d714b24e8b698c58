//! `/imports`.

use super::load;
use super::model::{Import, ImportMode, ImportReport, ImportRequest, ImportStatus};
use super::rows::file::RowFormat;
use super::rows::report::ImportRefusal;
use super::rows::resource::{Family, RowResource};
use super::store::{self, Viewer};
use super::upload::{self, Upload};
use crate::app::App;
use crate::auth::{Caller, ImportsRead, ImportsWrite, PlanningEdit, Scope};
use crate::error::{Kind, Problem};
use crate::http::json;
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::ids::Id;
use crate::planning::plans::model::PlanKind;
use crate::text::{Code, IpaCode};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
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

/// Which refusals.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RefusalFilter {
    /// Refusals of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

/// How a document, or a file of rows, is to be read.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportOptions {
    /// Whose plan it is, or whose rows. Needed for a document; where it is left out, each row names its own.
    pub administration: Option<IpaCode>,
    /// What the rows are of: needed for rows, and for them alone.
    pub resource: Option<RowResource>,
    /// What kind of plan a document is: as its layout says where left out.
    kind: Option<PlanKind>,
    /// The code of a document's plan: its kind and years where left out.
    code: Option<Code>,
    /// First year of a document's plan, where it does not say it.
    #[param(minimum = 1990, maximum = 2100)]
    start_year: Option<i32>,
    /// Last year of a document's plan, where it does not say it.
    #[param(minimum = 1990, maximum = 2100)]
    end_year: Option<i32>,
    /// What a refused line or row does to the others: `row_by_row` where left out.
    pub mode: Option<ImportMode>,
    /// Answers as the import would, and loads nothing.
    #[param(default = false)]
    pub dry_run: Option<bool>,
}

impl ImportOptions {
    /// What is said of documents alone has no meaning for rows.
    pub fn refuse_what_documents_have(&self) -> Result<(), Problem> {
        let mut invalid = crate::error::Invalid::default();
        let of_documents = [
            ("kind", self.kind.map(|kind| kind.to_string())),
            ("code", self.code.as_ref().map(Code::to_string)),
            ("start_year", self.start_year.map(|year| year.to_string())),
            ("end_year", self.end_year.map(|year| year.to_string())),
        ];
        for (name, value) in of_documents {
            if let Some(value) = value {
                invalid.add(name, value, "is said of a plan document; rows have it themselves");
            }
        }
        invalid.finish()
    }
}

/// A plan document as plain text.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 16_777_216, pattern = "^[\\s\\S]*$",
    example = "OBIETTIVI GESTIONALI TRASVERSALI\n\nDEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\tASSEGNAZIONE OBIETTIVO\n1. Privacy\t1. Nomine\t2024\tTutti\n")]
#[expect(dead_code, reason = "the body's schema; it is read as it comes")]
pub struct PlanDocument(String);

/// Rows with a header, as exports write them.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 1_073_741_824, pattern = "^[\\s\\S]*$",
    example = "administration,plan_code,objective_code,indicator_code,period,value\nc_b507,dtp-2021-2023,4,3,2021,83\n")]
#[expect(dead_code, reason = "the body's schema; it is read as it comes")]
pub struct CsvRows(String);

/// Rows as exports write them, a JSON object on each line.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 1_073_741_824, pattern = "^[\\s\\S]*$",
    example = "{\"administration\":\"c_b507\",\"service_code\":\"tari\",\"month\":\"2024-06\",\"accesses\":1204}\n")]
#[expect(dead_code, reason = "the body's schema; it is read as it comes")]
pub struct NdjsonRows(String);

/// Who looks at imports, and at which.
fn viewer(caller: &Caller<ImportsRead>) -> Viewer {
    let readable = |family: &&Family| family.reading_scopes().iter().any(|scope| caller.has(scope));
    Viewer {
        tenants: caller.tenants(),
        families: Family::ALL.iter().filter(readable).copied().collect(),
        client_id: caller.author().client_id,
    }
}

/// Lists imports.
///
/// Each with its whole report, in the order in which they were begun. Dry runs of documents leave none. Rows of several
/// administrations are shown to the client that sent them, and to who sees all.
#[utoipa::path(tag = "imports", params(ImportFilter),
    security(("oauth2" = ["planning.read"]), ("oauth2" = ["services.read"]), ("oauth2" = ["feeds.write"])),
    responses((status = 200, description = "A page of imports.", body = Page<Import>)))]
#[get("/imports")]
pub async fn list_imports(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ImportsRead>,
    filter: Query<ImportFilter>,
) -> Result<HttpResponse, Problem> {
    let (viewer, filter, now) = (viewer(&caller), filter.0, app.db.clock().now());
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let page = slice.clone();
    let read = app.db.read(move |conn| store::list(conn, &viewer, filter.administration.as_ref(), &page));
    let rows = read.await?.into_iter().map(|import| import.at(now)).collect();
    Ok(Page::answer(&app, &request, &slice, rows, |row: &Import| Mark::of(&row.administration, &row.id)))
}

/// Reads a plan document, or rows of any kind.
///
/// A document (`text/plain`) becomes a plan with its sections, objectives, phases and indicators; its layout is recognised:
/// objective sheets, a Gantt, areas and actions. Rows (`text/csv`, `application/x-ndjson`) are those of an export, of one
/// `resource`, for one administration or several; a row that is known by its codes is replaced, one that is not is made. Rows
/// may be packed (`Content-Encoding: gzip`). What was refused is named by line, field and reason. Reading the same again
/// changes nothing. A file of more than 10,000 rows, or any with `Prefer: respond-async`, is carried out after the answer.
/// Planning wants the scope `planning.edit`, services `services.edit`, usage and protocol `feeds.write`.
#[utoipa::path(tag = "imports", params(ImportOptions),
    security(("oauth2" = ["planning.edit"]), ("oauth2" = ["services.edit"]), ("oauth2" = ["feeds.write"])),
    request_body(content((PlanDocument = "text/plain"), (CsvRows = "text/csv"), (NdjsonRows = "application/x-ndjson"))),
    responses((status = 200, description = "Nothing was loaded of a document: a dry run, or all or nothing was asked for.", body = ImportReport),
              (status = 201, description = "Carried out: the report says what came of it.", body = Import),
              (status = 202, description = "Under way: Location says how far it has come.", body = Import)))]
#[post("/imports")]
pub async fn create_import(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ImportsWrite>,
    options: Query<ImportOptions>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let format = [("text/csv", RowFormat::Csv), ("application/x-ndjson", RowFormat::Ndjson)];
    let (caller, options) = (&caller, options.0);
    match format.into_iter().find(|(name, _)| json::accept(&sent, name).is_ok()) {
        Some((_, format)) => upload::rows(Upload { app, request, format }, caller, options, payload).await,
        None => {
            json::accept(&sent, "text/plain").map_err(|problem| Problem {
                detail: problem.detail.replace(
                    "send text/plain",
                    "send text/csv or application/x-ndjson for rows, text/plain for a plan document,",
                ),
                ..problem
            })?;
            document(&app, &request, caller, options, payload).await
        }
    }
}

async fn document(
    app: &App,
    request: &HttpRequest,
    caller: &Caller<ImportsWrite>,
    options: ImportOptions,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_scope(PlanningEdit::NAME)?;
    if let Some(resource) = options.resource {
        let detail = "is said of rows; a plan document has text/plain and no resource";
        return Err(Problem::invalid("resource", resource, detail));
    }
    let administration = options
        .administration
        .ok_or_else(|| Problem::invalid("administration", "", "is missing: say whose plan it is"))?;
    let body = json::body(request, &mut payload.into_inner(), "text/plain", app.settings.import_limit).await?;
    let text = String::from_utf8(body.to_vec())
        .map_err(|error| Problem::new(Kind::Malformed, format!("The document is not in UTF-8: {error}.")))?;
    let (tenants, author) = (caller.tenants(), caller.author());
    let asked = ImportRequest {
        administration,
        kind: options.kind,
        code: options.code,
        start_year: options.start_year,
        end_year: options.end_year,
        mode: options.mode.unwrap_or(ImportMode::RowByRow),
        dry_run: options.dry_run.unwrap_or(false),
    };
    let (import, report) = app.db.run(move |db| load::run(db, &tenants, &author, &asked, &text)).await?;
    Ok(match import {
        Some(import) => HttpResponse::Created().insert_header(("Location", upload::place(app, &import))).json(import),
        None => HttpResponse::Ok().json(report),
    })
}

async fn found(app: &App, caller: &Caller<ImportsRead>, id: &str) -> Result<Import, Problem> {
    let (viewer, id) = (viewer(caller), Id::parse(id).ok_or_else(|| Problem::not_found("import"))?);
    let import = app.db.read(move |conn| store::find(conn, &viewer, &id)).await?;
    Ok(import.ok_or_else(|| Problem::not_found("import"))?.at(app.db.clock().now()))
}

/// Shows an import.
///
/// A document with its whole report; rows with how far they have come, and once they are done, or failed, where the result
/// stands.
#[utoipa::path(tag = "imports",
    security(("oauth2" = ["planning.read"]), ("oauth2" = ["services.read"]), ("oauth2" = ["feeds.write"])),
    params(("import_id" = Id, Path, description = "Id of the import")),
    responses((status = 200, description = "The import: of a document, or under way.", body = Import),
              (status = 303, description = "It has ended: the result stands at Location.")))]
#[get("/imports/{import_id}")]
pub async fn show_import(
    app: web::Data<App>,
    caller: Caller<ImportsRead>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let import = found(&app, &caller, &id).await?;
    if import.resource.is_some() && import.status != ImportStatus::Running {
        let result = format!("{}/result", upload::place(&app, &import));
        return Ok(HttpResponse::SeeOther().insert_header(("Location", result)).finish());
    }
    Ok(HttpResponse::Ok().json(import))
}

/// Shows what came of an import.
///
/// With its whole report; while it is running, how far it has come.
#[utoipa::path(tag = "imports",
    security(("oauth2" = ["planning.read"]), ("oauth2" = ["services.read"]), ("oauth2" = ["feeds.write"])),
    params(("import_id" = Id, Path, description = "Id of the import")),
    responses((status = 200, description = "The import with its report.", body = Import)))]
#[get("/imports/{import_id}/result")]
pub async fn show_import_result(
    app: web::Data<App>,
    caller: Caller<ImportsRead>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(found(&app, &caller, &id).await?))
}

/// Lists the rows that an import refused.
///
/// Every one of them, by line, each with its fields and reasons. What was refused of a document stands in its report.
#[utoipa::path(tag = "imports", 
    security(("oauth2" = ["planning.read"]), ("oauth2" = ["services.read"]), ("oauth2" = ["feeds.write"])),
    params(("import_id" = Id, Path, description = "Id of the import"), RefusalFilter),
    responses((status = 200, description = "A page of refusals.", body = Page<ImportRefusal>)))]
#[get("/imports/{import_id}/refusals")]
pub async fn list_import_refusals(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ImportsRead>,
    id: web::Path<String>,
    filter: Query<RefusalFilter>,
) -> Result<HttpResponse, Problem> {
    let slice = Slice::of(filter.0.limit, filter.0.cursor.as_ref())?;
    let import = found(&app, &caller, &id).await?;
    let after = slice.after.as_ref().and_then(|after| after.id.parse().ok()).unwrap_or_default();
    let most = slice.fetch();
    let rows = app.db.read(move |conn| store::refusals(conn, &import, after, most)).await?;
    Ok(Page::answer(&app, &request, &slice, rows, |row| Mark::of(&row.administration, &row.number)))
}
