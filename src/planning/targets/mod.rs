//! Expected values ("valore atteso") as typed targets: reading, printing, suggesting, evaluating.
//!
//! Pure: no I/O, no clock, no configuration. The language is described in `../shared/docs/targets.md`,
//! its acceptance corpus is `../shared/data/targets.tsv`.
//!
//! | file | what it holds |
//! |---|---|
//! | `reading.rs`, `deadline.rs`, `note.rs` | the typed target: what was read, how surely, and why |
//! | `tokens.rs`, `literals.rs`, `vocabulary.rs` | text → tokens: entities, numbers, words of the language |
//! | `grammar/` | tokens → target: one file per family of rules, each rule beside its examples |
//! | `print.rs` | target → canonical Italian; `read(print(r)) == r` in every typed field |
//! | `suggest.rs` | what the label hints at (unit, polarity): shown to a person, never applied |
//! | `evaluate/` | target + measurements → status, attainment, explanation |
//!
//! Two rules hold everywhere: what cannot be read stays text, and a reading that needed a choice
//! is never `certain`.

mod deadline;
pub mod evaluate;
mod grammar;
mod literals;
mod note;
mod print;
mod reading;
mod suggest;
mod tokens;
mod vocabulary;

pub use deadline::{DeadlineRule, Span, When};
pub use grammar::{Context, read};
pub use note::{Baseline, Note, Remark};
pub use print::print;
pub use reading::{Comparator, Confidence, Kind, Polarity, Reading, TargetLine, TargetValue, Unit};
pub use suggest::{PolaritySuggestion, Suggestions, UnitSuggestion, suggest};

#[cfg(test)]
mod examples;
