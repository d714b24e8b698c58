//! Italian wording compared as people read it: case, accents, punctuation and small typing errors make no difference.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Above this share of equal letters two names are the same name with a typing error.
const SAME_NAME: f64 = 0.88;
/// A heading of so many letters may have two of them wrong.
const LONG_HEADING: usize = 8;
/// Headings are few and far apart, so they may be spelled worse.
const SAME_HEADING: f64 = 0.8;

/// Lower case, no accents, every run of other signs one space: "ATTIVITÀ – l'Ente" → "attivita l ente".
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut push = |letter: char| {
        if letter.is_alphanumeric() {
            folded.push(letter);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    };
    if text.is_ascii() {
        text.bytes().map(|byte| char::from(byte.to_ascii_lowercase())).for_each(&mut push);
    } else {
        let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
        plain.flat_map(char::to_lowercase).for_each(&mut push);
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
    let own = Letters::of(text);
    // The names are ASCII, with a space here and there: their lengths tell enough to look no further at most of them.
    let near =
        |name: &str| own.count > 0 && own.count * 4 <= name.len() * 5 + 4 && name.len() * 4 <= own.count * 5 + 24;
    let mut likely = names.iter().filter(|name| near(name) && own.may_be(&Letters::of(name))).peekable();
    if likely.peek().is_none() {
        return false;
    }
    let squeeze = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let text = squeeze(&fold(text));
    likely.map(|name| squeeze(name)).any(|name| text == name || (name.len() >= 4 && is_alike(&text, &name)))
}

/// How many of which letters a text has: enough to see without comparing that most texts are no heading.
#[derive(Default)]
struct Letters {
    /// How many there are of each letter from a to z.
    each: [u8; 26],
    /// How many letters and digits there are.
    count: usize,
    /// How many of them are beyond ASCII, and may fold to any letter.
    open: usize,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = Self::default();
        for c in text.chars() {
            if c.is_ascii_alphabetic() {
                let place = usize::from(u8::try_from(c).unwrap_or_default().to_ascii_lowercase() - b'a');
                if let Some(each) = letters.each.get_mut(place) {
                    *each = each.saturating_add(1);
                }
                letters.count += 1;
            } else if c.is_ascii_digit() {
                letters.count += 1;
            } else if !c.is_ascii() && c.is_alphanumeric() {
                letters.open += 1;
                letters.count += 1;
            }
        }
        letters
    }

    /// Whether a text may be a name but for a fifth of its letters: an edit puts at most one of them right.
    fn may_be(&self, name: &Self) -> bool {
        let longest = self.count.max(name.count);
        let pairs = || self.each.iter().zip(&name.each);
        let missing: usize = pairs().map(|(own, other)| usize::from(other.saturating_sub(*own))).sum();
        let surplus: usize = pairs().map(|(own, other)| usize::from(own.saturating_sub(*other))).sum();
        missing.saturating_sub(self.open).max(surplus) * 5 <= longest + 4
    }
}

/// Whether two squeezed texts differ by typing errors only: a fifth of the letters, or two of a long word's.
fn is_alike(one: &str, other: &str) -> bool {
    let (longest, shortest) = (one.len().max(other.len()), one.len().min(other.len()));
    let near = || strsim::normalized_damerau_levenshtein(one, other) >= SAME_HEADING;
    let slips =
        || shortest >= LONG_HEADING - 2 && longest >= LONG_HEADING && strsim::damerau_levenshtein(one, other) <= 2;
    (longest - shortest) * 5 <= longest.max(10) && (near() || slips())
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
        assert!(is_heading("Progrma", "programma") && is_heading("Rgginuto", "raggiunto"));
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
