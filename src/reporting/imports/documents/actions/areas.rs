//! The outline of a plan: which numbered headings are areas, which only repeat them in a table.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{
    is_page_frame,
    items::{Item, items},
    years,
};
use crate::{
    reporting::imports::documents::{codes::coded, lines::Line},
    wording::{fold, is_heading},
};

/// An area with its actions.
pub(super) struct Area {
    /// Index of its heading.
    pub heading: usize,
    pub code: String,
    pub title: String,
    pub assignees: Vec<String>,
    /// Indexes of the lines that name them.
    pub responsible_lines: Vec<usize>,
    pub items: Vec<Item>,
}

/// What a plan consists of.
pub(super) struct Outline {
    pub areas: Vec<Area>,
    /// Indexes of the lines that repeat the actions as a table.
    pub table: Range<usize>,
    /// Lines of areas that were given before, with the line of the first.
    pub repeated: Vec<(Range<usize>, usize)>,
    /// How many numbered headings there are at all.
    pub headings: usize,
}

/// A numbered heading and the lines up to the next.
struct Chapter<'a> {
    index: usize,
    end: usize,
    code: &'a str,
    title: &'a str,
    assignees: Vec<String>,
    responsible_lines: Vec<usize>,
    items: Vec<Item>,
    /// Whether it is an area by itself: with offices, or with an action that names years.
    definite: bool,
}

pub(super) fn outline(lines: &[Line]) -> Outline {
    let starts: Vec<(usize, &str, &str)> = lines
        .iter()
        .enumerate()
        .filter_map(|(index, _)| heading(lines, index).map(|(code, title)| (index, code, title)))
        .collect();
    let ends = starts.iter().skip(1).map(|(index, ..)| *index).chain([lines.len()]);
    let chapters: Vec<Chapter> =
        starts.iter().zip(ends).map(|((index, code, title), end)| chapter(lines, *index, end, code, title)).collect();

    let parents: HashSet<&str> =
        chapters.iter().filter(|chapter| chapter.definite).map(|chapter| parent(chapter.code)).collect();
    let headings = chapters.len();
    let mut first_lines: HashMap<&str, usize> = HashMap::new();
    let mut outline = Outline { areas: Vec::new(), table: 0..0, repeated: Vec::new(), headings };
    let mut before: Option<Range<usize>> = None;
    for chapter in chapters {
        let known = first_lines.get(chapter.code).copied();
        let in_table = !outline.table.is_empty();
        let span = chapter.index..chapter.end;
        if in_table && known.is_some() {
            outline.table.end = chapter.end;
        } else if let Some(first) = known {
            if chapter.items.is_empty() {
                // The heading before the first that repeats is the table's own.
                let own = before.take().filter(|own| own.end == chapter.index);
                outline.table = own.map_or(chapter.index, |own| own.start)..chapter.end;
            } else {
                outline.repeated.push((span.clone(), first));
            }
        } else if chapter.definite || !chapter.items.is_empty() && parents.contains(parent(chapter.code)) {
            first_lines.insert(chapter.code, lines.get(chapter.index).map_or(0, |line| line.number));
            outline.areas.push(Area {
                heading: chapter.index,
                code: chapter.code.to_owned(),
                title: chapter.title.to_owned(),
                assignees: chapter.assignees,
                responsible_lines: chapter.responsible_lines,
                items: chapter.items,
            });
        } else if is_summary(chapter.title) && !outline.areas.is_empty() {
            outline.table = span.clone();
        } else {
            before = Some(span);
        }
    }
    outline
}

/// "Riepilogo delle azioni in forma tabellare".
fn is_summary(title: &str) -> bool {
    fold(title).split(' ').any(|word| word.starts_with("tabell") || word == "riepilogo")
}

