//! Carries a plan into its successor, record by record, and keeps account.

use super::achieved::{Achieved, achieved};
use super::model::{CarriedPhases, NewSuccessor, SucceededRecord, Successor, SuccessorCount, SuccessorOutcome, Years};
use super::shift;
use crate::auth::Tenants;
use crate::db::{Author, Database, Write};
use crate::error::{Invalid, Problem, shorten};
use crate::http::page::Slice;
use crate::ids::Id;
use crate::planning::indicators::model::{Baseline, Indicator};
use crate::planning::indicators::store as indicators;
use crate::planning::measurements::model::Measurement;
use crate::planning::measurements::store as measurements;
use crate::planning::objectives::model::Objective;
use crate::planning::objectives::store as objectives;
use crate::planning::periods::Schedule;
use crate::planning::phases::model::Phase;
use crate::planning::phases::store as phases;
use crate::planning::plans::model::{NewPlan, Plan, PlanStatus};
use crate::planning::sections::model::Section;
use crate::planning::sections::store as sections;
use crate::record::{self, Record, RecordKey};
use crate::text::Line;
use std::collections::{BTreeSet, HashMap};

/// Makes the successor of a plan. A dry run does all of it and undoes it.
pub fn run(
    db: &Database,
    tenants: &Tenants,
    author: &Author,
    key: &str,
    asked: &NewSuccessor,
    dry_run: bool,
) -> Result<Successor, Problem> {
    let home = db.read_now(|conn| record::locate::<Plan>(conn, tenants, key))?.administration;
    db.write_now(author, home.as_str(), |write| {
        let plan = record::locate::<Plan>(write.conn, tenants, key)?;
        let years = asked.years(&plan)?;
        let mut carrier = Carrier::begin(write, &plan, asked, years)?;
        carrier.all()?;
        let Carrier { next, records, .. } = carrier;
        if dry_run {
            write.undo();
        }
        Ok(Successor {
            dry_run,
            administration: next.administration,
            plan_id: (!dry_run).then_some(next.id),
            predecessor_id: plan.id,
            code: next.code,
            title: next.title,
            start_year: next.start_year,
            end_year: next.end_year,
            base_year: years.base,
            counts: counts(&records),
            records,
            revision: next.revision,
        })
    })
}

fn counts(records: &[SucceededRecord]) -> Vec<SuccessorCount> {
    let count = |resource: &str| {
        let of = |outcome| {
            let such = records.iter().filter(|one| one.resource.as_str() == resource && one.outcome == outcome);
            i32::try_from(such.count()).unwrap_or(i32::MAX)
        };
        SuccessorCount {
            resource: Line::from_trusted(resource.to_owned()),
            carried: of(SuccessorOutcome::Carried),
            changed: of(SuccessorOutcome::Changed),
            left_out: of(SuccessorOutcome::LeftOut),
        }
    };
    [Section::RESOURCE, Objective::RESOURCE, Phase::RESOURCE, Indicator::RESOURCE].map(count).into()
}

struct Carrier<'w, 'c> {
    write: &'w mut Write<'c>,
    plan: &'w Plan,
    asked: &'w NewSuccessor,
    years: Years,
    next: Plan,
    /// Old ids → new ids.
    sections: HashMap<Id, Id>,
    objectives: HashMap<Id, Id>,
    /// Codes of the predecessor's objectives, for keys.
    codes: HashMap<Id, String>,
    /// The phases that go along: objective and code.
    carried_phases: BTreeSet<(Option<Id>, String)>,
    records: Vec<SucceededRecord>,
}

impl<'w, 'c> Carrier<'w, 'c> {
    fn begin(write: &'w mut Write<'c>, plan: &'w Plan, asked: &'w NewSuccessor, years: Years) -> Result<Self, Problem> {
        let title = asked.title.clone().unwrap_or_else(|| shift::title(plan, years));
        let input = NewPlan {
            code: asked.code.clone(),
            title,
            status: Some(PlanStatus::Draft),
            start_year: years.first,
            end_year: years.last,
            approval_act: None,
            predecessor_id: Some(plan.id.clone()),
            ..plan.input()
        };
        let next = record::insert::<Plan>(write, &plan.administration, input)?;
        let mut carrier = Carrier {
            write,
            plan,
            asked,
            years,
            next,
            sections: HashMap::new(),
            objectives: HashMap::new(),
            codes: HashMap::new(),
            carried_phases: BTreeSet::new(),
            records: Vec::new(),
        };
        let span = |plan: &Plan| format!("{}-{}", plan.start_year, plan.end_year);
        let mut reasons = vec![format!("years {} → {}", span(plan), span(&carrier.next)), "status draft".to_owned()];
        if plan.title != carrier.next.title {
            reasons.push(format!("title → {}", carrier.next.title));
        }
        carrier.note::<Plan>(&[plan.code.as_str()], SuccessorOutcome::Changed, reasons);
        Ok(carrier)
    }

