//! The headings of a sheet.

use super::columns::{self, IndicatorColumns, PhaseColumns};
use crate::{
    planning::objectives::Scope,
    reporting::imports::documents::{codes::coded, lines::Line},
    wording::{fold, is_any_heading, is_heading},
};

/// A part of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reporting::imports::documents) enum Part {
    /// The objective on a line of its own, above a table of phases that has no column for it.
    Objective,
    Phases,
    Description,
    Budget,
    Indicators,
    Ratings,
    FinalReport,
}

/// A heading and what it says of its part.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::reporting::imports::documents) enum Heading<'a> {
    /// With number and title.
    Objective(&'a str),
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
            Self::Objective(_) => Part::Objective,
            Self::Phases(_) => Part::Phases,
            Self::Indicators(..) => Part::Indicators,
            Self::Budget => Part::Budget,
            Self::Ratings => Part::Ratings,
            Self::Description(_) => Part::Description,
            Self::FinalReport(_) => Part::FinalReport,
        }
    }
}

/// No heading is longer.
const LONGEST: usize = 300;

const BUDGET: &[&str] = &[
    "collegamento con il bilancio",
    "collegamento al bilancio",
    "collegamento con bilancio",
    "risorse di bilancio",
    "bilancio",
    "missioni e programmi",
];
const RATINGS: &[&str] = &["caratteristiche dell obiettivo", "caratteristiche obiettivo", "valutazione dell obiettivo"];
const FINAL_REPORT: &[&str] = &[
    "stato di attuazione degli obiettivi",
    "stato di attuazione dell obiettivo",
    "stato di attuazione",
    "stato d attuazione",
    "relazione finale",
];

/// The heading on a line, if there is one.
pub(in crate::reporting::imports::documents) fn heading(line: &Line) -> Option<Heading<'_>> {
    let text = line.text();
    if text.is_empty() {
        return None;
    }
    let cells = if text.len() <= LONGEST { line.cells() } else { Vec::new() };
    // A long line without cells or colon is text; only a description or an objective may begin so.
    let described = |text: &str| matches!(text.find(|c: char| !c.is_alphabetic()), Some(9..=13));
    let begins = |text: &str| text.starts_with(['D', 'd', 'O', 'o', 'T', 't']) || described(text);
    if cells.len() < 2 && text.len() > 80 && !text.contains(':') && !begins(text) {
        return None;
    }
    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim_end_matches([':', '.'])).collect();
    if let Some(columns) = columns::phases(&cells) {
        return Some(Heading::Phases(PhaseColumns { starts: line.starts(), ..columns }));
    }
    if let Some(rest) = after_word(text, "descrizione") {
        return Some(Heading::Description(rest));
    }
    let (head, rest) = text.split_once(':').unwrap_or((text, ""));
    if is_any_heading(head, FINAL_REPORT) {
        return Some(Heading::FinalReport(rest.trim()));
    }
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    // "Bilancio: verifica delle poste" is a sentence.
    if is_any_heading(head, BUDGET) && (rest.trim().is_empty() || head.contains(' ')) {
        return Some(Heading::Budget);
    }
    let first = cells.iter().find(|cell| !cell.is_empty())?;
    if filled <= 2 && is_any_heading(first, RATINGS) {
        return Some(Heading::Ratings);
    }
    if let Some(objective) = objective(line) {
        return Some(Heading::Objective(objective));
    }
    indicators(line, &cells)
}

/// The heading of a table or list of indicators.
pub(in crate::reporting::imports::documents) fn indicators<'a>(line: &'a Line, cells: &[&str]) -> Option<Heading<'a>> {
    let columns = columns::indicators(cells)?;
    if cells.iter().filter(|cell| !cell.is_empty()).count() == 1 {
        return Some(Heading::Indicators(IndicatorColumns::default(), Vec::new()));
    }
    if columns.target.is_none() && columns.yearly.is_empty() {
        return None;
    }
    let others = line.cells().into_iter().enumerate().filter(|(at, cell)| !cell.is_empty() && !columns.knows(*at));
    let others = others.map(|(_, cell)| cell).collect();
    // Three columns are read in their order, which needs no places.
    let starts = if columns.width > 3 { line.starts() } else { Vec::new() };
    Some(Heading::Indicators(IndicatorColumns { starts, ..columns }, others))
}

/// "Obiettivo n. 5: Meno code", "OBIETTIVO OPERATIVO 5 – Meno code", "Titolo obiettivo: Meno code".
fn objective(line: &Line) -> Option<&str> {
    let text = line.raw().trim();
    if text.len() > LONGEST || line.filled().len() > 2 || is_contents(line) {
        return None;
    }
    let (head, rest) = text.split_once([':', '\t']).unwrap_or((text, ""));
    let unnumbered = !head.contains(|c: char| c.is_ascii_digit());
    if unnumbered && !rest.trim().is_empty() && is_any_heading(head, columns::OBJECTIVE) {
        return Some(rest.trim());
    }
    let (word, mut rest) = text.split_once(' ')?;
    if !is_any_heading(word, &["obiettivo"]) || word.to_lowercase().ends_with('i') {
        return None;
    }
    const KINDS: &[&str] = &["operativo", "strategico", "gestionale", "specifico", "trasversale", "settoriale"];
    if let Some((_, after)) = rest.split_once(' ').filter(|(kind, _)| is_any_heading(kind, KINDS)) {
        rest = after;
    }
    let digit = rest.find(|c: char| c.is_ascii_digit())?;
    let (sign, numbered) = rest.split_at(digit);
    let sign = fold(sign);
    let announced = matches!(sign.as_str(), "" | "n" | "nr" | "num" | "numero" | "no");
    let titled = coded(numbered).is_some_and(|coded| coded.sure && !coded.title.is_empty());
    (announced && titled).then_some(numbered)
}

/// What follows a word at the beginning of a text, with its colon or dash: "Descrizione: …".
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (first, rest) = text.split_at(end);
    // Words of their own, however near.
    const OTHERS: [&str; 4] = ["iscrizione", "prescrizione", "trascrizione", "inscrizione"];
    let other = OTHERS.contains(&first.to_lowercase().as_str());
    let alike = first.len() <= word.len() + 2 && !other && is_heading(first, word);
    // "Descrizione dei procedimenti" is no heading: after one stands a sign or a sentence.
    let text = rest.trim_start_matches([' ', ':', '-', '–', '.', '\t']);
    let signs = rest.get(..rest.len() - text.len()).unwrap_or_default();
    let apart = !signs.trim().is_empty() || !text.starts_with(char::is_lowercase);
    (alike && apart).then_some(text)
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
pub(in crate::reporting::imports::documents) fn is_contents(line: &Line) -> bool {
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
        assert_eq!((part("Descrizione dei servizi\t100%"), part("Iscrizione: Il modulo")), (None, None));
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
