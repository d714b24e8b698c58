//! Triples in the order in which they are to be read, written by the library.

use crate::db::types::text_enum;
use crate::error::Problem;
use chrono::NaiveDate;
use oxjsonld::JsonLdSerializer;
use oxrdf::vocab::{rdf, xsd};
use oxrdf::{GraphNameRef, Literal, NamedNode, Term, Triple};
use oxrdfio::{RdfFormat, RdfSerializer};

text_enum!(
    /// How the catalogue is written.
    CatalogFormat { JsonLd = "jsonld", Turtle = "turtle", RdfXml = "rdfxml" }
);

/// The prefixes of the profile.
const PREFIXES: [(&str, &str); 8] = [
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcatapit", "http://dati.gov.it/onto/dcatapit#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("hydra", "http://www.w3.org/ns/hydra/core#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("spdx", "http://spdx.org/rdf/terms#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

impl CatalogFormat {
    pub fn media_type(self) -> &'static str {
        match self {
            CatalogFormat::JsonLd => "application/ld+json",
            CatalogFormat::Turtle => "text/turtle",
            CatalogFormat::RdfXml => "application/rdf+xml",
        }
    }
}

/// A graph under construction. Names are of our own making: an address that is none is left out and told in the log.
#[derive(Default)]
pub struct Graph(Vec<Triple>);

/// `dct:title` as the whole IRI.
fn name(short: &str) -> NamedNode {
    let (prefix, local) = short.split_once(':').unwrap_or(("", short));
    let space = PREFIXES.iter().find(|(known, _)| *known == prefix).map_or("", |(_, space)| *space);
    NamedNode::new_unchecked(format!("{space}{local}"))
}

impl Graph {
    fn add(&mut self, subject: &str, predicate: NamedNode, object: impl Into<Term>) {
        match NamedNode::new(subject) {
            Ok(subject) => self.0.push(Triple::new(subject, predicate, object)),
            Err(error) => tracing::error!(%error, subject, "the catalogue leaves out what is no address"),
        }
    }

    pub fn types(&mut self, subject: &str, types: &[&str]) {
        for one in types {
            self.add(subject, rdf::TYPE.into_owned(), name(one));
        }
    }

    /// To another resource.
    pub fn link(&mut self, subject: &str, predicate: &str, object: &str) {
        match NamedNode::new(object) {
            Ok(object) => self.add(subject, name(predicate), object),
            Err(error) => tracing::error!(%error, object, "the catalogue leaves out what is no address"),
        }
    }

    /// To one that has a name in the profile.
    pub fn named(&mut self, subject: &str, predicate: &str, object: &str) {
        self.add(subject, name(predicate), name(object));
    }

    pub fn text(&mut self, subject: &str, predicate: &str, text: &str) {
        self.add(subject, name(predicate), Literal::new_simple_literal(text));
    }

    pub fn italian(&mut self, subject: &str, predicate: &str, text: &str) {
        self.add(subject, name(predicate), Literal::new_language_tagged_literal_unchecked(text, "it"));
    }

    pub fn day(&mut self, subject: &str, predicate: &str, day: NaiveDate) {
        self.add(subject, name(predicate), Literal::new_typed_literal(day.to_string(), xsd::DATE));
    }

    pub fn number(&mut self, subject: &str, predicate: &str, number: i64) {
        self.add(subject, name(predicate), Literal::new_typed_literal(number.to_string(), xsd::DECIMAL));
    }

    pub fn hexadecimal(&mut self, subject: &str, predicate: &str, digits: &str) {
        self.add(subject, name(predicate), Literal::new_typed_literal(digits, xsd::HEX_BINARY));
    }

    pub fn write(&self, format: CatalogFormat) -> Result<Vec<u8>, Problem> {
        match format {
            CatalogFormat::JsonLd => self.write_jsonld(),
            CatalogFormat::Turtle => self.write_as(RdfFormat::Turtle),
            CatalogFormat::RdfXml => self.write_as(RdfFormat::RdfXml),
        }
    }

    /// With its prefixes JSON-LD is an object; the writer of all formats leaves them out, which makes it a bare array.
    fn write_jsonld(&self) -> Result<Vec<u8>, Problem> {
        let mut serializer = JsonLdSerializer::new();
        for (prefix, space) in PREFIXES {
            serializer = serializer.with_prefix(prefix, space).map_err(Problem::internal)?;
        }
        let mut writer = serializer.for_writer(Vec::new());
        for triple in &self.0 {
            writer.serialize_quad(triple.as_ref().in_graph(GraphNameRef::DefaultGraph)).map_err(Problem::internal)?;
        }
        writer.finish().map_err(Problem::internal)
    }

    fn write_as(&self, format: RdfFormat) -> Result<Vec<u8>, Problem> {
        let mut serializer = RdfSerializer::from_format(format);
        for (prefix, space) in PREFIXES {
            serializer = serializer.with_prefix(prefix, space).map_err(Problem::internal)?;
        }
        let mut writer = serializer.for_writer(Vec::new());
        for triple in &self.0 {
            writer.serialize_triple(triple).map_err(Problem::internal)?;
        }
        writer.finish().map_err(Problem::internal)
    }
}
