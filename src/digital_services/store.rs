//! Queries on digital services.

use super::model::{DigitalService, NewDigitalService, ServiceStatus};
use super::used::pages_of;
use super::vocabulary::{Audience, Authentication, Category};
use crate::administrations::store as administrations;
use crate::administrations::units::Unit;
use crate::auth::Tenants;
use crate::db::schema::{digital_services, service_usage};
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::lifecycle::in_status_on;
use crate::procedures::model::Procedure;
use crate::record::{self, Record, record_queries, slice_of};
use crate::text::IpaCode;
use chrono::NaiveDate;
use diesel::prelude::*;

/// Which services.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub administration: Option<IpaCode>,
    pub status: Option<ServiceStatus>,
    pub category: Option<Category>,
    pub audience: Option<Audience>,
    pub authentication: Option<Authentication>,
    pub on_pagopa: Option<bool>,
    pub on_app_io: Option<bool>,
    pub level: Option<i32>,
    pub procedure_id: Option<Id>,
    pub unit_id: Option<Id>,
    /// Services that were there on this day, with their status of then.
    pub as_of: Option<NaiveDate>,
}

/// A page of services with their status of the day asked for, or else of today.
pub fn list(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    wanted: &Wanted,
    slice: &Slice,
    today: NaiveDate,
) -> Result<Vec<DigitalService>, Problem> {
    let mut query = digital_services::table.into_boxed();
    if let Some(administration) = &wanted.administration {
        query = query.filter(digital_services::administration.eq(administration));
    }
    if let Some(category) = wanted.category {
        query = query.filter(digital_services::category.eq(category));
    }
    if let Some(audience) = wanted.audience {
        query = query.filter(digital_services::audience.eq(audience));
    }
    if let Some(one) = wanted.authentication {
        // A code in quotes is a whole element of the stored list.
        query = query.filter(digital_services::authentication_types.like(format!("%\"{one}\"%")));
    }
    if let Some(on) = wanted.on_pagopa {
        query = query.filter(digital_services::on_pagopa.eq(on));
    }
    if let Some(on) = wanted.on_app_io {
        query = query.filter(digital_services::on_app_io.eq(on));
    }
    if let Some(level) = wanted.level {
        query = query.filter(digital_services::interactivity_level.eq(level));
    }
    if let Some(procedure) = &wanted.procedure_id {
        query = query.filter(digital_services::procedure_id.eq(procedure));
    }
    if let Some(unit) = &wanted.unit_id {
        query = query.filter(digital_services::unit_id.eq(unit));
    }
    let day = wanted.as_of.unwrap_or(today);
    if wanted.as_of.is_some() || wanted.status.is_some() {
        in_status_on!(query, digital_services, wanted.status, day,
            planned_on => ServiceStatus::Planned, active_from => ServiceStatus::Active,
            suspended_on => ServiceStatus::Suspended, withdrawn_on => ServiceStatus::Withdrawn);
    }
    let rows: Vec<DigitalService> = slice_of!(query, digital_services, tenants, slice).load(conn)?;
    Ok(rows.into_iter().map(|row| row.on_day(day)).collect())
}

impl Record for DigitalService {
    const RESOURCE: &'static str = "digital-services";
    const NAME: &'static str = "digital service";
    type Input = NewDigitalService;

    record_queries!(digital_services);

    fn input(&self) -> NewDigitalService {
        let undated = self.dates().iter().all(Option::is_none);
        NewDigitalService {
            administration: self.administration.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            category: self.category,
            audience: self.audience,
            channel: self.channel.clone(),
            interactivity_level: self.interactivity_level,
            authentication_types: self.authentication_types.to_vec(),
            payment_types: self.payment_types.to_vec(),
            app_io_services: self.app_io_services.to_vec(),
            // What the lists say of themselves need not be stated.
            on_pagopa: (self.on_pagopa && self.payment_types.is_empty()).then_some(true),
            on_app_io: (self.on_app_io && self.app_io_services.is_empty()).then_some(true),
            status: undated.then_some(self.status),
            planned_on: self.planned_on,
            active_from: self.active_from,
            suspended_on: self.suspended_on,
            withdrawn_on: self.withdrawn_on,
            procedure_id: self.procedure_id.clone(),
            unit_id: self.unit_id.clone(),
            response_term_days: self.response_term_days,
            url: self.url.clone(),
        }
    }

    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &NewDigitalService) -> Result<IpaCode, Problem> {
        tenants.require(&input.administration)?;
        administrations::require(conn, &input.administration, "/administration")?;
        Ok(input.administration.clone())
    }

    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: NewDigitalService,
        current: Option<&DigitalService>,
    ) -> Result<DigitalService, Problem> {
        let status = input.check(write.now.date())?;
        if let Some(id) = &input.procedure_id {
            record::relative::<Procedure>(write, home, "/procedure_id", id)?;
        }
        if let Some(id) = &input.unit_id {
            record::relative::<Unit>(write, home, "/unit_id", id)?;
        }
        if let Some(current) = current.filter(|current| current.code != input.code) {
            current.check_removal(write)?;
        }
        let id = current.map_or_else(|| write.next_id(), |current| current.id.clone());
        let created_at = current.map_or(write.now, |current| current.created_at);
        Ok(DigitalService::new(input, status, id, write.revision, created_at, write.now))
    }

    fn find_by_codes(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
    ) -> Result<Option<DigitalService>, Problem> {
        let [code] = codes else { return Ok(None) };
        let of_code = digital_services::table
            .filter(digital_services::administration.eq(home))
            .filter(digital_services::code.eq(code));
        Ok(of_code.first(conn).optional()?)
    }

    /// The counts of a service bear its code. No foreign key holds them, since it would be asked for each of a batch's rows.
    fn check_removal(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let counted = service_usage::table
            .filter(service_usage::administration.eq(&self.administration))
            .filter(pages_of(&self.code))
            .select(service_usage::month);
        match counted.first::<i32>(write.conn).optional()? {
            Some(_) => Err(Problem::conflict(format!(
                "The service {} has counts, which bear its code: it can neither go nor get another code.",
                self.code
            ))),
            None => Ok(()),
        }
    }
}
