//! Comparator + amount + what is counted + until when; ranges, ratios and rates.

use rust_decimal::Decimal;
use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;

use super::amounts::{Amount, amount};
use super::comparing::{comparator, trailing};
use super::frequencies::{Per, after_count};
use super::{Draft, In, Res, deadlines, mark, maybe, peek, word, words};
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::Tok;
use crate::planning::targets::vocabulary::Word;
use crate::planning::targets::{Comparator, DeadlineRule, Kind, Remark, Unit};

/// What stands before the number: words, a comparator, "n.", a score's name.
struct Opening {
    comparator: Option<Comparator>,
    /// The comparator is a word: a dash after it separates.
    worded: bool,
    /// "entro": needs a unit, since "entro 10" could be a day.
    within: bool,
    /// Words precede that do not announce a value.
    unannounced: bool,
    score: bool,
    numbered: bool,
    remarks: Remarks,
}

fn opening(input: &mut In<'_>) -> Opening {
    let mut found = Opening {
        comparator: None,
        worded: false,
        within: false,
        unannounced: false,
        score: false,
        numbered: false,
        remarks: Remarks::default(),
    };
    let compare = |input: &mut In<'_>, found: &mut Opening| {
        found.worded = matches!(peek(input), Some(Tok::Word(_)));
        found.within = peek(input) == Some(Tok::Word(Word::Within));
        if let Some((comparator, remarks)) = maybe(input, comparator) {
            found.comparator = Some(comparator);
            found.remarks = found.remarks.and(remarks);
        }
    };
    compare(input, &mut found);
    if found.comparator.is_none() {
        words::articles(input);
        found.score = peek(input) == Some(Tok::Word(Word::Score));
        if let Some(announced) = maybe(input, words::lead) {
            found.unannounced = !announced;
            found.remarks.add(Remark::Wording);
            compare(input, &mut found);
        }
    }
    found.numbered = maybe(input, word(Word::NumberSign)).is_some();
    words::articles(input);
    if maybe(input, mark(Tok::Colon)).is_some() {
        found.unannounced = false;
    }
    found
}

