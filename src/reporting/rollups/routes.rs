//! `/monitoring/rollups`, `/monitoring/missing-administrations`, `/monitoring/comparisons`.

use super::compute::{self, Asked};
use super::metric::{RollupMetric, RollupMetrics, Source};
use super::model::{Comparison, MissingAdministration, Peers, Rollups};
use super::territory::{RollupBy, Span};
use crate::administrations::comuni_in_time;
use crate::administrations::model::{AdministrationKind, TerritoryCode};
use crate::app::App;
use crate::auth::{AggregatesRead, Caller, ServicesRead};
use crate::calendar::Month;
use crate::error::{Invalid, Problem};
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// Years of a period, at most.
const MOST_YEARS: i32 = 10;

/// What to roll up, by what, of when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RollupFilter {
    /// Up to eight metrics, with commas between.
    #[param(value_type = RollupMetrics)]
    metric: RollupMetrics,
    /// The whole country where left out.
    by: Option<RollupBy>,
    /// Administrations of this kind: comuni where left out.
    kind: Option<AdministrationKind>,
    /// Only of the region of this ISTAT code, as it was in the period.
    region: Option<TerritoryCode>,
    /// Only of the province of this ISTAT code, as it was in the period.
    province: Option<TerritoryCode>,
    /// Sums begin with this month: January of the year of `to` where left out.
    #[param(value_type = Option<Month>)]
    from: Option<Month>,
    /// Sums end with this month: that of `as_of`, or else the current one, where left out.
    #[param(value_type = Option<Month>)]
    to: Option<Month>,
    /// What is counted on a day is counted on this: the last of `to`, or today where that comes first, where left out.
    as_of: Option<NaiveDate>,
}

/// Whose reports are missing.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MissingFilter {
    /// Those that reported nothing of this.
    metric: RollupMetric,
    /// Administrations of this kind: comuni where left out.
    kind: Option<AdministrationKind>,
    /// Only of the region of this ISTAT code, as it was in the period.
    region: Option<TerritoryCode>,
    /// Only of the province of this ISTAT code, as it was in the period.
    province: Option<TerritoryCode>,
    /// Sums begin with this month: January of the year of `to` where left out.
    #[param(value_type = Option<Month>)]
    from: Option<Month>,
    /// Sums end with this month: that of `as_of`, or else the current one, where left out.
    #[param(value_type = Option<Month>)]
    to: Option<Month>,
    /// What is counted on a day is counted on this: the last of `to`, or today where that comes first, where left out.
    as_of: Option<NaiveDate>,
    /// Administrations of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

/// Whom to compare, with whom, in what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComparisonFilter {
    /// Compares this administration.
    administration: IpaCode,
    /// In this; not in its objectives.
    metric: RollupMetric,
    /// With these: those of its region and class where left out.
    peers: Option<Peers>,
    /// Sums begin with this month: January of the year of `to` where left out.
    #[param(value_type = Option<Month>)]
    from: Option<Month>,
    /// Sums end with this month: that of `as_of`, or else the current one, where left out.
    #[param(value_type = Option<Month>)]
    to: Option<Month>,
    /// What is counted on a day is counted on this: the last of `to`, or today where that comes first, where left out.
    as_of: Option<NaiveDate>,
}

/// Period and day as they were asked for.
struct When {
    from: Option<Month>,
    to: Option<Month>,
    as_of: Option<NaiveDate>,
}

impl When {
    fn settle(&self, today: NaiveDate, invalid: &mut Invalid) -> (Span, NaiveDate) {
        let to = self.to.unwrap_or(Month::of(self.as_of.unwrap_or(today).min(today)));
        let from = self.from.unwrap_or(to.january_of());
        if from > to || from.year() + MOST_YEARS < to.year() {
            invalid.add("from", from, format!("must not be after {to}, nor more than {MOST_YEARS} years before it"));
        }
        if to.first_day() > today {
            invalid.add("to", to, format!("lies in the future: today is {today}"));
        }
        let period = Span { from: from.first_day(), to: to.last_day().min(today) };
        let as_of = self.as_of.unwrap_or(period.to);
        if !(Month::of(as_of).year() >= 1990 && as_of <= today) {
            invalid.add("as_of", as_of, format!("must be a day from 1990-01-01 to today, {today}"));
        }
        (period, as_of)
    }
}

/// Codes that no region or province ever had are slips, not empty totals.
fn check_territory(invalid: &mut Invalid, region: Option<&TerritoryCode>, province: Option<&TerritoryCode>) {
    let known = |code: &TerritoryCode, digits| {
        code.as_str().len() == digits && comuni_in_time::all().name(code.as_str()).is_some()
    };
    if let Some(code) = region.filter(|code| !known(code, 2)) {
        invalid.add("region", code, "is no ISTAT code of a region, such as 09");
    }
    if let Some(code) = province.filter(|code| !known(code, 3)) {
        invalid.add("province", code, "is no ISTAT code of a province, such as 048");
    }
}

