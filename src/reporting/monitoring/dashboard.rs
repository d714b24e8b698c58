//! How a plan stands on a day: each objective, indicator and phase of what was asked for, before it is counted and paged.

use super::columns::{By, overlap};
use super::counts::Counted;
use super::parts_shown::Owner;
use super::phase_state::PhaseStanding;
use super::plan_parts::{Measures, Outline, all_of, bounded, units_of, whole};
use super::shown::{IndicatorStanding, ObjectiveMonitoring, PeriodPhases, PhaseCounts, PlanGroups, Tally};
use crate::administrations::units::Unit;
use crate::auth::Tenants;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::ids::Id;
use crate::planning::indicators::evaluated::{self, Counts, Standing};
use crate::planning::indicators::model::Indicator;
use crate::planning::legal_deadlines::model::{LegalDeadline, ShownLegalDeadline};
use crate::planning::legal_deadlines::store as legal_deadlines;
use crate::planning::measurements::model::Measurement;
use crate::planning::objectives::model::{Level, Objective, Rating};
use crate::planning::periods::Period;
use crate::planning::phases::model::Phase;
use crate::planning::plans::model::Plan;
use crate::planning::targets::evaluate::{self, Status};
use crate::text::Line;
use chrono::{Datelike, NaiveDate};
use std::collections::HashMap;

/// As of when, and about which period.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The day on which it is judged.
    pub as_of: NaiveDate,
    /// The last day whose measurements are known.
    pub known_on: NaiveDate,
    pub today: NaiveDate,
    pub period: Option<Period>,
    pub by: By,
}

impl View {
    /// The year whose targets count.
    fn year(&self) -> i32 {
        self.period.map_or(self.as_of.year(), Period::year)
    }

    fn is_about(&self, from: NaiveDate, to: NaiveDate) -> bool {
        self.period.is_none_or(|period| overlap((period.start(), period.end()), (from, to)))
    }
}

/// Which objectives.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub section_id: Option<Id>,
    pub unit_id: Option<Id>,
    pub level: Option<Level>,
    pub risk_rating: Option<Rating>,
    pub strategic_rating: Option<Rating>,
    pub public_value_rating: Option<Rating>,
    pub status: Option<Status>,
}

impl Selection {
    fn accepts(&self, objective: &Objective) -> bool {
        fn same<T: PartialEq>(wanted: &Option<T>, is: &Option<T>) -> bool {
            wanted.is_none() || wanted == is
        }
        same(&self.section_id, &objective.section_id)
            && same(&self.unit_id, &objective.unit_id)
            && same(&self.level, &objective.level)
            && same(&self.risk_rating, &objective.risk_rating)
            && same(&self.strategic_rating, &objective.strategic_rating)
            && same(&self.public_value_rating, &objective.public_value_rating)
    }

    /// Whether more is asked than in which section: what hangs on no objective has none of that.
    fn is_about_objectives(&self) -> bool {
        self.unit_id.is_some()
            || self.level.is_some()
            || self.risk_rating.is_some()
            || self.strategic_rating.is_some()
            || self.public_value_rating.is_some()
            || self.status.is_some()
    }

    fn accepts_own_phase(&self, phase: &Phase) -> bool {
        !self.is_about_objectives() && (self.section_id.is_none() || self.section_id == phase.section_id)
    }

    fn accepts_own_indicators(&self) -> bool {
        !self.is_about_objectives() && self.section_id.is_none()
    }
}

/// How all that was asked for stands.
pub struct Dashboard {
    pub tally: Tally,
    pub groups: PlanGroups,
    pub phases_by_period: Vec<PeriodPhases>,
    pub objectives: Vec<ObjectiveMonitoring>,
    pub indicators: Vec<IndicatorStanding>,
    pub phases: Vec<PhaseStanding>,
    pub deadlines: Vec<ShownLegalDeadline>,
}

impl Dashboard {
    pub fn compute(conn: &mut AnyConnection, plan: &Plan, view: &View, selection: &Selection) -> Result<Self, Problem> {
        let Outline { sections, objectives, phases } = Outline::load(conn, plan)?;
        let Measures { indicators, measured } = Measures::load(conn, plan, view.known_on, view.today)?;
        let units = units_of(conn, plan)?;
        let deadlines = deadlines(conn, plan, view, selection)?;
        let locks = evaluated::locks(conn, &indicators)?;
        let mut judge = Judge { view, measured, counts: Counts::until(view.as_of, &locks) };
        let (mut phases_of, mut indicators_of) = (by_objective(phases, |phase| &phase.objective_id), HashMap::new());
        indicators_of.extend(by_objective(indicators, |indicator: &Indicator| &indicator.objective_id));
        let own_phases = phases_of.remove(&None).unwrap_or_default();
        let own_indicators = indicators_of.remove(&None).unwrap_or_default();

        let mut shown = Vec::new();
        for objective in objectives.iter().filter(|objective| selection.accepts(objective)) {
            let id = Some(objective.id.clone());
            let phases = phases_of.remove(&id).unwrap_or_default();
            let indicators = indicators_of.remove(&id).unwrap_or_default();
            let unit = units.iter().find(|unit| Some(&unit.id) == objective.unit_id.as_ref());
            shown.extend(judge.objective(conn, objective, unit, &phases, indicators)?);
        }
        shown.retain(|one| selection.status.is_none_or(|status| status == one.standing.status));

        let phases = own_phases.iter().filter(|phase| selection.accepts_own_phase(phase));
        let phases: Vec<_> = judge.phases(phases, &[]);
        let owner = Owner { unit: None, assignees: &[], phases: &own_phases };
        let own = if selection.accepts_own_indicators() { own_indicators } else { Vec::new() };
        let indicators = judge.indicators(conn, own, &owner)?;
        let counted = Counted { objectives: &shown, indicators: &indicators, phases: &phases };
        Ok(Dashboard {
            tally: counted.tally(),
            groups: counted.groups(&units, &sections),
            phases_by_period: by_period(plan, view, &counted),
            objectives: shown,
            indicators,
            phases,
            deadlines,
        })
    }
}

