//! Changes against a baseline, and "keep" targets.

use rust_decimal::Decimal;
use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;

use super::amounts::{Amount, amount};
use super::comparing::comparator;
use super::dates::four_digits;
use super::{Draft, In, Res, deadlines, maybe, one_of, take, word, words};
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::Tok;
use crate::planning::targets::vocabulary::{Time, Word};
use crate::planning::targets::{Baseline, Comparator, Kind, Remark, Unit};

/// What the change is measured against.
///
/// | text | baseline |
/// |---|---|
/// | `rispetto al 2023` `sul 2022` `vs 2023` `rispetto all'anno 2023` `rispetto al dato 2023` | that year |
/// | `rispetto all'anno precedente` | the year before |
/// | `rispetto alla baseline` `rispetto al valore iniziale` | the stored one |
/// | `rispetto alla media regionale` | to be set by hand |
fn baseline(input: &mut In<'_>) -> Res<Baseline> {
    let respect = |input: &mut In<'_>| {
        one_of(&[Word::Respect, Word::Versus])(input)?;
        words::joining(input);
        Ok(())
    };
    if maybe(input, respect).is_none() {
        // "sul 2023", "dal 2023": only before a year
        one_of(&[Word::On, Word::From, Word::To])(input)?;
        return reference(input);
    }
    match maybe(input, reference) {
        Some(found) => Ok(found),
        None => words::nouns(input).map(|_| Baseline::Unknown),
    }
}

/// "2023", "anno precedente", "valore 2023", "baseline"
fn reference(input: &mut In<'_>) -> Res<Baseline> {
    let year = |input: &mut In<'_>| {
        words::joining(input);
        let before = maybe(input, word(Word::Previous)).is_some();
        let named = maybe(input, word(Word::Time(Time::Year))).is_some();
        if named && (before || maybe(input, word(Word::Previous)).is_some()) {
            return Ok(Baseline::PreviousYear);
        }
        four_digits(input).map(Baseline::Year)
    };
    let stored = |input: &mut In<'_>| {
        words::joining(input);
        maybe(input, word(Word::Goal));
        maybe(input, word(Word::Of));
        word(Word::Baseline)(input)?;
        Ok(Baseline::Stored)
    };
    let described = |input: &mut In<'_>| {
        // at most three words before the year: "dato", "livello del", "valore registrato nell'"
        words::joining(input);
        for _ in 0..3 {
            take(|tok| {
                matches!(tok, Tok::Word(Word::Other | Word::Goal | Word::Score | Word::Participle)).then_some(())
            })(input)?;
            if let Some(found) = maybe(input, year) {
                return Ok(found);
            }
        }
        Err(EmptyError)
    };
    alt((year, stored, described)).parse_next(input)
}

/// Keep what was achieved.
///
/// | text | reading |
/// |---|---|
/// | `mantenimento` `mantenere i livelli dell'anno precedente` `conferma del dato 2023` | maintain >= |
/// | `In linea con il 2023` `in linea con l'anno precedente` | maintain ~ |
/// | `invariato` `stabile` | maintain = |
/// | `non inferiore al 2023` `almeno pari all'anno precedente` `come anno precedente` | maintain |
pub(super) fn maintain(input: &mut In<'_>) -> Res<Draft> {
    let in_line = |input: &mut In<'_>| {
        word(Word::In)(input)?;
        word(Word::Line)(input)?;
        maybe(input, one_of(&[Word::With, Word::To]));
        Ok(Comparator::About)
    };
    let word_alone = |input: &mut In<'_>| {
        Ok(match one_of(&[Word::Keep, Word::Unchanged])(input)? {
            Word::Keep => Comparator::AtLeast,
            _ => Comparator::Equal,
        })
    };
    let equal = |input: &mut In<'_>| {
        one_of(&[Word::Equal])(input)?;
        maybe(input, word(Word::To));
        words::articles(input);
        Ok(Comparator::Equal)
    };
    let as_before = |input: &mut In<'_>| {
        word(Word::As)(input)?;
        Ok(Comparator::About)
    };
    if let Some((comparator, found)) = maybe(input, no_worse_than) {
        return Ok(Draft { baseline: Some(found), ..Draft::of(Kind::Maintain, comparator) });
    }
    let comparator = alt((in_line, as_before, word_alone)).parse_next(input);
    let (comparator, needs_baseline) = match comparator {
        Ok(found) => (found, found == Comparator::About),
        Err(EmptyError) => (equal(input)?, true),
    };
    let mut remarks = Remarks::default();
    let mut found = maybe(input, baseline).or_else(|| maybe(input, reference));
    if found.is_none() && !needs_baseline {
        if maybe(input, words::nouns).is_some() {
            remarks.add(Remark::Wording);
        }
        found = maybe(input, baseline).or_else(|| maybe(input, reference));
    }
    if needs_baseline && found.is_none() {
        return Err(EmptyError);
    }
    Ok(Draft { baseline: Some(found.unwrap_or(Baseline::PreviousYear)), ..Draft::of(Kind::Maintain, comparator) }
        .with(remarks))
}

