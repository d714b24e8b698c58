//! Italian horizons read as sets of periods. What may mean two things is refused with both, never guessed.

use chrono::NaiveDate;

use super::{
    Length, Period, PeriodError, Schedule, ScheduleError,
    horizon_words::{Token, tokens},
};

pub use super::horizon_words::name_of_month;

/// Why a text is not a horizon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HorizonError {
    /// There is no text.
    #[error("the horizon is empty")]
    Empty,
    /// A word or sign is no part of a horizon.
    #[error("`{0}` is no part of a horizon: write years, half-years, quarters or months, such as 2024-2026")]
    Unreadable(String),
    /// No year is named.
    #[error("the horizon names no year")]
    NoYear,
    /// A period does not exist.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// A date does not exist.
    #[error("there is no day {0}")]
    NoSuchDay(String),
    /// A range runs backwards.
    #[error("the horizon runs backwards, from {0} to {1}")]
    Backwards(Period, Period),
    /// Only one end of a range is named.
    #[error("the horizon is open: name its first and its last period")]
    Open,
    /// A text may mean two things.
    #[error("the horizon may mean {0} or {1}: write it in full")]
    Ambiguous(String, String),
    /// "triennio" with another number of years.
    #[error("the horizon says {said} years but names {found}")]
    Span {
        /// The years that "biennio", "triennio"… say.
        said: usize,
        /// The years named.
        found: usize,
    },
    /// A range from a quarter to a year, or the like.
    #[error("the horizon joins periods of different length, {0} and {1}")]
    Mixed(Period, Period),
    /// Too many periods.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

