//! What a label hints at: a unit that the text leaves out, and which way is better.
//!
//! Hints only: they are shown with their reason and applied by nobody but a person.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Comparator, Kind, Polarity, Reading, Unit};

/// A unit that the label suggests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitSuggestion {
    /// The unit.
    pub unit: Unit,
    /// Why, in one sentence.
    #[schema(max_length = 300, pattern = r"^[\s\S]+$", value_type = String)]
    pub reason: String,
}

/// A polarity that the label suggests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolaritySuggestion {
    /// The polarity.
    pub polarity: Polarity,
    /// Why, in one sentence.
    #[schema(max_length = 300, pattern = r"^[\s\S]+$", value_type = String)]
    pub reason: String,
}

/// What the label suggests; empty where it says nothing, or the target contradicts it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suggestions {
    /// A unit, where the target has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unit: Option<UnitSuggestion>,
    /// A polarity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub polarity: Option<PolaritySuggestion>,
}

/// Beginnings of words; two words must follow each other.
type Cues = &'static [&'static str];

const EURO: Cues =
    &["import", "incass", "euro", "€", "gettito", "spesa", "costo", "costi", "entrate accertate", "somme"];
const SHARE: Cues = &["%", "percentual", "tasso"];
const DAYS: Cues = &["giorni", "gg", "tempo medio", "tempi medi", "tempo di", "tempi di"];
/// "N. pratiche con importo …" counts, whatever follows.
const COUNTS: Cues = &["n", "nr", "num", "numero"];

#[rustfmt::skip]
const LOWER: Cues = &[
    "criticit", "mancat", "reclam", "ritard", "tempi medi", "tempo medio", "tempi di", "tempo di", "attesa", "rilievi", "error",
    "contenzios", "ricors", "disserviz", "infortun", "sinistr", "scart", "debit", "cartace", "casi eccezionali", "inademp",
    "arretrat", "consum", "interruzion", "anomali", "giacen", "pendent", "rigett", "annullament", "scostament", "evasione fiscale",
    "lamentel", "guast", "violazion", "costo", "costi", "insolut", "residui",
];

#[rustfmt::skip]
const HIGHER: Cues = &[
    "soddisf", "gradiment", "increment", "adesion", "partecipant", "formati", "formazione", "completament", "adeguament", "pubblicat",
    "istruit", "evas", "digitalizz", "access", "transazion", "incass", "bonificat", "fruibil", "attivat", "differenziata", "rd",
    "utent", "copertura", "realizzat", "riscoss", "accettat", "liquidat", "rilasciate nei tempi", "migrazion", "utilizzo", "online",
    "recuper", "allineament", "rispetto", "controllat", "raggiung", "efficienza", "aggiornament", "diffusion", "finanziati",
];

