//! Takes a file of rows in: kept aside, read once through, then carried out within the request or after it.

use super::model::{Import, ImportMode};
use super::routes::ImportOptions;
use super::rows::file::{RowFile, RowFormat};
use super::rows::resource::RowResource;
use super::rows::run::{Inspected, Job};
use super::rows::spool::{self, Spooled};
use crate::app::App;
use crate::auth::{Caller, ImportsWrite, PlanningApprove, Scope};
use crate::db::{Author, Database};
use crate::error::Problem;
use actix_web::{HttpRequest, HttpResponse, web};
use tokio::sync::OwnedSemaphorePermit;

/// A file of more rows is carried out after the answer.
const WITHIN_A_REQUEST: i64 = 10_000;

/// A file on its way in.
pub struct Upload {
    pub app: web::Data<App>,
    pub request: HttpRequest,
    pub format: RowFormat,
}

/// Where an import stands.
pub fn place(app: &App, import: &Import) -> String {
    format!("{}/v1/imports/{}", app.settings.public_url, import.id)
}

pub async fn rows(
    upload: Upload,
    caller: &Caller<ImportsWrite>,
    options: ImportOptions,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let Upload { app, request, format } = upload;
    let resource = options.resource.ok_or_else(|| {
        let known: Vec<_> = RowResource::ALL.iter().map(|one| one.as_str()).collect();
        Problem::invalid("resource", "", format!("is missing: say what the rows are of, one of {}", known.join(", ")))
    })?;
    options.refuse_what_documents_have()?;
    caller.require_scope(resource.family().writing_scope())?;
    if let Some(only) = &options.administration {
        caller.tenants().require(only)?;
    }
    // Few at a time: each may fill a file, and writes.
    let permit = std::sync::Arc::clone(&app.imports).try_acquire_owned();
    let permit = permit.map_err(|_| Problem::unavailable("Too many imports are under way in this process."))?;
    let limit = app.settings.import_file_limit;
    let Spooled { file, digest, bytes } = spool::receive(&request, &mut payload.into_inner(), limit).await?;
    let job = Job {
        file: RowFile { file, limit, format, resource },
        only: options.administration,
        mode: options.mode.unwrap_or(ImportMode::RowByRow),
        dry_run: options.dry_run.unwrap_or(false),
        tenants: caller.tenants(),
        author: Author { restores: caller.has(PlanningApprove::NAME), ..caller.author() },
        bytes,
        digest,
    };
    // Reading a file takes no connection, and none is kept for it meanwhile.
    let inspected = web::block(move || job.inspect().map(|inspected| (job, inspected))).await;
    let (job, inspected) = inspected.map_err(|_| Problem::internal("a task that read a file panicked"))??;
    if inspected.rows() > WITHIN_A_REQUEST || prefers_async(&request) {
        return later(&app, job, inspected, permit).await;
    }
    let done = move |db: &Database| {
        let _permit = permit;
        let import = job.begin(db, &inspected)?;
        job.carry_out(db, import, &|_| ())
    };
    let import = app.db.run(done).await?;
    let result = format!("{}/result", place(&app, &import));
    Ok(HttpResponse::Created().insert_header(("Location", result)).json(import))
}

/// `Prefer: respond-async` (RFC 7240).
fn prefers_async(request: &HttpRequest) -> bool {
    let mut preferences = request.headers().get_all("Prefer").filter_map(|value| value.to_str().ok());
    preferences.any(|all| all.split(',').any(|one| one.trim().eq_ignore_ascii_case("respond-async")))
}

/// Begins the import and answers; a thread of its own carries it out, since it would keep one of the pool's few for long.
async fn later(
    app: &App,
    job: Job,
    inspected: Inspected,
    permit: OwnedSemaphorePermit,
) -> Result<HttpResponse, Problem> {
    let begun = app.db.run(move |db| {
        let import = job.begin(db, &inspected)?;
        Ok((job, import))
    });
    let (job, import) = begun.await?;
    let (db, under_way) = (app.db.clone(), import.clone());
    let thread = std::thread::Builder::new().name("import".to_owned()).spawn(move || {
        let _permit = permit;
        let id = under_way.id.clone();
        if let Err(problem) = job.carry_out(&db, under_way, &|_| ()) {
            tracing::error!(import = %id, cause = %problem, "how an import ended cannot be written down");
        }
    });
    thread.map_err(Problem::internal)?;
    let location = place(app, &import);
    Ok(HttpResponse::Accepted().insert_header(("Location", location)).insert_header(("Retry-After", "1")).json(import))
}