/// A period as written: what it does not say it takes from its neighbours ("I e II trim. 2016").
#[derive(Debug, Clone, Copy)]
struct Atom {
    year: Option<i32>,
    length: Option<Length>,
    number: u32,
    /// A year of two digits, to be read in its neighbour's century.
    short: bool,
    /// What stands before it.
    link: Link,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Link {
    /// A comma, "e", or nothing.
    And,
    /// "-", "al".
    Dash,
    /// "/".
    Slash,
}

/// Every year from the first to the last.
pub(super) fn years(first: i32, last: i32) -> Result<Schedule, HorizonError> {
    let range = range(Period::of_year(first)?, Period::of_year(last)?)?;
    Ok(Schedule::new(range)?)
}

/// Reads a horizon; see [`Schedule::read_horizon`].
pub(super) fn read(text: &str) -> Result<Schedule, HorizonError> {
    if let Some(periods) = iso(text) {
        return Ok(Schedule::new(periods)?);
    }
    let tokens = tokens(text)?;
    let mut reader = Reader { tokens: &tokens, atoms: Vec::new(), said: None };
    reader.read()?;
    let mut atoms = reader.atoms;
    if atoms.is_empty() {
        return Err(if tokens.is_empty() { HorizonError::Empty } else { HorizonError::NoYear });
    }
    share(&mut atoms)?;
    let schedule = Schedule::new(periods(&atoms)?)?;
    match reader.said {
        Some(said) if said != schedule.years().len() => Err(HorizonError::Span { said, found: schedule.years().len() }),
        _ => Ok(schedule),
    }
}

/// A list of ISO texts, unless one of them could be an Italian range too (2010-12).
fn iso(text: &str) -> Option<Vec<Period>> {
    let one = |text: &str| {
        let period: Period = text.trim().parse().ok()?;
        let range = period.length() == Length::Month && i64::from(period.number()) > i64::from(period.year() % 100);
        (!range).then_some(period)
    };
    text.split([',', ';']).map(one).collect()
}

struct Reader<'a> {
    tokens: &'a [Token],
    atoms: Vec<Atom>,
    /// How many years "biennio", "triennio"… say.
    said: Option<usize>,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), HorizonError> {
        let mut open = false;
        let mut link = Link::And;
        while let Some((token, rest)) = self.tokens.split_first() {
            match token {
                Token::Span(years) => self.said = Some(*years),
                Token::From => open = true,
                Token::Until if self.atoms.is_empty() => return Err(HorizonError::Open),
                Token::Until | Token::Comma | Token::Dot => {}
                Token::Dash if self.atoms.is_empty() => {}
                Token::Dash => link = Link::Dash,
                Token::Slash => link = Link::Slash,
                _ => {
                    let atom = self.atom()?;
                    open &= link != Link::Dash;
                    self.atoms.push(Atom { link, ..atom });
                    link = Link::And;
                    continue;
                }
            }
            self.tokens = rest;
        }
        if open || link != Link::And { Err(HorizonError::Open) } else { Ok(()) }
    }

    fn atom(&mut self) -> Result<Atom, HorizonError> {
        use Token::{Dash, Dot, Month, Number, Ordinal, Slash, Unit};
        let (part, used) = match self.tokens {
            [Number(day, 1 | 2), Dot, Number(month, 1 | 2), Dot, Number(year, 4), ..]
            | [Number(day, 1 | 2), Slash, Number(month, 1 | 2), Slash, Number(year, 4), ..]
            | [Number(day, 1 | 2), Dash, Number(month, 1 | 2), Dash, Number(year, 4), ..]
            | [Number(year, 4), Dash, Number(month, 2), Dash, Number(day, 2), ..] => {
                if let (0..=31, 13..) | (32.., _) = (*day, *month) {
                    // 2024-25-26 has the form of a date and is none: it lists years.
                    if let [Number(year, 4), ..] = self.tokens {
                        return Ok(self.take(1, year_atom(*year, false)));
                    }
                }
                (self.date(*day, *month, *year)?, 5)
            }
            [Number(day, 1 | 2), Month(month), Number(year, 4), ..] => (self.date(*day, *month, *year)?, 3),
            [Number(month, 1 | 2), Slash | Dot, Number(year, 4), ..] => {
                (Atom { year: Some(to_year(*year)), ..part_atom(Length::Month, *month) }, 3)
            }
            [Ordinal(number) | Number(number, 1), Unit(length), ..]
            | [Unit(length), Ordinal(number) | Number(number, 1), ..] => (part_atom(*length, *number), 2),
            [Month(number), ..] => (part_atom(Length::Month, *number), 1),
            [Ordinal(number), ..] => (Atom { length: None, ..part_atom(Length::Year, *number) }, 1),
            [Number(year, 4), ..] => (year_atom(*year, false), 1),
            [Number(year, 2), ..] if !self.atoms.is_empty() => (year_atom(*year, true), 1),
            [token, ..] => return Err(HorizonError::Unreadable(token.to_string())),
            [] => return Err(HorizonError::Empty),
        };
        let atom = self.take(used, part);
        Ok(if atom.year.is_none() { self.with_year(atom) } else { atom })
    }

    fn take(&mut self, count: usize, atom: Atom) -> Atom {
        self.tokens = self.tokens.get(count..).unwrap_or_default();
        atom
    }

    /// The year that follows a part at once: "trim. 2016", "trim./16", "gen-16".
    fn with_year(&mut self, atom: Atom) -> Atom {
        use Token::{Dash, Number, Slash};
        let (number, digits, used) = match self.tokens {
            [Slash | Dash, Number(number, digits), ..] => (number, digits, 2),
            [Number(number, digits), ..] => (number, digits, 1),
            _ => return atom,
        };
        match (digits, self.tokens.get(used)) {
            (2 | 4, next) if !matches!(next, Some(Token::Unit(_) | Token::Month(_))) => {
                let year = if *digits == 2 { 2000 + to_year(*number) } else { to_year(*number) };
                self.take(used, Atom { year: Some(year), ..atom })
            }
            _ => atom,
        }
    }

    fn date(&self, day: u32, month: u32, year: u32) -> Result<Atom, HorizonError> {
        let written = || HorizonError::NoSuchDay(format!("{day}.{month}.{year}"));
        NaiveDate::from_ymd_opt(to_year(year), month, day).ok_or_else(written)?;
        Ok(Atom { year: Some(to_year(year)), ..part_atom(Length::Month, month) })
    }
}

