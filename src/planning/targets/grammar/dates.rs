//! Days and periods of the calendar; a period stands for its last day.

use chrono::NaiveDate;
use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;
use winnow::stream::{Stream, TokenSlice};

use super::periods::{period, year_suffix};
use super::{In, Res, digits, mark, maybe, take, word, words};
use crate::planning::targets::literals::Form;
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::{Number, Sign, Tok, Token};
use crate::planning::targets::vocabulary::Word;
use crate::planning::targets::{Remark, When};

/// Which year a day is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Year {
    Unsaid,
    Fixed(i32),
    /// Relative to the reference year.
    Offset(i32),
    Each,
}

/// A possible day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) year: Year,
    /// A year alone or a bare day.month, which without "entro" could be a number.
    pub(super) weak: bool,
    pub(super) remarks: Remarks,
}

impl Day {
    pub(super) fn when(self) -> Option<When> {
        let Self { month, day, .. } = self;
        Some(match self.year {
            Year::Unsaid => When::Relative { years: 0, month, day },
            Year::Offset(years) => When::Relative { years, month, day },
            Year::Each => When::Each { month, day },
            Year::Fixed(year) => When::On(NaiveDate::from_ymd_opt(year, month, day)?),
        })
    }

    /// The day, if the calendar has it in its year.
    fn checked(self, reference_year: i32) -> Res<Self> {
        let year = match self.year {
            Year::Unsaid => reference_year,
            Year::Fixed(year) => year,
            Year::Offset(years) => reference_year.saturating_add(years),
            Year::Each => 2024,
        };
        NaiveDate::from_ymd_opt(year, self.month, self.day).map(|_| self).ok_or(EmptyError)
    }
}

/// A whole number written in digits, within bounds.
fn whole(number: Number, bounds: std::ops::RangeInclusive<u8>) -> Option<i32> {
    match number.form {
        Form::Digits(count) if bounds.contains(&count) && number.sign == Sign::None => i32::try_from(number.value).ok(),
        _ => None,
    }
}

/// A year of four digits.
pub(super) fn four_digits(input: &mut In<'_>) -> Res<i32> {
    let year = whole(digits(input)?, 4..=4).ok_or(EmptyError)?;
    if (1990..=2099).contains(&year) { Ok(year) } else { Err(EmptyError) }
}

pub(super) fn one_or_two_digits(input: &mut In<'_>) -> Res<u32> {
    let number = whole(digits(input)?, 1..=2).ok_or(EmptyError)?;
    u32::try_from(number).map_err(|_| EmptyError)
}

/// A day as written, possible or not.
///
/// | text | day |
/// |---|---|
/// | `31.12.2024` `31/12/24` `31-12-2024` `2024-12-31` | that day |
/// | `30.4` `31/12` | day and month |
/// | `15 marzo` `1° luglio` `primo ottobre 2024` | day and month, the year if written |
fn written(input: &mut In<'_>) -> Res<Day> {
    alt((dotted_date, iso, slashed, dotted_day, named_month)).parse_next(input)
}

pub(super) fn day(day: u32, month: u32, year: Year) -> Day {
    Day { month, day, year, weak: false, remarks: Remarks::default() }
}

fn short_year(year: i32, short: bool) -> (Year, Remarks) {
    if short {
        (Year::Fixed(2000 + year), Remarks::of(Remark::ShortYear))
    } else {
        (Year::Fixed(year), Remarks::default())
    }
}

fn dotted_date(input: &mut In<'_>) -> Res<Day> {
    take(|tok| match tok {
        Tok::Date { day: number, month, year, short } => {
            let (year, remarks) = short_year(year, short);
            Some(Day { remarks, ..day(number, month, year) })
        }
        _ => None,
    })(input)
}

fn iso(input: &mut In<'_>) -> Res<Day> {
    let year = four_digits(input)?;
    mark(Tok::Dash)(input)?;
    let month = one_or_two_digits(input)?;
    mark(Tok::Dash)(input)?;
    Ok(day(one_or_two_digits(input)?, month, Year::Fixed(year)))
}

fn slashed(input: &mut In<'_>) -> Res<Day> {
    let number = one_or_two_digits(input)?;
    let separator =
        alt((mark(Tok::Slash).map(|()| Tok::Slash), mark(Tok::Dash).map(|()| Tok::Dash))).parse_next(input)?;
    let month = one_or_two_digits(input)?;
    let year = maybe(input, |input| {
        mark(separator)(input)?;
        let year = digits(input)?;
        whole(year, 4..=4)
            .map(|year| (Year::Fixed(year), Remarks::default()))
            .or_else(|| whole(year, 2..=2).map(|year| short_year(year, true)))
            .ok_or(EmptyError)
    });
    let remarks = Remarks::of(Remark::SlashDate);
    let unsaid = Day { weak: separator == Tok::Dash || number <= month, remarks, ..day(number, month, Year::Unsaid) };
    Ok(year.map_or(unsaid, |(year, remarks)| Day { remarks, ..day(number, month, year) }))
}

/// "30.4", "31.04"
fn dotted_day(input: &mut In<'_>) -> Res<Day> {
    match digits(input)? {
        Number { form: Form::Dotted { whole, whole_digits, part, part_digits: 1 | 2 }, sign: Sign::None, .. } => {
            let weak = whole_digits != 2;
            Ok(Day { weak, remarks: Remarks::of(Remark::BareDayMonth), ..day(whole, part, Year::Unsaid) })
        }
        _ => Err(EmptyError),
    }
}

