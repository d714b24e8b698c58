//! Each column of each table is public or private, and none is missing.

use crate::harness::both;
use std::collections::{BTreeMap, BTreeSet};
use traguardo::reporting::publications::columns;

type Columns = BTreeMap<String, BTreeSet<String>>;

fn declared() -> Columns {
    let tables = columns::tables().iter();
    let both_sides = |of: &columns::Columns| of.public.iter().chain(&of.private).cloned().collect();
    tables.map(|(table, of)| (table.clone(), both_sides(of))).collect()
}

#[test]
fn no_column_is_on_both_sides_or_stands_twice() {
    assert!(!columns::tables().is_empty(), "the file was not read");
    for (table, of) in columns::tables() {
        let all: Vec<_> = of.public.iter().chain(&of.private).collect();
        let apart: BTreeSet<_> = all.iter().collect();
        assert_eq!(all.len(), apart.len(), "{table} names a column twice");
    }
}

#[test]
fn the_list_is_that_of_the_schema() {
    assert_eq!(declared(), crate::house::schema_columns(), "mend data/publishable-columns.toml");
}

#[test]
fn the_list_is_that_of_the_databases() {
    both(|app| assert_eq!(declared(), crate::house::database_columns(app), "mend data/publishable-columns.toml"));
}

#[test]
fn who_did_something_and_how_one_logs_in_is_never_public() {
    for (table, of) in columns::tables() {
        for column in &of.public {
            let of_persons =
                column.ends_with("_by") || ["actor", "client_id", "request_id", "note"].contains(&column.as_str());
            let secret = column.contains("secret") || column.contains("hash");
            assert!(!of_persons && !secret, "{table}.{column}");
        }
    }
    for table in ["clients", "audit_events", "imports", "instance"] {
        assert!(columns::tables()[table].public.is_empty(), "{table}");
    }
}
