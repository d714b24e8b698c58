//! Numbers before titles: "1. …", "15.Edilizia", "Obiettivo n. 3 – …", "4 N. progetti".

/// A number before a title.
#[derive(Debug, PartialEq)]
pub(super) struct Coded<'a> {
    pub code: &'a str,
    pub title: &'a str,
    /// Whether a sign parts it from the title; else it might be a quantity.
    pub sure: bool,
}

/// Splits a title from the number before it; the number has at most three digits a level. A letter or a Roman
/// number is a code where a bracket follows, or where a word announces it: "a) …", "Area II – …".
pub(super) fn coded(text: &str) -> Option<Coded<'_>> {
    let mut rest = text.trim();
    let mut announced = false;
    while let Some((word, after)) = announcing_word(rest) {
        announced |= !word.is_empty();
        rest = after;
    }
    let mut end = 0;
    for piece in rest.split_inclusive('.') {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        // "100.000 euro" is a quantity.
        if end > 0 && digits > 2 {
            return None;
        }
        if !(1..=3).contains(&digits) {
            break;
        }
        end += digits;
        // Only a full stop with a digit after it goes on: 1.2, but not "1. Titolo".
        if piece.len() != digits + 1
            || !rest.get(end + 1..).is_some_and(|more| more.starts_with(|c: char| c.is_ascii_digit()))
        {
            break;
        }
        end += 1;
    }
    if end == 0 {
        end = lettered(rest, announced)?;
    }
    let (code, after) = rest.split_at_checked(end).filter(|(code, _)| !code.is_empty())?;
    let title = after.trim_start_matches([' ', '.', ')', '-', '–', '—', ':', '°', '/', '\t']);
    let signs = after.get(..after.len() - title.len()).unwrap_or_default();
    let sure = announced || !signs.trim().is_empty();
    (!signs.is_empty() || title.is_empty()).then_some(Coded { code, title, sure })
}

/// The length of a code in letters: one letter, or a Roman number, with a sign after it.
fn lettered(text: &str, announced: bool) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let (code, after) = text.split_at(end);
    let roman = (1..=5).contains(&end) && code.chars().all(|c| "IVX".contains(c));
    let sign = after.trim_start().chars().next()?;
    let parted = sign == ')' || roman && after.starts_with(". ") || announced && ".:-–—".contains(sign);
    (parted && (end == 1 || roman)).then_some(end)
}

/// Whether a code begins here.
fn code_follows(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) || lettered(text, true).is_some()
}

/// "Obiettivo", "n.", "nr", "Fase": words that announce a number.
fn announcing_word(text: &str) -> Option<(&str, &str)> {
    const PHRASES: &[&str] = &[
        "linea di azione",
        "linea d'azione",
        "linea d’azione",
        "linea di intervento",
        "area tematica",
        "area di intervento",
        "asse strategico",
        "ambito di intervento",
    ];
    let first = text.chars().next().filter(|c| c.is_alphabetic())?;
    let lower = match first {
        'a' | 'A' | 'l' | 'L' => text.get(..text.len().min(40)).unwrap_or_default().to_lowercase(),
        _ => String::new(),
    };
    let phrase = PHRASES.iter().find(|phrase| lower.starts_with(**phrase)).map(|phrase| phrase.len());
    let end = phrase.or_else(|| text.find(|c: char| !c.is_alphabetic()))?;
    let (word, rest) = text.split_at_checked(end)?;
    let known = [
        "obiettivo",
        "obietivo",
        "obbiettivo",
        "ob",
        "obb",
        "area",
        "ambito",
        "asse",
        "linea",
        "fase",
        "azione",
        "attività",
        "attivita",
        "intervento",
        "scheda",
        "indicatore",
        "n",
        "nr",
        "num",
        "numero",
    ];
    let after = rest.trim_start_matches(['.', '°', ' ', ':', 'º']);
    let follows = code_follows(after) || announcing(after);
    let announces = phrase.is_some() || word.len() <= 12 && known.contains(&word.to_lowercase().as_str());
    (announces && follows).then_some((word, after))
}

/// Whether a text begins with a word that announces its number: "Area 2 – …", "Obiettivo n. 5: …".
pub(super) fn is_announced(text: &str) -> bool {
    announcing_word(text).is_some_and(|(word, _)| word.len() > 3)
}

/// Whether a second such word stands before the number: "Obiettivo n. 3".
fn announcing(text: &str) -> bool {
    let lower = text.to_lowercase();
    let rest = ["numero", "num", "nr", "n"].iter().find_map(|word| lower.strip_prefix(word));
    rest.is_some_and(|rest| rest.trim_start_matches(['.', '°', ' ', 'º']).starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_parted_from_titles() {
        for (text, code, title, sure) in [
            ("1. Privacy", "1", "Privacy", true),
            ("15.Edilizia", "15", "Edilizia", true),
            ("Obiettivo n. 3 – Legalità", "3", "Legalità", true),
            ("OB. 4: Cloud", "4", "Cloud", true),
            ("N. 7 Pagamenti", "7", "Pagamenti", true),
            ("2) Report", "2", "Report", true),
            ("1.2 Sotto", "1.2", "Sotto", false),
            ("1.2. Sotto", "1.2", "Sotto", true),
            ("4 N. progetti", "4", "N. progetti", false),
            ("5- Protocolli", "5", "Protocolli", true),
            ("3- % adeguamento", "3", "% adeguamento", true),
            ("12", "12", "", false),
        ] {
            assert_eq!(coded(text), Some(Coded { code, title, sure }), "{text}");
        }
    }

    #[test]
    fn texts_without_a_number_have_none() {
        for text in [
            "Rispetto fasi",
            "N. mandati",
            "100% degli atti",
            "2024 rendiconto",
            "100.000 euro",
            "",
            "% pratiche",
            "Ob",
        ] {
            assert_eq!(coded(text), None, "{text}");
        }
    }
}
