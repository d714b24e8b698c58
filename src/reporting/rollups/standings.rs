//! How the objectives of many administrations stand on a day. An evaluation is computed, not queried: administrations are
//! gone through in groups of few objectives, so that memory does not grow with their number, and no more of them at once than
//! a request can wait for.

use super::figures::Figure;
use super::metric::RollupMetric;
use super::store::{ObjectiveStatus, Part, Reported};
use crate::auth::Tenants;
use crate::db::AnyConnection;
use crate::db::schema::{indicators, objectives, plans};
use crate::error::Problem;
use crate::planning::objectives::model::Objective;
use crate::planning::objectives::parts::{Embed, ObjectiveWithParts};
use crate::reporting::monitoring::shown::StatusCounts;
use crate::reporting::monitoring::standing::by_indicators;
use crate::text::IpaCode;
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Indicators that one request evaluates, at most: those of a large region. It takes seconds.
pub const MOST_INDICATORS: i64 = 200_000;
/// Objectives that are in memory at once, unless one administration alone has more.
const TOGETHER: i64 = 200;
/// An attainment is summed in millionths.
const MILLION: f64 = 1e6;

/// How an administration's objectives stand.
#[derive(Debug, Clone, Default)]
pub struct Standings {
    statuses: BTreeMap<ObjectiveStatus, i64>,
    attainment: i64,
    attained: i64,
}

impl Standings {
    /// Nothing of the attainment where no objective could be evaluated.
    pub fn reported(&self, metric: RollupMetric) -> Option<Reported> {
        match metric {
            RollupMetric::Attainment => Figure::ratio(self.attainment, self.attained).map(Reported::from),
            _ => Some(Reported {
                figure: Figure::sum(self.statuses.values().sum()),
                parts: self.statuses.iter().map(|(status, count)| (Part::Objective(*status), *count)).collect(),
            }),
        }
    }

    fn add(&mut self, shown: &ObjectiveWithParts) {
        let indicators = shown.indicators.as_deref().unwrap_or_default();
        let attainment = shown.evaluation.and_then(|evaluation| evaluation.attainment);
        let counts = StatusCounts::of(indicators.iter().map(|indicator| indicator.evaluation.status));
        // What is owed to whom is not asked here: what is not measured yet is on its way.
        let status = by_indicators(&counts, attainment, false);
        *self.statuses.entry(ObjectiveStatus(status)).or_default() += 1;
        if let Some(attainment) = attainment {
            self.attainment += (attainment * MILLION).round() as i64;
            self.attained += 1;
        }
    }
}

/// Evaluates the objectives of the plans that hold the day's year.
pub fn by_administration(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    as_of: NaiveDate,
) -> Result<HashMap<IpaCode, Standings>, Problem> {
    check_size(conn, tenants)?;
    let mut counts = objectives::table
        .group_by(objectives::administration)
        .select((objectives::administration, diesel::dsl::count_star()))
        .into_boxed();
    if let Tenants::Only(codes) = tenants {
        counts = counts.filter(objectives::administration.eq_any(codes));
    }
    let counts: Vec<(IpaCode, i64)> = counts.order(objectives::administration).load(conn)?;
    let mut standings: HashMap<IpaCode, Standings> = HashMap::new();
    let mut group: Vec<&IpaCode> = Vec::new();
    let mut in_group = 0;
    for (index, (home, count)) in counts.iter().enumerate() {
        group.push(home);
        in_group += count;
        let next = counts.get(index + 1).map_or(TOGETHER, |(_, next)| *next);
        if in_group + next <= TOGETHER {
            continue;
        }
        evaluate(conn, &group, as_of, &mut standings)?;
        group.clear();
        in_group = 0;
    }
    evaluate(conn, &group, as_of, &mut standings)?;
    Ok(standings)
}

fn check_size(conn: &mut AnyConnection, tenants: &Tenants) -> Result<(), Problem> {
    let mut query = indicators::table.select(diesel::dsl::count_star()).into_boxed();
    if let Tenants::Only(codes) = tenants {
        query = query.filter(indicators::administration.eq_any(codes));
    }
    let found: i64 = query.get_result(conn)?;
    if found > MOST_INDICATORS {
        let detail = format!(
            "would evaluate {found} indicators, at most {MOST_INDICATORS} at once: narrow it with region or province"
        );
        return Err(Problem::invalid("metric", "", detail));
    }
    Ok(())
}

fn evaluate(
    conn: &mut AnyConnection,
    group: &[&IpaCode],
    as_of: NaiveDate,
    standings: &mut HashMap<IpaCode, Standings>,
) -> Result<(), Problem> {
    if group.is_empty() {
        return Ok(());
    }
    let year = as_of.year();
    let of_year = plans::table
        .filter(plans::administration.eq_any(group))
        .filter(plans::start_year.le(year))
        .filter(plans::end_year.ge(year))
        .select(plans::id);
    let plans: Vec<crate::ids::Id> = of_year.load(conn)?;
    let rows: Vec<Objective> = objectives::table
        .filter(objectives::administration.eq_any(group))
        .filter(objectives::plan_id.eq_any(plans))
        .order((objectives::administration, objectives::id))
        .load(conn)?;
    let Some(embed) = Embed::parse("indicators,evaluation") else { return Ok(()) };
    // The indicators of one statement are named in the next, and a statement takes only so many names.
    for few in rows.chunks(TOGETHER as usize) {
        for shown in ObjectiveWithParts::load(conn, few.to_vec(), Some(&embed), as_of)? {
            standings.entry(shown.objective.administration.clone()).or_default().add(&shown);
        }
    }
    Ok(())
}
