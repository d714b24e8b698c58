//! What surrounds a target: nouns, articles, parentheses, conditions.

use winnow::error::EmptyError;
use winnow::stream::Stream;

use super::{In, Res, dates, mark, maybe, one_of, peek, word};
use crate::planning::targets::Remark;
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::{Tok, Token};
use crate::planning::targets::vocabulary::Word;

/// The most words with a meaning of their own that may follow or precede a number.
const MAX_NOUNS: usize = 6;
/// From so many on, the words may be a sentence.
const MANY_NOUNS: usize = 4;

/// Prepositions and articles.
pub(super) const JOINING: &[Word] =
    &[Word::Of, Word::To, Word::From, Word::In, Word::On, Word::With, Word::Per, Word::Article];

/// Takes any prepositions and articles.
pub(super) fn joining(input: &mut In<'_>) {
    while maybe(input, one_of(JOINING)).is_some() {}
}

/// Takes any articles and "di", "del", "al": what stands between a comparator and its value.
pub(super) fn articles(input: &mut In<'_>) {
    while maybe(input, one_of(&[Word::Of, Word::To, Word::Article, Word::NumberSign])).is_some() {}
}

/// A word that can name what is counted.
pub(super) fn noun(word: Word) -> bool {
    matches!(
        word,
        Word::Other
            | Word::Participle
            | Word::Presence
            | Word::Pending
            | Word::Circumstance
            | Word::Score
            | Word::Goal
            | Word::Up
            | Word::Down
            | Word::Better
            | Word::Keep
            | Word::Baseline
            | Word::Percentage
            | Word::Times
            | Word::Line
            | Word::Term
            | Word::Respect
            | Word::Working
            | Word::Whole
            | Word::Points
            | Word::Change
            | Word::Cadence
            | Word::Missing
            | Word::Point
    )
}

/// What the number counts: "delle richieste", "accessi", "relazione".
///
/// At most [`MAX_NOUNS`] nouns with their prepositions; several of them may be a sentence.
pub(super) fn nouns(input: &mut In<'_>) -> Res<Remarks> {
    let mut count = 0;
    let mut end = input.checkpoint();
    loop {
        match peek(input) {
            Some(Tok::Word(Word::Respect)) if against(input) => break,
            Some(Tok::Word(Word::End)) if followed_by_noun(input) => count += 1,
            Some(Tok::Word(found)) if noun(found) => count += 1,
            Some(Tok::Word(Word::Yes | Word::Every | Word::All | Word::Previous)) if count > 0 => count += 1,
            Some(Tok::Word(found)) if JOINING.contains(&found) || (found == Word::And && count > 0) => {
                input.next_token();
                continue;
            }
            _ => break,
        }
        input.next_token();
        end = input.checkpoint();
    }
    // A preposition that leads to no noun belongs to what follows.
    input.reset(&end);
    match count {
        0 => Err(EmptyError),
        1..MANY_NOUNS => Ok(Remarks::of(Remark::Noun)),
        MANY_NOUNS..=MAX_NOUNS => Ok(Remarks::of(Remark::LongWording)),
        _ => Err(EmptyError),
    }
}

/// "rispetto al 2023" names a baseline, "rispetto dei tempi" a thing to respect.
fn against(input: &In<'_>) -> bool {
    matches!(input.get(1).map(|token| token.tok), Some(Tok::Word(Word::To)))
}

/// "fine lavori" is a noun, "fine marzo" a date.
fn followed_by_noun(input: &In<'_>) -> bool {
    matches!(input.get(1).map(|token| token.tok), Some(Tok::Word(Word::Other)))
}

/// Words before the target: "raggiungimento del", "tempo medio:", "Approvazione". Says whether
/// the wording itself announces a value.
pub(super) fn lead(input: &mut In<'_>) -> Res<bool> {
    let announced = matches!(peek(input), Some(Tok::Word(Word::Goal | Word::Score | Word::Percentage)));
    nouns(input)?;
    let joined = maybe(input, one_of(&[Word::Of, Word::To, Word::In])).is_some();
    joining(input);
    let colon = maybe(input, mark(Tok::Colon)).or_else(|| maybe(input, mark(Tok::Dash))).is_some();
    Ok(announced || joined || colon)
}

/// A parenthesis of words, or one that repeats the number in words: "(dieci)", "(su base annua)".
pub(super) fn parenthesis(input: &mut In<'_>) -> Res<Remarks> {
    mark(Tok::Open)(input)?;
    let mut numbers = 0;
    loop {
        match peek(input) {
            Some(Tok::Close) => break,
            Some(Tok::Word(Word::Cardinal(_) | Word::One)) => numbers += 1,
            Some(Tok::Word(Word::Within | Word::Frequency(_))) => return Err(EmptyError),
            Some(Tok::Word(_) | Tok::Comma | Tok::Slash | Tok::Stop) => {}
            _ => return Err(EmptyError),
        }
        input.next_token();
    }
    input.next_token();
    Ok(if numbers > 0 { Remarks::default() } else { Remarks::of(Remark::Wording) })
}

/// A condition or an exception, wherever it stands.
///
/// "Tutti tranne i casi urgenti" · "100% se presenti" · "Tutti quelli possibili in relazione a …"
pub(super) fn conditional(tokens: &[Token<'_>]) -> bool {
    let words = || tokens.iter().map(|token| token.tok);
    let condition = words().any(|tok| tok == Tok::Word(Word::Condition));
    let circumstance = |pair: (Tok, Tok)| pair == (Tok::Word(Word::In), Tok::Word(Word::Circumstance));
    condition || words().zip(words().skip(1)).any(circumstance) || less_that(tokens)
}

/// "a meno che", "solo in caso".
fn less_that(tokens: &[Token<'_>]) -> bool {
    tokens.windows(2).any(|pair| match pair {
        [first, second] => first.tok == Tok::Word(Word::Less) && second.text.eq_ignore_ascii_case("che"),
        _ => false,
    })
}

/// Why nothing was read.
pub(super) fn why_text(tokens: &[Token<'_>], year: i32) -> Remark {
    let numbers = tokens.iter().any(|token| {
        matches!(token.tok, Tok::Word(Word::Cardinal(_)) | Tok::Percent)
            || token.text.bytes().any(|byte| byte.is_ascii_digit())
    });
    if dates::impossible(tokens, year) {
        Remark::ImpossibleDate
    } else if numbers {
        Remark::SeveralTargets
    } else {
        Remark::NoNumber
    }
}

/// "anno", after any preposition: "dell'anno", "nell'anno", "l'anno".
pub(super) fn of_year(input: &mut In<'_>) -> Res<()> {
    use crate::planning::targets::vocabulary::Time;
    joining(input);
    word(Word::Time(Time::Year))(input)
}
