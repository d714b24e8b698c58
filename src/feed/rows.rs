//! Rows read one by one, so that one that cannot be read does not stand in the way of the others.

use super::model::RowRefusal;
use super::{BATCH, Fed};
use crate::error::{Invalid, Kind, Problem};
use crate::http::json::{describe, reason};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::error::Category;

/// Rows with their lines, and the lines that are none.
pub struct Rows<R> {
    pub read: Vec<R>,
    /// The line of each row that was read.
    pub lines: Vec<usize>,
    pub refused: Vec<Vec<RowRefusal>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Items<T> {
    items: Vec<T>,
}

impl<R: Fed> Rows<R> {
    pub fn new() -> Self {
        Rows { read: Vec::new(), lines: Vec::new(), refused: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.read.len() + self.refused.len()
    }

    /// Of a JSON body. Where all is well it is read in one go; only where something isn't, row by row.
    pub fn of_items(bytes: &[u8]) -> Result<Self, Problem> {
        let mut rows = Rows::new();
        // Asked once for all whether it is UTF-8.
        match std::str::from_utf8(bytes).ok().and_then(|text| serde_json::from_str::<Items<R>>(text).ok()) {
            Some(all) => {
                rows.lines = (1..=all.items.len()).collect();
                rows.read = all.items;
            }
            None => {
                let all: Items<Value> = serde_json::from_slice(bytes).map_err(|error| envelope(&error))?;
                for (index, value) in all.items.into_iter().enumerate() {
                    rows.take(index + 1, value);
                }
            }
        }
        if !(1..=BATCH).contains(&rows.len()) {
            let detail = format!("must be 1 to {BATCH} rows; send more as application/x-ndjson");
            return Err(Problem::invalid("/items", rows.len(), detail));
        }
        Ok(rows)
    }

    /// One line of NDJSON.
    pub fn take_line(&mut self, line: usize, bytes: &[u8]) {
        match serde_json::from_slice::<R>(bytes) {
            Ok(row) => self.push(line, row),
            Err(error) => match serde_json::from_slice::<Value>(bytes) {
                Ok(value) => self.take(line, value),
                Err(_) => self.refuse(line, "", "", format!("is no JSON: {error}")),
            },
        }
    }

    fn push(&mut self, line: usize, row: R) {
        self.lines.push(line);
        self.read.push(row);
    }

    pub fn refuse(&mut self, line: usize, field: &str, value: &str, reason: String) {
        self.refused.push(RowRefusal::all(line, Invalid::default().with(field, value, reason)));
    }

    fn take(&mut self, line: usize, value: Value) {
        if !value.is_object() {
            return self.refuse(line, "", &value.to_string(), "must be an object".to_owned());
        }
        match serde_path_to_error::deserialize::<_, R>(&value) {
            Ok(row) => self.push(line, row),
            Err(error) => {
                let (field, shown, reason) = describe(error.path(), error.inner(), &value);
                self.refuse(line, &field, &shown, reason);
            }
        }
    }
}

fn envelope(error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Data => {
            Problem::invalid("/items", "", format!("the body must be {{\"items\": […]}}: {}", reason(error)))
        }
        _ => Problem::new(Kind::Malformed, format!("The body is no JSON: {error}.")),
    }
}

/// An optional field that is there has a value: null is refused. With `#[serde(default)]`.
pub fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
