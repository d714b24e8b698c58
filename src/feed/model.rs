//! What is asked of a batch, and what is answered.

use crate::db::types::text_enum;
use crate::error::{FieldProblem, Invalid, shorten};
use crate::text::{Code, IpaCode, hexadecimal};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

text_enum!(
    /// What a refused row does to the others.
    FeedMode {
        /// What can be accepted is written.
        RowByRow = "row_by_row",
        /// One refused row, and nothing is written.
        AllOrNothing = "all_or_nothing",
    }
);

text_enum!(
    /// What came of it.
    FeedOutcome {
        /// All rows that were not refused stand in the database.
        Loaded = "loaded",
        /// Rows were refused and all or nothing was asked for.
        NothingLoaded = "nothing_loaded",
    }
);

/// Whose rows, and what a refused one does.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedOptions {
    /// Whose rows they are.
    pub administration: IpaCode,
    /// What a refused row does to the others: `row_by_row` where left out.
    pub mode: Option<FeedMode>,
}

/// A row that was refused, at one of its fields.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RowRefusal {
    /// The line of an NDJSON body, or the place among the items, from 1.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub line: i64,
    /// JSON pointer into the row; empty for the row as a whole.
    #[schema(max_length = 300, pattern = "^.*$", example = "/month")]
    pub field: String,
    /// The refused value, shortened.
    #[schema(max_length = 200, pattern = "^[\\s\\S]*$", example = "2031-01")]
    pub value: Option<String>,
    /// What is wrong and what would be right.
    #[schema(max_length = 2000, pattern = "^[\\s\\S]*$", example = "lies in the future")]
    pub reason: String,
}

impl RowRefusal {
    pub fn all(line: usize, invalid: Invalid) -> Vec<Self> {
        let of = |problem: FieldProblem| RowRefusal {
            line: line as i64,
            field: problem.field,
            value: problem.value,
            reason: shorten(&problem.detail, 2000),
        };
        invalid.into_problem().errors.into_iter().map(of).collect()
    }
}

/// Refusals that are told at most; the rest is counted.
const TOLD: usize = 1000;

/// Unknown codes that are told at most.
const UNKNOWN_TOLD: usize = 100;

/// A code that rows name and the inventory has not.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UnknownCode {
    /// JSON pointer into the row.
    #[schema(max_length = 300, pattern = "^.*$", example = "/procedure_code")]
    pub field: String,
    pub code: Code,
}

/// What became of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FeedReport {
    pub administration: IpaCode,
    pub outcome: FeedOutcome,
    pub mode: FeedMode,
    /// Rows that were sent.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub rows: i64,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub inserted: i64,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub updated: i64,
    /// Rows that said what stood there already.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub unchanged: i64,
    /// Rows that were refused.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub refused: i64,
    /// The first 1,000 reasons, by line.
    #[schema(min_items = 0, max_items = 1000)]
    pub refusals: Vec<RowRefusal>,
    /// The first 100 codes that accepted rows name and the inventory has not, each once; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(min_items = 1, max_items = 100)]
    pub unknown_codes: Vec<UnknownCode>,
    /// SHA-256 of the body as it came, in hexadecimal: the audit event of a batch carries it. Of a stream that is longer than
    /// 1,000 lines each thousand has its own event with its own digest.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub digest: String,
    /// Reasons that are told at most.
    #[serde(skip)]
    #[schema(ignore)]
    pub most_told: usize,
}

impl FeedReport {
    pub fn new(administration: &IpaCode, mode: FeedMode) -> Self {
        FeedReport {
            administration: administration.clone(),
            outcome: FeedOutcome::Loaded,
            mode,
            rows: 0,
            inserted: 0,
            updated: 0,
            unchanged: 0,
            refused: 0,
            refusals: Vec::new(),
            unknown_codes: Vec::new(),
            digest: String::new(),
            most_told: TOLD,
        }
    }

    /// One row was refused, for these reasons.
    pub fn refuse(&mut self, reasons: Vec<RowRefusal>) {
        self.refused += 1;
        let left = self.most_told.saturating_sub(self.refusals.len());
        self.refusals.extend(reasons.into_iter().take(left));
    }

    /// An accepted row names these, and the inventory has them not.
    pub fn tell_unknown(&mut self, codes: Vec<(&'static str, Code)>) {
        for (field, code) in codes {
            let unknown = UnknownCode { field: field.to_owned(), code };
            if self.unknown_codes.len() < UNKNOWN_TOLD && !self.unknown_codes.contains(&unknown) {
                self.unknown_codes.push(unknown);
            }
        }
    }

    /// One row was refused, and all or nothing was asked for.
    pub fn is_hopeless(&self) -> bool {
        self.refused > 0 && self.mode == FeedMode::AllOrNothing
    }

    /// The rows that could have been written were not.
    pub fn give_up(&mut self) {
        self.outcome = FeedOutcome::NothingLoaded;
        (self.inserted, self.updated, self.unchanged) = (0, 0, 0);
        self.unknown_codes.clear();
    }

    pub fn sample() -> Self {
        let mut report = FeedReport::new(&IpaCode::from_trusted("c_b507".to_owned()), FeedMode::RowByRow);
        (report.rows, report.inserted, report.updated, report.unchanged) = (1000, 996, 2, 1);
        report.digest = hexadecimal(Sha256::digest(b"").as_ref());
        let reasons = Invalid::default().with("/month", "2031-01", "lies in the future");
        report.refuse(RowRefusal::all(17, reasons));
        report
    }
}