fn parent(code: &str) -> &str {
    code.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// A numbered heading: "4.1 Strumenti", "Area 2 – Rete". A lone number must stand apart to be one.
fn heading(lines: &[Line], index: usize) -> Option<(&str, &str)> {
    let line = lines.get(index)?;
    let text = line.text();
    if text.is_empty() || text.chars().count() > 160 || text.ends_with([';', ',', ':']) || is_page_frame(line) {
        return None;
    }
    let found = coded(text)?;
    let apart = index
        .checked_sub(1)
        .and_then(|before| lines.get(before))
        .is_none_or(|line| line.is_blank() || is_page_frame(line));
    let titled = found.title.starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '«'));
    (titled && (found.code.contains('.') || apart)).then_some((found.code, found.title))
}

fn chapter<'a>(lines: &[Line], index: usize, end: usize, code: &'a str, title: &'a str) -> Chapter<'a> {
    let mut offices = String::new();
    let mut responsible_lines = Vec::new();
    let mut open = false;
    for at in index + 1..end {
        let Some(line) = lines.get(at).filter(|line| !line.is_blank() && !is_page_frame(line)) else { continue };
        let (named, sign) = match responsible(line.text()) {
            Some(named) => (named, ";"),
            None if open => (line.text(), " "),
            None => continue,
        };
        responsible_lines.push(at);
        offices.push_str(sign);
        offices.push_str(named);
        // A list that ends with its sign, or has not begun yet, goes on below.
        open = named.is_empty() || named.ends_with(['+', '/', ',']);
    }
    let mut assignees: Vec<String> = Vec::new();
    for office in offices.split(['+', ';']).map(|office| office.trim().trim_end_matches(['.', ','])) {
        if !office.is_empty() && !assignees.iter().any(|known| known == office) {
            assignees.push(office.to_owned());
        }
    }
    let items = items(lines, index + 1..end, &responsible_lines);
    let definite = !responsible_lines.is_empty() || items.iter().any(|item| years::bracketed(&item.text).is_some());
    Chapter { index, end, code, title, assignees, responsible_lines, items, definite }
}

/// What follows "Responsabili:" on a line.
fn responsible(text: &str) -> Option<&str> {
    let (word, rest) = text.split_once(':').or_else(|| text.split_once(' '))?;
    let colon = text.len() > word.len() && text.get(word.len()..).is_some_and(|rest| rest.starts_with(':'));
    let names = ["responsabili", "responsabile", "uffici responsabili", "strutture responsabili", "referenti"];
    let known = word.len() <= 30 && names.iter().any(|name| is_heading(word, name));
    let plausible = colon || rest.starts_with(|c: char| c.is_uppercase()) && rest.len() <= 120;
    (known && plausible && word.starts_with(char::is_uppercase)).then_some(rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::lines::lines;

    #[test]
    fn offices_are_named_after_a_colon() {
        assert_eq!(responsible("Responsabili: Settore 1 + RTD"), Some("Settore 1 + RTD"));
        assert_eq!(responsible("Responsabbile : RTD"), Some("RTD"));
        assert_eq!(responsible("Responsabili Dirigenti di Settore"), Some("Dirigenti di Settore"));
        assert_eq!(responsible("Responsabile della transizione"), None);
    }

    #[test]
    fn a_list_of_offices_may_wrap() {
        let lines = lines("1 Rete\n\nResponsabili: Settore 3 +\nRTD\n• Fibra [2024]\n");
        let outline = outline(&lines);
        assert_eq!(outline.areas[0].assignees, ["Settore 3", "RTD"]);
        assert_eq!(outline.areas[0].items.len(), 1);
    }

    #[test]
    fn only_chapters_with_offices_or_years_are_areas() {
        let text = "1.1 Norme\n• principio uno\n\n4.1 Rete\n• Fibra [2024]\n\n4.2 Cloud\n• Migrazione\n\n4.3 Tabella\n\n4.1 Rete\nFibra X X\n\n5 Altro\ntesto";
        let lines = lines(text);
        let outline = outline(&lines);
        let codes: Vec<_> = outline.areas.iter().map(|area| area.code.as_str()).collect();
        assert_eq!(codes, ["4.1", "4.2"]);
        assert_eq!(outline.table, 9..14);
    }
}
