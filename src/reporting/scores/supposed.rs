//! What is supposed, checked as if it were sent to be stored.

use super::model::NewSupposedScores;
use crate::clock::Instant;
use crate::db::AnyConnection;
use crate::error::{FieldProblem, Invalid, Problem};
use crate::ids::Id;
use crate::planning::indicators::model::Indicator;
use crate::planning::indicators::store as indicators;
use crate::planning::measurements::model::Measurement;
use crate::planning::objectives::model::{Objective, check_weight};
use crate::planning::plans::model::Plan;
use std::collections::{BTreeSet, HashMap};

/// Measurements or weights of one request, at most.
const MAX_ITEMS: usize = 1000;

impl NewSupposedScores {
    pub fn check_size(&self) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        for (field, count) in [("/measurements", self.measurements.len()), ("/weights", self.weights.len())] {
            if count > MAX_ITEMS {
                invalid.add(field, count, format!("must be at most {MAX_ITEMS}"));
            }
        }
        invalid.finish()
    }

    /// The supposed measurements, each of an indicator of the plan and a period of its years.
    pub fn measurements(
        &self,
        conn: &mut AnyConnection,
        plan: &Plan,
        now: Instant,
    ) -> Result<Vec<Measurement>, Problem> {
        if self.measurements.is_empty() {
            return Ok(Vec::new());
        }
        let known = indicators::all_of_plan(conn, plan)?;
        let known: HashMap<&Id, &Indicator> = known.iter().map(|row| (&row.id, row)).collect();
        let years = plan.start_year..=plan.end_year;
        let (mut errors, mut supposed, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (index, input) in self.measurements.iter().enumerate() {
            let mut invalid = Invalid::default();
            let outside = input.period.period().is_none_or(|period| !years.contains(&period.year()));
            if outside {
                let detail = format!("must lie within the plan's years, {} to {}", plan.start_year, plan.end_year);
                invalid.add("/period", &input.period, detail);
            }
            if !seen.insert((&input.indicator_id, &input.period)) {
                invalid.add("/period", &input.period, "stands twice for this indicator");
            }
            match known.get(&input.indicator_id) {
                Some(indicator) => supposed.push(Measurement::supposed(input.clone(), indicator, now)),
                None => {
                    let detail = format!("is no indicator of the plan {}", plan.code);
                    invalid.add("/indicator_id", &input.indicator_id, detail);
                }
            }
            let refusals = [invalid.finish(), input.check()];
            let refused = refusals.into_iter().filter_map(Result::err).flat_map(|problem| problem.errors);
            errors.extend(
                refused.map(|error| FieldProblem { field: format!("/measurements/{index}{}", error.field), ..error }),
            );
        }
        Invalid::of(errors).finish()?;
        Ok(supposed)
    }

    /// The objectives with their supposed weights, which add up to no more than a hundred, either.
    pub fn weigh(&self, plan: &Plan, objectives: &mut [Objective]) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        let mut changed = Vec::new();
        for (index, supposed) in self.weights.iter().enumerate() {
            let at = objectives.iter().position(|objective| objective.id == supposed.objective_id);
            let Some(objective) = at.and_then(|at| objectives.get_mut(at)) else {
                let field = format!("/weights/{index}/objective_id");
                invalid.add(&field, &supposed.objective_id, format!("is no objective of the plan {}", plan.code));
                continue;
            };
            let mut weight = Invalid::default();
            check_weight(&mut weight, Some(supposed.weight));
            if weight.finish().is_err() {
                let detail = "must be between 0 and 100 (per cent)";
                invalid.add(&format!("/weights/{index}/weight"), supposed.weight, detail);
            }
            objective.weight = Some(supposed.weight);
            changed.push((index, supposed.objective_id.clone()));
        }
        invalid.finish()?;
        for (index, id) in changed {
            if let Some(objective) = objectives.iter().find(|objective| objective.id == id) {
                objective.check_weights(&format!("/weights/{index}/weight"), objectives)?;
            }
        }
        Ok(())
    }
}