fn to_year(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn year_atom(year: u32, short: bool) -> Atom {
    Atom { year: Some(to_year(year)), length: Some(Length::Year), number: 1, short, link: Link::And }
}

fn part_atom(length: Length, number: u32) -> Atom {
    Atom { year: None, length: Some(length), number, short: false, link: Link::And }
}

/// Fills what the parts leave unsaid: from the one after, else from the one before.
fn share(atoms: &mut [Atom]) -> Result<(), HorizonError> {
    let borrow = |atom: &mut Atom, from: Option<Atom>| {
        if let Some(from) = from.filter(|from| from.length != Some(Length::Year)) {
            atom.length = atom.length.or(from.length);
            atom.year = atom.year.or(from.year);
        }
    };
    let mut neighbour = None;
    for atom in atoms.iter_mut().rev() {
        borrow(atom, neighbour);
        neighbour = Some(*atom);
    }
    neighbour = None;
    for atom in atoms.iter_mut() {
        borrow(atom, neighbour);
        neighbour = Some(*atom);
    }
    // 2024/25/26: the century is the neighbour's; 2024-06 is a month.
    let mut before: Option<Atom> = None;
    let mut kept: Option<(usize, Atom)> = None;
    for (index, atom) in atoms.iter_mut().enumerate() {
        if let (true, Some(previous)) = (atom.short, before) {
            let (base, two) = (previous.year.unwrap_or(0), atom.year.unwrap_or(0));
            let year = base - base % 100 + two;
            let month = (1..=12).contains(&two) && previous.length == Some(Length::Year);
            if year > base && !(month && atom.link == Link::Dash) {
                atom.year = Some(year);
            } else if year > base {
                return Err(HorizonError::Ambiguous(format!("{base}-{year}"), format!("month {two} of {base}")));
            } else if month && index == 1 && atom.link != Link::And {
                let length = Some(Length::Month);
                kept = Some((
                    index,
                    Atom { year: Some(base), length, number: two.unsigned_abs(), short: false, link: Link::And },
                ));
            } else {
                return Err(HorizonError::Backwards(Period::of_year(base)?, Period::of_year(year)?));
            }
        }
        before = Some(*atom);
    }
    match kept {
        Some((1, month)) if atoms.len() == 2 => {
            // The year before it was the month's: both atoms now say the same.
            atoms.fill(month);
            Ok(())
        }
        Some((_, month)) => Err(HorizonError::Unreadable(month.number.to_string())),
        None => Ok(()),
    }
}

/// The periods of every run: two joined by a dash or slash are a range, three or more a list.
fn periods(atoms: &[Atom]) -> Result<Vec<Period>, HorizonError> {
    let mut all = Vec::new();
    for run in atoms.chunk_by(|_, next| next.link != Link::And) {
        let made: Vec<Period> = run.iter().map(|atom| period(*atom)).collect::<Result<_, _>>()?;
        for pair in made.windows(2) {
            if let [one, other] = pair {
                if one.length() != other.length() {
                    return Err(HorizonError::Mixed(*one, *other));
                }
                if one >= other && run.len() > 1 {
                    return Err(HorizonError::Backwards(*one, *other));
                }
            }
        }
        match (made.as_slice(), run) {
            ([one, other], [_, second]) => {
                let adjacent = one.next() == Some(*other);
                if second.link == Link::Slash && one.length() != Length::Year && !adjacent {
                    return Err(HorizonError::Ambiguous(format!("{one} and {other}"), format!("{one} to {other}")));
                }
                all.extend(range(*one, *other)?);
            }
            _ => all.extend(made),
        }
    }
    Ok(all)
}

fn period(atom: Atom) -> Result<Period, HorizonError> {
    match (atom.length, atom.year) {
        (Some(length), Some(year)) => Ok(Period::of(length, year, atom.number)?),
        (None, _) => Err(HorizonError::Unreadable(atom.number.to_string())),
        (_, None) => Err(HorizonError::NoYear),
    }
}

fn range(first: Period, last: Period) -> Result<Vec<Period>, HorizonError> {
    if first > last {
        return Err(HorizonError::Backwards(first, last));
    }
    Ok(std::iter::successors(Some(first), |period| period.next()).take_while(|period| *period <= last).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_as(text: &str) -> String {
        match read(text) {
            Ok(schedule) => schedule.periods().map(|p| p.to_string()).collect::<Vec<_>>().join(" "),
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn years_are_read_in_every_spelling() {
        for (text, expected) in [
            ("2024", "2024"),
            (" 2024 ", "2024"),
            ("Anno 2024", "2024"),
            ("2024/25/26", "2024 2025 2026"),
            ("2024/26", "2024 2025 2026"),
            ("2024/2026", "2024 2025 2026"),
            ("2024-2026", "2024 2025 2026"),
            ("2024 – 2026", "2024 2025 2026"),
            ("2024–26", "2024 2025 2026"),
            ("2024/25", "2024 2025"),
            ("2024 - 2025 - 2026", "2024 2025 2026"),
            ("2024-25-26", "2024 2025 2026"),
            ("[biennio 2021 – 2022]", "2021 2022"),
            ("[biennio 2021 –\n2022]", "2021 2022"),
            ("triennio 2021-2023", "2021 2022 2023"),
            ("[triennio  2021  –  2023];", "2021 2022 2023"),
            ("[2021]", "2021"),
            ("[2022-2023]", "2022 2023"),
            ("2024, 2026", "2024 2026"),
            ("2021, 2022 e 2023", "2021 2022 2023"),
            ("2024 2025 2026", "2024 2025 2026"),
            ("dal 2024 al 2026", "2024 2025 2026"),
            ("entro il 2025", "2025"),
            ("2023-2024, 2026", "2023 2024 2026"),
            ("2011/12", "2011 2012"),
        ] {
            assert_eq!(read_as(text), expected, "{text}");
        }
    }

    #[test]
    fn parts_of_years_are_read() {
        for (text, expected) in [
            ("III trim. 2016", "2016-Q3"),
            ("I \nTrim.\n2015", "2015-Q1"),
            ("IV\nTrim.\n2017", "2017-Q4"),
            ("I trimestre 2015", "2015-Q1"),
            ("1° trim. 2015", "2015-Q1"),
            ("2015-Q1", "2015-Q1"),
            ("2015-Q1; 2015-Q3", "2015-Q1 2015-Q3"),
            ("Q3 2024", "2024-Q3"),
            ("1° semestre 2025", "2025-S1"),
            ("primo semestre 2025", "2025-S1"),
            ("II sem. 2024", "2024-S2"),
            ("2024-S2", "2024-S2"),
            ("marzo 2024", "2024-03"),
            ("gen. 2024", "2024-01"),
            ("gen-16", "2016-01"),
            ("06/2024", "2024-06"),
            ("2024-06", "2024-06"),
            ("gennaio - marzo 2024", "2024-01 2024-02 2024-03"),
            ("I e II trim. 2016", "2016-Q1 2016-Q2"),
            ("I, II, IV trimestre 2016", "2016-Q1 2016-Q2 2016-Q4"),
            ("trim. I 2016", "2016-Q1"),
            ("III trim. 2015 - II trim. 2016", "2015-Q3 2015-Q4 2016-Q1 2016-Q2"),
            ("I trim. '16", "2016-Q1"),
            ("31.12.2024", "2024-12"),
            ("entro il 30/06/2025", "2025-06"),
            ("31 dicembre 2024", "2024-12"),
            ("2024-12-31", "2024-12"),
            ("2024; I trim. 2025", "2024 2025-Q1"),
        ] {
            assert_eq!(read_as(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_clear_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "the horizon is empty"),
            ("[]", "the horizon is empty"),
            ("annuale", "`annuale` is no part of a horizon"),
            ("triennio", "the horizon names no year"),
            ("2026-2024", "the horizon runs backwards, from 2026 to 2024"),
            ("2024/23", "the horizon runs backwards, from 2024 to 2023"),
            ("1889", "year 1889 is not plausible"),
            ("2024-2999", "year 2999 is not plausible"),
            ("biennio 2021-2023", "the horizon says 2 years but names 3"),
            ("dal 2024", "the horizon is open"),
            ("2024-", "the horizon is open"),
            ("fino al 2026", "the horizon is open"),
            ("2010-12", "the horizon may mean 2010-2012 or month 12 of 2010"),
            ("V trim. 2016", "`v` is no part of a horizon"),
            ("5° trim. 2016", "there is no quarter 5"),
            ("I trimestre", "the horizon names no year"),
            ("I/III trim. 2016", "the horizon may mean 2016-Q1 and 2016-Q3 or 2016-Q1 to 2016-Q3"),
            ("30.02.2024", "there is no day 30.2.2024"),
            ("2024 - marzo 2025", "the horizon joins periods of different length"),
            ("24", "`24` is no part of a horizon"),
            ("20244", "`20244` is no part of a horizon"),
            ("1000 euro", "`euro` is no part of a horizon"),
        ] {
            let found = read_as(text);
            assert!(found.starts_with(&format!("! {reason}")), "{text}: {found}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r"([0-9]{1,5}|[-/.,° ]|I{1,3}|IV|trim|sem|marzo|al|dal|fino|biennio|\PC){0,12}") {
            let _ = read(&text);
        }

        #[test]
        fn what_a_period_prints_reads_as_itself(year in 2013..2100i32, month in 1..=12u32) {
            for period in [Period::of_year(year), Period::of_month(year, month), Period::of_quarter(year, (month - 1) / 3 + 1)] {
                let period = period.unwrap();
                prop_assert_eq!(read(&period.to_string()).unwrap(), Schedule::new([period]).unwrap());
            }
        }
    }
}
