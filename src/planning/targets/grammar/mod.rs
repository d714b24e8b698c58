//! Tokens → target. Rules are `winnow` parsers over the tokens; the first that reads the *whole* text wins,
//! and a text that none reads stays text.
//!
//! | file | rules |
//! |---|---|
//! | `answers.rs` | placeholders, yes/no, "tutti", "nessuno" |
//! | `amounts.rs` | a number with its unit |
//! | `comparing.rs` | "almeno", "non oltre", "≥", … |
//! | `quantities.rs` | comparator + amount + noun + deadline; ratios; rates |
//! | `ranges.rs` | between two values |
//! | `frequencies.rs` | "all'anno", "mensile", "ogni tre mesi" |
//! | `dates.rs`, `periods.rs`, `deadlines.rs` | days and periods; "entro …", named and elapsed deadlines |
//! | `changes.rs` | "riduzione del 5%", "rispetto al 2023", "mantenimento" |
//! | `schedules.rs` | "2024: 10; 2025: 12" |
//! | `words.rs` | what surrounds a target: nouns, articles, parentheses |

mod amounts;
mod answers;
mod changes;
mod comparing;
mod dates;
mod deadlines;
mod frequencies;
mod periods;
mod quantities;
mod ranges;
mod schedules;
mod words;

use rust_decimal::Decimal;
use winnow::Parser;
use winnow::combinator::{alt, eof, terminated};
use winnow::error::EmptyError;
use winnow::stream::{Stream, TokenSlice};

use super::note::Remarks;
use super::reading::MAX_NOTES;
use super::tokens::{Number, Tok, Token, tokens};
use super::vocabulary::Word;
use super::{Baseline, Comparator, Confidence, DeadlineRule, Kind, Note, Polarity, Reading, Remark, TargetValue, Unit};
use super::{literals, suggest};

/// Longer texts are prose: nothing is read from them.
const MAX_BYTES: usize = 2000;

/// What is known around an expected value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context<'a> {
    /// The year that relative deadlines count from; only its leap days matter when reading.
    pub reference_year: i32,
    /// The indicator's label: only for suggestions, which are noted and never applied.
    pub label: Option<&'a str>,
    /// Which way is better, where a person has said so.
    pub polarity: Option<Polarity>,
}

impl Context<'_> {
    /// Only the reference year is known.
    #[must_use]
    pub const fn year(reference_year: i32) -> Self {
        Self { reference_year, label: None, polarity: None }
    }
}

/// Reads an expected value as written in an Italian plan. Never fails: what cannot be read is
/// [`Kind::Text`], with the reason in the notes.
///
/// ```
/// use traguardo::planning::targets::{Context, Kind, read};
/// let target = read("Max – 5 anni", Context::year(2024));
/// assert_eq!(target.kind, Kind::Duration);
/// assert_eq!(target.value.map(|value| value.to_string()).as_deref(), Some("5"));
/// ```
#[must_use]
pub fn read(text: &str, context: Context<'_>) -> Reading {
    let text = text.trim();
    if text.len() > MAX_BYTES {
        return plain_text(Remark::TooLong);
    }
    let decoded = literals::decode(text);
    let Some(tokens) = tokens(&decoded) else {
        return plain_text(Remark::TooLong);
    };
    if words::conditional(&tokens) {
        return plain_text(Remark::ConditionalClause);
    }
    if tokens.iter().any(|token| token.tok == Tok::TooGreat) {
        return plain_text(Remark::OutOfRange);
    }
    let mut input = TokenSlice::new(&tokens);
    match target(context.reference_year).parse_next(&mut input) {
        Ok(draft) => finish(draft, tokens.len(), context),
        Err(EmptyError) => plain_text(words::why_text(&tokens, context.reference_year)),
    }
}

/// Every rule, most specific first; each must read to the end.
fn target<'t>(year: i32) -> impl FnMut(&mut In<'t>) -> Res<Draft> {
    move |input| {
        let whole_answers = (answers::placeholder, answers::yes_no, answers::universal, answers::nothing);
        let (placeholder, yes_no, universal, nothing) = whole_answers;
        alt((
            terminated(placeholder, eof),
            terminated(yes_no(year), eof),
            terminated(universal(year), eof),
            terminated(nothing, eof),
            terminated(schedules::schedule, eof),
            terminated(frequencies::alone, eof),
            terminated(changes::maintain, eof),
            terminated(changes::relative(year), eof),
            alt((
                terminated(ranges::range(year), eof),
                terminated(deadlines::dated(year), eof),
                terminated(quantities::quantity(year), eof),
                terminated(quantities::after_deadline(year), eof),
                terminated(deadlines::named_alone, eof),
            )),
        ))
        .parse_next(input)
    }
}

