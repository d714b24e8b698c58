//! A row of the table of phases: which text is the objective, the phase, the horizon, the office.

use super::columns::PhaseColumns;
use crate::reporting::imports::documents::{codes::coded, horizon::is_horizon, lines::Line};

/// The texts of a row; empty where there is none.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Row<'a> {
    pub objective: String,
    pub phase: String,
    pub horizon: &'a str,
    pub assignee: &'a str,
}

/// Reads a row by the places of its columns where these hold, else by what the cells say.
pub(super) fn row<'a>(line: &'a Line, columns: &PhaseColumns, has_objective: bool) -> Row<'a> {
    let cells = line.cells();
    if line.keeps_empty_cells()
        && let Some(row) = by_place(&cells, columns)
    {
        return row;
    }
    if let Some(cells) = aligned(line, &columns.starts) {
        return placed(&cells, columns);
    }
    by_content(&cells, has_objective || columns.objective.is_none())
}

/// The cells of a row in the order of the columns, where each begins below the heading of one.
pub(super) fn aligned<'a>(line: &'a Line, starts: &[usize]) -> Option<Vec<&'a str>> {
    let own = line.starts();
    if own.is_empty() || own == [0] || starts.len() < 2 {
        return None;
    }
    let below = |found: &dyn Fn(usize) -> Option<usize>| {
        let mut cells = vec![""; starts.len()];
        for (start, text) in own.iter().zip(line.filled()) {
            let cell = cells.get_mut(found(*start)?)?;
            if !cell.is_empty() {
                return None;
            }
            *cell = text;
        }
        Some(cells)
    };
    let exactly = |start: usize| starts.iter().position(|column| column.abs_diff(start) <= 1);
    // Where a cell wraps, its further lines are often set in a little.
    let within = |start: usize| starts.iter().rposition(|column| *column <= start);
    let wraps = own.first().is_some_and(|first| *first >= 2)
        && line.filled().iter().all(|cell| cell.starts_with(char::is_lowercase) && coded(cell).is_none());
    below(&exactly).or_else(|| below(&within).filter(|_| wraps))
}

fn placed<'a>(cells: &[&'a str], columns: &PhaseColumns) -> Row<'a> {
    let at = |column: Option<usize>| column.and_then(|at| cells.get(at).copied()).unwrap_or_default();
    let objective = match at(columns.number) {
        "" => at(columns.objective).to_owned(),
        number => format!("{}. {}", number.trim_end_matches(['.', ')']), at(columns.objective)),
    };
    Row { objective, phase: at(columns.phase).to_owned(), horizon: at(columns.horizon), assignee: at(columns.assignee) }
}

/// The row as its heading says, unless its cells have slipped: too many, or a horizon in a wrong place.
fn by_place<'a>(cells: &[&'a str], columns: &PhaseColumns) -> Option<Row<'a>> {
    let used = cells.iter().rposition(|cell| !cell.is_empty())? + 1;
    let slipped = cells.iter().enumerate().any(|(at, cell)| Some(at) != columns.horizon && is_horizon(cell));
    (used <= columns.width && !slipped).then(|| placed(cells, columns))
}

/// The row by its content: the horizon is known by itself, what stands before it is text, after it the office.
fn by_content<'a>(cells: &[&'a str], has_objective: bool) -> Row<'a> {
    let indented = cells.first().is_some_and(|cell| cell.is_empty());
    let filled: Vec<&str> = cells.iter().copied().filter(|cell| !cell.is_empty()).collect();
    let horizon = filled.iter().rposition(|cell| is_horizon(cell));
    let (before, horizon, after) = match horizon {
        Some(at) => (filled.get(..at), filled.get(at).copied(), filled.get(at + 1..)),
        // Without a horizon a numbered text is an objective or a phase, and the rest is the office.
        None => {
            let texts = filled.iter().take_while(|cell| coded(cell).is_some()).count().max(1);
            (filled.get(..texts), None, filled.get(texts..))
        }
    };
    let before = before.unwrap_or_default();
    let (objective, phase) = match before {
        [text] if has_objective || indented => ("", (*text).to_owned()),
        [first, rest @ ..] if !indented => (*first, rest.join(" ")),
        texts => ("", texts.join(" ")),
    };
    Row {
        objective: objective.to_owned(),
        phase,
        horizon: horizon.unwrap_or_default(),
        assignee: after.unwrap_or_default().first().unwrap_or(&""),
    }
}

/// Whether a line is the first row of a sheet whose heading is missing: objective, phase and horizon in one row.
pub(super) fn opens_a_sheet(line: &Line) -> bool {
    let filled = line.filled();
    let [objective, phase, rest @ ..] = filled.as_slice() else { return false };
    // A date is no title: "1- Contratti⇥30/06/2025⇥30/06/2025" is an indicator.
    let titled = |text: &str| text.starts_with(|c: char| !c.is_ascii_digit());
    let numbered = |text: &str| coded(text).is_some_and(|coded| coded.sure && titled(coded.title));
    // Nor is "2/annuo".
    let fraction = phase.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('/');
    numbered(objective) && numbered(phase) && !fraction && rest.first().is_some_and(|cell| is_horizon(cell))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::lines::lines;

    fn read(text: &str, has_objective: bool) -> [String; 4] {
        let all = lines(text);
        let row = row(&all[0], &PhaseColumns::default(), has_objective);
        [row.objective, row.phase, row.horizon.to_owned(), row.assignee.to_owned()]
    }

    #[test]
    fn a_first_row_is_read_in_any_separation() {
        for text in [
            "1. Uno\t1. Fase\t2024\tTutti",
            "1. Uno\t\t1. Fase\t\t2024\t\tTutti",
            "1. Uno    1. Fase   2024  Tutti",
            "| 1. Uno | 1. Fase | 2024 | Tutti |",
        ] {
            assert_eq!(read(text, false), ["1. Uno", "1. Fase", "2024", "Tutti"], "{text}");
        }
    }

    #[test]
    fn a_following_row_may_have_lost_a_tab_or_got_one_more() {
        for text in [
            "\t2. Fase\t2024-2025\t",
            "2. Fase\t2024-2025\t",
            "\t\t2. Fase\t2024-2025",
            "   2. Fase  2024-2025",
            "| | 2. Fase | 2024-2025 | |",
        ] {
            assert_eq!(read(text, true), ["", "2. Fase", "2024-2025", ""], "{text}");
        }
        assert_eq!(read("13. Altro\t5. Fase\t2024\t", true), ["13. Altro", "5. Fase", "2024", ""]);
        assert_eq!(read("\t3. Fase\tquando serve\tSegretario", true), ["", "3. Fase", "quando serve", "Segretario"]);
    }

    #[test]
    fn a_sheet_without_heading_is_recognised_by_its_first_row() {
        let opens = |text: &str| opens_a_sheet(&lines(text)[0]);
        assert!(opens("2. Due\t1. Fase\t2024\t"));
        assert!(!opens("1- Indicatore\t30/06/2025\t30/06/2025"));
        assert!(!opens("1- Indicatore\t100%\t") && !opens("\t2. Fase\t2024\t") && !opens("MISSIONE\t01\tServizi"));
    }
}
