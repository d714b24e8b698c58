//! What a batch changes: the stored rows of its keys are read once, and only what differs is written.

use super::model::{FeedMode, FeedReport, RowRefusal};
use super::rows::Rows;
use super::{Change, Changes, Fed, Fields, marks};
use crate::audit::{self, Action};
use crate::db::{AnyConnection, Author, Database, Lasting, Write};
use crate::error::{Invalid, Problem};
use crate::text::IpaCode;
use serde::Serialize;

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
    corrections: Vec<Correction<K>>,
}

/// A row that was corrected: what names it, and the fields that differ.
#[derive(Serialize)]
struct Correction<K> {
    key: K,
    before: Fields,
    after: Fields,
}

/// Checks and writes a batch in a transaction of its own. Where it changes nothing, nothing is written.
pub fn bring<R: Fed>(db: &Database, task: &Task, rows: Rows<R>, report: &mut FeedReport) -> Result<(), Problem> {
    let refused_before = report.refused;
    let parts = parts(&rows);
    let change = |write: &mut Write<'_>| {
        let accepted = examine(write.conn, write.lasting, &task.home, write.now.date(), rows, report)?;
        if report.is_hopeless() {
            write.undo();
            return Ok(Vec::new());
        }
        if !write_rows(write, &task.home, &accepted, report, refused_before)? {
            write.undo();
        }
        Ok(accepted)
    };
    let standing = match parts {
        Some(parts) => db.write_parts_now(&task.author, task.home.as_str(), &parts, change),
        None => db.write_now(&task.author, task.home.as_str(), |write| {
            write.plan_anew()?;
            change(write)
        }),
    };
    if report.is_hopeless() {
        report.give_up();
    }
    R::remember(db.lasting(), &task.home, &standing?);
    Ok(())
}

/// Parts that are locked one by one at most: each takes a place in PostgreSQL's table of locks.
const MOST_PARTS: usize = 24;

/// The parts that a batch is of: months, or areas and years. `None` where the whole administration has to wait.
fn parts<R: Fed>(rows: &Rows<R>) -> Option<Vec<String>> {
    let parts = rows.read.iter().map(|row| row.place().map(|place| (place.area, place.part)));
    let mut parts: Vec<_> = parts.collect::<Option<_>>()?;
    parts.sort_unstable();
    parts.dedup();
    let name = |(area, part)| format!("{}/{area}/{part}", R::RESOURCE);
    (parts.len() <= MOST_PARTS).then(|| parts.into_iter().map(name).collect())
}

/// Sorts out the rows that cannot be accepted.
pub fn examine<R: Fed>(
    conn: &mut AnyConnection,
    lasting: &Lasting,
    home: &IpaCode,
    today: chrono::NaiveDate,
    rows: Rows<R>,
    report: &mut FeedReport,
) -> Result<Vec<R>, Problem> {
    report.rows += rows.len() as i64;
    rows.refused.into_iter().for_each(|reasons| report.refuse(reasons));
    let known = R::known(conn, lasting, home, &rows.read)?;
    let (mut accepted, mut lines) = (rows.read, rows.lines.into_iter());
    accepted.retain(|row| {
        let line = lines.next().unwrap_or_default();
        let mut invalid = Invalid::default();
        row.check(&known, today, &mut invalid);
        let is_accepted = invalid.is_empty();
        match is_accepted {
            true => report.tell_unknown(row.unknown(&known)),
            false => report.refuse(RowRefusal::all(line, invalid)),
        }
        is_accepted
    });
    report.refusals.sort_by_key(|refusal| refusal.line);
    Ok(accepted)
}

/// Writes what differs from what is stored, with its audit event; false where nothing does. A key that stands twice in a
/// batch counts as if it had been sent twice: the last row holds.
pub fn write_rows<R: Fed>(
    write: &mut Write<'_>,
    home: &IpaCode,
    rows: &[R],
    report: &mut FeedReport,
    refused_before: i64,
) -> Result<bool, Problem> {
    if rows.is_empty() {
        return Ok(false);
    }
    let (stored, around) = R::stored(write.conn, home, rows)?;
    // What is in order already, or nearly, is sorted in one pass.
    let mut stored: Vec<_> = stored.iter().collect();
    stored.sort_by(|one, other| one.row.key().cmp(&other.row.key()));
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by(|one, other| one.key().cmp(&other.key()));
    let mut left = stored.iter().copied().peekable();
    let mut changes: Vec<Change<'_, R>> = Vec::with_capacity(rows.len());
    let (mut inserted, mut updated, mut unchanged) = (0, 0, 0);
    for row in rows {
        if let Some(change) = changes.last_mut().filter(|change| change.row.key() == row.key()) {
            if change.row == row {
                unchanged += 1;
            } else {
                updated += 1;
                change.row = row;
            }
            continue;
        }
        while left.next_if(|stored| stored.row.key() < row.key()).is_some() {}
        let before = left.next_if(|stored| stored.row.key() == row.key());
        match before {
            None => inserted += 1,
            Some(before) if before.row == *row => unchanged += 1,
            Some(_) => updated += 1,
        }
        changes.push(Change { row, before });
    }
    report.inserted += inserted;
    report.updated += updated;
    report.unchanged += unchanged;
    changes.retain(|change| change.before.is_none_or(|before| before.row != *change.row));
    if changes.is_empty() {
        return Ok(false);
    }
    let counts = [inserted, updated, unchanged, report.refused - refused_before];
    tell(write, home, &changes, counts, &report.digest)?;
    let changes = Changes { rows: changes, stored, around };
    R::put(write, home, &changes)?;
    if let (Some(first), Some(last)) = (changes.rows.first(), changes.rows.last())
        && let Some(places) = first.row.place().zip(last.row.place())
    {
        let (first, last) = places;
        marks::leave(write, home, R::RESOURCE, first, last)?;
    }
    Ok(true)
}

/// The audit event of a batch: how many rows, and each correction.
fn tell<R: Fed>(
    write: &mut Write<'_>,
    home: &IpaCode,
    changes: &[Change<'_, R>],
    [inserted, updated, unchanged, refused]: [i64; 4],
    digest: &str,
) -> Result<(), Problem> {
    let corrections = changes.iter().filter_map(|Change { row, before }| {
        let before = &before.as_ref()?.row;
        Some(before.differences(row).map(|(before, after)| Correction { key: row.key(), before, after }))
    });
    let corrections = corrections.collect::<Result<_, _>>().map_err(Problem::internal)?;
    let trace = Trace { digest, inserted, updated, unchanged, refused, corrections };
    let action = if updated > 0 { Action::Update } else { Action::Create };
    audit::append(write, home, action, R::RESOURCE, digest, None, Some(&trace))
}
