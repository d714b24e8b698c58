//! Statements put together from a data set's description. Everything in them but bound values is our own text.

use super::rows::{self, Ended, Sink};
use super::{Column, Dataset, Naming, packed};
use crate::auth::Tenants;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::text::IpaCode;
use chrono::NaiveDate;

/// A bound value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bind {
    Text(String),
    Int(i32),
    Long(i64),
    Bool(bool),
}

/// A statement with its values; the same value may stand in it several times.
#[derive(Debug, Clone)]
pub struct Statement {
    pub text: String,
    pub binds: Vec<Bind>,
    mark: char,
}

impl Statement {
    pub fn new(conn: &AnyConnection) -> Self {
        Statement { text: String::new(), binds: Vec::new(), mark: if conn.is_sqlite() { '?' } else { '$' } }
    }

    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.push(text);
        self
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Binds a value; gives the mark that stands for it.
    pub fn bind(&mut self, value: Bind) -> String {
        self.binds.push(value);
        format!("{}{}", self.mark, self.binds.len())
    }

    /// Binds a value for each `?` of a condition: one value, as often as it stands there.
    pub fn push_condition(&mut self, condition: &str, value: Bind) {
        let mark = self.bind(value);
        self.push(&condition.replace('?', &mark));
    }
}

/// Whose records: what the token opens, and what was asked for of that.
#[derive(Debug, Clone)]
pub struct Scope {
    pub tenants: Tenants,
    pub administration: Option<IpaCode>,
    pub region: Option<String>,
    pub province: Option<String>,
}

/// A scope in a statement: its values are bound once, however many tables it is asked of.
pub struct BoundScope {
    /// `= $1`, `IN ($1, …)`; none where all are open.
    codes: Option<String>,
    territory: Option<String>,
}

impl Scope {
    pub fn of(tenants: Tenants, administration: IpaCode) -> Self {
        Scope { tenants, administration: Some(administration), region: None, province: None }
    }

    pub fn bind(&self, statement: &mut Statement) -> BoundScope {
        let codes = match (&self.administration, &self.tenants) {
            (Some(one), tenants) if tenants.include(one) => {
                Some(format!("= {}", statement.bind(Bind::Text(one.to_string()))))
            }
            (None, Tenants::All) => None,
            (None, Tenants::Only(codes)) if !codes.is_empty() => {
                let marks: Vec<_> = codes.iter().map(|code| statement.bind(Bind::Text(code.clone()))).collect();
                Some(format!("IN ({})", marks.join(", ")))
            }
            // Another's data is no data.
            _ => Some("IS NULL".to_owned()),
        };
        let mut territory = Vec::new();
        for (column, code) in [("region_code", &self.region), ("province_code", &self.province)] {
            if let Some(code) = code {
                territory.push(format!("{column} = {}", statement.bind(Bind::Text(code.clone()))));
            }
        }
        BoundScope { codes, territory: (!territory.is_empty()).then(|| territory.join(" AND ")) }
    }
}

impl BoundScope {
    /// The condition on a column that holds an administration's code; `true` where there is none.
    pub fn on(&self, column: &str) -> String {
        let codes = self.codes.as_ref().map(|codes| format!("{column} {codes}"));
        let territory = self
            .territory
            .as_ref()
            .map(|territory| format!("{column} IN (SELECT ipa_code FROM administrations WHERE {territory})"));
        let both: Vec<_> = codes.into_iter().chain(territory).collect();
        if both.is_empty() { "1 = 1".to_owned() } else { both.join(" AND ") }
    }
}

/// `SELECT … FROM … WHERE` the records of a data set; the caller goes on with what it wants of them.
pub fn select(statement: &mut Statement, dataset: &Dataset, columns: &[Column], today: NaiveDate) {
    let of_page = (dataset.naming == Naming::Usage).then(|| packed::of_page(columns));
    let columns = of_page.as_deref().unwrap_or(columns);
    let list: Vec<_> = columns.iter().enumerate().map(|(n, column)| format!("{} AS c{n}", column.sql)).collect();
    statement.push("SELECT ");
    statement.push(&list.join(", ").replace("{today}", &literal(today)));
    statement.push(" FROM ");
    statement.push(dataset.table);
    statement.push(" t ");
    if columns.iter().any(|column| column.role == super::Role::Parent) {
        statement.push(dataset.joins);
    }
    statement.push(" WHERE ");
    statement.push(dataset.condition());
}

/// Runs such a statement and hands every record to the sink; of usage those that are wanted.
pub fn read<S: Sink>(
    conn: &mut AnyConnection,
    statement: &Statement,
    dataset: &Dataset,
    columns: &[Column],
    wanted: &packed::Wanted<'_>,
    sink: &mut S,
) -> Result<Ended, Problem> {
    match dataset.naming {
        Naming::Usage => packed::read(conn, statement, columns, wanted, sink),
        _ => rows::read(conn, statement, columns, sink),
    }
}

/// A day in the text of a statement: digits and hyphens.
pub fn literal(day: NaiveDate) -> String {
    format!("'{}'", day.format("%Y-%m-%d"))
}

impl Naming {
    /// The columns that come after the administration in the key.
    pub fn key(self) -> &'static str {
        match self {
            Naming::Administration => "",
            Naming::Id => ", t.id",
            Naming::Days => ", t.aoo, t.date",
            Naming::Registrations => ", t.aoo, t.year, t.number",
            Naming::Usage => ", t.month, t.service_code",
        }
    }

    /// An expression of the name, as text.
    pub fn name(self) -> &'static str {
        match self {
            Naming::Administration => "''",
            Naming::Id => "t.id",
            Naming::Days => "t.aoo || '~' || t.date",
            Naming::Registrations => "t.aoo || '~' || t.year || '~' || t.number",
            Naming::Usage => "t.service_code || '~' || t.month",
        }
    }

    /// A name's parts as values of the key's columns; `None` where it is no such name.
    pub fn parts(self, name: &str) -> Option<Vec<Bind>> {
        let number = |text: &str| text.parse().ok().map(Bind::Int);
        let text = |text: &str| Bind::Text(text.to_owned());
        let mut parts = name.split('~');
        let parts = match self {
            Naming::Administration => return name.is_empty().then(Vec::new),
            Naming::Id => vec![text(parts.next()?)],
            Naming::Days => vec![text(parts.next()?), number(parts.next()?)?],
            Naming::Usage => {
                let service = text(parts.next()?);
                vec![number(parts.next()?)?, service]
            }
            Naming::Registrations => vec![text(parts.next()?), number(parts.next()?)?, number(parts.next()?)?],
        };
        (name.split('~').count() == parts.len()).then_some(parts)
    }
}
