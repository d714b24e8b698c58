//! `/protocol-days`.

use super::model::{DaySource, NewProtocolDay, ProtocolDay, Totals};
use super::store;
use crate::administrations::store as administrations;
use crate::app::App;
use crate::audit::{self, Action};
use crate::auth::{Caller, FeedsWrite, ServicesRead};
use crate::calendar::Day;
use crate::error::{Kind, Problem};
use crate::http::answer::{self, Expected};
use crate::http::json::Json;
use crate::http::page::{Cursor, Mark, Page, Slice};
use crate::http::query::Query;
use crate::record::RecordKey;
use crate::text::{Code, IpaCode};
use actix_web::{HttpRequest, HttpResponse, get, put, web};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use utoipa::IntoParams;

/// Days that are looked at in one request.
const LONGEST: i64 = 366;

/// Which days.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DayFilter {
    /// Of this administration.
    administration: IpaCode,
    /// Of this organisational area; of all, each apart, where left out.
    aoo: Option<Code>,
    /// From this day on: 1 January of the year of `to` where left out.
    #[param(value_type = Option<Day>)]
    from: Option<Day>,
    /// Up to this day, at most a year later: today where left out.
    #[param(value_type = Option<Day>)]
    to: Option<Day>,
    /// Missed days only, or none of them.
    missed: Option<bool>,
    /// Days of a page, at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins: taken from `_links.next`.
    cursor: Option<Cursor>,
}

/// Lists the days of the protocol.
///
/// By area and date. Single registrations are counted; where an area sent none of a day, its totals stand. A working day
/// that is over and on which nothing was registered is shown as missed, since the area's first known day.
#[utoipa::path(tag = "protocol-days", params(DayFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "A page of days.", body = Page<ProtocolDay>)))]
#[get("/protocol-days")]
pub async fn list_protocol_days(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    filter: Query<DayFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter, today) = (caller.tenants(), filter.0, app.db.clock().now().date());
    if !tenants.include(&filter.administration) {
        return Err(Problem::not_found("administration"));
    }
    let slice = Slice::of(filter.limit, filter.cursor.as_ref())?;
    let to = filter.to.map_or(today, Day::date);
    let from = filter.from.map_or(NaiveDate::from_ymd_opt(to.year(), 1, 1).unwrap_or(to), Day::date);
    if from > to || (to - from).num_days() >= LONGEST {
        return Err(Problem::invalid("from", from, format!("must lie at most {LONGEST} days before {to}")));
    }
    let page = slice.clone();
    let rows = app.db.read(move |conn| {
        administrations::require(conn, &filter.administration, "administration")?;
        let (home, aoo) = (&filter.administration, filter.aoo.as_ref());
        let days = store::with_missed(conn, home, aoo, Day::of(from), Day::of(to), today)?;
        let wanted = |day: &ProtocolDay| filter.missed.is_none_or(|missed| day.missed == missed);
        // By area and date, as the marks sort too but for areas whose codes hold signs below the tilde.
        let seen = page.after.as_ref().and_then(|after| after.id.rsplit_once('~'));
        let seen = seen.and_then(|(aoo, date)| Some((Code::parse(aoo)?, date.parse::<Day>().ok()?)));
        let beyond = days.into_iter().filter(|(key, _)| seen.as_ref().is_none_or(|seen| key > seen));
        let rows = beyond.map(|(_, day)| day).filter(wanted).take(page.limit + 1);
        Ok(rows.collect::<Vec<_>>())
    });
    let mark = |day: &ProtocolDay| Mark::of(&day.administration, &format!("{}~{}", day.aoo, day.date));
    Ok(Page::answer(&app, &request, &slice, rows.await?, mark))
}

/// `c_b507~AOO1~2024-04-11`.
fn read_key(key: &str) -> Option<(IpaCode, Code, Day)> {
    let mut parts = key.splitn(3, '~');
    Some((IpaCode::parse(parts.next()?)?, Code::parse(parts.next()?)?, parts.next()?.parse().ok()?))
}

