//! `traguardo generate`: plans, figures and services of thousands of administrations from a seed, for benchmarks. Rows are
//! made ([`planning`], [`services`]) apart from writing ([`store`]): the one in a thread of its own while the other waits for
//! the database.

mod dice;
mod planning;
mod services;
mod store;
mod targets;

use super::progress::Progress;
use crate::administrations::model::{Administration, AdministrationKind, NewAdministration};
use crate::administrations::units::Unit;
use crate::clock::{Clock, Instant};
use crate::config::Settings;
use crate::db::Database;
use crate::digital_services::model::DigitalService;
use crate::error::Problem;
use crate::ids::Ids;
use crate::planning::indicators::model::Indicator;
use crate::planning::measurements::model::Measurement;
use crate::planning::objectives::model::{BudgetLink, Objective};
use crate::planning::plans::model::Plan;
use crate::planning::sections::model::Section;
use crate::platform_adoptions::model::{Platform, PlatformAdoption};
use crate::protocol::days::model::Totals;
use crate::server::{local_author, open_database};
use crate::service_usage::model::UsageRow;
use crate::text::{IpaCode, Line};
use chrono::NaiveDate;
use clap::Args;
use dice::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Measurements and usage rows of a transaction, about: enough to be fast, few enough to keep memory flat.
const ROWS: usize = 15_000;

#[derive(Args)]
pub struct Options {
    /// How many administrations: the comuni of the registry first, in the seed's order, then invented ones
    #[arg(long, default_value_t = 8000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    administrations: u32,
    /// Objectives of each plan
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=1000))]
    objectives: u32,
    /// Indicators of each objective
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=100))]
    indicators: u32,
    /// Years of each plan; each indicator is measured in each
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10))]
    years: u32,
    /// The last of them, which must be over
    #[arg(long, default_value_t = 2025, value_parser = clap::value_parser!(i32).range(2000..=2100))]
    last_year: i32,
    /// Administrations of a hundred that measured the last year
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=100))]
    reporting: u32,
    /// Digital services of each administration
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=90))]
    services: u32,
    /// Months of usage of each service, up to the last year's December
    #[arg(long, default_value_t = 36, value_parser = clap::value_parser!(u32).range(0..=120))]
    months: u32,
    /// Days of the protocol of each administration, up to the last year's end
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=1000))]
    protocol_days: u32,
    /// The same seed makes the same rows, ids included
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Add to a database that holds plans: administrations that hold plans or services are passed over, so that a run
    /// which broke off can be finished
    #[arg(long)]
    append: bool,
}

/// What is made of each administration.
#[derive(Debug, Clone)]
pub struct Scale {
    pub administrations: usize,
    pub objectives: usize,
    pub indicators: usize,
    pub years: i32,
    pub last_year: i32,
    pub reporting: u32,
    pub services: usize,
    pub months: usize,
    pub protocol_days: usize,
    pub seed: u64,
    budget_links: Vec<BudgetLink>,
}

impl Scale {
    pub fn of(options: &Options) -> Result<Self, Problem> {
        Ok(Scale {
            administrations: options.administrations as usize,
            objectives: options.objectives as usize,
            indicators: options.indicators as usize,
            years: options.years as i32,
            last_year: options.last_year,
            reporting: options.reporting,
            services: options.services as usize,
            months: options.months as usize,
            protocol_days: options.protocol_days as usize,
            seed: options.seed,
            budget_links: planning::budget_links()?,
        })
    }

    fn first_year(&self) -> i32 {
        self.last_year - self.years + 1
    }

    /// The day after the last year.
    fn january_after(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.last_year + 1, 1, 1).unwrap_or_default()
    }

    /// When records begin to be made: two weeks into the new year.
    fn begin(&self) -> Instant {
        let day = NaiveDate::from_ymd_opt(self.last_year + 1, 1, 15).unwrap_or_default();
        Instant(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros())
    }

    /// Administrations of a transaction.
    fn group(&self) -> usize {
        let rows = self.objectives * self.indicators * self.years as usize + self.services * self.months;
        (ROWS / rows.max(1)).clamp(1, 200)
    }
}

/// An administration that is to be filled.
#[derive(Debug, Clone)]
pub struct Body {
    pub code: IpaCode,
    pub population: Option<i64>,
    /// Of which it says something already.
    pub platforms: BTreeSet<Platform>,
    /// Its number, where it is none of the registry's.
    pub invented: Option<usize>,
}

