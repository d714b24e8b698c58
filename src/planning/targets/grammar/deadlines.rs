//! "Entro …": dated, elapsed and named deadlines.

use rust_decimal::prelude::ToPrimitive;
use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;
use winnow::stream::Stream;

use super::amounts::{self, Amount};
use super::{Draft, In, Res, dates, mark, maybe, one_of, peek, word, words};
use crate::planning::targets::note::Remarks;
use crate::planning::targets::tokens::{Tok, Token};
use crate::planning::targets::vocabulary::{Period, Time, Word};
use crate::planning::targets::{Comparator, DeadlineRule, Kind, Remark, Span, Unit, When};

/// The most words in the name of a deadline.
const MAX_NAME: usize = 10;

/// "entro", "entro e non oltre", "non oltre", "prima di", "non più tardi di"
fn within(input: &mut In<'_>) -> Res<()> {
    let not_beyond = |input: &mut In<'_>| {
        word(Word::Not)(input)?;
        word(Word::Beyond)(input)
    };
    let within = |input: &mut In<'_>| {
        word(Word::Within)(input)?;
        maybe(input, |input| {
            word(Word::And)(input)?;
            not_beyond(input)
        });
        Ok(())
    };
    let before = |input: &mut In<'_>| {
        word(Word::Ordinal(1))(input)?;
        word(Word::Of)(input)
    };
    alt((within, not_beyond, before)).parse_next(input)?;
    words::joining(input);
    Ok(())
}

/// A deadline as the whole target.
///
/// | text | reading |
/// |---|---|
/// | `Entro 31.12.2024` `entro e non oltre il 30/09/2025` `31 dicembre` | by that day |
/// | `Approvazione entro il 31/03` | by that day |
/// | `ogni anno entro il 31/01` `ogni 31 gennaio` | each year |
pub(super) fn dated<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<Draft> {
    move |input| {
        let mut each = maybe(input, each_year).is_some();
        let lead = if each { None } else { maybe(input, words::lead) };
        if lead.is_some() && !each {
            each = maybe(input, each_year).is_some();
        }
        let said = maybe(input, within).is_some();
        let announced = lead == Some(true);
        if lead.is_some() && !said && !announced {
            return Err(EmptyError);
        }
        words::joining(input);
        let (mut whens, mut remarks, weak) = dates::dates(year)(input)?;
        if !said && !each && weak {
            return Err(EmptyError);
        }
        // "avvio lavori: marzo 2025": without "entro" only with its year
        if lead.is_some() && !said && !matches!(whens.first(), Some(When::On(_))) {
            return Err(EmptyError);
        }
        if said {
            remarks = remarks.without(Remark::BareDayMonth).without(Remark::SlashDate);
        }
        if each || maybe(input, each_year).is_some() {
            for when in &mut whens {
                *when = match *when {
                    When::Relative { years: 0, month, day } => When::Each { month, day },
                    When::Each { .. } => *when,
                    _ => return Err(EmptyError),
                };
            }
        }
        if lead.is_some() {
            remarks.add(Remark::Wording);
        }
        let tail = maybe(input, words::nouns).unwrap_or_default();
        if tail != Remarks::default() {
            remarks = remarks.and(tail).and(Remarks::of(Remark::Wording));
        }
        let parenthesis = maybe(input, words::parenthesis).unwrap_or_default();
        let draft = Draft::of(Kind::Date, Comparator::By).rule(Some(DeadlineRule::Dates(whens)));
        Ok(draft.with(remarks).with(parenthesis))
    }
}

/// "ogni anno", "annualmente", "ogni" before a day
fn each_year(input: &mut In<'_>) -> Res<()> {
    let every = |input: &mut In<'_>| {
        word(Word::Every)(input)?;
        maybe(input, word(Word::Time(Time::Year)));
        Ok(())
    };
    alt((every, word(Word::Frequency(Period::Year)))).parse_next(input)?;
    maybe(input, mark(Tok::Comma));
    Ok(())
}

