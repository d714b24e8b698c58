//! The schedule of a plan: columns are periods of the plan's years, rows the sections, objectives and phases, cells the
//! columns that a row covers. Periods are values: a column that nothing covers is there all the same.

use super::columns::{By, Column, overlap};
use super::phase_state::{PhaseStanding, PhaseState};
use super::plan_parts::Outline;
use super::shown::PlanHead;
use crate::db::AnyConnection;
use crate::db::types::text_enum;
use crate::error::Problem;
use crate::ids::Id;
use crate::planning::objectives::model::Objective;
use crate::planning::periods::{Length, Period, Schedule};
use crate::planning::phases::model::Phase;
use crate::planning::plans::model::Plan;
use crate::planning::sections::model::Section;
use crate::text::{Code, Line};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::schema::{Array, ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, ToSchema};

/// How the schedule is drawn.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScheduleFilter {
    /// Length of a column: the shortest period that a phase is scheduled in, where left out.
    by: Option<By>,
    /// Of this year alone: its columns, and the phases that are scheduled in it.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Of this section alone.
    section_id: Option<Id>,
    /// The state of the phases is that of this day: today where left out.
    as_of: Option<NaiveDate>,
}

text_enum!(
    /// What a row stands for.
    ScheduleRowKind { Section = "section", Objective = "objective", Phase = "phase" }
);

/// A row: what it stands for, under which row, and the columns it covers.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ScheduleRow {
    /// Its place, from 0.
    #[schema(minimum = 0, maximum = 30_000)]
    pub index: i32,
    pub kind: ScheduleRowKind,
    /// The row it stands under.
    #[schema(minimum = 0, maximum = 30_000)]
    pub parent_index: Option<i32>,
    pub id: Id,
    pub code: Code,
    pub title: Line,
    #[schema(min_items = 0, max_items = 50)]
    pub assignees: Vec<Line>,
    /// Indexes of the columns that it covers, in order; a section or objective covers what its rows do.
    #[schema(schema_with = cells_schema)]
    pub cells: Vec<i32>,
    /// Of these, those that it covers in part alone: it is scheduled by shorter periods than the columns.
    #[schema(schema_with = cells_schema)]
    pub partial_cells: Vec<i32>,
    /// The periods as the plan has them; of a phase.
    pub schedule: Option<Schedule>,
    /// Of a phase.
    pub state: Option<PhaseState>,
    pub completed_on: Option<NaiveDate>,
    #[schema(minimum = 0, maximum = 100)]
    pub progress: Option<i32>,
    #[schema(minimum = -100_000, maximum = 100_000)]
    pub delay_days: Option<i64>,
}

/// Indexes of columns.
fn cells_schema() -> Array {
    let index = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(0))
        .maximum(Some(119));
    let cells = ArrayBuilder::new().items(index).min_items(Some(0)).max_items(Some(120));
    cells
        .description(Some("Indexes of the columns that it covers, in order; or of those that it covers in part alone."))
        .build()
}

/// The schedule of a plan.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlanSchedule {
    pub plan: PlanHead,
    pub as_of: NaiveDate,
    pub by: By,
    #[schema(min_items = 1, max_items = 120)]
    pub columns: Vec<Column>,
    /// The column of `as_of`, where it lies within the columns.
    #[schema(minimum = 0, maximum = 119)]
    pub as_of_column: Option<i32>,
    /// First what stands in no section, then section by section, in the order of the plan.
    #[schema(min_items = 0, max_items = 30_000)]
    pub rows: Vec<ScheduleRow>,
}

pub fn load(
    conn: &mut AnyConnection,
    plan: &Plan,
    filter: &ScheduleFilter,
    today: NaiveDate,
) -> Result<PlanSchedule, Problem> {
    let years = plan.start_year..=plan.end_year;
    if let Some(year) = filter.year.filter(|year| !years.contains(year)) {
        let detail = format!("must lie within the plan's years, {} to {}", plan.start_year, plan.end_year);
        return Err(Problem::invalid("year", year, detail));
    }
    let mut outline = Outline::load(conn, plan)?;
    let scheduled = outline.phases.iter().filter_map(|phase| phase.schedule.as_deref());
    let shortest = scheduled.flat_map(Schedule::periods).map(Period::length).min();
    let by = filter.by.unwrap_or(By::of(shortest.unwrap_or(Length::Year)));
    let (first, last) = filter.year.map_or((plan.start_year, plan.end_year), |year| (year, year));
    if let Some(year) = filter.year {
        outline
            .phases
            .retain(|phase| phase.schedule.as_deref().is_some_and(|schedule| schedule.years().contains(&year)));
    }
    let drawing = Drawing::new(by.periods(first, last), filter.as_of.unwrap_or(today));
    Ok(drawing.draw(plan, by, outline, filter.section_id.as_ref()))
}

