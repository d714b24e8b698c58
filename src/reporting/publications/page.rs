//! A publication as a page for people: one file of HTML in Italian without scripts, made of the stored content alone.
//! Everything in it is escaped by the template.

use super::content::{Content, FrozenRecord};
use super::model::{Part, Publication, PublicationKind};
use super::page_tables::{Column, INDICATORS, MEASURED, PHASES, PLATFORMS, PROGRESS, SECTIONS, SERVICES};
use super::page_tables::{link, list_at, measured_text, stored_at, table, text_at};
use super::wording::{self, day, share, word};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

const STYLE: &str = include_str!("page.css");

/// What a browser is allowed to load: the page's own style and nothing else.
pub fn security_policy() -> String {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors *")
}

pub fn page(publication: &Publication, content: &Content) -> String {
    let home = text_at(&content.administration, "name");
    let title = format!("{} – {home}", publication.title);
    html! {
        (DOCTYPE)
        html lang="it" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="alternate" type="application/json" href=(publication.links.content);
                style { (PreEscaped(STYLE)) }
            }
            body {
                a class="skip" href="#contenuto" { "Vai al contenuto" }
                header {
                    p class="home" { (home) }
                    p class="place" {
                        "Amministrazione Trasparente › " (publication.section.parent()) " › "
                        (text_at(&content.publication, "section_name"))
                    }
                }
                main id="contenuto" {
                    h1 { (publication.title) }
                    (description(publication, content))
                    (index(publication, content))
                    @match publication.kind {
                        PublicationKind::ServiceInventory => (services(content)),
                        _ => (plan(content)),
                    }
                }
                (evidence(publication))
            }
        }
    }
    .into_string()
}

/// One line of a list of facts; none where there is nothing to say.
fn fact(name: &str, value: &str) -> Markup {
    html! { @if !value.is_empty() { div { dt { (name) } dd { (value) } } } }
}

fn act(act: Option<&Value>) -> Markup {
    let Some(act) = act.and_then(Value::as_object) else { return html! {} };
    let of = |field: &str| stored_at(act, field);
    let body = match of("body") {
        body if body.is_empty() => body,
        body => format!(" – {body}"),
    };
    html! {
        div {
            dt { "Atto di approvazione" }
            dd {
                (of("kind")) " n. " (of("number")) " del " (day(&of("date"))) (body)
                @if !of("url").is_empty() { br; (link(&of("url"))) }
            }
        }
    }
}

fn description(publication: &Publication, content: &Content) -> Markup {
    let years = match (publication.start_year, publication.end_year) {
        (start, end) if start == end => start.to_string(),
        (start, end) => format!("{start}–{end}"),
    };
    html! {
        dl class="facts" {
            (fact("Documento", wording::kind(publication.kind)))
            @if let Some(kind) = publication.plan_kind { (fact("Tipo di piano", &word("plan_kind", kind.as_str()))) }
            (fact("Periodo", &years))
            (fact("Situazione al", &day(&publication.situation_on.to_string())))
            (act(content.publication.get("approval_act")))
            (fact("Pubblicato il", &day(&publication.published_at.to_string())))
        }
    }
}

/// What is there, with the place of each table and its file.
fn index(publication: &Publication, content: &Content) -> Markup {
    html! {
        nav aria-label="Contenuto e dati" {
            h2 { "Contenuto e dati aperti" }
            ul {
                @for (part, records) in content.tables(publication.kind) {
                    @let file = publication.links.tables.iter().find(|table| table.part == part);
                    li {
                        (wording::part(part)) ": " (records.len())
                        @if let Some(file) = file {
                            " – " a href=(file.href) aria-label={ "Scarica in CSV: " (wording::part(part)) } { "CSV" }
                        }
                    }
                }
            }
        }
    }
}

fn all(records: &[FrozenRecord]) -> Vec<&FrozenRecord> {
    records.iter().collect()
}

/// A heading and a table, where there are records.
fn chapter(id: &str, heading: &str, columns: &[Column], records: &[&FrozenRecord]) -> Markup {
    html! {
        @if !records.is_empty() {
            section {
                h2 { (heading) }
                (table(id, &format!("{heading} ({})", records.len()), columns, records))
            }
        }
    }
}

fn services(content: &Content) -> Markup {
    html! {
        (chapter("servizi", "Servizi in rete", SERVICES, &all(content.part(Part::DigitalServices))))
        (chapter("piattaforme", "Piattaforme abilitanti", PLATFORMS, &all(content.part(Part::PlatformAdoptions))))
    }
}

/// The records of a table by the objective that they belong to; those of the plan itself under no code.
struct ByObjective<'a>(HashMap<String, Vec<&'a FrozenRecord>>);

impl<'a> ByObjective<'a> {
    fn of(records: &'a [FrozenRecord]) -> Self {
        let mut groups: HashMap<String, Vec<&FrozenRecord>> = HashMap::new();
        for record in records {
            groups.entry(stored_at(record, "objective_code")).or_default().push(record);
        }
        ByObjective(groups)
    }

    fn get(&self, code: &str) -> &[&'a FrozenRecord] {
        self.0.get(code).map_or(&[], Vec::as_slice)
    }
}

