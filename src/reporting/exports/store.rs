//! The one statement of an export, and the reading of it.

use super::csv::CsvSink;
use super::format::Format;
use super::ndjson::NdJsonSink;
use super::outlet::{Outlet, Piece};
use super::sdmx;
use crate::db::{Database, Horizon};
use crate::error::Problem;
use crate::reporting::changes::cursor::Place;
use crate::reporting::datasets::rows::Ended;
use crate::reporting::datasets::selection::admit;
use crate::reporting::datasets::store::{Bind, Scope, Statement, literal, read, select};
use crate::reporting::datasets::{DataResource, Dataset, Filter};

/// What is to be exported.
pub struct Order {
    pub dataset: &'static Dataset,
    pub format: Format,
    pub scope: Scope,
    pub conditions: Vec<(&'static Filter, Bind)>,
    pub trailer: bool,
}

/// Writes an export, to its end or until it fails or nobody takes it any more.
pub fn run(db: &Database, order: &Order, mut outlet: Outlet) {
    match write(db, order, &mut outlet) {
        Ok(Ended::Whole) => outlet.finish(),
        Ok(Ended::Broken) => {}
        Err(problem) => outlet.fail(problem),
    }
}

fn write(db: &Database, order: &Order, outlet: &mut Outlet) -> Result<Ended, Problem> {
    let mut snapshot = db.snapshot()?;
    let (horizon, now) = (Horizon::of(&mut snapshot)?, db.clock().now());
    admit(&mut snapshot, &order.scope)?;
    let cursor = Place::at_the_end(&horizon, now).cursor();
    if outlet.send(Piece::Begun(cursor.to_string())).is_break() {
        return Ok(Ended::Broken);
    }
    let dataset = match order.format {
        Format::Sdmx => sdmx::observed(order.dataset),
        _ => *order.dataset,
    };
    let mut statement = Statement::new(&snapshot);
    select(&mut statement, &dataset, dataset.columns, now.date());
    let scope = order.scope.bind(&mut statement);
    statement.push(&format!(" AND {}", scope.on(dataset.administration())));
    for (filter, value) in &order.conditions {
        statement.push(" AND (");
        statement.push_condition(&filter.sql.replace("{today}", &literal(now.date())), value.clone());
        statement.push(")");
    }
    let columns = dataset.columns;
    let service = order.conditions.iter().find_map(|(filter, value)| match value {
        Bind::Text(code) if filter.name == "service_code" => Some(code.as_str()),
        _ => None,
    });
    let wanted = |_: &str, _: i32, code: &str| service.is_none_or(|service| service == code);
    let ended = match (order.format, dataset.resource) {
        (Format::NdJson, resource) => {
            let mut sink = NdJsonSink::new(outlet, columns);
            let ended = read(&mut snapshot, &statement, &dataset, columns, &wanted, &mut sink)?;
            sink.end(resource, cursor.as_str());
            ended
        }
        (Format::Csv, _) => {
            let mut sink = CsvSink::new(outlet, columns);
            let ended = read(&mut snapshot, &statement, &dataset, columns, &wanted, &mut sink)?;
            if order.trailer {
                sink.trailer(cursor.as_str());
            }
            ended
        }
        (Format::Sdmx, DataResource::ServiceUsage) => {
            read(&mut snapshot, &statement, &dataset, columns, &wanted, &mut sdmx::UsageSink::new(outlet))?
        }
        (Format::Sdmx, _) => {
            read(&mut snapshot, &statement, &dataset, columns, &wanted, &mut sdmx::IndicatorSink::new(outlet))?
        }
    };
    if ended == Ended::Broken {
        snapshot.abandon();
    }
    Ok(ended)
}
