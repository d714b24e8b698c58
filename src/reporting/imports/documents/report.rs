//! What became of every line: read, or listed with its reason.

use std::{collections::BTreeMap, fmt};

use super::lines::Line;

/// Excerpts are at most this long.
const EXCERPT: usize = 120;

/// What a line became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// The name of the administration.
    AdministrationName,
    /// The title of the plan.
    Title,
    /// The act that approved the plan.
    ApprovalAct,
    /// A heading of the layout, or its empty room for a text.
    Heading,
    /// The columns of a Gantt.
    Periods,
    /// A section.
    Section,
    /// The offices responsible for a section.
    Assignees,
    /// An objective, with the phase on the same row.
    Objective,
    /// A phase, or a part of it.
    Phase,
    /// A link to the budget.
    BudgetLink,
    /// An indicator.
    Indicator,
    /// A rating.
    Rating,
    /// A description.
    Description,
    /// A final report.
    FinalReport,
}

impl fmt::Display for Became {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AdministrationName => "administration_name",
            Self::Title => "title",
            Self::ApprovalAct => "approval_act",
            Self::Heading => "heading",
            Self::Periods => "periods",
            Self::Section => "section",
            Self::Assignees => "assignees",
            Self::Objective => "objective",
            Self::Phase => "phase",
            Self::BudgetLink => "budget_link",
            Self::Indicator => "indicator",
            Self::Rating => "rating",
            Self::Description => "description",
            Self::FinalReport => "final_report",
        })
    }
}

/// How grave a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The line says nothing that a plan holds.
    Ignored,
    /// Something of the line was read otherwise than written, or not at all.
    Warning,
    /// The line should have become something, and did not.
    Refused,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ignored => "ignored",
            Self::Warning => "warning",
            Self::Refused => "refused",
        })
    }
}

/// A remark on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Number of the line, from 1.
    pub line: usize,
    /// How the line begins.
    pub excerpt: String,
    /// How grave it is.
    pub severity: Severity,
    /// Why.
    pub reason: String,
}

/// The account of a document's lines: each one that is not blank is either counted in `read` or has exactly
/// one note that is not a warning. Warnings concern lines that were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many lines are not blank.
    pub lines: usize,
    /// How many lines became what.
    pub read: BTreeMap<Became, usize>,
    /// The remarks, by line.
    pub notes: Vec<Note>,
}

impl Report {
    /// How many lines were read.
    pub fn lines_read(&self) -> usize {
        self.read.values().sum()
    }

    /// The remarks of one severity.
    pub fn notes_of(&self, severity: Severity) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| note.severity == severity)
    }
}

/// Keeps account while a document is read.
pub(super) struct Ledger<'a> {
    lines: &'a [Line],
    fates: Vec<Fate>,
    /// Lines that share the fate of another one, the first of their row.
    followers: Vec<(usize, usize)>,
    warnings: Vec<(usize, String)>,
}

#[derive(Clone, PartialEq)]
enum Fate {
    Open,
    Read(Became),
    Not(Severity, String),
}

impl<'a> Ledger<'a> {
    pub fn new(lines: &'a [Line]) -> Self {
        Self { lines, fates: vec![Fate::Open; lines.len()], followers: Vec::new(), warnings: Vec::new() }
    }

    /// The line became something.
    pub fn read(&mut self, line: usize, became: Became) {
        self.decide(line, |fate| *fate == Fate::Open, Fate::Read(became));
    }

    /// The line was read, but not all is well.
    pub fn warn(&mut self, line: usize, reason: impl Into<String>) {
        self.warnings.push((line, reason.into()));
    }

    /// The line says nothing that a plan holds.
    pub fn ignore(&mut self, line: usize, reason: impl Into<String>) {
        self.decide(line, |fate| !matches!(fate, Fate::Not(..)), Fate::Not(Severity::Ignored, reason.into()));
    }

    /// The line should have become something.
    pub fn refuse(&mut self, line: usize, reason: impl Into<String>) {
        self.decide(line, |fate| !matches!(fate, Fate::Not(..)), Fate::Not(Severity::Refused, reason.into()));
    }

