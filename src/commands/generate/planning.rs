//! A plan with its sections, objectives, indicators and measurements, made of dice through the types of the API, so that each
//! row is what the API would have stored.

use super::dice::Dice;
use super::targets::Expected;
use super::{Body, Rows, Scale};
use crate::administrations::units::Unit;
use crate::error::Problem;
use crate::planning::indicators::model::{Baseline, Indicator, NewIndicator, NewYearlyTarget};
use crate::planning::measurements::model::{MeasuredPeriod, Measurement, MeasurementState, NewMeasurement};
use crate::planning::objectives::model::{BudgetLink, Level, NewBudgetLink, Objective, Rating, Scope, resolve};
use crate::planning::plans::model::{ApprovalAct, NewPlan, Plan, PlanKind, PlanStatus};
use crate::planning::sections::model::Section;
use crate::text::{Code, Line, Prose};
use chrono::NaiveDate;

const SECTIONS: &[&str] =
    &["Obiettivi comuni a tutti i servizi", "Servizi alla persona", "Territorio e ambiente", "Entrate e bilancio"];
const UNITS: &[&str] = &["Servizi amministrativi", "Servizi tecnici", "Servizi finanziari"];
const AIMS: &[&str] = &["Ridurre", "Ampliare", "Semplificare", "Riordinare", "Completare", "Rendere misurabile"];
const MATTERS: &[&str] = &[
    "l'attesa allo sportello",
    "l'offerta dei servizi digitali",
    "la gestione delle istanze",
    "il recupero delle entrate",
    "la manutenzione degli edifici",
    "la raccolta differenziata",
    "la formazione del personale",
    "l'archivio dei documenti",
    "i controlli sul territorio",
    "l'assistenza alle famiglie",
];
const OFFICES: &[&str] =
    &["Segretario comunale", "Responsabile del servizio", "Ufficio tributi", "Ufficio tecnico", "Tutti gli uffici"];
const REPORTS: &[&str] =
    &["Obiettivo seguito secondo il programma.", "Attività svolta; restano da estendere i controlli."];
const PROGRAMMES: &[(&str, &str)] =
    &[("01", "02"), ("01", "08"), ("01", "04"), ("04", "06"), ("09", "03"), ("10", "05"), ("12", "07")];

/// The links to the budget that objectives draw from, looked up once.
pub fn budget_links() -> Result<Vec<BudgetLink>, Problem> {
    let sent = PROGRAMMES.iter().map(|(mission, programme)| NewBudgetLink {
        mission: (*mission).to_owned(),
        programme: (*programme).to_owned(),
        mission_name: None,
        programme_name: None,
    });
    resolve(sent.collect(), &[])
}

fn line(text: impl Into<String>) -> Line {
    Line::from_trusted(text.into())
}

fn code(text: impl ToString) -> Code {
    Code::from_trusted(text.to_string())
}

/// Parts of a hundred to two decimals.
fn weight(parts: usize) -> f64 {
    (10_000.0 / parts.max(1) as f64).floor() / 100.0
}

pub fn make(body: &Body, scale: &Scale, dice: &mut Dice, rows: &mut Rows) {
    let plan = plan(body, scale, dice);
    let units: Vec<_> = (1..).zip(UNITS).map(|(number, name)| unit(body, number, name, dice)).collect();
    let sections: Vec<_> = (1..).zip(SECTIONS).map(|(number, title)| section(&plan, number, title, dice)).collect();
    // Who does not report has no figures of the last year.
    let reports = dice.percent(scale.reporting);
    for number in 0..scale.objectives {
        let at = number * sections.len() / scale.objectives.max(1);
        let unit = if at == 0 { None } else { units.get((at - 1) % units.len().max(1)) };
        let objective = objective(&plan, sections.get(at), unit, number + 1, scale, dice);
        for number in 0..scale.indicators {
            let expected = Expected::of(dice, plan.start_year, plan.end_year);
            let indicator = indicator(&plan, &objective, &expected, number + 1, scale, dice);
            for year in plan.start_year..=plan.end_year {
                if year < plan.end_year || reports {
                    rows.measurements.push(measurement(&indicator, &expected, year, dice));
                }
            }
            rows.indicators.push(indicator);
        }
        rows.objectives.push(objective);
    }
    rows.units.extend(units);
    rows.sections.extend(sections);
    rows.plans.push(plan);
}

fn plan(body: &Body, scale: &Scale, dice: &mut Dice) -> Plan {
    let (start_year, end_year) = (scale.first_year(), scale.last_year);
    let act = ApprovalAct {
        kind: line("deliberazione"),
        body: Some(line("Giunta")),
        number: line(dice.number(1..=180).to_string()),
        date: NaiveDate::from_ymd_opt(start_year, dice.number(1..=6) as u32, dice.number(1..=28) as u32)
            .unwrap_or_default(),
        url: None,
    };
    let input = NewPlan {
        administration: body.code.clone(),
        code: code(format!("performance-{start_year}-{end_year}")),
        title: line(format!("Piano della performance {start_year}-{end_year}")),
        kind: PlanKind::Performance,
        status: Some(PlanStatus::InForce),
        start_year,
        end_year,
        description: None,
        approval_act: Some(act),
        predecessor_id: None,
    };
    Plan::new(input, dice.id(), 0, dice.at(), dice.at())
}