/// Shows roll-ups.
///
/// Up to eight metrics, summed over the administrations that the token opens, by province, region, country or class of
/// residents: with how many reported of how many there were in the period, and the quartiles of their own figures. A share is
/// the sum above over the sum below, never a mean of shares. Comuni are those of the period, each where it then lay.
#[utoipa::path(tag = "monitoring", params(RollupFilter), security(("oauth2" = ["aggregates.read"])),
    responses((status = 200, description = "The metrics, rolled up.", body = Rollups)))]
#[get("/monitoring/rollups")]
pub async fn show_rollups(
    app: web::Data<App>,
    caller: Caller<AggregatesRead>,
    filter: Query<RollupFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter, today) = (caller.tenants(), filter.0, app.db.clock().now().date());
    let mut invalid = Invalid::default();
    check_territory(&mut invalid, filter.region.as_ref(), filter.province.as_ref());
    let when = When { from: filter.from, to: filter.to, as_of: filter.as_of };
    let (period, as_of) = when.settle(today, &mut invalid);
    invalid.finish()?;
    let asked = Asked {
        metrics: filter.metric.0,
        by: filter.by.unwrap_or(RollupBy::Country),
        kind: filter.kind.unwrap_or(AdministrationKind::Comune),
        region: filter.region,
        province: filter.province,
        period,
        as_of,
    };
    let rollups = app.db.read(move |conn| compute::rollups(conn, &tenants, &asked)).await?;
    Ok(HttpResponse::Ok().json(rollups))
}

/// Lists who is missing.
///
/// The administrations that were there in the period, whose data the token opens, and that reported nothing of a metric: what
/// a roll-up counts as expected and not as reported. A token for all sees the comuni of which no administration is registered,
/// too.
#[utoipa::path(tag = "monitoring", params(MissingFilter), security(("oauth2" = ["aggregates.read"])),
    responses((status = 200, description = "A page of administrations.", body = Page<MissingAdministration>)))]
#[get("/monitoring/missing-administrations")]
pub async fn list_missing_administrations(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<AggregatesRead>,
    filter: Query<MissingFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter, today) = (caller.tenants(), filter.0, app.db.clock().now().date());
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let mut invalid = Invalid::default();
    check_territory(&mut invalid, filter.region.as_ref(), filter.province.as_ref());
    let when = When { from: filter.from, to: filter.to, as_of: filter.as_of };
    let (period, as_of) = when.settle(today, &mut invalid);
    invalid.finish()?;
    let metric = filter.metric;
    let asked = Asked {
        metrics: vec![metric],
        by: RollupBy::Country,
        kind: filter.kind.unwrap_or(AdministrationKind::Comune),
        region: filter.region,
        province: filter.province,
        period,
        as_of,
    };
    let mut rows = app.db.read(move |conn| compute::missing(conn, &tenants, &asked, metric)).await?;
    if let Some(after) = &slice.after {
        rows.retain(|row| row.key > after.administration);
    }
    rows.truncate(slice.limit + 1);
    let mark = |row: &MissingAdministration| Mark { administration: row.key.clone(), id: String::new() };
    Ok(Page::answer(&app, &request, &slice, rows, mark))
}

/// Shows an administration among its peers.
///
/// Its figure, its place, and the quartiles of the peers that reported; nothing that tells a single peer's figure. Where the
/// token does not open all of their data, the quartiles are cut to three digits, and of fewer than five peers nothing is told.
#[utoipa::path(tag = "monitoring", params(ComparisonFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "The comparison.", body = Comparison)))]
#[get("/monitoring/comparisons")]
pub async fn show_comparison(
    app: web::Data<App>,
    caller: Caller<ServicesRead>,
    filter: Query<ComparisonFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter, today) = (caller.tenants(), filter.0, app.db.clock().now().date());
    if !tenants.include(&filter.administration) {
        return Err(Problem::not_found("administration"));
    }
    let mut invalid = Invalid::default();
    if filter.metric.source() == Source::Objectives {
        let detail = "is not compared: every peer's objectives would be evaluated for it; take a metric of services, usage, \
                      platforms or protocol";
        invalid.add("metric", filter.metric, detail);
    }
    let when = When { from: filter.from, to: filter.to, as_of: filter.as_of };
    let (period, as_of) = when.settle(today, &mut invalid);
    invalid.finish()?;
    let asked = Asked {
        metrics: vec![filter.metric],
        by: RollupBy::Country,
        kind: AdministrationKind::Comune,
        region: None,
        province: None,
        period,
        as_of,
    };
    let peers = filter.peers.unwrap_or(Peers::RegionAndPopulationClass);
    let comparison = app.db.read(move |conn| {
        compute::comparison(conn, &tenants, &filter.administration, peers, filter.metric, asked.clone())
    });
    Ok(HttpResponse::Ok().json(comparison.await?))
}