/// A deadline after a quantity or a yes.
///
/// | text | rule |
/// |---|---|
/// | `… entro il 31/12` `… al 31/12/2025` `… nel 2025` `… (entro giugno)` | the day |
/// | `… entro 30 giorni dalla richiesta` `… entro 30 giorni` | so long after the event |
/// | `… entro i termini di legge` `… nei termini` | the named deadline |
pub(super) fn trailing<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<(DeadlineRule, Remarks)> {
    move |input| {
        let open =
            maybe(input, |input| alt((mark(Tok::Comma), mark(Tok::Dash), mark(Tok::Semicolon))).parse_next(input));
        let parenthesis = open.is_none() && maybe(input, mark(Tok::Open)).is_some();
        // "100% (2025)"
        if parenthesis && let Some(found) = maybe(input, year_end) {
            return Ok(found);
        }
        let found = leading(year)(input)?;
        if parenthesis {
            mark(Tok::Close)(input)?;
        }
        Ok(found)
    }
}

/// "2025)"
fn year_end(input: &mut In<'_>) -> Res<(DeadlineRule, Remarks)> {
    let year = dates::four_digits(input)?;
    mark(Tok::Close)(input)?;
    let day = chrono::NaiveDate::from_ymd_opt(year, 12, 31).ok_or(EmptyError)?;
    Ok((DeadlineRule::Dates(vec![When::On(day)]), Remarks::of(Remark::PeriodEnd)))
}

/// The same, without a separator before it.
pub(super) fn leading<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<(DeadlineRule, Remarks)> {
    move |input| {
        if let Some(found) = maybe(input, elapsed) {
            return Ok(found);
        }
        let day = |input: &mut In<'t>| {
            let said = maybe(input, within).is_some();
            let prefix = !said && maybe(input, one_of(&[Word::To, Word::In, Word::Per])).is_some();
            if !said && !prefix {
                return Err(EmptyError);
            }
            words::joining(input);
            let (whens, remarks, _) = dates::dates(year)(input)?;
            let exact = matches!(whens.first(), Some(When::On(_)));
            // "al 31/12/2025" and "nel 2025" are deadlines; "nel mese di marzo" says when, not by when
            if !said && !exact {
                return Err(EmptyError);
            }
            Ok((DeadlineRule::Dates(whens), remarks.without(Remark::BareDayMonth).without(Remark::SlashDate)))
        };
        match maybe(input, day) {
            Some(found) => Ok(found),
            None => named(input),
        }
    }
}

/// "entro 30 giorni dalla richiesta"
fn elapsed(input: &mut In<'_>) -> Res<(DeadlineRule, Remarks)> {
    within(input)?;
    let amount = amounts::amount(input)?;
    let rule = span(&amount).ok_or(EmptyError)?;
    maybe(input, event);
    Ok((rule, Remarks::of(Remark::EventSpan)))
}

/// "dalla ricezione", "dall'istanza", "dal ricevimento della domanda"
pub(super) fn event(input: &mut In<'_>) -> Res<Remarks> {
    word(Word::From)(input)?;
    words::nouns(input)
}

/// The elapsed time as a rule; of two values the later.
pub(super) fn span(amount: &Amount) -> Option<DeadlineRule> {
    let span = match amount.unit? {
        Unit::Minute => Span::Minutes,
        Unit::Hour => Span::Hours,
        Unit::Day | Unit::WorkingDay => Span::Days,
        Unit::Week => Span::Weeks,
        Unit::Month => Span::Months,
        Unit::Year => Span::Years,
        _ => return None,
    };
    let count = amount.second.unwrap_or(amount.value);
    let count = count.to_u32().filter(|_| count.is_integer() && count.is_sign_positive());
    count.map(|count| DeadlineRule::Within(count, span))
}

/// A named term: "entro i termini di legge", "nei termini", "nel rispetto delle scadenze".
fn named(input: &mut In<'_>) -> Res<(DeadlineRule, Remarks)> {
    let opening = |input: &mut In<'_>| {
        within(input)?;
        Ok(Word::Within)
    };
    let respect = |input: &mut In<'_>| {
        maybe(input, word(Word::In));
        word(Word::Respect)(input)?;
        word(Word::Of)(input)?;
        Ok(Word::Respect)
    };
    // "nei termini", "secondo le scadenze"
    let inside = |input: &mut In<'_>| {
        one_of(&[Word::In, Word::Ordinal(2)])(input)?;
        Ok(Word::In)
    };
    alt((opening, respect, inside)).parse_next(input)?;
    words::joining(input);
    if peek(input) != Some(Tok::Word(Word::Term)) {
        return Err(EmptyError);
    }
    Ok((name(input)?, Remarks::of(Remark::NamedDeadline)))
}

