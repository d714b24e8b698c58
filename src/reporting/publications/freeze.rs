//! What is frozen: the records of a plan, of its year, or of the services, each by the public columns of its table and the
//! codes of what it belongs to.

use super::columns;
use super::content::FrozenRecord;
use super::model::Part;
use super::situation::{OfPlan, OfServices};
use crate::error::Problem;
use crate::ids::Id;
use crate::planning::indicators::evaluated::EvaluatedIndicator;
use crate::planning::targets::evaluate::roll_up;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

type Parts = BTreeMap<Part, Vec<FrozenRecord>>;

/// Adds a field where there is something to say.
fn add(record: &mut FrozenRecord, field: &str, value: Option<impl Serialize>) -> Result<(), Problem> {
    if let Some(value) = value {
        record.insert(field.to_owned(), serde_json::to_value(value).map_err(Problem::internal)?);
    }
    Ok(())
}

/// The codes of records by their ids.
struct Codes(HashMap<Id, String>);

impl Codes {
    fn of<T>(rows: &[T], id: impl Fn(&T) -> &Id, code: impl Fn(&T) -> String) -> Self {
        Codes(rows.iter().map(|row| (id(row).clone(), code(row))).collect())
    }

    fn get(&self, id: Option<&Id>) -> Option<&str> {
        self.0.get(id?).map(String::as_str)
    }
}

/// In the order of the table's key, each part of which is compared as people count: 2 before 10.
fn sort(part: Part, records: &mut [FrozenRecord]) {
    let key = |record: &FrozenRecord| -> Vec<Vec<(u64, String)>> {
        let text = |field: &&str| record.get(*field).and_then(Value::as_str).unwrap_or_default().to_owned();
        part.key().iter().map(|field| as_counted(&text(field))).collect()
    };
    records.sort_by_cached_key(key);
}

/// Runs of digits as numbers, runs of others as they are.
fn as_counted(text: &str) -> Vec<(u64, String)> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    for c in text.chars() {
        match runs.last_mut().filter(|(digits, _)| *digits == c.is_ascii_digit()) {
            Some((_, run)) => run.push(c),
            None => runs.push((c.is_ascii_digit(), c.to_string())),
        }
    }
    // What is no number comes after every number.
    let number = |digits: bool, run: &str| if digits { run.parse().unwrap_or(u64::MAX) } else { u64::MAX };
    runs.into_iter().map(|(digits, run)| (number(digits, &run), run)).collect()
}

