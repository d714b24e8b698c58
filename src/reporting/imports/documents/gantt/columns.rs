//! The heading of a Gantt: which period each column is.

use crate::{
    planning::periods::{HorizonError, Length, Period, Schedule},
    reporting::imports::documents::lines::is_mark,
};

/// A column as its heading says.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The lines of its heading.
    pub lines: Vec<usize>,
    /// The lines of its heading where it is repeated.
    pub again: Vec<usize>,
    /// The heading as written.
    pub text: String,
    /// The period, where it could be read.
    pub period: Option<Period>,
}

/// The one period that a heading names.
pub(super) fn period(text: &str) -> Option<Period> {
    if text.len() > 40 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let schedule = Schedule::read_horizon(text).or_else(|_| Schedule::read_horizon(&respelled(text))).ok()?;
    let mut periods = schedule.periods();
    let first = periods.next();
    first.filter(|_| periods.next().is_none())
}

/// The heading with its units as they are spelled: "II Trm. 2015" → "II Trim. 2015".
fn respelled(text: &str) -> String {
    const UNITS: [&str; 4] = ["trimestre", "semestre", "trim", "sem"];
    let word = |word: &str| {
        let lower = word.to_lowercase();
        // Short words have one letter wrong at most, and a Roman number is none of them.
        let near = |unit: &&&str| {
            let allowed = if unit.len() > 4 { 2 } else { 1 };
            lower.len() + 1 >= unit.len() && lower.len() >= 2 && strsim::osa_distance(&lower, unit) <= allowed
        };
        let roman = lower.chars().all(|c| "ivx".contains(c));
        UNITS.iter().find(near).filter(|_| !roman).map_or_else(|| word.to_owned(), |unit| (*unit).to_owned())
    };
    text.split_inclusive(|c: char| !c.is_alphabetic())
        .map(|piece| {
            let end = piece.trim_end_matches(|c: char| !c.is_alphabetic()).len();
            let (own, sign) = piece.split_at_checked(end).unwrap_or((piece, ""));
            word(own) + sign
        })
        .collect()
}

/// "I Trim.", "marzo": a part of a year that stands in the row above.
pub(super) fn part(text: &str) -> Option<(Length, u32)> {
    let short = !text.is_empty() && text.len() <= 30;
    let open = short && Schedule::read_horizon(text) == Err(HorizonError::NoYear);
    let period = open.then(|| period(&format!("{text} 2000")))??;
    (period.length() != Length::Year).then(|| (period.length(), period.number()))
}

/// Puts years on parts: a part that does not come after the one before it begins the next year. Nothing where the
/// years do not come out.
pub(super) fn dated(years: &[i32], parts: &[(Length, u32)]) -> Option<Vec<Period>> {
    let mut years = years.iter();
    let mut year = *years.next()?;
    let mut before = 0;
    let mut dated = Vec::with_capacity(parts.len());
    for (length, number) in parts {
        if *number <= before {
            year = *years.next()?;
        }
        before = *number;
        dated.push(Period::of(*length, year, *number).ok()?);
    }
    years.next().is_none().then_some(dated)
}

/// What a cell of a row says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    Marked,
    Empty,
    Other,
}

/// Reads a cell.
pub(super) fn cell(text: &str) -> Cell {
    let text = text.trim();
    if text.is_empty() || matches!(text, "-" | "–" | "—" | "." | "/" | "_" | "□" | "☐") {
        Cell::Empty
    } else if text.chars().count() <= 6 && text.chars().all(is_mark) {
        Cell::Marked
    } else {
        Cell::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_one_period() {
        let text = |heading: &str| period(heading).map(|period| period.to_string());
        assert_eq!(text("I Trim. 2015").as_deref(), Some("2015-Q1"));
        assert_eq!(text("gen-16").as_deref(), Some("2016-01"));
        assert_eq!(text("II sem. 2024").as_deref(), Some("2024-S2"));
        assert_eq!(text("II Tirm. 2015").as_deref(), Some("2015-Q2"));
        assert_eq!(text("2° smestre 2024").as_deref(), Some("2024-S2"));
        assert_eq!((text("2024-2026"), text("Attività"), text("I Trim.")), (None, None, None));
    }

    #[test]
    fn parts_take_their_years_from_the_row_above() {
        let parts: Vec<_> = ["III trim.", "IV trim.", "II trim."].iter().filter_map(|text| part(text)).collect();
        let dates = dated(&[2015, 2016], &parts).unwrap();
        assert_eq!(dates.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2015-Q3", "2015-Q4", "2016-Q2"]);
        assert_eq!(dated(&[2015], &parts), None);
        assert_eq!(dated(&[2015, 2016, 2017], &parts), None);
    }

    #[test]
    fn cells_are_marked_or_not() {
        assert_eq!(["x", "X", "■", "xx", "✔"].map(cell), [Cell::Marked; 5]);
        assert_eq!(["", " ", "-"].map(cell), [Cell::Empty; 3]);
        assert_eq!(["fatto", "x 2015", "si"].map(cell), [Cell::Other; 3]);
    }
}
