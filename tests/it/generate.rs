//! Administrations made from a seed: the rows that the API would have stored, the same on every run.

use crate::harness::{TestApp, both};
use clap::Parser;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Mutex;
use traguardo::auth::Tenants;
use traguardo::commands::generate::{Options, Outcome, Scale, fill};
use traguardo::commands::progress::Progress;
use traguardo::db::{AnyConnection, Write};
use traguardo::digital_services::model::DigitalService;
use traguardo::error::Problem;
use traguardo::http::page::Slice;
use traguardo::planning::{indicators, measurements, objectives, plans, sections};
use traguardo::record::Record;
use traguardo::{digital_services, platform_adoptions, service_usage};

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    options: Options,
}

/// Of the years up to 2023: the clock of the tests says 2024.
fn scale(arguments: &str) -> Scale {
    let of_when = if arguments.contains("--last-year") { "" } else { " --last-year 2023" };
    let all = format!("generate {arguments}{of_when}");
    Scale::of(&Cli::try_parse_from(all.split(' ')).unwrap().options).unwrap()
}

fn generate(app: &TestApp, arguments: &str, append: bool) -> Result<Outcome, Problem> {
    let known =
        app.db.write_now(&traguardo::server::local_author(), "registry", traguardo::administrations::registry::load);
    known.unwrap();
    fill(&app.db, &scale(arguments), append, &Progress::hidden())
}

const ALL: Slice = Slice { limit: 5000, after: None };

fn rows<R: Debug>(rows: Vec<R>, told: &mut BTreeMap<&'static str, Vec<String>>, table: &'static str) {
    told.insert(table, rows.iter().map(|row| format!("{row:?}")).collect());
}

/// Every row of the larger tables, without its revision, which is the run's own.
fn dump(app: &TestApp) -> BTreeMap<&'static str, Vec<String>> {
    let load = |conn: &mut AnyConnection| {
        let (tenants, mut told) = (Tenants::All, BTreeMap::new());
        rows(plans::store::list(conn, &tenants, &Default::default(), &ALL)?, &mut told, "plans");
        rows(objectives::store::list(conn, &tenants, &Default::default(), &ALL)?, &mut told, "objectives");
        rows(indicators::store::list(conn, &tenants, &Default::default(), &ALL)?, &mut told, "indicators");
        rows(measurements::store::list(conn, &tenants, &Default::default(), &ALL)?, &mut told, "measurements");
        rows(
            platform_adoptions::store::list(conn, &tenants, &Default::default(), &ALL, day())?,
            &mut told,
            "adoptions",
        );
        rows(service_usage::store::list(conn, &tenants, &any_usage(), &ALL)?, &mut told, "usage");
        Ok(told)
    };
    let mut told = app.db.read_now(load).unwrap();
    for row in told.values_mut().flatten() {
        *row = without_revision(row);
    }
    told
}

fn day() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2024, 6, 30).unwrap()
}

fn any_usage() -> service_usage::store::Wanted {
    service_usage::store::Wanted { administration: None, service_code: None, from: None, to: None }
}

