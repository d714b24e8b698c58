//! `/administrations`.

use super::model::{Administration, AdministrationKind, IstatCode, NewAdministration, TerritoryCode};
use super::store::{self, Wanted};
use crate::app::App;
use crate::audit::{self, Action};
use crate::auth::{AdministrationsEdit, Caller, PlanningRead};
use crate::error::{Kind, Problem};
use crate::http::answer::{self, Expected};
use crate::http::json::Json;
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::text::{IpaCode, Search};
use actix_web::{HttpRequest, HttpResponse, get, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which administrations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdministrationFilter {
    /// Part of the name; case and accents do not matter.
    q: Option<Search>,
    /// Of this kind.
    kind: Option<AdministrationKind>,
    /// ISTAT code of the region.
    region: Option<TerritoryCode>,
    /// ISTAT code of the province.
    province: Option<TerritoryCode>,
    /// With this ISTAT code.
    istat_code: Option<IstatCode>,
    /// Administrations of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

/// Lists administrations.
///
/// All comuni of Italy and the bodies that were added, by IPA code. They are public facts: any token with the scope
/// reads them all.
#[utoipa::path(tag = "administrations", params(AdministrationFilter), security(("oauth2" = ["planning.read"])),
    responses((status = 200, description = "A page of administrations.", body = Page<Administration>)))]
#[get("/administrations")]
pub async fn list_administrations(
    app: web::Data<App>,
    request: HttpRequest,
    _caller: Caller<PlanningRead>,
    filter: Query<AdministrationFilter>,
) -> Result<HttpResponse, Problem> {
    let filter = filter.0;
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let wanted = Wanted {
        q: filter.q.map(|q| q.to_string()),
        kind: filter.kind,
        region: filter.region,
        province: filter.province,
        istat_code: filter.istat_code,
    };
    let page = slice.clone();
    let rows = app.db.read(move |conn| store::list(conn, &wanted, &page)).await?;
    let mark = |row: &Administration| Mark { administration: row.ipa_code.to_string(), id: String::new() };
    Ok(Page::answer(&app, &request, &slice, rows, mark))
}

/// Shows an administration.
///
/// By its IPA code, in any case.
#[utoipa::path(tag = "administrations", security(("oauth2" = ["planning.read"])),
    params(("ipa_code" = IpaCode, Path, description = "IPA code")),
    responses((status = 200, description = "The administration.", body = Administration)))]
#[get("/administrations/{ipa_code}")]
pub async fn show_administration(
    app: web::Data<App>,
    request: HttpRequest,
    _caller: Caller<PlanningRead>,
    ipa_code: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let code = IpaCode::parse(&ipa_code).ok_or_else(|| Problem::not_found("administration"))?;
    let found = app.db.read(move |conn| store::find(conn, &code)).await?;
    let found = found.ok_or_else(|| Problem::not_found("administration"))?;
    Ok(answer::show(&request, found.revision, &found))
}

/// Adds an administration or replaces its data.
///
/// The IPA code is the key, so sending the same again changes nothing. `If-Match` is needed to change one that exists.
#[utoipa::path(tag = "administrations", security(("oauth2" = ["administrations.edit"])),
    params(("ipa_code" = IpaCode, Path, description = "IPA code")),
    request_body = NewAdministration,
    responses((status = 200, description = "Replaced, or the same already.", body = Administration),
              (status = 201, description = "Added.", body = Administration)))]
#[put("/administrations/{ipa_code}")]
pub async fn upsert_administration(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<AdministrationsEdit>,
    ipa_code: web::Path<String>,
    input: Json<NewAdministration>,
) -> Result<HttpResponse, Problem> {
    let code = ipa_code.parse::<IpaCode>().map_err(|error| Problem::invalid("ipa_code", &*ipa_code, error))?;
    caller.tenants().require(&code)?;
    input.0.check()?;
    let expected = Expected::of(&request)?;
    let home = code.clone();
    let (row, made) = app
        .db
        .write(caller.author(), home, move |write| {
            let Some(current) = store::find(write.conn, &code)? else {
                if expected != Expected::Unstated {
                    return Err(Problem::new(Kind::Stale, "There is no such administration yet."));
                }
                let row = Administration::new(code.clone(), input.0, write.revision, write.now, write.now);
                store::insert(write.conn, &row)?;
                audit::append(write, &code, Action::Create, "administrations", &code, None, Some(&row))?;
                return Ok((row, true));
            };
            let row = Administration::new(code.clone(), input.0, write.revision, current.created_at, write.now);
            let unchanged =
                Administration { revision: current.revision, updated_at: current.updated_at, ..row.clone() } == current;
            if unchanged {
                return Ok((current, false));
            }
            expected.required()?.check(current.revision)?;
            store::update(write.conn, &row)?;
            audit::append(write, &code, Action::Update, "administrations", &code, Some(&current), Some(&row))?;
            Ok((row, false))
        })
        .await?;
    Ok(match made {
        true => answer::created(&app, &format!("/administrations/{}", row.ipa_code), row.revision, &row),
        false => answer::changed(row.revision, &row),
    })
}
