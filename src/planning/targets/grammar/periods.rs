//! Periods of the calendar, which stand for their last day, and the year after a day.

use chrono::NaiveDate;
use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;

use super::dates::{Day, Year, day, four_digits, month, one_or_two_digits};
use super::{In, Res, mark, maybe, one_of, take, word, words};
use crate::planning::targets::Remark;
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::Tok;
use crate::planning::targets::vocabulary::{Period, Time, Word};

/// The day on which February ends in the year meant.
fn last_day(month: u32, year: i32) -> u32 {
    (28..=31).rev().find(|day| NaiveDate::from_ymd_opt(year, month, *day).is_some()).unwrap_or(28)
}

/// A period, as its last day.
///
/// | text | day |
/// |---|---|
/// | `marzo` `il mese di marzo 2025` `fine marzo` | the last of March |
/// | `I trimestre` `primo semestre` `2° sem. 2025` `III trim. 2025` `Q1 2025` | the period's last day |
/// | `fine anno` `l'anno` `anno 2025` `il 2025` `fine 2025` | 31 December |
/// | `metà marzo` `metà anno` | 15 March, 30 June |
pub(super) fn period(reference_year: i32) -> impl FnMut(&mut In<'_>) -> Res<Day> {
    move |input| {
        let end = maybe(input, word(Word::End)).is_some();
        let middle = !end && maybe(input, word(Word::Middle)).is_some();
        words::joining(input);
        let part = alt((whole_month, quarter, first_half, whole_year)).parse_next(input)?;
        let (last_month, month_only) = part;
        let year = match month_only {
            Span::Year(year) => year,
            _ => {
                let found = maybe(input, year_suffix);
                if found.is_none() {
                    // "il secondo semestre dell'anno"
                    maybe(input, words::of_year);
                }
                found.unwrap_or(Year::Unsaid)
            }
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
pub(super) fn year_suffix(input: &mut In<'_>) -> Res<Year> {
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

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

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
}