/// One number with what surrounds it.
///
/// | text | reading |
/// |---|---|
/// | `Almeno 80%` `non inferiore al 90 %` `> di 50` `n. 3` `1.500 accessi` | comparator, value, unit |
/// | `≤ 30 gg` `entro 10 giorni dalla ricezione` | elapsed time, with its event |
/// | `4 su 5` `≥4/5` `3 servizi su 5` `≥ 4,0 su 5` | ratio; a rating where the value has decimals |
/// | `2/annuo` `almeno 2 incontri all'anno` | rate |
/// | `100% delle richieste entro il 31/12` | value and deadline |
pub(super) fn quantity<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<Draft> {
    move |input| {
        let mut open = opening(input);
        let mut found = amount(input)?;
        let mut remarks = open.remarks.and(found.remarks);
        let bounded = matches!(open.comparator, Some(Comparator::AtLeast | Comparator::AtMost));
        if bounded && open.worded && found.kind() == Kind::Duration && found.signed {
            found.value = found.value.abs();
            remarks.add(Remark::TimeDash);
        }
        let mut event = if found.kind() == Kind::Duration { maybe(input, deadlines::event) } else { None };
        let mut nouns = maybe(input, words::nouns);
        let scale = maybe(input, scale);
        let minute = input.first().is_some_and(|token| token.text.eq_ignore_ascii_case("min"));
        let after = maybe(input, trailing);
        if minute && after.is_some() && found.unit.is_none() && scale.is_none() && nouns.is_none() {
            // "5 min"
            found.unit = Some(Unit::Minute);
            remarks.add(Remark::MinuteOrMinimum);
        }
        let after = after.filter(|_| !remarks.has(Remark::MinuteOrMinimum));
        if open.comparator.is_some() && after.is_some() {
            return Err(EmptyError);
        }
        open.comparator = open.comparator.or(after);
        // "10 incontri l'anno", "2 volte al mese", "1 al mese"
        let per = maybe(input, after_count);
        if event.is_none() && found.kind() == Kind::Duration {
            event = maybe(input, deadlines::event);
        }
        if nouns.is_none() {
            nouns = maybe(input, words::nouns);
        }
        remarks = remarks.and(nouns.unwrap_or_default());
        remarks = remarks.and(maybe(input, words::parenthesis).unwrap_or_default());
        let deadline = maybe(input, deadlines::trailing(year));

        let bare = found.unit.is_none() && open.comparator.is_none() && scale.is_none() && per.is_none();
        let year_of_something = open.remarks.has(Remark::Wording) && bare && found.maybe_year();
        let unsure =
            (open.unannounced && bare && !open.numbered) || (open.within && found.unit.is_none()) || year_of_something;
        let impossible_day = found.day_like && bare && nouns.is_none();
        let citation = open.unannounced && scale.is_some();
        // "pratiche -3%" could be a change: the rules of changes did not take it
        let share = matches!(found.unit, Some(Unit::Percent | Unit::Points));
        let change = found.signed && share && open.comparator.is_none();
        if unsure || impossible_day || citation || change {
            return Err(EmptyError);
        }
        if open.unannounced && open.numbered && bare {
            remarks.add(Remark::Reference);
        }
        let alone = scale.is_none() && per.is_none() && nouns.is_none();
        if alone && found.maybe_year() {
            remarks.add(Remark::MaybeYear);
        }
        let round = found.round.then_some(Comparator::About);
        let comparator = open.comparator.or(round).unwrap_or(Comparator::Default);
        let draft = match (scale, per) {
            (Some((of, slash)), None) => ratio(&found, of, slash && bare_slash(&open), &open, comparator)?,
            (None, Some(per)) => rate(&found, per, comparator)?,
            (None, None) => {
                let draft = Draft::of(found.kind(), comparator).number(found.value).unit(found.unit);
                Draft { value2: found.second, ..draft }
            }
            _ => return Err(EmptyError),
        };
        let draft = draft.with(remarks);
        dated(draft, &found, event, deadline)
    }
}

fn bare_slash(open: &Opening) -> bool {
    open.comparator.is_none() && !open.score
}

/// Adds the deadline, or for an elapsed time its event.
fn dated(
    draft: Draft,
    found: &Amount,
    event: Option<Remarks>,
    deadline: Option<(DeadlineRule, Remarks)>,
) -> Res<Draft> {
    match (event, deadline) {
        (Some(_), None) => {
            let rule = deadlines::span(found);
            Ok(draft.rule(rule).with(Remarks::of(Remark::EventSpan)))
        }
        (Some(_), Some(_)) => Err(EmptyError),
        // two elapsed times
        (None, Some((DeadlineRule::Within(..), _))) if draft.kind == Some(Kind::Duration) => Err(EmptyError),
        (None, Some((rule, more))) => Ok(draft.rule(Some(rule)).with(more)),
        (None, None) if draft.kind == Some(Kind::Duration) => Ok(draft.with(Remarks::of(Remark::ElapsedTime))),
        (None, None) => Ok(draft),
    }
}

/// "su 5", "/5"; says whether it was a slash.
fn scale(input: &mut In<'_>) -> Res<(Decimal, bool)> {
    let slash = match maybe(input, mark(Tok::Slash)) {
        Some(()) => true,
        None => {
            word(Word::On)(input)?;
            false
        }
    };
    let of = amount(input)?;
    // "33/2013" cites a law
    if of.unit.is_some() || of.signed || (slash && of.maybe_year()) || of.value <= Decimal::ZERO {
        return Err(EmptyError);
    }
    Ok((of.value, slash))
}

