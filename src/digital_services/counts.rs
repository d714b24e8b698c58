//! How many services stand where, on any day: one aggregate pass over the rows of one administration.

use super::model::{ServiceStatus, status_on};
use super::vocabulary::Category;
use crate::administrations::store as administrations;
use crate::app::App;
use crate::auth::{Caller, ServicesRead, Tenants};
use crate::clock::Instant;
use crate::db::AnyConnection;
use crate::db::schema::digital_services as services;
use crate::error::Problem;
use crate::http::query::Query;
use crate::lifecycle::in_status_on;
use crate::text::IpaCode;
use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// Services online, by platform.
#[derive(Debug, Clone, Default, PartialEq, Eq, Queryable, Serialize, ToSchema)]
pub struct PlatformCounts {
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub spid: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub cie: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub cns: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub eidas: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub pagopa: i64,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub app_io: i64,
}

/// Services online at an interactivity level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LevelCount {
    /// Left out for those whose level is not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 5)]
    pub level: Option<i32>,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub services: i64,
}

/// Services online of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryCount {
    /// Left out for those whose category is not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub services: i64,
}

/// Services in a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusCount {
    pub status: ServiceStatus,
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub services: i64,
}

/// How many services an administration has, on a day. By platform, level and category only those online are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceCounts {
    pub administration: IpaCode,
    pub as_of: NaiveDate,
    /// In the inventory, in whatever status.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub total: i64,
    /// Active on that day.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub online: i64,
    pub platforms: PlatformCounts,
    #[schema(min_items = 0, max_items = 7)]
    pub levels: Vec<LevelCount>,
    #[schema(min_items = 0, max_items = 16)]
    pub categories: Vec<CategoryCount>,
    #[schema(min_items = 4, max_items = 4)]
    pub statuses: Vec<StatusCount>,
}

/// Services that are alike in all that counts.
#[derive(Queryable)]
struct Alike {
    dates: (Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>),
    stated: ServiceStatus,
    created_at: Instant,
    category: Option<Category>,
    level: Option<i32>,
    logins: (bool, bool, bool, bool),
    platforms: (bool, bool),
    services: i64,
}

impl Alike {
    fn status_on(&self, day: NaiveDate) -> Option<ServiceStatus> {
        let (planned, active, suspended, withdrawn) = self.dates;
        status_on([planned, active, suspended, withdrawn], self.stated, self.created_at.date(), day)
    }
}

/// Counts the services of an administration on a day.
pub fn of(conn: &mut AnyConnection, administration: &IpaCode, day: NaiveDate) -> Result<ServiceCounts, Problem> {
    let dates = (services::planned_on, services::active_from, services::suspended_on, services::withdrawn_on);
    let logins = (services::with_spid, services::with_cie, services::with_cns, services::with_eidas);
    let platforms = (services::on_pagopa, services::on_app_io);
    let kinds = (services::status, services::created_at, services::category, services::interactivity_level);
    let groups: Vec<Alike> = services::table
        .filter(services::administration.eq(administration))
        .group_by((dates, kinds, logins, platforms))
        .select((
            dates,
            services::status,
            services::created_at,
            services::category,
            services::interactivity_level,
            logins,
            platforms,
            diesel::dsl::count_star(),
        ))
        .load(conn)?;
    Ok(sum(administration, day, &groups))
}

/// Services of an administration on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryCounts {
    pub administration: IpaCode,
    /// In the inventory, in whatever status.
    pub total: i64,
    pub online: i64,
    /// Of those online.
    pub platforms: PlatformCounts,
}

/// How often a flag stands among the rows of a group.
macro_rules! flagged {
    ($column:literal) => {
        sql::<BigInt>(concat!("CAST(SUM(CASE WHEN ", $column, " THEN 1 ELSE 0 END) AS BIGINT)"))
    };
}

