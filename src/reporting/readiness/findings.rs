//! The rules, one after the other. What is read is the plan's own, in as many queries however large it is.

use super::model::{Readiness, ReadinessFinding, ReadinessRule, Role, RuleCount};
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::ids::Id;
use crate::metric_definitions::count::Counted;
use crate::planning::indicators::evaluated::EvaluatedIndicator;
use crate::planning::indicators::model::Indicator;
use crate::planning::indicators::store as indicators;
use crate::planning::measurements::model::{Measurement, MeasurementState};
use crate::planning::measurements::store as measurements;
use crate::planning::objectives::model::{LegalRequirement, Objective};
use crate::planning::objectives::store as objectives;
use crate::planning::objectives::weights::{ROUNDING, Whole};
use crate::planning::period_locks::store as period_locks;
use crate::planning::periods::MeasuredPeriod;
use crate::planning::plans::model::{Plan, PlanKind, PlanStatus};
use crate::planning::progress_reports::model::ReportStatus;
use crate::planning::progress_reports::store as progress_reports;
use crate::planning::targets::Kind;
use crate::record::Record;
use crate::reporting::scores::{PAYMENT_TIMES_SHARE, day_of};
use crate::text::{Code, Line};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything that is missing in a year of a plan.
pub fn readiness(conn: &mut AnyConnection, plan: Plan, year: i32, today: NaiveDate) -> Result<Readiness, Problem> {
    let objectives = objectives::all_of_plan(conn, &plan)?;
    let indicators = indicators::all_of_plan(conn, &plan)?;
    let measured = measurements::of_year(conn, &plan, year)?;
    let counted = counted(conn, &indicators, year, today)?;
    let mut findings = Findings {
        owners: objectives.iter().map(|objective| (objective.id.clone(), objective)).collect(),
        plan: &plan,
        year,
        found: Vec::new(),
    };
    findings.approval();
    if matches!(plan.kind, PlanKind::Performance | PlanKind::Management) {
        findings.weights(&objectives);
        findings.without_indicator(&objectives, &indicators);
    }
    findings.indicators(&indicators, &measured, &counted);
    findings.provisional(&indicators, &measured);
    let period = MeasuredPeriod::from_trusted(year.to_string());
    findings.reports(&objectives, progress_reports::of_period(conn, &plan, &period)?);
    for period in period_locks::unlocked(conn, &plan, year)? {
        findings.of_plan(ReadinessRule::PeriodUnlocked, format!("{period} is not locked."), Role::Evaluator);
    }
    let mut items = findings.found;
    items.sort_by_key(|finding| finding.rule);
    let mut counts: BTreeMap<ReadinessRule, i32> = BTreeMap::new();
    for finding in &items {
        *counts.entry(finding.rule).or_default() += 1;
    }
    Ok(Readiness {
        administration: plan.administration.clone(),
        plan_id: plan.id.clone(),
        year,
        ready: items.is_empty(),
        counts: counts.into_iter().map(|(rule, count)| RuleCount { rule, count }).collect(),
        items,
    })
}

/// The indicators for which something was counted.
fn counted(
    conn: &mut AnyConnection,
    indicators: &[Indicator],
    year: i32,
    today: NaiveDate,
) -> Result<BTreeSet<Id>, Problem> {
    let bound: Vec<_> = indicators.iter().filter(|row| row.metric.is_some() && row.is_due_in(year)).cloned().collect();
    let shown = EvaluatedIndicator::load(conn, bound, day_of(year, today))?;
    let something = shown.iter().filter(|row| row.measured_by.as_ref().is_some_and(Counted::is_something));
    Ok(something.map(|row| row.indicator.id.clone()).collect())
}

struct Findings<'a> {
    plan: &'a Plan,
    year: i32,
    owners: HashMap<Id, &'a Objective>,
    found: Vec<ReadinessFinding>,
}

