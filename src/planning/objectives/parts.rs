//! An objective with its phases and indicators, in one request and two more queries however long the page.

use super::model::Objective;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::planning::indicators::model::Indicator;
use crate::planning::indicators::store as indicators;
use crate::planning::phases::model::Phase;
use crate::planning::phases::store as phases;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

crate::text::text_type!(
    /// What is shown with an objective: `phases`, `indicators`, or both with a comma between.
    Embed, 6..=17, "^(phases|indicators|phases,indicators|indicators,phases)$",
    "phases, indicators, or phases,indicators", "phases,indicators",
    |text: &str| {
        let mut parts: Vec<_> = text.split(',').collect();
        parts.sort_unstable();
        let known = matches!(parts.as_slice(), ["phases"] | ["indicators"] | ["indicators", "phases"]);
        known.then(|| text.to_owned())
    }
);

/// An objective and the parts that were asked for.
#[derive(Debug, Clone, Serialize)]
pub struct ObjectiveWithParts {
    #[serde(flatten)]
    pub objective: Objective,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phases: Option<Vec<Phase>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indicators: Option<Vec<Indicator>>,
}

/// The objective's own schema with two more fields: a closed object cannot be composed of others.
impl PartialSchema for ObjectiveWithParts {
    fn schema() -> RefOr<Schema> {
        let parts = |name: &str, of: &str| {
            let list =
                ArrayBuilder::new().items(Ref::from_schema_name(name)).min_items(Some(0)).max_items(Some(10_000));
            list.description(Some(format!("Its {of}, where they were asked for with `embed`.")))
        };
        match Objective::schema() {
            RefOr::T(Schema::Object(objective)) => ObjectBuilder::from(objective)
                .property("phases", parts("Phase", "phases"))
                .property("indicators", parts("Indicator", "indicators"))
                .into(),
            other => other,
        }
    }
}

impl ToSchema for ObjectiveWithParts {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for (name, schema) in [(Phase::name(), Phase::schema()), (Indicator::name(), Indicator::schema())] {
            schemas.push((name.into_owned(), schema));
        }
        Objective::schemas(schemas);
        Phase::schemas(schemas);
        Indicator::schemas(schemas);
    }
}

impl ObjectiveWithParts {
    /// Adds to objectives what is asked for.
    pub fn load(
        conn: &mut AnyConnection,
        objectives: Vec<Objective>,
        embed: Option<&Embed>,
    ) -> Result<Vec<Self>, Problem> {
        let asked = |part: &str| embed.is_some_and(|embed| embed.as_str().split(',').any(|asked| asked == part));
        let mut phases_of = HashMap::new();
        let mut indicators_of = HashMap::new();
        if asked("phases") {
            for phase in phases::of_objectives(conn, &objectives)? {
                phases_of.entry(phase.objective_id.clone()).or_insert_with(Vec::new).push(phase);
            }
        }
        if asked("indicators") {
            for indicator in indicators::of_objectives(conn, &objectives)? {
                indicators_of.entry(indicator.objective_id.clone()).or_insert_with(Vec::new).push(indicator);
            }
        }
        let with_parts = objectives.into_iter().map(|objective| {
            let id = Some(objective.id.clone());
            ObjectiveWithParts {
                phases: asked("phases").then(|| phases_of.remove(&id).unwrap_or_default()),
                indicators: asked("indicators").then(|| indicators_of.remove(&id).unwrap_or_default()),
                objective,
            }
        });
        Ok(with_parts.collect())
    }

    /// The objective's revision, and where parts are shown the latest of theirs and how many there are: any change of any
    /// of them changes it.
    pub fn etag(&self) -> String {
        let phases = self.phases.iter().flatten().map(|phase| phase.revision);
        let parts: Vec<_> =
            phases.chain(self.indicators.iter().flatten().map(|indicator| indicator.revision)).collect();
        match self.phases.is_some() || self.indicators.is_some() {
            true => format!("{}.{}.{}", self.objective.revision, parts.iter().max().unwrap_or(&0), parts.len()),
            false => self.objective.revision.to_string(),
        }
    }

    pub fn sample() -> Self {
        ObjectiveWithParts { objective: Objective::sample(), phases: None, indicators: None }
    }
}
