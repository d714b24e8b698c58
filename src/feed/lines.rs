//! NDJSON of any length: read as it comes and taken in by the thousand, so that memory stays flat and no connection waits
//! for a slow sender. All or nothing keeps what it has read in a file until the last line has been seen.

use super::model::{FeedMode, FeedReport};
use super::rows::Rows;
use super::upsert::{Task, bring, examine, write_rows};
use super::{BATCH, Fed, too_large};
use crate::db::Database;
use crate::error::{Kind, Problem};
use crate::text::hexadecimal;
use actix_web::dev::Payload;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write as _};
use std::sync::Arc;

/// A row is some hundred bytes; what is longer is none.
const LONGEST_LINE: usize = 64 << 10;
/// What all or nothing may keep aside.
const LARGEST_FILE: u64 = 2 << 30;

/// Lines that belong together, each with its number.
#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    /// Number and end of each line; a line that was too long has none of its bytes.
    ends: Vec<(usize, usize)>,
    /// Of its lines as they came.
    digest: Sha256,
}

impl Piece {
    fn rows<R: Fed>(&self) -> Rows<R> {
        let mut rows = Rows::new();
        let mut start = 0;
        for (number, end) in &self.ends {
            match &self.bytes[start..*end] {
                [] => rows.refuse(*number, "", "", format!("is longer than {LONGEST_LINE} bytes")),
                line => rows.take_line(*number, line),
            }
            start = *end;
        }
        rows
    }
}

/// Splits what comes into lines.
#[derive(Default)]
struct Splitter {
    number: usize,
    line: Vec<u8>,
    overlong: bool,
    piece: Piece,
    digest: Sha256,
}

impl Splitter {
    /// Takes bytes in; gives the pieces that are full.
    fn take(&mut self, mut bytes: &[u8]) -> Vec<Piece> {
        self.digest.update(bytes);
        let mut full = Vec::new();
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.piece.digest.update(&bytes[..=end]);
            self.extend(&bytes[..end]);
            self.end_line();
            bytes = &bytes[end + 1..];
            if self.piece.ends.len() == BATCH {
                full.push(std::mem::take(&mut self.piece));
            }
        }
        self.piece.digest.update(bytes);
        self.extend(bytes);
        full
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.overlong = self.overlong || self.line.len() + bytes.len() > LONGEST_LINE;
        if self.overlong {
            self.line.clear();
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    fn end_line(&mut self) {
        self.number += 1;
        let line = self.line.trim_ascii();
        if self.overlong || !line.is_empty() {
            self.piece.bytes.extend_from_slice(line);
            self.piece.ends.push((self.number, self.piece.bytes.len()));
        }
        self.line.clear();
        self.overlong = false;
    }

    fn finish(mut self) -> (Piece, String) {
        if self.overlong || !self.line.is_empty() {
            self.end_line();
        }
        (self.piece, hexadecimal(self.digest.finalize().as_ref()))
    }
}

pub async fn receive<R: Fed>(db: &Database, task: Task, mut payload: Payload) -> Result<FeedReport, Problem> {
    let mut taker = Taker { report: FeedReport::new(&task.home, task.mode), task: Arc::new(task), aside: None };
    let mut splitter = Splitter::default();
    while let Some(bytes) = payload.next().await {
        let bytes = bytes.map_err(|error| Problem::new(Kind::Malformed, format!("The body broke off: {error}.")))?;
        for piece in splitter.take(&bytes) {
            taker = taker.take::<R>(db, piece).await?;
        }
    }
    let (last, digest) = splitter.finish();
    if !last.ends.is_empty() {
        taker = taker.take::<R>(db, last).await?;
    }
    if taker.report.rows == 0 {
        return Err(Problem::new(Kind::Malformed, "The body is empty: send a JSON object on each line."));
    }
    taker.report.digest = digest;
    taker.finish::<R>(db).await
}

/// What has been taken in so far.
struct Taker {
    task: Arc<Task>,
    report: FeedReport,
    /// Rows that wait for the last line.
    aside: Option<File>,
}

impl Taker {
    /// Each piece goes to the blocking pool and comes back with what is told of it.
    async fn take<R: Fed>(mut self, db: &Database, piece: Piece) -> Result<Self, Problem> {
        db.run(move |db| {
            match self.task.mode {
                FeedMode::RowByRow => {
                    self.report.digest = hexadecimal(piece.digest.clone().finalize().as_ref());
                    bring(db, &self.task, piece.rows::<R>(), &mut self.report)?;
                }
                FeedMode::AllOrNothing => self.put_aside::<R>(db, &piece)?,
            }
            Ok(self)
        })
        .await
    }