/// Shows a day of the protocol.
///
/// By administration, area and date: `c_b507~AOO1~2024-04-11`.
#[utoipa::path(tag = "protocol-days", security(("oauth2" = ["services.read"])),
    params(("day_key" = RecordKey, Path, description = "Administration, area and date")),
    responses((status = 200, description = "The day.", body = ProtocolDay)))]
#[get("/protocol-days/{day_key}")]
pub async fn show_protocol_day(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<ServicesRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let (tenants, today) = (caller.tenants(), app.db.clock().now().date());
    let not_found = || Problem::not_found("protocol day");
    let (home, aoo, date) = read_key(&key).filter(|(home, ..)| tenants.include(home)).ok_or_else(not_found)?;
    let days = app.db.read(move |conn| store::with_missed(conn, &home, Some(&aoo), date, date, today)).await?;
    let day = days.into_values().next().ok_or_else(not_found)?;
    Ok(answer::show(&request, day.revision.unwrap_or_default(), &day))
}

/// Replaces the totals of a day, or states them.
///
/// By administration, area and date: `c_b507~AOO1~2024-04-11`. For those who send no single registrations; where they were
/// sent, they win. Sending the same again changes nothing.
#[utoipa::path(tag = "protocol-days", security(("oauth2" = ["feeds.write"])), request_body = NewProtocolDay,
    params(("day_key" = RecordKey, Path, description = "Administration, area and date")),
    responses((status = 200, description = "Replaced, or the same already.", body = ProtocolDay),
              (status = 201, description = "Stated.", body = ProtocolDay)))]
#[put("/protocol-days/{day_key}")]
pub async fn upsert_protocol_day(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller<FeedsWrite>,
    key: web::Path<String>,
    input: Json<NewProtocolDay>,
) -> Result<HttpResponse, Problem> {
    let expected = Expected::of(&request)?;
    let wrong = || Problem::invalid("day_key", &key, "must be administration, area and date: c_b507~AOO1~2024-04-11");
    let (home, aoo, date) = read_key(&key).ok_or_else(wrong)?;
    if !caller.tenants().include(&home) {
        return Err(Problem::not_found("protocol day"));
    }
    let known = home.clone();
    app.db.read(move |conn| administrations::require(conn, &known, "day_key").map(|_| ())).await?;
    let done = app.db.write(caller.author(), home.clone(), move |write| {
        input.0.check(date, write.now.date())?;
        let current = store::find(write.conn, &home, &aoo, date)?;
        match &current {
            Some(current) => expected.check(current.revision)?,
            None if expected != Expected::Unstated => {
                return Err(Problem::new(Kind::Stale, "There are no totals of this day yet."));
            }
            None => {}
        }
        let totals = Totals {
            administration: home.clone(),
            aoo: aoo.clone(),
            date,
            incoming: input.0.incoming,
            outgoing: input.0.outgoing,
            revision: write.revision,
            created_at: current.as_ref().map_or(write.now, |current| current.created_at),
            updated_at: write.now,
        };
        let same = |current: &Totals| (current.incoming, current.outgoing) == (totals.incoming, totals.outgoing);
        let (action, stored) = match &current {
            Some(current) if same(current) => {
                write.undo();
                return Ok((false, current.clone(), store::known(write.conn, &home, Some(&aoo), date, date)?));
            }
            Some(_) => (Action::Update, store::update(write.conn, &totals)),
            None => (Action::Create, store::insert(write.conn, &totals)),
        };
        stored?;
        let id = format!("{home}~{aoo}~{date}");
        audit::append(write, &home, action, "protocol-days", id, current.as_ref(), Some(&totals))?;
        Ok((current.is_none(), totals, store::known(write.conn, &home, Some(&aoo), date, date)?))
    });
    let (is_new, totals, days) = done.await?;
    let day = days.into_values().next().unwrap_or_else(|| ProtocolDay::of_totals(&totals));
    debug_assert!(day.source != DaySource::Nothing);
    match is_new {
        true => Ok(answer::created(&app, &format!("/protocol-days/{key}"), totals.revision, &day)),
        false => Ok(answer::changed(totals.revision, &day)),
    }
}
