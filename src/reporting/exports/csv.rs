//! CSV as RFC 4180 has it. No cell starts a formula, and every text comes back as it was.

use super::outlet::Outlet;
use crate::reporting::datasets::Column;
use crate::reporting::datasets::rows::{Sink, Value};
use crate::reporting::datasets::text;
use std::ops::ControlFlow;

/// What begins a text that a spreadsheet might take for a formula, and the sign that guards it: the sign itself is guarded
/// too, so that taking one away is exact.
const GUARDED: &[u8] = b"=+-@\t\r'";

/// Writes rows of these columns.
pub struct CsvSink<'a> {
    outlet: &'a mut Outlet,
    columns: usize,
    pub rows: i64,
}

impl<'a> CsvSink<'a> {
    /// Begins with the header.
    pub fn new(outlet: &'a mut Outlet, columns: &[Column]) -> Self {
        let names: Vec<_> = columns.iter().map(|column| column.name).collect();
        header(outlet, &names);
        CsvSink { outlet, columns: columns.len(), rows: 0 }
    }

    /// The last record: `#end`, rows, cursor, and as many empty fields as a record has.
    pub fn trailer(&mut self, cursor: &str) {
        let fields = format!("#end,{},{cursor}{}\r\n", self.rows, ",".repeat(self.columns.saturating_sub(3)));
        self.outlet.buffer().extend_from_slice(fields.as_bytes());
    }
}

/// A header line.
pub fn header(outlet: &mut Outlet, names: &[&str]) {
    let line = format!("{}\r\n", names.join(","));
    outlet.buffer().extend_from_slice(line.as_bytes());
}

impl Sink for CsvSink<'_> {
    fn value(&mut self, column: usize, value: Value<'_>) {
        let out = self.outlet.buffer();
        if column > 0 {
            out.push(b',');
        }
        cell(out, value);
    }

    fn end_row(&mut self) -> ControlFlow<()> {
        self.rows += 1;
        self.outlet.buffer().extend_from_slice(b"\r\n");
        self.outlet.row_ended()
    }
}

/// A cell of any kind.
pub fn cell(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Null => {}
        Value::Text(text) => text_cell(out, text),
        Value::Json(text) => quoted(out, text),
        Value::Int(number) => text::int(out, number),
        Value::Float(number) => text::float(out, number),
        Value::Bool(yes) => out.extend_from_slice(if yes { b"true" } else { b"false" }),
        Value::Date(date) => out.extend_from_slice(&date),
        Value::Day(number) => out.extend_from_slice(&text::day(number)),
        Value::Month(number) => out.extend_from_slice(&text::month(number)),
        Value::Instant(micros) => text::instant(out, micros),
        Value::Money(_) => {
            let mut json = Vec::with_capacity(48);
            text::json(&mut json, value);
            quoted(out, &json);
        }
    }
}

fn text_cell(out: &mut Vec<u8>, text: &[u8]) {
    let guarded = text.first().is_some_and(|first| GUARDED.contains(first));
    if !text.iter().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n')) {
        if guarded {
            out.push(b'\'');
        }
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    if guarded {
        out.push(b'\'');
    }
    doubled(out, text);
    out.push(b'"');
}

fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    doubled(out, text);
    out.push(b'"');
}

fn doubled(out: &mut Vec<u8>, mut rest: &[u8]) {
    while let Some(at) = rest.iter().position(|byte| *byte == b'"') {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// The text of a cell as it was before it was guarded.
pub fn unguarded(cell: &str) -> &str {
    match cell.as_bytes() {
        [b'\'', next, ..] if GUARDED.contains(next) => &cell[1..],
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_text_comes_back_and_none_is_a_formula(texts in proptest::collection::vec(".{1,40}|['=+@-]{1,4}.{0,9}", 1..5)) {
            // As in an export, a header comes first: at the very beginning a byte order mark would be none of the text.
            let mut line = b"header\r\n".to_vec();
            for (n, text) in texts.iter().enumerate() {
                if n > 0 {
                    line.push(b',');
                }
                cell(&mut line, Value::Text(text.as_bytes()));
            }
            line.extend_from_slice(b"\r\n");
            let mut reader = ::csv::ReaderBuilder::new().flexible(true).from_reader(line.as_slice());
            let record = reader.records().next().unwrap().unwrap();
            let read: Vec<_> = record.iter().map(unguarded).collect();
            prop_assert_eq!(read, texts.iter().map(String::as_str).collect::<Vec<_>>());
            for cell in record.iter() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}", cell);
            }
        }
    }
}
