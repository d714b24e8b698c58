//! Why a target was read as it was: short English sentences, fixed but for the baseline's year.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Confidence;

/// What a relative change or a "keep" target is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The value achieved in a named year ("rispetto al 2023").
    Year(i32),
    /// The baseline stored with the indicator ("rispetto alla baseline").
    Stored,
    /// The value achieved in the year before the reference year; also when nothing is written.
    PreviousYear,
    /// Something named that is neither ("rispetto alla media regionale"): a person must say.
    Unknown,
}

/// One reason or ambiguity; a JSON string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Note {
    /// One of the fixed sentences.
    Remark(Remark),
    /// The baseline of the change. The nine JSON keys have no place of its own for it, so that it
    /// travels as a sentence and is recovered from it.
    Baseline(Baseline),
    /// A sentence written by a person who confirmed or corrected the reading.
    Other(String),
}

macro_rules! remarks {
    ($($name:ident $confidence:ident $sentence:literal,)*) => {
        /// The fixed sentences; each says how much certainty it costs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "each variant's sentence is its documentation")]
        pub enum Remark { $($name,)* }

        impl Remark {
            const ALL: &[Self] = &[$(Self::$name,)*];

            /// The English sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }

            /// The most that a reading with this remark may claim.
            #[must_use]
            pub const fn confidence(self) -> Confidence {
                match self { $(Self::$name => Confidence::$confidence,)* }
            }
        }
    };
}

remarks! {
    PolarityUnknown Likely "No comparator is written and the polarity is unknown: higher or lower could be better.",
    DefaultAtLeast Certain "No comparator is written: higher is better, so at least this value.",
    DefaultAtMost Certain "No comparator is written: lower is better, so at most this value.",
    DottedDecimal Likely "The dot is not followed by exactly three digits: read as a decimal sign.",
    BareDayMonth Ambiguous "Could be a day and month or a decimal number: read as a date.",
    FractionOrDate Ambiguous "Could be a fraction, a rating or a day and month: read as a fraction.",
    SlashDate Likely "Read as day/month, since the first number is greater than the second.",
    ShortYear Likely "A year of two digits is read in this century.",
    MaybeYear Ambiguous "The number could be a year.",
    NamedDeadline Certain "The deadline is named, not dated: it is not resolved here.",
    EventDeadline Ambiguous "The deadline is an event whose date is not written.",
    ElapsedTime Certain "Elapsed time allowed, not a calendar date.",
    EventSpan Certain "The time runs from an event, not from a calendar date.",
    SoftRange Likely "Two values are written: both are kept, the greater is the ceiling.",
    Noun Certain "The words after the number name what is counted.",
    Wording Likely "Words around the target were not used.",
    LongWording Ambiguous "The target stands in a long sentence: check it against the text.",
    BinaryPair Certain "A yes/no indicator: achieved means the positive one.",
    Participle Likely "A single participle is read as yes/no.",
    FrequencyAlone Certain "A frequency alone means one each period.",
    Converted Likely "The frequency was converted to a year, quarter or month.",
    PluralFrequency Ambiguous "Could be this many in all or this many each period: read as each period.",
    PerYear Likely "An amount or share for each period is kept without the period.",
    RatingOrFraction Likely "Could be a rating on a scale or a fraction of a whole.",
    RangeOrChange Ambiguous "Could be a range or a change from the first value to the second: read as a range.",
    StrictRange Likely "A strict bound of the range is read as inclusive.",
    LoneSign Ambiguous "A sign apart from the number: read as its sign, not as a dash.",
    TimeDash Likely "A dash before an elapsed time separates: it does not negate.",
    Reference Ambiguous "A number after a noun could be a reference, like \"delibera n. 5\".",
    UnsignedChange Ambiguous "A share against a baseline is read as a change from it.",
    SignedChange Likely "A signed percentage is read as a change.",
    ImplicitBaseline Likely "No baseline is written: the year before is meant.",
    Improvement Certain "The direction of the improvement is the polarity's.",
    NoAmount Likely "A change without an amount: any change in its direction.",
    RoundNumber Likely "A round number in words: read as about.",
    MinuteOrMinimum Ambiguous "\"min\" could mean minutes or minimum.",
    NearlyAll Ambiguous "\"Nearly\" is read as about.",
    FutureDefinition Likely "The value is still to be set.",
    PlainZero Certain "None at all: exactly zero.",
    PeriodEnd Certain "The deadline is the last day of the period named.",
    MidPeriod Likely "The middle of the period is read as its half.",
    ImpossibleDate Ambiguous "The date does not exist: nothing was read from it.",
    OutOfRange Ambiguous "A number is too great or too long to be held.",
    ConditionalClause Certain "A condition or exception is attached: it is evaluated by hand.",
    SeveralTargets Ambiguous "Numbers stand in the text, but not as one readable target.",
    NoNumber Certain "Words only: nothing to read, it is evaluated by hand.",
    TooLong Ambiguous "The text is too long for one target.",
    SuggestUnit Likely "The label suggests a unit: see the suggestions (not applied).",
}

