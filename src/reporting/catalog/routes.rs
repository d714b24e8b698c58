//! `/catalog`.

use super::datasets::{self, Agent, CatalogPage};
use super::graph::CatalogFormat;
use super::store;
use crate::administrations::model::Administration;
use crate::administrations::store as administrations;
use crate::app::App;
use crate::error::{Kind, Problem};
use crate::http::page::{Cursor, Mark, Slice};
use crate::http::query::Query;
use crate::reporting::publications::model::Publication;
use crate::reporting::publications::store as publications;
use crate::text::IpaCode;
use actix_web::http::header::{Accept, Header};
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::IntoParams;

/// Which catalogue, and how it is written.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CatalogFilter {
    /// Of this administration; of the whole instance where left out.
    administration: Option<IpaCode>,
    /// `jsonld`, `turtle` or `rdfxml`; as `Accept` asks where left out, JSON-LD where it does not care.
    format: Option<CatalogFormat>,
    /// Data sets of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `hydra:next`.
    cursor: Option<Cursor>,
}

/// Shows the catalogue of open data.
///
/// DCAT-AP_IT: every publication is a data set with its licence, frequency, themes, holder and distributions. Of one
/// administration or of the instance, in pages that `hydra:next` links.
#[utoipa::path(tag = "catalog", params(CatalogFilter), security(()),
    responses((status = 200, description = "A page of the catalogue.", content(
        (crate::audit::RecordState = "application/ld+json"),
        (crate::text::Prose = "text/turtle"),
        (crate::text::Prose = "application/rdf+xml"),
    ))))]
#[get("/catalog")]
pub async fn show_catalog(
    app: web::Data<App>,
    request: HttpRequest,
    filter: Query<CatalogFilter>,
) -> Result<HttpResponse, Problem> {
    let filter = filter.0;
    let format = match filter.format {
        Some(format) => format,
        None => acceptable(&request)?,
    };
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let (state, asked) = (app.clone(), filter.clone());
    let written = app.db.read(move |conn| {
        let home = match &asked.administration {
            Some(code) => Some(administrations::require(conn, code, "administration")?),
            None => None,
        };
        let operator = match (&home, &state.settings.operator) {
            (None, Some(code)) => administrations::find(conn, code)?,
            _ => None,
        };
        let wanted = publications::Wanted { administration: asked.administration.clone(), ..Default::default() };
        let mut rows = publications::list(conn, &wanted, &slice)?;
        let more = rows.len() > slice.limit;
        rows.truncate(slice.limit);
        let next = rows.last().filter(|_| more).map(|last| Mark::of(&last.administration, &last.id));
        let known: HashMap<_, _> = publications::administrations_of(conn, &rows)?
            .into_iter()
            .map(|administration| (administration.ipa_code.clone(), administration))
            .collect();
        let modified = store::latest(conn, asked.administration.as_ref())?.unwrap_or(state.db.clock().now()).date();
        let url = &state.settings.public_url;
        let datasets: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let administration = known.get(&row.administration).cloned();
                let holder = match &administration {
                    Some(administration) => agent(url, administration),
                    None => Agent {
                        iri: agent_iri(url, row.administration.as_str()),
                        identifier: row.administration.to_string(),
                        name: row.administration.to_string(),
                    },
                };
                (Publication::new(row, url), holder, administration)
            })
            .collect();
        let publisher = match home.as_ref().or(operator.as_ref()) {
            Some(administration) => agent(url, administration),
            None => service(url),
        };
        let address = Address { url, asked: &asked, format };
        let title = match &home {
            Some(home) => format!("Dati aperti di {}: piani, risultati e servizi in rete", home.name),
            None => "Dati aperti su piani, risultati e servizi in rete delle amministrazioni".to_owned(),
        };
        let next = next.map(|mark| address.page(Some(&mark.encode())));
        let page = CatalogPage {
            iri: &address.catalog(),
            page: &address.page(asked.cursor.as_ref().map(Cursor::as_str)),
            next: next.as_deref(),
            title: &title,
            description: "Piani, relazioni e inventari dei servizi pubblicati in forma immutabile, con impronta e firma digitale.",
            homepage: &address.catalog(),
            publisher: &publisher,
            modified,
            datasets: &datasets,
        };
        datasets::graph(&page).write(format)
    });
    Ok(HttpResponse::Ok()
        .content_type(format!("{}; charset=utf-8", format.media_type()))
        .insert_header(("Cache-Control", "public, max-age=300"))
        .insert_header(("Vary", "Accept"))
        .body(written.await?))
}

/// Where the catalogue and its pages are.
struct Address<'a> {
    url: &'a str,
    asked: &'a CatalogFilter,
    format: CatalogFormat,
}

impl Address<'_> {
    /// The same, whatever it is written in.
    fn catalog(&self) -> String {
        let base = format!("{}/v1/catalog", self.url);
        match &self.asked.administration {
            Some(administration) => format!("{base}?administration={administration}"),
            None => base,
        }
    }

    /// A page keeps the format, since a link has no `Accept`.
    fn page(&self, cursor: Option<&str>) -> String {
        let catalog = self.catalog();
        let joint = if catalog.contains('?') { '&' } else { '?' };
        let limit = self.asked.limit.map(|limit| format!("&limit={limit}")).unwrap_or_default();
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        format!("{catalog}{joint}format={}{limit}{cursor}", self.format)
    }
}

fn agent_iri(url: &str, code: &str) -> String {
    format!("{url}/v1/catalog?administration={code}#agent")
}

fn agent(url: &str, administration: &Administration) -> Agent {
    let code = administration.ipa_code.as_str();
    Agent { iri: agent_iri(url, code), identifier: code.to_owned(), name: administration.name.to_string() }
}

/// Nobody told which body runs the service: it stands for itself.
fn service(url: &str) -> Agent {
    let host = url.split("://").last().unwrap_or(url).to_owned();
    Agent { iri: format!("{url}/v1/catalog#agent"), identifier: host.clone(), name: format!("Traguardo, {host}") }
}

/// The format that the client likes best of those that are offered.
fn acceptable(request: &HttpRequest) -> Result<CatalogFormat, Problem> {
    let Ok(accept) = Accept::parse(request) else { return Ok(CatalogFormat::JsonLd) };
    if accept.is_empty() {
        return Ok(CatalogFormat::JsonLd);
    }
    let offered = accept.ranked().into_iter().find_map(|wanted| match wanted.essence_str() {
        "*/*" | "application/*" | "application/json" => Some(CatalogFormat::JsonLd),
        "text/*" => Some(CatalogFormat::Turtle),
        essence => CatalogFormat::ALL.iter().copied().find(|format| format.media_type() == essence),
    });
    offered.ok_or_else(|| {
        let types: Vec<_> = CatalogFormat::ALL.iter().map(|format| format.media_type()).collect();
        Problem::new(Kind::NotAcceptable, format!("The catalogue is offered as {}.", types.join(", ")))
    })
}