/// Counts the services of many administrations on a day, in two queries; those without any are left out.
pub fn by_administration(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    day: NaiveDate,
) -> Result<Vec<InventoryCounts>, Problem> {
    let mut known = services::table
        .group_by(services::administration)
        .select((services::administration, diesel::dsl::count_star()))
        .into_boxed();
    let mut online = services::table
        .group_by(services::administration)
        .select((
            services::administration,
            diesel::dsl::count_star(),
            (
                flagged!("with_spid"),
                flagged!("with_cie"),
                flagged!("with_cns"),
                flagged!("with_eidas"),
                flagged!("on_pagopa"),
                flagged!("on_app_io"),
            ),
        ))
        .into_boxed();
    if let Tenants::Only(codes) = tenants {
        known = known.filter(services::administration.eq_any(codes));
        online = online.filter(services::administration.eq_any(codes));
    }
    in_status_on!(known, services, None::<ServiceStatus>, day,
        planned_on => ServiceStatus::Planned, active_from => ServiceStatus::Active,
        suspended_on => ServiceStatus::Suspended, withdrawn_on => ServiceStatus::Withdrawn);
    in_status_on!(online, services, Some(ServiceStatus::Active), day,
        planned_on => ServiceStatus::Planned, active_from => ServiceStatus::Active,
        suspended_on => ServiceStatus::Suspended, withdrawn_on => ServiceStatus::Withdrawn);
    let online: Vec<(IpaCode, i64, PlatformCounts)> = online.load(conn)?;
    let mut online: HashMap<_, _> =
        online.into_iter().map(|(home, online, platforms)| (home, (online, platforms))).collect();
    let known: Vec<(IpaCode, i64)> = known.load(conn)?;
    let counts = known.into_iter().map(|(administration, total)| {
        let (online, platforms) = online.remove(&administration).unwrap_or_default();
        InventoryCounts { administration, total, online, platforms }
    });
    Ok(counts.collect())
}

fn sum(administration: &IpaCode, day: NaiveDate, groups: &[Alike]) -> ServiceCounts {
    let in_status = |wanted: ServiceStatus| groups.iter().filter(move |group| group.status_on(day) == Some(wanted));
    let count = |wanted: ServiceStatus| in_status(wanted).map(|group| group.services).sum::<i64>();
    let statuses: Vec<_> =
        ServiceStatus::ALL.iter().map(|status| StatusCount { status: *status, services: count(*status) }).collect();
    let online: Vec<_> = in_status(ServiceStatus::Active).collect();
    let having = |has: fn(&Alike) -> bool| online.iter().filter(|one| has(one)).map(|one| one.services).sum::<i64>();
    let levels = (0..=5).map(Some).chain([None]).map(|level| LevelCount {
        level,
        services: online.iter().filter(|one| one.level == level).map(|one| one.services).sum(),
    });
    let categories = Category::ALL.iter().copied().map(Some).chain([None]).map(|category| CategoryCount {
        category,
        services: online.iter().filter(|one| one.category == category).map(|one| one.services).sum(),
    });
    ServiceCounts {
        administration: administration.clone(),
        as_of: day,
        total: statuses.iter().map(|one| one.services).sum(),
        online: having(|_| true),
        platforms: PlatformCounts {
            spid: having(|one| one.logins.0),
            cie: having(|one| one.logins.1),
            cns: having(|one| one.logins.2),
            eidas: having(|one| one.logins.3),
            pagopa: having(|one| one.platforms.0),
            app_io: having(|one| one.platforms.1),
        },
        levels: levels.filter(|one| one.services > 0).collect(),
        categories: categories.filter(|one| one.services > 0).collect(),
        statuses,
    }
}

impl ServiceCounts {
    pub fn sample() -> Self {
        ServiceCounts {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            as_of: NaiveDate::default(),
            total: 80,
            online: 78,
            platforms: PlatformCounts { spid: 40, cie: 40, cns: 40, eidas: 0, pagopa: 35, app_io: 2 },
            levels: vec![LevelCount { level: Some(4), services: 78 }],
            categories: vec![CategoryCount { category: Some(Category::Registry), services: 78 }],
            statuses: vec![
                StatusCount { status: ServiceStatus::Planned, services: 1 },
                StatusCount { status: ServiceStatus::Active, services: 78 },
                StatusCount { status: ServiceStatus::Suspended, services: 0 },
                StatusCount { status: ServiceStatus::Withdrawn, services: 1 },
            ],
        }
    }
}

/// Whose services, when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountsFilter {
    /// Of this administration.
    administration: IpaCode,
    /// On this day; today where left out.
    as_of: Option<NaiveDate>,
}

/// Counts digital services.
///
/// Of one administration on any day: in all, online, by platform, interactivity level, category and status. Only services
/// that were online are counted by platform, level and category.
#[utoipa::path(tag = "digital-services", params(CountsFilter), security(("oauth2" = ["services.read"])),
    responses((status = 200, description = "The counts.", body = ServiceCounts)))]
#[get("/digital-service-counts")]
pub async fn show_digital_service_counts(
    app: web::Data<App>,
    caller: Caller<ServicesRead>,
    filter: Query<CountsFilter>,
) -> Result<HttpResponse, Problem> {
    let (tenants, CountsFilter { administration, as_of }) = (caller.tenants(), filter.0);
    if !tenants.include(&administration) {
        return Err(Problem::not_found("administration"));
    }
    let day = as_of.unwrap_or(app.db.clock().now().date());
    let counts = app.db.read(move |conn| {
        administrations::require(conn, &administration, "administration")?;
        of(conn, &administration, day)
    });
    Ok(HttpResponse::Ok().json(counts.await?))
}
