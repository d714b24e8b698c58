//! What an export is narrowed to: the filters of the lists. Which of them a data set has stands in its description.

use crate::administrations::model::TerritoryCode;
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::reporting::datasets::store::Bind;
use crate::reporting::datasets::{Dataset, Filter};
use crate::text::{Code, IpaCode, Line};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::IntoParams;

/// Which rows.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportFilter {
    /// Of this administration.
    #[serde(skip_serializing)]
    pub administration: Option<IpaCode>,
    /// Of administrations of this region (ISTAT code).
    #[serde(skip_serializing)]
    pub region: Option<TerritoryCode>,
    /// Of administrations of this province (ISTAT code).
    #[serde(skip_serializing)]
    pub province: Option<TerritoryCode>,
    /// Ends a CSV with a record that tells the number of rows and the cursor.
    #[serde(skip_serializing)]
    pub trailer: Option<bool>,
    /// Of this plan.
    plan_id: Option<Id>,
    /// Of this section.
    section_id: Option<Id>,
    /// Of this objective.
    objective_id: Option<Id>,
    /// Of this unit.
    unit_id: Option<Id>,
    /// Of this indicator.
    indicator_id: Option<Id>,
    /// Of this procedure.
    procedure_id: Option<Id>,
    /// Of this year, as the lists understand it.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Of this period.
    period: Option<Line>,
    /// Of this kind.
    kind: Option<Line>,
    /// In this status; of services and adoptions today's.
    status: Option<Line>,
    /// Of this scope.
    scope: Option<Line>,
    /// Whose risk is rated so.
    risk_rating: Option<Line>,
    /// Whose strategic weight is rated so.
    strategic_rating: Option<Line>,
    /// Whose target was read as this kind.
    target_kind: Option<Line>,
    /// With this ISTAT code.
    istat_code: Option<Line>,
    /// Of this class.
    classification: Option<Line>,
    /// At this level of digitisation.
    #[param(minimum = 0, maximum = 5)]
    digital_level: Option<i32>,
    /// Of this platform.
    platform: Option<Line>,
    /// Of this category.
    category: Option<Line>,
    /// For these users.
    audience: Option<Line>,
    /// With this login.
    authentication: Option<Line>,
    /// To be paid through pagoPA, or not.
    on_pagopa: Option<bool>,
    /// On App IO, or not.
    on_app_io: Option<bool>,
    /// At this interactivity level.
    #[param(minimum = 0, maximum = 5)]
    level: Option<i32>,
    /// Of this organisational area.
    aoo: Option<Code>,
    /// That go this way.
    direction: Option<Line>,
    /// Annulled ones only, or none of them.
    cancelled: Option<bool>,
    /// Of the service of this code.
    service_code: Option<Code>,
    /// Of this day (protocol) or month (usage) or later.
    from: Option<Line>,
    /// Of this day (protocol) or month (usage) or earlier.
    to: Option<Line>,
}

impl ExportFilter {
    /// The conditions with their values; a parameter that the data set has no filter for is refused.
    pub fn conditions(&self, dataset: &Dataset) -> Result<Vec<(&'static Filter, Bind)>, Problem> {
        let Ok(Value::Object(given)) = serde_json::to_value(self) else { return Ok(Vec::new()) };
        let (mut conditions, mut invalid) = (Vec::new(), Invalid::default());
        for (name, value) in given {
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            let Some(filter) = dataset.filters.iter().find(|filter| filter.name == name) else {
                let names: Vec<_> = dataset.filters.iter().map(|filter| filter.name).collect();
                let there = match names.is_empty() {
                    true => "administration, region and province".to_owned(),
                    false => format!("administration, region, province, {}", names.join(", ")),
                };
                invalid.add(&name, text, format!("is no filter of {}: it has {there}", dataset.resource));
                continue;
            };
            match (filter.read)(&text) {
                Ok(bind) => conditions.push((filter, bind)),
                Err(detail) => invalid.add(&name, text, detail),
            }
        }
        invalid.finish().map(|()| conditions)
    }
}
