//! A digital service: row, answer and input.

use super::vocabulary::{Audience, Authentication, Category, Channel};
use crate::clock::Instant;
use crate::db::schema::digital_services;
use crate::db::types::{Json, text_enum};
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::lifecycle::{self, Step};
use crate::procedures::model::{check_count, check_days, check_level};
use crate::text::{Code, IpaCode, Line, Prose, WebAddress};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Payment types and App IO services of one service, at most.
const MAX_NAMES: usize = 100;

text_enum!(
    /// Where a service stands.
    ServiceStatus { Planned = "planned", Active = "active", Suspended = "suspended", Withdrawn = "withdrawn" }
);

/// A digital service.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = digital_services, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct DigitalService {
    pub administration: IpaCode,
    pub id: Id,
    pub code: Code,
    pub name: Line,
    pub description: Option<Prose>,
    pub category: Option<Category>,
    pub audience: Option<Audience>,
    pub channel: Option<Channel>,
    /// 0 not online, 1 information, 2 one way, 3 two ways, 4 transaction, 5 personalised.
    #[schema(minimum = 0, maximum = 5)]
    pub interactivity_level: Option<i32>,
    #[schema(value_type = Vec<Authentication>, min_items = 0, max_items = 10)]
    pub authentication_types: Json<Vec<Authentication>>,
    /// What can be paid through pagoPA.
    #[schema(value_type = Vec<Line>, min_items = 0, max_items = 100)]
    pub payment_types: Json<Vec<Line>>,
    /// Its services on App IO.
    #[schema(value_type = Vec<Line>, min_items = 0, max_items = 100)]
    pub app_io_services: Json<Vec<Line>>,
    #[serde(skip)]
    #[schema(ignore)]
    pub with_spid: bool,
    #[serde(skip)]
    #[schema(ignore)]
    pub with_cie: bool,
    #[serde(skip)]
    #[schema(ignore)]
    pub with_cns: bool,
    #[serde(skip)]
    #[schema(ignore)]
    pub with_eidas: bool,
    pub on_pagopa: bool,
    pub on_app_io: bool,
    /// As its dates tell it: of today, or of the day that was asked for.
    pub status: ServiceStatus,
    pub planned_on: Option<NaiveDate>,
    pub active_from: Option<NaiveDate>,
    pub suspended_on: Option<NaiveDate>,
    pub withdrawn_on: Option<NaiveDate>,
    pub procedure_id: Option<Id>,
    pub unit_id: Option<Id>,
    #[schema(minimum = 0, maximum = 3660)]
    pub response_term_days: Option<i32>,
    pub url: Option<WebAddress>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A digital service as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDigitalService {
    pub administration: IpaCode,
    /// Unique within the administration.
    pub code: Code,
    pub name: Line,
    pub description: Option<Prose>,
    pub category: Option<Category>,
    pub audience: Option<Audience>,
    pub channel: Option<Channel>,
    /// 0 not online, 1 information, 2 one way, 3 two ways, 4 transaction, 5 personalised.
    #[schema(minimum = 0, maximum = 5)]
    pub interactivity_level: Option<i32>,
    #[serde(default)]
    #[schema(min_items = 0, max_items = 10)]
    pub authentication_types: Vec<Authentication>,
    /// What can be paid through pagoPA.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 100)]
    pub payment_types: Vec<Line>,
    /// Its services on App IO.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 100)]
    pub app_io_services: Vec<Line>,
    /// Whether it can be paid through pagoPA: true where payment types are given.
    pub on_pagopa: Option<bool>,
    /// Whether it is on App IO: true where services there are given.
    pub on_app_io: Option<bool>,
    /// As the dates tell it where left out. Without any date it is as stated, on any day.
    pub status: Option<ServiceStatus>,
    pub planned_on: Option<NaiveDate>,
    pub active_from: Option<NaiveDate>,
    pub suspended_on: Option<NaiveDate>,
    pub withdrawn_on: Option<NaiveDate>,
    /// The procedure of the same administration that it serves.
    pub procedure_id: Option<Id>,
    /// A unit of the same administration.
    pub unit_id: Option<Id>,
    #[schema(minimum = 0, maximum = 3660)]
    pub response_term_days: Option<i32>,
    pub url: Option<WebAddress>,
}

fn steps(dates: [Option<NaiveDate>; 4]) -> [Step<ServiceStatus>; 4] {
    let [planned, active, suspended, withdrawn] = dates;
    [
        ("/planned_on", planned, ServiceStatus::Planned),
        ("/active_from", active, ServiceStatus::Active),
        ("/suspended_on", suspended, ServiceStatus::Suspended),
        ("/withdrawn_on", withdrawn, ServiceStatus::Withdrawn),
    ]
}

