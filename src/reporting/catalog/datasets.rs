//! The triples of the catalogue, by DCAT-AP_IT: what is mandatory, and what can be said for sure beyond that.

use super::graph::Graph;
use crate::administrations::model::Administration;
use crate::licence::Licence;
use crate::planning::plans::model::PlanKind;
use crate::reporting::publications::model::{Publication, PublicationKind};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

const AUTHORITY: &str = "http://publications.europa.eu/resource/authority";
const ITALIAN: &str = "http://publications.europa.eu/resource/authority/language/ITA";
const VOCABULARY: &str = "https://w3id.org/italia/controlled-vocabulary/licences";

/// Who stands behind a catalogue or a data set: code in the Indice PA (or what stands in for it) and name.
pub struct Agent {
    pub iri: String,
    pub identifier: String,
    pub name: String,
}

/// One page of a catalogue.
pub struct CatalogPage<'a> {
    /// The catalogue itself, the same on all pages.
    pub iri: &'a str,
    /// This page, and the next one.
    pub page: &'a str,
    pub next: Option<&'a str>,
    pub title: &'a str,
    pub description: &'a str,
    pub homepage: &'a str,
    pub publisher: &'a Agent,
    pub modified: NaiveDate,
    /// With the administrations that hold the rights.
    pub datasets: &'a [(Publication, Agent, Option<Administration>)],
}

pub fn graph(page: &CatalogPage<'_>) -> Graph {
    let mut graph = Graph::default();
    let mut agents = BTreeSet::new();
    let mut licences = BTreeSet::new();
    catalog(&mut graph, page);
    for (publication, holder, administration) in page.datasets {
        dataset(&mut graph, publication, holder, administration.as_ref());
        licences.insert(publication.licence);
    }
    for holder in page.datasets.iter().map(|(_, holder, _)| holder).chain([page.publisher]) {
        if agents.insert(&holder.iri) {
            agent(&mut graph, holder);
        }
    }
    for known in licences {
        licence(&mut graph, known);
    }
    graph
}

fn catalog(graph: &mut Graph, page: &CatalogPage<'_>) {
    let catalog = page.iri;
    graph.types(catalog, &["dcatapit:Catalog", "dcat:Catalog"]);
    graph.italian(catalog, "dct:title", page.title);
    graph.italian(catalog, "dct:description", page.description);
    graph.link(catalog, "dct:publisher", &page.publisher.iri);
    graph.day(catalog, "dct:modified", page.modified);
    graph.link(catalog, "dct:language", ITALIAN);
    graph.link(catalog, "foaf:homepage", page.homepage);
    graph.link(catalog, "dcat:themeTaxonomy", &format!("{AUTHORITY}/data-theme"));
    for (publication, ..) in page.datasets {
        graph.link(catalog, "dcat:dataset", publication.links.own.as_str());
    }
    // Harvesters follow the one or the other word for the next page.
    graph.types(page.page, &["hydra:PartialCollectionView", "hydra:PagedCollection"]);
    if let Some(next) = page.next {
        graph.link(page.page, "hydra:next", next);
        graph.link(page.page, "hydra:nextPage", next);
    }
}

/// How often one of this kind is published.
fn frequency(publication: &Publication) -> &'static str {
    let years = publication.end_year - publication.start_year + 1;
    match (publication.kind, publication.plan_kind, years) {
        (PublicationKind::ServiceInventory, ..) => "IRREG",
        (PublicationKind::PlanReport, ..) => "ANNUAL",
        (_, Some(PlanKind::Performance | PlanKind::Management), _) | (_, _, 1) => "ANNUAL",
        (_, _, 3) => "TRIENNIAL",
        _ => "IRREG",
    }
}

fn themes(publication: &Publication) -> &'static [&'static str] {
    match (publication.kind, publication.plan_kind) {
        (PublicationKind::ServiceInventory, _) => &["GOVE", "TECH"],
        (_, Some(PlanKind::DigitalTransition | PlanKind::Informatization)) => &["GOVE", "TECH"],
        _ => &["GOVE"],
    }
}

fn describe(publication: &Publication, name: &str) -> String {
    let years = match (publication.start_year, publication.end_year) {
        (start, end) if start == end => format!("anno {start}"),
        (start, end) => format!("anni {start}-{end}"),
    };
    let what = match publication.kind {
        PublicationKind::Plan => "Obiettivi, fasi e indicatori del piano".to_owned(),
        PublicationKind::PlanReport => "Esiti del piano: obiettivi, indicatori e misurazioni".to_owned(),
        PublicationKind::ServiceInventory => {
            "Servizi in rete attivi o previsti e piattaforme abilitanti adottate".to_owned()
        }
    };
    format!("{what}; {name}, {years}. {}.", publication.title)
}

