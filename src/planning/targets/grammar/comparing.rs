//! How the measurement is to compare with the value: signs and words.

use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;

use super::{In, Res, mark, maybe, one_of, take, word, words};
use crate::planning::targets::Comparator;
use crate::planning::targets::Remark;
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::Tok;
use crate::planning::targets::vocabulary::Word;

/// A comparator before its value, with the connectives that follow it.
///
/// | text | comparator |
/// |---|---|
/// | `≥` `>=` `=>` `almeno` `minimo` `come minimo` `non meno di` `non inferiore a` `pari o superiore a` | `>=` |
/// | `≤` `max` `al massimo` `non più di` `non oltre` `non superiore a` `fino a` `entro` | `<=` |
/// | `>` `oltre` `più di` `superiore a` `maggiore di` `al di sopra di` | `>` |
/// | `<` `meno di` `inferiore a` `al di sotto di` | `<` |
/// | `=` `pari a` `esattamente` | `=` |
/// | `~` `circa` `intorno a` `quasi` | `~` |
pub(super) fn comparator(input: &mut In<'_>) -> Res<(Comparator, Remarks)> {
    let (comparator, remarks) = alt((symbol, negated, either, plain, after_filler)).parse_next(input)?;
    words::articles(input);
    // "Max – 5 anni", "minimo: 10": a dash or colon here separates.
    if maybe(input, mark(Tok::Dash)).or_else(|| maybe(input, mark(Tok::Colon))).is_some() {
        words::articles(input);
    }
    Ok((comparator, remarks))
}

/// "al massimo", "come minimo", "al di sotto"
fn after_filler(input: &mut In<'_>) -> Res<(Comparator, Remarks)> {
    one_of(&[Word::To, Word::As])(input)?;
    maybe(input, word(Word::Of));
    plain(input)
}

fn symbol(input: &mut In<'_>) -> Res<(Comparator, Remarks)> {
    let sign = take(|tok| match tok {
        Tok::Compare(comparator) => Some(comparator),
        _ => None,
    })(input)?;
    Ok((sign, Remarks::default()))
}

/// "non meno di", "non inferiore a", "non più di", "non oltre", "non superiore a", "non > di"
fn negated(input: &mut In<'_>) -> Res<(Comparator, Remarks)> {
    word(Word::Not)(input)?;
    let (sign, remarks) = alt((symbol, plain)).parse_next(input)?;
    let opposite = match sign {
        Comparator::Less => Comparator::AtLeast,
        Comparator::More => Comparator::AtMost,
        _ => return Err(EmptyError),
    };
    Ok((opposite, remarks))
}

/// "pari o superiore a", "maggiore o uguale a", "uguale/minore di"
fn either(input: &mut In<'_>) -> Res<(Comparator, Remarks)> {
    const SIDES: &[Word] = &[Word::Equal, Word::Higher, Word::Lower];
    let first = one_of(SIDES)(input)?;
    maybe(input, one_of(words::JOINING));
    alt((word(Word::Or), mark(Tok::Slash))).parse_next(input)?;
    let second = one_of(SIDES)(input)?;
    match (first, second) {
        (Word::Equal, Word::Higher) | (Word::Higher, Word::Equal) => Ok((Comparator::AtLeast, Remarks::default())),
        (Word::Equal, Word::Lower) | (Word::Lower, Word::Equal) => Ok((Comparator::AtMost, Remarks::default())),
        _ => Err(EmptyError),
    }
}

fn plain(input: &mut In<'_>) -> Res<(Comparator, Remarks)> {
    const FIRST: &[Word] = &[
        Word::AtLeast,
        Word::AtMost,
        Word::About,
        Word::Nearly,
        Word::Beyond,
        Word::More,
        Word::Less,
        Word::Higher,
        Word::Lower,
        Word::Equal,
        Word::Exactly,
        Word::Below,
        Word::Above,
        Word::UpTo,
        Word::Within,
    ];
    let found = one_of(FIRST)(input)?;
    let mut remarks = Remarks::default();
    let comparator = match found {
        Word::AtLeast => Comparator::AtLeast,
        Word::AtMost | Word::UpTo | Word::Within => Comparator::AtMost,
        Word::Beyond | Word::More | Word::Higher | Word::Above => Comparator::More,
        Word::Less | Word::Lower | Word::Below => Comparator::Less,
        Word::Equal | Word::Exactly => Comparator::Equal,
        Word::Nearly => {
            remarks.add(Remark::NearlyAll);
            Comparator::About
        }
        _ => Comparator::About,
    };
    Ok((comparator, remarks))
}

/// A comparator after its value.
///
/// | text | comparator |
/// |---|---|
/// | `80% minimo` `10 o più` `5 e oltre` | `>=` |
/// | `30 giorni max` `5 o meno` `al massimo` | `<=` |
/// | `50 circa` | `~` |
pub(super) fn trailing(input: &mut In<'_>) -> Res<Comparator> {
    if maybe(input, one_of(&[Word::Or, Word::And])).is_some() {
        return Ok(match one_of(&[Word::More, Word::Higher, Word::Beyond, Word::Less, Word::Lower])(input)? {
            Word::Less | Word::Lower => Comparator::AtMost,
            _ => Comparator::AtLeast,
        });
    }
    maybe(input, one_of(&[Word::To, Word::As]));
    Ok(match one_of(&[Word::AtLeast, Word::AtMost, Word::About])(input)? {
        Word::AtLeast => Comparator::AtLeast,
        Word::AtMost => Comparator::AtMost,
        _ => Comparator::About,
    })
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn examples() {
        for (signs, read) in [
            (
                ">= |≥|=> |> = |almeno |minimo |Min. |come minimo |non meno di |non inferiore a |pari o superiore a |uguale/maggiore di |non < di ",
                ">=",
            ),
            (
                "<= |≤|max |Max. |al massimo |non più di |non oltre |non superiore a |fino a |non > |minore o uguale a ",
                "<=",
            ),
            ("> |> di |oltre |più di |superiore a |maggiore di |al di sopra di |oltre i ", ">"),
            ("< |meno di |inferiore a |al di sotto di |sotto i ", "<"),
            ("= |pari a |esattamente |uguale a ", "="),
            ("~ |circa |ca. |intorno a |quasi ", "~"),
        ] {
            for sign in signs.split('|') {
                reads(&[(&format!("{sign}7"), &format!("number {read} 7"))]);
            }
        }
        reads(&[
            ("80% minimo", "percent >= 80 %"),
            ("10 o più", "number >= 10"),
            ("5 e oltre", "number >= 5"),
            ("30 giorni max", "duration <= 30 day"),
            ("5 o meno", "number <= 5"),
            ("3 al massimo", "number <= 3"),
            ("50 circa", "number ~ 50"),
            ("minimo: 10", "number >= 10"),
            ("Max – 5 anni", "duration <= 5 year"),
        ]);
    }
}
