//! Which column of a table is what, by its heading.

use crate::{
    reporting::imports::documents::horizon::is_horizon,
    wording::{fold, is_any_heading},
};

/// The places of the columns of a table of phases.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::reporting::imports::documents) struct PhaseColumns {
    /// Nothing where the objective stands above the table.
    pub objective: Option<usize>,
    pub phase: Option<usize>,
    pub horizon: Option<usize>,
    pub assignee: Option<usize>,
    /// The number of the objective, where it has a column of its own.
    pub number: Option<usize>,
    pub width: usize,
    /// Where each column begins on the line, for a table that is parted by gaps.
    pub starts: Vec<usize>,
}

impl Default for PhaseColumns {
    /// As most plans have them; for a table whose heading is missing.
    fn default() -> Self {
        Self {
            objective: Some(0),
            phase: Some(1),
            horizon: Some(2),
            assignee: Some(3),
            number: None,
            width: 4,
            starts: Vec::new(),
        }
    }
}

/// The places of the columns of a table of indicators.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::reporting::imports::documents) struct IndicatorColumns {
    pub label: usize,
    pub action: Option<usize>,
    pub target: Option<usize>,
    pub achieved: Option<usize>,
    pub baseline: Option<usize>,
    /// The columns of the years, where each year has its own expected value.
    pub yearly: Vec<(i32, usize)>,
    pub width: usize,
    /// Where each column begins on the line, for a table that is parted by gaps.
    pub starts: Vec<usize>,
}

impl Default for IndicatorColumns {
    fn default() -> Self {
        let (target, achieved) = (Some(1), Some(2));
        let (action, baseline) = (None, None);
        Self { label: 0, action, target, achieved, baseline, yearly: Vec::new(), width: 3, starts: Vec::new() }
    }
}

impl IndicatorColumns {
    /// Whether the column is read.
    pub fn knows(&self, at: usize) -> bool {
        let single = [Some(self.label), self.action, self.target, self.achieved, self.baseline];
        single.contains(&Some(at)) || self.yearly.iter().any(|(_, place)| *place == at)
    }
}

/// No name of a column is longer.
const LONGEST: usize = 60;

pub(super) const OBJECTIVE: &[&str] = &[
    "definizione obiettivo",
    "definizione dell obiettivo",
    "obiettivo",
    "obiettivi",
    "titolo obiettivo",
    "titolo dell obiettivo",
    "denominazione obiettivo",
    "descrizione obiettivo",
    "obiettivo gestionale",
    "obiettivo operativo",
];
/// A column is what one of its words says: "Fasi/descrizione", "Tempi di realizzazione".
const PHASE_WORDS: &[&str] = &["fasi", "fase", "attivita", "azioni"];
const PHASES: &[&str] = &["descrizione fasi", "descrizione delle fasi", "fasi descrizione", "fasi di attuazione"];
const HORIZON_WORDS: &[&str] =
    &["orizzonte", "temporale", "tempistica", "tempistiche", "tempi", "periodo", "scadenza", "scadenze", "termine"];
const ASSIGNEE_WORDS: &[&str] = &[
    "assegnazione",
    "assegnatario",
    "assegnatari",
    "responsabile",
    "responsabili",
    "referente",
    "ufficio",
    "uffici",
    "servizio",
    "settore",
];
const ACTION: &[&str] = &["azione", "azioni"];
const TARGET: &[&str] =
    &["valore atteso", "risultato atteso", "valori attesi", "atteso", "target", "valore obiettivo", "valore target"];
const ACHIEVED: &[&str] = &[
    "raggiunto",
    "valore raggiunto",
    "risultato raggiunto",
    "consuntivo",
    "valore conseguito",
    "valore a consuntivo",
    "risultato",
];
const BASELINE: &[&str] = &["baseline", "valore di partenza", "valore iniziale", "valore base", "valore attuale"];

fn says(cell: &str, words: &[&str]) -> bool {
    cell.split(' ').any(|word| is_any_heading(word, words))
}