fn without_revision(text: &str) -> String {
    let (before, after) = text.split_once("revision: ").unwrap();
    format!("{before}{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
}

#[test]
fn the_same_seed_makes_the_same_rows_and_another_seed_others() {
    let first = Mutex::new(None);
    both(|app| {
        let outcome = generate(app, "--administrations 4 --services 2 --months 5 --seed 7", false).unwrap();
        let told = dump(app);
        assert_eq!((told["plans"].len(), told["objectives"].len(), told["indicators"].len()), (4, 80, 400));
        assert_eq!((told["measurements"].len(), told["usage"].len()), (1200, 40));
        assert_eq!(outcome.rows["measurements"], 1200);
        let mut first = first.lock().unwrap();
        assert_eq!(first.get_or_insert_with(|| told.clone()), &told);
        let other = TestApp::start(app.backend, &[]);
        generate(&other, "--administrations 4 --services 2 --months 5 --seed 8", false).unwrap();
        assert_ne!(dump(&other)["indicators"], told["indicators"]);
        for administration in outcome_administrations(&told) {
            let events = app.events(&administration);
            assert_eq!(events.len(), 1);
            assert_eq!(events[0]["after_state"]["measurements"], 300);
        }
    });
}

fn outcome_administrations(told: &BTreeMap<&'static str, Vec<String>>) -> Vec<String> {
    let code = |row: &String| row.split("IpaCode(\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    told["plans"].iter().map(code).collect()
}

#[test]
fn a_database_with_plans_is_refused_and_a_run_that_broke_off_can_be_finished() {
    both(|app| {
        let whole = TestApp::start(app.backend, &[]);
        generate(&whole, "--administrations 5 --objectives 2 --services 1", false).unwrap();
        generate(app, "--administrations 3 --objectives 2 --services 1", false).unwrap();
        let refused = generate(app, "--administrations 5 --objectives 2 --services 1", false).unwrap_err();
        assert!(refused.detail.contains("of 3 administrations"), "{}", refused.detail);
        let rest = generate(app, "--administrations 5 --objectives 2 --services 1", true).unwrap();
        assert_eq!((rest.administrations, rest.passed_over), (2, 3));
        assert_eq!(dump(app), dump(&whole));
        let unknown = generate(&whole, "--administrations 5 --last-year 2024", true);
        assert!(unknown.is_err());
    });
}

#[test]
fn who_does_not_report_has_no_figures_of_the_last_year() {
    both(|app| {
        let outcome = generate(app, "--administrations 10 --objectives 1 --services 0 --reporting 50", false).unwrap();
        let reporting = (outcome.rows["measurements"] - 10 * 5 * 2) / 5;
        assert!((1..10).contains(&reporting), "{reporting}");
    });
}

/// The record as the API would have stored it at the same moment.
fn is_as_the_api_builds_it<R: Record + Debug>(write: &mut Write<'_>, row: &R) -> Result<(), Problem> {
    let built = R::build(write, row.administration(), row.input(), Some(row))?;
    let [mut built, mut row] = [&built, row].map(|row| serde_json::to_value(row).unwrap());
    for record in [&mut built, &mut row] {
        record.as_object_mut().unwrap().retain(|field, _| !["revision", "version"].contains(&field.as_str()));
    }
    assert_eq!(built, row);
    Ok(())
}

#[test]
fn every_row_is_what_the_api_would_have_stored() {
    both(|app| {
        generate(app, "--administrations 1 --objectives 60 --services 16 --months 3 --seed 3", false).unwrap();
        let slice = &ALL;
        let (tenants, author) = (Tenants::All, traguardo::server::local_author());
        let plan =
            app.db.read_now(|conn| plans::store::list(conn, &tenants, &Default::default(), slice)).unwrap().remove(0);
        app.set_time(plan.created_at.0);
        let home = plan.administration.clone();
        let checked = app.db.write_now(&author, home.as_str(), |write| {
            is_as_the_api_builds_it(write, &plan)?;
            for row in sections::store::list(write.conn, &tenants, &Default::default(), slice)? {
                is_as_the_api_builds_it(write, &row)?;
            }
            for row in objectives::store::list(write.conn, &tenants, &Default::default(), slice)? {
                is_as_the_api_builds_it(write, &row)?;
            }
            for row in indicators::store::list(write.conn, &tenants, &Default::default(), slice)? {
                is_as_the_api_builds_it(write, &row)?;
                // What no answer shows is what lists are filtered by.
                assert_eq!(row.target_kind, row.counting_reading().kind.to_string());
            }
            for row in measurements::store::list(write.conn, &tenants, &Default::default(), slice)? {
                is_as_the_api_builds_it(write, &row)?;
            }
            let today = write.now.date();
            let services: Vec<DigitalService> =
                digital_services::store::list(write.conn, &tenants, &Default::default(), slice, today)?;
            assert_eq!(services.len(), 16);
            for row in services {
                is_as_the_api_builds_it(write, &row)?;
            }
            for row in platform_adoptions::store::list(write.conn, &tenants, &Default::default(), slice, today)? {
                is_as_the_api_builds_it(write, &row)?;
            }
            Ok(())
        });
        checked.unwrap();
        let usage = app.db.read_now(|conn| service_usage::store::list(conn, &tenants, &any_usage(), slice)).unwrap();
        let items: Vec<_> = usage.into_iter().map(service_usage::model::UsageRow::input).collect();
        let path = format!("/v1/service-usage?administration={home}");
        let report = app.as_administrator().post(&path, json!({"items": items})).expect(200).json();
        assert_eq!((&report["unchanged"], &report["refused"]), (&json!(48), &json!(0)));
    });
}
