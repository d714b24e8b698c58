//! `/administrations/{ipa_code}/digests`.

use super::model::Digests;
use super::store;
use crate::app::App;
use crate::auth::{AggregatesRead, Caller};
use crate::db::Database;
use crate::error::Problem;
use crate::http::query::Query;
use crate::reporting::datasets::DataResource;
use crate::reporting::datasets::selection::{DataResources, admit};
use crate::reporting::datasets::store::Scope;
use crate::text::IpaCode;
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Of which data sets.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DigestFilter {
    /// Of these data sets, with commas between; of all where left out.
    resource: Option<DataResources>,
}

/// Shows the digests of an administration.
///
/// For each data set the number of records and a SHA-256 over their canonical JSON (RFC 8785), which whoever keeps a copy
/// computes from it: equal digests, equal data. `revision` tells which state it is. What it costs depends on that
/// administration's own records alone.
#[utoipa::path(tag = "digests", security(("oauth2" = ["aggregates.read"])),
    params(("ipa_code" = IpaCode, Path, description = "IPA code"), DigestFilter),
    responses((status = 200, description = "The digests.", body = Digests)))]
#[get("/administrations/{ipa_code}/digests")]
pub async fn show_digests(
    app: web::Data<App>,
    caller: Caller<AggregatesRead>,
    ipa_code: web::Path<String>,
    filter: Query<DigestFilter>,
) -> Result<HttpResponse, Problem> {
    let home = IpaCode::parse(&ipa_code).ok_or_else(|| Problem::not_found("administration"))?;
    let resources = filter.0.resource.map_or_else(|| DataResource::ALL.to_vec(), |resources| resources.list());
    let scope = Scope::of(caller.tenants(), home.clone());
    let digests = app.db.run(move |db: &Database| {
        let (mut snapshot, today) = (db.snapshot()?, db.clock().now().date());
        admit(&mut snapshot, &scope)?;
        let mut latest = store::latest_removal(&mut snapshot, home.as_str(), &resources)?;
        let mut items = Vec::with_capacity(resources.len());
        for resource in resources {
            let (digest, revision) = store::of(&mut snapshot, &scope, resource, today)?;
            latest = latest.max(revision);
            items.push(digest);
        }
        Ok(Digests::of(home, latest, items))
    });
    Ok(HttpResponse::Ok().json(digests.await?))
}