    /// The line goes on with the row that another line began: what becomes of that one becomes of it.
    pub fn follow(&mut self, first: usize, line: usize) {
        self.followers.push((first, line));
    }

    fn decide(&mut self, line: usize, may: impl Fn(&Fate) -> bool, new: Fate) {
        if let Some(fate) = line.checked_sub(1).and_then(|index| self.fates.get_mut(index))
            && may(fate)
        {
            *fate = new;
        }
    }

    /// Closes the account; a line that nobody spoke for is ignored, with the reason that `otherwise` finds.
    pub fn close(mut self, otherwise: impl Fn(&Line) -> String) -> Report {
        for (first, line) in std::mem::take(&mut self.followers) {
            let fate = first.checked_sub(1).and_then(|index| self.fates.get(index)).cloned();
            if let (Some(fate), Some(own)) = (fate, line.checked_sub(1).and_then(|index| self.fates.get_mut(index))) {
                *own = fate;
            }
        }
        let read_lines: Vec<bool> = self.fates.iter().map(|fate| matches!(fate, Fate::Read(_))).collect();
        let mut report = Report { lines: 0, read: BTreeMap::new(), notes: Vec::new() };
        for (line, fate) in self.lines.iter().zip(self.fates).filter(|(line, _)| line.counts) {
            report.lines += 1;
            let (severity, reason) = match fate {
                Fate::Read(became) => {
                    *report.read.entry(became).or_default() += 1;
                    continue;
                }
                Fate::Open if line.is_blank() => (Severity::Ignored, "nothing can be seen on this line".to_owned()),
                Fate::Open if line.is_ruler() => (Severity::Ignored, "signs without words".to_owned()),
                Fate::Open if line.is_page_furniture() => {
                    (Severity::Ignored, "page header or footer, or a link".to_owned())
                }
                Fate::Open => (Severity::Ignored, otherwise(line)),
                Fate::Not(severity, reason) => (severity, reason),
            };
            report.notes.push(Note { line: line.number, excerpt: excerpt(line.text()), severity, reason });
        }
        // A line that was refused in the end needs no warning besides.
        let read = |line: usize| line.checked_sub(1).and_then(|index| read_lines.get(index)) == Some(&true);
        for (number, reason) in self.warnings.into_iter().filter(|(line, _)| read(*line)) {
            let text = number.checked_sub(1).and_then(|index| self.lines.get(index)).map_or("", Line::text);
            report.notes.push(Note { line: number, excerpt: excerpt(text), severity: Severity::Warning, reason });
        }
        report.notes.sort_by_key(|note| note.line);
        report
    }
}

/// The beginning of a text, so that a message stays readable.
pub(super) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        None => text.to_owned(),
        Some(_) => text.chars().take(EXCERPT - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::lines::lines;

    #[test]
    fn every_line_has_one_fate() {
        let lines = lines("one\n\ntwo\nthree\n\t\n---\nfour");
        let mut ledger = Ledger::new(&lines);
        ledger.read(1, Became::Title);
        ledger.read(1, Became::Heading);
        ledger.read(3, Became::Section);
        ledger.refuse(3, "no");
        ledger.ignore(3, "never mind");
        ledger.warn(1, "hm");
        ledger.read(99, Became::Title);
        let report = ledger.close(|_| "left over".to_owned());
        assert_eq!((report.lines, report.lines_read()), (5, 1));
        let notes: Vec<_> = report.notes.iter().map(|note| (note.line, note.severity, note.reason.as_str())).collect();
        assert_eq!(
            notes,
            [
                (1, Severity::Warning, "hm"),
                (3, Severity::Refused, "no"),
                (4, Severity::Ignored, "left over"),
                (6, Severity::Ignored, "signs without words"),
                (7, Severity::Ignored, "left over"),
            ]
        );
    }

    #[test]
    fn excerpts_are_short() {
        assert_eq!(excerpt(&"à".repeat(500)).chars().count(), 120);
        assert_eq!(excerpt("short"), "short");
    }
}
