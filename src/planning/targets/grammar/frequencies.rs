//! How often: "all'anno", "al mese", "trimestrale", "ogni sei mesi".

use rust_decimal::Decimal;
use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;

use super::{Draft, In, Res, amounts, comparing, mark, maybe, one_of, take, word, words};
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::Tok;
use crate::planning::targets::vocabulary::{Period, Time, Word};
use crate::planning::targets::{Comparator, Kind, Remark, Unit};

/// A unit of frequency, and how many of it one period written makes ("semestrale": 2 per year).
#[derive(Debug, Clone, Copy)]
pub(super) struct Per {
    pub(super) unit: Unit,
    pub(super) times: u32,
    pub(super) remarks: Remarks,
}

fn per(period: Period) -> Per {
    let (unit, times) = match period {
        Period::Day => (Unit::PerDay, 1),
        Period::Week => (Unit::PerWeek, 1),
        Period::Fortnight => (Unit::PerMonth, 2),
        Period::Month => (Unit::PerMonth, 1),
        Period::TwoMonths => (Unit::PerYear, 6),
        Period::Quarter => (Unit::PerQuarter, 1),
        Period::FourMonths => (Unit::PerYear, 3),
        Period::Half => (Unit::PerYear, 2),
        Period::Year => (Unit::PerYear, 1),
    };
    let remarks = if times > 1 { Remarks::of(Remark::Converted) } else { Remarks::default() };
    Per { unit, times, remarks }
}

/// The noun of a period: "anno", "mese", "trimestre".
fn period_noun(input: &mut In<'_>) -> Res<Period> {
    take(|tok| match tok {
        Tok::Word(Word::Part(period)) => Some(period),
        Tok::Word(Word::Time(Time::Day)) => Some(Period::Day),
        Tok::Word(Word::Time(Time::Week)) => Some(Period::Week),
        Tok::Word(Word::Time(Time::Month)) => Some(Period::Month),
        Tok::Word(Word::Time(Time::Year)) => Some(Period::Year),
        _ => None,
    })(input)
}

/// The adjective or adverb: "annuo", "mensile", "trimestralmente".
fn adjective(input: &mut In<'_>) -> Res<(Period, bool)> {
    let plural = input.first().is_some_and(|token| token.text.ends_with(['i', 'I']));
    let period = take(|tok| match tok {
        Tok::Word(Word::Frequency(period)) => Some(period),
        _ => None,
    })(input)?;
    Ok((period, plural))
}

/// A frequency after a count.
///
/// | text | reading |
/// |---|---|
/// | `2/annuo` `2/anno` `4 all'anno` `3 volte l'anno` `2 annui` `2 per anno` `2 nell'anno` | per_year |
/// | `1 al mese` `2/mese` | per_month |
/// | `2 al trimestre` `1 a trimestre` | per_quarter |
/// | `1 a semestre` | 2 per_year |
/// | `2 ogni 3 mesi` | 2 per_quarter |
pub(super) fn after_count(input: &mut In<'_>) -> Res<Per> {
    let slashed = |input: &mut In<'_>| {
        mark(Tok::Slash)(input)?;
        alt((period_noun, adjective.map(|(period, _)| period))).map(per).parse_next(input)
    };
    let preposition = |input: &mut In<'_>| {
        one_of(&[Word::To, Word::Article, Word::Per, Word::In, Word::Of])(input)?;
        maybe(input, |input| {
            // "nel corso dell'anno"
            word(Word::Current)(input)?;
            word(Word::Of)(input)
        });
        maybe(input, word(Word::Every));
        period_noun.map(per).parse_next(input)
    };
    let qualified = |input: &mut In<'_>| {
        let (period, plural) = adjective(input)?;
        let mut found = per(period);
        if plural && period != Period::Year {
            found.remarks.add(Remark::PluralFrequency);
        }
        Ok(found)
    };
    alt((slashed, preposition, every, qualified)).parse_next(input)
}

/// "ogni anno", "ogni sei mesi", "ogni 3 mesi"
fn every(input: &mut In<'_>) -> Res<Per> {
    word(Word::Every)(input)?;
    let number = maybe(input, amounts::amount);
    let Some(number) = number else {
        return period_noun.map(per).parse_next(input);
    };
    let months = match number.unit {
        Some(Unit::Month) => number.value,
        _ => return Err(EmptyError),
    };
    [
        (1, Period::Month),
        (2, Period::TwoMonths),
        (3, Period::Quarter),
        (4, Period::FourMonths),
        (6, Period::Half),
        (12, Period::Year),
    ]
    .into_iter()
    .find(|(count, _)| Decimal::from(*count) == months)
    .map(|(_, period)| per(period))
    .ok_or(EmptyError)
}

/// A frequency alone, with a noun or with "cadenza": one each period.
///
/// | text | reading |
/// |---|---|
/// | `trimestrale` `mensilmente` | rate default 1 |
/// | `con cadenza semestrale` | rate default 2 per_year |
/// | `report mensile` `almeno mensile` | rate 1 per_month |
/// | `ogni 3 mesi` `ogni mese` | rate 1 |
pub(super) fn alone(input: &mut In<'_>) -> Res<Draft> {
    let within = super::peek(input) == Some(Tok::Word(Word::Within));
    let comparator = if within { None } else { maybe(input, comparing::comparator) };
    let mut remarks = comparator.map(|(_, remarks)| remarks).unwrap_or_default();
    if let Some(noun) = maybe(input, words::nouns) {
        remarks = remarks.and(noun).and(Remarks::of(Remark::Wording));
    }
    words::joining(input);
    maybe(input, word(Word::Cadence));
    let found = alt((every, adjective.map(|(period, _)| per(period)))).parse_next(input)?;
    let comparator = comparator.map_or(Comparator::Default, |(comparator, _)| comparator);
    let draft = Draft::of(Kind::Rate, comparator).number(found.times.into()).unit(Some(found.unit));
    Ok(draft.with(remarks).with(found.remarks).with(Remarks::of(Remark::FrequencyAlone)))
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn examples() {
        reads(&[
            ("2/annuo", "rate default 2 per_year"),
            ("2/anno", "rate default 2 per_year"),
            ("4 all'anno", "rate default 4 per_year"),
            ("3 volte l'anno", "rate default 3 per_year"),
            ("2 annui", "rate default 2 per_year"),
            ("2 per anno", "rate default 2 per_year"),
            ("2 nell'anno", "rate default 2 per_year"),
            ("1 al mese", "rate default 1 per_month"),
            ("2/mese", "rate default 2 per_month"),
            ("2 al trimestre", "rate default 2 per_quarter"),
            ("1 a semestre", "rate default 2 per_year"),
            ("2 ogni 3 mesi", "rate default 2 per_quarter"),
            ("una volta a settimana", "rate default 1 per_week"),
            ("trimestrale", "rate default 1 per_quarter"),
            ("mensilmente", "rate default 1 per_month"),
            ("semestrale", "rate default 2 per_year"),
            ("con cadenza semestrale", "rate default 2 per_year"),
            ("report mensile", "rate default 1 per_month"),
            ("almeno mensile", "rate >= 1 per_month"),
            ("ogni 3 mesi", "rate default 1 per_quarter"),
            ("ogni sei mesi", "rate default 2 per_year"),
            ("una relazione annuale", "rate default 1 per_year"),
            ("almeno 2 riunioni all'anno", "rate >= 2 per_year"),
            ("ogni 5 mesi", "text"),
        ]);
    }
}