/// "non inferiore al 2023", "almeno pari all'anno precedente": the year is a baseline, not a number.
fn no_worse_than(input: &mut In<'_>) -> Res<(Comparator, Baseline)> {
    let first = one_of(&[Word::Not, Word::AtLeast, Word::AtMost])(input)?;
    let second = one_of(&[Word::Lower, Word::Higher, Word::Equal])(input)?;
    let comparator = match (first, second) {
        (Word::Not, Word::Lower) | (Word::AtLeast, Word::Equal) => Comparator::AtLeast,
        (Word::Not, Word::Higher) | (Word::AtMost, Word::Equal) => Comparator::AtMost,
        _ => return Err(EmptyError),
    };
    // The preposition stays for the reference to read.
    match super::peek(input) {
        Some(Tok::Word(Word::To)) => reference(input).map(|found| (comparator, found)),
        _ => Err(EmptyError),
    }
}

/// Which way a change goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
    /// "variazione": the sign is written.
    Signed,
    /// "miglioramento": the polarity says.
    Better,
}

/// A change.
///
/// | text | reading |
/// |---|---|
/// | `+10% rispetto al 2023` `+5 p.p.` `-10%` | relative_change by sign |
/// | `riduzione del 5%` `riduzione di almeno il 10%` | relative_change <= −x |
/// | `incremento del 10% rispetto alla baseline` `5% in più rispetto al 2022` | relative_change >= x |
/// | `aumento massimo del 5%` | relative_change <= x |
/// | `riduzione dei tempi del 10%` `riduzione del 15% dei tempi` | the same, with the noun |
/// | `miglioramento rispetto al 2023` `riduzione rispetto al 2023` | any change in that direction |
pub(super) fn relative<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<Draft> {
    move |input| {
        let draft = alt((worded, more_or_less, signed, doubling)).parse_next(input)?;
        let deadline = maybe(input, deadlines::trailing(year));
        Ok(match deadline {
            Some((rule, remarks)) => draft.rule(Some(rule)).with(remarks),
            None => draft,
        })
    }
}

