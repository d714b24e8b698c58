//! Whole answers: placeholders, yes/no, "tutti", "nessuno".

use rust_decimal::Decimal;
use winnow::Parser;
use winnow::combinator::{alt, eof};
use winnow::error::EmptyError;

use super::{Draft, In, Res, deadlines, mark, maybe, one_of, peek, word, words};
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::Tok;
use crate::planning::targets::vocabulary::Word;
use crate::planning::targets::{Comparator, Kind, Remark, TargetValue, Unit};

/// No target: nothing, dashes, slashes, "n.d.", "n/a", "non disponibile", "da definire".
///
/// | text | reading |
/// |---|---|
/// | `-` `//` `n.d.` `n.a.` `N/D` | none |
/// | `non previsto` `da definire` | none |
pub(super) fn placeholder(input: &mut In<'_>) -> Res<Draft> {
    let none = |remarks| Draft { kind: Some(Kind::None), remarks, ..Draft::default() };
    let marks = |input: &mut In<'_>| {
        while maybe(input, mark(Tok::Dash)).or_else(|| maybe(input, mark(Tok::Slash))).is_some() {}
        while maybe(input, mark(Tok::Stop)).is_some() {}
        Ok::<_, EmptyError>(Remarks::default())
    };
    let abbreviation = |input: &mut In<'_>| {
        word(Word::Missing)(input)?;
        Ok(Remarks::default())
    };
    let letters = |input: &mut In<'_>| {
        word(Word::NumberSign)(input)?;
        mark(Tok::Slash)(input)?;
        let letter = input.first().map(|token| token.text).ok_or(EmptyError)?;
        if !["a", "d", "p"].iter().any(|each| letter.eq_ignore_ascii_case(each)) {
            return Err(EmptyError);
        }
        super::take(Some)(input)?;
        Ok(Remarks::default())
    };
    let not_given = |input: &mut In<'_>| {
        let first = one_of(&[Word::Not, Word::From])(input)?;
        word(Word::Pending)(input)?;
        Ok(if first == Word::From { Remarks::of(Remark::FutureDefinition) } else { Remarks::default() })
    };
    let whole = |rule: fn(&mut In<'_>) -> Res<Remarks>| (rule, eof).map(|(remarks, _)| remarks);
    alt((whole(marks), whole(abbreviation), whole(letters), whole(not_given))).map(none).parse_next(input)
}

/// Yes or no, with a deadline if one is written.
///
/// | text | reading |
/// |---|---|
/// | `SI` `Sì` `Vero` `ON` | boolean = true |
/// | `NO` `Falso` | boolean = false |
/// | `SI/NO` `attivato/non attivato` `presente/assente` | boolean = true |
/// | `Realizzato` | boolean = true |
/// | `SI entro il 31/12` | boolean = true [Y-12-31] |
pub(super) fn yes_no<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<Draft> {
    move |input| {
        let (yes, remarks) = alt((pair, single)).parse_next(input)?;
        let rule = match maybe(input, deadlines::trailing(year)) {
            Some((rule, more)) => (Some(rule), remarks.and(more)),
            None => (None, remarks),
        };
        let draft = Draft { value: Some(TargetValue::Boolean(yes)), ..Draft::of(Kind::Boolean, Comparator::Equal) };
        Ok(draft.rule(rule.0).with(rule.1))
    }
}

/// "SI/NO", "ON/OFF", "Fatto/Non fatto", "presente - assente", "sì o no".
fn pair(input: &mut In<'_>) -> Res<(bool, Remarks)> {
    let separator = |input: &mut In<'_>| alt((mark(Tok::Slash), mark(Tok::Dash), word(Word::Or))).parse_next(input);
    let name = input.first().map(|token| token.text);
    let first = super::take(|tok| match tok {
        Tok::Word(found @ (Word::Yes | Word::Participle | Word::Presence | Word::Other)) => Some(found),
        _ => None,
    })(input)?;
    separator(input)?;
    let opposite = match first {
        Word::Yes => word(Word::No)(input),
        Word::Presence if peek(input) == Some(Tok::Word(Word::Absence)) => word(Word::Absence)(input),
        _ => {
            word(Word::Not)(input)?;
            let again = input.first().map(|token| token.text.to_lowercase());
            if again.is_none() || again != name.map(str::to_lowercase) {
                return Err(EmptyError);
            }
            super::take(|_| Some(()))(input)
        }
    };
    opposite.map(|()| (true, Remarks::of(Remark::BinaryPair)))
}

fn single(input: &mut In<'_>) -> Res<(bool, Remarks)> {
    Ok(match one_of(&[Word::Yes, Word::No, Word::Participle, Word::Presence])(input)? {
        Word::Participle | Word::Presence => (true, Remarks::of(Remark::Participle)),
        found => (found == Word::Yes, Remarks::default()),
    })
}

/// All of them.
///
/// | text | reading |
/// |---|---|
/// | `Tutti` `Tutte le istanze` | universal = 100 % |
/// | `la totalità delle pratiche` | universal = 100 % |
/// | `tutti gli uffici entro il 31/12` | universal = 100 % [Y-12-31] |
pub(super) fn universal<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<Draft> {
    move |input| {
        maybe(input, word(Word::Article));
        one_of(&[Word::All, Word::Whole])(input)?;
        let mut remarks = maybe(input, words::nouns).unwrap_or_default();
        let mut rule = None;
        if let Some((found, more)) = maybe(input, deadlines::trailing(year)) {
            rule = Some(found);
            remarks = remarks.and(more);
        }
        let draft = Draft::of(Kind::Universal, Comparator::Equal).number(Decimal::ONE_HUNDRED);
        Ok(draft.unit(Some(Unit::Percent)).rule(rule).with(remarks))
    }
}

/// None at all.
///
/// | text | reading |
/// |---|---|
/// | `Nessuno` `nessun rilievo` `nessuna criticità` | number = 0 |
pub(super) fn nothing(input: &mut In<'_>) -> Res<Draft> {
    word(Word::Nobody)(input)?;
    let remarks = maybe(input, words::nouns).unwrap_or_default();
    let draft = Draft::of(Kind::Number, Comparator::Equal).number(Decimal::ZERO);
    Ok(draft.with(remarks).with(Remarks::of(Remark::PlainZero)))
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn examples() {
        reads(&[
            ("", "none"),
            ("-", "none"),
            ("//", "none"),
            ("n.d.", "none"),
            ("n.a.", "none"),
            ("N/D", "none"),
            ("non previsto", "none"),
            ("da definire", "none"),
            ("SI", "boolean = true"),
            ("Sì", "boolean = true"),
            ("Vero", "boolean = true"),
            ("ON", "boolean = true"),
            ("NO", "boolean = false"),
            ("Falso", "boolean = false"),
            ("SI/NO", "boolean = true"),
            ("attivato/non attivato", "boolean = true"),
            ("presente/assente", "boolean = true"),
            ("Realizzato", "boolean = true"),
            ("SI entro il 31/12", "boolean = true [Y-12-31]"),
            ("Tutti", "universal = 100 %"),
            ("Tutte le istanze", "universal = 100 %"),
            ("la totalità delle pratiche", "universal = 100 %"),
            ("tutti gli uffici entro il 31/12", "universal = 100 % [Y-12-31]"),
            ("Nessuno", "number = 0"),
            ("nessun rilievo", "number = 0"),
            ("nessuna criticità", "number = 0"),
            ("Tutti tranne i casi urgenti", "text"),
            ("SI / parziale", "text"),
        ]);
    }
}
