//! Between two values.

use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;

use super::amounts::{Amount, amount, unit};
use super::comparing::comparator;
use super::{Draft, In, Res, deadlines, mark, maybe, one_of, word, words};
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::Tok;
use crate::planning::targets::vocabulary::Word;
use crate::planning::targets::{Comparator, Kind, Remark, Unit};

/// Between two values.
///
/// | text | reading |
/// |---|---|
/// | `tra 5 e 10` `compreso tra 5% e 10%` `da 10 a 20` `dal 60% all'80%` | range between |
/// | `80-90%` `5-10 giorni` `€ 1.000 - 2.000` | range between |
/// | `≥ 5 e ≤ 10` `min 5 max 10` | range between |
pub(super) fn range<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<Draft> {
    move |input| {
        let lead = maybe(input, words::lead);
        let (first, second, mut remarks) = alt((between, from_to, dashed, bounded)).parse_next(input)?;
        let fits = first.unit.is_none() || second.unit.is_none() || first.unit == second.unit;
        let days = first.second.is_some() || second.second.is_some();
        if !fits || days || first.value >= second.value || (first.maybe_year() && second.maybe_year()) {
            return Err(EmptyError);
        }
        if lead.is_some() {
            remarks.add(Remark::Wording);
        }
        remarks = remarks.and(first.remarks).and(second.remarks).and(maybe(input, words::nouns).unwrap_or_default());
        let deadline = maybe(input, deadlines::trailing(year));
        let mut draft =
            Draft::of(Kind::Range, Comparator::Between).number(first.value).unit(second.unit.or(first.unit));
        draft.value2 = Some(second.value);
        if let Some((rule, more)) = deadline {
            draft = draft.rule(Some(rule)).with(more);
        }
        Ok(draft.with(remarks))
    }
}

type Bounds = (Amount, Amount, Remarks);

/// "tra il 5% e il 10%", "compreso tra 5 e 10", "fra 10 e 20"
fn between(input: &mut In<'_>) -> Res<Bounds> {
    word(Word::Between)(input)?;
    maybe(input, word(Word::Between));
    words::joining(input);
    let first = amount(input)?;
    one_of(&[Word::And, Word::To])(input)?;
    words::joining(input);
    Ok((first, amount(input)?, Remarks::default()))
}

/// "da 10 a 20", "dal 60% all'80%"
fn from_to(input: &mut In<'_>) -> Res<Bounds> {
    // "dalle 9 alle 13" are hours
    if input.first().is_some_and(|token| token.text.eq_ignore_ascii_case("dalle")) {
        return Err(EmptyError);
    }
    let contracted = input.first().is_some_and(|token| token.text.len() > 2);
    word(Word::From)(input)?;
    let first = amount(input)?;
    word(Word::To)(input)?;
    words::articles(input);
    let second = amount(input)?;
    let change = contracted && second.unit.is_some();
    Ok((first, second, if change { Remarks::of(Remark::RangeOrChange) } else { Remarks::default() }))
}

/// "80-90%", "5 - 10 giorni", "10/15 giorni" is a soft ceiling and not this
fn dashed(input: &mut In<'_>) -> Res<Bounds> {
    let mut first = number_then_unit(input)?;
    mark(Tok::Dash)(input)?;
    let second = amount(input)?;
    if first.signed || second.signed {
        return Err(EmptyError);
    }
    first.remarks = first.remarks.without(Remark::SoftRange);
    Ok((first, second, Remarks::default()))
}

/// A number that may carry its own unit, without looking beyond a dash.
fn number_then_unit(input: &mut In<'_>) -> Res<Amount> {
    let start = *input;
    let found = amount(input)?;
    if found.second.is_none() {
        return Ok(found);
    }
    // "5-10 giorni" was taken whole: give the dash back.
    *input = start;
    let euro = maybe(input, word(Word::Euro)).is_some();
    super::digits(input)?;
    maybe(input, unit);
    Ok(Amount { second: None, unit: euro.then_some(Unit::Euro), ..found })
}

/// "≥ 5 e ≤ 10", "> 80% e < 90%", "min 5 max 10"
fn bounded(input: &mut In<'_>) -> Res<Bounds> {
    let (low, _) = comparator(input)?;
    let first = amount(input)?;
    maybe(input, |input| alt((word(Word::And), mark(Tok::Comma), mark(Tok::Dash), mark(Tok::Slash))).parse_next(input));
    // "almeno 80 entro 90 giorni" is a value and its deadline
    if super::peek(input) == Some(Tok::Word(Word::Within)) {
        return Err(EmptyError);
    }
    let (high, _) = comparator(input)?;
    let second = amount(input)?;
    let strict = low == Comparator::More || high == Comparator::Less;
    let low = matches!(low, Comparator::AtLeast | Comparator::More);
    let high = matches!(high, Comparator::AtMost | Comparator::Less);
    if !low || !high {
        return Err(EmptyError);
    }
    Ok((first, second, if strict { Remarks::of(Remark::StrictRange) } else { Remarks::default() }))
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn ranges() {
        reads(&[
            ("tra 5 e 10", "range between 5..10"),
            ("compreso tra 5% e 10%", "range between 5..10 %"),
            ("da 10 a 20", "range between 10..20"),
            ("dal 60% all'80%", "range between 60..80 %"),
            ("80-90%", "range between 80..90 %"),
            ("5-10 giorni", "range between 5..10 day"),
            ("€ 1.000 - € 2.000", "range between 1000..2000 EUR"),
            ("≥ 5 e ≤ 10", "range between 5..10"),
            ("almeno 80 entro 90 giorni", "number >= 80 [within P90D from event]"),
            ("min 5 max 10", "range between 5..10"),
            ("tra -5 e 5", "range between -5..5"),
            ("10-5", "text"),
            ("2024-2026", "text"),
        ]);
    }
}
