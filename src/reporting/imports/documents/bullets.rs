//! Items of a list, by the sign before them.

use super::codes::{Coded, coded};

/// How surely a sign begins an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A sign that does nothing else: "•", "·", "▪", or a word processor's own.
    Bullet,
    /// A dash or asterisk: in a text with real bullets it is just a dash.
    Dash,
}

/// The sign and the text of an item.
pub(super) fn item(text: &str) -> Option<(Sign, &str)> {
    let first = text.chars().next()?;
    let rest = text.get(first.len_utf8()..).unwrap_or_default();
    let sign = match first {
        // Word's Symbol and Wingdings fonts leave private-use characters.
        '\u{e000}'..='\u{f8ff}'
        | '•'
        | '·'
        | '∙'
        | '⋅'
        | '●'
        | '○'
        | '◦'
        | '‣'
        | '▪'
        | '▫'
        | '■'
        | '□'
        | '◼'
        | '◆'
        | '◇'
        | '❖'
        | '►'
        | '▶'
        | '➢'
        | '➤'
        | '→'
        | '✓'
        | '✔'
        | '§' => Sign::Bullet,
        '-' | '–' | '—' | '*' => Sign::Dash,
        // Converters write a hollow bullet as the letter; as a word it is followed by small letters.
        'o' if rest.trim_start().len() < rest.len() && rest.trim_start().starts_with(char::is_uppercase) => Sign::Dash,
        _ => return None,
    };
    let text = rest.trim_start();
    let apart = rest.len() > text.len() || text.starts_with(char::is_alphabetic);
    let begins =
        sign == Sign::Bullet || (apart && text.starts_with(|c: char| c.is_alphabetic() || c == '"' || c == '“'));
    (begins && !text.is_empty()).then_some((sign, text))
}

/// The code and text of an item that is numbered: "4.1.1 …", "a) …", "1. …".
pub(super) fn numbered(text: &str) -> Option<Coded<'_>> {
    let found = coded(text).filter(|found| found.sure || found.code.contains('.'))?;
    let plain = text.starts_with(found.code) && found.code.len() <= 12;
    (plain && found.title.starts_with(|c: char| c.is_alphabetic() || "\"“«".contains(c))).then_some(found)
}

/// Whether a line is nothing but the sign of an item whose text stands below.
pub(super) fn is_lone_sign(text: &str) -> bool {
    let alone = text.chars().count() == 1;
    alone && matches!(item(&format!("{text} a")), Some((Sign::Bullet, _)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_known_by_their_sign() {
        for text in ["\u{f0b7} Adozione", "• Adozione", "·Adozione", "▪  Adozione"] {
            assert_eq!(item(text), Some((Sign::Bullet, "Adozione")), "{text}");
        }
        for text in ["- Adozione", "– Adozione", "* Adozione", "-Adozione", "o Adozione"] {
            assert_eq!(item(text), Some((Sign::Dash, "Adozione")), "{text}");
        }
        assert!(is_lone_sign("•") && !is_lone_sign("-") && !is_lone_sign("• a") && !is_lone_sign(""));
        for text in ["– 2023]", "- [2021]", "o altro", "oAdozione", "Adozione", "", "•", "–"] {
            assert_eq!(item(text), None, "{text}");
        }
    }
}
