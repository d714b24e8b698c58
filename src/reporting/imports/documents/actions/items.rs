//! The items of a list that wrap over lines, blank lines and pages.

use std::ops::Range;

use super::{is_page_frame, years};
use crate::reporting::imports::documents::{bullets, bullets::Sign, lines::Line};

/// An item is at most this long; what follows is no part of it.
const LONGEST: usize = 1500;

/// An item and the indexes of its lines.
pub(super) struct Item {
    pub lines: Vec<usize>,
    pub text: String,
    /// Its number or letter, where it has one.
    pub code: Option<String>,
    /// The offices responsible for it, where they are not the whole area's.
    pub assignees: Option<Vec<String>>,
}

impl Item {
    fn new(index: usize, code: Option<&str>, text: &str) -> Self {
        Self { lines: vec![index], text: text.to_owned(), code: code.map(str::to_owned), assignees: None }
    }
}

/// How the items of a list begin.
#[derive(Clone, Copy, PartialEq)]
enum Marks {
    Bullets,
    Dashes,
    Numbers,
}

impl Marks {
    /// Where a real bullet stands, a dash is only a dash. Numbers count where they are dated, or where the area has
    /// offices and nothing else to list.
    fn of(lines: &[&Line], with_offices: bool) -> Self {
        let found =
            |sign: Sign| lines.iter().any(|line| matches!(bullets::item(line.text()), Some((own, _)) if own == sign));
        let dated = |line: &&&Line| years::bracketed(line.text()).is_some();
        let numbers = || lines.iter().filter(|line| bullets::numbered(line.text()).is_some());
        let dated_signs = lines.iter().filter(dated).any(|line| bullets::item(line.text()).is_some());
        if numbers().any(|line| dated(&line)) && !dated_signs {
            return Self::Numbers;
        }
        if found(Sign::Bullet) || lines.iter().any(|line| bullets::is_lone_sign(line.text())) {
            return Self::Bullets;
        }
        match with_offices && numbers().next().is_some() && !found(Sign::Dash) {
            true => Self::Numbers,
            false => Self::Dashes,
        }
    }

    /// The code and text of an item that begins on a line.
    fn item(self, text: &str) -> Option<(Option<&str>, &str)> {
        match self {
            Self::Numbers => bullets::numbered(text).map(|found| (Some(found.code), found.title)),
            Self::Bullets => {
                bullets::item(text).filter(|(sign, _)| *sign == Sign::Bullet).map(|(_, text)| (None, text))
            }
            Self::Dashes => bullets::item(text).map(|(_, text)| (None, text)),
        }
    }
}

/// The items among the lines; those in `other` belong to something else and end an item.
pub(super) fn items(lines: &[Line], range: Range<usize>, other: &[usize]) -> Vec<Item> {
    let within = || range.clone().filter_map(|index| lines.get(index).map(|line| (index, line)));
    let own: Vec<&Line> = within().filter(|(index, _)| !other.contains(index)).map(|(_, line)| line).collect();
    let marks = Marks::of(&own, !other.is_empty());
    let mut items: Vec<Item> = Vec::new();
    let (mut open, mut gap) = (false, false);
    let mut other = other.iter().peekable();
    for (index, line) in within() {
        if line.is_blank() || is_page_frame(line) {
            gap = true;
            continue;
        }
        if other.next_if(|next| **next == index).is_some() {
            open = false;
            continue;
        }
        if marks != Marks::Numbers && bullets::is_lone_sign(line.text()) {
            items.push(Item::new(index, None, ""));
            (open, gap) = (true, false);
            continue;
        }
        match marks.item(line.text()) {
            Some((code, text)) => {
                items.push(Item::new(index, code, text));
                open = true;
            }
            None => {
                let closes = || is_closed(lines, marks, index, range.end);
                open = open && items.last().is_some_and(|item| goes_on(&item.text, line.text(), gap, closes));
                if let Some(item) = items.last_mut().filter(|_| open) {
                    item.text = format!("{} {}", item.text, line.text()).trim().to_owned();
                    item.lines.push(index);
                }
            }
        }
        gap = false;
    }
    items.retain(|item| !item.text.is_empty());
    items
}

/// Whether the paragraph that begins here ends as an action does: with its years in a bracket.
fn is_closed(lines: &[Line], marks: Marks, from: usize, end: usize) -> bool {
    let rest = lines.get(from..end).unwrap_or_default();
    let goes_on = |line: &&Line| !line.is_blank() && !is_page_frame(line) && marks.item(line.text()).is_none();
    let paragraph: Vec<&str> = rest.iter().take_while(goes_on).map(Line::text).collect();
    years::is_squared(&paragraph.join(" "))
}

