//! `/period-locks`: what is locked stays, counts too, until it is reopened for a reason.

use crate::harness::resources::{self, HOME, OTHER, a_report, make, move_plan, performance_plan};
use crate::harness::{Answer, TestApp, both};
use proptest::prelude::*;
use serde_json::{Value, json};
use traguardo::auth::Tenants;
use traguardo::ids::Id;
use traguardo::planning::period_locks::store::unlocked;
use traguardo::planning::plans::model::Plan;
use traguardo::record;

/// 2025-01-15 at noon: 2024 is over.
const JANUARY: i64 = 1_736_942_400_000_000;

/// A plan of 2024 to 2026 that is in force, with an indicator due in 2024; it is January 2025.
fn in_force(app: &TestApp) -> (String, String) {
    app.set_time(JANUARY);
    let plan_id = performance_plan(app);
    let mut body = resources::an_indicator(&plan_id, "3");
    body["target"] = json!("Almeno 80%");
    let indicator = make(app, "indicators", body);
    move_plan(app, &plan_id, "approved");
    move_plan(app, &plan_id, "in_force");
    (plan_id, indicator)
}

fn measure(app: &TestApp, indicator: &str, period: &str) -> String {
    make(app, "measurements", json!({"indicator_id": indicator, "period": period, "value": 80}))
}

fn validate(app: &TestApp, plan_id: &str, id: &str, version: i32) {
    let body = json!({"plan_id": plan_id, "items": [{"measurement_id": id, "version": version}]});
    app.as_evaluator(HOME).post("/v1/measurement-validations", body).expect(200);
}

fn lock(app: &TestApp, plan_id: &str, period: &str) -> Answer {
    app.as_evaluator(HOME).post("/v1/period-locks", json!({"plan_id": plan_id, "period": period}))
}

fn reopen(app: &TestApp, id: &str) -> Answer {
    let patch = json!({"status": "reopened", "reopening_reason": "Errore materiale"});
    app.as_evaluator(HOME).seen("*").patch(&format!("/v1/period-locks/{id}"), patch)
}

fn state(app: &TestApp, id: &str) -> String {
    app.as_reader(HOME).get(&format!("/v1/measurements/{id}")).expect(200).at("/state")
}

