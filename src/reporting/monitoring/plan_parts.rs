//! A plan with all that hangs on it, in one query a table however large it is.

use crate::administrations::units::Unit;
use crate::administrations::units::store as units;
use crate::auth::Tenants;
use crate::clock::Instant;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::indicators::model::Indicator;
use crate::planning::indicators::store as indicators;
use crate::planning::measurements::model::Measurement;
use crate::planning::measurements::store as measurements;
use crate::planning::objectives::model::Objective;
use crate::planning::objectives::store as objectives;
use crate::planning::phases::model::Phase;
use crate::planning::phases::store as phases;
use crate::planning::plans::model::Plan;
use crate::planning::sections::model::Section;
use crate::planning::sections::store as sections;
use chrono::{Days, NaiveDate};
use std::collections::HashMap;

/// Records of one kind in a plan that is looked at whole, at most.
pub const MAX_RECORDS: usize = 10_000;

/// All of a kind, or a refusal where there are too many for one answer.
macro_rules! all_of {
    ($store:ident, $conn:expr, $plan:expr) => {{
        let tenants = Tenants::Only(vec![$plan.administration.to_string()]);
        let wanted = $store::Wanted { plan_id: Some($plan.id.clone()), ..Default::default() };
        bounded($store::list($conn, &tenants, &wanted, &whole())?, stringify!($store))?
    }};
}
pub(super) use all_of;

/// A slice that one record more than the most shows to be too small.
pub fn whole() -> Slice {
    Slice { limit: MAX_RECORDS, after: None }
}

pub fn bounded<T>(rows: Vec<T>, name: &str) -> Result<Vec<T>, Problem> {
    if rows.len() > MAX_RECORDS {
        let detail =
            format!("The plan has more than {MAX_RECORDS} {name}: too many for one answer. Ask for them by page.");
        return Err(Problem::conflict(detail));
    }
    Ok(rows)
}

/// What stands in a plan: its outline, and who is to do what.
pub struct Outline {
    pub sections: Vec<Section>,
    pub objectives: Vec<Objective>,
    pub phases: Vec<Phase>,
}

impl Outline {
    pub fn load(conn: &mut AnyConnection, plan: &Plan) -> Result<Self, Problem> {
        Ok(Outline {
            sections: all_of!(sections, conn, plan),
            objectives: all_of!(objectives, conn, plan),
            phases: all_of!(phases, conn, plan),
        })
    }
}

/// The indicators of a plan and what was known of them on a day.
pub struct Measures {
    pub indicators: Vec<Indicator>,
    pub measured: HashMap<Id, Vec<Measurement>>,
}

impl Measures {
    pub fn load(conn: &mut AnyConnection, plan: &Plan, known_on: NaiveDate, today: NaiveDate) -> Result<Self, Problem> {
        Ok(Measures {
            indicators: all_of!(indicators, conn, plan),
            measured: measured(conn, plan, None, known_on, today)?,
        })
    }
}

/// The measurements of a plan, or of a page of its indicators, that were known at the end of a day, by indicator.
pub fn measured(
    conn: &mut AnyConnection,
    plan: &Plan,
    page: Option<&[Indicator]>,
    known_on: NaiveDate,
    today: NaiveDate,
) -> Result<HashMap<Id, Vec<Measurement>>, Problem> {
    // What is known by the end of today is what is current.
    let before = known_on.checked_add_days(Days::new(1)).filter(|_| known_on < today);
    let before = before.and_then(|day| day.and_hms_opt(0, 0, 0)).map(|at| Instant(at.and_utc().timestamp_micros()));
    let mut measured: HashMap<_, Vec<Measurement>> = HashMap::new();
    for measurement in measurements::of_plan(conn, plan, page, before)? {
        measured.entry(measurement.indicator_id.clone()).or_default().push(measurement);
    }
    Ok(measured)
}

/// The units of the plan's administration.
pub fn units_of(conn: &mut AnyConnection, plan: &Plan) -> Result<Vec<Unit>, Problem> {
    let tenants = Tenants::Only(vec![plan.administration.to_string()]);
    bounded(units::list(conn, &tenants, &units::Wanted::default(), &whole())?, "units")
}
