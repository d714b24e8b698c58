//! `/exports`.

use super::filter::ExportFilter;
use super::format::{Format, wants_gzip};
use super::model::{ExportedRecord, ExportedTable};
use super::outlet::{self, Piece};
use super::store::{self, Order};
use crate::app::App;
use crate::auth::{AggregatesRead, Caller};
use crate::error::Problem;
use crate::http::query::Query;
use crate::reporting::datasets::DataResource;
use crate::reporting::datasets::store::Scope;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use actix_web::{HttpRequest, HttpResponse, get, web};
use std::sync::Arc;

/// Gives a whole data set.
///
/// In one answer and of one moment, however long it is: as NDJSON, as CSV or, for indicators and usage, as SDMX-CSV 2.0,
/// whichever `Accept` asks for; compressed where `Accept-Encoding` allows it. The columns are the record's own fields and the
/// codes of what it hangs on. NDJSON ends with a line that tells the number of rows and the cursor from which the change feed
/// goes on (`Export-Cursor` tells it beforehand). An export that cannot be finished breaks the connection off.
#[utoipa::path(tag = "exports", security(("oauth2" = ["aggregates.read"])),
    params(("resource" = DataResource, Path, description = "The data set"), ExportFilter),
    responses((status = 200, description = "The data set.", content(
        (ExportedRecord = "application/x-ndjson"), (ExportedTable = "text/csv"),
        (ExportedTable = "application/vnd.sdmx.data+csv"))),
        (status = 406, description = "The format is not offered.")))]
#[get("/exports/{resource}")]
pub async fn show_export(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<AggregatesRead>,
    resource: web::Path<String>,
    filter: Query<ExportFilter>,
) -> Result<HttpResponse, Problem> {
    let resource: DataResource = resource.parse().map_err(|_| Problem::not_found("data set"))?;
    let (dataset, filter) = (resource.dataset(), filter.0);
    let format = Format::asked(&request, resource)?;
    let trailer = filter.trailer.unwrap_or(false);
    if trailer && format != Format::Csv {
        return Err(Problem::invalid("trailer", true, "is for text/csv alone"));
    }
    format.check_protocol(&request, trailer)?;
    let conditions = filter.conditions(dataset)?;
    let scope = Scope {
        tenants: caller.tenants(),
        administration: filter.administration,
        region: filter.region.map(|code| code.to_string()),
        province: filter.province.map(|code| code.to_string()),
    };
    let busy = || Problem::unavailable("As many exports are under way as this process gives at a time.");
    let place = Arc::clone(&app.export_places).try_acquire_owned().map_err(|_| busy())?;
    let compressed = wants_gzip(&request);
    let (outlet, mut receiver) = outlet::open(compressed, place);
    let order = Order { dataset, format, scope, conditions, trailer };
    app.db.apart(move |db| store::run(db, &order, outlet)).await?;
    // What fails before the first row is told as any other refusal.
    let mut cursor = String::new();
    let first = loop {
        match receiver.recv().await {
            Some(Piece::Begun(begun)) => cursor = begun,
            Some(Piece::Bytes(bytes)) => break bytes,
            Some(Piece::Failed(problem)) => return Err(problem),
            // Every format writes something.
            Some(Piece::End) | None => return Err(Problem::internal("an export broke off before it began")),
        }
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{resource}.{}\"", format.extension())))
        .insert_header((VARY, "Accept, Accept-Encoding"))
        .insert_header(("Export-Cursor", cursor));
    if compressed {
        answer.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(answer.streaming(outlet::body(first, receiver)))
}