/// A plan, and of a report how its objectives and indicators stood.
pub fn plan(found: &OfPlan) -> Result<Parts, Problem> {
    let units = Codes::of(&found.units, |unit| &unit.id, |unit| unit.code.to_string());
    let unit_names = Codes::of(&found.units, |unit| &unit.id, |unit| unit.name.to_string());
    let sections = Codes::of(&found.sections, |section| &section.id, |section| section.code.to_string());
    let objectives = Codes::of(&found.objectives, |objective| &objective.id, |objective| objective.code.to_string());
    let indicators = Codes::of(&found.indicators, |row| &row.indicator.id, |row| row.indicator.code.to_string());
    let objective_of: HashMap<_, _> =
        found.indicators.iter().map(|row| (&row.indicator.id, row.indicator.objective_id.as_ref())).collect();
    let mut indicators_of: HashMap<&Id, Vec<&EvaluatedIndicator>> = HashMap::new();
    for row in &found.indicators {
        if let Some(objective) = &row.indicator.objective_id {
            indicators_of.entry(objective).or_default().push(row);
        }
    }
    let mut parts = Parts::new();
    parts.insert(Part::Plans, vec![columns::public("plans", &found.plan)?]);
    let all = found.sections.iter().map(|section| columns::public("sections", section));
    parts.insert(Part::Sections, all.collect::<Result<_, _>>()?);
    let all = found.objectives.iter().map(|objective| {
        let mut record = columns::public("objectives", objective)?;
        add(&mut record, "section_code", sections.get(objective.section_id.as_ref()))?;
        add(&mut record, "unit_code", units.get(objective.unit_id.as_ref()))?;
        add(&mut record, "unit_name", unit_names.get(objective.unit_id.as_ref()))?;
        if found.is_report {
            let own = indicators_of.get(&objective.id).into_iter().flatten();
            let evaluations = own.map(|row| (row.indicator.weight, &row.evaluation));
            add(&mut record, "evaluation", Some(roll_up(evaluations)))?;
        }
        Ok(record)
    });
    parts.insert(Part::Objectives, all.collect::<Result<_, Problem>>()?);
    let all = found.phases.iter().map(|phase| {
        let mut record = columns::public("phases", phase)?;
        add(&mut record, "section_code", sections.get(phase.section_id.as_ref()))?;
        add(&mut record, "objective_code", objectives.get(phase.objective_id.as_ref()))?;
        Ok(record)
    });
    parts.insert(Part::Phases, all.collect::<Result<_, Problem>>()?);
    let all = found.indicators.iter().map(|row| indicator(row, &objectives, found.is_report));
    parts.insert(Part::Indicators, all.collect::<Result<_, Problem>>()?);
    if found.is_report {
        let all = found.measurements.iter().map(|measurement| {
            let mut record = columns::public("measurements", measurement)?;
            add(&mut record, "indicator_code", indicators.get(Some(&measurement.indicator_id)))?;
            let objective = objective_of.get(&measurement.indicator_id).copied().flatten();
            add(&mut record, "objective_code", objectives.get(objective))?;
            Ok(record)
        });
        parts.insert(Part::Measurements, all.collect::<Result<_, Problem>>()?);
        let all = found.progress_reports.iter().map(|report| {
            let mut record = columns::public("progress_reports", report)?;
            add(&mut record, "objective_code", objectives.get(Some(&report.objective_id)))?;
            Ok(record)
        });
        parts.insert(Part::ProgressReports, all.collect::<Result<_, Problem>>()?);
    }
    Ok(sorted(parts))
}

fn indicator(row: &EvaluatedIndicator, objectives: &Codes, is_report: bool) -> Result<FrozenRecord, Problem> {
    let mut record = columns::public("indicators", &row.indicator)?;
    add(&mut record, "objective_code", objectives.get(row.indicator.objective_id.as_ref()))?;
    if is_report {
        add(&mut record, "evaluation", Some(&row.evaluation))?;
        add(&mut record, "measured_by", row.measured_by.as_ref())?;
    }
    Ok(record)
}

/// The services and platforms of a day.
pub fn services(found: &OfServices) -> Result<Parts, Problem> {
    let units = Codes::of(&found.units, |unit| &unit.id, |unit| unit.code.to_string());
    let unit_names = Codes::of(&found.units, |unit| &unit.id, |unit| unit.name.to_string());
    let mut parts = Parts::new();
    let all = found.services.iter().map(|service| {
        let mut record = columns::public("digital_services", service)?;
        add(&mut record, "unit_code", units.get(service.unit_id.as_ref()))?;
        add(&mut record, "unit_name", unit_names.get(service.unit_id.as_ref()))?;
        Ok(record)
    });
    parts.insert(Part::DigitalServices, all.collect::<Result<_, Problem>>()?);
    let all = found.adoptions.iter().map(|adoption| columns::public("platform_adoptions", adoption));
    parts.insert(Part::PlatformAdoptions, all.collect::<Result<_, _>>()?);
    Ok(sorted(parts))
}

/// The same state freezes to the same bytes, whatever the order in which it was written.
fn sorted(mut parts: Parts) -> Parts {
    for (part, records) in &mut parts {
        sort(*part, records);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn codes_are_in_the_order_in_which_people_count() {
        let record = |code: &str| FrozenRecord::from_iter([("code".to_owned(), json!(code))]);
        let mut records: Vec<_> = ["10", "2", "1.10", "1.9", "FIDO-12", "FIDO-3", "1", "A"].map(record).into();
        sort(Part::Objectives, &mut records);
        let codes: Vec<_> = records.iter().map(|record| record["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["1", "1.9", "1.10", "2", "10", "A", "FIDO-3", "FIDO-12"]);
    }
}
