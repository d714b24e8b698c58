//! The horizon of a phase, read in the light of its plan's years.

use crate::{
    planning::periods::{HorizonError, Schedule},
    wording::fold,
};

/// No horizon is longer; what is longer is not even tried.
const LONGEST: usize = 80;

/// Reads a horizon. "Triennio" without years is the plan's, where the plan has as many.
pub(super) fn read(text: &str, plan: Option<(i32, i32)>) -> Result<Schedule, HorizonError> {
    if text.len() > LONGEST {
        return Err(HorizonError::Unreadable(text.chars().take(20).collect()));
    }
    match (Schedule::read_horizon(text), plan) {
        (Err(_), Some((first, last))) if says_span_of(text, first, last) || says_every_year(text) => {
            Schedule::of_years(first, last)
        }
        (read, _) => read,
    }
}

/// "Ogni anno", "per tutta la durata del piano": every year the plan has.
fn says_every_year(text: &str) -> bool {
    let folded = fold(text);
    let sayings = ["ogni anno", "tutti gli anni", "ciascun anno", "durata del piano", "intero periodo"];
    sayings.iter().any(|saying| folded.contains(saying)) && !folded.contains(|c: char| c.is_ascii_digit())
}

/// Whether a text that names no year says "nel triennio", and the plan has three.
pub(super) fn says_span_of(text: &str, first: i32, last: i32) -> bool {
    let spans = ["anno", "biennio", "triennio", "quadriennio", "quinquennio"];
    let word = usize::try_from(last - first).ok().and_then(|index| spans.get(index));
    let folded = fold(text);
    // The year of an act is none: "di cui al D.Lgs. 36/2023".
    let parted = |c: char| c.is_whitespace() || "-–—[](),;.".contains(c);
    let names_year = || text.split(parted).filter_map(|word| word.split('/').next()).any(is_year);
    first < last && word.is_some_and(|word| folded.split(' ').any(|found| found == *word)) && !names_year()
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse::<i32>().is_ok_and(|year| (1990..=2100).contains(&year))
}

/// Whether a cell is a horizon that can be read.
pub(super) fn is_horizon(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().any(|byte| byte.is_ascii_digit()) && Schedule::read_horizon(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_triennio_is_the_plans() {
        assert_eq!(read("nel triennio", Some((2021, 2023))).unwrap().years(), [2021, 2022, 2023]);
        assert!(says_span_of("di cui al D.Lgs. 36/2023, nel triennio", 2021, 2023));
        assert!(!says_span_of("nel triennio 2022/24", 2021, 2023));
        assert!(read("nel triennio", Some((2021, 2022))).is_err());
        assert!(read("nel triennio", None).is_err());
        assert_eq!(read("2024/25", Some((2024, 2026))).unwrap().years(), [2024, 2025]);
        assert!(read("anno", Some((2024, 2024))).is_err());
        assert_eq!(read("ogni anno", Some((2024, 2026))).unwrap().years(), [2024, 2025, 2026]);
        assert!(read("entro il 31 marzo di ogni anno", Some((2024, 2026))).is_err());
    }
}
