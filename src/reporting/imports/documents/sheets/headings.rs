//! The headings of a sheet, and which column of a table is what.

use crate::{
    planning::objectives::Scope,
    reporting::imports::documents::{horizon::is_horizon, lines::Line},
    wording::{fold, is_any_heading, is_heading},
};

/// A part of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reporting::imports::documents) enum Part {
    Phases,
    Description,
    Budget,
    Indicators,
    Ratings,
    FinalReport,
}

/// A heading and what it says of its part.
#[derive(Debug, PartialEq)]
pub(in crate::reporting::imports::documents) enum Heading<'a> {
    Phases(PhaseColumns),
    Indicators(IndicatorColumns, Vec<&'a str>),
    Budget,
    Ratings,
    /// With the text that follows on the same line.
    Description(&'a str),
    FinalReport(&'a str),
}

impl Heading<'_> {
    pub fn part(&self) -> Part {
        match self {
            Self::Phases(_) => Part::Phases,
            Self::Indicators(..) => Part::Indicators,
            Self::Budget => Part::Budget,
            Self::Ratings => Part::Ratings,
            Self::Description(_) => Part::Description,
            Self::FinalReport(_) => Part::FinalReport,
        }
    }
}

/// The places of the columns of a table of phases.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::reporting::imports::documents) struct PhaseColumns {
    pub objective: usize,
    pub phase: Option<usize>,
    pub horizon: Option<usize>,
    pub assignee: Option<usize>,
    pub width: usize,
}

impl Default for PhaseColumns {
    /// As most plans have them; for a table whose heading is missing.
    fn default() -> Self {
        Self { objective: 0, phase: Some(1), horizon: Some(2), assignee: Some(3), width: 4 }
    }
}

/// The places of the columns of a table of indicators.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::reporting::imports::documents) struct IndicatorColumns {
    pub label: usize,
    pub action: Option<usize>,
    pub target: Option<usize>,
    pub achieved: Option<usize>,
    pub width: usize,
}

impl Default for IndicatorColumns {
    fn default() -> Self {
        Self { label: 0, action: None, target: Some(1), achieved: Some(2), width: 3 }
    }
}

/// No heading is longer.
const LONGEST: usize = 300;

const OBJECTIVE: &[&str] =
    &["definizione obiettivo", "obiettivo", "obiettivi", "titolo obiettivo", "denominazione obiettivo"];
const PHASES: &[&str] = &[
    "descrizione fasi",
    "fasi",
    "descrizione delle fasi",
    "descrizione attivita",
    "attivita",
    "azioni",
    "fasi di attuazione",
];
const HORIZON: &[&str] = &["orizzonte temporale", "tempistica", "periodo", "scadenza", "tempi di attuazione"];
const ASSIGNEE: &[&str] =
    &["assegnazione obiettivo", "assegnazione", "responsabile", "responsabili", "assegnatario", "ufficio", "servizio"];
const BUDGET: &[&str] = &["collegamento con il bilancio", "collegamento al bilancio", "risorse di bilancio"];
const INDICATORS: &[&str] = &["indicatori", "indicatori di risultato", "indicatori di performance"];
const ACTION: &[&str] = &["azione", "azioni"];
const TARGET: &[&str] = &["valore atteso", "risultato atteso", "atteso", "target", "valore obiettivo"];
const ACHIEVED: &[&str] = &["raggiunto", "valore raggiunto", "risultato raggiunto", "consuntivo", "valore conseguito"];
const RATINGS: &[&str] = &["caratteristiche dell obiettivo", "caratteristiche obiettivo", "valutazione dell obiettivo"];
const FINAL_REPORT: &[&str] = &[
    "stato di attuazione degli obiettivi",
    "stato di attuazione dell obiettivo",
    "stato di attuazione",
    "relazione finale",
];

fn place(cells: &[&str], names: &[&str]) -> Option<usize> {
    cells.iter().position(|cell| is_any_heading(cell, names))
}

