//! The sums of usage: kept for each page, and summed again over the months and administrations that are asked for.

use super::model::UsageRow;
use crate::auth::Tenants;
use crate::calendar::Month;
use crate::db::AnyConnection;
use crate::db::bulk::bulk_row;
use crate::db::schema::service_usage_totals::{self, self as totals};
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

/// The sums of a page; `None` where no service tells that count.
#[derive(Debug, Clone)]
pub struct UsageTotals {
    pub administration: IpaCode,
    pub month: Month,
    pub last_code: String,
    /// Services that were summed.
    pub counted: i64,
    pub accesses: Option<i64>,
    pub users: Option<i64>,
    pub submissions_completed: Option<i64>,
    /// Of the services that tell both what was started and what was completed.
    pub completed_of_started: Option<i64>,
    pub started: Option<i64>,
    pub pagopa_transactions: Option<i64>,
    pub pagopa_cents: Option<i64>,
    pub app_io_messages: Option<i64>,
    pub satisfaction_1: Option<i64>,
    pub satisfaction_2: Option<i64>,
    pub satisfaction_3: Option<i64>,
    pub satisfaction_4: Option<i64>,
    pub satisfaction_5: Option<i64>,
    /// Of the services that tell both the cost and what was completed.
    pub cost_cents: Option<i64>,
    pub completed_of_costed: Option<i64>,
    pub revision: i64,
}

bulk_row!(UsageTotals: service_usage_totals (
    administration, month, last_code; counted, accesses, users, submissions_completed, completed_of_started, started,
    pagopa_transactions, pagopa_cents, app_io_messages, satisfaction_1, satisfaction_2, satisfaction_3, satisfaction_4,
    satisfaction_5, cost_cents, completed_of_costed, revision,
));

impl UsageTotals {
    pub fn none(administration: &IpaCode, month: Month, last_code: &str) -> Self {
        UsageTotals {
            administration: administration.clone(),
            month,
            last_code: last_code.to_owned(),
            counted: 0,
            accesses: None,
            users: None,
            submissions_completed: None,
            completed_of_started: None,
            started: None,
            pagopa_transactions: None,
            pagopa_cents: None,
            app_io_messages: None,
            satisfaction_1: None,
            satisfaction_2: None,
            satisfaction_3: None,
            satisfaction_4: None,
            satisfaction_5: None,
            cost_cents: None,
            completed_of_costed: None,
            revision: 0,
        }
    }

    pub fn add(&mut self, row: &UsageRow) {
        let (started, completed, cost) = (row.submissions_started, row.submissions_completed, row.cost_cents);
        let sums = [
            (&mut self.accesses, row.accesses),
            (&mut self.users, row.users),
            (&mut self.submissions_completed, completed),
            (&mut self.completed_of_started, started.and(completed)),
            (&mut self.started, completed.and(started)),
            (&mut self.pagopa_transactions, row.pagopa_transactions),
            (&mut self.pagopa_cents, row.pagopa_cents),
            (&mut self.app_io_messages, row.app_io_messages),
            (&mut self.satisfaction_1, row.satisfaction_1),
            (&mut self.satisfaction_2, row.satisfaction_2),
            (&mut self.satisfaction_3, row.satisfaction_3),
            (&mut self.satisfaction_4, row.satisfaction_4),
            (&mut self.satisfaction_5, row.satisfaction_5),
            (&mut self.cost_cents, completed.and(cost)),
            (&mut self.completed_of_costed, cost.and(completed)),
        ];
        for (sum, count) in sums {
            if let Some(count) = count {
                *sum = Some(sum.unwrap_or_default().saturating_add(count));
            }
        }
        self.counted += 1;
        self.revision = self.revision.max(row.revision);
    }
}
