//! A row as the fields of a record: cells of a CSV file by the kind of their column, and an NDJSON object by its names.

use super::resource::{Cell, Column, RowResource};
use crate::error::Invalid;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Number, Value, json};

pub type Fields = Map<String, Value>;

/// A cell's value; nothing where it is empty.
pub fn value(column: Column, text: &str, delimiter: u8, invalid: &mut Invalid) -> Option<Value> {
    let (name, kind) = column;
    let text = plain(text);
    if text.trim().is_empty() {
        return None;
    }
    let read = match kind {
        Cell::Made => return None,
        Cell::Text => Ok(json!(text)),
        Cell::Int => text.trim().parse::<i64>().map(|n| json!(n)).map_err(|_| "must be a whole number".to_owned()),
        Cell::Number => number(text.trim(), delimiter).ok_or_else(|| "must be a number such as 12.5".to_owned()),
        Cell::Bool => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Ok(json!(true)),
            "false" => Ok(json!(false)),
            _ => Err("must be true or false".to_owned()),
        },
        Cell::Json => serde_json::from_str(text).map_err(|error| format!("must be JSON, as exports write it: {error}")),
        Cell::Money if text.trim_start().starts_with('{') => {
            serde_json::from_str(text).map_err(|error| format!("must be an amount such as 2000.00: {error}"))
        }
        Cell::Money => Ok(json!({"amount": text.trim(), "currency": "EUR"})),
    };
    read.map_err(|reason| invalid.add(&format!("/{name}"), text, reason)).ok()
}

/// Exports put an apostrophe before what a spreadsheet would take for a formula, and before another apostrophe.
fn plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) => rest,
        _ => text,
    }
}

/// A decimal comma is one where commas do not part the cells.
fn number(text: &str, delimiter: u8) -> Option<Value> {
    let dotted = match text.split_once(',') {
        Some((whole, decimals)) if delimiter != b',' && !text.contains('.') && !decimals.contains(',') => {
            format!("{whole}.{decimals}")
        }
        Some(_) => return None,
        None => text.to_owned(),
    };
    let plausible = dotted.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    let number: f64 = dotted.parse().ok().filter(|number: &f64| plausible && number.is_finite())?;
    Number::from_f64(number).map(Value::Number)
}

/// An object in which no field stands twice.
struct Once(Fields);

impl<'de> serde::Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Fields;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if fields.contains_key(&name) {
                        return Err(A::Error::custom(format!("the field {name} stands twice")));
                    }
                    fields.insert(name, value);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Read).map(Once)
    }
}

/// A line of NDJSON.
pub enum Line {
    Row(Fields),
    /// An export's last line, and how many rows it says there are.
    End(Option<i64>),
    Unreadable,
}

pub fn object(resource: RowResource, line: &[u8], invalid: &mut Invalid) -> Line {
    let mut fields = match serde_json::from_slice::<Once>(line) {
        Ok(Once(fields)) => fields,
        Err(error) => {
            let shown = String::from_utf8_lossy(line);
            invalid.add("", shown, format!("must be a JSON object on one line: {error}"));
            return Line::Unreadable;
        }
    };
    if let (1, Some(end)) = (fields.len(), fields.get("end").and_then(Value::as_object)) {
        return Line::End(end.get("rows").and_then(Value::as_i64));
    }
    fields.retain(|name, value| match resource.column(name) {
        Some((_, Cell::Made)) => false,
        Some(_) => !value.is_null(),
        None if name.starts_with('_') => false,
        None => {
            invalid.add(&format!("/{name}"), &*value, format!("is no field of {resource}"));
            false
        }
    });
    Line::Row(fields)
}