fn ratio(found: &Amount, of: Decimal, doubtful: bool, open: &Opening, comparator: Comparator) -> Res<Draft> {
    if found.unit.is_some() || found.signed || found.value > of {
        return Err(EmptyError);
    }
    // The numerator of a fraction counts: one with decimals is a mark on a scale.
    let rating = found.value.scale() > 0 || open.score;
    let mut draft = Draft::of(Kind::Ratio, comparator).number(found.value).unit(rating.then_some(Unit::Rating));
    draft.value2 = Some(of);
    if !rating {
        draft.remarks.add(Remark::RatingOrFraction);
    }
    let day = doubtful && !rating && found.value <= Decimal::from(31) && of <= Decimal::from(12);
    if day {
        draft.remarks.add(Remark::FractionOrDate);
    }
    Ok(draft)
}

fn rate(found: &Amount, per: Per, comparator: Comparator) -> Res<Draft> {
    match found.unit {
        None if !found.signed => {
            let value = found.value.checked_mul(per.times.into()).ok_or(EmptyError)?;
            let remarks =
                if value == Decimal::ONE { per.remarks.without(Remark::PluralFrequency) } else { per.remarks };
            Ok(Draft::of(Kind::Rate, comparator).number(value).unit(Some(per.unit)).with(remarks))
        }
        Some(Unit::Euro | Unit::Percent | Unit::Hour | Unit::Day) => {
            let draft = Draft::of(found.kind(), comparator).number(found.value).unit(found.unit);
            Ok(draft.with(Remarks::of(Remark::PerYear)))
        }
        _ => Err(EmptyError),
    }
}

/// A deadline first: "entro il 31/12: 100%", "Entro dicembre 2025 almeno 1.000 amministrazioni …".
pub(super) fn after_deadline<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<Draft> {
    move |input| {
        let (rule, remarks) = deadlines::leading(year)(input)?;
        let separated =
            maybe(input, |input| alt((mark(Tok::Colon), mark(Tok::Comma), mark(Tok::Dash))).parse_next(input));
        let draft = quantity(year)(input)?;
        let plain = draft.unit.is_some() || separated.is_some() || draft.comparator != Some(Comparator::Default);
        let two_times = matches!(rule, DeadlineRule::Within(..)) && draft.kind == Some(Kind::Duration);
        if draft.rule.is_some() || !plain || two_times {
            return Err(EmptyError);
        }
        let wording = if separated.is_some() { Remarks::default() } else { Remarks::of(Remark::LongWording) };
        Ok(draft.rule(Some(rule)).with(remarks).with(wording))
    }
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn quantities() {
        reads(&[
            ("Almeno 80%", "percent >= 80 %"),
            ("non inferiore al 90 %", "percent >= 90 %"),
            ("> di 50", "number > 50"),
            ("n. 3", "number default 3"),
            ("1.500 accessi", "number default 1500"),
            ("n. 1 relazione", "number default 1"),
            ("≤ 30 gg", "duration <= 30 day"),
            ("entro 30 gg", "duration <= 30 day"),
            ("pari al 100%", "percent = 100 %"),
            ("100% delle richieste entro il 31/12", "percent default 100 % [Y-12-31]"),
            ("2.000 euro/anno", "currency default 2000 EUR"),
            ("entro il 31/12: 100%", "percent default 100 % [Y-12-31]"),
            ("raggiungimento del 100%", "percent default 100 %"),
            ("10 (dieci)", "number default 10"),
            ("tempo medio: 20 giorni", "duration default 20 day"),
            ("Entro dicembre 2025 almeno 1.000 amministrazioni aderiscono", "number >= 1000 [2025-12-31]"),
            ("10 report e 5 incontri", "text"),
            ("Fase 2", "text"),
            ("Delibera n. 5 del 2024", "text"),
            ("art. 5 comma 3", "text"),
        ]);
    }

    #[test]
    fn ratios() {
        reads(&[
            ("4 su 5", "ratio default 4..5"),
            ("≥4/5", "ratio >= 4..5"),
            ("3 servizi su 5", "ratio default 3..5"),
            ("≥ 4,0 su 5", "ratio >= 4.0..5 rating"),
            ("punteggio almeno 4 su 5", "ratio >= 4..5 rating"),
            ("6 su 5", "text"),
        ]);
    }
}
