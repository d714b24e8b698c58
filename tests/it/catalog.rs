//! The catalogue of open data: by the Italian profile, and every link in it works.

use crate::harness::resources::{HOME, OTHER};
use crate::harness::{PUBLIC_URL, TestApp, both, both_with};
use oxrdf::{Graph, NamedNode, TermRef, Triple, TripleRef};
use oxrdfio::{RdfFormat, RdfParser};
use serde_json::json;
use std::collections::BTreeSet;

const DCAT: &str = "http://www.w3.org/ns/dcat#";
const DCT: &str = "http://purl.org/dc/terms/";
const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

fn publish(app: &TestApp, administration: &str, code: &str) {
    let body = json!({"administration": administration, "code": code, "kind": "service_inventory"});
    app.as_administrator().post("/v1/publications", body).expect(201);
}

fn parse(text: &str, media_type: &str) -> Graph {
    let format = RdfFormat::from_media_type(media_type).unwrap();
    let quads = RdfParser::from_format(format).for_slice(text.as_bytes());
    quads.map(|quad| Triple::from(quad.unwrap())).collect()
}

fn catalog(app: &TestApp, query: &str) -> Graph {
    let answer = app.as_nobody().get(&format!("/v1/catalog?{query}")).expect(200);
    answer.has_every_header();
    let media_type = answer.header("content-type").split(';').next().unwrap().to_owned();
    parse(&answer.text, &media_type)
}

/// What stands at a predicate of a subject, as text.
fn at(graph: &Graph, subject: &str, predicate: &str) -> Vec<String> {
    let (subject, predicate) = (NamedNode::new(subject).unwrap(), NamedNode::new(predicate).unwrap());
    let mut found: Vec<_> = graph
        .objects_for_subject_predicate(&subject, &predicate)
        .map(|term| match term {
            TermRef::NamedNode(node) => node.as_str().to_owned(),
            TermRef::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        })
        .collect();
    found.sort();
    found
}

fn of_type(graph: &Graph, kind: &str) -> BTreeSet<String> {
    let (predicate, kind) = (NamedNode::new(TYPE).unwrap(), NamedNode::new(kind).unwrap());
    let subjects = graph.subjects_for_predicate_object(&predicate, &kind);
    subjects.map(|subject| subject.to_string().trim_matches(['<', '>']).to_owned()).collect()
}

fn dcat(name: &str) -> String {
    format!("{DCAT}{name}")
}

fn dct(name: &str) -> String {
    format!("{DCT}{name}")
}

fn dcatapit(name: &str) -> String {
    format!("http://dati.gov.it/onto/dcatapit#{name}")
}

#[test]
fn each_data_set_says_what_the_profile_asks_for_and_its_links_work() {
    both(|app| {
        publish(app, HOME, "servizi-2024");
        publish(app, OTHER, "servizi-2024");
        let graph = catalog(app, &format!("administration={HOME}"));
        let catalogs = of_type(&graph, &dcatapit("Catalog"));
        assert_eq!(catalogs, BTreeSet::from([format!("{PUBLIC_URL}/v1/catalog?administration={HOME}")]));
        let own = catalogs.first().unwrap();
        for name in ["title", "description", "publisher", "modified"] {
            assert_eq!(at(&graph, own, &dct(name)).len(), 1, "{name}");
        }
        assert_eq!(at(&graph, own, &dct("modified")), ["2024-06-30"]);
        let publisher = &at(&graph, own, &dct("publisher"))[0];
        assert_eq!(at(&graph, publisher, &dct("identifier")), [HOME]);
        assert_eq!(at(&graph, publisher, "http://xmlns.com/foaf/0.1/name"), ["Cedrasco"]);
        let datasets = of_type(&graph, &dcatapit("Dataset"));
        assert_eq!(datasets.len(), 1, "its own alone");
        assert_eq!(at(&graph, own, &dcat("dataset")), datasets.iter().cloned().collect::<Vec<_>>());
        let dataset = datasets.first().unwrap();
        assert_eq!(at(&graph, dataset, &dct("identifier")), ["c_c418:servizi-2024"]);
        for name in ["title", "description", "modified", "rightsHolder", "accrualPeriodicity"] {
            assert_eq!(at(&graph, dataset, &dct(name)).len(), 1, "{name}");
        }
        assert_eq!(at(&graph, dataset, &dct("rightsHolder")), std::slice::from_ref(publisher));
        let authority = "http://publications.europa.eu/resource/authority";
        assert_eq!(at(&graph, dataset, &dct("accrualPeriodicity")), [format!("{authority}/frequency/IRREG")]);
        let themes = [format!("{authority}/data-theme/GOVE"), format!("{authority}/data-theme/TECH")];
        assert_eq!(at(&graph, dataset, &dcat("theme")), themes);
        let distributions = at(&graph, dataset, &dcat("distribution"));
        assert_eq!(distributions.len(), 4, "JSON, HTML and two tables");
        let licence = "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40";
        for distribution in &distributions {
            assert_eq!(at(&graph, distribution, &dct("license")), [licence]);
            assert!(at(&graph, distribution, &dct("format"))[0].starts_with(&format!("{authority}/file-type/")));
            let media_type = &at(&graph, distribution, &dcat("mediaType"))[0];
            for name in ["accessURL", "downloadURL"] {
                let link = &at(&graph, distribution, &dcat(name))[0];
                let answer = app.as_nobody().get(link.strip_prefix(PUBLIC_URL).unwrap()).expect(200);
                assert!(answer.header("content-type").starts_with(media_type.as_str()), "{link}");
            }
        }
        for page in at(&graph, dataset, &dcat("landingPage")).iter().chain([dataset]) {
            app.as_nobody().get(page.strip_prefix(PUBLIC_URL).unwrap()).expect(200);
        }
        assert_eq!(of_type(&graph, &dcatapit("LicenseDocument")), BTreeSet::from([licence.to_owned()]));
        // The digest in the catalogue is that of what the link gives.
        let json = distributions.iter().find(|one| one.ends_with("#json")).unwrap();
        let checksum = &at(&graph, json, "http://spdx.org/rdf/terms#checksum")[0];
        let content = app.as_nobody().get(&at(&graph, json, &dcat("downloadURL"))[0][PUBLIC_URL.len()..]).expect(200);
        let digest = &at(&graph, checksum, "http://spdx.org/rdf/terms#checksumValue")[0];
        assert_eq!(content.etag(), format!("\"{digest}\""));
    });
}

