//! The outline of a plan: which numbered headings are areas, which only repeat them in a table.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{
    headings, is_page_frame,
    items::{Item, items},
    years,
};
use crate::{
    reporting::imports::documents::lines::Line,
    wording::{fold, is_any_heading},
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
    let starts = headings::headings(lines);
    let ends = starts.iter().skip(1).map(|(index, ..)| *index).chain([lines.len()]);
    let chapters: Vec<Chapter> =
        starts.iter().zip(ends).map(|((index, code, title), end)| chapter(lines, *index, end, code, title)).collect();

    let parents: HashSet<&str> =
        chapters.iter().filter(|chapter| chapter.definite).map(|chapter| parent(chapter.code)).collect();
    // Chapters without a common parent are areas only from the first that is one by itself.
    let first_area = chapters.iter().find(|chapter| chapter.definite).map_or(0, |chapter| chapter.index);
    let may_be = |chapter: &Chapter| chapter.code.contains('.') || chapter.index > first_area;
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
        } else if chapter.definite
            || !chapter.items.is_empty() && may_be(&chapter) && parents.contains(parent(chapter.code))
        {
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

fn chapter<'a>(lines: &[Line], index: usize, end: usize, code: &'a str, title: &'a str) -> Chapter<'a> {
    // Each line "Responsabili: …" with what it names; a list that goes on below is still the same.
    let mut groups: Vec<(usize, String)> = Vec::new();
    let mut responsible_lines = Vec::new();
    let mut open = false;
    for at in index + 1..end {
        let Some(line) = lines.get(at).filter(|line| !line.is_blank() && !is_page_frame(line)) else { continue };
        let named = match (responsible(line.text()), groups.last_mut()) {
            (Some(named), _) => {
                groups.push((at, named.to_owned()));
                named
            }
            (None, Some((_, offices))) if open => {
                *offices = format!("{offices} {}", line.text());
                line.text()
            }
            (None, _) => continue,
        };
        responsible_lines.push(at);
        // A list that ends with its sign, or has not begun yet, goes on below.
        open = named.is_empty() || named.ends_with(['+', '/', ',']);
    }
    let groups: Vec<(usize, Vec<String>)> = groups.into_iter().map(|(at, named)| (at, offices(&named))).collect();
    let mut assignees: Vec<String> = Vec::new();
    for office in groups.iter().flat_map(|(_, offices)| offices) {
        if !assignees.contains(office) {
            assignees.push(office.clone());
        }
    }
    let mut items = items(lines, index + 1..end, &responsible_lines);
    share(&groups, &mut items);
    let definite = !responsible_lines.is_empty() || items.iter().any(|item| years::bracketed(&item.text).is_some());
    Chapter { index, end, code, title, assignees, responsible_lines, items, definite }
}

/// Gives each item its offices, where several lines of offices stand among the items: they speak for the items
/// below them or, where the first item stands before the first of them, for those above.
fn share(groups: &[(usize, Vec<String>)], items: &mut [Item]) {
    let first = |item: &Item| item.lines.first().copied().unwrap_or_default();
    let (Some(from), Some((first_group, _)), Some((last_group, last))) =
        (items.first().map(first), groups.first(), groups.last())
    else {
        return;
    };
    if groups.len() < 2 || *last_group < from {
        return;
    }
    let above = *first_group < from;
    for item in items {
        let at = first(item);
        let own = match above {
            true => groups.iter().rev().find(|(group, _)| *group < at),
            false => groups.iter().find(|(group, _)| *group > at),
        };
        item.assignees = Some(own.map_or(last, |(_, offices)| offices).clone());
    }
}

/// The offices of a list.
fn offices(text: &str) -> Vec<String> {
    let offices = text.split(['+', ';']).map(|office| office.trim().trim_end_matches(['.', ',']));
    offices.filter(|office| !office.is_empty()).map(str::to_owned).collect()
}

/// What follows "Responsabili:" on a line.
pub(super) fn responsible(text: &str) -> Option<&str> {
    let (word, rest) = text.split_once(':').or_else(|| text.split_once(' '))?;
    if word.len() > 30 {
        return None;
    }
    let colon = text.len() > word.len() && text.get(word.len()..).is_some_and(|rest| rest.starts_with(':'));
    const NAMES: &[&str] = &[
        "responsabili",
        "responsabile",
        "uffici responsabili",
        "ufficio responsabile",
        "strutture responsabili",
        "struttura responsabile",
        "settore responsabile",
        "servizio responsabile",
        "uffici coinvolti",
        "strutture coinvolte",
        "referenti",
        "referente",
    ];
    let known = is_any_heading(word, NAMES);
    let named = |rest: &str| rest.starts_with(|c: char| c.is_uppercase()) && rest.len() <= 120;
    let plausible = colon || word.starts_with(char::is_uppercase) && named(rest);
    (known && plausible).then_some(rest.trim())
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