/// The rows as they are drawn.
struct Drawing {
    as_of: NaiveDate,
    periods: Vec<Period>,
    rows: Vec<ScheduleRow>,
}

impl Drawing {
    fn new(periods: Vec<Period>, as_of: NaiveDate) -> Self {
        Drawing { as_of, periods, rows: Vec::new() }
    }

    fn draw(mut self, plan: &Plan, by: By, outline: Outline, section_id: Option<&Id>) -> PlanSchedule {
        let mut of_objective: BTreeMap<Id, Vec<Phase>> = BTreeMap::new();
        let mut of_section: BTreeMap<Option<Id>, (Vec<Objective>, Vec<Phase>)> = BTreeMap::new();
        for phase in outline.phases {
            match phase.objective_id.clone() {
                Some(objective) => of_objective.entry(objective).or_default().push(phase),
                None => of_section.entry(phase.section_id.clone()).or_default().1.push(phase),
            }
        }
        for objective in outline.objectives {
            of_section.entry(objective.section_id.clone()).or_default().0.push(objective);
        }
        let sections = std::iter::once(None).chain(outline.sections.iter().map(Some));
        for section in sections.filter(|section| section_id.is_none_or(|id| section.is_some_and(|own| own.id == *id))) {
            let parts = of_section.remove(&section.map(|section| section.id.clone())).unwrap_or_default();
            self.section(section, parts, &mut of_objective);
        }
        let column = self.periods.iter().position(|period| period.contains(self.as_of));
        PlanSchedule {
            plan: PlanHead::of(plan),
            as_of: self.as_of,
            by,
            columns: Column::all(&self.periods),
            as_of_column: column.and_then(|column| i32::try_from(column).ok()),
            rows: self.rows,
        }
    }

    fn section(
        &mut self,
        section: Option<&Section>,
        (objectives, phases): (Vec<Objective>, Vec<Phase>),
        of_objective: &mut BTreeMap<Id, Vec<Phase>>,
    ) {
        let place = section.map(|section| {
            self.heading(ScheduleRowKind::Section, None, &section.id, &section.code, &section.title, &[])
        });
        for objective in objectives {
            let Objective { id, code, title, assignees, .. } = objective;
            let place = self.heading(ScheduleRowKind::Objective, place, &id, &code, &title, &assignees);
            for phase in of_objective.remove(&id).unwrap_or_default() {
                self.phase(&phase, Some(place), &assignees);
            }
            self.sum_up(place);
        }
        for phase in phases {
            self.phase(&phase, place, &[]);
        }
        if let Some(place) = place {
            self.sum_up(place);
        }
    }

    fn next_index(&self) -> i32 {
        i32::try_from(self.rows.len()).unwrap_or(i32::MAX)
    }

    /// A row that covers what stands under it; gives its place.
    fn heading(
        &mut self,
        kind: ScheduleRowKind,
        parent_index: Option<i32>,
        id: &Id,
        code: &Code,
        title: &Line,
        assignees: &[Line],
    ) -> i32 {
        let index = self.next_index();
        self.rows.push(ScheduleRow {
            index,
            kind,
            parent_index,
            id: id.clone(),
            code: code.clone(),
            title: title.clone(),
            assignees: assignees.to_vec(),
            cells: Vec::new(),
            partial_cells: Vec::new(),
            schedule: None,
            state: None,
            completed_on: None,
            progress: None,
            delay_days: None,
        });
        index
    }

    fn phase(&mut self, phase: &Phase, parent_index: Option<i32>, assignees: &[Line]) {
        let standing = PhaseStanding::of(phase, assignees, self.as_of);
        let (cells, partial_cells) = cells(&self.periods, standing.schedule.as_ref());
        self.rows.push(ScheduleRow {
            index: self.next_index(),
            kind: ScheduleRowKind::Phase,
            parent_index,
            id: standing.id,
            code: standing.code,
            title: standing.title,
            assignees: standing.assignees,
            cells,
            partial_cells,
            schedule: standing.schedule,
            state: Some(standing.state),
            completed_on: standing.completed_on,
            progress: standing.progress,
            delay_days: standing.delay_days,
        });
    }