/// A named deadline as the whole target.
///
/// | text | reading |
/// |---|---|
/// | `Entro la scadenza fiscale` `scadenza fiscale` | date by [named:scadenza fiscale] |
/// | `Rispetto dei tempi di legge` `nei termini di legge` | date by [named:termini di legge] |
/// | `entro l'approvazione del bilancio` | date by [named:approvazione del bilancio], ambiguous |
pub(super) fn named_alone(input: &mut In<'_>) -> Res<Draft> {
    let event = |input: &mut In<'_>| {
        word(Word::Within)(input)?;
        words::joining(input);
        Ok((name(input)?, Remarks::of(Remark::NamedDeadline).and(Remarks::of(Remark::EventDeadline))))
    };
    let bare = |input: &mut In<'_>| {
        if peek(input) != Some(Tok::Word(Word::Term)) {
            return Err(EmptyError);
        }
        let remarks = Remarks::of(Remark::NamedDeadline).and(Remarks::of(Remark::Wording));
        Ok((name(input)?, remarks))
    };
    let (rule, remarks) = alt((named, event, bare)).parse_next(input)?;
    Ok(Draft::of(Kind::Date, Comparator::By).rule(Some(rule)).with(remarks))
}

/// The words to the end, lower case: the deadline's name. Words only, at most [`MAX_NAME`].
fn name(input: &mut In<'_>) -> Res<DeadlineRule> {
    let mut name = String::new();
    let (mut count, mut nouns) = (0, 0);
    let mut glue = "";
    while let Some(Token { tok: Tok::Word(found), text, elided }) = input.first().copied() {
        // Lower case would turn a Roman numeral into an article.
        let numeric = matches!(found, Word::Cardinal(_) | Word::Round(_) | Word::Magnitude(_) | Word::Roman(_));
        if numeric || matches!(found, Word::Within | Word::AtLeast | Word::AtMost) {
            return Err(EmptyError);
        }
        name.push_str(glue);
        name.extend(text.chars().flat_map(char::to_lowercase));
        glue = if elided { "'" } else { " " };
        count += 1;
        nouns += usize::from(words::noun(found));
        input.next_token();
    }
    if nouns == 0 || count > MAX_NAME {
        return Err(EmptyError);
    }
    // Two wordings of one legal term.
    let name = if name == "tempi di legge" { "termini di legge".to_owned() } else { name };
    Ok(DeadlineRule::Named(name))
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn examples() {
        reads(&[
            ("Entro 31.12.2024", "date by [2024-12-31]"),
            ("entro e non oltre il 30/09/2025", "date by [2025-09-30]"),
            ("31 dicembre", "date by [Y-12-31]"),
            ("Approvazione entro il 31/03", "date by [Y-03-31]"),
            ("ogni anno entro il 31/01", "date by [each Y-01-31]"),
            ("ogni 31 gennaio", "date by [each Y-01-31]"),
            ("100% al 31/12/2025", "percent default 100 % [2025-12-31]"),
            ("100% nel 2025", "percent default 100 % [2025-12-31]"),
            ("10 (entro giugno)", "number default 10 [Y-06-30]"),
            ("100% delle istanze entro 30 giorni", "percent default 100 % [within P30D from event]"),
            ("entro 10 giorni dalla ricezione", "duration <= 10 day [within P10D from event]"),
            ("entro 60 giorni dall'istanza", "duration <= 60 day [within P60D from event]"),
            ("entro 48 ore dalla segnalazione", "duration <= 48 hour [within PT48H from event]"),
            ("Entro la scadenza fiscale", "date by [named:scadenza fiscale]"),
            ("scadenza fiscale", "date by [named:scadenza fiscale]"),
            ("Rispetto dei tempi di legge", "date by [named:termini di legge]"),
            ("nei termini di legge", "date by [named:termini di legge]"),
            ("entro l'approvazione del bilancio", "date by [named:approvazione del bilancio]"),
            ("100% entro i termini di legge", "percent default 100 % [named:termini di legge]"),
            ("entro la scadenza", "date by [named:scadenza]"),
            ("entro l'avvio dell'attività", "date by [named:avvio dell'attività]"),
            ("entro 10", "text"),
            ("rispetto della normativa", "text"),
        ]);
    }
}
