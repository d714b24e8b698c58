//! Which columns can be published. What is frozen takes its fields through [`public`], so that a column that nobody
//! declared public never leaves the house.

use crate::error::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const FILE: &str = include_str!("../../../data/publishable-columns.toml");

/// The columns of a table, each on one side.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    pub public: Vec<String>,
    pub private: Vec<String>,
}

static TABLES: LazyLock<BTreeMap<String, Columns>> = LazyLock::new(|| match toml::from_str(FILE) {
    Ok(tables) => tables,
    Err(error) => {
        // A test reads the file; were it broken all the same, nothing would be public.
        tracing::error!(%error, "data/publishable-columns.toml cannot be read: nothing can be published");
        BTreeMap::new()
    }
});

/// Every table with its columns.
pub fn tables() -> &'static BTreeMap<String, Columns> {
    &TABLES
}

/// The fields of a row that may be published: those whose columns are declared public, and no others.
pub fn public(table: &str, row: &impl Serialize) -> Result<Map<String, Value>, Problem> {
    let columns = TABLES.get(table).ok_or_else(|| Problem::internal(format!("no columns of {table} are declared")))?;
    match serde_json::to_value(row).map_err(Problem::internal)? {
        Value::Object(mut fields) => {
            fields.retain(|name, _| columns.public.contains(name));
            Ok(fields)
        }
        other => Err(Problem::internal(format!("a row of {table} is no object: {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planning::measurements::model::Measurement;

    #[test]
    fn what_is_private_stays_in_the_house() {
        let row = public("measurements", &Measurement::sample()).unwrap();
        assert!(row.contains_key("numerator"));
        for private in ["recorded_by", "note", "id", "revision"] {
            assert!(!row.contains_key(private), "{private}");
        }
        assert!(public("wishes", &Measurement::sample()).is_err());
    }
}
