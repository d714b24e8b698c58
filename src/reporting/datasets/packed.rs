//! Usage is stored in pages, many services of a month in one row: here they are read as if each stood in a row of its own.

use super::rows::{self, Ended, Sink, Value};
use super::services::SATISFACTION;
use super::store::Statement;
use super::{Column, Kind, Naming, Role};
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::service_usage::pages::{self, NUMBERS, Numbers, unpack};
use std::ops::ControlFlow;

/// Whether the row of an administration's month and service is wanted.
pub type Wanted<'a> = dyn Fn(&str, i32, &str) -> bool + 'a;

/// Where a column of a service comes from.
#[derive(Clone, Copy)]
enum Source {
    /// The row of its page: the column of that place.
    Page(usize),
    Code,
    Name,
    Number(usize),
    Satisfaction,
}

const ADMINISTRATION: Column =
    Column { name: "administration", sql: "t.administration", kind: Kind::Text, role: Role::Own };
const MONTH: Column = Column { name: "month", sql: "t.month", kind: Kind::Month, role: Role::Own };
const SERVICES: Column = Column { name: "services", sql: "t.services", kind: Kind::Json, role: Role::Own };

/// The columns of a page that those of its services need; the services themselves come last.
pub fn of_page(columns: &[Column]) -> Vec<Column> {
    let of_services = |column: &Column| number(column).is_some() || is_made(column);
    let mut columns_of_page = vec![ADMINISTRATION, MONTH];
    columns_of_page.extend(columns.iter().filter(|column| !of_services(column)));
    columns_of_page.push(SERVICES);
    columns_of_page
}

fn number(column: &Column) -> Option<usize> {
    NUMBERS.iter().position(|name| column.sql.strip_prefix("t.") == Some(name))
}

fn is_made(column: &Column) -> bool {
    [Naming::Usage.name(), SATISFACTION, "t.service_code"].contains(&column.sql)
}

fn sources(columns: &[Column]) -> Vec<Source> {
    // Behind administration and month.
    let mut place = 1;
    let source = |column: &Column| match (number(column), column.sql) {
        (Some(number), _) => Source::Number(number),
        (None, "t.service_code") => Source::Code,
        (None, SATISFACTION) => Source::Satisfaction,
        (None, sql) if sql == Naming::Usage.name() => Source::Name,
        _ => {
            place += 1;
            Source::Page(place)
        }
    };
    columns.iter().map(source).collect()
}

/// Runs a statement of pages and hands each wanted service to the sink, with these columns.
pub fn read<S: Sink>(
    conn: &mut AnyConnection,
    statement: &Statement,
    columns: &[Column],
    wanted: &Wanted<'_>,
    sink: &mut S,
) -> Result<Ended, Problem> {
    let of_page = of_page(columns);
    let mut services = Services {
        columns,
        sources: sources(columns),
        last: of_page.len() - 1,
        wanted,
        sink,
        page: Vec::new(),
        list: Vec::new(),
        flow: ControlFlow::Continue(()),
        fault: None,
    };
    let ended = rows::read(conn, statement, &of_page, &mut services)?;
    services.fault.map_or(Ok(ended), |fault| Err(Problem::internal(fault)))
}

/// A value of the page's row, kept while its services are handed on.
enum Kept {
    Text(Vec<u8>),
    Other(Value<'static>),
}

struct Services<'a, S> {
    columns: &'a [Column],
    sources: Vec<Source>,
    /// The place of the services among the columns of a page.
    last: usize,
    wanted: &'a Wanted<'a>,
    sink: &'a mut S,
    page: Vec<Kept>,
    /// The satisfaction of a service, as it is being written.
    list: Vec<u8>,
    flow: ControlFlow<()>,
    /// Told when all is read: the connection is not left in the middle of an answer.
    fault: Option<String>,
}

impl<S: Sink> Sink for Services<'_, S> {
    fn value(&mut self, column: usize, value: Value<'_>) {
        match value {
            Value::Json(services) if column == self.last => self.hand_on(services),
            Value::Text(text) => self.page.push(Kept::Text(text.to_vec())),
            Value::Month(month) => self.page.push(Kept::Other(Value::Month(month))),
            // A page has no other kinds.
            _ => self.page.push(Kept::Other(Value::Null)),
        }
    }

    fn end_row(&mut self) -> ControlFlow<()> {
        self.page.clear();
        self.flow
    }
}

impl<S: Sink> Services<'_, S> {
    fn hand_on(&mut self, services: &[u8]) {
        let Services { columns, sources, wanted, sink, page, list, flow, fault, .. } = self;
        let (Some(Kept::Text(home)), Some(Kept::Other(Value::Month(number)))) = (page.first(), page.get(1)) else {
            fault.get_or_insert("a page of usage is nobody's".to_owned());
            return;
        };
        let home = String::from_utf8_lossy(home);
        let mut give = |code: &str, numbers: &Numbers| {
            // Nothing more is wanted once the sink has said so.
            if flow.is_break() {
                return;
            }
            for (place, (column, source)) in columns.iter().zip(sources.iter()).enumerate() {
                match source {
                    Source::Page(of_page) => match page.get(*of_page) {
                        Some(Kept::Text(text)) => sink.value(place, Value::Text(text)),
                        Some(Kept::Other(value)) => sink.value(place, *value),
                        None => sink.value(place, Value::Null),
                    },
                    Source::Code => sink.value(place, Value::Text(code.as_bytes())),
                    Source::Name => sink.value(place, Value::Text(format!("{code}~{number}").as_bytes())),
                    Source::Number(of_service) => sink.value(place, plain(column.kind, numbers[*of_service])),
                    Source::Satisfaction => match satisfaction(numbers, list) {
                        true => sink.value(place, Value::Json(list)),
                        false => sink.value(place, Value::Null),
                    },
                }
            }
            *flow = sink.end_row();
        };
        let all = unpack(services, |code| wanted(&home, *number, code), &mut give);
        if let Err(error) = all {
            fault.get_or_insert(error.to_string());
        }
    }
}

fn plain(kind: Kind, number: Option<i64>) -> Value<'static> {
    match (kind, number) {
        (_, None) => Value::Null,
        (Kind::Money, Some(cents)) => Value::Money(cents),
        (Kind::Instant, Some(instant)) => Value::Instant(instant),
        (_, Some(number)) => Value::Int(number),
    }
}

/// The five counts as one list; false where there are none.
fn satisfaction(numbers: &Numbers, list: &mut Vec<u8>) -> bool {
    list.clear();
    let mut digits = itoa::Buffer::new();
    for given in &numbers[pages::SATISFACTION..pages::SATISFACTION + 5] {
        let Some(given) = given else { return false };
        list.push(if list.is_empty() { b'[' } else { b',' });
        list.extend_from_slice(digits.format(*given).as_bytes());
    }
    list.push(b']');
    true
}