fn worded(input: &mut In<'_>) -> Res<Draft> {
    let early = maybe(input, comparator);
    if early.is_some() {
        maybe(input, word(Word::One));
    }
    let way = match one_of(&[Word::Up, Word::Down, Word::Change, Word::Better])(input)? {
        Word::Up => Way::Up,
        Word::Down => Way::Down,
        Word::Change => Way::Signed,
        _ => Way::Better,
    };
    let mut remarks = Remarks::default();
    let measured = |input: &mut In<'_>| {
        words::joining(input);
        let late = maybe(input, comparator);
        let found = maybe(input, amount);
        found.map(|found| (late, found)).ok_or(EmptyError)
    };
    let mut change = maybe(input, measured);
    if change.is_none() && maybe(input, words::nouns).is_some() {
        remarks.add(Remark::Wording);
        words::joining(input);
        change = maybe(input, measured);
    }
    if change.is_some() && maybe(input, words::nouns).is_some() {
        remarks.add(Remark::Wording);
    }
    let mut against = maybe(input, baseline);
    if against.is_some() && change.is_none() {
        // "incremento rispetto al 2023 del 10%"
        words::joining(input);
        change = maybe(input, measured);
    }
    let Some((late, found)) = change else {
        // "miglioramento rispetto al 2023": any change; without a baseline it is only a wish
        let against = against.take().ok_or(EmptyError)?;
        if early.is_some() {
            return Err(EmptyError);
        }
        let comparator = if way == Way::Down { Comparator::Less } else { Comparator::More };
        remarks.add(Remark::NoAmount);
        if way == Way::Better {
            remarks.add(Remark::Improvement);
        }
        if way == Way::Signed {
            return Err(EmptyError);
        }
        let draft = Draft::of(Kind::RelativeChange, comparator).number(Decimal::ZERO).unit(Some(Unit::Percent));
        return Ok(against_baseline(draft.with(remarks), Some(against)));
    };
    if early.is_some() && late.is_some() {
        return Err(EmptyError);
    }
    let written = early.or(late);
    remarks = remarks.and(written.map(|(_, remarks)| remarks).unwrap_or_default());
    let comparator = written.map(|(comparator, _)| comparator);
    change_of(found, way, comparator, remarks).map(|draft| against_baseline(draft, against))
}

/// "5% in più rispetto al 2022", "10 giorni in meno"
fn more_or_less(input: &mut In<'_>) -> Res<Draft> {
    let written = maybe(input, comparator);
    words::articles(input);
    let found = amount(input)?;
    let remarks = if maybe(input, words::nouns).is_some() { Remarks::of(Remark::Wording) } else { Remarks::default() };
    word(Word::In)(input)?;
    let way = if one_of(&[Word::More, Word::Less])(input)? == Word::More { Way::Up } else { Way::Down };
    let against = maybe(input, baseline);
    let comparator = written.map(|(comparator, _)| comparator);
    change_of(found, way, comparator, remarks).map(|draft| against_baseline(draft, against))
}

/// "+10%", "-10% rispetto al 2022", "almeno +5 p.p.", "10% rispetto al 2023"
fn signed(input: &mut In<'_>) -> Res<Draft> {
    let written = maybe(input, comparator);
    let found = amount(input)?;
    let mut remarks =
        if maybe(input, words::nouns).is_some() { Remarks::of(Remark::Wording) } else { Remarks::default() };
    let against = maybe(input, baseline);
    let minus = found.value.is_sign_negative();
    let share = matches!(found.unit, Some(Unit::Percent | Unit::Points));
    let measured = found.signed || (share && against.is_some());
    // "-5" and "< -5%" are plain negative numbers
    let level = minus && against.is_none() && (!share || written.is_some());
    if !measured || level {
        return Err(EmptyError);
    }
    if !found.signed {
        remarks.add(Remark::UnsignedChange);
    }
    if against.is_none() {
        remarks.add(Remark::SignedChange);
    }
    let comparator = match written {
        Some((comparator @ (Comparator::More | Comparator::AtLeast), _)) if minus => {
            // "almeno -10%": at least a reduction of 10 %
            if comparator == Comparator::More { Comparator::Less } else { Comparator::AtMost }
        }
        Some((comparator, _)) => comparator,
        None if minus => Comparator::AtMost,
        None => Comparator::AtLeast,
    };
    change_of(found, Way::Signed, Some(comparator), remarks).map(|draft| against_baseline(draft, against))
}

/// "raddoppio", "dimezzamento"
fn doubling(input: &mut In<'_>) -> Res<Draft> {
    let (comparator, value) = match one_of(&[Word::Doubling, Word::Halving])(input)? {
        Word::Doubling => (Comparator::AtLeast, Decimal::ONE_HUNDRED),
        _ => (Comparator::AtMost, Decimal::from(-50)),
    };
    let noun = maybe(input, words::nouns).unwrap_or_default();
    let against = maybe(input, baseline);
    let draft = Draft::of(Kind::RelativeChange, comparator).number(value).unit(Some(Unit::Percent));
    Ok(against_baseline(draft.with(noun), against))
}

