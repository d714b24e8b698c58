//! The months of an administration, its services summed: kept beside the rows, so that a total over many administrations
//! reads a tenth of them. Whoever writes usage forgets the totals of its administration, in its own transaction; a roll-up
//! sums again what was forgotten. Nothing depends on when: without totals the rows themselves are read.

use super::sums::{Sums, total};
use crate::auth::Tenants;
use crate::calendar::Month;
use crate::db::schema::{
    administrations, service_usage as usage, service_usage_totalled as totalled, service_usage_totals as totals,
};
use crate::db::{AnyConnection, Author, Database, Write};
use crate::error::Problem;
use crate::text::IpaCode;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};
use std::collections::BTreeSet;

/// Administrations that are summed in one transaction: for so long those that feed them wait.
const TOGETHER: i64 = 200;
/// Transactions before a roll-up is answered; what is left is read row by row, and summed before the next.
const ROUNDS: usize = 10;

/// The totals of an administration hold no more. Within the transaction that writes its usage.
pub fn forget(conn: &mut AnyConnection, home: &IpaCode) -> Result<(), Problem> {
    diesel::delete(totalled::table.filter(totalled::administration.eq(home))).execute(conn)?;
    Ok(())
}

/// Administrations with usage and without totals that hold.
pub fn untotalled(conn: &mut AnyConnection, tenants: &Tenants, most: Option<i64>) -> Result<Vec<IpaCode>, Problem> {
    let is_totalled = totalled::table.filter(totalled::administration.eq(administrations::ipa_code));
    let has_usage = usage::table.filter(usage::administration.eq(administrations::ipa_code));
    let mut query = administrations::table
        .filter(not(exists(is_totalled)))
        .filter(exists(has_usage))
        .select(administrations::ipa_code)
        .order(administrations::ipa_code)
        .into_boxed();
    if let Tenants::Only(codes) = tenants {
        query = query.filter(administrations::ipa_code.eq_any(codes));
    }
    if let Some(most) = most {
        query = query.limit(most);
    }
    Ok(query.load(conn)?)
}

/// The totals of a period, also of administrations whose totals hold no more. Only these columns are summed, for each takes
/// its time; the others are left out, and so are month and revision.
pub(super) fn by_administration(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    from: Month,
    to: Month,
    columns: &BTreeSet<&'static str>,
) -> Result<Vec<(IpaCode, Sums)>, Problem> {
    let column = |name: &'static str| match columns.contains(name) {
        true => sql::<Nullable<BigInt>>(&format!("CAST(SUM({name}) AS BIGINT)")),
        false => sql::<Nullable<BigInt>>("CAST(NULL AS BIGINT)"),
    };
    let mut query = totals::table
        .group_by(totals::administration)
        .select((
            totals::administration,
            (
                sql::<BigInt>("CAST(SUM(counted) AS BIGINT)"),
                sql::<Nullable<Integer>>("CAST(NULL AS INTEGER)"),
                sql::<Nullable<BigInt>>("CAST(NULL AS BIGINT)"),
                column("accesses"),
                column("users"),
                column("submissions_completed"),
                column("completed_of_started"),
                column("started"),
                column("pagopa_transactions"),
                column("pagopa_cents"),
                column("app_io_messages"),
                (
                    column("satisfaction_1"),
                    column("satisfaction_2"),
                    column("satisfaction_3"),
                    column("satisfaction_4"),
                    column("satisfaction_5"),
                ),
                column("cost_cents"),
                column("completed_of_costed"),
            ),
        ))
        .filter(totals::month.ge(from))
        .filter(totals::month.le(to))
        .into_boxed();
    if let Tenants::Only(codes) = tenants {
        query = query.filter(totals::administration.eq_any(codes));
    }
    Ok(query.load(conn)?)
}

/// Sums what was forgotten, a bounded part of it; gives how many administrations it summed.
pub fn refresh(database: &Database, tenants: &Tenants) -> Result<usize, Problem> {
    let author = Author {
        client_id: "local".to_owned(),
        request_id: "usage-totals".to_owned(),
        may_approve: false,
        restores: false,
    };
    let mut summed = 0;
    for _ in 0..ROUNDS {
        // Most often there is nothing to do, which needs no transaction.
        let waiting = database.read_now(|conn| untotalled(conn, tenants, Some(TOGETHER)))?;
        if waiting.is_empty() {
            break;
        }
        let some = database.write_now(&author, "usage-totals", |write| sum_up(write, waiting))?;
        summed += some;
        // Those that are just being fed are left to the next time.
        if some < TOGETHER as usize {
            break;
        }
    }
    Ok(summed)
}

#[derive(diesel::QueryableByName)]
struct Free {
    #[diesel(sql_type = Text)]
    administration: IpaCode,
}

/// Of these the ones that nobody is writing, kept from writers until the transaction ends: on PostgreSQL by the lock that every
/// writer of an administration takes first. SQLite has one writer anyhow.
fn free(conn: &mut AnyConnection, waiting: Vec<IpaCode>) -> Result<Vec<IpaCode>, Problem> {
    let AnyConnection::Pg(conn) = conn else { return Ok(waiting) };
    let codes: Vec<&str> = waiting.iter().map(IpaCode::as_str).collect();
    let free: Vec<Free> = diesel::sql_query(
        "SELECT administration FROM unnest($1) AS administration \
         WHERE pg_try_advisory_xact_lock(hashtextextended(administration, 0))",
    )
    .bind::<Array<Text>, _>(codes)
    .load(conn)?;
    Ok(free.into_iter().map(|row| row.administration).collect())
}

fn sum_up(write: &mut Write<'_>, waiting: Vec<IpaCode>) -> Result<usize, Problem> {
    let codes = free(write.conn, waiting)?;
    diesel::delete(totals::table.filter(totals::administration.eq_any(&codes))).execute(write.conn)?;
    let sums = usage::table
        .filter(usage::administration.eq_any(&codes))
        .group_by((usage::administration, usage::month))
        .select((
            usage::administration,
            usage::month,
            diesel::dsl::count_star(),
            total!("accesses"),
            total!("users"),
            total!("submissions_completed"),
            total!("CASE WHEN submissions_started IS NOT NULL THEN submissions_completed END"),
            total!("CASE WHEN submissions_completed IS NOT NULL THEN submissions_started END"),
            total!("pagopa_transactions"),
            total!("pagopa_cents"),
            total!("app_io_messages"),
            total!("satisfaction_1"),
            total!("satisfaction_2"),
            total!("satisfaction_3"),
            total!("satisfaction_4"),
            total!("satisfaction_5"),
            total!("CASE WHEN submissions_completed IS NOT NULL THEN cost_cents END"),
            total!("CASE WHEN cost_cents IS NOT NULL THEN submissions_completed END"),
            sql::<BigInt>("MAX(revision)"),
        ));
    let insert = sums.insert_into(totals::table);
    match write.conn {
        AnyConnection::Pg(conn) => insert.execute(conn)?,
        AnyConnection::Sqlite(conn) => insert.execute(conn)?,
    };
    let revision = write.revision;
    let marks: Vec<_> =
        codes.iter().map(|code| (totalled::administration.eq(code), totalled::revision.eq(revision))).collect();
    let marked = diesel::insert_into(totalled::table).values(marks).on_conflict_do_nothing();
    match write.conn {
        AnyConnection::Pg(conn) => marked.execute(conn)?,
        AnyConnection::Sqlite(conn) => marked.execute(conn)?,
    };
    Ok(codes.len())
}
