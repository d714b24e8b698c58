//! A consumer's copy: made from exports, kept by the change feed, and digested as the documents say. It knows nothing of the
//! service but what `docs/aggregators.md` tells.

use super::Client;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Registrations and counts of Cedrasco's, for the service `anagrafe` of [`records`](super::operations::records).
pub fn feed(app: &super::TestApp) {
    let home = super::resources::HOME;
    let feeder = app.with_token(&app.token("feeds.write", &[home]));
    let registration = json!({"aoo": "AOO1", "year": 2024, "number": 1, "direction": "incoming", "date": "2024-06-03"});
    let path = format!("/v1/protocol-registrations?administration={home}");
    feeder.post(&path, json!({"items": [registration]})).expect(200);
    let usage = json!({"service_code": "anagrafe", "month": "2024-05", "accesses": 3});
    feeder.post(&format!("/v1/service-usage?administration={home}"), json!({"items": [usage]})).expect(200);
}

/// Every data set.
pub const DATA_SETS: [&str; 15] = [
    "administrations",
    "units",
    "plans",
    "sections",
    "objectives",
    "phases",
    "indicators",
    "measurements",
    "procedures",
    "procedure-times",
    "digital-services",
    "platform-adoptions",
    "protocol-days",
    "protocol-registrations",
    "service-usage",
];

/// Records by data set and key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Copy {
    pub records: BTreeMap<(String, String), Value>,
    pub cursor: String,
}

/// The lines of an NDJSON export and its end.
#[track_caller]
pub fn lines(text: &str) -> (Vec<Value>, Value) {
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let end = lines.pop().unwrap();
    assert_eq!(end["end"]["rows"], lines.len(), "{end}");
    (lines, end["end"].clone())
}

impl Copy {
    /// Of these data sets, from their exports. The cursor is that of the first: what comes twice does no harm.
    #[track_caller]
    pub fn of_exports(client: &Client, query: &str) -> Self {
        let mut copy = Copy::default();
        for resource in DATA_SETS {
            let answer = client.get(&format!("/v1/exports/{resource}?{query}")).expect(200);
            let (records, end) = lines(&answer.text);
            assert_eq!(end["resource"], resource);
            assert_eq!(end["cursor"], answer.header("export-cursor"));
            if copy.cursor.is_empty() {
                copy.cursor = end["cursor"].as_str().unwrap().to_owned();
            }
            for record in records {
                copy.records.insert((resource.to_owned(), key(resource, &record)), without_parents(resource, record));
            }
        }
        copy
    }

    /// Takes a page of the feed in; says whether there is more.
    #[track_caller]
    pub fn take(&mut self, page: &Value) -> bool {
        for change in page["items"].as_array().unwrap() {
            let (resource, key) = (change["resource"].as_str().unwrap(), change["key"].as_str().unwrap());
            let name = (resource.to_owned(), key.to_owned());
            match change["action"].as_str().unwrap() {
                "upsert" => {
                    let record = change["record"].clone();
                    assert_eq!(self::key(resource, &record), key, "{change}");
                    assert_eq!(record["revision"], change["revision"], "{change}");
                    self.records.insert(name, record);
                }
                "remove" => drop(self.records.remove(&name)),
                other => panic!("{other}"),
            }
        }
        self.cursor = page["cursor"].as_str().unwrap().to_owned();
        page["more"].as_bool().unwrap()
    }

    /// Follows the feed until nothing more is there.
    #[track_caller]
    pub fn follow(&mut self, client: &Client, query: &str) -> usize {
        let mut pages = 0;
        loop {
            let cursor = if self.cursor.is_empty() { String::new() } else { format!("&cursor={}", self.cursor) };
            let page = client.get(&format!("/v1/changes?{query}{cursor}")).expect(200).json();
            pages += 1;
            assert!(pages < 10_000, "the feed never ends");
            if !self.take(&page) {
                return pages;
            }
        }
    }

    /// The digest of a data set, as the documents have it.
    pub fn digest(&self, resource: &str, left_out: &Value) -> (usize, String) {
        let left_out: Vec<_> = left_out.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let mut hashes = Vec::new();
        for ((of, _), record) in self.records.iter().filter(|((of, _), _)| of == resource) {
            let mut fields = record.as_object().unwrap_or_else(|| panic!("{of} {record}")).clone();
            fields.retain(|name, _| !left_out.contains(&name.as_str()));
            let mut text = String::new();
            canonical(&Value::Object(fields), &mut text);
            hashes.push(hexadecimal(&Sha256::digest(text)));
        }
        hashes.sort();
        let whole: String = hashes.iter().map(|hash| format!("{hash}\n")).collect();
        (hashes.len(), hexadecimal(&Sha256::digest(whole)))
    }

    /// The copy is what the service says it is.
    #[track_caller]
    pub fn equals_digests(&self, digests: &Value) {
        for item in digests["items"].as_array().unwrap() {
            let resource = item["resource"].as_str().unwrap();
            let (count, digest) = self.digest(resource, &item["left_out"]);
            assert_eq!(item["count"], count, "{resource}");
            assert_eq!(item["digest"], digest, "{resource}");
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 8785, for what the records hold.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) => match number.as_f64().unwrap() {
            whole if whole.fract() == 0.0 => out.push_str(&format!("{}", whole as i64)),
            number => out.push_str(&number.to_string()),
        },
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                canonical(item, out);
            }
            out.push(']');
        }
        // serde_json keeps fields sorted.
        Value::Object(fields) => {
            out.push('{');
            for (n, (name, value)) in fields.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                out.push_str(&format!("{}:", Value::from(name.as_str())));
                canonical(value, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

/// What the feed calls a record.
pub fn key(resource: &str, record: &Value) -> String {
    let text = |name: &str| match &record[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let parts: &[&str] = match resource {
        "administrations" => &["ipa_code"],
        "protocol-days" => &["administration", "aoo", "date"],
        "protocol-registrations" => &["administration", "aoo", "year", "number"],
        "service-usage" => &["administration", "service_code", "month"],
        _ => &["id"],
    };
    parts.iter().map(|part| text(part)).collect::<Vec<_>>().join("~")
}

/// An exported record as the feed has it.
pub fn without_parents(resource: &str, record: Value) -> Value {
    let parents: &[&str] = match resource {
        "units" => &["parent_code"],
        "sections" => &["plan_code"],
        "objectives" => &["plan_code", "section_code", "unit_code"],
        "phases" => &["plan_code", "section_code", "objective_code"],
        "indicators" => &["plan_code", "objective_code"],
        "measurements" => &["plan_code", "objective_code", "indicator_code"],
        "procedures" => &["unit_code"],
        "procedure-times" => &["procedure_code"],
        "digital-services" => &["procedure_code", "unit_code"],
        _ => &[],
    };
    let mut fields: Map<_, _> = record.as_object().unwrap().clone();
    fields.retain(|name, _| !parents.contains(&name.as_str()));
    Value::Object(fields)
}