/// The words of a label, lower case, accents folded, without quotes and signs.
fn words(label: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    // A label is a line: what is beyond cannot be one.
    for character in label.chars().take(1000).flat_map(char::to_lowercase) {
        let folded = match character {
            'à' | 'á' => 'a',
            'è' | 'é' => 'e',
            'ì' | 'í' => 'i',
            'ò' | 'ó' => 'o',
            'ù' | 'ú' => 'u',
            other => other,
        };
        match (folded.is_alphanumeric(), matches!(folded, '%' | '€'), words.last_mut()) {
            (true, _, Some(word)) => word.push(folded),
            (_, true, _) => words.extend([folded.to_string(), String::new()]),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The words of the label that a cue matches.
fn cue(words: &[String], cues: Cues) -> Option<String> {
    (0..words.len()).find_map(|start| {
        let found =
            cues.iter().find(|cue| {
                cue.split(' ').enumerate().all(|(offset, part)| {
                    let word = words.get(start + offset);
                    // Short cues are whole words: "gg", "rd", "n"
                    word.is_some_and(|word| {
                        if part.len() <= 2 && part.is_ascii() { word == part } else { word.starts_with(part) }
                    })
                })
            })?;
        let count = found.split(' ').count();
        words.get(start..start + count).map(|words| words.join(" "))
    })
}

/// The unit that a label suggests for a bare number.
pub(super) fn unit(label: &str, kind: Kind) -> Option<(Unit, String)> {
    if !matches!(kind, Kind::Number | Kind::Range | Kind::Schedule) {
        return None;
    }
    let words = words(label);
    // "2- N. pratiche": the item's number comes first
    let first: Vec<_> =
        words.iter().skip_while(|word| word.bytes().all(|byte| byte.is_ascii_digit())).take(1).cloned().collect();
    if cue(&first, COUNTS).is_some() {
        return None;
    }
    let hint = |unit, cues| cue(&words, cues).map(|cue| (unit, cue));
    hint(Unit::Percent, SHARE).or_else(|| hint(Unit::Euro, EURO)).or_else(|| hint(Unit::Day, DAYS))
}

fn polarity(label: &str, comparator: Option<Comparator>) -> Option<(Polarity, String)> {
    let words = words(label);
    let (lower, higher) = (cue(&words, LOWER), cue(&words, HIGHER));
    let fewer = cue(&words, &["riduzion", "diminuzion", "contenimento", "abbattiment"]).is_some();
    let (polarity, cue) = match (lower, higher) {
        // "riduzione dei reclami" measures the reduction, or what is left: who knows
        _ if fewer => return None,
        (Some(cue), None) => (Polarity::LowerIsBetter, cue),
        // What is wrong weighs more than what is done: "mancata pubblicazione", "criticità segnalate negli accessi"
        (Some(cue), Some(_)) if words.iter().take(3).any(|word| cue.starts_with(word.as_str())) => {
            (Polarity::LowerIsBetter, cue)
        }
        (None, Some(cue)) => (Polarity::HigherIsBetter, cue),
        _ => return None,
    };
    let contradicted = match comparator {
        Some(Comparator::AtLeast | Comparator::More) => polarity == Polarity::LowerIsBetter,
        Some(Comparator::AtMost | Comparator::Less) => polarity == Polarity::HigherIsBetter,
        _ => false,
    };
    (!contradicted).then_some((polarity, cue))
}

/// What a label suggests about its target.
///
/// | label | target | suggestion |
/// |---|---|---|
/// | importo complessivo incassato pagopa | `2000` | EUR |
/// | % completamento rendicontazioni | `100` | % |
/// | Criticità segnalate | `0%` | lower is better |
/// | Rilievi … su completezza | `> 95%` | none: the comparator contradicts |
#[must_use]
pub fn suggest(label: &str, reading: &Reading) -> Suggestions {
    let unit = if reading.unit.is_none() { unit(label, reading.kind) } else { None };
    let evaluable = !matches!(reading.kind, Kind::None | Kind::Text | Kind::Date | Kind::Boolean);
    let polarity = if evaluable { polarity(label, reading.comparator) } else { None };
    Suggestions {
        unit: unit.map(|(unit, cue)| UnitSuggestion {
            unit,
            reason: format!("The label says \"{cue}\", which is measured in {unit}."),
        }),
        polarity: polarity.map(|(polarity, cue)| {
            let way = if polarity == Polarity::LowerIsBetter { "less" } else { "more" };
            PolaritySuggestion { polarity, reason: format!("The label says \"{cue}\", of which {way} is better.") }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planning::targets::{Context, read};

    #[test]
    fn labels_of_the_cedrasco_plan_and_others() {
        for (label, target, expected) in [
            ("3- importo complessivo incassato pagopa", "2000", "EUR +"),
            ("5- % completamento rendicontazioni su REGIS", "100", "% +"),
            ("Percentuale RD territorio", "50%", "+"),
            ("1- Criticità segnalate/riscontrate nella manutenzione del verde", "< 5", "-"),
            ("3- Criticità segnalate/riscontrate nella pubblicazione dati", "0%", "-"),
            ("5- Giornate di mancata protocollazione in caso di assenza contestuale", "0", "-"),
            ("2- N. carte identità rilasciate in modalità cartacea (solo in casi eccezionali)", "2", "-"),
            ("2- Rilievi da parte del NdV su \"completezza\" pubblicazioni rispetto alla delibera", "> 95%", ""),
            ("1- indicatore annuale di ritardo elaborato dalla Pcc", "< 0", "-"),
            ("2- N. mandati", "1000", ""),
            ("Tempo medio di rilascio (giorni)", "30", "day -"),
            ("Numero reclami", "3", "-"),
            ("3- numero transazioni pagopa", "200", "+"),
            ("N. pratiche con importo superiore", "3", ""),
            ("4- % asseverazione accettate e liquidate", "100%", "+"),
            ("Approvazione Bilancio", "Entro 30.4", ""),
        ] {
            let suggestions = suggest(label, &read(target, Context::year(2024)));
            let unit = suggestions.unit.map(|unit| unit.unit.to_string()).unwrap_or_default();
            let polarity =
                suggestions.polarity.map(|found| if found.polarity == Polarity::LowerIsBetter { "-" } else { "+" });
            let found = format!("{unit} {}", polarity.unwrap_or_default());
            assert_eq!(found.trim(), expected, "{label}: {target}");
        }
    }
}
