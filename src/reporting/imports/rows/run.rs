//! Carries an import of rows out: row by row in transactions of some hundred rows of one administration, between which others
//! write; or, for a dry run and for all or nothing, in one transaction. How far it has come stands in the database, in the
//! same transaction as the rows, so that any process can tell and a process that dies leaves the truth behind.

use super::bring::{Bringer, Brought};
use super::cells::Fields;
use super::file::{Header, Row, RowFile};
use super::report::{ImportRefusal, RowsReport};
use crate::administrations::store as administrations;
use crate::auth::Tenants;
use crate::clock::Instant;
use crate::db::{AnyConnection, Author, Database, Write};
use crate::error::{Invalid, Kind, Problem, shorten};
use crate::feed::model::RowRefusal;
use crate::reporting::imports::model::{Import, ImportMode, ImportOutcome, ImportStatus, Report};
use crate::reporting::imports::store;
use crate::text::IpaCode;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write as _};
use std::time::Duration;

/// Rows of a transaction: after them others may write.
const BATCH: usize = 500;
/// Rows that one transaction may hold, of a dry run or of all or nothing.
pub const WHOLE: i64 = 100_000;
/// Refusals that are written together.
const REFUSALS: usize = 1000;
/// An import of which nothing was heard for so long has lost its process.
const LEASE: i64 = 60;
/// The same where the one writer that there is cannot say anything meanwhile.
const SILENT_LEASE: i64 = 900;
/// SQLite's writers ask for their turn again and again: whoever just had it leaves them a chance.
const PAUSE: Duration = Duration::from_millis(25);
/// How often a batch is tried again when the database does not answer, a second apart.
const TRIES: u32 = 30;

/// An import that is to be carried out.
pub struct Job {
    pub file: RowFile,
    /// The administration that all rows belong to; where left out each row names its own.
    pub only: Option<IpaCode>,
    pub mode: ImportMode,
    pub dry_run: bool,
    pub tenants: Tenants,
    pub author: Author,
    /// Of the file as it was sent.
    pub bytes: u64,
    pub digest: String,
}

/// What a first reading tells of a file.
pub struct Inspected {
    rows: i64,
    /// Administrations that its first rows name.
    named: BTreeSet<IpaCode>,
}

impl Inspected {
    /// Rows of the file.
    pub fn rows(&self) -> i64 {
        self.rows
    }
}

/// Rows that are looked at for the administrations that they name.
const LOOKED_AT: i64 = 1000;

impl Job {
    /// Reads the file once through: whatever is wrong with it as a whole is found here.
    pub fn inspect(&self) -> Result<Inspected, Problem> {
        let mut inspected = Inspected { rows: 0, named: BTreeSet::new() };
        self.file.read(&mut |_, row| {
            inspected.rows += 1;
            let named = row.fields.ok().and_then(|fields| IpaCode::parse(fields.get("administration")?.as_str()?));
            if let Some(code) = named.filter(|code| inspected.rows <= LOOKED_AT && self.tenants.include(code)) {
                inspected.named.insert(code);
            }
            Ok(())
        })?;
        if inspected.rows == 0 {
            return Err(Problem::new(Kind::Malformed, "The file has no rows."));
        }
        if self.is_whole() && inspected.rows > WHOLE {
            let detail = format!(
                "The file has {} rows; a dry run, and all or nothing, take at most {WHOLE}: send it in parts, or row by row.",
                inspected.rows
            );
            return Err(Problem::new(Kind::TooLarge, detail));
        }
        Ok(inspected)
    }

    fn is_whole(&self) -> bool {
        self.dry_run || self.mode == ImportMode::AllOrNothing
    }

    /// Writes down that the import is under way.
    pub fn begin(&self, db: &Database, inspected: &Inspected) -> Result<Import, Problem> {
        let home = self.home(db, inspected)?;
        let report = RowsReport {
            resource: self.file.resource,
            format: self.file.format,
            mode: self.mode,
            dry_run: self.dry_run,
            outcome: None,
            rows: inspected.rows,
            rows_done: 0,
            bytes: self.bytes as i64,
            inserted: 0,
            updated: 0,
            unchanged: 0,
            refused: 0,
            refusals: 0,
            digest: self.digest.clone(),
            failure: None,
        };
        db.write_now(&self.author, home.as_str(), |write| {
            let silent = self.is_whole() && write.conn.is_sqlite();
            let lease = if silent { SILENT_LEASE } else { LEASE };
            let import = Import {
                administration: home.clone(),
                id: write.next_id(),
                plan_id: None,
                report: Report::Rows(report).into(),
                revision: write.revision,
                created_at: write.now,
                resource: Some(self.file.resource),
                status: ImportStatus::Running,
                family: self.file.resource.family(),
                sender: self.author.client_id.clone(),
                several: self.only.is_none(),
                lease_until: Instant(write.now.0 + lease * 1_000_000),
            };
            store::insert(write.conn, &import)?;
            Ok(import)
        })
    }

