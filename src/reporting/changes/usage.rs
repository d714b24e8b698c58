//! Where usage changed: the marks of its batches name the months, and the services of each tell in which batch they last
//! changed.

use super::cursor::Position;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::reporting::datasets::DataResource;
use crate::reporting::datasets::rows;
use crate::reporting::datasets::store::{Bind, Scope, Statement};
use crate::service_usage::pages::{REVISION, unpack};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Text};

#[derive(QueryableByName)]
struct MarkedPage {
    #[diesel(sql_type = BigInt)]
    revision: i64,
    #[diesel(sql_type = Text)]
    administration: String,
    #[diesel(sql_type = Integer)]
    month: i32,
    #[diesel(sql_type = Text)]
    last_code: String,
    #[diesel(sql_type = Text)]
    services: String,
}

/// Pages of services that are read at once: few at first, since a page of changes may be full with one.
const PAGES: (usize, usize) = (4, 256);

/// How far usage was read: up to a service of a month, in a batch.
#[derive(Debug, Clone)]
struct Read {
    revision: i64,
    administration: String,
    month: i32,
    service: String,
}

impl Read {
    /// `None` where the position is in the middle of no usage.
    fn of(position: &Position) -> Option<Self> {
        if position.rank != DataResource::ServiceUsage.rank() {
            return None;
        }
        let (service, month) = position.name.split_once('~')?;
        let (revision, administration) = (position.revision, position.administration.clone());
        Some(Read { revision, administration, month: month.parse().ok()?, service: service.to_owned() })
    }

    /// Whether this service of a page was read.
    fn has(&self, of: &MarkedPage, code: &str) -> bool {
        (self.revision, self.month) == (of.revision, of.month)
            && self.administration == of.administration
            && code <= self.service.as_str()
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
    let (mut found, mut at_once) = (Vec::new(), PAGES.0);
    let mut read = Read::of(position);
    loop {
        let mut statement = Statement::new(conn);
        let scope = scope.bind(&mut statement).on("b.administration");
        let revision = statement.bind(Bind::Long(read.as_ref().map_or(position.revision, |read| read.revision)));
        let condition = match &read {
            Some(Read { administration, month, service, .. }) => {
                let (home, service) = (Bind::Text(administration.clone()), Bind::Text(service.clone()));
                let marks = [home, Bind::Int(*month), service].map(|part| statement.bind(part)).join(", ");
                let key = "(b.revision, b.administration, t.month, t.last_code)";
                format!("b.revision >= {revision} AND {key} > ({revision}, {marks})")
            }
            None if rank > position.rank => format!("b.revision >= {revision}"),
            None => format!("b.revision > {revision}"),
        };
        statement.push(&format!(
            "SELECT b.revision AS revision, t.administration AS administration, t.month AS month, t.last_code AS last_code, \
             t.services AS services \
             FROM feed_batches b JOIN service_usage t ON t.administration = b.administration \
             AND t.month >= b.first_part AND t.month <= b.last_part AND t.revision >= b.revision \
             WHERE b.resource = 'service-usage' AND {condition} AND b.revision < {horizon} AND {scope} \
             ORDER BY b.revision, b.administration, t.month, t.last_code LIMIT {at_once}"
        ));
        let pages: Vec<MarkedPage> = rows::load(conn, &statement)?;
        for marked in &pages {
            let MarkedPage { revision, administration, month, services, .. } = marked;
            let is_left = |code: &str| !read.as_ref().is_some_and(|read| read.has(marked, code));
            let all = unpack(services.as_bytes(), is_left, |code, numbers| {
                if numbers[REVISION] == Some(*revision) {
                    let (administration, name) = (administration.clone(), format!("{code}~{month}"));
                    found.push(Position { revision: *revision, rank, administration, name });
                }
            });
            all.map_err(Problem::internal)?;
        }
        if found.len() >= most || pages.len() < at_once {
            found.truncate(most);
            return Ok(found);
        }
        read = pages.into_iter().next_back().map(|last| Read {
            revision: last.revision,
            administration: last.administration,
            month: last.month,
            service: last.last_code,
        });
        at_once = (at_once * 2).min(PAGES.1);
    }
}
