//! Days and periods of the calendar; a period stands for its last day.

use chrono::NaiveDate;
use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;
use winnow::stream::{Stream, TokenSlice};

use super::{In, Res, digits, mark, maybe, one_of, take, word, words};
use crate::planning::targets::literals::Form;
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::{Number, Sign, Tok, Token};
use crate::planning::targets::vocabulary::{Period, Time, Word};
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

/// The day on which February ends in the year meant.
fn last_day(month: u32, year: i32) -> u32 {
    (28..=31).rev().find(|day| NaiveDate::from_ymd_opt(year, month, *day).is_some()).unwrap_or(28)
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

fn one_or_two_digits(input: &mut In<'_>) -> Res<u32> {
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

fn day(day: u32, month: u32, year: Year) -> Day {
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

fn month(input: &mut In<'_>) -> Res<u32> {
    take(|tok| match tok {
        Tok::Word(Word::Month(month)) => Some(u32::from(month)),
        _ => None,
    })(input)
}

/// A period, as its last day.
///
/// | text | day |
/// |---|---|
/// | `marzo` `il mese di marzo 2025` `fine marzo` | the last of March |
/// | `I trimestre` `primo semestre` `2° sem. 2025` `III trim. 2025` `Q1 2025` | the period's last day |
/// | `fine anno` `l'anno` `anno 2025` `il 2025` `fine 2025` | 31 December |
/// | `metà marzo` `metà anno` | 15 March, 30 June |
fn period(reference_year: i32) -> impl FnMut(&mut In<'_>) -> Res<Day> {
    move |input| {
        let end = maybe(input, word(Word::End)).is_some();
        let middle = !end && maybe(input, word(Word::Middle)).is_some();
        words::joining(input);
        let part = alt((whole_month, quarter, first_half, whole_year)).parse_next(input)?;
        let (last_month, month_only) = part;
        let year = match month_only {
            Span::Year(year) => year,
            _ => maybe(input, year_suffix).unwrap_or(Year::Unsaid),
        };
        let calendar_year = match year {
            Year::Fixed(year) => year,
            Year::Offset(years) => reference_year.saturating_add(years),
            Year::Unsaid | Year::Each => reference_year,
        };
        let bare_year = matches!(month_only, Span::Year(_)) && !end && !middle;
        let mut found = day(last_day(last_month, calendar_year), last_month, year);
        found.weak = bare_year;
        found.remarks = Remarks::of(Remark::PeriodEnd);
        if middle {
            found.remarks = Remarks::of(Remark::MidPeriod);
            (found.month, found.day) = match month_only {
                Span::Month => (last_month, 15),
                Span::Year(_) => (6, 30),
                Span::Part => return Err(EmptyError),
            };
        }
        Ok(found)
    }
}

/// What kind of period was read.
#[derive(Debug, Clone, Copy)]
enum Span {
    Month,
    Part,
    Year(Year),
}

fn whole_month(input: &mut In<'_>) -> Res<(u32, Span)> {
    maybe(input, |input| {
        word(Word::Time(Time::Month))(input)?;
        word(Word::Of)(input)
    });
    Ok((month(input)?, Span::Month))
}

/// "I trimestre", "primo semestre", "2° sem.", "Q1"
fn quarter(input: &mut In<'_>) -> Res<(u32, Span)> {
    let number = |input: &mut In<'_>| {
        let spelled = take(|tok| match tok {
            Tok::Word(Word::Ordinal(number) | Word::Roman(number)) => Some(u32::from(number)),
            _ => None,
        });
        let number = alt((spelled, one_or_two_digits)).parse_next(input)?;
        maybe(input, mark(Tok::Degree));
        Ok(number)
    };
    let spelled = |input: &mut In<'_>| {
        let number = number(input)?;
        let period = take(|tok| match tok {
            Tok::Word(Word::Part(period)) => Some(period),
            _ => None,
        })(input)?;
        Ok((number, period))
    };
    let sign = |input: &mut In<'_>| {
        let period = if one_of(&[Word::QuarterSign, Word::HalfSign])(input)? == Word::QuarterSign {
            Period::Quarter
        } else {
            Period::Half
        };
        Ok((one_or_two_digits(input)?, period))
    };
    let (number, period) = alt((spelled, sign)).parse_next(input)?;
    let months = match period {
        Period::TwoMonths => 2,
        Period::Quarter => 3,
        Period::FourMonths => 4,
        _ => 6,
    };
    let last = number * months;
    if number >= 1 && last <= 12 { Ok((last, Span::Part)) } else { Err(EmptyError) }
}

