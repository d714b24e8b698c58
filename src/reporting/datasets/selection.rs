//! What a caller asks of the data sets: which of them, and whose.

use super::DataResource;
use super::rows;
use super::store::{Bind, Scope, Statement};
use crate::administrations::store as administrations;
use crate::db::AnyConnection;
use crate::error::Problem;
use diesel::QueryableByName;
use diesel::sql_types::Integer;

crate::text::text_type!(
    /// Data sets, with commas between.
    DataResources, 5..=250, "^[a-z-]+(,[a-z-]+){0,14}$",
    "data sets with commas between: administrations, units, plans, sections, objectives, phases, indicators, measurements, \
     procedures, procedure-times, digital-services, platform-adoptions, protocol-days, protocol-registrations, service-usage",
    "objectives,indicators",
    |text: &str| text.split(',').all(|one| one.parse::<DataResource>().is_ok()).then(|| text.to_owned())
);

impl DataResources {
    /// Each once, in the order of the feed.
    pub fn list(&self) -> Vec<DataResource> {
        let asked = |resource: &&DataResource| self.as_str().split(',').any(|one| one == resource.as_str());
        DataResource::ALL.iter().filter(asked).copied().collect()
    }
}

/// A question that is answered with 1 or not at all.
#[derive(QueryableByName)]
pub struct One {
    #[diesel(sql_type = Integer)]
    pub one: i32,
}

/// Refuses an administration that is not there or not the caller's to see, and a territory that has no administration.
pub fn admit(conn: &mut AnyConnection, scope: &Scope) -> Result<(), Problem> {
    if let Some(home) = &scope.administration {
        let known = scope.tenants.include(home) && administrations::find(conn, home)?.is_some();
        if !known {
            return Err(Problem::not_found("administration"));
        }
    }
    for (field, column, code) in
        [("region", "region_code", &scope.region), ("province", "province_code", &scope.province)]
    {
        let Some(code) = code else { continue };
        let mut statement = Statement::new(conn).with("SELECT 1 AS one FROM administrations WHERE ");
        statement.push_condition(&format!("{column} = ? LIMIT 1"), Bind::Text(code.clone()));
        let found: Vec<One> = rows::load(conn, &statement)?;
        if found.iter().all(|row| row.one != 1) {
            return Err(Problem::invalid(field, code, format!("is the ISTAT code of no {field} known here")));
        }
    }
    Ok(())
}
