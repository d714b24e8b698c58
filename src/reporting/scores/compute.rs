//! From a plan's objectives and indicators to the scores of its wholes.

use super::figures::{Figures, figures};
use super::model::{PAYMENT_TIMES_SHARE, PaymentTimesCheck, Score, ScoreRule, ScoredObjective, ScoredWhole};
use crate::administrations::units::Unit;
use crate::administrations::units::store as units;
use crate::db::AnyConnection;
use crate::error::{Problem, shorten};
use crate::ids::Id;
use crate::planning::indicators::evaluated::EvaluatedIndicator;
use crate::planning::indicators::store as indicators;
use crate::planning::measurements::model::Measurement;
use crate::planning::objectives::model::{LegalRequirement, Objective};
use crate::planning::objectives::weights::{ROUNDING, Whole};
use crate::planning::plans::model::Plan;
use crate::planning::targets::evaluate::{RollUp, roll_up};
use crate::text::{Code, Line};
use crate::wording::fold;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Digits after the point of what is shown.
const PLACES: f64 = 100.0;

/// An objective and how it stands.
pub struct Evaluated {
    pub objective: Objective,
    pub roll_up: RollUp,
}

/// The day of a year on which it is evaluated: today, or the nearest day of that year.
pub fn day_of(year: i32, today: NaiveDate) -> NaiveDate {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    today.clamp(day(1, 1), day(12, 31))
}

/// Evaluates objectives as of a day, as if these had been measured: as many queries however many there are.
pub fn evaluate(
    conn: &mut AnyConnection,
    objectives: Vec<Objective>,
    as_of: NaiveDate,
    supposed: Vec<Measurement>,
) -> Result<Vec<Evaluated>, Problem> {
    let of = indicators::of_objectives(conn, &objectives)?;
    let mut rows: HashMap<Option<Id>, Vec<EvaluatedIndicator>> = HashMap::new();
    for row in EvaluatedIndicator::load_supposing(conn, of, as_of, supposed)? {
        rows.entry(row.indicator.objective_id.clone()).or_default().push(row);
    }
    let evaluated = objectives.into_iter().map(|objective| {
        let rows = rows.remove(&Some(objective.id.clone())).unwrap_or_default();
        let roll_up = roll_up(rows.iter().map(|row| (row.indicator.weight, &row.evaluation)));
        Evaluated { objective, roll_up }
    });
    Ok(evaluated.collect())
}

/// The scores of the wholes that objectives are weighed in: units by their codes, then offices by name, then the plan.
pub fn scores(conn: &mut AnyConnection, plan: &Plan, objectives: &[Evaluated]) -> Result<Vec<Score>, Problem> {
    let mut wholes: BTreeMap<Whole, Vec<&Evaluated>> = BTreeMap::new();
    for row in objectives {
        for whole in row.objective.wholes() {
            wholes.entry(whole).or_default().push(row);
        }
    }
    let ids: Vec<&Id> = wholes
        .keys()
        .filter_map(|whole| match whole {
            Whole::Unit(id) => Some(id),
            _ => None,
        })
        .collect();
    let units: HashMap<Id, Unit> =
        units::of_ids(conn, &plan.administration, &ids)?.into_iter().map(|unit| (unit.id.clone(), unit)).collect();
    let mut scored: Vec<_> = wholes
        .iter()
        .map(|(whole, rows)| {
            let unit = match whole {
                Whole::Unit(id) => units.get(id),
                _ => None,
            };
            (unit.map(|unit| unit.code.clone()), score(plan, whole, unit, rows))
        })
        .collect();
    // Units first, by code; the others stay in the order of their names.
    scored.sort_by(|(one, _), (other, _)| (one.is_none(), one).cmp(&(other.is_none(), other)));
    Ok(scored.into_iter().map(|(_, score)| score).collect())
}

fn score(plan: &Plan, whole: &Whole, unit: Option<&Unit>, rows: &[&Evaluated]) -> Score {
    let rule = match rows.iter().any(|row| row.objective.weight.is_some()) {
        true => ScoreRule::Weighted,
        false => ScoreRule::Equal,
    };
    let weight = |row: &Evaluated| match rule {
        ScoreRule::Weighted => row.objective.weight.unwrap_or_default(),
        ScoreRule::Equal => 1.0,
    };
    let parts: Vec<_> = rows.iter().map(|row| (weight(row), row.roll_up.attainment)).collect();
    let figures = figures(&parts);
    let unweighted = |row: &Evaluated| rule == ScoreRule::Weighted && row.objective.weight.is_none();
    let not_counted = rows.iter().filter(|row| row.roll_up.attainment.is_none() || unweighted(row));
    let not_counted: Vec<Code> = not_counted.map(|row| row.objective.code.clone()).collect();
    let payment_times = payment_times(rows, rule);
    let (whole, name) = match whole {
        Whole::Unit(_) => (ScoredWhole::Unit, unit.map_or_else(|| plan.title.clone(), |unit| unit.name.clone())),
        Whole::Office(folded) => (ScoredWhole::Office, office(rows, folded).unwrap_or_else(|| plan.title.clone())),
        Whole::Plan => (ScoredWhole::Plan, plan.title.clone()),
    };
    Score {
        whole,
        unit_id: unit.map(|unit| unit.id.clone()),
        name,
        rule,
        weight_sum: round(figures.weight_sum),
        weight_evaluated: round(figures.weight_evaluated),
        score: figures.score.map(round),
        at_least: figures.at_least.map(round),
        at_most: figures.at_most.map(round),
        formula: formula(&parts, &figures),
        warnings: warnings(rule, &figures, &not_counted, payment_times.as_ref()),
        objectives: rows.iter().map(|row| shown(row)).collect(),
        not_counted,
        payment_times,
    }
}

