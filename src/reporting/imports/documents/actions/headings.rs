//! Which numbered lines are headings, and which are numbered actions below one.

use super::{areas::responsible, is_page_frame, years};
use crate::reporting::imports::documents::{
    bullets,
    codes::{Coded, coded, is_announced},
    lines::Line,
    sheets::is_contents,
};

/// An action goes on over at most this many lines.
const LONGEST_ACTION: usize = 6;

/// The chapter that the lines belong to, as far as seen.
#[derive(Default)]
struct Chapter<'a> {
    code: &'a str,
    /// How its number is written, and whether a word announces it or it has several levels.
    style: &'a str,
    counts_apart: bool,
    has_offices: bool,
    /// The code of its last numbered action and how it is written.
    last: Option<(&'a str, &'a str)>,
}

/// The index, code and title of every heading.
pub(super) fn headings(lines: &[Line]) -> Vec<(usize, &str, &str)> {
    let mut headings = Vec::new();
    let mut chapter = Chapter::default();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_blank()) {
        let text = line.text();
        match heading(lines, index).filter(|found| !chapter.has_action(found, lines, index)) {
            Some(found) => {
                let counts_apart = is_announced(text) || found.code.contains('.') || !is_number(found.code);
                chapter = Chapter { code: found.code, style: style(&found, text), counts_apart, ..Chapter::default() };
                headings.push((index, found.code, found.title));
            }
            None if responsible(text).is_some() => chapter.has_offices = true,
            None => {
                let action = bullets::numbered(text);
                chapter.last = action.map(|found| (found.code, style(&found, text))).or(chapter.last);
            }
        }
    }
    headings
}

/// A numbered heading: "4.1 Strumenti", "Area 2 – Rete". A lone number must stand apart to be one, or have its
/// actions or offices right below it.
fn heading(lines: &[Line], index: usize) -> Option<Coded<'_>> {
    let line = lines.get(index)?;
    let text = line.text();
    if text.len() > 400 || text.chars().count() > 160 || text.ends_with([';', ',', ':']) || is_page_frame(line) {
        return None;
    }
    let found = coded(text)?;
    let letter = found.code.len() == 1 && found.code.starts_with(|c: char| c.is_lowercase());
    let titled = found.title.starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '«'));
    if !titled || letter || is_contents(line) || years::bracketed(text).is_some() {
        return None;
    }
    let before = index.checked_sub(1).and_then(|before| lines.get(before));
    let apart = before.is_none_or(|line| line.is_blank() || is_page_frame(line));
    let leads = || {
        let next = lines.get(index + 1..)?.iter().find(|line| !line.is_blank())?.text();
        Some(found.sure && (responsible(next).is_some() || bullets::item(next).is_some()))
    };
    (found.code.contains('.') || apart || is_announced(text) || leads() == Some(true)).then_some(found)
}

impl Chapter<'_> {
    /// Whether what looks like a heading is one of the chapter's numbered actions.
    fn has_action(&self, found: &Coded, lines: &[Line], index: usize) -> bool {
        let Some(text) = lines.get(index).map(Line::text) else { return false };
        if is_announced(text) {
            return false;
        }
        let child =
            found.code.strip_prefix(self.code).is_some_and(|rest| rest.starts_with('.')) && !self.code.is_empty();
        if child {
            return self.has_offices || is_dated(lines, index);
        }
        let style = style(found, text);
        let own = self.counts_apart && !found.code.contains('.') || style != self.style;
        let follows = |(code, as_this): (&str, &str)| as_this == style && is_next(code, found.code);
        let begins = self.has_offices && matches!(found.code, "1" | "a" | "A");
        own && (self.last.is_some_and(follows) || begins || is_dated(lines, index))
    }
}

/// Whether the paragraph that begins here names its years in a bracket.
fn is_dated(lines: &[Line], index: usize) -> bool {
    let rest = lines.get(index + 1..).unwrap_or_default();
    let goes_on = |line: &&Line| {
        let text = line.text();
        let other = bullets::item(text).is_some() || responsible(text).is_some() || coded(text).is_some();
        !line.is_blank() && !other && !is_page_frame(line)
    };
    let paragraph = rest.iter().take(LONGEST_ACTION).take_while(goes_on);
    paragraph.last().is_some_and(|line| years::bracketed(line.text()).is_some())
}

/// What stands between a number and its title: "." or ")".
fn style<'a>(found: &Coded, text: &'a str) -> &'a str {
    let from = text.find(found.code).map_or(0, |at| at + found.code.len());
    let rest = text.get(from..).unwrap_or_default();
    rest.get(..rest.len().saturating_sub(found.title.len())).unwrap_or_default().trim()
}

fn is_number(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a code is the one after another: 2 after 1, b after a.
fn is_next(before: &str, code: &str) -> bool {
    let letter = |code: &str| code.chars().next().filter(|_| code.len() == 1).map(u32::from);
    match (before.parse::<u32>(), code.parse::<u32>()) {
        (Ok(before), Ok(code)) => code == before + 1,
        (Err(_), Err(_)) => letter(before).is_some_and(|before| letter(code) == Some(before + 1)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::lines::lines;

    fn codes(text: &str) -> Vec<String> {
        let lines = lines(text);
        headings(&lines).into_iter().map(|(_, code, _)| code.to_owned()).collect()
    }

    #[test]
    fn numbered_actions_are_no_headings() {
        assert_eq!(codes("4 Azioni\n\n4.1 Rete\nResponsabili: CED\n4.1.1 Fibra\n4.1.2 Ponte radio"), ["4", "4.1"]);
        assert_eq!(codes("4.1 Rete\n\n4.1.1 Fibra\nin ogni sede [2024]\n\n4.2 Dati"), ["4.1", "4.2"]);
        assert_eq!(codes("Area I – Rete\nReferente: CED\n\n1. Fibra\n\n2. Ponte radio\n\nArea II – Dati"), ["I", "II"]);
    }

    #[test]
    fn a_lone_number_stands_apart_or_leads_a_list() {
        assert_eq!(codes("5. Rete\n* Fibra [2024]\n6. Dati\n* Catalogo [2025]\n7. Nulla"), ["5", "6"]);
        assert_eq!(codes("Il piano ha\n3. Tre parti"), [""; 0]);
    }
}