/// The heading on a line, if there is one.
pub(in crate::reporting::imports::documents) fn heading(line: &Line) -> Option<Heading<'_>> {
    let text = line.text();
    let cells = if text.len() <= LONGEST { line.cells() } else { Vec::new() };
    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim_end_matches([':', '.'])).collect();
    if let Some(columns) = phase_columns(&cells) {
        return Some(Heading::Phases(columns));
    }
    if let Some(rest) = after_word(text, "descrizione") {
        return Some(Heading::Description(rest));
    }
    let (head, rest) = text.split_once(':').unwrap_or((text, ""));
    if is_any_heading(head, FINAL_REPORT) {
        return Some(Heading::FinalReport(rest.trim()));
    }
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    if is_any_heading(head, BUDGET) {
        return Some(Heading::Budget);
    }
    let first = cells.iter().find(|cell| !cell.is_empty())?;
    if filled <= 2 && is_any_heading(first, RATINGS) {
        return Some(Heading::Ratings);
    }
    let label = place(&cells, INDICATORS)?;
    if filled == 1 {
        return Some(Heading::Indicators(IndicatorColumns::default(), Vec::new()));
    }
    let columns = IndicatorColumns {
        label,
        action: place(&cells, ACTION),
        target: place(&cells, TARGET),
        achieved: place(&cells, ACHIEVED),
        width: cells.len(),
    };
    columns.target?;
    let known = [Some(label), columns.action, columns.target, columns.achieved];
    let others =
        line.cells().into_iter().enumerate().filter(|(at, cell)| !cell.is_empty() && !known.contains(&Some(*at)));
    Some(Heading::Indicators(columns, others.map(|(_, cell)| cell).collect()))
}

fn phase_columns(cells: &[&str]) -> Option<PhaseColumns> {
    let objective = place(cells, OBJECTIVE)?;
    let columns = PhaseColumns {
        objective,
        phase: place(cells, PHASES),
        horizon: place(cells, HORIZON),
        assignee: cells.iter().enumerate().position(|(at, cell)| at != objective && is_any_heading(cell, ASSIGNEE)),
        width: cells.len(),
    };
    let known = columns.phase.is_some() || columns.horizon.is_some();
    (known && !cells.iter().any(|cell| is_horizon(cell))).then_some(columns)
}

/// What follows a word at the beginning of a text, with its colon or dash: "Descrizione: …".
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (first, rest) = text.split_at(end);
    let alike = first.len() <= word.len() + 2 && is_heading(first, word);
    alike.then(|| rest.trim_start_matches([' ', ':', '-', '–', '.', '\t']))
}

/// "OBIETTIVI GESTIONALI TRASVERSALI" or "… SETTORIALI".
pub(super) fn scope(line: &Line) -> Option<Scope> {
    let folded = fold(line.text());
    let words: Vec<&str> = folded.split(' ').collect();
    if words.len() > 7 || !words.first().is_some_and(|word| is_heading(word, "obiettivi")) {
        return None;
    }
    let says = |names: &[&str]| words.iter().any(|word| is_any_heading(word, names));
    match (says(&["trasversali", "trasversale"]), says(&["settoriali", "settoriale"])) {
        (true, false) => Some(Scope::CrossCutting),
        (false, true) => Some(Scope::Sectoral),
        _ => None,
    }
}

/// "Servizio 1 – Finanziario": its kind, number and title.
pub(super) fn section(line: &Line) -> Option<(&str, &str, &str)> {
    const KINDS: [&str; 9] =
        ["servizio", "settore", "area", "unita", "ufficio", "direzione", "dipartimento", "ripartizione", "centro"];
    let text = line.text();
    if text.chars().count() > 150 || line.raw().trim().contains(['\t', '|']) {
        return None;
    }
    let (kind, rest) = text.split_once(' ')?;
    let rest = rest.trim_start_matches(['n', 'N', '.', '°', ' ']);
    let number_ends = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
    let (number, title) = rest.split_at(number_ends);
    let number = number.trim_end_matches('.');
    let roman = !number.is_empty() && number.chars().all(|c| "IVX".contains(c));
    let numbered = roman || number.starts_with(|c: char| c.is_ascii_digit()) && number.len() <= 4;
    let title = title.trim_start().strip_prefix(['–', '-', '—', ':', '.'])?.trim();
    let known = is_any_heading(kind, &KINDS);
    (known && numbered && !title.is_empty() && !title.ends_with(['.', ';'])).then_some((kind, number, title))
}