    /// The administration that the import itself is kept under: the one of all rows, or the first that they name.
    fn home(&self, db: &Database, inspected: &Inspected) -> Result<IpaCode, Problem> {
        if let Some(only) = &self.only {
            self.tenants.require(only)?;
            return db.read_now(|conn| Ok(administrations::require(conn, only, "administration")?.ipa_code));
        }
        for code in &inspected.named {
            if let Some(known) = db.read_now(|conn| administrations::find(conn, code))? {
                return Ok(known.ipa_code);
            }
        }
        let detail = "none of the first 1,000 rows names a known administration that the token opens: say whose rows they \
                      are, in the query or in each row";
        Err(Problem::invalid("administration", "", detail))
    }

    /// Carries it out; `told` hears how far it has come. A failure is written down too.
    pub fn carry_out(&self, db: &Database, import: Import, told: &dyn Fn(&RowsReport)) -> Result<Import, Problem> {
        let Report::Rows(report) = (*import.report).clone() else {
            return Err(Problem::internal("an import of rows has no report of rows"));
        };
        let mut run = Run {
            job: self,
            db,
            import,
            report,
            told,
            batch: Batch::default(),
            known: BTreeMap::new(),
            locked: BTreeSet::new(),
        };
        let done = match self.is_whole() {
            true => run.whole(),
            false => run.row_by_row(),
        };
        run.end(done)?;
        Ok(run.import)
    }
}

/// Rows that wait to be brought in together.
#[derive(Default)]
struct Batch {
    home: Option<IpaCode>,
    rows: Vec<(u64, Fields)>,
    /// Refused before they came to the database.
    refused: Vec<(u64, Problem)>,
}

impl Batch {
    fn len(&self) -> usize {
        self.rows.len() + self.refused.len()
    }
}

struct Run<'a> {
    job: &'a Job,
    db: &'a Database,
    import: Import,
    report: RowsReport,
    told: &'a dyn Fn(&RowsReport),
    batch: Batch,
    /// Administrations that rows named, and whether they are known.
    known: BTreeMap<IpaCode, bool>,
    /// Those whose writers wait for this transaction.
    locked: BTreeSet<IpaCode>,
}

