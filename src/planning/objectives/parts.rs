//! An objective as it is shown: with its phases, its indicators, how it stands, in one request and three more queries
//! however long the page. What is shown may read below itself; what is stored never does.

use super::model::Objective;
use crate::clock::Instant;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::history;
use crate::planning::indicators::evaluated::EvaluatedIndicator;
use crate::planning::indicators::model::Indicator;
use crate::planning::indicators::store as indicators;
use crate::planning::phases::model::Phase;
use crate::planning::phases::store as phases;
use crate::planning::targets::evaluate::{RollUp, roll_up};
use chrono::NaiveDate;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

crate::text::text_type!(
    /// What is shown with an objective, with commas between: `phases`, `indicators`, `evaluation`.
    Embed, 6..=28, "^(phases|indicators|evaluation)(,(phases|indicators|evaluation)){0,2}$",
    "phases, indicators, evaluation, or several of them with commas between", "phases,indicators",
    |text: &str| {
        let known = |part: &str| ["phases", "indicators", "evaluation"].contains(&part);
        (text.split(',').count() <= 3 && text.split(',').all(known)).then(|| text.to_owned())
    }
);

impl Embed {
    fn asks_for(&self, part: &str) -> bool {
        self.as_str().split(',').any(|asked| asked == part)
    }
}

/// Which parts were asked for.
#[derive(Debug, Clone, Copy)]
struct Asked {
    phases: bool,
    indicators: bool,
    evaluation: bool,
}

impl Asked {
    fn of(embed: Option<&Embed>) -> Self {
        let asked = |part: &str| embed.is_some_and(|embed| embed.asks_for(part));
        Asked { phases: asked("phases"), indicators: asked("indicators"), evaluation: asked("evaluation") }
    }

    fn evaluates(self) -> bool {
        self.indicators || self.evaluation
    }
}

/// An objective and the parts that were asked for.
#[derive(Debug, Clone, Serialize)]
pub struct ObjectiveWithParts {
    #[serde(flatten)]
    pub objective: Objective,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phases: Option<Vec<Phase>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indicators: Option<Vec<EvaluatedIndicator>>,
    /// The weighted mean of its indicators that can be evaluated, and how many cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<RollUp>,
    #[serde(skip)]
    state: String,
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
                .property("indicators", parts("EvaluatedIndicator", "indicators"))
                .property("evaluation", Ref::from_schema_name(RollUp::name()))
                .into(),
            other => other,
        }
    }
}

impl ToSchema for ObjectiveWithParts {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Objective::schemas(schemas);
        schemas.push((Phase::name().into_owned(), Phase::schema()));
        Phase::schemas(schemas);
        schemas.push((EvaluatedIndicator::name().into_owned(), EvaluatedIndicator::schema()));
        EvaluatedIndicator::schemas(schemas);
        schemas.push((RollUp::name().into_owned(), RollUp::schema()));
    }
}

impl ObjectiveWithParts {
    /// Adds to objectives what is asked for, as of a day.
    pub fn load(
        conn: &mut AnyConnection,
        objectives: Vec<Objective>,
        embed: Option<&Embed>,
        as_of: NaiveDate,
    ) -> Result<Vec<Self>, Problem> {
        let asked = Asked::of(embed);
        let phases = if asked.phases { phases::of_objectives(conn, &objectives)? } else { Vec::new() };
        let indicators = if asked.evaluates() { indicators::of_objectives(conn, &objectives)? } else { Vec::new() };
        let indicators = EvaluatedIndicator::load(conn, indicators, as_of)?;
        Ok(Self::assemble(objectives, phases, indicators, asked))
    }

    /// The same of objectives as they stood at an instant, with their parts as these stood then.
    pub fn load_then(
        conn: &mut AnyConnection,
        objectives: Vec<Objective>,
        embed: Option<&Embed>,
        at: Instant,
    ) -> Result<Vec<Self>, Problem> {
        let Some(home) = objectives.first().map(|objective| objective.administration.clone()) else {
            return Ok(Vec::new());
        };
        let asked = Asked::of(embed);
        let plans: BTreeSet<_> = objectives.iter().map(|objective| objective.plan_id.clone()).collect();
        let plans: Vec<_> = plans.into_iter().collect();
        let mut phases = Vec::new();
        if asked.phases {
            phases = history::of_plans::<Phase>(conn, &home, &plans, at)?;
        }
        let mut indicators = Vec::new();
        if asked.evaluates() {
            let ids: BTreeSet<_> = objectives.iter().map(|objective| Some(objective.id.clone())).collect();
            let of_plans = history::of_plans::<Indicator>(conn, &home, &plans, at)?;
            let shown = of_plans.into_iter().filter(|indicator| ids.contains(&indicator.objective_id));
            indicators = EvaluatedIndicator::load_then(conn, shown.collect(), at)?;
        }
        Ok(Self::assemble(objectives, phases, indicators, asked))
    }

    /// Parts of other objectives are left lying.
    fn assemble(
        objectives: Vec<Objective>,
        phases: Vec<Phase>,
        indicators: Vec<EvaluatedIndicator>,
        asked: Asked,
    ) -> Vec<Self> {
        let mut phases_of: HashMap<_, Vec<Phase>> = HashMap::new();
        for phase in phases {
            phases_of.entry(phase.objective_id.clone()).or_default().push(phase);
        }
        let mut indicators_of: HashMap<_, Vec<EvaluatedIndicator>> = HashMap::new();
        for row in indicators {
            indicators_of.entry(row.indicator.objective_id.clone()).or_default().push(row);
        }
        let with_parts = objectives.into_iter().map(|objective| {
            let id = Some(objective.id.clone());
            let phases = phases_of.remove(&id).unwrap_or_default();
            let indicators = indicators_of.remove(&id).unwrap_or_default();
            let evaluations = indicators.iter().map(|row| (row.indicator.weight, &row.evaluation));
            ObjectiveWithParts {
                evaluation: asked.evaluation.then(|| roll_up(evaluations)),
                state: state(&objective, &phases, &indicators),
                phases: asked.phases.then_some(phases),
                indicators: asked.indicators.then_some(indicators),
                objective,
            }
        });
        with_parts.collect()
    }

    /// The state for the ETag, the objective's revision first.
    pub fn etag(&self) -> &str {
        &self.state
    }

    pub fn sample() -> Self {
        let (objective, state) = (Objective::sample(), String::new());
        ObjectiveWithParts { objective, phases: None, indicators: None, evaluation: None, state }
    }
}

/// The objective's revision, and of the parts that are shown a digest of their states: any change of any changes it.
fn state(objective: &Objective, phases: &[Phase], indicators: &[EvaluatedIndicator]) -> String {
    if phases.is_empty() && indicators.is_empty() {
        return objective.revision.to_string();
    }
    let mut digest = Sha256::new();
    for phase in phases {
        digest.update(format!("{}:{};", phase.id, phase.revision));
    }
    for row in indicators {
        digest.update(format!("{}:{};", row.indicator.id, row.etag()));
    }
    let short = digest.finalize().iter().take(8).fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
    format!("{}.{short}", objective.revision)
}
