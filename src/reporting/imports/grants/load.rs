//! Brings the rows of a file in, by batches in one transaction: nothing is asked of the database row by row, and memory
//! holds one batch and the list of bodies, however long the file is.

use super::bodies::Bodies;
use super::combine::{self, Merged};
use super::fields::{self, Application, Refusal};
use super::report::{GrantNote, GrantsReport};
use super::source::{self, Row, Unreadable};
use crate::administrations::store as administrations;
use crate::audit::{self, Action, BatchEvent};
use crate::db::{Author, Database, Write};
use crate::error::{Problem, shorten};
use crate::platform_adoptions::model::{AdoptionStatus, NewPlatformAdoption, Platform, PlatformAdoption};
use crate::platform_adoptions::store as adoptions;
use crate::record::Record;
use crate::reporting::imports::model::NoteSeverity;
use crate::text::IpaCode;
use serde_json::{Map, Value, json};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::io::Read;

/// Rows that are brought in together.
const BATCH: usize = 2000;

/// A file that is to be read.
pub struct Source<'a> {
    /// For the report and the audit events.
    pub name: &'a str,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: &'a str,
    pub dry_run: bool,
}

/// Reads a file into the database: all of it or, where it breaks off or nothing but a trial was asked for, nothing.
pub fn run(
    db: &Database,
    author: &Author,
    source: &Source<'_>,
    file: impl Read,
    progress: &mut dyn FnMut(u64),
) -> Result<GrantsReport, Problem> {
    db.write_now(author, "grants", |write| {
        adoptions::lock(write.conn)?;
        let bodies = Bodies::load(write.conn)?;
        let mut loader = Loader::new(write, source, bodies);
        let done = source::read(file, &mut |row| {
            loader.take(row)?;
            if loader.report.rows.is_multiple_of(5000) {
                progress(loader.report.rows);
            }
            Ok(())
        });
        done.map_err(|error| match error {
            Unreadable::Refused(problem) => problem,
            other => Problem::invalid("file", source.name, other.to_string()),
        })?;
        loader.flush()?;
        let mut report = loader.report;
        report.notes.sort_by_key(|note| note.line);
        if source.dry_run {
            write.undo();
        }
        Ok(report)
    })
}

struct Loader<'a, 'w> {
    write: &'a mut Write<'w>,
    bodies: Bodies,
    batch: Vec<Application>,
    /// Lines by the application they tell, as a hash: a second one must not contradict the first.
    seen: HashMap<u64, (u64, u64)>,
    report: GrantsReport,
}

impl<'a, 'w> Loader<'a, 'w> {
    fn new(write: &'a mut Write<'w>, source: &Source<'_>, bodies: Bodies) -> Self {
        let report = GrantsReport {
            file: source.name.to_owned(),
            digest: source.digest.to_owned(),
            dry_run: source.dry_run,
            ..GrantsReport::default()
        };
        Loader { write, bodies, batch: Vec::with_capacity(BATCH), seen: HashMap::new(), report }
    }

    fn take(&mut self, row: Result<Row, (u64, String)>) -> Result<(), Problem> {
        self.report.rows += 1;
        let row = match row {
            Ok(row) => row,
            Err((line, reason)) => {
                self.note(line, NoteSeverity::Refused, Refusal { field: "", value: String::new(), reason });
                return Ok(());
            }
        };
        match self.read(&row) {
            Ok(application) => self.batch.push(application),
            Err(refusal) => self.note(row.line, NoteSeverity::Refused, refusal),
        }
        if self.batch.len() >= BATCH {
            self.flush()?;
        }
        Ok(())
    }

    fn read(&mut self, row: &Row) -> Result<Application, Refusal> {
        let application = fields::application(row)?;
        self.agree_with_earlier(row.line, &application)?;
        if let Some(warning) = self.bodies.place(self.write, row, &application.body)? {
            self.note(row.line, NoteSeverity::Warning, warning);
        }
        Ok(application)
    }

    /// Two rows of one application and one day must say the same; of two days the later counts.
    fn agree_with_earlier(&mut self, line: u64, application: &Application) -> Result<(), Refusal> {
        let hash = |what: &dyn Fn(&mut DefaultHasher)| {
            let mut hasher = DefaultHasher::new();
            what(&mut hasher);
            hasher.finish()
        };
        let (body, grant) = (&application.body, &application.grant);
        let key = hash(&|hasher| {
            (body, &grant.cup, &grant.notice, grant.submitted_on, grant.status_on).hash(hasher);
        });
        let content = hash(&|hasher| {
            (grant.status, grant.amount.as_ref().map(|money| money.cents()), grant.financed_on, &grant.decree)
                .hash(hasher);
        });
        match self.seen.get(&key) {
            Some((earlier, known)) if *known != content => Err(Refusal {
                field: "codice_cup",
                value: grant.cup.to_string(),
                reason: format!("the same application stands in line {earlier} and says otherwise"),
            }),
            Some(_) => Ok(()),
            None => {
                self.seen.insert(key, (line, content));
                Ok(())
            }
        }
    }

