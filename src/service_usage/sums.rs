//! The counts of an administration over some months, summed by the database in one pass over its own rows.

use super::totals;
use crate::auth::Tenants;
use crate::calendar::Month;
use crate::db::AnyConnection;
use crate::db::schema::service_usage as usage;
use crate::error::Problem;
use crate::text::IpaCode;
use diesel::dsl::{count_star, max, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use std::collections::{BTreeSet, HashMap};

/// Administrations of one statement: SQLite takes 32,766 parameters.
const CHUNK: usize = 10_000;

/// Sums; `None` where no month tells that count.
#[derive(Debug, Clone, Default, Queryable)]
pub struct Sums {
    /// Rows that were summed.
    pub rows: i64,
    pub latest_month: Option<Month>,
    pub revision: Option<i64>,
    pub accesses: Option<i64>,
    pub users: Option<i64>,
    pub submissions_completed: Option<i64>,
    /// Of the months that tell both what was started and what was completed.
    pub completed_of_started: Option<i64>,
    pub started: Option<i64>,
    pub pagopa_transactions: Option<i64>,
    pub pagopa_cents: Option<i64>,
    pub app_io_messages: Option<i64>,
    /// Answers that gave 1, 2, 3, 4, 5.
    pub satisfaction: FiveSums,
    /// Of the months that tell both the cost and what was completed.
    pub cost_cents: Option<i64>,
    pub completed_of_costed: Option<i64>,
}

/// The five columns of the satisfaction, as a query gives them.
type FiveSums = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

impl Sums {
    pub fn satisfaction(&self) -> [i64; 5] {
        let (one, two, three, four, five) = self.satisfaction;
        [one, two, three, four, five].map(Option::unwrap_or_default)
    }
}

/// A sum of bigints is a numeric on PostgreSQL; this is a bigint on both.
macro_rules! total {
    ($what:literal) => {
        sql::<Nullable<BigInt>>(concat!("CAST(SUM(", $what, ") AS BIGINT)"))
    };
}

pub(super) use total;

/// What is summed of the rows of a query.
macro_rules! totals {
    () => {
        (
            count_star(),
            max(usage::month),
            max(usage::revision),
            total!("accesses"),
            total!("users"),
            total!("submissions_completed"),
            total!("CASE WHEN submissions_started IS NOT NULL THEN submissions_completed END"),
            total!("CASE WHEN submissions_completed IS NOT NULL THEN submissions_started END"),
            total!("pagopa_transactions"),
            total!("pagopa_cents"),
            total!("app_io_messages"),
            (
                total!("satisfaction_1"),
                total!("satisfaction_2"),
                total!("satisfaction_3"),
                total!("satisfaction_4"),
                total!("satisfaction_5"),
            ),
            total!("CASE WHEN submissions_completed IS NOT NULL THEN cost_cents END"),
            total!("CASE WHEN cost_cents IS NOT NULL THEN submissions_completed END"),
        )
    };
}

pub fn of(conn: &mut AnyConnection, home: &IpaCode, from: Month, to: Month) -> Result<Sums, Problem> {
    let sums = usage::table
        .filter(usage::administration.eq(home))
        .filter(usage::month.ge(from))
        .filter(usage::month.le(to))
        .select(totals!());
    Ok(sums.first(conn)?)
}

/// The same of many administrations, each for itself, from their monthly totals where those hold; those without a row are
/// left out. Call [`super::totals::refresh`] before, else all rows are read. Of the totals only the columns that are named are
/// summed.
pub fn by_administration(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    from: Month,
    to: Month,
    columns: &BTreeSet<&'static str>,
) -> Result<HashMap<IpaCode, Sums>, Problem> {
    // In this order no administration is lost, whatever is written between the queries: one that has totals keeps them while
    // it is summed anew, and what was read row by row wins.
    let untotalled = totals::untotalled(conn, tenants, None)?;
    let mut live: Vec<(IpaCode, Sums)> = Vec::new();
    for some in untotalled.chunks(CHUNK) {
        let of_some = usage::table
            .group_by(usage::administration)
            .select((usage::administration, totals!()))
            .filter(usage::administration.eq_any(some))
            .filter(usage::month.ge(from))
            .filter(usage::month.le(to));
        live.extend(of_some.load::<(IpaCode, Sums)>(conn)?);
    }
    let mut sums: HashMap<_, _> = totals::by_administration(conn, tenants, from, to, columns)?.into_iter().collect();
    sums.extend(live);
    Ok(sums)
}
