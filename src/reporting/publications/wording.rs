//! The words of the pages: Italian names of what is stored in English. What has no name is shown as it is.

use super::csv::plain;
use super::model::{Part, PublicationKind};
use crate::licence::Licence;
use serde_json::Value;

pub fn part(part: Part) -> &'static str {
    match part {
        Part::Plans => "Piano",
        Part::Sections => "Sezioni",
        Part::Objectives => "Obiettivi",
        Part::Phases => "Fasi e azioni",
        Part::Indicators => "Indicatori",
        Part::Measurements => "Misurazioni",
        Part::ProgressReports => "Relazioni sullo stato di attuazione",
        Part::DigitalServices => "Servizi in rete",
        Part::PlatformAdoptions => "Piattaforme abilitanti",
    }
}

pub fn kind(kind: PublicationKind) -> &'static str {
    match kind {
        PublicationKind::Plan => "Piano",
        PublicationKind::PlanReport => "Relazione annuale sul piano",
        PublicationKind::ServiceInventory => "Inventario dei servizi in rete",
    }
}

pub fn licence(licence: Licence) -> (&'static str, &'static str) {
    match licence {
        Licence::CcBy => {
            ("Creative Commons Attribuzione 4.0 Internazionale", "https://creativecommons.org/licenses/by/4.0/deed.it")
        }
        Licence::Cc0 => {
            ("Creative Commons CC0 1.0 Universale", "https://creativecommons.org/publicdomain/zero/1.0/deed.it")
        }
        Licence::CcBySa => (
            "Creative Commons Attribuzione - Condividi allo stesso modo 4.0 Internazionale",
            "https://creativecommons.org/licenses/by-sa/4.0/deed.it",
        ),
    }
}

/// A stored word in Italian.
const WORDS: &[(&str, &str, &str)] = &[
    ("scope", "cross_cutting", "Trasversale"),
    ("scope", "sectoral", "Settoriale"),
    ("level", "strategic", "Strategico"),
    ("level", "operational", "Operativo"),
    ("rating", "low", "Basso"),
    ("rating", "medium", "Medio"),
    ("rating", "high", "Alto"),
    ("strategic_rating", "low", "Bassa"),
    ("strategic_rating", "medium", "Media"),
    ("strategic_rating", "high", "Alta"),
    ("evaluation", "achieved", "Raggiunto"),
    ("evaluation", "partly_achieved", "Raggiunto in parte"),
    ("evaluation", "missed", "Non raggiunto"),
    ("evaluation", "on_track", "In linea"),
    ("evaluation", "at_risk", "A rischio"),
    ("evaluation", "not_measured", "Non misurato"),
    ("evaluation", "not_evaluable", "Da valutare"),
    ("progress", "not_started", "Non avviato"),
    ("progress", "on_schedule", "Nei tempi"),
    ("progress", "late", "In ritardo"),
    ("progress", "suspended", "Sospeso"),
    ("progress", "abandoned", "Abbandonato"),
    ("progress", "done", "Concluso"),
    ("plan_kind", "performance", "Piano della performance"),
    ("plan_kind", "digital_transition", "Piano di transizione digitale"),
    ("plan_kind", "informatization", "Piano di informatizzazione"),
    ("plan_kind", "management", "Piano esecutivo di gestione"),
    ("plan_status", "approved", "Approvato"),
    ("plan_status", "in_force", "In vigore"),
    ("plan_status", "closed", "Concluso"),
    ("service_status", "planned", "Previsto"),
    ("service_status", "active", "Attivo"),
    ("service_status", "suspended", "Sospeso"),
    ("service_status", "withdrawn", "Dismesso"),
    ("adoption_status", "planned", "Prevista"),
    ("adoption_status", "in_progress", "In corso"),
    ("adoption_status", "active", "Attiva"),
    ("adoption_status", "withdrawn", "Dismessa"),
    ("audience", "citizens", "Cittadini"),
    ("audience", "businesses", "Imprese"),
    ("audience", "both", "Cittadini e imprese"),
    ("audience", "administrations", "Altre amministrazioni"),
    ("authentication", "NONE", "Accesso libero"),
    ("authentication", "IDPWD", "Utente e password"),
    ("authentication", "SPIDL1", "SPID livello 1"),
    ("authentication", "SPIDL2", "SPID livello 2"),
    ("authentication", "SPIDL3", "SPID livello 3"),
    ("authentication", "EIDAS", "eIDAS"),
    ("platform", "spid", "SPID"),
    ("platform", "cie_login", "Accesso con CIE"),
    ("platform", "cie_issuing", "Rilascio della CIE"),
    ("platform", "cns", "CNS"),
    ("platform", "eidas", "eIDAS"),
    ("platform", "pagopa", "pagoPA"),
    ("platform", "app_io", "App IO"),
    ("platform", "anpr", "ANPR"),
    ("platform", "ipa", "IPA"),
    ("platform", "pec", "PEC"),
    ("platform", "ini_pec", "INI-PEC"),
    ("platform", "pdnd", "PDND"),
    ("platform", "send", "SEND"),
    ("platform", "cloud", "Cloud"),
    ("platform", "digital_preservation", "Conservazione digitale"),
];

