//! A JSON object on each line; what has no value is left out.

use super::outlet::Outlet;
use crate::reporting::datasets::rows::{Sink, Value};
use crate::reporting::datasets::{Column, DataResource, text};
use std::ops::ControlFlow;

/// Writes rows of these columns.
pub struct NdJsonSink<'a> {
    outlet: &'a mut Outlet,
    /// `"name":` of each column.
    names: Vec<Vec<u8>>,
    is_first: bool,
    pub rows: i64,
}

impl<'a> NdJsonSink<'a> {
    pub fn new(outlet: &'a mut Outlet, columns: &[Column]) -> Self {
        let name = |column: &Column| {
            let mut name = Vec::new();
            text::string(&mut name, column.name.as_bytes());
            name.push(b':');
            name
        };
        NdJsonSink { outlet, names: columns.iter().map(name).collect(), is_first: true, rows: 0 }
    }

    /// The last line.
    pub fn end(&mut self, resource: DataResource, cursor: &str) {
        let rows = self.rows;
        let line = serde_json::json!({"end": {"resource": resource, "rows": rows, "cursor": cursor}});
        self.outlet.buffer().extend_from_slice(format!("{line}\n").as_bytes());
    }
}

impl Sink for NdJsonSink<'_> {
    fn value(&mut self, column: usize, value: Value<'_>) {
        if value == Value::Null {
            return;
        }
        let out = self.outlet.buffer();
        out.push(if self.is_first { b'{' } else { b',' });
        self.is_first = false;
        out.extend_from_slice(&self.names[column]);
        text::json(out, value);
    }

    fn end_row(&mut self) -> ControlFlow<()> {
        self.rows += 1;
        self.is_first = true;
        self.outlet.buffer().extend_from_slice(b"}\n");
        self.outlet.row_ended()
    }
}
