//! `/publications`: publishing needs a token, reading does not.

use super::content::{self, Content};
use super::differences::{self, Differences};
use super::model::{NewPublication, Part, Publication, PublicationKind, PublicationRow};
use super::publish::publish;
use super::sections::SectionCode;
use super::store::{self, Wanted};
use super::{csv, page};
use crate::app::App;
use crate::auth::signing_keys;
use crate::auth::{Caller, PublicationsEdit};
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::http::answer;
use crate::http::json::Json;
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::record::RecordKey;
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// A publication never changes; whoever has it may keep it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A page may look better tomorrow.
const FOR_AN_HOUR: &str = "public, max-age=3600";
/// Others may be published at any time.
const FOR_A_MINUTE: &str = "public, max-age=60";

/// Which publications.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicationFilter {
    /// Of this administration.
    administration: Option<IpaCode>,
    /// Of this kind.
    kind: Option<PublicationKind>,
    /// Of this section of Amministrazione Trasparente.
    section: Option<SectionCode>,
    /// That tell of this year.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Publications of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

/// Lists publications.
///
/// By administration and then in the order of publishing. Everybody may read them.
#[utoipa::path(tag = "publications", params(PublicationFilter), security(()),
    responses((status = 200, description = "A page of publications.", body = Page<Publication>)))]
#[get("/publications")]
pub async fn list_publications(
    app: web::Data<App>,
    request: HttpRequest,
    filter: Query<PublicationFilter>,
) -> Result<HttpResponse, Problem> {
    let filter = filter.0;
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let wanted =
        Wanted { administration: filter.administration, kind: filter.kind, section: filter.section, year: filter.year };
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &wanted, &page)).await?;
    let rows: Vec<_> = rows.into_iter().map(|row| Publication::new(row, &app.settings.public_url)).collect();
    let mut answer =
        Page::answer(&app, &request, &slice, rows, |row: &Publication| Mark::of(&row.administration, &row.id));
    cache(&mut answer, FOR_A_MINUTE);
    Ok(answer)
}

fn cache(answer: &mut HttpResponse, kept: &'static str) {
    let value = actix_web::http::header::HeaderValue::from_static(kept);
    answer.headers_mut().insert(actix_web::http::header::CACHE_CONTROL, value);
}

/// Publishes a plan, the report of a year, or the inventory of services.
///
/// Freezes it as canonical JSON (RFC 8785), digests and signs it. A draft is refused, and so is the report of a year that
/// is not over or not locked (409). What is published is never changed; a code that was used is a conflict, so repeating
/// the request publishes nothing twice.
#[utoipa::path(tag = "publications", security(("oauth2" = ["publications.edit"])), request_body = NewPublication,
    responses((status = 201, description = "Published.", body = Publication)))]
#[post("/publications")]
pub async fn create_publication(
    app: web::Data<App>,
    caller: Caller<PublicationsEdit>,
    input: Json<NewPublication>,
) -> Result<HttpResponse, Problem> {
    let input = input.0;
    caller.tenants().require(&input.administration)?;
    input.check(app.db.clock().now().date())?;
    let (state, home) = (app.clone(), input.administration.clone());
    let licence = app.settings.licence;
    let row = app.db.write(caller.author(), home, move |write| publish(write, &state.keys, licence, input)).await?;
    let shown = Publication::new(row, &app.settings.public_url);
    Ok(answer::created(&app, &format!("/publications/{}", shown.id), &shown.digest, &shown))
}

/// A publication whose stored bytes were found to be those that were signed.
struct Sound {
    row: PublicationRow,
    content: Content,
    bytes: String,
}

fn sound(conn: &mut AnyConnection, key: &str) -> Result<Sound, Problem> {
    let row = store::find(conn, key)?.ok_or_else(|| Problem::not_found("publication"))?;
    let bytes = store::content(conn, &row)?.unwrap_or_default();
    let signed_by = signing_keys::find(conn, &row.kid)?;
    let content = content::verified(&row, &bytes, signed_by.as_ref())?;
    Ok(Sound { row, content, bytes })
}

async fn read(app: &App, key: web::Path<String>) -> Result<Sound, Problem> {
    app.db.read(move |conn| sound(conn, &key)).await
}

/// Shows the description of a publication.
///
/// By its id, or by the administration's code and the publication's own. Digest, signature and description are checked
/// against the stored content first: where they disagree it is not shown, with a problem of the type `integrity`.
#[utoipa::path(tag = "publications", security(()),
    params(("publication_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The description.", body = Publication)))]
#[get("/publications/{publication_key}")]
pub async fn show_publication(
    app: web::Data<App>,
    request: HttpRequest,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let row = read(&app, key).await?.row;
    let shown = Publication::new(row, &app.settings.public_url);
    let mut answer = answer::show(&request, &shown.digest, &shown);
    cache(&mut answer, FOR_AN_HOUR);
    Ok(answer)
}

/// A document of a publication, or 304 where the client has it.
fn document(request: &HttpRequest, media_type: &str, kept: &'static str, text: String) -> HttpResponse {
    let etag = format!("\"{}\"", content::digest(text.as_bytes()));
    if answer::has(request, &etag) {
        return HttpResponse::NotModified()
            .insert_header(("ETag", etag))
            .insert_header(("Cache-Control", kept))
            .finish();
    }
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header(("ETag", etag))
        .insert_header(("Cache-Control", kept))
        .body(text)
}

