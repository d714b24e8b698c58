//! What is asked of an import, and what it reports.

use super::rows::report::RowsReport;
use super::rows::resource::{Family, RowResource};
use crate::clock::Instant;
use crate::db::schema::imports;
use crate::db::types::{Json, text_enum};
use crate::ids::Id;
use crate::planning::plans::model::PlanKind;
use crate::text::{Code, IpaCode, Line};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum!(
    /// What a refused line does to the others.
    ImportMode {
        /// What can be loaded is loaded.
        RowByRow = "row_by_row",
        /// One refused line, and nothing is loaded.
        AllOrNothing = "all_or_nothing",
    }
);

text_enum!(
    /// What came of it.
    ImportOutcome {
        /// It stands in the database.
        Loaded = "loaded",
        /// It would; a dry run loads nothing.
        WouldLoad = "would_load",
        /// Lines were refused and all or nothing was asked for.
        NothingLoaded = "nothing_loaded",
    }
);

text_enum!(
    /// How grave a note is.
    NoteSeverity {
        /// The line says nothing that a plan holds.
        Ignored = "ignored",
        /// Something of the line was read otherwise than written, or not at all.
        Warning = "warning",
        /// The line should have become something, and did not.
        Refused = "refused",
    }
);

text_enum!(
    /// How far it has come.
    ImportStatus {
        Running = "running",
        /// Its report says what came of it.
        Done = "done",
        /// It ended before its end; what it had loaded by then stays, and sending the same again is safe.
        Failed = "failed",
    }
);

/// How a document is to be read.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    pub administration: IpaCode,
    /// As the layout says where left out.
    pub kind: Option<PlanKind>,
    /// Code of the plan: its kind and years where left out.
    pub code: Option<Code>,
    /// The plan's years, where the document does not say them or says them wrong.
    pub start_year: Option<i32>,
    pub end_year: Option<i32>,
    pub mode: ImportMode,
    pub dry_run: bool,
}

/// Records of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordCount {
    /// `objectives`, `phases` …
    pub resource: Line,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub inserted: i32,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub updated: i32,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub unchanged: i32,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub refused: i32,
}

/// Lines that became something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineCount {
    /// `phase`, `indicator`, `heading` …
    pub became: Line,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub lines: i32,
}

/// What is to be said of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportNote {
    /// Its number, from 1; 0 for the document as a whole.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub line: i32,
    pub severity: NoteSeverity,
    /// How it begins.
    #[schema(max_length = 200, pattern = "^[\\s\\S]*$", example = "Impatto sul Valore Pubblico\tAltissimo")]
    pub excerpt: String,
    #[schema(max_length = 2000, pattern = "^[\\s\\S]*$", example = "`Altissimo` is no rating: Basso, Medio or Alto")]
    pub reason: String,
}

/// What was read of a document, and what was not.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    pub administration: IpaCode,
    pub outcome: ImportOutcome,
    pub mode: ImportMode,
    /// Left out where nothing was loaded.
    pub plan_id: Option<Id>,
    pub plan_code: Code,
    pub kind: PlanKind,
    /// `objective_sheets`, `gantt` or `areas_and_actions`.
    pub layout: Line,
    /// The administration as the document names it.
    pub administration_name: Option<Line>,
    pub title: Option<Line>,
    #[schema(minimum = 1990, maximum = 2100)]
    pub start_year: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub end_year: i32,
    #[schema(min_items = 0, max_items = 10)]
    pub records: Vec<RecordCount>,
    /// Indicators of the document that have a target.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub indicators_with_target: i32,
    /// Lines of the document that are not blank.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub lines: i32,
    #[schema(min_items = 0, max_items = 20)]
    pub lines_read: Vec<LineCount>,
    /// Every line that was not read, and every warning.
    #[schema(min_items = 0, max_items = 1_000_000)]
    pub notes: Vec<ImportNote>,
}

/// Of a plan document, or of a file of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Report {
    Document(ImportReport),
    Rows(RowsReport),
}

/// An import that was carried out, or is under way.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, ToSchema)]
#[diesel(table_name = imports, treat_none_as_default_value = false)]
pub struct Import {
    pub administration: IpaCode,
    pub id: Id,
    pub plan_id: Option<Id>,
    #[schema(value_type = Report)]
    pub report: Json<Report>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    /// What the rows are of; left out for a plan document.
    pub resource: Option<RowResource>,
    pub status: ImportStatus,
    #[serde(skip)]
    #[schema(ignore)]
    pub family: Family,
    /// The client that sent it; rows of several administrations are shown to nobody else.
    #[serde(skip)]
    #[schema(ignore)]
    pub sender: String,
    #[serde(skip)]
    #[schema(ignore)]
    pub several: bool,
    #[serde(skip)]
    #[schema(ignore)]
    pub lease_until: Instant,
}

impl ImportReport {
    /// Lines that should have become something, and did not.
    pub fn refused(&self) -> usize {
        self.notes.iter().filter(|note| note.severity == NoteSeverity::Refused).count()
    }

    pub fn sample() -> Self {
        let line = |text: &str| Line::from_trusted(text.to_owned());
        let count = |resource: &str, inserted| RecordCount {
            resource: line(resource),
            inserted,
            updated: 0,
            unchanged: 0,
            refused: 0,
        };
        ImportReport {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            outcome: ImportOutcome::Loaded,
            mode: ImportMode::RowByRow,
            plan_id: Some(Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned())),
            plan_code: Code::from_trusted("digital-transition-2021-2023".to_owned()),
            kind: PlanKind::DigitalTransition,
            layout: line("areas_and_actions"),
            administration_name: Some(line("COMUNE DI CAMPI BISENZIO")),
            title: None,
            start_year: 2021,
            end_year: 2023,
            records: vec![count("sections", 13), count("phases", 56)],
            indicators_with_target: 0,
            lines: 140,
            lines_read: vec![LineCount { became: line("phase"), lines: 90 }],
            notes: vec![ImportNote {
                line: 12,
                severity: NoteSeverity::Ignored,
                excerpt: "Premessa".to_owned(),
                reason: "text outside any area".to_owned(),
            }],
        }
    }
}

impl Import {
    pub fn sample() -> Self {
        let report = ImportReport::sample();
        Import {
            administration: report.administration.clone(),
            id: Id::from_trusted("019a4b52-7c00-7000-8000-00000000000b".to_owned()),
            plan_id: report.plan_id.clone(),
            report: Report::Document(report).into(),
            revision: 1,
            created_at: Instant(1_763_719_200_000_000),
            resource: None,
            status: ImportStatus::Done,
            family: Family::Planning,
            sender: "local".to_owned(),
            several: false,
            lease_until: Instant(0),
        }
    }

    /// As it is at a moment: one that is running past its lease has lost its process.
    #[must_use]
    pub fn at(mut self, now: Instant) -> Self {
        if self.status != ImportStatus::Running || self.lease_until >= now {
            return self;
        }
        self.status = ImportStatus::Failed;
        if let Report::Rows(report) = &*self.report {
            let failure =
                "The process that carried it out has ended. What it had loaded by then stays; send the file again.";
            self.report = Report::Rows(RowsReport { failure: Some(failure.to_owned()), ..report.clone() }).into();
        }
        self
    }
}