fn unit(body: &Body, number: usize, name: &str, dice: &mut Dice) -> Unit {
    let at = dice.at();
    Unit {
        administration: body.code.clone(),
        id: dice.id(),
        code: code(number),
        name: line(name),
        parent_id: None,
        revision: 0,
        created_at: at,
        updated_at: at,
    }
}

fn section(plan: &Plan, number: usize, title: &str, dice: &mut Dice) -> Section {
    let at = dice.at();
    Section {
        administration: plan.administration.clone(),
        id: dice.id(),
        plan_id: plan.id.clone(),
        code: code(number),
        title: line(title),
        revision: 0,
        created_at: at,
        updated_at: at,
    }
}

fn objective(
    plan: &Plan,
    section: Option<&Section>,
    unit: Option<&Unit>,
    number: usize,
    scale: &Scale,
    dice: &mut Dice,
) -> Objective {
    let at = dice.at();
    let mut links: Vec<BudgetLink> = Vec::new();
    for _ in 0..dice.number(0..=2) {
        if let Some(link) = dice.one(&scale.budget_links).filter(|link| !links.contains(link)) {
            links.push(link.clone());
        }
    }
    Objective {
        administration: plan.administration.clone(),
        id: dice.id(),
        plan_id: plan.id.clone(),
        section_id: section.map(|section| section.id.clone()),
        unit_id: unit.map(|unit| unit.id.clone()),
        code: code(number),
        title: line(format!("{} {}", dice.text(AIMS), dice.text(MATTERS))),
        description: None,
        scope: if unit.is_none() { Scope::CrossCutting } else { Scope::Sectoral },
        level: dice.percent(50).then(|| if unit.is_none() { Level::Strategic } else { Level::Operational }),
        assignees: vec![line(dice.text(OFFICES))].into(),
        weight: Some(weight(scale.objectives)),
        risk_rating: dice.one(Rating::ALL).copied(),
        strategic_rating: dice.one(Rating::ALL).copied(),
        public_value_rating: dice.one(Rating::ALL).copied().filter(|_| number.is_multiple_of(4)),
        budget_links: links.into(),
        legal_requirement: None,
        final_report: dice.percent(20).then(|| Prose::from_trusted(dice.text(REPORTS).to_owned())),
        revision: 0,
        created_at: at,
        updated_at: at,
    }
}

fn indicator(
    plan: &Plan,
    objective: &Objective,
    expected: &Expected,
    number: usize,
    scale: &Scale,
    dice: &mut Dice,
) -> Indicator {
    let yearly = expected.yearly.iter().map(|(year, target)| NewYearlyTarget { year: *year, target: line(target) });
    let input = NewIndicator {
        plan_id: plan.id.clone(),
        objective_id: Some(objective.id.clone()),
        code: code(number),
        title: line(&expected.title),
        action: None,
        phase_code: None,
        kind: Some(expected.kind),
        target: expected.target.as_ref().map(line),
        target_year: Some(plan.end_year),
        yearly_targets: yearly.collect(),
        confirmed_reading: None,
        polarity: expected.polarity,
        unit: expected.unit.map(line),
        weight: Some(weight(scale.indicators)),
        baseline: expected.baseline.map(|value| Baseline { value, year: Some(plan.start_year - 1), note: None }),
        metric: None,
    };
    Indicator::new(input, plan, dice.id(), 0, dice.at(), dice.at())
}

fn measurement(indicator: &Indicator, expected: &Expected, year: i32, dice: &mut Dice) -> Measurement {
    let figures = expected.measure(dice, year);
    let input = NewMeasurement {
        indicator_id: indicator.id.clone(),
        period: MeasuredPeriod::from_trusted(year.to_string()),
        value: figures.value,
        numerator: figures.ratio.map(|(numerator, _)| numerator),
        denominator: figures.ratio.map(|(_, denominator)| denominator),
        date: figures.date,
        yes: figures.yes,
        note: None,
    };
    Measurement {
        administration: indicator.administration.clone(),
        id: dice.id(),
        version: 1,
        is_current: true,
        plan_id: indicator.plan_id.clone(),
        indicator_id: input.indicator_id,
        period: input.period,
        value: input.value,
        numerator: input.numerator,
        denominator: input.denominator,
        date: input.date,
        yes: input.yes,
        note: input.note,
        state: MeasurementState::Provisional,
        validated_by: None,
        validated_at: None,
        recorded_by: line("local"),
        revision: 0,
        created_at: dice.at(),
    }
}