    fn put_aside<R: Fed>(&mut self, db: &Database, piece: &Piece) -> Result<(), Problem> {
        let today = db.clock().now().date();
        let (accepted, report) = db.read_now(|conn| {
            let mut report = self.report.clone();
            let accepted = examine(conn, db.lasting(), &self.task.home, today, piece.rows::<R>(), &mut report)?;
            Ok((accepted, report))
        })?;
        self.report = report;
        if self.report.is_hopeless() {
            self.aside = None;
            return Ok(());
        }
        let mut file = match self.aside.take() {
            Some(file) => file,
            None => tempfile::tempfile().map_err(Problem::internal)?,
        };
        let mut lines = Vec::new();
        for row in &accepted {
            serde_json::to_writer(&mut lines, row).map_err(Problem::internal)?;
            lines.push(b'\n');
        }
        file.write_all(&lines).map_err(Problem::internal)?;
        if file.metadata().map_err(Problem::internal)?.len() > LARGEST_FILE {
            return Err(too_large("This is too much for all or nothing: send it row by row, or in parts."));
        }
        self.aside = Some(file);
        Ok(())
    }

    /// All rows were accepted: they are written in one transaction.
    async fn finish<R: Fed>(mut self, db: &Database) -> Result<FeedReport, Problem> {
        if self.report.is_hopeless() {
            self.report.give_up();
            return Ok(self.report);
        }
        let Some(mut file) = self.aside.take() else { return Ok(self.report) };
        db.run(move |db| {
            file.seek(SeekFrom::Start(0)).map_err(Problem::internal)?;
            let mut lines = BufReader::new(file).lines();
            let report = &mut self.report;
            db.write_now(&self.task.author, self.task.home.as_str(), |write| {
                let mut changed = false;
                write.plan_anew()?;
                loop {
                    let mut rows: Vec<R> = Vec::with_capacity(BATCH);
                    for line in lines.by_ref().take(BATCH) {
                        let line = line.map_err(Problem::internal)?;
                        rows.push(serde_json::from_str(&line).map_err(Problem::internal)?);
                    }
                    if rows.is_empty() {
                        break;
                    }
                    changed |= write_rows(write, &self.task.home, &rows, report, 0)?;
                }
                if !changed {
                    write.undo();
                }
                Ok(())
            })?;
            Ok(self.report)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_however_the_bytes_come() {
        let body = b"{\"a\":1}\r\n\n  {\"b\":2}\n{\"c\":3}";
        for size in 1..=body.len() {
            let mut splitter = Splitter::default();
            body.chunks(size).for_each(|bytes| assert!(splitter.take(bytes).is_empty()));
            let (piece, _) = splitter.finish();
            assert_eq!(piece.bytes, b"{\"a\":1}{\"b\":2}{\"c\":3}");
            assert_eq!(piece.ends, [(1, 7), (3, 14), (4, 21)]);
        }
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let mut splitter = Splitter::default();
        (0..100).for_each(|_| assert!(splitter.take(&[b'x'; 10_000]).is_empty()));
        assert!(splitter.line.capacity() <= 2 * LONGEST_LINE);
        splitter.take(b"\n{}\n");
        assert_eq!(splitter.finish().0.ends, [(1, 0), (2, 2)]);
    }
}