/// A line of a table of contents: it ends with a page number after a gap, or with what a word processor puts for one.
pub(super) fn is_contents(line: &Line) -> bool {
    let filled = line.filled();
    let is_page = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    match filled.as_slice() {
        [_, .., last] => is_page(last) || last.starts_with("Errore."),
        [text] => text.rsplit_once("..").is_some_and(|(_, last)| is_page(last.trim_matches(['.', ' ']))),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::lines::lines;

    fn part(text: &str) -> Option<Part> {
        heading(&lines(text)[0]).map(|heading| heading.part())
    }

    #[test]
    fn headings_are_known_in_any_spelling() {
        for text in [
            "DEFINIZIONE OBIETIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPO-RALE\tASSEGNAZIONE OBIETTIVO",
            "Obiettivo   Fasi   Tempistica   Responsabile",
            "| Definizione obiettivo | Descrizione / fasi | Orizonte temporale |",
        ] {
            assert_eq!(part(text), Some(Part::Phases), "{text}");
        }
        assert_eq!(part("Indicatore\tVALORE ATTESO\tRaggiunto"), Some(Part::Indicators));
        assert_eq!(part("INDICATORI:"), Some(Part::Indicators));
        assert_eq!(part("Colegamento con il bilancio"), Some(Part::Budget));
        assert_eq!(part("CARATTERISTICHE DELL’OBIETTIVO\tValutazione"), Some(Part::Ratings));
        assert_eq!(part("Stato di attuazione dell'obiettivo: tutto fatto"), Some(Part::FinalReport));
        assert_eq!(heading(&lines("Descrizione Il testo")[0]), Some(Heading::Description("Il testo")));
        assert_eq!(part("Attività\tResponsabile\t2024\t2025"), None);
        assert_eq!(part("Gli obiettivi di performance sono nelle schede"), None);
    }

    #[test]
    fn columns_are_where_the_heading_puts_them() {
        let all = lines("N.\tIndicatori\tPeso\tAzione\tValore atteso");
        let Some(Heading::Indicators(columns, others)) = heading(&all[0]) else { panic!() };
        assert_eq!((columns.label, columns.action, columns.target, columns.achieved), (1, Some(3), Some(4), None));
        assert_eq!(others, ["N.", "Peso"]);
    }

    #[test]
    fn scopes_sections_and_contents_are_told_apart() {
        let scope = |text: &str| scope(&lines(text)[0]);
        assert_eq!(scope("OBIETTIVI GESTIONALI TRASVERSALI"), Some(Scope::CrossCutting));
        assert_eq!(scope("Obiettivi setoriali"), Some(Scope::Sectoral));
        assert_eq!(scope("Obiettivi e azioni per la piena accessibilità"), None);
        let all = lines(
            "Servizio 2 – Edilizia Privata\nSettore II: Affari generali\nServizio 2 Edilizia\nUfficio del sindaco",
        );
        assert_eq!(section(&all[0]), Some(("Servizio", "2", "Edilizia Privata")));
        assert_eq!(section(&all[1]), Some(("Settore", "II", "Affari generali")));
        assert_eq!((section(&all[2]), section(&all[3])), (None, None));
        let all = lines(
            "Servizio 1 – Uno\t11\nProtocollo.......... 17\n15. Scuola\tErrore. Il segnalibro non è definito.\nServizio 1 – Uno",
        );
        assert_eq!(all.iter().map(is_contents).collect::<Vec<_>>(), [true, true, true, false]);
    }
}
