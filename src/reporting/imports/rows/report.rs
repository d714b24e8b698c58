//! What became of a file of rows.

use super::file::RowFormat;
use super::resource::RowResource;
use crate::db::schema::import_refusals;
use crate::ids::Id;
use crate::reporting::imports::model::{ImportMode, ImportOutcome};
use crate::text::IpaCode;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of a file's rows, or how far they have come.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RowsReport {
    pub resource: RowResource,
    pub format: RowFormat,
    pub mode: ImportMode,
    pub dry_run: bool,
    /// Left out while it is running, and where it failed.
    pub outcome: Option<ImportOutcome>,
    /// Rows of the file.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub rows: i64,
    /// Rows that were looked at so far.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub rows_done: i64,
    /// Of the file as it was sent.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub bytes: i64,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub inserted: i64,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub updated: i64,
    /// Rows that said what stood there already.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub unchanged: i64,
    /// Rows that were refused: each with its reasons in the list of refusals.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub refused: i64,
    /// Reasons in that list; a row may have several.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub refusals: i64,
    /// SHA-256 of the file as it was sent, in hexadecimal.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub digest: String,
    /// Why it ended before its end.
    #[schema(max_length = 2000, pattern = "^[\\s\\S]*$", example = "The database cannot be reached.")]
    pub failure: Option<String>,
}

/// A row that was refused, at one of its fields.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, ToSchema)]
#[diesel(table_name = import_refusals, treat_none_as_default_value = false)]
pub struct ImportRefusal {
    #[serde(skip)]
    #[schema(ignore)]
    pub administration: IpaCode,
    #[serde(skip)]
    #[schema(ignore)]
    pub import_id: Id,
    /// Its place among the refusals, from 1.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub number: i64,
    /// The line of the file on which the row begins, from 1.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub line: i64,
    /// JSON pointer into the row; empty for the row as a whole.
    #[schema(max_length = 300, pattern = "^.*$", example = "/period")]
    pub field: String,
    /// The refused value, shortened.
    #[schema(max_length = 200, pattern = "^[\\s\\S]*$", example = "2031")]
    pub value: Option<String>,
    /// What is wrong and what would be right.
    #[schema(max_length = 2000, pattern = "^[\\s\\S]*$", example = "must lie within the plan's years, 2024 to 2026")]
    pub reason: String,
    #[serde(skip)]
    #[schema(ignore)]
    pub revision: i64,
}

impl ImportRefusal {
    pub fn sample() -> Self {
        ImportRefusal {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            import_id: Id::from_trusted("019a4b52-7c00-7000-8000-00000000000b".to_owned()),
            number: 1,
            line: 17,
            field: "/period".to_owned(),
            value: Some("2031".to_owned()),
            reason: "must lie within the plan's years, 2024 to 2026".to_owned(),
            revision: 1,
        }
    }
}
