//! The tables of a page: columns with Italian headings over the records as they were frozen.

use super::content::FrozenRecord;
use super::csv::plain;
use super::wording::{self, day, period, share, word};
use crate::text::WebAddress;
use maud::{Markup, html};
use serde_json::Value;

/// A heading and what stands below it.
pub struct Column {
    pub heading: &'static str,
    pub cell: fn(&FrozenRecord) -> Markup,
}

const fn column(heading: &'static str, cell: fn(&FrozenRecord) -> Markup) -> Column {
    Column { heading, cell }
}

/// A table with its caption; `id` is unique in the page. Columns in which nothing stands are left out.
pub fn table(id: &str, caption: &str, columns: &[Column], records: &[&FrozenRecord]) -> Markup {
    let filled = |column: &&Column| records.iter().any(|record| !(column.cell)(record).0.is_empty());
    let columns: Vec<&Column> = columns.iter().filter(filled).collect();
    html! {
        // It scrolls by itself where it is wide, by keyboard too.
        div class="scroll" role="region" tabindex="0" aria-labelledby=(id) {
            table {
                caption id=(id) { (caption) }
                thead { tr { @for column in &columns { th scope="col" { (column.heading) } } } }
                tbody {
                    @for record in records {
                        tr {
                            @for (index, column) in columns.iter().enumerate() {
                                @if index == 0 { th scope="row" { ((column.cell)(record)) } }
                                @else { td { ((column.cell)(record)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn at<'a>(record: &'a FrozenRecord, path: &str) -> Option<&'a Value> {
    let mut steps = path.split('.');
    let first = record.get(steps.next()?)?;
    steps.try_fold(first, |value, step| value.get(step))
}

/// What stands at a field, nested ones with dots; empty where there is none.
pub fn text_at(record: &FrozenRecord, path: &str) -> String {
    at(record, path).map(wording::text).unwrap_or_default()
}

/// As it is stored, without the Italian way of writing figures.
pub fn stored_at(record: &FrozenRecord, path: &str) -> String {
    at(record, path).map(plain).unwrap_or_default()
}

/// A list of texts with commas between.
pub fn list_at(record: &FrozenRecord, path: &str) -> String {
    let items = at(record, path).and_then(Value::as_array).into_iter().flatten();
    items.map(plain).collect::<Vec<_>>().join(", ")
}

fn field(record: &FrozenRecord, path: &str) -> Markup {
    html! { (text_at(record, path)) }
}

fn code(record: &FrozenRecord, path: &str) -> Markup {
    html! { (stored_at(record, path)) }
}

fn days(record: &FrozenRecord, path: &str) -> Markup {
    html! { (day(&stored_at(record, path))) }
}

/// A title, and below it what describes it.
fn titled(record: &FrozenRecord, title: &str) -> Markup {
    let description = text_at(record, "description");
    html! { (text_at(record, title)) @if !description.is_empty() { br; small { (description) } } }
}

fn periods(record: &FrozenRecord) -> Markup {
    let all = at(record, "schedule").and_then(Value::as_array).into_iter().flatten();
    html! { (all.map(|one| period(&plain(one))).collect::<Vec<_>>().join(", ")) }
}

/// The target of all years, and of each year where they differ.
fn target(record: &FrozenRecord) -> Markup {
    let yearly = at(record, "yearly_targets").and_then(Value::as_array).into_iter().flatten();
    let yearly: Vec<_> = yearly.map(|one| (plain(&one["year"]), plain(&one["target"]))).collect();
    html! {
        (text_at(record, "target"))
        @for (year, target) in yearly { div { (year) ": " (target) } }
    }
}

/// Where the page puts what was measured, in words, beside the fields of an indicator.
pub const MEASURED: &str = "(measured)";

/// A figure, a ratio, a day, an answer: whatever was measured or counted.
pub fn measured_text(record: &FrozenRecord) -> String {
    let ratio = match (at(record, "numerator"), at(record, "denominator")) {
        (Some(numerator), Some(denominator)) => {
            format!("{} su {}", wording::text(numerator), wording::text(denominator))
        }
        _ => String::new(),
    };
    let found = [text_at(record, "value"), ratio, day(&stored_at(record, "date")), text_at(record, "yes")];
    found.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
}

pub const SECTIONS: &[Column] =
    &[column("Codice", |record| code(record, "code")), column("Sezione", |record| field(record, "title"))];

pub const PHASES: &[Column] = &[
    column("Codice", |record| code(record, "code")),
    column("Fase o azione", |record| titled(record, "title")),
    column("Periodo", periods),
    column("Assegnata a", |record| html! { (list_at(record, "assignees")) }),
];

pub const INDICATORS: &[Column] = &[
    column("Codice", |record| code(record, "code")),
    column("Indicatore", |record| field(record, "title")),
    column("Valore atteso", target),
    column("Peso", |record| field(record, "weight")),
    column("Valore di partenza", |record| field(record, "baseline.value")),
    column("Raggiunto", |record| field(record, MEASURED)),
    column("Esito", |record| html! { (word("evaluation", &stored_at(record, "evaluation.status"))) }),
    column("Grado di raggiungimento", |record| {
        html! { @if let Some(attainment) = at(record, "evaluation.attainment") { (share(attainment)) } }
    }),
];

pub const PROGRESS: &[Column] = &[
    column("Periodo", |record| html! { (period(&stored_at(record, "period"))) }),
    column("Stato di attuazione", |record| html! { (word("progress", &stored_at(record, "progress"))) }),
    column("Descrizione", |record| field(record, "description")),
    column("Cause dello scostamento", |record| field(record, "deviation_causes")),
    column("Azioni correttive", |record| field(record, "corrective_actions")),
];

pub const SERVICES: &[Column] = &[
    column("Servizio", |record| titled(record, "name")),
    column("Codice", |record| code(record, "code")),
    column("Stato", |record| html! { (word("service_status", &stored_at(record, "status"))) }),
    column("Attivo dal", |record| days(record, "active_from")),
    column("Per chi", |record| html! { (word("audience", &stored_at(record, "audience"))) }),
    column("Accesso", |record| {
        let types = at(record, "authentication_types").and_then(Value::as_array).into_iter().flatten();
        html! { (types.map(|one| word("authentication", &plain(one))).collect::<Vec<_>>().join(", ")) }
    }),
    column("Pagamenti con pagoPA", |record| field(record, "on_pagopa")),
    column("Su App IO", |record| field(record, "on_app_io")),
    column("Livello di interattività", |record| field(record, "interactivity_level")),
    column("Ufficio", |record| field(record, "unit_name")),
    column("Indirizzo", |record| link(&stored_at(record, "url"))),
];

pub const PLATFORMS: &[Column] = &[
    column("Piattaforma", |record| html! { (word("platform", &stored_at(record, "platform"))) }),
    column("Stato", |record| html! { (word("adoption_status", &stored_at(record, "status"))) }),
    column("Attiva dal", |record| days(record, "active_from")),
    column("Intermediario", |record| field(record, "intermediary")),
    column("Identificativo", |record| code(record, "identifier")),
    column("Servizi", |record| field(record, "service_count")),
    column("Sportelli", |record| field(record, "desk_count")),
    column("POS", |record| field(record, "pos_count")),
];

/// A web address as a link; anything else is text alone.
pub fn link(text: &str) -> Markup {
    html! {
        @if WebAddress::parse(text).is_some() { a href=(text) { (text) } }
        @else { (text) }
    }
}
