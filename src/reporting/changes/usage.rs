//! Where usage changed: the marks of its batches name the months, and the services of each tell in which batch they last
//! changed.

use super::cursor::Position;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::reporting::datasets::DataResource;
use crate::reporting::datasets::rows;
use crate::reporting::datasets::store::{Bind, Scope, Statement};
use crate::service_usage::months::unpack;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Text};

#[derive(QueryableByName)]
struct MarkedMonth {
    #[diesel(sql_type = BigInt)]
    revision: i64,
    #[diesel(sql_type = Text)]
    administration: String,
    #[diesel(sql_type = Integer)]
    month: i32,
    #[diesel(sql_type = Text)]
    services: String,
}

/// Months that are read at once: few at first, since a page may be full with one.
const MONTHS: (usize, usize) = (4, 64);

/// How far a month is read: up to this service of it, or to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Read {
    revision: i64,
    administration: String,
    month: i32,
    service: Option<String>,
}

impl Read {
    /// `None` where the position is in the middle of no usage.
    fn of(position: &Position) -> Option<Self> {
        if position.rank != DataResource::ServiceUsage.rank() {
            return None;
        }
        let (service, month) = position.name.split_once('~')?;
        let (revision, administration) = (position.revision, position.administration.clone());
        Some(Read { revision, administration, month: month.parse().ok()?, service: Some(service.to_owned()) })
    }

    /// Whether a month is the one, and this service was read in it.
    fn has(&self, of: &MarkedMonth, code: &str) -> bool {
        (self.revision, self.month) == (of.revision, of.month)
            && self.administration == of.administration
            && self.service.as_deref().is_none_or(|last| code <= last)
    }
}

/// The places after a position, in the order of the feed; so many at most.
pub fn places(
    conn: &mut AnyConnection,
    scope: &Scope,
    position: &Position,
    horizon: i64,
    most: usize,
) -> Result<Vec<Position>, Problem> {
    let rank = DataResource::ServiceUsage.rank();
    let (mut found, mut at_once) = (Vec::new(), MONTHS.0);
    let mut read = Read::of(position);
    loop {
        let mut statement = Statement::new(conn);
        let scope = scope.bind(&mut statement).on("b.administration");
        let revision = statement.bind(Bind::Long(read.as_ref().map_or(position.revision, |read| read.revision)));
        let condition = match &read {
            Some(Read { administration, month, service, .. }) => {
                let home = statement.bind(Bind::Text(administration.clone()));
                let month = statement.bind(Bind::Int(*month));
                let sign = if service.is_some() { ">=" } else { ">" };
                let key = format!("(b.revision, b.administration, t.month) {sign} ({revision}, {home}, {month})");
                format!("b.revision >= {revision} AND {key}")
            }
            None if rank > position.rank => format!("b.revision >= {revision}"),
            None => format!("b.revision > {revision}"),
        };
        statement.push(&format!(
            "SELECT b.revision AS revision, t.administration AS administration, t.month AS month, t.services AS services \
             FROM feed_batches b JOIN service_usage t ON t.administration = b.administration \
             AND t.month >= b.first_part AND t.month <= b.last_part \
             WHERE b.resource = 'service-usage' AND {condition} AND b.revision < {horizon} AND {scope} \
             ORDER BY b.revision, b.administration, t.month LIMIT {at_once}"
        ));
        let months: Vec<MarkedMonth> = rows::load(conn, &statement)?;
        for marked in &months {
            let MarkedMonth { revision, administration, month, services } = marked;
            let all = unpack(services.as_bytes(), |code, numbers| {
                if numbers[0] == Some(*revision) && !read.as_ref().is_some_and(|read| read.has(marked, code)) {
                    let (administration, name) = (administration.clone(), format!("{code}~{month}"));
                    found.push(Position { revision: *revision, rank, administration, name });
                }
            });
            all.map_err(Problem::internal)?;
        }
        if found.len() >= most || months.len() < at_once {
            found.truncate(most);
            return Ok(found);
        }
        read = months.into_iter().next_back().map(|MarkedMonth { revision, administration, month, .. }| Read {
            revision,
            administration,
            month,
            service: None,
        });
        at_once = (at_once * 2).min(MONTHS.1);
    }
}