/// "la prima metà dell'anno"
fn first_half(input: &mut In<'_>) -> Res<(u32, Span)> {
    let half = take(|tok| match tok {
        Tok::Word(Word::Ordinal(half @ (1 | 2))) => Some(u32::from(half)),
        _ => None,
    })(input)?;
    word(Word::Middle)(input)?;
    maybe(input, |input| {
        words::of_year(input)?;
        // "dell'anno 2025" is left to the year's own rule
        if input.first().is_some_and(|token| matches!(token.tok, Tok::Number(_))) { Err(EmptyError) } else { Ok(()) }
    });
    Ok((half * 6, Span::Part))
}

/// "l'anno", "anno 2025", "il 2025", "l'anno successivo", "l'esercizio"
fn whole_year(input: &mut In<'_>) -> Res<(u32, Span)> {
    let named = |input: &mut In<'_>| year_suffix.parse_next(input);
    let alone = |input: &mut In<'_>| {
        word(Word::Time(Time::Year))(input)?;
        Ok(Year::Unsaid)
    };
    let year = alt((named, alone)).parse_next(input)?;
    Ok((12, Span::Year(year)))
}

/// The year after a day or period.
///
/// | text | year |
/// |---|---|
/// | `2025` `del 2025` `dell'anno 2025` | that one |
/// | `anno precedente` `dell'anno successivo` `(anno successivo)` | before, after |
/// | `dell'anno in corso` `dell'anno di riferimento` | the reference year |
/// | `di ogni anno` `di ciascun anno` | each |
fn year_suffix(input: &mut In<'_>) -> Res<Year> {
    let open = maybe(input, mark(Tok::Open)).is_some();
    words::joining(input);
    let relative = |input: &mut In<'_>| {
        let before = maybe(input, one_of(&[Word::Previous, Word::Next]));
        word(Word::Time(Time::Year))(input)?;
        if let Some(found) = before {
            return Ok(found);
        }
        maybe(input, one_of(&[Word::In, Word::Of]));
        one_of(&[Word::Previous, Word::Next, Word::Current])(input)
    };
    let relative = |input: &mut In<'_>| {
        Ok(Year::Offset(match relative(input)? {
            Word::Previous => -1,
            Word::Next => 1,
            _ => 0,
        }))
    };
    let each = |input: &mut In<'_>| {
        word(Word::Every)(input)?;
        word(Word::Time(Time::Year))(input)?;
        Ok(Year::Each)
    };
    let fixed = |input: &mut In<'_>| {
        maybe(input, word(Word::Time(Time::Year)));
        four_digits(input).map(Year::Fixed)
    };
    let year = alt((relative, each, fixed)).parse_next(input)?;
    if open {
        mark(Tok::Close)(input)?;
    }
    Ok(year)
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
        let Ok(found) = written(&mut input) else { return false };
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
    fn periods() {
        reads(&[
            ("Gennaio 2025", "date by [2025-01-31]"),
            ("entro il mese di marzo 2025", "date by [2025-03-31]"),
            ("entro febbraio", "date by [Y-02-29]"),
            ("fine marzo", "date by [Y-03-31]"),
            ("I trimestre", "date by [Y-03-31]"),
            ("primo semestre", "date by [Y-06-30]"),
            ("2° sem. 2025", "date by [2025-12-31]"),
            ("III trim. 2025", "date by [2025-09-30]"),
            ("Q1 2025", "date by [2025-03-31]"),
            ("II quadrimestre", "date by [Y-08-31]"),
            ("fine anno", "date by [Y-12-31]"),
            ("entro l'anno", "date by [Y-12-31]"),
            ("entro il 2025", "date by [2025-12-31]"),
            ("entro fine 2025", "date by [2025-12-31]"),
            ("entro metà marzo", "date by [Y-03-15]"),
            ("metà anno", "date by [Y-06-30]"),
            ("entro la prima metà dell'anno", "date by [Y-06-30]"),
            ("V trimestre", "text"),
            ("5° trimestre", "text"),
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