/// A change of so much, that way: a reduction negates the amount and turns the comparator round.
fn change_of(found: Amount, way: Way, written: Option<Comparator>, remarks: Remarks) -> Res<Draft> {
    if found.second.is_some() || found.round || (found.signed && matches!(way, Way::Up | Way::Down)) {
        return Err(EmptyError);
    }
    let written = written.unwrap_or(Comparator::AtLeast);
    let (value, comparator) = if way == Way::Down { (-found.value, turned(written)) } else { (found.value, written) };
    let unit = found.unit.unwrap_or(Unit::Abs);
    let mut draft = Draft::of(Kind::RelativeChange, comparator).number(value).unit(Some(unit));
    if way == Way::Better {
        draft.remarks.add(Remark::Improvement);
    }
    Ok(draft.with(remarks).with(found.remarks))
}

fn turned(comparator: Comparator) -> Comparator {
    match comparator {
        Comparator::AtLeast => Comparator::AtMost,
        Comparator::AtMost => Comparator::AtLeast,
        Comparator::More => Comparator::Less,
        Comparator::Less => Comparator::More,
        same => same,
    }
}

fn against_baseline(mut draft: Draft, against: Option<Baseline>) -> Draft {
    if against.is_none() {
        draft.remarks.add(Remark::ImplicitBaseline);
    }
    draft.baseline = Some(against.unwrap_or(Baseline::PreviousYear));
    draft
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn changes() {
        reads(&[
            ("+10% rispetto al 2023", "relative_change >= 10 %"),
            ("+5 p.p.", "relative_change >= 5 pp"),
            ("-10%", "relative_change <= -10 %"),
            ("+5", "relative_change >= 5 abs"),
            ("-10% rispetto al 2022", "relative_change <= -10 %"),
            ("riduzione del 5%", "relative_change <= -5 %"),
            ("riduzione di almeno il 10%", "relative_change <= -10 %"),
            ("incremento del 10% rispetto alla baseline", "relative_change >= 10 %"),
            ("5% in più rispetto al 2022", "relative_change >= 5 %"),
            ("aumento massimo del 5%", "relative_change <= 5 %"),
            ("riduzione dei tempi del 10%", "relative_change <= -10 %"),
            ("riduzione del 15% dei tempi", "relative_change <= -15 %"),
            ("riduzione di 5 giorni", "relative_change <= -5 day"),
            ("miglioramento rispetto al 2023", "relative_change > 0 %"),
            ("riduzione rispetto al 2023", "relative_change < 0 %"),
            ("miglioramento del 10%", "relative_change >= 10 %"),
            ("variazione = 0%", "relative_change = 0 %"),
            ("almeno +5%", "relative_change >= 5 %"),
            ("dimezzamento", "relative_change <= -50 %"),
            ("incremento del 10% rispetto alla media regionale", "relative_change >= 10 %"),
            ("< -5%", "percent < -5 %"),
            ("Miglioramento dei servizi", "text"),
            ("riduzione dei tempi", "text"),
        ]);
    }

    #[test]
    fn keeping() {
        reads(&[
            ("mantenimento", "maintain >="),
            ("non inferiore al 2023", "maintain >="),
            ("non superiore all'anno precedente", "maintain <="),
            ("come anno precedente", "maintain ~"),
            ("non inferiore al 90%", "percent >= 90 %"),
            ("mantenere i livelli dell'anno precedente", "maintain >="),
            ("conferma del dato 2023", "maintain >="),
            ("In linea con il 2023", "maintain ~"),
            ("in linea con l'anno precedente", "maintain ~"),
            ("invariato", "maintain ="),
            ("invariato rispetto al 2023", "maintain ="),
            ("pari al 2023", "maintain ="),
            ("in linea con il mercato", "text"),
        ]);
    }
}
