//! Digital services with their months, platform adoptions and days of the protocol, made of dice through the types of the API.

use super::dice::Dice;
use super::{Body, Rows, Scale};
use crate::calendar::{Day, Month, is_working_day};
use crate::digital_services::model::{DigitalService, NewDigitalService};
use crate::digital_services::vocabulary::{Audience, Authentication, Category, Channel};
use crate::error::Problem;
use crate::money::Money;
use crate::platform_adoptions::model::{NewPlatformAdoption, Platform, PlatformAdoption};
use crate::protocol::days::model::Totals;
use crate::service_usage::model::{NewServiceUsage, UsageRow};
use crate::text::{Code, Line};
use chrono::{Months, NaiveDate};

/// Name, subject, for whom, whether something is paid.
const SERVICES: &[(&str, Category, Audience, bool)] = &[
    ("Iscrizione alla mensa scolastica", Category::Education, Audience::Citizens, true),
    ("Iscrizione al nido", Category::Education, Audience::Citizens, true),
    ("Certificati anagrafici", Category::Registry, Audience::Citizens, false),
    ("Cambio di residenza", Category::Registry, Audience::Citizens, false),
    ("Tassa sui rifiuti", Category::Taxes, Audience::Both, true),
    ("Imposta municipale", Category::Taxes, Audience::Both, true),
    ("Sanzioni del codice della strada", Category::Justice, Audience::Both, true),
    ("Pratiche edilizie", Category::Planning, Audience::Both, true),
    ("Segnalazioni", Category::Environment, Audience::Citizens, false),
    ("Contributi alle famiglie", Category::Health, Audience::Citizens, false),
    ("Occupazione di suolo pubblico", Category::Permits, Audience::Businesses, true),
    ("Sportello delle imprese", Category::Business, Audience::Businesses, true),
    ("Prenotazione di impianti sportivi", Category::Culture, Audience::Citizens, true),
    ("Permessi di sosta", Category::Mobility, Audience::Citizens, true),
    ("Concessioni cimiteriali", Category::Registry, Audience::Citizens, true),
    ("Accesso agli atti", Category::Justice, Audience::Both, false),
];
/// The platforms, how many of a hundred adopted them, and from which year on.
const PLATFORMS: &[(Platform, u32, i32)] = &[
    (Platform::Anpr, 99, 2018),
    (Platform::Ipa, 100, 2015),
    (Platform::Pec, 100, 2014),
    (Platform::Spid, 90, 2017),
    (Platform::CieLogin, 82, 2018),
    (Platform::Pagopa, 94, 2016),
    (Platform::AppIo, 78, 2020),
    (Platform::Pdnd, 45, 2023),
    (Platform::Send, 38, 2023),
    (Platform::Cloud, 60, 2021),
];
/// Residents of a body of which none are known.
const RESIDENTS: i64 = 6000;

pub fn make(body: &Body, scale: &Scale, dice: &mut Dice, rows: &mut Rows) -> Result<(), Problem> {
    let size = body.population.unwrap_or(RESIDENTS).max(50);
    for number in 0..scale.services {
        let service = service(body, scale, number, dice)?;
        // Some are used much, some hardly.
        let used = dice.share(0.002..=0.08);
        let month = |ago: usize| scale.january_after().checked_sub_months(Months::new(ago as u32));
        for (since, first_day) in (1..=scale.months).rev().filter_map(month).enumerate() {
            rows.usage.push(usage(body, &service, Month::of(first_day), since, size as f64 * used, dice));
        }
        rows.services.push(service);
    }
    for (platform, of_hundred, year) in PLATFORMS {
        // Drawn in any case, so that what stands there already changes nothing of the rest.
        let adoption = adoption(body, scale, *platform, *of_hundred, *year, dice)?;
        if !body.platforms.contains(platform) {
            rows.adoptions.push(adoption);
        }
    }
    protocol(body, scale, size, dice, rows);
    Ok(())
}

fn service(body: &Body, scale: &Scale, number: usize, dice: &mut Dice) -> Result<DigitalService, Problem> {
    let (name, category, audience, paid) = SERVICES.get(number % SERVICES.len()).copied().unwrap_or((
        "Servizio",
        Category::Registry,
        Audience::Both,
        false,
    ));
    let again = number / SERVICES.len();
    let name = if again == 0 { name.to_owned() } else { format!("{name} ({})", again + 1) };
    let mut authentication_types = vec![Authentication::Spid2];
    if dice.percent(80) {
        authentication_types.push(Authentication::Cie);
    }
    if dice.percent(30) {
        authentication_types.push(Authentication::Cns);
    }
    let on_app_io = dice.percent(35);
    let since = NaiveDate::from_ymd_opt(
        scale.first_year() - dice.number(1..=6) as i32,
        dice.number(1..=12) as u32,
        dice.number(1..=28) as u32,
    );
    let input = NewDigitalService {
        administration: body.code.clone(),
        code: Code::from_trusted(format!("SRV-{:02}", number + 1)),
        description: None,
        category: Some(category),
        audience: Some(audience),
        channel: Channel::parse("02.1"),
        interactivity_level: Some(dice.number(2..=5) as i32),
        authentication_types,
        payment_types: if paid { vec![Line::from_trusted(name.clone())] } else { Vec::new() },
        app_io_services: if on_app_io { vec![Line::from_trusted(name.clone())] } else { Vec::new() },
        on_pagopa: None,
        on_app_io: None,
        status: None,
        planned_on: None,
        active_from: since,
        suspended_on: None,
        withdrawn_on: None,
        procedure_id: None,
        unit_id: None,
        response_term_days: Some(dice.number(1..=6) as i32 * 15),
        url: None,
        name: Line::from_trusted(name),
    };
    let status = input.check(dice.at().date())?;
    Ok(DigitalService::new(input, status, dice.id(), 0, dice.at(), dice.at()))
}

