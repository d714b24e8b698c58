//! Everything that a publication is made of, read in the transaction that freezes it: writes of one administration come one
//! after the other, so what is read belongs together.

use crate::administrations::units::model::Unit;
use crate::administrations::units::store as units;
use crate::auth::Tenants;
use crate::db::AnyConnection;
use crate::digital_services::model::DigitalService;
use crate::digital_services::store as digital_services;
use crate::error::{Kind, Problem};
use crate::http::page::Slice;
use crate::planning::indicators::evaluated::EvaluatedIndicator;
use crate::planning::indicators::store as indicators;
use crate::planning::measurements::model::Measurement;
use crate::planning::measurements::store as measurement_store;
use crate::planning::objectives::model::Objective;
use crate::planning::objectives::store as objectives;
use crate::planning::phases::model::Phase;
use crate::planning::phases::store as phases;
use crate::planning::plans::model::Plan;
use crate::planning::progress_reports::model::{ProgressReport, ReportStatus};
use crate::planning::progress_reports::store as report_store;
use crate::planning::sections::model::Section;
use crate::planning::sections::store as sections;
use crate::platform_adoptions::model::PlatformAdoption;
use crate::platform_adoptions::store as platform_adoptions;
use crate::text::IpaCode;
use chrono::NaiveDate;

/// Records of one table of a publication, at most.
const MOST_RECORDS: usize = 50_000;
/// Indicators that are evaluated at once: SQLite takes 32,766 parameters.
const CHUNK: usize = 5_000;

/// What a plan consists of; of a report with its indicators as they stood on the last day of the year.
pub struct OfPlan {
    pub plan: Plan,
    pub units: Vec<Unit>,
    pub sections: Vec<Section>,
    pub objectives: Vec<Objective>,
    pub phases: Vec<Phase>,
    pub indicators: Vec<EvaluatedIndicator>,
    pub measurements: Vec<Measurement>,
    /// Those that were handed in.
    pub progress_reports: Vec<ProgressReport>,
    pub is_report: bool,
}

/// The services and platforms of a day.
pub struct OfServices {
    pub units: Vec<Unit>,
    pub services: Vec<DigitalService>,
    pub adoptions: Vec<PlatformAdoption>,
}

/// All of a list, or a refusal: a publication is never cut off in silence.
fn all<T>(list: impl FnOnce(&Slice) -> Result<Vec<T>, Problem>) -> Result<Vec<T>, Problem> {
    let rows = list(&Slice { limit: MOST_RECORDS, after: None })?;
    if rows.len() > MOST_RECORDS {
        return Err(Problem::new(
            Kind::TooLarge,
            format!("A publication has at most {MOST_RECORDS} records of a kind."),
        ));
    }
    Ok(rows)
}

fn units_of(conn: &mut AnyConnection, tenants: &Tenants, home: &IpaCode) -> Result<Vec<Unit>, Problem> {
    let wanted = units::Wanted { administration: Some(home.clone()) };
    all(|slice| units::list(conn, tenants, &wanted, slice))
}

impl OfPlan {
    pub fn read(
        conn: &mut AnyConnection,
        plan: Plan,
        report_of: Option<i32>,
        as_of: NaiveDate,
    ) -> Result<Self, Problem> {
        let tenants = Tenants::Only(vec![plan.administration.to_string()]);
        let plan_id = Some(plan.id.clone());
        let wanted = sections::Wanted { plan_id: plan_id.clone(), ..Default::default() };
        let sections = all(|slice| sections::list(conn, &tenants, &wanted, slice))?;
        let wanted = objectives::Wanted { plan_id: plan_id.clone(), ..Default::default() };
        let objectives = all(|slice| objectives::list(conn, &tenants, &wanted, slice))?;
        let wanted = phases::Wanted { plan_id: plan_id.clone(), ..Default::default() };
        let phases = all(|slice| phases::list(conn, &tenants, &wanted, slice))?;
        let wanted = indicators::Wanted { plan_id: plan_id.clone(), ..Default::default() };
        let mut rows = all(|slice| indicators::list(conn, &tenants, &wanted, slice))?;
        let mut indicators = Vec::with_capacity(rows.len());
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(CHUNK));
            indicators.extend(EvaluatedIndicator::load(conn, rows, as_of)?);
            rows = rest;
        }
        let (mut measurements, mut progress_reports) = (Vec::new(), Vec::new());
        if let Some(year) = report_of {
            let wanted = measurement_store::Wanted { plan_id: plan_id.clone(), year: Some(year), ..Default::default() };
            measurements = all(|slice| measurement_store::list(conn, &tenants, &wanted, slice))?;
            let status = Some(ReportStatus::Submitted);
            let wanted = report_store::Wanted { plan_id, year: Some(year), status, ..Default::default() };
            progress_reports = all(|slice| report_store::list(conn, &tenants, &wanted, slice))?;
        }
        let units = units_of(conn, &tenants, &plan.administration)?;
        let is_report = report_of.is_some();
        Ok(OfPlan { plan, units, sections, objectives, phases, indicators, measurements, progress_reports, is_report })
    }
}

impl OfServices {
    pub fn read(conn: &mut AnyConnection, home: &IpaCode, day: NaiveDate) -> Result<Self, Problem> {
        let tenants = Tenants::Only(vec![home.to_string()]);
        let of = Some(home.clone());
        let wanted = digital_services::Wanted { administration: of.clone(), as_of: Some(day), ..Default::default() };
        let services = all(|slice| digital_services::list(conn, &tenants, &wanted, slice, day))?;
        let wanted = platform_adoptions::Wanted { administration: of, as_of: Some(day), ..Default::default() };
        let adoptions = all(|slice| platform_adoptions::list(conn, &tenants, &wanted, slice, day))?;
        let units = units_of(conn, &tenants, home)?;
        Ok(OfServices { units, services, adoptions })
    }
}
