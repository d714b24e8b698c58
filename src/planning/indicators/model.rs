//! An indicator: its target as written and as read, its polarity, baseline and unit.

use crate::clock::Instant;
use crate::db::schema::indicators;
use crate::db::types::{Json, text_enum};
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::metric_definitions::model::Metric;
use crate::planning::objectives::model::check_weight;
use crate::planning::plans::model::Plan;
use crate::planning::targets::{self, Context, Polarity, Reading};
use crate::text::{Code, IpaCode, Line};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Numbers beyond this are no measured figures; within it a double is exact to the cent.
pub const MAX_NUMBER: f64 = 1e15;

text_enum!(
    /// What it says something about (national vocabulary of indicator types).
    IndicatorKind { Process = "process", Outcome = "outcome", Structure = "structure" }
);

/// Where the indicator stood before.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    #[schema(minimum = -1e15, maximum = 1e15)]
    pub value: f64,
    /// The year it was measured in.
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: Option<i32>,
    pub note: Option<Line>,
}

/// A target of one year, where it is not the same in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewYearlyTarget {
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// As written.
    pub target: Line,
}

/// A target of one year, as written and as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct YearlyTarget {
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    pub target: Line,
    pub reading: Reading,
}

/// An indicator.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = indicators, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Indicator {
    pub administration: IpaCode,
    pub id: Id,
    pub plan_id: Id,
    pub objective_id: Option<Id>,
    pub code: Code,
    pub title: Line,
    /// What is to be done, where the plan states it beside the target.
    pub action: Option<Line>,
    /// Code of the phase of its objective that it measures.
    pub phase_code: Option<Code>,
    pub kind: Option<IndicatorKind>,
    /// The expected value as written.
    pub target: Option<Line>,
    /// The year that the target's deadlines refer to.
    #[schema(minimum = 1990, maximum = 2100)]
    pub target_year: i32,
    #[schema(value_type = Vec<YearlyTarget>, min_items = 0, max_items = 10)]
    pub yearly_targets: Json<Vec<YearlyTarget>>,
    /// Kind of the reading that counts.
    #[serde(skip)]
    #[schema(ignore)]
    pub target_kind: String,
    /// The target as it was read automatically.
    #[schema(value_type = Reading)]
    pub reading: Json<Reading>,
    /// The reading that a person confirmed or corrected; it counts instead.
    #[schema(value_type = Option<Reading>)]
    pub confirmed_reading: Option<Json<Reading>>,
    pub polarity: Option<Polarity>,
    pub unit: Option<Line>,
    /// Per cent of its objective's whole.
    #[schema(minimum = 0, maximum = 100)]
    pub weight: Option<f64>,
    #[schema(value_type = Option<Baseline>)]
    pub baseline: Option<Json<Baseline>>,
    /// The count that measures it.
    pub metric: Option<Metric>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// An indicator as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIndicator {
    pub plan_id: Id,
    /// An objective of the same plan; left out for an indicator of the plan itself.
    pub objective_id: Option<Id>,
    /// Unique within the objective, or within the plan where there is none.
    pub code: Code,
    pub title: Line,
    /// What is to be done, where the plan states it beside the target.
    pub action: Option<Line>,
    /// Code of the phase of its objective that it measures.
    pub phase_code: Option<Code>,
    pub kind: Option<IndicatorKind>,
    /// The expected value as written: "Almeno 80%", "Entro 31.12".
    pub target: Option<Line>,
    /// The year that the target's deadlines refer to: the plan's first where left out.
    #[schema(minimum = 1990, maximum = 2100)]
    pub target_year: Option<i32>,
    /// Targets per year, where they differ.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 10)]
    pub yearly_targets: Vec<NewYearlyTarget>,
    /// Confirms or corrects the automatic reading; kept when the plan is imported again.
    pub confirmed_reading: Option<Reading>,
    /// Whether more or less is better; never guessed.
    pub polarity: Option<Polarity>,
    /// What it is measured in. `%`, `EUR` or a unit of time turns a bare number as target into one of that unit.
    pub unit: Option<Line>,
    /// Per cent of its objective's whole.
    #[schema(minimum = 0, maximum = 100)]
    pub weight: Option<f64>,
    pub baseline: Option<Baseline>,
    /// The count that measures it, in its target's year: then nobody types its measurements.
    pub metric: Option<Metric>,
}

