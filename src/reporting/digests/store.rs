//! Reads an administration's records once, in the order of their fields' names, and digests them.

use super::model::DatasetDigest;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::reporting::datasets::rows::{Sink, Value};
use crate::reporting::datasets::store::{Scope, Statement, read, select};
use crate::reporting::datasets::{Column, DataResource, text};
use crate::text::hexadecimal;
use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;

/// The digest of a data set, and the latest revision in it.
pub fn of(
    conn: &mut AnyConnection,
    scope: &Scope,
    resource: DataResource,
    today: NaiveDate,
) -> Result<(DatasetDigest, i64), Problem> {
    let (dataset, columns) = (resource.dataset(), resource.dataset().sealed());
    let mut statement = Statement::new(conn);
    select(&mut statement, dataset, &columns, today);
    let bound = scope.bind(&mut statement);
    statement.push(&format!(" AND {}", bound.on(dataset.administration())));
    let mut sealer = Sealer { columns: &columns, out: Vec::new(), hashes: Vec::new(), latest: 0, broken: false };
    read(conn, &statement, dataset, &columns, &|_, _, _| true, &mut sealer)?;
    if sealer.broken {
        return Err(Problem::internal(format!("{resource} have a document that is no JSON")));
    }
    let Sealer { mut hashes, latest, .. } = sealer;
    hashes.sort_unstable();
    let mut whole = Sha256::new();
    for hash in &hashes {
        whole.update(hexadecimal(hash));
        whole.update(b"\n");
    }
    let digest = DatasetDigest {
        resource,
        count: hashes.len() as i64,
        digest: hexadecimal(whole.finalize().as_ref()),
        left_out: DatasetDigest::left_out(resource),
    };
    Ok((digest, latest))
}

/// The latest revision among what was removed.
pub fn latest_removal(
    conn: &mut AnyConnection,
    administration: &str,
    resources: &[DataResource],
) -> Result<i64, Problem> {
    use crate::db::schema::tombstones;
    let of_home = tombstones::table
        .filter(tombstones::administration.eq(administration))
        .filter(tombstones::resource.eq_any(resources));
    Ok(of_home.select(max(tombstones::revision)).first::<Option<i64>>(conn)?.unwrap_or_default())
}

/// Hashes the canonical JSON of each record; the columns come sorted.
struct Sealer<'a> {
    columns: &'a [Column],
    out: Vec<u8>,
    hashes: Vec<[u8; 32]>,
    latest: i64,
    broken: bool,
}

impl Sink for Sealer<'_> {
    fn value(&mut self, column: usize, value: Value<'_>) {
        if value == Value::Null {
            return;
        }
        let name = self.columns[column].name;
        self.out.push(if self.out.is_empty() { b'{' } else { b',' });
        text::string(&mut self.out, name.as_bytes());
        self.out.push(b':');
        match value {
            Value::Json(document) => {
                let document = serde_json::from_slice::<serde_json::Value>(document);
                let written = document.and_then(|it| serde_json_canonicalizer::to_writer(&it, &mut self.out));
                self.broken |= written.is_err();
            }
            value => text::json(&mut self.out, value),
        }
        if let ("revision", Value::Int(revision)) = (name, value) {
            self.latest = self.latest.max(revision);
        }
    }

    fn end_row(&mut self) -> ControlFlow<()> {
        self.out.push(b'}');
        self.hashes.push(Sha256::digest(&self.out).into());
        self.out.clear();
        ControlFlow::Continue(())
    }
}
