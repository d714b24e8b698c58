//! Weights of objectives: per cent of a whole. The whole is the unit's; without a unit that of each office it is assigned to;
//! without either the plan's.

use super::model::Objective;
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::text::Line;
use crate::wording::fold;

/// What rounding may add to a hundred.
pub const ROUNDING: f64 = 1e-6;

/// Whose whole a weight is a part of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whole {
    Unit(Id),
    /// An office's name, folded.
    Office(String),
    Plan,
}

impl Whole {
    /// The wholes that an objective is a part of, each once.
    pub fn of(unit_id: Option<&Id>, assignees: &[Line]) -> Vec<Whole> {
        if let Some(unit) = unit_id {
            return vec![Whole::Unit(unit.clone())];
        }
        let mut offices: Vec<_> = assignees.iter().map(|office| Whole::Office(fold(office.as_str()))).collect();
        offices.sort();
        offices.dedup();
        if offices.is_empty() { vec![Whole::Plan] } else { offices }
    }
}

impl Objective {
    pub fn wholes(&self) -> Vec<Whole> {
        Whole::of(self.unit_id.as_ref(), &self.assignees)
    }

    /// Whether its weight is to be checked against the others': it has one, and it or its whole is new.
    pub fn weighs_anew(&self, current: Option<&Objective>) -> bool {
        let same = |current: &Objective| current.weight == self.weight && current.wholes() == self.wholes();
        self.weight.is_some_and(|weight| weight > 0.0) && !current.is_some_and(same)
    }

    /// Refuses a weight that makes any of its wholes more than a hundred, with what is left.
    pub fn check_weights(&self, field: &str, others: &[Objective]) -> Result<(), Problem> {
        let Some(weight) = self.weight else { return Ok(()) };
        let mut invalid = Invalid::default();
        for whole in self.wholes() {
            let beside = others.iter().filter(|other| other.id != self.id && other.wholes().contains(&whole));
            let beside: Vec<_> = beside.filter_map(|other| Some((other.code.as_str(), other.weight?))).collect();
            let sum = beside.iter().fold(0.0, |sum, (_, weight)| sum + weight);
            if sum + weight > 100.0 + ROUNDING {
                let of = match &whole {
                    Whole::Unit(_) => "its unit".to_owned(),
                    Whole::Office(folded) => {
                        let mut offices = self.assignees.iter();
                        let name = offices.find(|office| fold(office.as_str()) == *folded);
                        format!("the office {}", name.map_or(folded.as_str(), Line::as_str))
                    }
                    Whole::Plan => "the plan without unit or office".to_owned(),
                };
                let told: Vec<_> = beside.iter().map(|(code, weight)| format!("{code}: {weight}")).collect();
                let detail = format!(
                    "the weights of {of} would add up to {}: at most {} is left beside {}",
                    sum + weight,
                    (100.0 - sum).max(0.0),
                    told.join(", ")
                );
                invalid.add(field, weight, detail);
            }
        }
        invalid.finish()
    }
}