/// What a rule builds.
#[derive(Debug, Clone, Default, PartialEq)]
struct Draft {
    kind: Option<Kind>,
    comparator: Option<Comparator>,
    value: Option<TargetValue>,
    value2: Option<Decimal>,
    unit: Option<Unit>,
    rule: Option<DeadlineRule>,
    baseline: Option<Baseline>,
    remarks: Remarks,
}

impl Draft {
    fn of(kind: Kind, comparator: Comparator) -> Self {
        Self { kind: Some(kind), comparator: Some(comparator), ..Self::default() }
    }

    fn number(mut self, value: Decimal) -> Self {
        self.value = Some(TargetValue::Number(value));
        self
    }

    fn unit(mut self, unit: Option<Unit>) -> Self {
        self.unit = unit;
        self
    }

    fn rule(mut self, rule: Option<DeadlineRule>) -> Self {
        self.rule = rule;
        self
    }

    fn with(mut self, remarks: Remarks) -> Self {
        self.remarks = self.remarks.and(remarks);
        self
    }
}

fn plain_text(remark: Remark) -> Reading {
    Reading {
        kind: Kind::Text,
        comparator: None,
        value: None,
        value2: None,
        unit: None,
        deadline_rule: None,
        confidence: remark.confidence(),
        notes: vec![Note::Remark(remark)],
    }
}

/// A draft of more tokens than this stands in a sentence rather than in a cell.
const LONG: usize = 14;

fn finish(mut draft: Draft, length: usize, context: Context<'_>) -> Reading {
    let kind = draft.kind.unwrap_or(Kind::Text);
    if length > LONG && !matches!(kind, Kind::Schedule | Kind::Date | Kind::None) {
        draft.remarks.add(Remark::LongWording);
    }
    if draft.comparator == Some(Comparator::Default) {
        // A share cannot exceed 100 %: at least and exactly coincide there.
        let full = draft.unit == Some(Unit::Percent) && draft.value == Some(TargetValue::Number(Decimal::ONE_HUNDRED));
        match context.polarity {
            Some(Polarity::HigherIsBetter) => draft.remarks.add(Remark::DefaultAtLeast),
            Some(Polarity::LowerIsBetter) => draft.remarks.add(Remark::DefaultAtMost),
            None if full => {}
            None => draft.remarks.add(Remark::PolarityUnknown),
        }
    }
    if let (None, Some(label), Some(TargetValue::Number(_))) = (draft.unit, context.label, draft.value)
        && suggest::unit(label, kind).is_some()
    {
        draft.remarks.add(Remark::SuggestUnit);
    }
    let baseline = draft.baseline.map(Note::Baseline);
    let remarks = draft.remarks.iter().map(Note::Remark);
    Reading {
        kind,
        comparator: draft.comparator,
        value: draft.value,
        value2: draft.value2,
        unit: draft.unit,
        deadline_rule: draft.rule,
        confidence: match draft.baseline {
            Some(Baseline::Unknown) => Confidence::Ambiguous,
            _ => draft.remarks.confidence(),
        },
        notes: baseline.into_iter().chain(remarks).take(MAX_NOTES).collect(),
    }
}

// What the rules are made of.

type In<'t> = TokenSlice<'t, Token<'t>>;
type Res<T> = Result<T, EmptyError>;

fn peek(input: &In<'_>) -> Option<Tok> {
    input.first().map(|token| token.tok)
}

/// Takes the next token when `choose` maps it to something.
fn take<'t, T>(choose: impl Fn(Tok) -> Option<T>) -> impl FnMut(&mut In<'t>) -> Res<T> {
    move |input| {
        let chosen = peek(input).and_then(&choose).ok_or(EmptyError)?;
        input.next_token();
        Ok(chosen)
    }
}

/// Exactly this mark.
fn mark<'t>(mark: Tok) -> impl FnMut(&mut In<'t>) -> Res<()> {
    take(move |tok| (tok == mark).then_some(()))
}

/// A word of this class.
fn word<'t>(wanted: Word) -> impl FnMut(&mut In<'t>) -> Res<()> {
    take(move |tok| (tok == Tok::Word(wanted)).then_some(()))
}

/// A word of one of these classes.
fn one_of<'t>(wanted: &'static [Word]) -> impl FnMut(&mut In<'t>) -> Res<Word> {
    take(move |tok| match tok {
        Tok::Word(word) if wanted.contains(&word) => Some(word),
        _ => None,
    })
}

/// A number in digits.
fn digits(input: &mut In<'_>) -> Res<Number> {
    take(|tok| match tok {
        Tok::Number(number) => Some(number),
        _ => None,
    })(input)
}

/// Runs an optional rule: on failure nothing is consumed.
fn maybe<'t, T>(input: &mut In<'t>, mut rule: impl FnMut(&mut In<'t>) -> Res<T>) -> Option<T> {
    let start = input.checkpoint();
    match rule(input) {
        Ok(value) => Some(value),
        Err(EmptyError) => {
            input.reset(&start);
            None
        }
    }
}