#[test]
fn the_three_ways_of_writing_say_the_same() {
    both(|app| {
        publish(app, HOME, "servizi-2024");
        // What names the page itself differs, since a page keeps its format.
        let told = |query: &str| -> BTreeSet<String> {
            let graph = catalog(app, query);
            let of_page = |triple: &TripleRef<'_>| triple.subject.to_string().contains("format=");
            graph.iter().filter(|triple| !of_page(triple)).map(|triple| triple.to_string()).collect()
        };
        let json = told("format=jsonld");
        assert!(json.len() > 60, "{}", json.len());
        assert_eq!(json, told("format=turtle"));
        assert_eq!(json, told("format=rdfxml"));
        for (accept, media_type) in [
            ("text/turtle", "text/turtle"),
            ("application/rdf+xml;q=0.5, text/turtle;q=0.9", "text/turtle"),
            ("application/rdf+xml", "application/rdf+xml"),
            ("text/html, */*;q=0.1", "application/ld+json"),
            ("application/ld+json", "application/ld+json"),
        ] {
            let answer = app.as_nobody().header("Accept", accept).get("/v1/catalog").expect(200);
            assert_eq!(answer.header("content-type"), format!("{media_type}; charset=utf-8"), "{accept}");
            assert!(answer.header("vary").starts_with("Accept"), "{}", answer.header("vary"));
        }
        app.as_nobody().header("Accept", "image/png").get("/v1/catalog").refused(406, "");
        app.as_nobody().get("/v1/catalog?format=n3").refused(422, "format");
        app.as_nobody().get("/v1/catalog?administration=c_z999").refused(422, "administration");
        app.as_nobody().get("/v1/catalog?limit=201").refused(422, "limit");
    });
}

#[test]
fn a_long_catalogue_comes_in_pages() {
    both(|app| {
        for n in 1..=5 {
            publish(app, if n < 3 { HOME } else { OTHER }, &format!("s-{n}"));
        }
        let mut path = "limit=2&format=turtle".to_owned();
        let (mut seen, mut pages) = (BTreeSet::new(), 0);
        loop {
            let graph = catalog(app, &path);
            pages += 1;
            assert_eq!(of_type(&graph, &dcatapit("Catalog")).len(), 1, "the same catalogue on each page");
            seen.extend(of_type(&graph, &dcatapit("Dataset")));
            let views = of_type(&graph, "http://www.w3.org/ns/hydra/core#PartialCollectionView");
            let page = views.first().unwrap();
            let next = at(&graph, page, "http://www.w3.org/ns/hydra/core#next");
            assert_eq!(next, at(&graph, page, "http://www.w3.org/ns/hydra/core#nextPage"));
            match next.first() {
                Some(next) => path = next.split_once('?').unwrap().1.to_owned(),
                None => break,
            }
        }
        assert_eq!((pages, seen.len()), (3, 5));
    });
}

#[test]
fn the_operator_publishes_the_catalogue_of_the_instance() {
    let name = |app: &TestApp| {
        let graph = catalog(app, "");
        let own = of_type(&graph, &dcatapit("Catalog")).first().unwrap().clone();
        let publisher = at(&graph, &own, &dct("publisher"))[0].clone();
        at(&graph, &publisher, &dct("identifier"))
    };
    both(|app| assert_eq!(name(app), ["traguardo.test"]));
    both_with(&[("TRAGUARDO_OPERATOR", "c_b507")], |app| assert_eq!(name(app), ["c_b507"]));
}

#[test]
fn the_licence_that_is_set_is_that_of_what_is_published_then() {
    both_with(&[("TRAGUARDO_LICENCE", "CC0-1.0")], |app| {
        publish(app, HOME, "servizi-2024");
        let graph = catalog(app, "");
        let licences = of_type(&graph, &dcatapit("LicenseDocument"));
        assert!(licences.first().unwrap().ends_with("/A11_CCO10"), "{licences:?}");
        let shown = app.as_nobody().get("/v1/publications/c_c418~servizi-2024").expect(200);
        assert_eq!(shown.at("/licence"), "CC0-1.0");
    });
}

#[test]
fn everybody_learns_where_vulnerabilities_are_reported() {
    both_with(&[("TRAGUARDO_SECURITY_CONTACT", "mailto:sicurezza@comune.example")], |app| {
        for path in ["/.well-known/security.txt", "/v1/.well-known/security.txt"] {
            let file = app.as_nobody().get(path).expect(200);
            assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
            let expected = "Contact: mailto:sicurezza@comune.example\nExpires: 2024-12-30T00:00:00Z\n\
                Preferred-Languages: it, en\nCanonical: https://traguardo.test/.well-known/security.txt\n";
            assert_eq!(file.text, expected);
        }
    });
}
