//! What became of each row.

use crate::reporting::imports::model::NoteSeverity;
use serde::Serialize;

/// Notes of one file, at most; what is beyond is counted.
const MAX_NOTES: usize = 10_000;

/// What is to be said of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantNote {
    /// Line of a CSV file, number of the object in a JSON array.
    pub line: u64,
    pub severity: NoteSeverity,
    pub field: String,
    pub value: String,
    pub reason: String,
}

/// What was read of a file. Every row is inserted, updated, unchanged, outdated or refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GrantsReport {
    pub file: String,
    /// SHA-256 of the file.
    pub digest: String,
    pub dry_run: bool,
    pub rows: u64,
    /// Applications that were not known.
    pub inserted: u64,
    /// Applications that were known otherwise.
    pub updated: u64,
    pub unchanged: u64,
    /// Of an earlier day than what is known, which stays.
    pub outdated: u64,
    pub refused: u64,
    pub adoptions_inserted: u64,
    pub adoptions_updated: u64,
    /// Bodies that were not known.
    pub administrations_added: u64,
    /// Refusals and warnings, in the order of the rows.
    pub notes: Vec<GrantNote>,
    /// Notes beyond those that are listed.
    pub notes_left_out: u64,
}

impl GrantsReport {
    pub fn note(&mut self, note: GrantNote) {
        if note.severity == NoteSeverity::Refused {
            self.refused += 1;
        }
        if self.notes.len() < MAX_NOTES {
            self.notes.push(note);
        } else {
            self.notes_left_out += 1;
        }
    }

    /// The report for people.
    pub fn told(&self) -> String {
        let outcome = if self.dry_run { "dry run: would be loaded" } else { "loaded" };
        let mut text = format!(
            "{}: {outcome}\n  rows: {} ({} new, {} changed, {} unchanged, {} outdated, {} refused)\n  \
             platform adoptions: {} new, {} changed\n  administrations added: {}\n  sha-256: {}\n",
            self.file,
            self.rows,
            self.inserted,
            self.updated,
            self.unchanged,
            self.outdated,
            self.refused,
            self.adoptions_inserted,
            self.adoptions_updated,
            self.administrations_added,
            self.digest
        );
        for severity in [NoteSeverity::Refused, NoteSeverity::Warning] {
            let notes: Vec<_> = self.notes.iter().filter(|note| note.severity == severity).collect();
            if !notes.is_empty() {
                text.push_str(&format!("{severity}: {}\n", notes.len()));
            }
            for note in notes {
                text.push_str(&format!("  line {}: {} {:?}: {}\n", note.line, note.field, note.value, note.reason));
            }
        }
        if self.notes_left_out > 0 {
            text.push_str(&format!("and {} more\n", self.notes_left_out));
        }
        text
    }
}
