//! `/measurement-validations`: an evaluator stands for measurements, each in the version that was looked at.

use super::model::{Measurement, MeasurementState};
use super::store;
use crate::app::App;
use crate::auth::{Caller, PlanningEvaluate};
use crate::db::{Database, Write};
use crate::error::{Invalid, Kind, Problem};
use crate::http::json::Json;
use crate::ids::Id;
use crate::planning::plans::model::Plan;
use crate::record;
use crate::text::IpaCode;
use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// Measurements of one request, at most.
const MAX_ITEMS: usize = 1000;

/// A measurement in the version that was looked at.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidatedVersion {
    pub measurement_id: Id,
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub version: i32,
}

/// What an evaluator stands for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMeasurementValidations {
    pub plan_id: Id,
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<ValidatedVersion>,
}

/// The measurements as they now stand, in the order in which they were sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeasurementValidations {
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<Measurement>,
}

impl MeasurementValidations {
    pub fn sample() -> Self {
        MeasurementValidations { items: vec![Measurement::sample()] }
    }
}

/// Validates measurements of a plan.
///
/// All or none: each is the current version of a measurement of this plan. One that was corrected since it was looked at is a
/// conflict; one that is validated already stays as it is.
#[utoipa::path(tag = "measurements", security(("oauth2" = ["planning.evaluate"])), request_body = NewMeasurementValidations,
    responses((status = 200, description = "Validated.", body = MeasurementValidations)))]
#[post("/measurement-validations")]
pub async fn create_measurement_validations(
    app: web::Data<App>,
    caller: Caller<PlanningEvaluate>,
    input: Json<NewMeasurementValidations>,
) -> Result<HttpResponse, Problem> {
    let (tenants, author, input) = (caller.tenants(), caller.author(), input.0);
    if !(1..=MAX_ITEMS).contains(&input.items.len()) {
        let detail = format!("must be 1 to {MAX_ITEMS} measurements");
        return Err(Problem::invalid("/items", input.items.len(), detail));
    }
    let validate = move |db: &Database| {
        let plan: Plan = db.read_now(|conn| record::parent(conn, &tenants, "/plan_id", &input.plan_id))?;
        db.write_now(&author, plan.administration.as_str(), |write| validate(write, &plan.administration, &input))
    };
    let items = app.db.run(validate).await?;
    Ok(HttpResponse::Ok().json(MeasurementValidations { items }))
}

fn validate(
    write: &mut Write<'_>,
    home: &IpaCode,
    input: &NewMeasurementValidations,
) -> Result<Vec<Measurement>, Problem> {
    let items = &input.items;
    let plan: Plan = record::relative(write, home, "/plan_id", &input.plan_id)?;
    plan.check_open()?;
    let ids: Vec<_> = items.iter().map(|item| &item.measurement_id).collect();
    let known = store::of_ids(write.conn, &plan, &ids)?;
    let mut known: HashMap<Id, Measurement> = known.into_iter().map(|row| (row.id.clone(), row)).collect();
    let (mut unknown, mut corrected) = (Invalid::default(), Invalid::default());
    for (index, item) in items.iter().enumerate() {
        match known.get(&item.measurement_id) {
            None => {
                let detail = format!("is no measurement of the plan {} that counts", plan.code);
                unknown.add(&format!("/items/{index}/measurement_id"), &item.measurement_id, detail);
            }
            Some(row) if row.version != item.version => {
                let detail = format!("is at version {} by now: look at it again", row.version);
                corrected.add(&format!("/items/{index}/version"), item.version, detail);
            }
            Some(_) => {}
        }
    }
    unknown.finish()?;
    corrected.finish().map_err(|problem| Problem { kind: Kind::Conflict, ..problem })?;
    let provisional = known.values().filter(|row| row.state == MeasurementState::Provisional);
    let mut provisional: Vec<_> = provisional.cloned().collect();
    provisional.sort_by(|one, other| one.id.cmp(&other.id));
    for row in store::set_state(write, home, provisional, MeasurementState::Validated)? {
        known.insert(row.id.clone(), row);
    }
    Ok(items.iter().filter_map(|item| known.get(&item.measurement_id).cloned()).collect())
}