/// The indicators, each with what was measured, in words.
fn measured_indicators(content: &Content) -> Vec<FrozenRecord> {
    let mut measured: HashMap<(String, String), Vec<String>> = HashMap::new();
    for record in content.part(Part::Measurements) {
        let key = (stored_at(record, "objective_code"), stored_at(record, "indicator_code"));
        let period = wording::period(&stored_at(record, "period"));
        measured.entry(key).or_default().push(format!("{}: {}", period, measured_text(record)));
    }
    let told = content.part(Part::Indicators).iter().map(|record| {
        let mut record = record.clone();
        let key = (stored_at(&record, "objective_code"), stored_at(&record, "code"));
        let counted = record.get("measured_by").and_then(Value::as_object).map(measured_text);
        let all = measured.remove(&key).unwrap_or_default().into_iter().chain(counted);
        record.insert(MEASURED.to_owned(), all.collect::<Vec<_>>().join("; ").into());
        record
    });
    told.collect()
}

fn plan(content: &Content) -> Markup {
    let objectives = content.part(Part::Objectives);
    let indicators = measured_indicators(content);
    let parts = Parts {
        phases: ByObjective::of(content.part(Part::Phases)),
        indicators: ByObjective::of(&indicators),
        progress: ByObjective::of(content.part(Part::ProgressReports)),
    };
    html! {
        @for plan in content.part(Part::Plans) {
            @let description = text_at(plan, "description");
            @if !description.is_empty() {
                section { h2 { "Descrizione" } @for line in description.lines() { p { (line) } } }
            }
        }
        (chapter("sezioni", "Sezioni del piano", SECTIONS, &all(content.part(Part::Sections))))
        @if !objectives.is_empty() {
            section {
                h2 { "Obiettivi" }
                @for (number, one) in objectives.iter().enumerate() { (objective(number, one, &parts)) }
            }
        }
        (chapter("fasi", "Fasi e azioni del piano", PHASES, parts.phases.get("")))
        (chapter("indicatori", "Indicatori del piano", INDICATORS, parts.indicators.get("")))
    }
}

/// What hangs on objectives.
struct Parts<'a> {
    phases: ByObjective<'a>,
    indicators: ByObjective<'a>,
    progress: ByObjective<'a>,
}

fn objective(number: usize, record: &FrozenRecord, parts: &Parts<'_>) -> Markup {
    let code = stored_at(record, "code");
    let rating = |list: &str, field: &str| word(list, &stored_at(record, field));
    let weight = match text_at(record, "weight") {
        weight if weight.is_empty() => weight,
        weight => format!("{weight}\u{a0}%"),
    };
    let links = record.get("budget_links").and_then(Value::as_array).into_iter().flatten();
    let budget: Vec<_> = links
        .map(|link| {
            let of = |field: &str| link[field].as_str().unwrap_or_default();
            format!("{}.{} {} – {}", of("mission"), of("programme"), of("mission_name"), of("programme_name"))
        })
        .collect();
    let part = |id: &str, name: &str, columns: &[Column], records: &[&FrozenRecord]| {
        html! {
            @if !records.is_empty() {
                (table(&format!("{id}-{number}"), &format!("Obiettivo {code}: {name}"), columns, records))
            }
        }
    };
    html! {
        section class="objective" {
            h3 { (code) ". " (text_at(record, "title")) }
            @for line in text_at(record, "description").lines() { p { (line) } }
            dl class="facts" {
                (fact("Ambito", &word("scope", &stored_at(record, "scope"))))
                (fact("Livello", &word("level", &stored_at(record, "level"))))
                (fact("Unità organizzativa", &text_at(record, "unit_name")))
                (fact("Assegnato a", &list_at(record, "assignees")))
                (fact("Peso", &weight))
                (fact("Rischio", &rating("rating", "risk_rating")))
                (fact("Strategicità", &rating("strategic_rating", "strategic_rating")))
                (fact("Impatto sul valore pubblico", &rating("rating", "public_value_rating")))
                (fact("Missione e programma di bilancio", &budget.join("; ")))
                @if let Some(attainment) = record.get("evaluation").and_then(|of| of.get("attainment")) {
                    (fact("Grado di raggiungimento", &share(attainment)))
                }
            }
            (part("fasi", "fasi", PHASES, parts.phases.get(&code)))
            (part("indicatori", "indicatori", INDICATORS, parts.indicators.get(&code)))
            (part("attuazione", "stato di attuazione", PROGRESS, parts.progress.get(&code)))
            @let report = text_at(record, "final_report");
            @if !report.is_empty() {
                h4 { "Relazione finale" }
                @for line in report.lines() { p { (line) } }
            }
        }
    }
}

/// How anybody can verify it.
fn evidence(publication: &Publication) -> Markup {
    let (licence, licence_page) = wording::licence(publication.licence);
    html! {
        footer {
            h2 { "Integrità e riuso" }
            p {
                "Questa pagina mostra un documento pubblicato in forma immutabile. I dati originali, la loro impronta e la firma \
                 digitale sono pubblici e verificabili da chiunque."
            }
            dl class="facts" {
                div { dt { "Dati originali (JSON)" } dd { (link(publication.links.content.as_str())) } }
                div { dt { "Impronta SHA-256" } dd { code { (publication.digest) } } }
                div { dt { "Firma (JWS, ES256)" } dd { code { (publication.signature) } } }
                div { dt { "Chiavi pubbliche" } dd { (link(publication.links.keys.as_str())) } }
                div { dt { "Licenza" } dd { a rel="license" href=(licence_page) { (licence) } } }
            }
        }
    }
}