/// A month of a service: a little more each month, with a season, in proportion to the residents.
fn usage(body: &Body, service: &DigitalService, month: Month, since: usize, base: f64, dice: &mut Dice) -> UsageRow {
    let growth = 1.0 + since as f64 * 0.015;
    let accesses = (base * growth * dice.share(0.7..=1.4)).round() as i64 + dice.number(0..=6);
    let part = |dice: &mut Dice, of: i64, from: f64, to: f64| (of as f64 * dice.share(from..=to)).floor() as i64;
    let users = part(dice, accesses, 0.5, 0.9);
    let started = part(dice, users, 0.2, 0.6);
    let completed = part(dice, started, 0.6, 1.0);
    let spid = part(dice, users, 0.5, 0.8);
    let cie = part(dice, users - spid, 0.4, 1.0);
    let cns = (users - spid - cie).min(dice.number(0..=3));
    let paid = if service.on_pagopa { Some(part(dice, completed, 0.5, 1.0)) } else { None };
    let amount = paid.map(|paid| Money::of_cents((paid * dice.number(500..=9000)).unsigned_abs()));
    let answered = part(dice, completed, 0.05, 0.3);
    let mut left = answered;
    let mut given = [0; 5];
    for (points, share) in [(0, 0.05), (1, 0.05), (2, 0.15), (3, 0.35)] {
        given[points] = ((answered as f64 * share).round() as i64).min(left);
        left -= given[points];
    }
    given[4] = left;
    let input = NewServiceUsage {
        service_code: service.code.clone(),
        month,
        accesses: Some(accesses),
        users: Some(users),
        submissions_started: Some(started),
        submissions_completed: Some(completed),
        logins_spid: Some(spid),
        logins_cie: Some(cie),
        logins_cns: Some(cns),
        pagopa_transactions: paid,
        pagopa_amount: amount,
        app_io_messages: if service.on_app_io { Some(part(dice, users, 0.1, 0.5)) } else { None },
        // Not everybody asks.
        satisfaction: dice.percent(60).then_some(given),
        cost: None,
    };
    UsageRow::new(&input, &body.code, 0, dice.at(), dice.at())
}

fn adoption(
    body: &Body,
    scale: &Scale,
    platform: Platform,
    of_hundred: u32,
    year: i32,
    dice: &mut Dice,
) -> Result<PlatformAdoption, Problem> {
    let year = (year + dice.number(0..=3) as i32).min(scale.last_year);
    let day = NaiveDate::from_ymd_opt(year, dice.number(1..=12) as u32, dice.number(1..=28) as u32);
    let planned = NaiveDate::from_ymd_opt(scale.last_year, dice.number(1..=12) as u32, 1);
    let active = dice.percent(of_hundred);
    let count = |dice: &mut Dice, most: i64| Some(dice.number(1..=most) as i32);
    let input = NewPlatformAdoption {
        planned_on: planned.filter(|_| !active),
        active_from: day.filter(|_| active),
        service_count: if active && matches!(platform, Platform::Pagopa | Platform::AppIo) {
            count(dice, 40)
        } else {
            None
        },
        pos_count: if active && platform == Platform::Pagopa { count(dice, 8) } else { None },
        ..NewPlatformAdoption::bare(body.code.clone(), platform)
    };
    let status = input.check(dice.at().date())?;
    Ok(PlatformAdoption::new(input, status, dice.id(), 0, dice.at(), dice.at()))
}

/// The last working days of the last year.
fn protocol(body: &Body, scale: &Scale, size: i64, dice: &mut Dice, rows: &mut Rows) {
    let mut date = scale.january_after();
    for _ in 0..scale.protocol_days {
        let Some(before) =
            std::iter::successors(date.pred_opt(), |day| day.pred_opt()).find(|day| is_working_day(*day))
        else {
            return;
        };
        date = before;
        let incoming = 2 + (size as f64 * dice.share(0.001..=0.006)).round() as i64;
        rows.protocol_days.push(Totals {
            administration: body.code.clone(),
            aoo: Code::from_trusted("AOO1".to_owned()),
            date: Day::of(date),
            incoming,
            outgoing: (incoming as f64 * dice.share(0.2..=0.7)).round() as i64,
            revision: 0,
            created_at: dice.at(),
            updated_at: dice.at(),
        });
    }
}