    fn all(&mut self) -> Result<(), Problem> {
        let home = Tenants::Only(vec![self.plan.administration.to_string()]);
        // A plan is carried whole: one query for each kind.
        let (whole, of) = (Slice { limit: 1_000_000, after: None }, Some(self.plan.id.clone()));
        let conn = &mut *self.write.conn;
        let wanted = sections::Wanted { plan_id: of.clone(), ..Default::default() };
        let sections = sections::list(conn, &home, &wanted, &whole)?;
        let wanted = objectives::Wanted { plan_id: of.clone(), ..Default::default() };
        let objectives = objectives::list(conn, &home, &wanted, &whole)?;
        let wanted = phases::Wanted { plan_id: of.clone(), ..Default::default() };
        let phases = phases::list(conn, &home, &wanted, &whole)?;
        let wanted = indicators::Wanted { plan_id: of, ..Default::default() };
        let indicators = indicators::list(conn, &home, &wanted, &whole)?;
        let mut measured: HashMap<Id, Vec<Measurement>> = HashMap::new();
        for one in measurements::of_plan(conn, self.plan, None, None)? {
            measured.entry(one.indicator_id.clone()).or_default().push(one);
        }
        self.check_ended(&objectives)?;
        self.codes = objectives.iter().map(|one| (one.id.clone(), one.code.to_string())).collect();
        for section in &sections {
            self.section(section)?;
        }
        for objective in &objectives {
            self.objective(objective)?;
        }
        let told = phases.iter().any(|phase| phase.completed_on.is_some() || phase.progress.is_some());
        for phase in &phases {
            self.phase(phase, told)?;
        }
        for indicator in &indicators {
            let typed = measured.remove(&indicator.id).unwrap_or_default();
            self.indicator(indicator, &typed)?;
        }
        Ok(())
    }

