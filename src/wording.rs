//! Italian wording compared as people read it: case, accents, punctuation and small typing errors make no difference.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Above this share of equal letters two names are the same name with a typing error.
const SAME_NAME: f64 = 0.88;
/// Headings are few and far apart, so they may be spelled worse.
const SAME_HEADING: f64 = 0.8;

/// Lower case, no accents, every run of other signs one space: "ATTIVITÀ – l'Ente" → "attivita l ente".
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
    for letter in plain.flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            folded.push(letter);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Whether two names are the same but for case, accents, punctuation or a small typing error.
pub fn same_name(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    one == other || strsim::normalized_damerau_levenshtein(&one, &other) >= SAME_NAME
}

/// Whether a short text is a heading of that name, with a slip or a stray hyphen ("ORIZZONTE TEMPO-RALE").
pub fn is_heading(text: &str, name: &str) -> bool {
    is_any_heading(text, &[name])
}

/// Whether a short text is a heading of one of these names, which are given in lower case without accents.
pub fn is_any_heading(text: &str, names: &[&str]) -> bool {
    if text.is_empty() || names.iter().all(|name| text.len() > 4 * name.len() + 20) {
        return false;
    }
    let squeeze = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let text = squeeze(&fold(text));
    names.iter().map(|name| squeeze(name)).any(|name| {
        // Texts of very different length can't be alike, and that is quickly seen.
        let near = text.len().abs_diff(name.len()) * 5 <= text.len().max(name.len());
        text == name
            || (near && name.len() >= 4 && strsim::normalized_damerau_levenshtein(&text, &name) >= SAME_HEADING)
    })
}

/// Whether one name is the other, or a part of it in whole words ("Anagrafe e stato civile").
pub fn agrees(given: &str, full: &str) -> bool {
    let (given_words, full_words) = (fold(given), fold(full));
    let within = |part: &str, whole: &str| part.len() >= 6 && format!(" {whole} ").contains(&format!(" {part} "));
    within(&given_words, &full_words) || within(&full_words, &given_words) || same_name(given, full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgets_case_accents_and_punctuation() {
        assert_eq!(fold("  ATTIVITÀ – l’Ente, n. 1 "), "attivita l ente n 1");
        assert_eq!(fold("…"), "");
    }

    #[test]
    fn headings_are_known_despite_slips() {
        assert!(is_heading("ORIZZONTE TEMPO-RALE", "orizzonte temporale"));
        assert!(is_heading("Indicatore", "indicatori") && is_heading("Misione", "missione"));
        assert!(!is_heading("Raggiunto", "risultato atteso") && !is_heading("Peso", "Azione"));
    }

    #[test]
    fn names_are_the_same_despite_commas_and_slips() {
        assert!(same_name(
            "SERVIZI ISTITUZIONALI GENERALI E DI GESTIONE",
            "Servizi istituzionali, generali e di gestione"
        ));
        assert!(same_name("Segretria generale", "Segreteria generale"));
        assert!(!same_name("Ufficio tecnico", "Risorse umane"));
        assert!(!same_name("Rifiuti", "Giustizia"));
        assert!(agrees("Anagrafe e stato civile", "Elezioni e consultazioni popolari - Anagrafe e stato civile"));
    }
}
