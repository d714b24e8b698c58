//! A table of a publication as CSV (RFC 4180): a column for each field, nested ones with dots.

use super::content::FrozenRecord;
use super::model::Part;
use crate::error::Problem;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a spreadsheet would take for the beginning of a formula.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
/// Fields that come first, in this order.
const FIRST: [&str; 7] = ["section_code", "objective_code", "indicator_code", "code", "platform", "period", "title"];

/// The header is there even where there are no records: the key of the table.
pub fn table(part: Part, records: &[FrozenRecord]) -> Result<String, Problem> {
    let rows: Vec<Vec<(String, String)>> = records.iter().map(cells).collect();
    let mut columns: BTreeSet<&str> = part.key().iter().copied().collect();
    columns.extend(rows.iter().flatten().map(|(column, _)| column.as_str()));
    let mut columns: Vec<&str> = columns.into_iter().collect();
    // Stable: the others stay in the order of the alphabet.
    columns.sort_by_key(|column| FIRST.iter().position(|first| first == column).unwrap_or(FIRST.len()));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&columns).map_err(Problem::internal)?;
    for row in &rows {
        let cell = |column: &&str| row.iter().find(|(name, _)| name == column).map_or("", |(_, text)| text);
        writer.write_record(columns.iter().map(cell)).map_err(Problem::internal)?;
    }
    let bytes = writer.into_inner().map_err(Problem::internal)?;
    String::from_utf8(bytes).map_err(Problem::internal)
}

fn cells(record: &FrozenRecord) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    for (field, value) in record {
        flatten(field, value, &mut cells);
    }
    cells
}

fn flatten(name: &str, value: &Value, cells: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                flatten(&format!("{name}.{field}"), value, cells);
            }
        }
        // A number is never a formula; a text may be.
        Value::Number(number) => cells.push((name.to_owned(), number.to_string())),
        Value::Bool(yes) => cells.push((name.to_owned(), yes.to_string())),
        Value::Null => {}
        Value::String(text) => cells.push((name.to_owned(), safe(text))),
        Value::Array(items) => {
            let scalar = |item: &Value| !item.is_array() && !item.is_object();
            let text = match items.iter().all(scalar) {
                true => items.iter().map(plain).collect::<Vec<_>>().join("; "),
                false => value.to_string(),
            };
            cells.push((name.to_owned(), safe(&text)));
        }
    }
}

/// A value that holds no others, as text.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// An apostrophe keeps a spreadsheet from computing what somebody wrote.
fn safe(text: &str) -> String {
    match text.starts_with(FORMULA) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(value: Value) -> FrozenRecord {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_table_has_its_key_first_and_nested_fields_with_dots() {
        let records = [
            record(json!({"title": "Almeno \"80%\",\ncirca", "code": "1", "objective_code": "4", "value": -3.5,
                "evaluation": {"status": "achieved"}, "assignees": ["Tutti", "Anagrafe"]})),
            record(json!({"title": "=HYPERLINK(\"http://evil\")", "code": "2", "yes": true,
                "links": [{"mission": "01"}], "note": "+39", "empty": []})),
        ];
        let expected = "objective_code,code,title,assignees,empty,evaluation.status,links,note,value,yes\r\n\
            4,1,\"Almeno \"\"80%\"\",\ncirca\",Tutti; Anagrafe,,achieved,,,-3.5,\r\n\
            ,2,\"'=HYPERLINK(\"\"http://evil\"\")\",,,,\"[{\"\"mission\"\":\"\"01\"\"}]\",'+39,,true\r\n";
        assert_eq!(table(Part::Indicators, &records).unwrap(), expected);
        assert_eq!(table(Part::Measurements, &[]).unwrap(), "objective_code,indicator_code,period\r\n");
    }

    #[test]
    fn nothing_in_a_text_begins_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        for text in ["80%", "a=b", "", "'x"] {
            assert_eq!(safe(text), text);
        }
    }
}
