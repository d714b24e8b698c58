//! The counts of an administration over some months, from the sums that are kept of each.

use crate::auth::Tenants;
use crate::calendar::Month;
use crate::db::AnyConnection;
use crate::db::schema::service_usage_totals as totals;
use crate::error::Problem;
use crate::text::IpaCode;
use diesel::dsl::{max, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use std::collections::{BTreeSet, HashMap};

/// Sums; `None` where no month tells that count.
#[derive(Debug, Clone, Default, Queryable)]
pub struct Sums {
    /// Rows that were summed.
    pub rows: Option<i64>,
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

/// What is summed of the months of a query: those columns that `column` gives.
macro_rules! totals {
    ($column:expr) => {
        (
            sum("counted"),
            max(totals::month),
            max(totals::revision),
            $column("accesses"),
            $column("users"),
            $column("submissions_completed"),
            $column("completed_of_started"),
            $column("started"),
            $column("pagopa_transactions"),
            $column("pagopa_cents"),
            $column("app_io_messages"),
            (
                $column("satisfaction_1"),
                $column("satisfaction_2"),
                $column("satisfaction_3"),
                $column("satisfaction_4"),
                $column("satisfaction_5"),
            ),
            $column("cost_cents"),
            $column("completed_of_costed"),
        )
    };
}

/// A sum of bigints is a numeric on PostgreSQL; this is a bigint on both.
fn sum(column: &str) -> SqlLiteral<Nullable<BigInt>> {
    sql(&format!("CAST(SUM({column}) AS BIGINT)"))
}

pub fn of(conn: &mut AnyConnection, home: &IpaCode, from: Month, to: Month) -> Result<Sums, Problem> {
    let sums = totals::table
        .filter(totals::administration.eq(home))
        .filter(totals::month.ge(from))
        .filter(totals::month.le(to))
        .select(totals!(sum));
    Ok(sums.first(conn)?)
}

/// The same of many administrations, each for itself; those without a row are left out. Only the columns that are named are
/// summed, for each takes its time.
pub fn by_administration(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    from: Month,
    to: Month,
    columns: &BTreeSet<&'static str>,
) -> Result<HashMap<IpaCode, Sums>, Problem> {
    let column = |name: &'static str| match columns.contains(name) {
        true => sum(name),
        false => sql("CAST(NULL AS BIGINT)"),
    };
    let mut query = totals::table
        .group_by(totals::administration)
        .select((totals::administration, totals!(column)))
        .filter(totals::month.ge(from))
        .filter(totals::month.le(to))
        .into_boxed();
    if let Tenants::Only(codes) = tenants {
        query = query.filter(totals::administration.eq_any(codes));
    }
    Ok(query.load::<(IpaCode, Sums)>(conn)?.into_iter().collect())
}