/// The Italian word of a list, or the stored one.
pub fn word(list: &str, stored: &str) -> String {
    let known = WORDS.iter().find(|(of, word, _)| *of == list && *word == stored);
    known.map_or(stored, |(_, _, italian)| *italian).to_owned()
}

/// A value that holds no others, as an Italian writes it.
pub fn text(value: &Value) -> String {
    match value {
        Value::Bool(true) => "sì".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number_text(number),
        other => plain(other),
    }
}

/// 47011.5 is 47.011,5.
fn number_text(number: &serde_json::Number) -> String {
    let text = number.to_string();
    if text.contains(['e', 'E']) {
        return text.replace('.', ",");
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        // Four digits stay together: a year is not 2.024.
        if index > 0 && whole.len() > 4 && (whole.len() - index) % 3 == 0 {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let decimals = if decimals == "0" { "" } else { decimals };
    let comma = if decimals.is_empty() { "" } else { "," };
    format!("{sign}{grouped}{comma}{decimals}")
}

/// 0.875 is 87,5 %.
pub fn share(value: &Value) -> String {
    let Some(share) = value.as_f64() else { return String::new() };
    let per_cent = (share * 1000.0).round() / 10.0;
    let number = serde_json::Number::from_f64(per_cent).map_or_else(String::new, |number| number_text(&number));
    format!("{number}\u{a0}%")
}

/// 2024-06-30 is 30/06/2024; what is no day stays.
pub fn day(text: &str) -> String {
    match text.split('T').next().and_then(|day| day.parse::<chrono::NaiveDate>().ok()) {
        Some(day) => day.format("%d/%m/%Y").to_string(),
        None => text.to_owned(),
    }
}

/// A period as people say it.
pub fn period(text: &str) -> String {
    let (year, part) = text.split_once('-').unwrap_or((text, ""));
    match part {
        "" => year.to_owned(),
        "S1" => format!("1° semestre {year}"),
        "S2" => format!("2° semestre {year}"),
        quarter if quarter.starts_with('Q') => format!("{}° trimestre {year}", quarter.trim_start_matches('Q')),
        month => format!("{month}/{year}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_are_written_as_italians_do() {
        for (value, expected) in [
            (json!(2024), "2024"),
            (json!(47011), "47.011"),
            (json!(1234567.5), "1.234.567,5"),
            (json!(-3.5), "−3,5"),
            (json!(80.0), "80"),
            (json!(true), "sì"),
            (json!("x"), "x"),
        ] {
            assert_eq!(text(&value), expected);
        }
        assert_eq!(share(&json!(0.875)), "87,5\u{a0}%");
        assert_eq!(share(&json!(1)), "100\u{a0}%");
        assert_eq!(day("2024-06-30"), "30/06/2024");
        assert_eq!(day("2024-06-30T12:00:00.000000Z"), "30/06/2024");
        assert_eq!(day("presto"), "presto");
        assert_eq!(period("2016-Q3"), "3° trimestre 2016");
        assert_eq!(period("2016-06"), "06/2016");
        assert_eq!(period("2016"), "2016");
    }

    #[test]
    fn every_word_of_a_list_has_its_italian() {
        use crate::platform_adoptions::model::Platform;
        for platform in Platform::ALL {
            assert!(
                WORDS.iter().any(|(of, stored, _)| *of == "platform" && *stored == platform.as_str()),
                "{platform}"
            );
        }
        assert_eq!(word("rating", "enormous"), "enormous");
    }
}