/// The columns of a table of phases. Without one for the objective, phase and horizon must both be there.
pub(super) fn phases(cells: &[&str]) -> Option<PhaseColumns> {
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    // Rows have numbers where headings have words, which is quickly seen.
    let is_row = |cell: &&str| cell.len() > LONGEST || cell.starts_with(|c: char| c.is_ascii_digit());
    if filled < 2 || cells.iter().any(is_row) {
        return None;
    }
    let objective = cells.iter().position(|cell| is_any_heading(cell, OBJECTIVE));
    let (mut phase, mut horizon, mut assignee) = (None, None, None);
    for (at, cell) in cells.iter().enumerate().filter(|(at, cell)| Some(*at) != objective && !cell.is_empty()) {
        let folded = fold(cell);
        let place = match () {
            () if says(&folded, ASSIGNEE_WORDS) => &mut assignee,
            () if says(&folded, HORIZON_WORDS) => &mut horizon,
            () if says(&folded, PHASE_WORDS) || is_any_heading(cell, PHASES) => &mut phase,
            () => continue,
        };
        place.get_or_insert(at);
    }
    // What stands between the objective and the horizon is the phase, however it is called.
    let between =
        objective.map(|objective| objective + 1).filter(|at| horizon.is_some_and(|horizon| *at + 1 == horizon));
    let phase = phase.or(between.filter(|at| assignee != Some(*at)));
    let known = match objective {
        Some(_) => phase.is_some() || horizon.is_some(),
        None => phase.is_some() && horizon.is_some(),
    };
    let number = cells.iter().position(|cell| matches!(fold(cell).as_str(), "n" | "nr" | "num" | "cod" | "codice"));
    let number = number.filter(|at| objective.is_some_and(|objective| *at < objective));
    let columns = PhaseColumns { objective, phase, horizon, assignee, number, width: cells.len(), starts: Vec::new() };
    (known && !cells.iter().any(|cell| is_horizon(cell))).then_some(columns)
}

/// The columns of a table of indicators, or of a heading that is nothing but the word.
pub(super) fn indicators(cells: &[&str]) -> Option<IndicatorColumns> {
    let place = |names: &[&str]| cells.iter().position(|cell| is_any_heading(cell, names));
    let label = cells.iter().position(|cell| is_label(cell))?;
    let years = cells.iter().enumerate().filter(|(at, _)| *at != label);
    let yearly: Vec<(i32, usize)> = years.filter_map(|(at, cell)| Some((target_year(cell)?, at))).collect();
    // A lone number is a value: "Indicatore di tempestività⇥2000".
    let bare = |(_, at): &(i32, usize)| cells.get(*at).is_some_and(|cell| cell.trim().len() == 4);
    let yearly = if yearly.len() == 1 && yearly.iter().any(bare) { Vec::new() } else { yearly };
    Some(IndicatorColumns {
        label,
        action: place(ACTION),
        target: place(TARGET),
        achieved: place(ACHIEVED),
        baseline: place(BASELINE),
        yearly,
        width: cells.len(),
        starts: Vec::new(),
    })
}

/// "Indicatori", "Indicatore di risultato".
fn is_label(cell: &str) -> bool {
    let mut words = cell.split_whitespace();
    let first = words.next().is_some_and(|word| is_any_heading(word, &["indicatori", "indicatore"]));
    let next = words.next().map(fold);
    let named = next.is_none_or(|next| next == "e" || ["d", "p", "a"].iter().any(|start| next.starts_with(start)));
    first && named && words.count() <= 3
}

/// The year of "Target 2025", "Valore atteso anno 2025" or "2025".
fn target_year(cell: &str) -> Option<i32> {
    if cell.len() > LONGEST || !cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let folded = fold(cell);
    let year = |word: &str| word.parse::<i32>().ok().filter(|year| (1990..=2100).contains(year));
    let mut years = folded.split(' ').filter_map(year);
    let (found, None) = (years.next()?, years.next()) else { return None };
    let rest: Vec<&str> = folded.split(' ').filter(|word| year(word).is_none() && *word != "anno").collect();
    (rest.is_empty() || is_any_heading(&rest.join(" "), TARGET)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_one_of_their_words() {
        let columns = phases(&["Obiettivo", "Peso", "Fasi/descrizione", "Tempi di attuazione", "Uffici coinvolti"]);
        let columns = columns.unwrap();
        assert_eq!((columns.objective, columns.phase), (Some(0), Some(2)));
        assert_eq!((columns.horizon, columns.assignee), (Some(3), Some(4)));
        assert_eq!(phases(&["Fasi", "Orizzonte temporale"]).unwrap().objective, None);
        assert_eq!(phases(&["Fasi", "2024", "2025"]), None);
    }

    #[test]
    fn each_year_may_have_its_column() {
        let columns = indicators(&["Indicatori", "Peso", "Baseline", "Target 2024", "Valore atteso anno 2025", "2026"]);
        let columns = columns.unwrap();
        assert_eq!(columns.yearly, [(2024, 3), (2025, 4), (2026, 5)]);
        assert_eq!((columns.baseline, columns.target), (Some(2), None));
        assert!(!columns.knows(1) && columns.knows(5));
    }
}