/// Shows what was published.
///
/// The very bytes that were digested and signed: canonical JSON (RFC 8785), the same for ever. The ETag is their SHA-256.
#[utoipa::path(tag = "publications", security(()),
    params(("publication_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The content.", content_type = "application/json", body = crate::audit::RecordState)))]
#[get("/publications/{publication_key}/content")]
pub async fn show_publication_content(
    app: web::Data<App>,
    request: HttpRequest,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let sound = read(&app, key).await?;
    Ok(document(&request, "application/json", FOR_EVER, sound.bytes))
}

/// Shows a publication as a page for people.
///
/// HTML in Italian, accessible and printable, without scripts; made of the published content alone.
#[utoipa::path(tag = "publications", security(()),
    params(("publication_key" = RecordKey, Path, description = "Id or codes")),
    responses((status = 200, description = "The page.", content_type = "text/html", body = crate::text::Prose)))]
#[get("/publications/{publication_key}/html")]
pub async fn show_publication_page(
    app: web::Data<App>,
    request: HttpRequest,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let sound = read(&app, key).await?;
    let public_url = app.settings.public_url.clone();
    let page = web::block(move || page::page(&Publication::new(sound.row, &public_url), &sound.content));
    let page = page.await.map_err(Problem::internal)?;
    let mut answer = document(&request, "text/html; charset=utf-8", FOR_AN_HOUR, page);
    let policy = actix_web::http::header::HeaderValue::from_str(&page::security_policy()).map_err(Problem::internal)?;
    answer.headers_mut().insert(actix_web::http::header::CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}

/// Which table.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TableFilter {
    /// One of the publication's tables: objectives of a plan, indicators of a report, services of an inventory where left out.
    part: Option<Part>,
}

/// Shows a table of a publication as CSV.
///
/// RFC 4180 in UTF-8, a column for each field, nested ones with dots. A text that a spreadsheet would take for a formula
/// begins with an apostrophe.
#[utoipa::path(tag = "publications", security(()),
    params(("publication_key" = RecordKey, Path, description = "Id or codes"), TableFilter),
    responses((status = 200, description = "The table.", content_type = "text/csv", body = crate::text::Prose)))]
#[get("/publications/{publication_key}/csv")]
pub async fn show_publication_table(
    app: web::Data<App>,
    request: HttpRequest,
    key: web::Path<String>,
    filter: Query<TableFilter>,
) -> Result<HttpResponse, Problem> {
    let sound = read(&app, key).await?;
    let parts = sound.row.kind.parts();
    let Some(part) = filter.0.part.or(parts.first().copied()).filter(|part| parts.contains(part)) else {
        let known: Vec<_> = parts.iter().map(|part| part.as_str()).collect();
        let asked = filter.0.part.map_or("", Part::as_str);
        return Err(Problem::invalid("part", asked, format!("must be one of {}", known.join(", "))));
    };
    let name = format!("attachment; filename=\"{}-{}-{part}.csv\"", sound.row.administration, sound.row.code);
    let table = web::block(move || csv::table(part, sound.content.part(part)));
    let table = table.await.map_err(Problem::internal)??;
    let mut answer = document(&request, "text/csv; charset=utf-8; header=present", FOR_AN_HOUR, table);
    let name = actix_web::http::header::HeaderValue::from_str(&name).map_err(Problem::internal)?;
    answer.headers_mut().insert(actix_web::http::header::CONTENT_DISPOSITION, name);
    Ok(answer)
}

/// What it is compared with.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DifferencesFilter {
    /// Id or codes of another publication of the same kind and administration.
    with: RecordKey,
}

/// Shows what differs from another publication.
///
/// From this one to the other: records that were added, removed or changed, by their codes, with the fields that differ.
#[utoipa::path(tag = "publications", security(()),
    params(("publication_key" = RecordKey, Path, description = "Id or codes"), DifferencesFilter),
    responses((status = 200, description = "The differences.", body = Differences)))]
#[get("/publications/{publication_key}/differences")]
pub async fn show_publication_differences(
    app: web::Data<App>,
    key: web::Path<String>,
    filter: Query<DifferencesFilter>,
) -> Result<HttpResponse, Problem> {
    let with = filter.0.with;
    let found = app.db.read(move |conn| {
        let before = sound(conn, &key)?;
        if store::find(conn, with.as_str())?.is_none() {
            return Err(Problem::invalid("with", &with, "there is no such publication"));
        }
        let after = sound(conn, with.as_str())?;
        let (one, other) = (&before.row, &after.row);
        if (one.kind, &one.administration) != (other.kind, &other.administration) {
            let detail = format!("must be another {} of {}", one.kind, one.administration);
            return Err(Problem::invalid("with", &with, detail));
        }
        Ok((before, after))
    });
    let (before, after) = found.await?;
    let compared = web::block(move || {
        differences::between(before.row.kind, (before.row.id, &before.content), (after.row.id, &after.content))
    });
    let compared = compared.await.map_err(Problem::internal)?;
    let mut answer = HttpResponse::Ok().json(compared);
    cache(&mut answer, FOR_AN_HOUR);
    Ok(answer)
}