fn dataset(graph: &mut Graph, publication: &Publication, holder: &Agent, administration: Option<&Administration>) {
    let own = publication.links.own.as_str();
    let published = publication.published_at.date();
    graph.types(own, &["dcatapit:Dataset", "dcat:Dataset"]);
    graph.text(own, "dct:identifier", &format!("{}:{}", publication.administration, publication.code));
    graph.italian(own, "dct:title", &format!("{} – {}", publication.title, holder.name));
    graph.italian(own, "dct:description", &describe(publication, &holder.name));
    graph.day(own, "dct:issued", published);
    graph.day(own, "dct:modified", published);
    for theme in themes(publication) {
        graph.link(own, "dcat:theme", &format!("{AUTHORITY}/data-theme/{theme}"));
    }
    graph.link(own, "dct:rightsHolder", &holder.iri);
    graph.link(own, "dct:publisher", &holder.iri);
    graph.link(own, "dct:accrualPeriodicity", &format!("{AUTHORITY}/frequency/{}", frequency(publication)));
    graph.link(own, "dct:language", ITALIAN);
    graph.link(own, "dcat:landingPage", publication.links.html.as_str());
    let period = format!("{own}#period");
    graph.link(own, "dct:temporal", &period);
    let json = format!("{own}#json");
    let page = format!("{own}#html");
    let table = |part: &str| format!("{own}#csv-{part}");
    for one in [&json, &page] {
        graph.link(own, "dcat:distribution", one);
    }
    for one in &publication.links.tables {
        graph.link(own, "dcat:distribution", &table(one.part.as_str()));
    }
    let place = administration.and_then(|administration| administration.istat_code.as_ref()).map(|code| {
        let place = format!("{own}#place");
        graph.link(own, "dct:spatial", &place);
        (place, code)
    });
    if let Some((place, code)) = place {
        graph.types(&place, &["dcatapit:Location", "dct:Location"]);
        graph.text(&place, "dcatapit:geographicalIdentifier", code.as_str());
    }
    graph.types(&period, &["dct:PeriodOfTime"]);
    let day = |year: i32, month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    graph.day(&period, "dcatapit:startDate", day(publication.start_year, 1, 1));
    let last = match publication.kind {
        PublicationKind::ServiceInventory => publication.situation_on,
        _ => day(publication.end_year, 12, 31),
    };
    graph.day(&period, "dcatapit:endDate", last.with_year(publication.end_year).unwrap_or(last));
    let of = |format: &'static str, media: &'static str| (format, media);
    distribution(
        graph,
        publication,
        &json,
        "Dati completi (JSON)",
        of("JSON", "application/json"),
        publication.links.content.as_str(),
    );
    graph.number(&json, "dcat:byteSize", publication.size);
    let checksum = format!("{own}#checksum");
    graph.link(&json, "spdx:checksum", &checksum);
    graph.types(&checksum, &["spdx:Checksum"]);
    graph.named(&checksum, "spdx:algorithm", "spdx:checksumAlgorithm_sha256");
    graph.hexadecimal(&checksum, "spdx:checksumValue", publication.digest.as_str());
    distribution(
        graph,
        publication,
        &page,
        "Pagina leggibile",
        of("HTML", "text/html"),
        publication.links.html.as_str(),
    );
    for one in &publication.links.tables {
        let title = format!("Tabella {} (CSV)", one.part);
        distribution(graph, publication, &table(one.part.as_str()), &title, of("CSV", "text/csv"), one.href.as_str());
    }
}

fn distribution(
    graph: &mut Graph,
    publication: &Publication,
    own: &str,
    title: &str,
    (format, media_type): (&str, &str),
    address: &str,
) {
    graph.types(own, &["dcatapit:Distribution", "dcat:Distribution"]);
    graph.italian(own, "dct:title", title);
    graph.link(own, "dct:format", &format!("{AUTHORITY}/file-type/{format}"));
    graph.text(own, "dcat:mediaType", media_type);
    graph.link(own, "dcat:accessURL", address);
    graph.link(own, "dcat:downloadURL", address);
    graph.link(own, "dct:license", &licence_iri(publication.licence));
    graph.day(own, "dct:modified", publication.published_at.date());
}

fn agent(graph: &mut Graph, agent: &Agent) {
    graph.types(&agent.iri, &["dcatapit:Agent", "foaf:Agent"]);
    graph.text(&agent.iri, "dct:identifier", &agent.identifier);
    graph.italian(&agent.iri, "foaf:name", &agent.name);
}

/// In the national vocabulary: `data/vocab/licences.csv` has the same codes.
fn licence_iri(licence: Licence) -> String {
    let code = match licence {
        Licence::Cc0 => "A11_CCO10",
        Licence::CcBy => "A21_CCBY40",
        Licence::CcBySa => "A31_CCBYSA40",
    };
    format!("{VOCABULARY}/{code}")
}

fn licence(graph: &mut Graph, licence: Licence) {
    let (kind, version, name) = match licence {
        Licence::Cc0 => ("PublicDomain", "1.0", "Creative Commons CC0 1.0 Universale (CC0 1.0)"),
        Licence::CcBy => ("Attribution", "4.0", "Creative Commons Attribuzione 4.0 Internazionale (CC BY 4.0)"),
        Licence::CcBySa => (
            "ViralEffect-ShareAlike",
            "4.0",
            "Creative Commons Attribuzione - Condividi allo stesso modo 4.0 Internazionale (CC BY-SA 4.0)",
        ),
    };
    let own = licence_iri(licence);
    graph.types(&own, &["dcatapit:LicenseDocument", "dct:LicenseDocument"]);
    graph.link(&own, "dct:type", &format!("http://purl.org/adms/licencetype/{kind}"));
    graph.italian(&own, "foaf:name", name);
    graph.text(&own, "owl:versionInfo", version);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_licences_are_those_of_the_national_list() {
        let listed = include_str!("../../../data/vocab/licences.csv");
        for (licence, code, name) in [
            (Licence::Cc0, "A.1.1", "CC0 1.0"),
            (Licence::CcBy, "A.2.1", "CC BY 4.0"),
            (Licence::CcBySa, "A.3.1", "CC BY-SA 4.0"),
        ] {
            let row = listed.lines().find(|line| line.contains(&format!(",{code},"))).unwrap();
            assert!(row.starts_with("A,Licenza Aperta,") && row.ends_with(&format!("({name})")), "{row}");
            let begins = format!("{VOCABULARY}/{}_", code.replace('.', ""));
            assert!(licence_iri(licence).starts_with(&begins));
        }
    }
}
