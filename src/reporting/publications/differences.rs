//! What differs between two publications: records by the key of their table, and their fields.

use super::content::{Content, FrozenRecord};
use super::model::{Part, Publication, PublicationKind};
use crate::audit::RecordState;
use crate::ids::Id;
use crate::text::Line;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A record that stands in one of the two alone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OneSided {
    /// Its codes from the plan down, joined by `~`, as far as it has them.
    pub key: Line,
    #[schema(value_type = RecordState)]
    pub record: FrozenRecord,
}

/// A record that stands in both, and not the same.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Changed {
    /// Its codes from the plan down, joined by `~`, as far as it has them.
    pub key: Line,
    /// The fields that differ, as they were; one that was added is left out.
    #[schema(value_type = RecordState)]
    pub before: FrozenRecord,
    /// The fields that differ, as they are; one that was taken away is left out.
    #[schema(value_type = RecordState)]
    pub after: FrozenRecord,
}

/// What differs in one table.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PartDifferences {
    pub part: Part,
    #[schema(min_items = 0, max_items = 50_000)]
    pub added: Vec<OneSided>,
    #[schema(min_items = 0, max_items = 50_000)]
    pub removed: Vec<OneSided>,
    #[schema(min_items = 0, max_items = 50_000)]
    pub changed: Vec<Changed>,
}

/// What differs between two publications of the same kind.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Differences {
    pub kind: PublicationKind,
    /// The publication that was asked about.
    pub before: Id,
    /// The one that it was compared with.
    pub after: Id,
    /// Whether both hold the same records.
    pub same: bool,
    /// The tables that differ.
    #[schema(min_items = 0, max_items = 20)]
    pub parts: Vec<PartDifferences>,
}

/// From the one to the other.
pub fn between(kind: PublicationKind, before: (Id, &Content), after: (Id, &Content)) -> Differences {
    let parts = kind.parts().iter().map(|part| of_part(*part, before.1.part(*part), after.1.part(*part)));
    let parts: Vec<_> =
        parts.filter(|part| !(part.added.is_empty() && part.removed.is_empty() && part.changed.is_empty())).collect();
    Differences { kind, before: before.0, after: after.0, same: parts.is_empty(), parts }
}

fn of_part(part: Part, before: &[FrozenRecord], after: &[FrozenRecord]) -> PartDifferences {
    let by_key = |records: &[FrozenRecord]| -> BTreeMap<Vec<String>, FrozenRecord> {
        records.iter().map(|record| (key(part, record), record.clone())).collect()
    };
    let (mut old, new) = (by_key(before), by_key(after));
    let name = |key: &[String]| Line::from_trusted(key.join("~"));
    let mut found = PartDifferences { part, added: Vec::new(), removed: Vec::new(), changed: Vec::new() };
    for (key, mut after) in new {
        match old.remove(&key) {
            None => found.added.push(OneSided { key: name(&key), record: after }),
            Some(mut before) => {
                let same: Vec<_> = before
                    .iter()
                    .filter(|(field, value)| after.get(*field) == Some(value))
                    .map(|(f, _)| f.clone())
                    .collect();
                for field in same {
                    before.remove(&field);
                    after.remove(&field);
                }
                if !(before.is_empty() && after.is_empty()) {
                    found.changed.push(Changed { key: name(&key), before, after });
                }
            }
        }
    }
    found.removed = old.into_iter().map(|(key, record)| OneSided { key: name(&key), record }).collect();
    found
}

/// The values of the key's fields; nothing between the tildes where there is none.
fn key(part: Part, record: &FrozenRecord) -> Vec<String> {
    let text = |field: &&str| record.get(*field).and_then(Value::as_str).unwrap_or_default().to_owned();
    part.key().iter().map(text).collect()
}

impl Differences {
    pub fn sample() -> Self {
        let record = |title: &str| FrozenRecord::from_iter([("title".to_owned(), Value::from(title))]);
        Differences {
            kind: PublicationKind::Plan,
            before: Publication::sample().id,
            after: Id::from_trusted("019a4b52-7c00-7000-8000-000000000031".to_owned()),
            same: false,
            parts: vec![PartDifferences {
                part: Part::Objectives,
                added: Vec::new(),
                removed: Vec::new(),
                changed: vec![Changed {
                    key: Line::from_trusted("4".to_owned()),
                    before: record("App IO"),
                    after: record("App IO e pagoPA"),
                }],
            }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn records(codes: &BTreeMap<u8, u8>) -> Vec<FrozenRecord> {
        let record = |(code, title): (&u8, &u8)| {
            FrozenRecord::from_iter([
                ("code".to_owned(), Value::from(code.to_string())),
                ("title".to_owned(), Value::from(*title)),
            ])
        };
        codes.iter().map(record).collect()
    }

    proptest! {
        /// What is added and changed turns the one into the other; the other way round everything is turned about.
        #[test]
        fn differences_lead_from_one_to_the_other(
            before in prop::collection::btree_map(0..20_u8, 0..3_u8, 0..12),
            after in prop::collection::btree_map(0..20_u8, 0..3_u8, 0..12),
        ) {
            let (old, new) = (records(&before), records(&after));
            let found = of_part(Part::Objectives, &old, &new);
            let mut walked = before.clone();
            for gone in &found.removed {
                walked.remove(&gone.key.as_str().parse::<u8>().unwrap());
            }
            for one in &found.added {
                walked.insert(one.key.as_str().parse().unwrap(), one.record["title"].as_u64().unwrap() as u8);
            }
            for one in &found.changed {
                prop_assert_ne!(&one.before, &one.after);
                walked.insert(one.key.as_str().parse().unwrap(), one.after["title"].as_u64().unwrap() as u8);
            }
            prop_assert_eq!(walked, after);
            let back = of_part(Part::Objectives, &new, &old);
            prop_assert_eq!(back.added, found.removed);
            prop_assert_eq!(back.removed, found.added);
            prop_assert_eq!(back.changed.len(), found.changed.len());
            let same = of_part(Part::Objectives, &old, &old);
            prop_assert!(same.added.is_empty() && same.removed.is_empty() && same.changed.is_empty());
        }
    }
}
