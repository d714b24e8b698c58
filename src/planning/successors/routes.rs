//! `/plans/{plan_key}/successors`.

use super::carry;
use super::model::{NewSuccessor, Successor};
use crate::app::App;
use crate::auth::{Caller, PlanningEdit};
use crate::error::Problem;
use crate::http::answer;
use crate::http::json::Json;
use crate::http::query::Query;
use crate::record::RecordKey;
use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// How it is made.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuccessorOptions {
    /// Answers as the making would, and makes nothing.
    #[param(default = false)]
    dry_run: Option<bool>,
}

/// Rolls a plan forward.
///
/// Makes next year's plan from this year's, as a draft that names its predecessor. Sections, objectives, indicators and
/// unfinished phases go along with their codes, weights, ratings, budget links and units; horizons and target years move;
/// what was achieved in the year before becomes the baseline, with its lineage. The answer tells of each record whether it
/// was carried, changed or left out, and why. A plan of that code that exists already is a conflict.
#[utoipa::path(tag = "plans", security(("oauth2" = ["planning.edit"])), request_body = NewSuccessor,
    params(("plan_key" = RecordKey, Path, description = "Id or codes"), SuccessorOptions),
    responses((status = 200, description = "Nothing was made: a dry run.", body = Successor),
              (status = 201, description = "Made.", body = Successor)))]
#[post("/plans/{plan_key}/successors")]
pub async fn create_successor(
    app: web::Data<App>,
    caller: Caller<PlanningEdit>,
    key: web::Path<String>,
    options: Query<SuccessorOptions>,
    input: Json<NewSuccessor>,
) -> Result<HttpResponse, Problem> {
    let (tenants, author) = (caller.tenants(), caller.author());
    let (key, dry_run) = (key.into_inner(), options.0.dry_run.unwrap_or(false));
    let made = app.db.run(move |db| carry::run(db, &tenants, &author, &key, &input.0, dry_run)).await?;
    Ok(match &made.plan_id {
        Some(id) => answer::created(&app, &format!("/plans/{id}"), made.revision, &made),
        None => HttpResponse::Ok().json(made),
    })
}