impl NewIndicator {
    /// What can be said of the input and its plan alone.
    pub fn check(&self, plan: &Plan) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        check_weight(&mut invalid, self.weight);
        let years = plan.start_year..=plan.end_year;
        let within = format!("must lie within the plan's years, {} to {}", plan.start_year, plan.end_year);
        if let Some(year) = self.target_year.filter(|year| !years.contains(year)) {
            invalid.add("/target_year", year, &within);
        }
        let mut seen = BTreeSet::new();
        for (index, yearly) in self.yearly_targets.iter().enumerate() {
            let field = format!("/yearly_targets/{index}/year");
            if !years.contains(&yearly.year) {
                invalid.add(&field, yearly.year, &within);
            } else if !seen.insert(yearly.year) {
                invalid.add(&field, yearly.year, "stands twice: one target a year");
            }
        }
        if let Some(baseline) = &self.baseline {
            if baseline.value.abs() > MAX_NUMBER {
                invalid.add("/baseline/value", baseline.value, "must lie between -1e15 and 1e15");
            }
            if let Some(year) = baseline.year.filter(|year| !(1990..=2100).contains(year)) {
                invalid.add("/baseline/year", year, "must be a year between 1990 and 2100");
            }
        }
        invalid.finish()
    }

    pub fn sample() -> Self {
        let line = |text: &str| Line::from_trusted(text.to_owned());
        NewIndicator {
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            objective_id: Some(Id::from_trusted("019a4b52-7c00-7000-8000-000000000003".to_owned())),
            code: Code::from_trusted("3".to_owned()),
            title: line("Posizioni bonificate sul totale"),
            action: None,
            phase_code: None,
            kind: Some(IndicatorKind::Outcome),
            target: Some(line("Almeno 80%")),
            target_year: Some(2021),
            yearly_targets: Vec::new(),
            confirmed_reading: None,
            polarity: Some(Polarity::HigherIsBetter),
            unit: Some(line("%")),
            weight: Some(50.0),
            baseline: Some(Baseline { value: 62.5, year: Some(2020), note: None }),
            metric: None,
        }
    }
}

impl Indicator {
    /// The row of an input: its targets read for their years.
    pub fn new(input: NewIndicator, plan: &Plan, id: Id, revision: i64, created_at: Instant, now: Instant) -> Self {
        let target_year = input.target_year.unwrap_or(plan.start_year);
        let label = input.title.clone();
        let read = |target: &str, reference_year: i32| {
            targets::read(target, Context { reference_year, label: Some(label.as_str()), polarity: input.polarity })
        };
        let reading = read(input.target.as_ref().map_or("", Line::as_str), target_year);
        let yearly_targets: Vec<_> = input
            .yearly_targets
            .into_iter()
            .map(|yearly| YearlyTarget {
                reading: read(yearly.target.as_str(), yearly.year),
                year: yearly.year,
                target: yearly.target,
            })
            .collect();
        let mut indicator = Indicator {
            administration: plan.administration.clone(),
            id,
            plan_id: input.plan_id,
            objective_id: input.objective_id,
            code: input.code,
            title: input.title,
            action: input.action,
            phase_code: input.phase_code,
            kind: input.kind,
            target: input.target,
            target_year,
            yearly_targets: yearly_targets.into(),
            target_kind: String::new(),
            reading: reading.into(),
            confirmed_reading: input.confirmed_reading.map(Json::from),
            polarity: input.polarity,
            unit: input.unit,
            weight: input.weight,
            baseline: input.baseline.map(Json::from),
            metric: input.metric,
            revision,
            created_at,
            updated_at: now,
        };
        indicator.target_kind = indicator.counting_reading().kind.to_string();
        indicator
    }

    /// The reading that counts: the confirmed one, or else the automatic one in the confirmed unit.
    pub fn counting_reading(&self) -> Reading {
        match (&self.confirmed_reading, &self.unit) {
            (Some(confirmed), _) => Reading::clone(confirmed),
            (None, Some(unit)) => self.reading.in_unit(unit.as_str()),
            (None, None) => Reading::clone(&self.reading),
        }
    }

    pub fn sample() -> Self {
        let id = Id::from_trusted("019a4b52-7c00-7000-8000-000000000005".to_owned());
        let at = Instant(1_763_719_200_000_000);
        Indicator::new(NewIndicator::sample(), &Plan::sample(), id, 1, at, at)
    }
}