    /// Covers what the rows after a heading do; in part what none of them covers whole.
    fn sum_up(&mut self, place: i32) {
        let Ok(place) = usize::try_from(place) else { return };
        let below = self.rows.get(place + 1..).unwrap_or_default();
        let (mut all, mut whole) = (BTreeSet::new(), BTreeSet::new());
        for row in below {
            all.extend(&row.cells);
            whole.extend(row.cells.iter().filter(|cell| !row.partial_cells.contains(cell)));
        }
        if let Some(row) = self.rows.get_mut(place) {
            row.partial_cells = all.difference(&whole).copied().collect();
            row.cells = all.into_iter().collect();
        }
    }
}

/// The columns that a schedule covers, and of these those that it covers in part alone.
fn cells(columns: &[Period], schedule: Option<&Schedule>) -> (Vec<i32>, Vec<i32>) {
    let (mut covered, mut partly) = (Vec::new(), Vec::new());
    for (index, column) in (0..).zip(columns) {
        let span = (column.start(), column.end());
        let within = schedule.into_iter().flat_map(Schedule::periods);
        let within: Vec<_> = within.filter(|period| overlap(span, (period.start(), period.end()))).collect();
        if within.is_empty() {
            continue;
        }
        covered.push(index);
        let mut days = column.start().iter_days().take_while(|day| *day <= column.end());
        if !days.all(|day| within.iter().any(|period| period.contains(day))) {
            partly.push(index);
        }
    }
    (covered, partly)
}

impl PlanSchedule {
    pub fn sample() -> Self {
        let (plan, phase) = (Plan::sample(), Phase::sample());
        let section = Section { id: phase.section_id.clone().unwrap_or(phase.id.clone()), ..Section::sample() };
        let outline = Outline { sections: vec![section], objectives: Vec::new(), phases: vec![phase] };
        let as_of = NaiveDate::from_ymd_opt(2021, 6, 30).unwrap_or_default();
        Drawing::new(By::Year.periods(2021, 2023), as_of).draw(&plan, By::Year, outline, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn schedule(text: &str) -> Schedule {
        Schedule::new(text.split(' ').map(|period| period.parse().unwrap())).unwrap()
    }

    fn covers(by: By, text: &str) -> (Vec<i32>, Vec<i32>) {
        cells(&by.periods(2015, 2017), Some(&schedule(text)))
    }

    #[test]
    fn periods_cover_columns_of_any_length() {
        assert_eq!(covers(By::Quarter, "2016-Q4 2017-Q2"), (vec![7, 9], vec![]));
        assert_eq!(covers(By::Year, "2016-Q4 2017-Q2"), (vec![1, 2], vec![1, 2]));
        assert_eq!(covers(By::Year, "2016-S1 2016-Q3 2016-10 2016-11 2016-12"), (vec![1], vec![]));
        assert_eq!(covers(By::Quarter, "2017"), (vec![8, 9, 10, 11], vec![]));
        assert_eq!(covers(By::HalfYear, "2015-03"), (vec![0], vec![0]));
        assert_eq!(covers(By::Month, "2015-S2"), ((6..12).collect(), vec![]));
        assert_eq!(cells(&By::Year.periods(2015, 2017), None), (vec![], vec![]));
    }

    proptest! {
        /// A coarser drawing covers exactly the columns that hold a cell of a finer one.
        #[test]
        fn coarse_and_fine_agree(months in proptest::collection::btree_set(0_u32..36, 1..36)) {
            let periods = months.iter().map(|month| Period::of_month(2015 + (month / 12) as i32, month % 12 + 1).unwrap());
            let schedule = Schedule::new(periods).unwrap();
            let (fine, partly) = cells(&By::Month.periods(2015, 2017), Some(&schedule));
            prop_assert_eq!(fine.iter().map(|cell| *cell as u32).collect::<BTreeSet<_>>(), months.clone());
            prop_assert!(partly.is_empty());
            for (by, length) in [(By::Quarter, 3_u32), (By::HalfYear, 6), (By::Year, 12)] {
                let (coarse, partly) = cells(&by.periods(2015, 2017), Some(&schedule));
                let expected: BTreeSet<_> = months.iter().map(|month| (month / length) as i32).collect();
                prop_assert_eq!(coarse.iter().copied().collect::<BTreeSet<_>>(), expected);
                let whole = |cell: &i32| (0..length).all(|month| months.contains(&(*cell as u32 * length + month)));
                prop_assert!(coarse.iter().all(|cell| partly.contains(cell) != whole(cell)));
            }
        }
    }
}