impl NewDigitalService {
    /// What can be said of the input alone; gives the status of today.
    pub fn check(&self, today: NaiveDate) -> Result<ServiceStatus, Problem> {
        let mut invalid = Invalid::default();
        check_level(&mut invalid, "/interactivity_level", self.interactivity_level);
        check_days(&mut invalid, "/response_term_days", self.response_term_days);
        check_count(&mut invalid, "/payment_types", self.payment_types.len(), MAX_NAMES);
        check_count(&mut invalid, "/app_io_services", self.app_io_services.len(), MAX_NAMES);
        for (index, one) in self.authentication_types.iter().enumerate() {
            let field = format!("/authentication_types/{index}");
            if self.authentication_types[..index].contains(one) {
                invalid.add(&field, one, "stands twice");
            } else if *one == Authentication::None && self.authentication_types.len() > 1 {
                invalid.add(&field, one, "is free access: no other type goes with it");
            }
        }
        if self.on_pagopa == Some(false) && !self.payment_types.is_empty() {
            invalid.add("/on_pagopa", "false", "must not be false where payment_types are given");
        }
        if self.on_app_io == Some(false) && !self.app_io_services.is_empty() {
            invalid.add("/on_app_io", "false", "must not be false where app_io_services are given");
        }
        let steps = steps([self.planned_on, self.active_from, self.suspended_on, self.withdrawn_on]);
        let status = lifecycle::check(&mut invalid, &steps, self.status, ServiceStatus::Planned, today);
        invalid.finish().map(|()| status)
    }

    pub fn sample() -> Self {
        let line = |text: &str| Line::from_trusted(text.to_owned());
        NewDigitalService {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            code: Code::from_trusted("FIDO-12".to_owned()),
            name: line("Iscrizione al servizio di refezione scolastica"),
            description: None,
            category: Some(Category::Education),
            audience: Some(Audience::Citizens),
            channel: Channel::parse("02.1"),
            interactivity_level: Some(4),
            authentication_types: vec![Authentication::Spid2, Authentication::Cie, Authentication::Cns],
            payment_types: vec![line("Refezione scolastica")],
            app_io_services: vec![],
            on_pagopa: Some(true),
            on_app_io: Some(false),
            status: Some(ServiceStatus::Active),
            planned_on: None,
            active_from: NaiveDate::from_ymd_opt(2018, 9, 1),
            suspended_on: None,
            withdrawn_on: None,
            procedure_id: None,
            unit_id: None,
            response_term_days: Some(30),
            url: WebAddress::parse("https://comune.example/servizi/refezione"),
        }
    }
}

impl DigitalService {
    /// The row of an input whose status was told: a new one, or the next state of the current one.
    pub fn new(
        input: NewDigitalService,
        status: ServiceStatus,
        id: Id,
        revision: i64,
        created_at: Instant,
        now: Instant,
    ) -> Self {
        let with = |one: Authentication| input.authentication_types.contains(&one);
        DigitalService {
            administration: input.administration,
            id,
            code: input.code,
            name: input.name,
            description: input.description,
            category: input.category,
            audience: input.audience,
            channel: input.channel,
            interactivity_level: input.interactivity_level,
            with_spid: input.authentication_types.iter().any(|one| one.is_spid()),
            with_cie: with(Authentication::Cie),
            with_cns: with(Authentication::Cns),
            with_eidas: with(Authentication::Eidas),
            on_pagopa: input.on_pagopa.unwrap_or(!input.payment_types.is_empty()),
            on_app_io: input.on_app_io.unwrap_or(!input.app_io_services.is_empty()),
            authentication_types: input.authentication_types.into(),
            payment_types: input.payment_types.into(),
            app_io_services: input.app_io_services.into(),
            status,
            planned_on: input.planned_on,
            active_from: input.active_from,
            suspended_on: input.suspended_on,
            withdrawn_on: input.withdrawn_on,
            procedure_id: input.procedure_id,
            unit_id: input.unit_id,
            response_term_days: input.response_term_days,
            url: input.url,
            revision,
            created_at,
            updated_at: now,
        }
    }

    pub fn dates(&self) -> [Option<NaiveDate>; 4] {
        [self.planned_on, self.active_from, self.suspended_on, self.withdrawn_on]
    }

    /// With the status of a day; before its time that of its first step.
    #[must_use]
    pub fn on_day(mut self, day: NaiveDate) -> Self {
        let told = status_on(self.dates(), self.status, self.created_at.date(), day);
        self.status = told.unwrap_or(ServiceStatus::Planned);
        self
    }

    /// With the status of a day, and its ETag: the revision, and the status where a day has changed it since.
    pub fn shown_on(self, day: NaiveDate) -> (Self, String) {
        let (revision, stored) = (self.revision, self.status);
        let row = self.on_day(day);
        let state = match row.status == stored {
            true => revision.to_string(),
            false => format!("{revision}.{}", row.status as u8),
        };
        (row, state)
    }

    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        let id = Id::from_trusted("019a4b52-7c00-7000-8000-000000000022".to_owned());
        DigitalService::new(NewDigitalService::sample(), ServiceStatus::Active, id, 1, at, at)
    }
}

/// The status that dates tell of a day; `None` before its time.
pub fn status_on(
    dates: [Option<NaiveDate>; 4],
    stated: ServiceStatus,
    known_from: NaiveDate,
    day: NaiveDate,
) -> Option<ServiceStatus> {
    lifecycle::on_day(&steps(dates), stated, known_from, day)
}