    fn note(&mut self, line: u64, severity: NoteSeverity, refusal: Refusal) {
        let (field, value) = (refusal.field.to_owned(), shorten(&refusal.value, 200));
        self.report.note(GrantNote { line, severity, field, value, reason: refusal.reason });
    }

    /// Writes the batch: new bodies, adoptions, one audit event for each administration.
    fn flush(&mut self) -> Result<(), Problem> {
        let batch = std::mem::take(&mut self.batch);
        let new = std::mem::take(&mut self.bodies.new);
        administrations::insert_all(self.write.conn, &new)?;
        self.report.administrations_added += new.len() as u64;
        let mut events: Vec<_> = new
            .iter()
            .map(|body| BatchEvent {
                administration: body.ipa_code.clone(),
                action: Action::Create,
                resource: "administrations",
                resource_id: body.ipa_code.to_string(),
                before: None,
                after: state(body),
            })
            .collect();
        let mut codes: Vec<_> = batch.iter().map(|application| application.body.clone()).collect();
        codes.sort();
        codes.dedup();
        let stored = adoptions::of_administrations(self.write.conn, &codes)?;
        let mut known: BTreeMap<(IpaCode, Platform), Touched> = BTreeMap::new();
        for row in stored {
            known.insert((row.administration.clone(), row.platform), Touched { before: Some(row.clone()), row });
        }
        for application in &batch {
            self.bring_in(&mut known, application);
        }
        let changed: Vec<_> = known.into_values().filter(Touched::is_changed).collect();
        for touched in &changed {
            match &touched.before {
                None => self.report.adoptions_inserted += 1,
                // What this file changed before is counted already.
                Some(before) if before.revision != self.write.revision => self.report.adoptions_updated += 1,
                Some(_) => {}
            }
        }
        events.extend(self.events(&changed));
        let rows: Vec<_> = changed.into_iter().map(|touched| touched.row).collect();
        adoptions::upsert(self.write.conn, &rows)?;
        audit::append_batch(self.write, events)
    }

    /// Puts an application among the grants of its adoptions; the row is as new as the newest of them.
    fn bring_in(&mut self, known: &mut BTreeMap<(IpaCode, Platform), Touched>, application: &Application) {
        let mut merged = Vec::new();
        for platform in application.platforms {
            let key = (application.body.clone(), *platform);
            let touched = known.entry(key).or_insert_with(|| Touched {
                before: None,
                row: PlatformAdoption::new(
                    NewPlatformAdoption::bare(application.body.clone(), *platform),
                    AdoptionStatus::Planned,
                    self.write.next_id(),
                    self.write.revision,
                    self.write.now,
                    self.write.now,
                ),
            });
            let mut grants = touched.row.grants.to_vec();
            let done = combine::merge(&mut grants, &application.grant);
            if matches!(done, Merged::New | Merged::Changed) {
                combine::apply(&mut touched.row, grants, touched.before.is_none());
                touched.row = touched.row.clone().on_day(self.write.now.date());
                touched.row.revision = self.write.revision;
                touched.row.updated_at = self.write.now;
            }
            merged.push(done);
        }
        let any = |one: Merged| merged.contains(&one);
        let count = if any(Merged::New) {
            &mut self.report.inserted
        } else if any(Merged::Changed) {
            &mut self.report.updated
        } else if any(Merged::Same) {
            &mut self.report.unchanged
        } else {
            &mut self.report.outdated
        };
        *count += 1;
    }

    fn events(&self, changed: &[Touched]) -> Vec<BatchEvent> {
        let mut of: BTreeMap<&IpaCode, Vec<&Touched>> = BTreeMap::new();
        for touched in changed {
            of.entry(&touched.row.administration).or_default().push(touched);
        }
        let digest = &self.report.digest;
        of.into_iter()
            .map(|(administration, touched)| {
                let states = |state: &dyn Fn(&Touched) -> Option<Value>| {
                    let of_platform = |one: &&Touched| Some((one.row.platform.to_string(), state(one)?));
                    touched.iter().filter_map(of_platform).collect::<Map<_, _>>()
                };
                let before = states(&|one| one.before.as_ref().map(|row| json!(row)));
                let mut after = states(&|one| Some(json!(one.row)));
                after.insert("file".to_owned(), json!(self.report.file));
                after.insert("digest".to_owned(), json!(digest));
                BatchEvent {
                    administration: administration.clone(),
                    action: if before.is_empty() { Action::Create } else { Action::Update },
                    resource: PlatformAdoption::RESOURCE,
                    resource_id: format!("grants-{}", digest.get(..16).unwrap_or(digest)),
                    before: (!before.is_empty()).then_some(before),
                    after,
                }
            })
            .collect()
    }
}

/// An adoption before and after the batch.
struct Touched {
    before: Option<PlatformAdoption>,
    row: PlatformAdoption,
}

impl Touched {
    fn is_changed(&self) -> bool {
        self.before.as_ref() != Some(&self.row)
    }
}

fn state(record: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}
