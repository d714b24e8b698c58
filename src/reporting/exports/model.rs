//! What an export looks like, for the contract.

use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A line of NDJSON: a record of the data set; on the last line `end`, with `resource`, `rows` and `cursor`.
#[derive(ToSchema)]
#[schema(max_properties = 100)]
pub struct ExportedRecord {}

impl ExportedRecord {
    pub fn sample() -> Value {
        let mut line = json!(crate::planning::indicators::model::Indicator::sample());
        line["plan_code"] = json!("dtp-2021-2023");
        line["objective_code"] = json!("4");
        line
    }
}

/// The records of the data set, one on each line, after a header.
pub struct ExportedTable;

impl PartialSchema for ExportedTable {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(9_007_199_254_740_991))
            .pattern(Some("^[\\s\\S]*$"))
            .description(Some("CSV (RFC 4180) in UTF-8: a header, and a record on each line."))
            .into()
    }
}

impl ToSchema for ExportedTable {}