fn shown(row: &Evaluated) -> ScoredObjective {
    ScoredObjective {
        objective_id: row.objective.id.clone(),
        code: row.objective.code.clone(),
        title: row.objective.title.clone(),
        weight: row.objective.weight,
        attainment: row.roll_up.attainment,
        evaluated: row.roll_up.evaluated,
        not_evaluated: row.roll_up.not_evaluated,
    }
}

/// An office as the first of its objectives spells it.
fn office(rows: &[&Evaluated], folded: &str) -> Option<Line> {
    let mut assignees = rows.iter().flat_map(|row| row.objective.assignees.iter());
    assignees.find(|assignee| fold(assignee.as_str()) == folded).cloned()
}

/// The share of the payment-times objectives, where there are any. Without weights nothing weighs enough.
fn payment_times(rows: &[&Evaluated], rule: ScoreRule) -> Option<PaymentTimesCheck> {
    let is_marked = |row: &&&Evaluated| row.objective.legal_requirement == Some(LegalRequirement::PaymentTimes);
    let marked: Vec<_> = rows.iter().filter(is_marked).collect();
    let weight = |row: &Evaluated| row.objective.weight.unwrap_or_default();
    let of = marked.iter().map(|row| weight(row)).fold(0.0, |sum, weight| sum + weight);
    let all = rows.iter().map(|row| weight(row)).fold(0.0, |sum, weight| sum + weight);
    // What is still missing to a hundred will take its share, too.
    let share = if rule == ScoreRule::Weighted { 100.0 * of / all.max(100.0) } else { 0.0 };
    (!marked.is_empty()).then(|| PaymentTimesCheck {
        codes: marked.iter().map(|row| row.objective.code.clone()).collect(),
        share: round(share),
        needed: PAYMENT_TIMES_SHARE,
        met: share >= PAYMENT_TIMES_SHARE - ROUNDING,
    })
}

fn warnings(
    rule: ScoreRule,
    figures: &Figures,
    not_counted: &[Code],
    payment_times: Option<&PaymentTimesCheck>,
) -> Vec<String> {
    let mut warnings = Vec::new();
    match rule {
        ScoreRule::Equal => warnings.push("No objective has a weight: each counts the same.".to_owned()),
        ScoreRule::Weighted if (figures.weight_sum - 100.0).abs() > ROUNDING => {
            warnings.push(format!("The weights add up to {}, not to 100.", round(figures.weight_sum)));
        }
        ScoreRule::Weighted => {}
    }
    if let Some(check) = payment_times.filter(|check| !check.met) {
        warnings.push(format!(
            "The payment-times objective weighs {} %, less than the {} % that the law asks for.",
            check.share, check.needed
        ));
    }
    if !not_counted.is_empty() {
        let codes: Vec<_> = not_counted.iter().map(Code::as_str).collect();
        let room = figures.at_least.zip(figures.at_most).map_or_else(String::new, |(least, most)| {
            format!(": the score may yet lie between {} and {}", round(least), round(most))
        });
        warnings.push(shorten(&format!("{} objectives do not count ({}){room}.", codes.len(), codes.join(", ")), 1000));
    }
    warnings
}

/// "(40 × 0.75 + 40 × 1) / 80 × 100 = 87.5".
fn formula(parts: &[(f64, Option<f64>)], figures: &Figures) -> String {
    let Some(score) = figures.score else {
        return "nothing that weighs could be evaluated".to_owned();
    };
    let terms = parts.iter().filter_map(|(weight, attainment)| {
        let attainment = (*attainment).filter(|_| *weight > 0.0)?;
        Some(format!("{} × {}", round(*weight), (attainment * 10_000.0).round() / 10_000.0))
    });
    let terms: Vec<_> = terms.collect();
    let whole = round(figures.weight_evaluated);
    shorten(&format!("({}) / {whole} × 100 = {}", terms.join(" + "), round(score)), 20_000)
}

fn round(number: f64) -> f64 {
    (number * PLACES).round() / PLACES
}