/// Takes out of exported documents what the server put into them.
pub fn as_it_was_sent(fields: &mut Fields) {
    let items = |fields: &mut Fields, name: &str, change: &dyn Fn(&mut Fields)| {
        let all = fields.get_mut(name).and_then(Value::as_array_mut);
        all.into_iter().flatten().filter_map(Value::as_object_mut).for_each(change);
    };
    items(fields, "yearly_targets", &|one| drop(one.remove("reading")));
    items(fields, "budget_links", &|one| {
        // Where there are warnings, the names are the official ones and not those that were sent.
        if one.remove("warnings").is_some() {
            one.remove("mission_name");
            one.remove("programme_name");
        }
    });
    let dated = ["planned_on", "started_on", "active_from", "suspended_on", "withdrawn_on"];
    if dated.iter().any(|date| fields.contains_key(*date)) {
        // The dates tell it, on the day of the export and otherwise on another.
        fields.remove("status");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: Cell, text: &str, delimiter: u8) -> Result<Option<Value>, String> {
        let mut invalid = Invalid::default();
        let value = value(("field", kind), text, delimiter, &mut invalid);
        match invalid.finish() {
            Ok(()) => Ok(value),
            Err(problem) => Err(problem.detail),
        }
    }

    #[test]
    fn cells_are_read_by_their_kind() {
        assert_eq!(read(Cell::Text, "'+10% rispetto al 2023", b','), Ok(Some(json!("+10% rispetto al 2023"))));
        assert_eq!(read(Cell::Text, "'90 anni", b','), Ok(Some(json!("'90 anni"))));
        assert_eq!(read(Cell::Text, "'''virgolette''", b','), Ok(Some(json!("''virgolette''"))));
        assert_eq!(read(Cell::Number, "'-3.5", b','), Ok(Some(json!(-3.5))));
        assert_eq!(read(Cell::Number, "12,5", b';'), Ok(Some(json!(12.5))));
        assert!(read(Cell::Number, "1,234", b',').is_err());
        assert!(read(Cell::Number, "inf", b',').is_err());
        assert!(read(Cell::Number, "1.234,5", b';').is_err());
        assert_eq!(read(Cell::Int, " 7 ", b','), Ok(Some(json!(7))));
        assert!(read(Cell::Int, "7.5", b',').is_err());
        assert_eq!(read(Cell::Bool, "VERO", b',').unwrap_err(), "/field: must be true or false");
        assert_eq!(read(Cell::Bool, "TRUE", b','), Ok(Some(json!(true))));
        assert_eq!(read(Cell::Money, "20.50", b','), Ok(Some(json!({"amount": "20.50", "currency": "EUR"}))));
        assert_eq!(read(Cell::Json, "[\"Tutti\"]", b','), Ok(Some(json!(["Tutti"]))));
        assert_eq!(read(Cell::Text, "  ", b','), Ok(None));
    }

    #[test]
    fn an_object_names_what_it_should_not_have() {
        let of = |line: &str| {
            let mut invalid = Invalid::default();
            let fields = match object(RowResource::Sections, line.as_bytes(), &mut invalid) {
                Line::Row(fields) => Some(fields),
                Line::End(rows) => Some(Fields::from_iter([("rows".to_owned(), json!(rows))])),
                Line::Unreadable => None,
            };
            (fields, invalid.finish().err().map(|problem| problem.errors).unwrap_or_default())
        };
        let (fields, none) = of(r#"{"code":"1","title":"T","revision":3,"plan_id":null,"_links":{}}"#);
        assert_eq!((serde_json::to_value(fields).unwrap(), none.len()), (json!({"code": "1", "title": "T"}), 0));
        assert_eq!(of(r#"{"code":"1","colour":"red","age":3}"#).1.len(), 2);
        assert!(of(r#"{"code":"1","code":"2"}"#).1[0].detail.contains("the field code stands twice"));
        assert!(of("[1]").1[0].detail.contains("must be a JSON object"));
        let end = of(r#"{"end":{"resource":"sections","rows":3,"cursor":"x"}}"#).0;
        assert_eq!(serde_json::to_value(end).unwrap(), json!({"rows": 3}));
    }
}