/// Whether a line goes on with an item: its bracket is still open or only now begins, or its sentence has not ended.
fn goes_on(text: &str, next: &str, gap: bool, closes: impl Fn() -> bool) -> bool {
    if text.is_empty() || text.len() + next.len() > LONGEST {
        return text.is_empty();
    }
    let open_bracket = text.rfind('[').is_some_and(|at| !text.get(at..).is_some_and(|rest| rest.contains(']')));
    let has_bracket = text.contains('[');
    let ends = text.trim_end();
    if open_bracket {
        return text.rfind('[').is_some_and(|at| text.len() - at <= 60);
    }
    if next.starts_with('[') && !has_bracket {
        return true;
    }
    if ends.trim_end_matches([';', '.', ',', ' ']).ends_with(']') || ends.ends_with(';') {
        return false;
    }
    let small = next.starts_with(|c: char| c.is_lowercase() || matches!(c, '(' | '/' | ',' | '–' | '-'));
    let last = ends.rsplit([' ', '(', '\'', '’']).next().unwrap_or_default();
    if ends.ends_with('.') {
        let number = next.starts_with(|c: char| c.is_ascii_digit());
        return small || number && is_abbreviation(last);
    }
    // An action that has no years yet, above the end of one, is the beginning of it.
    if !has_bracket && closes() {
        return true;
    }
    let connects = ends.ends_with([',', '-', '–', '/', '(', ':']) || ends.rsplit(' ').next().is_some_and(is_connecting);
    !gap || connects || !next.starts_with(char::is_uppercase)
}

/// A word that announces a number: "art.", "n.", "D.Lgs."
fn is_abbreviation(word: &str) -> bool {
    let known = ["art.", "artt.", "n.", "nn.", "nr.", "c.", "co.", "lett.", "pag.", "l."];
    let inner = word.strip_suffix('.').is_some_and(|word| word.contains('.'));
    inner || known.contains(&word.to_lowercase().as_str())
}

/// A word after which a sentence cannot end.
fn is_connecting(word: &str) -> bool {
    const WORDS: [&str; 29] = [
        "di", "del", "dello", "della", "dei", "degli", "delle", "al", "allo", "alla", "ai", "agli", "alle", "e", "ed",
        "o", "a", "da", "dal", "dalla", "in", "nel", "nella", "con", "per", "su", "il", "la", "i",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::lines::lines;

    fn read(text: &str) -> Vec<String> {
        let lines = lines(text);
        items(&lines, 0..lines.len(), &[]).into_iter().map(|item| item.text).collect()
    }

    #[test]
    fn items_wrap_over_blank_lines_and_pages() {
        let text = "• Diffusione di firma [biennio 2021 –\n\n2022];\n• Sportello\n\nPagina 3 di 9\nmailto:ente@pec.it\n\nper i cittadini [2021].\nUn testo che segue.\n• In via\ntransitoria il Tavolo.\n\nAltro testo";
        assert_eq!(
            read(text),
            [
                "Diffusione di firma [biennio 2021 – 2022];",
                "Sportello per i cittadini [2021].",
                "In via transitoria il Tavolo."
            ]
        );
    }

    #[test]
    fn any_sign_begins_an_item_but_dashes_yield_to_bullets() {
        assert_eq!(read("- Uno [2021]\n- Due\n* Tre"), ["Uno [2021]", "Due", "Tre"]);
        assert_eq!(read("• Uno\n- sempre uno [2021]\n• Due"), ["Uno - sempre uno [2021]", "Due"]);
    }

    #[test]
    fn the_sign_may_stand_on_a_line_of_its_own() {
        assert_eq!(read("•\nUno [2021]\n•\n\nDue\n•\n"), ["Uno [2021]", "Due"]);
    }

    #[test]
    fn an_item_that_awaits_its_years_goes_on() {
        assert_eq!(read("• Rete\n\nWi-Fi [2021];\n• Due [2022]"), ["Rete Wi-Fi [2021];", "Due [2022]"]);
        assert_eq!(read("• Appalti di cui al D.Lgs.\n\n36/2023 [2021];"), ["Appalti di cui al D.Lgs. 36/2023 [2021];"]);
        assert_eq!(read("• Istanze su F.I.D.O.\n\n– [2021];"), ["Istanze su F.I.D.O. – [2021];"]);
    }

    #[test]
    fn a_paragraph_after_the_list_is_no_item() {
        assert_eq!(read("• Attivazione dei servizi\n\nIl paragrafo comincia qui"), ["Attivazione dei servizi"]);
        assert_eq!(
            read("• Uso delle comunicazioni della\n\nSegreteria [2021]"),
            ["Uso delle comunicazioni della Segreteria [2021]"]
        );
        assert_eq!(read("• Formazione.\n[2021]\n"), ["Formazione. [2021]"]);
    }
}