impl Note {
    /// The sentence.
    fn sentence(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Remark(remark) => remark.sentence().into(),
            Self::Baseline(Baseline::Year(year)) => format!("Baseline: the year {year}.").into(),
            Self::Baseline(Baseline::Stored) => "Baseline: the indicator's stored one.".into(),
            Self::Baseline(Baseline::PreviousYear) => "Baseline: the year before.".into(),
            Self::Baseline(Baseline::Unknown) => "Baseline: named in the text, to be set by hand.".into(),
            Self::Other(text) => text.as_str().into(),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl From<Note> for String {
    fn from(note: Note) -> Self {
        note.sentence().into_owned()
    }
}

impl From<String> for Note {
    fn from(text: String) -> Self {
        let known = [Baseline::Stored, Baseline::PreviousYear, Baseline::Unknown].map(Self::Baseline);
        if let Some(note) = known.into_iter().find(|note| note.sentence() == text) {
            return note;
        }
        let year = text.strip_prefix("Baseline: the year ").and_then(|rest| rest.strip_suffix('.'));
        if let Some(year) = year.and_then(|year| year.parse().ok()) {
            return Self::Baseline(Baseline::Year(year));
        }
        match Remark::ALL.iter().find(|remark| remark.sentence() == text) {
            Some(remark) => Self::Remark(*remark),
            None => Self::Other(text),
        }
    }
}

/// The remarks collected along one rule: a set in a word, so that trying rules allocates nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Remarks(u64);

impl Remarks {
    pub(super) const fn of(remark: Remark) -> Self {
        Self(1 << remark as u8)
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, remark: Remark) -> Self {
        Self(self.0 & !(1 << remark as u8))
    }

    pub(super) const fn has(self, remark: Remark) -> bool {
        self.0 & (1 << remark as u8) != 0
    }

    pub(super) fn add(&mut self, remark: Remark) {
        *self = self.and(Self::of(remark));
    }

    /// In the order of the table above.
    pub(super) fn iter(self) -> impl Iterator<Item = Remark> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let remark = Remark::ALL.get(rest.trailing_zeros() as usize).copied();
            rest &= rest.wrapping_sub(1);
            remark
        })
    }

    pub(super) fn confidence(self) -> Confidence {
        self.iter().map(Remark::confidence).max().unwrap_or(Confidence::Certain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_note_survives_its_sentence() {
        assert!(Remark::ALL.len() <= 64, "the set is one u64");
        let remarks = Remark::ALL.iter().map(|remark| Note::Remark(*remark));
        let baselines = [Baseline::Year(2023), Baseline::Stored, Baseline::PreviousYear, Baseline::Unknown];
        for note in remarks.chain(baselines.map(Note::Baseline)).chain([Note::Other("x".into())]) {
            assert_eq!(Note::from(String::from(note.clone())), note);
        }
    }
}