/// What of the plan's 2024 is open.
fn open(app: &TestApp, plan_id: &str) -> String {
    let id: Id = plan_id.parse().unwrap();
    let open = app.db.read_now(|conn| {
        let plan: Plan = record::parent(conn, &Tenants::All, "", &id)?;
        unlocked(conn, &plan, 2024)
    });
    open.unwrap().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_year_is_validated_locked_reopened_corrected_and_locked_again() {
    both(|app| {
        let (plan_id, indicator) = in_force(app);
        let (one, quarter) = (measure(app, &indicator, "2024"), measure(app, &indicator, "2024-Q1"));
        let later = measure(app, &indicator, "2025-01");
        assert_eq!(open(app, &plan_id), "2024");
        let refused = lock(app, &plan_id, "2024").refused(409, "/period");
        assert_eq!(refused.json()["errors"].as_array().unwrap().len(), 2, "{}", refused.text);
        validate(app, &plan_id, &one, 1);
        validate(app, &plan_id, &quarter, 1);
        let locked = lock(app, &plan_id, "2024").expect(201);
        let expected = json!({
            "administration": HOME, "id": locked.at("/id"), "plan_id": plan_id, "period": "2024", "status": "locked",
            "missing": [], "counts": [], "locked_by": "test-client", "revision": "[revision]",
            "created_at": "2025-01-15T12:00:00.000000Z", "updated_at": "2025-01-15T12:00:00.000000Z"
        });
        assert_eq!(locked.snapshot()["body"], expected);
        assert_eq!(open(app, &plan_id), "");
        assert_eq!(
            (state(app, &one), state(app, &quarter), state(app, &later)),
            ("locked".into(), "locked".into(), "provisional".into())
        );
        let by_codes = format!("/v1/period-locks/{HOME}~performance~2024");
        assert_eq!(app.as_reader(HOME).get(&by_codes).expect(200).json(), locked.json());
        // Nothing of the year is changed any more.
        let editor = || app.as_editor(HOME).seen("*");
        let place = format!("/v1/measurements/{one}");
        let refused = editor().patch(&place, json!({"value": 81})).refused(409, "/period");
        assert!(refused.at("/detail").contains("reopen"), "{}", refused.text);
        editor().delete(&place).refused(409, "/period");
        let august = json!({"indicator_id": indicator, "period": "2024-08", "value": 1});
        app.as_editor(HOME).post("/v1/measurements", august).refused(409, "/period");
        editor().patch(&place, json!({"value": 80})).expect(200);
        measure(app, &indicator, "2025-Q1");
        lock(app, &plan_id, "2024").refused(409, "");
        lock(app, &plan_id, "2024-Q2").refused(409, "");
        // Reopened for a reason, it is corrected, validated and locked again; the first lock stays as it ended.
        let reopened = reopen(app, &locked.at("/id")).expect(200);
        assert_eq!(reopened.at("/reopening_reason"), "Errore materiale");
        assert_eq!((state(app, &one), open(app, &plan_id)), ("validated".into(), "2024".into()));
        app.as_reader(HOME).get(&by_codes).refused(404, "");
        editor().patch(&place, json!({"value": 81})).expect(200);
        lock(app, &plan_id, "2024").refused(409, "/period");
        validate(app, &plan_id, &one, 2);
        let again = lock(app, &plan_id, "2024").expect(201);
        assert_ne!(again.at("/id"), locked.at("/id"));
        let all = app.as_reader(HOME).pages("/v1/period-locks?limit=1").concat();
        assert_eq!(all, [reopened.json(), again.json()]);
        assert_eq!(app.as_reader(HOME).pages("/v1/period-locks?status=locked").concat(), [again.json()]);
    });
}

#[test]
fn a_reopening_needs_its_reason_which_stays() {
    both(|app| {
        let (plan_id, indicator) = in_force(app);
        let id = measure(app, &indicator, "2024");
        validate(app, &plan_id, &id, 1);
        let locked = lock(app, &plan_id, "2024").expect(201);
        let place = format!("/v1/period-locks/{}", locked.at("/id"));
        let evaluator = || app.as_evaluator(HOME).seen("*");
        evaluator().patch(&place, json!({"status": "reopened"})).refused(422, "/reopening_reason");
        evaluator()
            .patch(&place, json!({"status": "reopened", "reopening_reason": " "}))
            .refused(422, "/reopening_reason");
        evaluator().patch(&place, json!({"reopening_reason": "x"})).refused(422, "/status");
        evaluator().patch(&place, json!({"period": "2025"})).refused(422, "/period");
        evaluator().patch(&place, json!({})).expect(200);
        app.as_evaluator(HOME).patch(&place, json!({})).refused(428, "");
        app.as_evaluator(HOME)
            .seen("\"0\"")
            .patch(&place, json!({"status": "reopened", "reopening_reason": "x"}))
            .refused(412, "");
        app.as_editor(HOME)
            .seen("*")
            .patch(&place, json!({"status": "reopened", "reopening_reason": "x"}))
            .refused(403, "");
        app.as_evaluator(HOME).seen("*").delete(&place).refused(405, "");
        assert_eq!(state(app, &id), "locked");
        let stranger = app.with_token(&app.token("planning.evaluate planning.read", &[OTHER]));
        stranger.get(&place).refused(404, "");
        stranger.seen("*").patch(&place, json!({"status": "reopened", "reopening_reason": "x"})).refused(404, "");
        let reopened = reopen(app, &locked.at("/id")).expect(200);
        let events = app.events(HOME);
        let told = events.iter().filter(|event| event["revision"] == reopened.json()["revision"]).collect::<Vec<_>>();
        assert_eq!(told[0]["after_state"]["reopening_reason"], "Errore materiale");
        assert_eq!(told[1]["resource"], "measurements");
        assert_eq!(told.len(), 2);
        evaluator().patch(&place, json!({"status": "locked"})).refused(409, "");
    });
}

#[test]
fn a_lock_is_on_a_period_that_is_over_of_a_plan_that_is_approved() {
    both(|app| {
        let (plan_id, _) = in_force(app);
        for (period, status, field) in [
            ("2025", 422, "/period"),
            ("2025-01", 422, "/period"),
            ("2023", 422, "/period"),
            ("2027", 422, "/period"),
            ("2024-Q7", 422, "/period"),
        ] {
            lock(app, &plan_id, period).refused(status, field);
        }
        let draft = resources::plan(app, "draft", 2024, 2024);
        let refused = lock(app, &draft, "2024").refused(409, "");
        assert!(refused.at("/detail").contains("draft"), "{}", refused.text);
        app.as_editor(HOME).post("/v1/period-locks", json!({"plan_id": plan_id, "period": "2024"})).refused(403, "");
        let stranger = app.with_token(&app.token("planning.evaluate", &[OTHER]));
        stranger.post("/v1/period-locks", json!({"plan_id": plan_id, "period": "2024"})).refused(422, "/plan_id");
        lock(app, &plan_id, "2024-12").expect(201);
        assert_eq!(open(app, &plan_id), "2024-S1 2024-Q3 2024-10 2024-11");
    });
}

#[test]
fn what_was_due_and_is_missing_is_said_with_a_reason() {
    both(|app| {
        let (plan_id, indicator) = in_force(app);
        // Parts of a year owe nothing by themselves.
        lock(app, &plan_id, "2024-S1").expect(201);
        let refused = lock(app, &plan_id, "2024").refused(422, "/reason");
        assert!(refused.at("/detail").contains("1 indicators"), "{}", refused.text);
        let reason = json!({"plan_id": plan_id, "period": "2024", "reason": "Ufficio non attivato"});
        let locked = app.as_evaluator(HOME).post("/v1/period-locks", reason).expect(201).json();
        assert_eq!(
            locked["missing"],
            json!([{"indicator_id": indicator, "code": "~3", "title": "Pagamenti elettronici sul totale"}])
        );
        assert_eq!(locked["reason"], "Ufficio non attivato");
    });
}

#[test]
fn a_part_stays_locked_within_a_year_that_is_reopened_and_not_the_other_way() {
    both(|app| {
        let (plan_id, indicator) = in_force(app);
        let (year, half) = (measure(app, &indicator, "2024"), measure(app, &indicator, "2024-Q2"));
        validate(app, &plan_id, &half, 1);
        let part = lock(app, &plan_id, "2024-S1").expect(201).at("/id");
        assert_eq!(open(app, &plan_id), "2024 2024-S2");
        assert_eq!((state(app, &half), state(app, &year)), ("locked".into(), "provisional".into()));
        validate(app, &plan_id, &year, 1);
        let whole = lock(app, &plan_id, "2024").expect(201).at("/id");
        let refused = reopen(app, &part).refused(409, "");
        assert!(refused.at("/detail").contains("2024, which holds 2024-S1"), "{}", refused.text);
        reopen(app, &whole).expect(200);
        assert_eq!((state(app, &half), state(app, &year)), ("locked".into(), "validated".into()));
        reopen(app, &part).expect(200);
        assert_eq!(state(app, &half), "validated");
    });
}

#[test]
fn reports_of_a_locked_period_stay() {
    both(|app| {
        app.set_time(JANUARY);
        let plan_id = performance_plan(app);
        let objective = resources::objective(app, &plan_id, "4");
        move_plan(app, &plan_id, "approved");
        let report = make(app, "progress-reports", a_report(&objective, "2024-S1"));
        lock(app, &plan_id, "2024").expect(201);
        let editor = || app.as_editor(HOME).seen("*");
        editor().patch(&format!("/v1/progress-reports/{report}"), json!({"description": "x"})).refused(409, "/period");
        editor().delete(&format!("/v1/progress-reports/{report}")).refused(409, "/period");
        app.as_editor(HOME).post("/v1/progress-reports", a_report(&objective, "2024")).refused(409, "/period");
        make(app, "progress-reports", a_report(&objective, "2025"));
    });
}

fn registered(app: &TestApp, day: &str, incoming: i64) {
    let totals = json!({"incoming": incoming, "outgoing": 1});
    let answer = app.as_administrator().put(&format!("/v1/protocol-days/{HOME}~AOO1~{day}"), totals);
    assert!([200, 201].contains(&answer.status), "{}", answer.text);
}

#[test]
fn counts_stay_as_they_were_when_the_period_was_locked() {
    both(|app| {
        app.set_time(JANUARY);
        let plan_id = performance_plan(app);
        let mut body = resources::an_indicator(&plan_id, "3");
        (body["target"], body["metric"]) = (json!("Almeno 200"), json!("protocol.incoming"));
        body["polarity"] = json!("higher_is_better");
        let indicator = make(app, "indicators", body);
        move_plan(app, &plan_id, "approved");
        let shown = |as_of: &str| {
            let path = format!("/v1/indicators/{indicator}?as_of={as_of}");
            let shown = app.as_reader(HOME).get(&path).expect(200);
            (shown.json()["measured_by"]["value"].clone(), shown.json()["measured_by"].clone(), shown.etag())
        };
        registered(app, "2024-02-05", 100);
        registered(app, "2024-09-02", 50);
        let (value, _, before) = shown("2025-01-15");
        assert_eq!(value, 150.0);
        let half = lock(app, &plan_id, "2024-S1").expect(201);
        assert_eq!(half.at("/counts/0/value"), "100.0");
        assert_eq!(half.at("/counts/0/metric"), "protocol.incoming");
        assert_ne!(shown("2025-01-15").2, before);
        // A late correction of the half that is locked changes nothing, one of the other half does.
        registered(app, "2024-02-05", 900);
        registered(app, "2024-09-02", 60);
        let (value, measured_by, _) = shown("2025-01-15");
        assert_eq!(value, 160.0);
        assert_eq!((&measured_by["from"], &measured_by["to"]), (&json!("2024-01-01"), &json!("2024-12-31")));
        assert_eq!(measured_by["frozen_to"], "2024-06-30");
        // On a day within the locked half it is counted as of that day.
        assert_eq!(shown("2024-03-31").0, 900.0);
        // The year keeps what its half kept.
        let year = lock(app, &plan_id, "2024").expect(201);
        assert_eq!(year.at("/counts/0/value"), "160.0");
        registered(app, "2024-09-02", 1000);
        assert_eq!(shown("2025-01-15").0, 160.0);
        let evaluation = app.as_reader(HOME).get(&format!("/v1/indicators/{indicator}?as_of=2025-01-15")).expect(200);
        assert_eq!(evaluation.at("/evaluation/attainment"), "0.8");
        reopen(app, &year.at("/id")).expect(200);
        assert_eq!(shown("2025-01-15").0, 1100.0);
        reopen(app, &half.at("/id")).expect(200);
        assert_eq!(shown("2025-01-15").0, 1900.0);
    });
}

#[test]
fn what_was_judged_in_a_locked_year_keeps_its_target_and_reading() {
    both(|app| {
        let (plan_id, indicator) = in_force(app);
        let id = measure(app, &indicator, "2024");
        validate(app, &plan_id, &id, 1);
        let locked = lock(app, &plan_id, "2024").expect(201).at("/id");
        let place = format!("/v1/indicators/{indicator}");
        let patch = |body: Value| app.as_editor(HOME).seen("*").patch(&place, body);
        patch(json!({"polarity": "lower_is_better"})).refused(409, "");
        move_plan(app, &plan_id, "draft");
        patch(json!({"target": "Almeno 10%"})).refused(409, "");
        patch(json!({"target_year": 2025})).refused(409, "");
        // The years that follow may be planned anew.
        patch(json!({"yearly_targets": [{"year": 2025, "target": "Almeno 90%"}]})).expect(200);
        reopen(app, &locked).expect(200);
        patch(json!({"target": "Almeno 10%"})).expect(200);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is locked, in whatever order: a measurement can be made exactly where no lock that stands holds its period.
    #[test]
    fn a_measurement_is_taken_just_where_nothing_is_locked(picked in prop::collection::vec(0_usize..19, 1..5)) {
        let parts: Vec<String> = std::iter::once("2024".to_owned())
            .chain((1..=2).map(|half| format!("2024-S{half}")))
            .chain((1..=4).map(|quarter| format!("2024-Q{quarter}")))
            .chain((1..=12).map(|month| format!("2024-{month:02}")))
            .collect();
        let app = TestApp::start(crate::harness::Backend::Sqlite, &[]);
        app.set_time(JANUARY);
        let plan_id = performance_plan(&app);
        let mut body = resources::an_indicator(&plan_id, "3");
        body["target_year"] = json!(2026);
        let indicator = make(&app, "indicators", body);
        move_plan(&app, &plan_id, "approved");
        let mut standing: Vec<traguardo::planning::periods::Period> = Vec::new();
        for index in picked {
            let period: traguardo::planning::periods::Period = parts[index].parse().unwrap();
            let held = standing.iter().any(|locked| locked.covers(period));
            let status = lock(&app, &plan_id, &parts[index]).status;
            prop_assert_eq!(status, if held { 409 } else { 201 });
            standing.push(period);
        }
        for part in &parts {
            let period: traguardo::planning::periods::Period = part.parse().unwrap();
            let held = standing.iter().any(|locked| locked.covers(period));
            let body = json!({"indicator_id": indicator, "period": part, "value": 1});
            let status = app.as_editor(HOME).post("/v1/measurements", body).status;
            prop_assert_eq!(status, if held { 409 } else { 201 }, "{}", part);
        }
    }
}