impl Findings<'_> {
    fn of_plan(&mut self, rule: ReadinessRule, detail: String, role: Role) {
        let (id, code) = (self.plan.id.clone(), self.plan.code.clone());
        self.add(rule, detail, (Plan::RESOURCE, id, Some(code)), None, role);
    }

    fn add(
        &mut self,
        rule: ReadinessRule,
        detail: String,
        (resource, resource_id, code): (&str, Id, Option<Code>),
        objective_id: Option<&Id>,
        role: Role,
    ) {
        let owner = objective_id.and_then(|id| self.owners.get(id));
        self.found.push(ReadinessFinding {
            rule,
            detail,
            resource: Line::from_trusted(resource.to_owned()),
            resource_id,
            code,
            objective_id: objective_id.cloned(),
            unit_id: owner.and_then(|owner| owner.unit_id.clone()),
            owed_by: owner.map_or_else(Vec::new, |owner| owner.assignees.to_vec()),
            role,
        });
    }

    fn of_objective(&mut self, rule: ReadinessRule, detail: String, objective: &Objective) {
        let named = (Objective::RESOURCE, objective.id.clone(), Some(objective.code.clone()));
        self.add(rule, detail, named, Some(&objective.id), Role::Editor);
    }

    fn approval(&mut self) {
        if self.plan.status == PlanStatus::Draft || self.plan.approval_act.is_none() {
            let detail = format!("The plan is {}, without the act that approves it.", self.plan.status);
            self.of_plan(ReadinessRule::PlanNotApproved, detail, Role::Approver);
        }
    }

    fn weights(&mut self, objectives: &[Objective]) {
        let mut wholes: BTreeMap<Whole, Vec<&Objective>> = BTreeMap::new();
        for objective in objectives {
            if objective.weight.is_none() {
                let detail = "It has no weight.".to_owned();
                self.of_objective(ReadinessRule::ObjectiveWithoutWeight, detail, objective);
            }
            for whole in objective.wholes() {
                wholes.entry(whole).or_default().push(objective);
            }
        }
        for (whole, of) in &wholes {
            let sum = |marked: bool| -> f64 {
                let is_marked = |row: &&&Objective| row.legal_requirement == Some(LegalRequirement::PaymentTimes);
                let weights = of.iter().filter(|row| !marked || is_marked(row)).filter_map(|row| row.weight);
                weights.fold(0.0, |sum, weight| sum + weight)
            };
            let all = sum(false);
            if (all - 100.0).abs() > ROUNDING {
                self.of_whole(ReadinessRule::WeightsNot100, whole, of, |name| {
                    format!("The weights of {name} add up to {all}.")
                });
            }
            let marked = of.iter().find(|row| row.legal_requirement == Some(LegalRequirement::PaymentTimes));
            let share = 100.0 * sum(true) / all.max(100.0);
            if let Some(objective) = marked.filter(|_| share < PAYMENT_TIMES_SHARE - ROUNDING) {
                let detail = format!(
                    "It weighs {} % of its whole; the law asks for {PAYMENT_TIMES_SHARE} % at least.",
                    (share * 100.0).round() / 100.0
                );
                self.of_objective(ReadinessRule::PaymentTimesBelowShare, detail, objective);
            }
        }
        let marked = |row: &Objective| row.legal_requirement == Some(LegalRequirement::PaymentTimes);
        if !objectives.is_empty() && !objectives.iter().any(marked) {
            let detail = "No objective is marked as that of payment times (D.L. 13/2023 art. 4-bis).".to_owned();
            self.of_plan(ReadinessRule::PaymentTimesMissing, detail, Role::Editor);
        }
    }

    fn of_whole(&mut self, rule: ReadinessRule, whole: &Whole, of: &[&Objective], say: impl Fn(&str) -> String) {
        match whole {
            Whole::Unit(id) => {
                let unit_id = Some(id.clone());
                self.add(rule, say("the unit"), ("units", id.clone(), None), None, Role::Editor);
                if let Some(finding) = self.found.last_mut() {
                    finding.unit_id = unit_id;
                }
            }
            Whole::Office(folded) => {
                let mut assignees = of.iter().flat_map(|row| row.assignees.iter());
                let office = assignees.find(|assignee| crate::wording::fold(assignee.as_str()) == *folded).cloned();
                self.of_plan(rule, say(office.as_ref().map_or("an office", Line::as_str)), Role::Editor);
                if let Some(finding) = self.found.last_mut() {
                    finding.owed_by = office.into_iter().collect();
                }
            }
            Whole::Plan => self.of_plan(rule, say("the objectives without unit or office"), Role::Editor),
        }
    }

    fn without_indicator(&mut self, objectives: &[Objective], indicators: &[Indicator]) {
        let measured: BTreeSet<_> = indicators.iter().filter_map(|row| row.objective_id.as_ref()).collect();
        for objective in objectives.iter().filter(|objective| !measured.contains(&objective.id)) {
            let detail = "It has no indicator.".to_owned();
            self.of_objective(ReadinessRule::ObjectiveWithoutIndicator, detail, objective);
        }
    }

    fn indicators(&mut self, indicators: &[Indicator], measured: &[Measurement], counted: &BTreeSet<Id>) {
        let year = self.year;
        let known: BTreeSet<_> = measured.iter().map(|measurement| &measurement.indicator_id).collect();
        for indicator in indicators.iter().filter(|indicator| indicator.is_due_in(year)) {
            let named = || (Indicator::RESOURCE, indicator.id.clone(), Some(indicator.code.clone()));
            let objective = indicator.objective_id.as_ref();
            let (reading, _) = indicator.reading_in(year);
            if reading.kind == Kind::None {
                let detail = format!("It has no target for {year}.");
                self.add(ReadinessRule::IndicatorWithoutTarget, detail, named(), objective, Role::Editor);
            } else if reading.kind == Kind::Text && indicator.confirmed_reading.is_none() {
                let detail = "Its target was not read as a typed one: confirm a reading, or that a person judges it.";
                self.add(ReadinessRule::IndicatorWithoutReading, detail.to_owned(), named(), objective, Role::Editor);
            }
            let is_known = match indicator.metric {
                Some(_) => counted.contains(&indicator.id),
                None => known.contains(&indicator.id),
            };
            if !is_known {
                let detail = match indicator.metric {
                    Some(metric) => format!("Nothing was counted for {year} of {metric}."),
                    None => format!("Nothing was measured for {year}."),
                };
                self.add(ReadinessRule::IndicatorNotMeasured, detail, named(), objective, Role::Editor);
            }
        }
    }

    fn provisional(&mut self, indicators: &[Indicator], measured: &[Measurement]) {
        let owners: HashMap<_, _> = indicators.iter().map(|row| (&row.id, row.objective_id.as_ref())).collect();
        for row in measured.iter().filter(|row| row.state == MeasurementState::Provisional) {
            let detail = format!("Version {} for {} is provisional.", row.version, row.period);
            let named = (Measurement::RESOURCE, row.id.clone(), Code::parse(row.period.as_str()));
            let objective = owners.get(&row.indicator_id).copied().flatten();
            self.add(ReadinessRule::MeasurementProvisional, detail, named, objective, Role::Evaluator);
        }
    }

    fn reports(&mut self, objectives: &[Objective], known: Vec<(Id, ReportStatus)>) {
        let known: HashMap<Id, ReportStatus> = known.into_iter().collect();
        for objective in objectives {
            let year = self.year;
            match known.get(&objective.id) {
                Some(ReportStatus::Submitted) => {}
                Some(ReportStatus::Draft) => {
                    let detail = format!("The progress report for {year} is not submitted.");
                    self.of_objective(ReadinessRule::ProgressReportDraft, detail, objective);
                }
                None => {
                    let detail = format!("There is no progress report for {year}.");
                    self.of_objective(ReadinessRule::ProgressReportMissing, detail, objective);
                }
            }
        }
    }
}
