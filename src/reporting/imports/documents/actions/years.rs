//! The years that an action names: in a bracket, or at its end.

use crate::{
    planning::periods::{HorizonError, Schedule},
    wording::fold,
};

/// So many words at the end of an action may be its years.
const MOST_WORDS: usize = 8;

/// An action without its years, and these as written and as read without knowing the plan's.
pub(super) struct Dated {
    pub title: String,
    pub written: String,
    pub read: Result<Schedule, HorizonError>,
}

/// The action without its years, and these; nothing where it names none.
pub(super) fn explicit(text: &str) -> Option<Dated> {
    bracketed(text).or_else(|| at_the_end(text))
}

/// The years in a bracket: what makes a list a list of actions.
pub(super) fn bracketed(text: &str) -> Option<Dated> {
    in_bracket(text, '[', ']').or_else(|| in_bracket(text, '(', ')').filter(|dated| dated.read.is_ok()))
}

/// Whether the years stand in square brackets, as nothing else does.
pub(super) fn is_squared(text: &str) -> bool {
    in_bracket(text, '[', ']').is_some_and(|dated| dated.read.is_ok())
}

/// An action as a title: without the signs that ended it.
pub(super) fn tidy(text: &str) -> String {
    let trimmed = text.trim().trim_end_matches([' ', ';', '.', ',', '–', '-', '—', ':']);
    trimmed.to_owned()
}

/// The last bracket that speaks of time. A bracket that was never closed ends with the text.
fn in_bracket(text: &str, open: char, close: char) -> Option<Dated> {
    let (at, _) = text
        .rmatch_indices(open)
        .find(|(at, _)| text.get(*at + 1..).is_some_and(|inner| speaks_of_time(inner, close)))?;
    let (before, inner) = text.split_at_checked(at)?;
    let inner = inner.strip_prefix(open)?;
    let (inner, after) = inner.split_once(close).unwrap_or((inner, ""));
    let after = after.trim_matches([' ', ';', '.', ',']);
    let title = match after.is_empty() {
        true => tidy(before),
        false => tidy(&format!("{} {after}", before.trim_end())),
    };
    let written = inner.trim_end_matches([';', '.', ' ']).to_owned();
    Some(Dated { title, read: Schedule::read_horizon(&written), written })
}

fn speaks_of_time(inner: &str, close: char) -> bool {
    let inner = inner.split(close).next().unwrap_or_default();
    let span = || fold(inner).split(' ').any(|word| matches!(word, "biennio" | "triennio" | "anno" | "anni"));
    inner.len() <= 60 && (inner.chars().filter(char::is_ascii_digit).count() >= 4 || span())
}

/// The longest end of the text that is a horizon: "… – biennio 2021-2022".
fn at_the_end(text: &str) -> Option<Dated> {
    let text = text.trim_end_matches([';', '.', ' ']);
    let ends =
        text.rmatch_indices(' ').take(MOST_WORDS).filter_map(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?)));
    let readable = ends.filter(|(_, end)| end.len() <= 80 && !end.starts_with(['–', '-']));
    let dated = |(before, end): (&str, &str)| {
        let read = Ok(Schedule::read_horizon(end).ok()?);
        Some(Dated { title: tidy(before), written: end.to_owned(), read })
    };
    readable.filter_map(dated).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Vec<i32>)> {
        let Dated { title, read, .. } = explicit(text)?;
        Some((title, read.map(|schedule| schedule.years()).unwrap_or_default()))
    }

    #[test]
    fn years_stand_in_a_bracket_or_at_the_end() {
        for (text, title, years) in [
            ("Firma – [biennio 2021 – 2022];", "Firma", vec![2021, 2022]),
            ("Firma (RTD) [2021] ;", "Firma (RTD)", vec![2021]),
            ("Avviso ai cittadini. [triennio 2021 – 2023]. ", "Avviso ai cittadini", vec![2021, 2022, 2023]),
            ("Firma [biennio 2021 - 2022;", "Firma", vec![2021, 2022]),
            ("Firma (2021-2022)", "Firma", vec![2021, 2022]),
            ("Firma – 2021;", "Firma", vec![2021]),
            ("Firma – biennio 2021-2022.", "Firma", vec![2021, 2022]),
            ("Firma [2021] anche a distanza", "Firma anche a distanza", vec![2021]),
            ("Firma [bienio 2021-2022]", "Firma", vec![2021, 2022]),
            ("Firma [ventennio 2021-2022]", "Firma", vec![]),
        ] {
            assert_eq!(read(text), Some((title.to_owned(), years)), "{text}");
        }
    }

    #[test]
    fn other_brackets_and_numbers_name_no_years() {
        for text in ["Firma [RTD]", "Firma (es. pdf)", "Almeno 100 servizi", "Adozione annuale nel triennio", "Firma"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