/// Rows of some administrations, by table.
#[derive(Default)]
pub struct Rows {
    pub administrations: Vec<Administration>,
    pub units: Vec<Unit>,
    pub plans: Vec<Plan>,
    pub sections: Vec<Section>,
    pub objectives: Vec<Objective>,
    pub indicators: Vec<Indicator>,
    pub measurements: Vec<Measurement>,
    pub services: Vec<DigitalService>,
    pub adoptions: Vec<PlatformAdoption>,
    pub usage: Vec<UsageRow>,
    pub protocol_days: Vec<Totals>,
    /// Of each administration, for its audit event.
    pub counts: Vec<(IpaCode, Vec<(&'static str, usize)>)>,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub administrations: usize,
    pub passed_over: usize,
    pub rows: BTreeMap<&'static str, usize>,
}

pub fn run(settings: &Settings, options: &Options) -> Result<ExitCode, String> {
    let db = open_database(settings, Clock::System, Ids::v7())?;
    let scale = Scale::of(options).map_err(|problem| problem.to_string())?;
    let progress = Progress::new("administrations", Some(scale.administrations as u64));
    let outcome = fill(&db, &scale, options.append, &progress).map_err(|problem| problem.detail)?;
    progress.finish();
    println!("seed {}: {} administrations filled", scale.seed, outcome.administrations);
    if outcome.passed_over > 0 {
        println!("{} were passed over: they hold plans or services", outcome.passed_over);
    }
    for (table, rows) in &outcome.rows {
        println!("  {table}: {rows}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Fills a database. One that holds plans or services is refused, unless it is to be added to.
pub fn fill(db: &Database, scale: &Scale, append: bool, progress: &Progress) -> Result<Outcome, Problem> {
    if scale.begin() > db.clock().now() {
        let detail = format!("is not over, or its first weeks after: the clock says {}", db.clock().now());
        return Err(Problem::invalid("last_year", scale.last_year, detail));
    }
    let occupied = db.read_now(store::occupied)?;
    if !occupied.is_empty() && !append {
        let detail = format!(
            "The database holds plans or services of {} administrations: take a fresh one, or say --append.",
            occupied.len()
        );
        return Err(Problem::conflict(detail));
    }
    let bodies = bodies(db, scale)?;
    let all = bodies.len();
    let left: Vec<Body> = bodies.into_iter().filter(|body| !occupied.contains(&body.code)).collect();
    let mut outcome = Outcome { passed_over: all - left.len(), ..Outcome::default() };
    progress.advance(outcome.passed_over as u64);
    std::thread::scope(|threads| {
        // Two groups at most wait to be written.
        let (sender, receiver) = sync_channel(2);
        threads.spawn(move || make_all(&left, scale, &sender));
        write_all(db, scale, &receiver, progress, &mut outcome)
    })?;
    store::analyze(db)?;
    Ok(outcome)
}

/// The comuni in the seed's order, then as many invented bodies as are needed.
fn bodies(db: &Database, scale: &Scale) -> Result<Vec<Body>, Problem> {
    let mut bodies = db.read_now(store::comuni)?;
    bodies.sort_by_cached_key(|body| dice::place(scale.seed, &body.code));
    bodies.truncate(scale.administrations);
    for number in 1..=scale.administrations - bodies.len() {
        let code = IpaCode::from_trusted(format!("gen_{number:05}"));
        bodies.push(Body { code, population: None, platforms: BTreeSet::new(), invented: Some(number) });
    }
    Ok(bodies)
}

fn make_all(bodies: &[Body], scale: &Scale, sender: &SyncSender<Result<Rows, Problem>>) {
    for group in bodies.chunks(scale.group()) {
        // Who no longer listens has failed, and says so.
        if sender.send(make(group, scale)).is_err() {
            return;
        }
    }
}

/// Everything of some administrations.
fn make(group: &[Body], scale: &Scale) -> Result<Rows, Problem> {
    let mut rows = Rows::default();
    for body in group {
        let before = rows.sizes();
        let mut dice = Dice::of(scale.seed, &body.code, scale.begin());
        if let Some(number) = body.invented {
            rows.administrations.push(invent(body, number, &dice));
        }
        planning::make(body, scale, &mut dice, &mut rows);
        services::make(body, scale, &mut dice, &mut rows)?;
        let made = rows.sizes().into_iter().zip(before);
        rows.counts.push((body.code.clone(), made.map(|((table, now), (_, before))| (table, now - before)).collect()));
    }
    Ok(rows)
}

/// A body that is none of the registry's.
fn invent(body: &Body, number: usize, dice: &Dice) -> Administration {
    let input = NewAdministration {
        name: Line::from_trusted(format!("Unione di comuni {number}")),
        kind: AdministrationKind::UnionOfComuni,
        istat_code: None,
        cadastral_code: None,
        tax_code: None,
        aoo_code: None,
        province_code: None,
        province: None,
        region_code: None,
        region: None,
        population: None,
    };
    Administration::new(body.code.clone(), input, 0, dice.at(), dice.at())
}

impl Rows {
    fn sizes(&self) -> [(&'static str, usize); 10] {
        [
            ("units", self.units.len()),
            ("plans", self.plans.len()),
            ("sections", self.sections.len()),
            ("objectives", self.objectives.len()),
            ("indicators", self.indicators.len()),
            ("measurements", self.measurements.len()),
            ("digital_services", self.services.len()),
            ("platform_adoptions", self.adoptions.len()),
            ("service_usage", self.usage.len()),
            ("protocol_days", self.protocol_days.len()),
        ]
    }
}

fn write_all(
    db: &Database,
    scale: &Scale,
    receiver: &Receiver<Result<Rows, Problem>>,
    progress: &Progress,
    outcome: &mut Outcome,
) -> Result<(), Problem> {
    for made in receiver {
        let mut rows = made?;
        let filled = rows.counts.len();
        for (table, count) in rows.sizes() {
            *outcome.rows.entry(table).or_default() += count;
        }
        let bodies = std::mem::take(&mut rows.administrations);
        // Nobody else writes these administrations: until now they held nothing.
        db.write_now(&local_author(), "generate", |write| store::write(write, bodies, rows, scale.seed))?;
        outcome.administrations += filled;
        progress.advance(filled as u64);
    }
    Ok(())
}
