//! What a batch changes: the stored rows of its keys are read once, and only what differs is written.

use super::model::{FeedMode, FeedReport, RowRefusal};
use super::rows::Rows;
use super::{Change, Fed, marks};
use crate::audit::{self, Action};
use crate::db::{AnyConnection, Author, Database, Write};
use crate::error::{Invalid, Problem};
use crate::text::IpaCode;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Whose rows, what a refusal does, who sends them.
pub struct Task {
    pub home: IpaCode,
    pub mode: FeedMode,
    pub author: Author,
}

/// A batch as its audit event tells it.
#[derive(Serialize)]
struct Trace<'a, K> {
    digest: &'a str,
    inserted: i64,
    updated: i64,
    unchanged: i64,
    refused: i64,
    corrections: Vec<Correction<'a, K>>,
}

/// A row that was corrected: what names it, and the fields that differ.
#[derive(Serialize)]
struct Correction<'a, K> {
    key: &'a K,
    before: Fields<'a>,
    after: Fields<'a>,
}

impl<'a, K> Correction<'a, K> {
    /// Of a row's JSON before and after.
    fn of(key: &'a K, before: &'a str, after: &'a str) -> serde_json::Result<Self> {
        let (before, after): (Fields<'a>, Fields<'a>) = (serde_json::from_str(before)?, serde_json::from_str(after)?);
        Ok(Correction { key, before: before.without(&after), after: after.without(&before) })
    }
}

/// The fields of an object, each as it is written: of a thousand rows nothing is copied.
struct Fields<'a>(Vec<(&'a str, &'a RawValue)>);

impl<'a> Fields<'a> {
    fn without(&self, others: &Fields<'a>) -> Self {
        let same = |(field, value): &(&str, &RawValue)| {
            others.0.iter().any(|(other, there)| field == other && value.get() == there.get())
        };
        Fields(self.0.iter().filter(|each| !same(each)).copied().collect())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Vec<(&'de str, &'de RawValue)>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::with_capacity(16);
                while let Some(entry) = map.next_entry()? {
                    fields.push(entry);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Entries).map(Fields)
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// Checks and writes a batch in a transaction of its own. Where it changes nothing, nothing is written.
pub fn bring<R: Fed>(db: &Database, task: &Task, rows: Rows<R>, report: &mut FeedReport) -> Result<(), Problem> {
    let before = report.clone();
    let done = db.write_now(&task.author, task.home.as_str(), |write| {
        write.plan_anew()?;
        let accepted = examine(write.conn, &task.home, write.now.date(), rows, report)?;
        if report.is_hopeless() || !write_rows(write, &task.home, accepted, report, before.refused)? {
            write.undo();
        }
        Ok(())
    });
    if report.is_hopeless() {
        report.give_up();
    }
    done
}

/// Sorts out the rows that cannot be accepted.
pub fn examine<R: Fed>(
    conn: &mut AnyConnection,
    home: &IpaCode,
    today: chrono::NaiveDate,
    rows: Rows<R>,
    report: &mut FeedReport,
) -> Result<Vec<R>, Problem> {
    report.rows += rows.len() as i64;
    rows.refused.into_iter().for_each(|reasons| report.refuse(reasons));
    let known = R::known(conn, home, &rows.read.iter().map(|(_, row)| row).collect::<Vec<_>>())?;
    let mut accepted = Vec::with_capacity(rows.read.len());
    for (line, row) in rows.read {
        let mut invalid = Invalid::default();
        row.check(&known, today, &mut invalid);
        match invalid.is_empty() {
            true => {
                report.tell_unknown(row.unknown(&known));
                accepted.push(row);
            }
            false => report.refuse(RowRefusal::all(line, invalid)),
        }
    }
    report.refusals.sort_by_key(|refusal| refusal.line);
    Ok(accepted)
}

/// Writes what differs from what is stored, with its audit event; false where nothing does. A key that stands twice in a
/// batch counts as if it had been sent twice: the last row holds.
pub fn write_rows<R: Fed>(
    write: &mut Write<'_>,
    home: &IpaCode,
    rows: Vec<R>,
    report: &mut FeedReport,
    refused_before: i64,
) -> Result<bool, Problem> {
    if rows.is_empty() {
        return Ok(false);
    }
    let stored = R::stored(write.conn, home, &rows.iter().collect::<Vec<_>>())?;
    let mut stored: BTreeMap<_, _> = stored.into_iter().map(|stored| (stored.row.key(), stored)).collect();
    let mut next: BTreeMap<R::Key, Change<R>> = BTreeMap::new();
    let (mut inserted, mut updated, mut unchanged) = (0, 0, 0);
    for row in rows {
        let key = row.key();
        if let Some(change) = next.get_mut(&key) {
            if change.row == row {
                unchanged += 1;
            } else {
                updated += 1;
                change.row = row;
            }
            continue;
        }
        let before = stored.remove(&key);
        match &before {
            None => inserted += 1,
            Some(before) if before.row == row => unchanged += 1,
            Some(_) => updated += 1,
        }
        next.insert(key, Change { row, before });
    }
    report.inserted += inserted;
    report.updated += updated;
    report.unchanged += unchanged;
    let says_something_new = |change: &Change<R>| change.before.as_ref().is_none_or(|before| before.row != change.row);
    let changes: Vec<_> = next.into_values().filter(says_something_new).collect();
    if changes.is_empty() {
        return Ok(false);
    }
    let mut corrected = Vec::new();
    for (key, before, after) in changes.iter().filter_map(|one| Some((one.row.key(), one.before.as_ref()?, &one.row))) {
        let text = |row: &R| serde_json::to_string(row).map_err(Problem::internal);
        corrected.push((key, text(&before.row)?, text(after)?));
    }
    let corrections = corrected.iter().map(|(key, before, after)| Correction::of(key, before, after));
    let trace = Trace {
        digest: &report.digest,
        inserted,
        updated,
        unchanged,
        refused: report.refused - refused_before,
        corrections: corrections.collect::<Result<_, _>>().map_err(Problem::internal)?,
    };
    // They are in the order of their keys.
    let (first, last) = (changes.first(), changes.last());
    let places = first.and_then(|change| change.row.place()).zip(last.and_then(|change| change.row.place()));
    R::put(write, home, changes)?;
    if let Some((first, last)) = places {
        marks::leave(write, home, R::RESOURCE, first, last)?;
    }
    let action = if trace.updated > 0 { Action::Update } else { Action::Create };
    audit::append(write, home, action, R::RESOURCE, &report.digest, None, Some(&trace))?;
    Ok(true)
}