impl Run<'_> {
    /// Whether the batch must be brought in before the next row: it is full, or another administration's.
    fn belongs_elsewhere(&self, home: Option<&IpaCode>) -> bool {
        let other = home.is_some_and(|home| self.batch.home.as_ref().is_some_and(|known| known != home));
        other || self.batch.len() >= BATCH
    }

    /// Whose row it is. `conn` is that of the transaction, where there is one.
    fn place(&mut self, row: &Row, conn: Option<&mut AnyConnection>) -> Result<IpaCode, Problem> {
        let Ok(fields) = &row.fields else { return Err(Problem::internal("a refused row has no place")) };
        let named = fields.get("administration");
        let code = match (named, &self.job.only) {
            (None, Some(only)) => return Ok(only.clone()),
            (None, None) => return Err(Problem::invalid("/administration", "", "is missing, here and in the query")),
            (Some(named), _) => named
                .as_str()
                .and_then(IpaCode::parse)
                .ok_or_else(|| Problem::invalid("/administration", named, format!("must be {}", IpaCode::EXPECTED)))?,
        };
        if let Some(only) = self.job.only.as_ref().filter(|only| **only != code) {
            return Err(Problem::invalid("/administration", &code, format!("differs from the query's: {only}")));
        }
        if !self.job.tenants.include(&code) {
            let detail = "the token does not open its data";
            return Err(Problem::invalid("/administration", &code, detail));
        }
        let known = match self.known.get(&code) {
            Some(known) => *known,
            None => {
                let found = match conn {
                    Some(conn) => administrations::find(conn, &code)?,
                    None => self.db.read_now(|conn| administrations::find(conn, &code))?,
                };
                let known = found.is_some();
                self.known.insert(code.clone(), known);
                known
            }
        };
        match known {
            true => Ok(code),
            false => Err(Problem::invalid("/administration", &code, "is no IPA code known here")),
        }
    }

    /// Sorts a row into the batch.
    fn take(&mut self, row: Row, home: Result<IpaCode, Problem>) -> Result<(), Problem> {
        let line = row.line;
        match (home, row.fields) {
            (_, Err(invalid)) => self.batch.refused.push((line, invalid.into_problem())),
            (Ok(home), Ok(fields)) => {
                self.batch.home = Some(home);
                self.batch.rows.push((line, fields));
            }
            (Err(problem), Ok(_)) if problem.kind == Kind::Invalid => self.batch.refused.push((line, problem)),
            (Err(problem), Ok(_)) => return Err(problem),
        }
        Ok(())
    }

    fn row_by_row(&mut self) -> Result<(), Problem> {
        let (job, mut columns) = (self.job, None);
        job.file.read(&mut |header: &Header, row: Row| {
            columns.get_or_insert_with(|| header.columns.clone());
            let home = if row.fields.is_ok() { self.place(&row, None) } else { Err(Invalid::default().into_problem()) };
            if self.belongs_elsewhere(home.as_ref().ok()) {
                self.commit(header.columns.as_ref())?;
            }
            self.take(row, home)
        })?;
        self.commit(columns.flatten().as_ref())
    }

    /// Writes the batch, what is told of it and how far the import has come, all or none of it.
    fn commit(&mut self, columns: Option<&BTreeSet<String>>) -> Result<(), Problem> {
        let batch = std::mem::take(&mut self.batch);
        if batch.len() == 0 {
            return Ok(());
        }
        let home = batch.home.clone().unwrap_or_else(|| self.import.administration.clone());
        for left in (0..TRIES).rev() {
            let written = self.db.write_now(&self.job.author, home.as_str(), |write| {
                let (job, rows) = (self.job, batch.rows.clone());
                let brought = Bringer::new(write, &home, job.file.resource, columns, &job.digest).bring(rows)?;
                let mut report = self.report.clone();
                let refusals = add(&mut report, brought, &batch);
                self.keep_refusals(write, report.refusals - refusals.len() as i64, &refusals)?;
                self.keep(write, &report, ImportStatus::Running)?;
                Ok((report, write.conn.is_sqlite()))
            });
            match written {
                Ok((report, one_writer)) => {
                    self.report = report;
                    (self.told)(&self.report);
                    if one_writer && self.report.rows_done < self.report.rows {
                        std::thread::sleep(PAUSE);
                    }
                    return Ok(());
                }
                Err(problem) if problem.kind == Kind::Unavailable && left > 0 => {
                    std::thread::sleep(Duration::from_secs(1));
                }
                Err(problem) => return Err(problem),
            }
        }
        Err(Problem::unavailable("The database cannot be reached."))
    }

    fn whole(&mut self) -> Result<(), Problem> {
        let (db, job, home) = (self.db, self.job, self.import.administration.clone());
        let mut aside = tempfile::tempfile().map_err(Problem::internal)?;
        self.locked.insert(home.clone());
        db.write_now(&job.author, home.as_str(), |write| {
            let mut columns = None;
            job.file.read(&mut |header: &Header, row: Row| {
                columns.get_or_insert_with(|| header.columns.clone());
                let home = if row.fields.is_ok() {
                    self.place(&row, Some(write.conn))
                } else {
                    Err(Invalid::default().into_problem())
                };
                if self.belongs_elsewhere(home.as_ref().ok()) {
                    self.bring(write, header.columns.as_ref(), &mut aside)?;
                }
                self.take(row, home)
            })?;
            self.bring(write, columns.flatten().as_ref(), &mut aside)?;
            if self.job.dry_run || self.report.refused > 0 && self.job.mode == ImportMode::AllOrNothing {
                write.undo();
            }
            Ok(())
        })?;
        self.keep_aside(aside)
    }

    /// Brings the batch in and keeps its refusals aside: they are told even where nothing is loaded.
    fn bring(
        &mut self,
        write: &mut Write<'_>,
        columns: Option<&BTreeSet<String>>,
        aside: &mut File,
    ) -> Result<(), Problem> {
        let batch = std::mem::take(&mut self.batch);
        let mut brought = Brought::default();
        if let Some(home) = &batch.home {
            if self.locked.insert(home.clone()) {
                write.lock(home.as_str())?;
            }
            let rows = batch.rows.clone();
            brought = Bringer::new(write, home, self.job.file.resource, columns, &self.job.digest).bring(rows)?;
        }
        let refusals = add(&mut self.report, brought, &batch);
        let mut lines = Vec::new();
        for refusal in &refusals {
            serde_json::to_writer(&mut lines, refusal).map_err(Problem::internal)?;
            lines.push(b'\n');
        }
        aside.write_all(&lines).map_err(Problem::internal)?;
        (self.told)(&self.report);
        if !write.conn.is_sqlite() {
            // Beside the long transaction; SQLite has no beside.
            let report = self.report.clone();
            let id = self.import.id.to_string();
            let told =
                self.db.write_now(&self.job.author, &id, |write| self.keep(write, &report, ImportStatus::Running));
            if let Err(problem) = told {
                tracing::warn!(import = %id, cause = %problem, "how far an import has come cannot be written down");
            }
        }
        Ok(())
    }

    /// Writes the refusals down that were kept aside.
    fn keep_aside(&mut self, mut aside: File) -> Result<(), Problem> {
        aside.seek(SeekFrom::Start(0)).map_err(Problem::internal)?;
        let mut lines = BufReader::new(aside).lines();
        let mut before = 0;
        loop {
            let mut refusals: Vec<RowRefusal> = Vec::new();
            for line in lines.by_ref().take(REFUSALS) {
                let line = line.map_err(Problem::internal)?;
                refusals.push(serde_json::from_str(&line).map_err(Problem::internal)?);
            }
            if refusals.is_empty() {
                return Ok(());
            }
            let home = self.import.administration.to_string();
            self.db.write_now(&self.job.author, &home, |write| self.keep_refusals(write, before, &refusals))?;
            before += refusals.len() as i64;
        }
    }

    fn keep_refusals(&self, write: &mut Write<'_>, before: i64, refusals: &[RowRefusal]) -> Result<(), Problem> {
        let rows = refusals.iter().zip(before + 1..).map(|(refusal, number)| ImportRefusal {
            administration: self.import.administration.clone(),
            import_id: self.import.id.clone(),
            number,
            line: refusal.line,
            field: refusal.field.clone(),
            value: refusal.value.clone(),
            reason: refusal.reason.clone(),
            revision: write.revision,
        });
        let rows: Vec<_> = rows.collect();
        store::insert_refusals(write.conn, &rows)
    }

    /// How far it has come.
    fn keep(&self, write: &mut Write<'_>, report: &RowsReport, status: ImportStatus) -> Result<(), Problem> {
        let import = Import {
            report: Report::Rows(report.clone()).into(),
            status,
            revision: write.revision,
            lease_until: Instant(write.now.0 + LEASE * 1_000_000),
            ..self.import.clone()
        };
        store::update(write.conn, &import)
    }

    /// Writes down how it ended.
    fn end(&mut self, done: Result<(), Problem>) -> Result<(), Problem> {
        let nothing = self.job.mode == ImportMode::AllOrNothing && self.report.refused > 0;
        let status = match done {
            Ok(()) => {
                if nothing {
                    (self.report.inserted, self.report.updated, self.report.unchanged) = (0, 0, 0);
                }
                self.report.outcome = Some(match (nothing, self.job.dry_run) {
                    (true, _) => ImportOutcome::NothingLoaded,
                    (false, true) => ImportOutcome::WouldLoad,
                    (false, false) => ImportOutcome::Loaded,
                });
                ImportStatus::Done
            }
            Err(problem) => {
                if self.job.is_whole() {
                    // The transaction is gone, and with it what it counted.
                    let before = &mut self.report;
                    (before.inserted, before.updated, before.unchanged) = (0, 0, 0);
                    (before.refused, before.refusals, before.rows_done) = (0, 0, 0);
                }
                self.report.failure = Some(shorten(&problem.detail, 2000));
                ImportStatus::Failed
            }
        };
        let (report, id) = (self.report.clone(), self.import.id.to_string());
        let revision = self.db.write_now(&self.job.author, &id, |write| {
            self.keep(write, &report, status)?;
            Ok((write.revision, Instant(write.now.0 + LEASE * 1_000_000)))
        })?;
        (self.import.revision, self.import.lease_until) = revision;
        self.import.status = status;
        self.import.report = Report::Rows(report).into();
        Ok(())
    }
}

/// Counts what became of a batch; gives all its refusals, in the order of the lines.
fn add(report: &mut RowsReport, mut brought: Brought, batch: &Batch) -> Vec<RowRefusal> {
    for (line, problem) in &batch.refused {
        brought.refuse(*line, problem.clone());
    }
    brought.refusals.sort_by_key(|refusal| refusal.line);
    report.rows_done += batch.len() as i64;
    report.inserted += brought.inserted;
    report.updated += brought.updated;
    report.unchanged += brought.unchanged;
    report.refused += brought.refused;
    report.refusals += brought.refusals.len() as i64;
    brought.refusals
}
