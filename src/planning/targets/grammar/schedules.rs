//! One value each year.

use rust_decimal::Decimal;
use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;

use super::amounts::{Amount, amount};
use super::comparing::comparator;
use super::dates::four_digits;
use super::{Draft, In, Res, mark, maybe, one_of, take, word, words};
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::Tok;
use crate::planning::targets::vocabulary::{Time, Word};
use crate::planning::targets::{Comparator, DeadlineRule, Kind, Unit};

/// The most years of a schedule.
const MAX_YEARS: usize = 12;

struct Entry {
    year: i32,
    comparator: Option<Comparator>,
    amount: Amount,
}

/// Values by year: all with the same comparator and unit, each year once. `value` is the first.
///
/// | text | reading |
/// |---|---|
/// | `2024: 10; 2025: 12` `2024=10, 2025=12` `anno 2024: 3 - anno 2025: 4` | schedule |
/// | `10 nel 2024, 12 nel 2025` `80% (2024) - 90% (2025)` | schedule |
pub(super) fn schedule(input: &mut In<'_>) -> Res<Draft> {
    let mut entry: fn(&mut In<'_>) -> Res<Entry> = year_first;
    let first = match maybe(input, year_first) {
        Some(found) => found,
        None => {
            entry = value_first;
            value_first(input)?
        }
    };
    let mut remarks = first.amount.remarks;
    let unit = first.amount.unit;
    let mut years: Vec<(i32, Decimal)> = vec![(first.year, first.amount.value)];
    while years.len() < MAX_YEARS {
        let next = maybe(input, |input| {
            separator(input)?;
            entry(input)
        });
        let Some(next) = next else { break };
        let repeated = years.iter().any(|(year, _)| *year == next.year);
        let same_comparator = next.comparator.is_none() || next.comparator == first.comparator;
        if repeated || !same_comparator || (next.amount.unit.is_some() && next.amount.unit != unit) {
            return Err(EmptyError);
        }
        remarks = remarks.and(next.amount.remarks);
        years.push((next.year, next.amount.value));
    }
    if years.len() < 2 || matches!(unit, Some(Unit::Points)) {
        return Err(EmptyError);
    }
    let comparator = first.comparator.unwrap_or(Comparator::Default);
    let draft = Draft::of(Kind::Schedule, comparator).number(first.amount.value).unit(unit);
    Ok(draft.rule(Some(DeadlineRule::Schedule(years))).with(remarks))
}

fn separator(input: &mut In<'_>) -> Res<()> {
    let marks =
        take(|tok| matches!(tok, Tok::Semicolon | Tok::Comma | Tok::Dash | Tok::Slash | Tok::Stop).then_some(()));
    // None at all is fine too: "2024: 10 2025: 12" are a table's cells.
    maybe(input, marks);
    maybe(input, word(Word::And));
    Ok(())
}

/// "2024: 10", "anno 2024 = 10", "2024 - 80%"; ":" or "=" says which of two numbers is the year.
fn year_first(input: &mut In<'_>) -> Res<Entry> {
    words::joining(input);
    maybe(input, word(Word::Time(Time::Year)));
    let year = four_digits(input)?;
    let mut strong = false;
    if maybe(input, mark(Tok::Colon)).is_some() || maybe(input, mark(Tok::Compare(Comparator::Equal))).is_some() {
        strong = true;
    } else {
        maybe(input, mark(Tok::Dash));
    }
    let entry = value(input, year)?;
    // "2024 2025": two bare numbers are no entry
    if strong || entry.amount.unit.is_some() || entry.comparator.is_some() { Ok(entry) } else { Err(EmptyError) }
}

/// "10 nel 2024", "80% (2024)", "12 per il 2025"
fn value_first(input: &mut In<'_>) -> Res<Entry> {
    let found = value(input, 0)?;
    let bracketed = |input: &mut In<'_>| {
        mark(Tok::Open)(input)?;
        let year = four_digits(input)?;
        mark(Tok::Close)(input)?;
        Ok(year)
    };
    let spelled = |input: &mut In<'_>| {
        one_of(&[Word::In, Word::Per])(input)?;
        words::joining(input);
        maybe(input, word(Word::Time(Time::Year)));
        four_digits(input)
    };
    let year = alt((bracketed, spelled)).parse_next(input)?;
    Ok(Entry { year, ..found })
}

fn value(input: &mut In<'_>, year: i32) -> Res<Entry> {
    let comparator = maybe(input, comparator);
    words::articles(input);
    let mut amount = amount(input)?;
    if amount.second.is_some() || amount.round {
        return Err(EmptyError);
    }
    let noun = maybe(input, words::nouns).unwrap_or_else(Remarks::default);
    amount.remarks = amount.remarks.and(noun);
    Ok(Entry { year, comparator: comparator.map(|(comparator, _)| comparator), amount })
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn examples() {
        reads(&[
            ("2024: 10; 2025: 12", "schedule default 10 [2024=10|2025=12]"),
            ("2024=10, 2025=12", "schedule default 10 [2024=10|2025=12]"),
            ("anno 2024: 3 - anno 2025: 4", "schedule default 3 [2024=3|2025=4]"),
            ("10 nel 2024, 12 nel 2025", "schedule default 10 [2024=10|2025=12]"),
            ("80% (2024) - 90% (2025)", "schedule default 80 % [2024=80|2025=90]"),
            ("2024: almeno 10; 2025: almeno 12", "schedule >= 10 [2024=10|2025=12]"),
            ("2024: 10; 2024: 12", "text"),
            ("2024: 10%; 2025: 12 giorni", "text"),
            ("2024: SI; 2025: SI", "text"),
        ]);
    }
}
