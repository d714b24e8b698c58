//! The heading of a Gantt whose years stand elsewhere: in a row above the columns, in a line or title above.

use super::columns::{dated, part};
use crate::{
    planning::periods::{Length, Period},
    reporting::imports::documents::{cover::years_in, lines::Line},
};

/// So many lines above the heading may name its years.
const LINES_ABOVE: usize = 6;

const INITIALS: [&str; 12] = ["g", "f", "m", "a", "m", "g", "l", "a", "s", "o", "n", "d"];

/// The columns of a heading that names only parts of years, with the index of the line that names the years.
pub(super) fn with_years_above(lines: &[Line], index: usize, cells: &[&str]) -> Option<(usize, Vec<Option<Period>>)> {
    let parts = parts(cells)?;
    let given: Vec<(Length, u32)> = parts.iter().flatten().copied().collect();
    let above = lines.get(..index)?.iter().enumerate().rev().filter(|(_, line)| !line.is_blank());
    for (at, (above, line)) in above.take(LINES_ABOVE).enumerate() {
        let cells = line.cells();
        let years: Vec<(usize, i32)> =
            cells.iter().enumerate().filter_map(|(at, cell)| Some((at, year(cell)?))).collect();
        let row: Vec<i32> = years.iter().map(|(_, year)| *year).collect();
        // A row of years stands right above; a single year, or a range, may stand in any line or title.
        let dates = if at == 0 && row.len() > 1 {
            dated(&row, &given).or_else(|| below(&years, &parts))
        } else {
            let said = years_in(line.text()).filter(|_| line.text().len() <= 160);
            said.and_then(|(first, last)| dated(&(first..=last).collect::<Vec<_>>(), &given))
        };
        if let Some(dates) = dates {
            let mut dates = dates.into_iter();
            return Some((above, parts.iter().map(|part| part.and_then(|_| dates.next())).collect()));
        }
        if !row.is_empty() {
            return None;
        }
    }
    None
}

/// The year that a cell is: "2024", "Anno 2024".
fn year(cell: &str) -> Option<i32> {
    let text = cell.trim();
    let digits = text.get(text.len().checked_sub(4)?..)?;
    let word = text.get(..text.len() - 4)?.trim().to_lowercase();
    let year = digits.parse().ok().filter(|year| (1990..=2100).contains(year))?;
    matches!(word.as_str(), "" | "anno").then_some(year)
}

/// Years that stand in the cell above the first of their parts.
fn below(years: &[(usize, i32)], parts: &[Option<(Length, u32)>]) -> Option<Vec<Period>> {
    // Without empty cells between them the years have lost their places.
    let apart = years.windows(2).any(|pair| matches!(pair, [(one, _), (next, _)] if one + 1 < *next));
    let given = parts.iter().enumerate().filter(|_| apart).filter_map(|(at, part)| part.map(|part| (at, part)));
    let dates: Option<Vec<Period>> = given
        .map(|(at, (length, number))| {
            let (_, year) = years.iter().rev().find(|(place, _)| *place <= at)?;
            Period::of(length, *year, number).ok()
        })
        .collect();
    dates.filter(|dates| apart && dates.is_sorted_by(|one, next| one < next))
}

/// The part of a year that each cell names. Bare numbers are quarters where they reach III or IV, half-years where
/// they stop at II, months where they reach twelve.
fn parts(cells: &[&str]) -> Option<Vec<Option<(Length, u32)>>> {
    let named: Vec<Option<(Length, u32)>> = cells.iter().map(|cell| part(cell)).collect();
    if named.iter().flatten().count() >= 2 {
        return Some(named);
    }
    if let Some(first) = cells.len().checked_sub(INITIALS.len())
        && let Some(months) = (0..=first).find(|from| is_year_of_initials(cells.get(*from..).unwrap_or_default()))
    {
        let month = |at: usize| u32::try_from(at.checked_sub(months)? + 1).ok().filter(|month| *month <= 12);
        return Some((0..cells.len()).map(|at| month(at).map(|month| (Length::Month, month))).collect());
    }
    let bare: Vec<Option<u32>> = cells.iter().map(|cell| bare_number(cell)).collect();
    let highest = bare.iter().flatten().max()?;
    let length = match highest {
        2 => Length::Half,
        3 | 4 => Length::Quarter,
        12 => Length::Month,
        _ => return None,
    };
    let counted = bare.iter().flatten().count();
    (counted >= 2).then(|| bare.iter().map(|number| number.map(|number| (length, number))).collect())
}

fn is_year_of_initials(cells: &[&str]) -> bool {
    let alike = cells.iter().zip(INITIALS).take_while(|(cell, initial)| cell.to_lowercase() == **initial).count();
    alike == INITIALS.len()
}

/// "III", "3", "3°".
fn bare_number(cell: &str) -> Option<u32> {
    let text = cell.trim().trim_end_matches(['°', 'º', '^', '.']);
    match text {
        "I" => Some(1),
        "II" => Some(2),
        "III" => Some(3),
        "IV" => Some(4),
        _ => text.parse().ok().filter(|number| text.len() <= 2 && (1..=12).contains(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::lines::lines;

    fn read(above: &str, cells: &[&str]) -> Option<String> {
        let lines = lines(&format!("{above}\nheading"));
        let (_, periods) = with_years_above(&lines, lines.len() - 1, cells)?;
        Some(periods.into_iter().flatten().map(|period| period.to_string()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn years_stand_in_a_row_or_a_line_above() {
        let read = |above: &str, cells: &[&str]| read(above, cells).unwrap_or_default();
        assert_eq!(read("\t2024\t\t2025\t", &["", "I", "IV", "I", "II"]), "2024-Q1 2024-Q4 2025-Q1 2025-Q2");
        assert_eq!(read("\t2024\t\t2025\t", &["", "I", "II", "III", "IV"]), "2024-Q1 2024-Q2 2025-Q3 2025-Q4");
        assert_eq!(read("ANNO 2025\n", &["Fase", "gen", "feb"]), "2025-01 2025-02");
        assert_eq!(read("Piano 2025-2026", &["1°", "2°", "1°", "2°"]), "2025-S1 2025-S2 2026-S1 2026-S2");
        assert!(
            read("2025", &["G", "F", "M", "A", "M", "G", "L", "A", "S", "O", "N", "D"]).ends_with("2025-11 2025-12")
        );
    }

    #[test]
    fn years_that_do_not_come_out_are_not_guessed() {
        assert_eq!(read("2024\t2025\t2026", &["I", "II", "III"]), None);
        assert_eq!(read("Piano della rete", &["I", "II", "III"]), None);
        assert_eq!(read("2024", &["5", "6"]), None);
    }
}
