//! The rows of a sheet's indicators and of its ratings.

use super::{columns::IndicatorColumns, rows};
use crate::{
    planning::objectives::Rating,
    reporting::imports::documents::{Indicator, Ratings, codes::coded, lines::Line},
    wording::{fold, is_heading},
};

/// An indicator's row; `known_phase` says whether a number is the code of a phase of the sheet.
pub(in crate::reporting::imports::documents) fn indicator(
    line: &Line,
    columns: &IndicatorColumns,
    previous: Option<&Indicator>,
    known_phase: impl Fn(&str) -> bool,
) -> Option<Indicator> {
    let [label, action, target, achieved] = texts(line, columns);
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (label, phase) = match (label, action, previous) {
        // A row that only adds an action measures what the row above it measures.
        ("", action, Some(previous)) if !action.is_empty() => (previous.label.clone(), previous.phase.clone()),
        ("", ..) => return None,
        (label, ..) => {
            let numbered =
                coded(label).filter(|coded| !coded.title.is_empty() && (coded.sure || known_phase(coded.code)));
            numbered.map_or((label.to_owned(), None), |coded| (coded.title.to_owned(), some(coded.code)))
        }
    };
    let cells = cells(line, columns);
    let at = |place: usize| cells.as_ref().and_then(|cells| cells.get(place).copied()).unwrap_or_default();
    let yearly = columns.yearly.iter().filter_map(|(year, place)| Some((*year, some(at(*place))?)));
    let yearly_targets: Vec<(i32, String)> = yearly.collect();
    let first = yearly_targets.first().map(|(_, target)| target.clone());
    Some(Indicator {
        line: line.number,
        label,
        phase,
        action: some(action),
        target: some(target).or(first),
        achieved: some(achieved),
        baseline: columns.baseline.and_then(|place| some(at(place))),
        yearly_targets,
    })
}

/// The cells of a row where their places are known: kept by signs, aligned with the heading, or all given.
fn cells<'a>(line: &'a Line, columns: &IndicatorColumns) -> Option<Vec<&'a str>> {
    if line.keeps_empty_cells() {
        return Some(line.cells()).filter(|cells| cells.len() <= columns.width);
    }
    let all = || Some(line.filled()).filter(|filled| filled.len() == columns.width);
    rows::aligned(line, &columns.starts).or_else(all)
}

/// Label, action, target and achieved value: by their places, or in their order where the places are lost.
fn texts<'a>(line: &'a Line, columns: &IndicatorColumns) -> [&'a str; 4] {
    if let Some(cells) = cells(line, columns) {
        let known = [Some(columns.label), columns.action, columns.target, columns.achieved];
        return known.map(|place| place.and_then(|at| cells.get(at).copied()).unwrap_or_default());
    }
    let cells = line.cells();
    let mut filled = line.filled().into_iter();
    // An indented row begins with its second column.
    let indented = columns.action.is_some() && cells.first().is_some_and(|cell| cell.is_empty());
    let label = if indented { "" } else { filled.next().unwrap_or_default() };
    let has_action = columns.action.is_some() && (indented || filled.len() > 1);
    let action = if has_action { filled.next().unwrap_or_default() } else { "" };
    [label, action, filled.next().unwrap_or_default(), filled.next().unwrap_or_default()]
}

/// The labels of most plans, to be known however they are misspelled.
const LABELS: [(&str, Rated); 6] = [
    ("rischio di non raggiungimento dell obiettivo con le risorse a disposizione", Rated::Risk),
    ("rischio di non raggiungimento dell obiettivo", Rated::Risk),
    ("grado di strategicita espresso dall amministrazione", Rated::Strategic),
    ("grado di strategicita", Rated::Strategic),
    ("impatto sul valore pubblico generato con il raggiungimento", Rated::PublicValue),
    ("impatto sul valore pubblico", Rated::PublicValue),
];

/// Which rating a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rated {
    Risk,
    Strategic,
    PublicValue,
}

/// A line that rates: of what, and the text of the value.
pub(super) fn rating_line(line: &Line) -> Option<(Rated, &str)> {
    let filled = line.filled();
    let (label, value) = match filled.as_slice() {
        [label, .., value] => (*label, *value),
        [only] => only.split_once(':').map_or((*only, ""), |(label, value)| (label, value.trim())),
        [] => return None,
    };
    let folded = fold(label.get(..label.len().min(200)).unwrap_or_default());
    let says = |name: &str| folded.split(' ').any(|word| is_heading(word, name));
    let rated = if let Some((_, rated)) = LABELS.iter().find(|(name, _)| is_heading(&folded, name)) {
        *rated
    } else if says("rischio") {
        Rated::Risk
    } else if says("strategicita") || says("strategico") {
        Rated::Strategic
    } else if folded.contains("valore pubblico") || says("impatto") {
        Rated::PublicValue
    } else {
        return None;
    };
    Some((rated, value))
}

