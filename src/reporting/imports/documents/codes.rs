//! Numbers before titles: "1. …", "15.Edilizia", "Obiettivo n. 3 – …", "4 N. progetti".

/// A number before a title.
#[derive(Debug, PartialEq)]
pub(super) struct Coded<'a> {
    pub code: &'a str,
    pub title: &'a str,
    /// Whether a sign parts it from the title; else it might be a quantity.
    pub sure: bool,
}

/// Splits a title from the number before it; the number has at most three digits a level.
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
    let (code, after) = rest.split_at_checked(end).filter(|(code, _)| !code.is_empty())?;
    let title = after.trim_start_matches([' ', '.', ')', '-', '–', '—', ':', '°', '/', '\t']);
    let signs = after.get(..after.len() - title.len()).unwrap_or_default();
    let sure = announced || !signs.trim().is_empty();
    (!signs.is_empty() || title.is_empty()).then_some(Coded { code, title, sure })
}

/// "Obiettivo", "n.", "nr", "Fase": words that announce a number.
fn announcing_word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_alphabetic())?;
    let (word, rest) = text.split_at(end);
    let known = [
        "obiettivo",
        "obietivo",
        "ob",
        "obb",
        "area",
        "ambito",
        "asse",
        "fase",
        "azione",
        "attività",
        "n",
        "nr",
        "num",
        "numero",
    ];
    let after = rest.trim_start_matches(['.', '°', ' ', ':', 'º']);
    let number_follows = after.starts_with(|c: char| c.is_ascii_digit()) || announcing(after);
    (known.contains(&word.to_lowercase().as_str()) && number_follows).then_some((word, after))
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
        for text in ["Rispetto fasi", "N. mandati", "100% degli atti", "2024 rendiconto", "", "% pratiche", "Ob"] {
            assert_eq!(coded(text), None, "{text}");
        }
    }
}