fn by_objective<T>(rows: Vec<T>, objective_of: impl Fn(&T) -> &Option<Id>) -> HashMap<Option<Id>, Vec<T>> {
    let mut all: HashMap<_, Vec<T>> = HashMap::new();
    for row in rows {
        all.entry(objective_of(&row).clone()).or_default().push(row);
    }
    all
}

/// Those of the objectives asked for where only some are; without objectives, the plan's own.
fn deadlines(
    conn: &mut AnyConnection,
    plan: &Plan,
    view: &View,
    selection: &Selection,
) -> Result<Vec<ShownLegalDeadline>, Problem> {
    if selection.is_about_objectives() || selection.section_id.is_some() {
        return Ok(Vec::new());
    }
    let rows: Vec<LegalDeadline> = all_of!(legal_deadlines, conn, plan);
    let in_period = |row: &LegalDeadline| row.due_days().iter().any(|day| view.is_about(*day, *day));
    let shown = rows.into_iter().filter(in_period).map(|row| ShownLegalDeadline::of(row, view.as_of));
    Ok(shown.collect())
}

/// Of each period of the plan, the phases that are scheduled in it.
fn by_period(plan: &Plan, view: &View, counted: &Counted<'_>) -> Vec<PeriodPhases> {
    let phases = || counted.objectives.iter().flat_map(|objective| &objective.phases).chain(counted.phases);
    let all = view.by.periods(plan.start_year, plan.end_year).into_iter();
    let all = all.filter(|period| view.is_about(period.start(), period.end()));
    let counted = all.map(|period| {
        let span = (period.start(), period.end());
        let scheduled = phases().filter(|phase| {
            let mut periods = phase.schedule.iter().flat_map(|schedule| schedule.periods());
            periods.any(|scheduled| overlap(span, (scheduled.start(), scheduled.end())))
        });
        PeriodPhases { period, phases: PhaseCounts::of(scheduled.map(|phase| phase.state)) }
    });
    counted.collect()
}

/// Judges each part by what was known.
struct Judge<'v> {
    view: &'v View,
    measured: HashMap<Id, Vec<Measurement>>,
    counts: Counts<'v>,
}

impl Judge<'_> {
    /// Nothing where the view is about a period in which the objective has nothing.
    fn objective(
        &mut self,
        conn: &mut AnyConnection,
        objective: &Objective,
        unit: Option<&Unit>,
        phases: &[Phase],
        indicators: Vec<Indicator>,
    ) -> Result<Option<ObjectiveMonitoring>, Problem> {
        let indicators = self.indicators(conn, indicators, &Owner { unit, assignees: &objective.assignees, phases })?;
        let phases = self.phases(phases.iter(), &objective.assignees);
        if self.view.period.is_some() && indicators.is_empty() && phases.is_empty() {
            return Ok(None);
        }
        Ok(Some(ObjectiveMonitoring::of(objective, indicators, phases, self.view.as_of)))
    }

    fn phases<'p>(&self, phases: impl Iterator<Item = &'p Phase>, assignees: &[Line]) -> Vec<PhaseStanding> {
        let in_period = |phase: &&Phase| match phase.schedule.as_deref() {
            Some(schedule) => schedule.periods().any(|period| self.view.is_about(period.start(), period.end())),
            None => self.view.period.is_none(),
        };
        phases.filter(in_period).map(|phase| PhaseStanding::of(phase, assignees, self.view.as_of)).collect()
    }

    fn indicators(
        &mut self,
        conn: &mut AnyConnection,
        indicators: Vec<Indicator>,
        owner: &Owner<'_>,
    ) -> Result<Vec<IndicatorStanding>, Problem> {
        let mut shown = Vec::with_capacity(indicators.len());
        for indicator in indicators {
            shown.extend(self.indicator(conn, &indicator, owner)?);
        }
        Ok(shown)
    }

    fn indicator(
        &mut self,
        conn: &mut AnyConnection,
        indicator: &Indicator,
        owner: &Owner<'_>,
    ) -> Result<Option<IndicatorStanding>, Problem> {
        let (year, as_of) = (self.view.year(), self.view.as_of);
        let counted = self.counts.of(conn, indicator, year)?;
        let typed = self.measured.remove(&indicator.id).unwrap_or_default();
        let Standing { reading, year, evaluation } = indicator.standing(&typed, &counted, year, as_of);
        let span = evaluate::period(&reading, year);
        // A target of 2024 may fall due in 2023 ("by 31.12 of the year before").
        let of_the_year = self.view.period.is_some_and(|period| Period::of_year(year) == Ok(period));
        if !of_the_year && !span.is_none_or(|(from, to)| self.view.is_about(from, to)) {
            return Ok(None);
        }
        let counted = counted.into_iter().find(|counted| counted.from.year() == year);
        let standing = Standing { reading, year, evaluation };
        Ok(Some(IndicatorStanding::of(indicator, standing, counted, owner, as_of)))
    }
}
