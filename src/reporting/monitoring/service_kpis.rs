//! The key figures of an administration's digital services: the four of the Leverano plan, and the four of the UK's
//! service standard. Each tells what it was computed from; one that nobody sent the counts for is left out.

use crate::administrations::store as administrations;
use crate::app::App;
use crate::auth::{Caller, ServicesRead};
use crate::calendar::{Day, Month};
use crate::db::AnyConnection;
use crate::digital_services::counts;
use crate::error::Problem;
use crate::http::query::Query;
use crate::metric_definitions::count::protocol;
use crate::protocol::registrations::model::ProtocolChannel;
use crate::protocol::registrations::store as registrations;
use crate::service_usage::model::{answers_and_points, round};
use crate::service_usage::sums;
use crate::text::IpaCode;
use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A ratio with what it was computed from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct KpiRatio {
    /// To two decimals; shares are in per cent.
    #[schema(minimum = 0, maximum = 1e15)]
    pub value: f64,
    #[schema(minimum = 0, maximum = 1e15)]
    pub numerator: f64,
    #[schema(minimum = 0, maximum = 1e15)]
    pub denominator: f64,
}

impl KpiRatio {
    /// `None` where there is nothing to divide by.
    fn of(numerator: i64, denominator: i64, scale: f64) -> Option<Self> {
        let (numerator, denominator) = (numerator as f64, denominator as f64);
        (denominator > 0.0).then(|| KpiRatio { value: round(numerator * scale / denominator), numerator, denominator })
    }
}

/// The key figures of an administration's digital services in a period.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ServiceKpis {
    pub administration: IpaCode,
    pub from: Month,
    pub to: Month,
    /// The last day of the period, or today where that comes first.
    pub as_of: NaiveDate,
    /// Services active on that day.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub online_services: i64,
    /// Summed over services and months.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub users: Option<i64>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub accesses: Option<i64>,
    /// Submissions completed online over all incoming registrations, in per cent.
    pub online_share: Option<KpiRatio>,
    /// Submissions completed online over these and what came in on paper (post, desk, fax), in per cent: known where single
    /// registrations are sent with their channel.
    pub digital_take_up: Option<KpiRatio>,
    /// Submissions completed over those started, of the months that tell both, in per cent.
    pub completion_rate: Option<KpiRatio>,
    /// Points given over answers, 1 to 5.
    pub satisfaction: Option<KpiRatio>,
    /// Euros over submissions completed, of the months that tell the cost.
    pub cost_per_transaction: Option<KpiRatio>,
}

/// Whose figures, of when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct KpiFilter {
    /// Of this administration.
    administration: IpaCode,
    /// From this month on: January of the year of `to` where left out.
    #[param(value_type = Option<Month>)]
    from: Option<Month>,
    /// Up to this month: the current one where left out.
    #[param(value_type = Option<Month>)]
    to: Option<Month>,
}

/// Shows the key figures of digital services.
///
/// Of one administration and period: online services, users, accesses, online submissions over all incoming registrations;
/// digital take-up, completion rate, satisfaction and cost per transaction. What it costs depends on that administration's
/// own rows alone.
#[utoipa::path(tag = "monitoring", params(KpiFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "The figures.", body = ServiceKpis)))]
#[get("/monitoring/service-kpis")]
pub async fn show_service_kpis(
    app: web::Data<App>,
    caller: Caller<ServicesRead>,
    filter: Query<KpiFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, filter, today) = (caller.tenants(), filter.0, app.db.clock().now().date());
    if !tenants.include(&filter.administration) {
        return Err(Problem::not_found("administration"));
    }
    let to = filter.to.unwrap_or(Month::of(today));
    let from = filter.from.unwrap_or(to.january_of());
    if from > to || from.year() + 10 < to.year() {
        return Err(Problem::invalid("from", from, format!("must lie before {to}, at most ten years")));
    }
    let kpis = app.db.read(move |conn| {
        administrations::require(conn, &filter.administration, "administration")?;
        compute(conn, &filter.administration, from, to, today)
    });
    Ok(HttpResponse::Ok().json(kpis.await?))
}

fn compute(
    conn: &mut AnyConnection,
    home: &IpaCode,
    from: Month,
    to: Month,
    today: NaiveDate,
) -> Result<ServiceKpis, Problem> {
    let (first, last) = (from.first_day(), to.last_day().min(today));
    let usage = sums::of(conn, home, from, to)?;
    let protocol = protocol(conn, home, first, last, today)?;
    let channels = registrations::incoming_by_channel(conn, home, Day::of(first), Day::of(last))?;
    let of_channels = |wanted: fn(&ProtocolChannel) -> bool| {
        let counts = channels.iter().filter(|(channel, _)| channel.as_ref().is_some_and(wanted));
        counts.map(|(_, count)| *count).sum::<i64>()
    };
    let on_paper = of_channels(|channel| ProtocolChannel::ON_PAPER.contains(channel));
    let channel_is_known = of_channels(|_| true) > 0;
    let (answers, points) = answers_and_points(&usage.satisfaction());
    let completed = usage.submissions_completed;
    Ok(ServiceKpis {
        administration: home.clone(),
        from,
        to,
        as_of: last,
        online_services: counts::of(conn, home, last)?.online,
        users: usage.users,
        accesses: usage.accesses,
        online_share: completed.and_then(|completed| KpiRatio::of(completed, protocol.incoming, 100.0)),
        digital_take_up: completed
            .filter(|_| channel_is_known)
            .and_then(|completed| KpiRatio::of(completed, completed + on_paper, 100.0)),
        completion_rate: usage
            .completed_of_started
            .and_then(|completed| KpiRatio::of(completed, usage.started.unwrap_or_default(), 100.0)),
        satisfaction: KpiRatio::of(points, answers, 1.0),
        cost_per_transaction: usage.cost_cents.and_then(|cents| {
            let ratio = KpiRatio::of(cents, usage.completed_of_costed.unwrap_or_default(), 0.01)?;
            Some(KpiRatio { numerator: ratio.numerator / 100.0, ..ratio })
        }),
    })
}

impl ServiceKpis {
    pub fn sample() -> Self {
        let day = |month, day| NaiveDate::from_ymd_opt(2020, month, day).unwrap_or_default();
        ServiceKpis {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            from: Month::of(day(1, 1)),
            to: Month::of(day(12, 1)),
            as_of: day(12, 31),
            online_services: 78,
            users: Some(9120),
            accesses: Some(31_877),
            online_share: KpiRatio::of(6605, 47_011, 100.0),
            digital_take_up: None,
            completion_rate: KpiRatio::of(6605, 7340, 100.0),
            satisfaction: KpiRatio::of(413, 100, 1.0),
            cost_per_transaction: None,
        }
    }
}