    fn check_ended(&self, objectives: &[Objective]) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        for (index, code) in self.asked.ended_objectives.iter().enumerate() {
            if objectives.iter().all(|objective| objective.code != *code) {
                let detail = format!("is no objective of the plan {}", self.plan.code);
                invalid.add(&format!("/ended_objectives/{index}"), code, detail);
            }
        }
        invalid.finish()
    }

    fn section(&mut self, section: &Section) -> Result<(), Problem> {
        let mut input = section.input();
        input.plan_id = self.next.id.clone();
        let next = record::insert::<Section>(self.write, &self.plan.administration, input)?;
        self.sections.insert(section.id.clone(), next.id);
        self.note::<Section>(&[self.plan.code.as_str(), section.code.as_str()], SuccessorOutcome::Carried, Vec::new());
        Ok(())
    }

    fn objective(&mut self, objective: &Objective) -> Result<(), Problem> {
        let codes = [self.plan.code.as_str(), objective.code.as_str()];
        if self.asked.ended_objectives.contains(&objective.code) {
            let reason = "it ends with the predecessor, as was asked".to_owned();
            self.note::<Objective>(&codes, SuccessorOutcome::LeftOut, vec![reason]);
            return Ok(());
        }
        let mut input = objective.input();
        input.plan_id = self.next.id.clone();
        input.section_id = self.moved_section(objective.section_id.as_ref());
        let mut reasons = Vec::new();
        if input.final_report.take().is_some() {
            reasons.push("final_report left out: it is the predecessor's".to_owned());
        }
        let next = record::insert::<Objective>(self.write, &self.plan.administration, input)?;
        self.objectives.insert(objective.id.clone(), next.id);
        self.note::<Objective>(&codes, outcome(&reasons), reasons);
        Ok(())
    }

    fn phase(&mut self, phase: &Phase, told: bool) -> Result<(), Problem> {
        let objective = self.code_of(phase.objective_id.as_ref());
        let codes = [self.plan.code.to_string(), objective, phase.code.to_string()];
        let codes = [codes[0].as_str(), codes[1].as_str(), codes[2].as_str()];
        let carried = self.asked.phases.unwrap_or(CarriedPhases::Unfinished);
        let reason = match carried {
            _ if self.ends(phase.objective_id.as_ref()) => Some("its objective ends with the predecessor".to_owned()),
            CarriedPhases::None => Some("no phases were asked for".to_owned()),
            CarriedPhases::Unfinished => shift::finished(phase, told, self.years),
            CarriedPhases::All => None,
        };
        if let Some(reason) = reason {
            self.note::<Phase>(&codes, SuccessorOutcome::LeftOut, vec![reason]);
            return Ok(());
        }
        let mut input = phase.input();
        input.plan_id = self.next.id.clone();
        input.section_id = self.moved_section(phase.section_id.as_ref());
        input.objective_id = self.moved_objective(phase.objective_id.as_ref());
        let mut reasons = Vec::new();
        if let Some(before) = phase.schedule.as_deref() {
            input.schedule = shift::schedule(before, self.years);
            let text = |schedule: &Schedule| {
                let periods: Vec<_> = schedule.periods().map(|period| period.to_string()).collect();
                shorten(&periods.join(", "), 300)
            };
            reasons.push(match &input.schedule {
                Some(after) => format!("schedule {} → {}", text(before), text(after)),
                None => format!("schedule {} left out: moved, it lies outside the new plan's years", text(before)),
            });
        }
        if phase.completed_on.is_some() {
            (input.completed_on, input.progress) = (None, None);
            reasons.push("completed_on left out: it is to be done again".to_owned());
        }
        record::insert::<Phase>(self.write, &self.plan.administration, input)?;
        self.carried_phases.insert((phase.objective_id.clone(), phase.code.to_string()));
        self.note::<Phase>(&codes, outcome(&reasons), reasons);
        Ok(())
    }

    fn indicator(&mut self, indicator: &Indicator, typed: &[Measurement]) -> Result<(), Problem> {
        let objective = self.code_of(indicator.objective_id.as_ref());
        let codes = [self.plan.code.to_string(), objective, indicator.code.to_string()];
        let codes = [codes[0].as_str(), codes[1].as_str(), codes[2].as_str()];
        if self.ends(indicator.objective_id.as_ref()) {
            let reason = "its objective ends with the predecessor".to_owned();
            self.note::<Indicator>(&codes, SuccessorOutcome::LeftOut, vec![reason]);
            return Ok(());
        }
        let mut input = indicator.input();
        input.plan_id = self.next.id.clone();
        input.objective_id = self.moved_objective(indicator.objective_id.as_ref());
        let target_year = shift::target_year(indicator.target_year, self.years);
        input.target_year = Some(target_year);
        let mut reasons = vec![format!("target_year {} → {target_year}", indicator.target_year)];
        let yearly = std::mem::take(&mut input.yearly_targets);
        if !yearly.is_empty() {
            let (moved, outside) = shift::yearly_targets(yearly, self.years);
            reasons.push(format!("yearly_targets moved by {}", self.years.shift));
            reasons.extend(
                outside.iter().map(|year| {
                    format!("the target of {year} is left out: moved, it lies outside the new plan's years")
                }),
            );
            input.yearly_targets = moved;
        }
        let phase = input.phase_code.as_ref().map(|code| (indicator.objective_id.clone(), code.to_string()));
        if let Some(phase) = phase.filter(|phase| !self.carried_phases.contains(phase)) {
            input.phase_code = None;
            reasons.push(format!("phase_code {} left out: the phase is not carried", phase.1));
        }
        if let Some(year) = indicator.target.as_ref().and_then(|target| shift::year_named(target.as_str())) {
            reasons.push(format!("to be looked at: the target names the year {year}, and is kept as written"));
        }
        if self.asked.baselines.unwrap_or(true) {
            let today = self.write.now.date();
            let achieved = achieved(self.write.conn, indicator, typed, self.years.base, today)?;
            let (baseline, reason) = baseline(input.baseline.take(), achieved, self.years.base);
            input.baseline = baseline;
            reasons.push(reason);
        }
        record::insert::<Indicator>(self.write, &self.plan.administration, input)?;
        self.note::<Indicator>(&codes, outcome(&reasons), reasons);
        Ok(())
    }

    fn moved_section(&self, id: Option<&Id>) -> Option<Id> {
        id.and_then(|id| self.sections.get(id).cloned())
    }

    fn moved_objective(&self, id: Option<&Id>) -> Option<Id> {
        id.and_then(|id| self.objectives.get(id).cloned())
    }

    /// Whether what hangs on this objective stays behind with it.
    fn ends(&self, objective: Option<&Id>) -> bool {
        objective.is_some_and(|id| !self.objectives.contains_key(id))
    }

    fn code_of(&self, objective: Option<&Id>) -> String {
        objective.and_then(|id| self.codes.get(id).cloned()).unwrap_or_default()
    }

    fn note<R: Record>(&mut self, codes: &[&str], outcome: SuccessorOutcome, reasons: Vec<String>) {
        self.records.push(SucceededRecord {
            resource: Line::from_trusted(R::RESOURCE.to_owned()),
            key: RecordKey::from_trusted(format!("{}~{}", self.plan.administration, codes.join("~"))),
            outcome,
            reasons: reasons.into_iter().map(|reason| Line::from_trusted(shorten(&reason, 1000))).collect(),
        });
    }
}

fn outcome(reasons: &[String]) -> SuccessorOutcome {
    if reasons.is_empty() { SuccessorOutcome::Carried } else { SuccessorOutcome::Changed }
}

/// The next baseline and what to say of it; where nothing was achieved that could be one, the present one stays.
fn baseline(present: Option<Baseline>, achieved: Achieved, year: i32) -> (Option<Baseline>, String) {
    let was = present.as_ref().map(|baseline| format!("{} → ", baseline.value)).unwrap_or_default();
    match achieved {
        Ok((value, lineage)) => {
            let reason = format!("baseline {was}{value}: achieved in {lineage}");
            let note = Line::from_trusted(shorten(&format!("Achieved in {lineage}"), 1000));
            (Some(Baseline { value, year: Some(year), note: Some(note) }), reason)
        }
        Err(why) => {
            let kept = if present.is_some() { "baseline kept" } else { "no baseline" };
            (present, format!("{kept}: {why}"))
        }
    }
}