/// Whether a line rates even where the heading of the ratings is missing: a known label in full, with a value.
pub(super) fn is_rating(line: &Line) -> bool {
    let filled = line.filled();
    let [label, .., value] = filled.as_slice() else { return false };
    let starts = ["rischio di non raggiungimento", "grado di strategicita", "impatto sul valore pubblico"];
    let label = fold(label.get(..label.len().min(200)).unwrap_or_default());
    let known = || {
        starts.iter().any(|start| label.starts_with(start)) || LABELS.iter().any(|(name, _)| is_heading(&label, name))
    };
    (rating(value).is_some() || value.len() <= 20) && known()
}

/// "Alto", "Media", "BASSO"; nothing for "medio-alto", which is two.
pub(super) fn rating(text: &str) -> Option<Rating> {
    let folded = fold(text);
    let words = [
        ("alto", Rating::High),
        ("alta", Rating::High),
        ("medio", Rating::Medium),
        ("media", Rating::Medium),
        ("basso", Rating::Low),
        ("bassa", Rating::Low),
        ("elevato", Rating::High),
        ("elevata", Rating::High),
        ("a", Rating::High),
        ("m", Rating::Medium),
        ("b", Rating::Low),
    ];
    let exact = words.iter().find(|(word, _)| *word == folded);
    let near = || {
        words.iter().find(|(word, _)| word.len() >= 4 && folded.len() >= 3 && strsim::osa_distance(word, &folded) == 1)
    };
    exact.or_else(near).map(|(_, rating)| *rating)
}

impl Ratings {
    /// The place of a rating.
    pub(super) fn of(&mut self, rated: Rated) -> &mut Option<Rating> {
        match rated {
            Rated::Risk => &mut self.risk,
            Rated::Strategic => &mut self.strategic,
            Rated::PublicValue => &mut self.public_value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::lines::lines;

    fn with_action() -> IndicatorColumns {
        IndicatorColumns {
            action: Some(1),
            target: Some(2),
            achieved: Some(3),
            width: 4,
            ..IndicatorColumns::default()
        }
    }

    fn read(text: &str, columns: &IndicatorColumns) -> Vec<[String; 5]> {
        let mut all: Vec<Indicator> = Vec::new();
        for line in &lines(text) {
            all.extend(indicator(line, columns, all.last(), |code| code == "4"));
        }
        let text = |text: Option<String>| text.unwrap_or_default();
        all.into_iter()
            .map(|one| [text(one.phase), one.label, text(one.action), text(one.target), text(one.achieved)])
            .collect()
    }

    #[test]
    fn rows_are_read_in_any_separation() {
        let plain = IndicatorColumns::default();
        for text in [
            "1- Rispetto\tSI\t",
            "1- Rispetto\t\tSI\t",
            "1-Rispetto   SI",
            "| 1 – Rispetto | SI | |",
            "1. Rispetto\tSI",
        ] {
            assert_eq!(read(text, &plain), [["1", "Rispetto", "", "SI", ""]], "{text}");
        }
        assert_eq!(read("Rispetto\t90%\t88%", &plain), [["", "Rispetto", "", "90%", "88%"]]);
        assert_eq!(read("4 N. progetti\t0\t", &plain), [["4", "N. progetti", "", "0", ""]]);
        assert_eq!(read("5 progetti\t0\t", &plain), [["", "5 progetti", "", "0", ""]]);
    }

    #[test]
    fn an_action_without_label_measures_what_stands_above() {
        let read = read("1- Opera\tRealizzazione\t100%\t\n\tCosto\t\t\n3- Adeguamento\t\t100%\t", &with_action());
        assert_eq!(read[1], ["1", "Opera", "Costo", "", ""]);
        assert_eq!(read[2], ["3", "Adeguamento", "", "100%", ""]);
    }

    #[test]
    fn ratings_are_read_and_two_at_once_are_not() {
        assert_eq!(
            ["Alto", "ALTA", "medio", "Baso", "Meido"].map(rating),
            [Some(Rating::High), Some(Rating::High), Some(Rating::Medium), Some(Rating::Low), Some(Rating::Medium)]
        );
        assert_eq!(["medio-alto", "", "n.d.", "5"].map(rating), [None; 4]);
        let all = lines("Rischo di non raggiungimento\tBasso\nImpatto sul Valore Pubblico: Alto\nNota\tAlto");
        let found: Vec<_> = all.iter().map(rating_line).collect();
        assert_eq!(found, [Some((Rated::Risk, "Basso")), Some((Rated::PublicValue, "Alto")), None]);
    }
}