/// "15 marzo", "1° luglio", "primo ottobre", "trentuno dicembre"
fn named_month(input: &mut In<'_>) -> Res<Day> {
    let spelled = take(|tok| match tok {
        Tok::Word(Word::Ordinal(1)) => Some(1),
        Tok::Word(Word::Cardinal(number @ 2..=31)) => Some(number),
        _ => None,
    });
    let number = alt((one_or_two_digits, spelled)).parse_next(input)?;
    maybe(input, mark(Tok::Degree));
    maybe(input, word(Word::Of));
    Ok(day(number, month(input)?, Year::Unsaid))
}

pub(super) fn month(input: &mut In<'_>) -> Res<u32> {
    take(|tok| match tok {
        Tok::Word(Word::Month(month)) => Some(u32::from(month)),
        _ => None,
    })(input)
}

/// One day or period, possible in its year, with the year that follows it.
pub(super) fn date(reference_year: i32) -> impl FnMut(&mut In<'_>) -> Res<Day> {
    move |input| {
        let mut exact = |input: &mut In<'_>| {
            let found = written(input)?;
            let year = match found.year {
                Year::Unsaid => maybe(input, year_suffix),
                _ => None,
            };
            let weak = found.weak && year.is_none();
            Day { year: year.unwrap_or(found.year), weak, ..found }.checked(reference_year)
        };
        match maybe(input, &mut exact) {
            Some(day) => Ok(day),
            None => period(reference_year)(input),
        }
    }
}

/// Several days: "30/06 e 31/12/2024", "31.12.2024-2025-2026". At most a dozen.
pub(super) fn dates(reference_year: i32) -> impl FnMut(&mut In<'_>) -> Res<(Vec<When>, Remarks, bool)> {
    move |input| {
        let first = date(reference_year)(input)?;
        let mut days = vec![first];
        let mut remarks = first.remarks;
        while days.len() < 12 {
            let last = days.last().copied().unwrap_or(first);
            let next = maybe(input, |input| {
                one_separator(input)?;
                match (last.year, maybe(input, four_digits)) {
                    (Year::Fixed(_), Some(year)) => Day { year: Year::Fixed(year), ..last }.checked(reference_year),
                    (_, Some(_)) => Err(EmptyError),
                    (_, None) => {
                        maybe(input, word(Word::Within));
                        words::joining(input);
                        date(reference_year)(input)
                    }
                }
            });
            let Some(next) = next else { break };
            remarks = remarks.and(next.remarks);
            days.push(next);
        }
        // "30/06 e 31/12/2024": the year said last is everybody's.
        let year = days.last().map_or(Year::Unsaid, |day| day.year);
        for day in &mut days {
            if day.year == Year::Unsaid {
                day.year = year;
            }
        }
        let weak = first.weak;
        let whens: Option<Vec<_>> = days.into_iter().map(Day::when).collect();
        Ok((whens.ok_or(EmptyError)?, remarks, weak))
    }
}

fn one_separator(input: &mut In<'_>) -> Res<()> {
    take(|tok| matches!(tok, Tok::Dash | Tok::Slash | Tok::Comma | Tok::Semicolon | Tok::Word(Word::And)).then_some(()))(
        input,
    )
}

/// Whether an impossible day stands somewhere: "31.04", "30 febbraio".
pub(super) fn impossible(tokens: &[Token<'_>], reference_year: i32) -> bool {
    (0..tokens.len()).any(|start| {
        let mut input = TokenSlice::new(tokens.get(start..).unwrap_or_default());
        let Ok(found) = written(&mut input) else {
            return false;
        };
        let start_of_number = start == 0
            || !matches!(tokens.get(start - 1).map(|token| token.tok), Some(Tok::Slash | Tok::Dash | Tok::Compare(_)));
        let date_like = (1..=31).contains(&found.day) && (1..=12).contains(&found.month);
        let dated = date_like || !matches!(found.year, Year::Unsaid);
        start_of_number
            && dated
            && input.peek_token().is_none_or(|next| next.tok != Tok::Percent)
            && found.checked(reference_year).is_err()
    })
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn days() {
        reads(&[
            ("31.12.2024", "date by [2024-12-31]"),
            ("31/12/24", "date by [2024-12-31]"),
            ("31-12-2024", "date by [2024-12-31]"),
            ("2024-12-31", "date by [2024-12-31]"),
            ("31 / 12 / 2024", "date by [2024-12-31]"),
            ("31/12", "date by [Y-12-31]"),
            ("Entro 30.4", "date by [Y-04-30]"),
            ("30.04", "date by [Y-04-30]"),
            ("15 marzo", "date by [Y-03-15]"),
            ("1° luglio", "date by [Y-07-01]"),
            ("primo ottobre 2024", "date by [2024-10-01]"),
            ("entro il 31-12", "date by [Y-12-31]"),
            ("29 febbraio", "date by [Y-02-29]"),
            ("31.04", "text"),
            ("entro 31.06", "text"),
            ("30 febbraio", "text"),
            ("29/02/2023", "text"),
            ("entro il 15/13/2024", "text"),
        ]);
    }

    #[test]
    fn years() {
        reads(&[
            ("31.12 anno precedente", "date by [Y-1-12-31]"),
            ("entro il 31/01 dell'anno successivo", "date by [Y+1-01-31]"),
            ("31/01 (anno successivo)", "date by [Y+1-01-31]"),
            ("entro il 30 giugno dell'anno in corso", "date by [Y-06-30]"),
            ("31 dicembre di ogni anno", "date by [each Y-12-31]"),
            ("entro marzo dell'anno successivo", "date by [Y+1-03-31]"),
            ("30/06 e 31/12/2024", "date by [2024-06-30|2024-12-31]"),
            ("31.12.2024-2025-2026", "date by [2024-12-31|2025-12-31|2026-12-31]"),
            ("entro il 30 giugno e entro il 31 dicembre", "date by [Y-06-30|Y-12-31]"),
        ]);
    }
}
