//! `/plans/{plan_key}/readiness`: a plan is taken from nothing to ready, and each step takes its rule away.

use crate::harness::resources::{self, HOME, OTHER, a_report, an_objective, make, move_plan, performance_plan};
use crate::harness::{TestApp, both};
use serde_json::{Value, json};

/// 2025-01-15 at noon: 2024 is over.
const JANUARY: i64 = 1_736_942_400_000_000;

fn readiness(app: &TestApp, plan_id: &str) -> Value {
    app.as_reader(HOME).get(&format!("/v1/plans/{plan_id}/readiness?year=2024")).expect(200).json()
}

/// The rules that are broken, with how often.
fn rules(app: &TestApp, plan_id: &str) -> String {
    let shown = readiness(app, plan_id);
    assert_eq!(shown["ready"], json!(shown["items"] == json!([])));
    let counts = shown["counts"].as_array().unwrap();
    let total: i64 = counts.iter().map(|one| one["count"].as_i64().unwrap()).sum();
    assert_eq!(total, shown["items"].as_array().unwrap().len() as i64);
    let told = counts.iter().map(|one| format!("{} {}", one["rule"].as_str().unwrap(), one["count"]));
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_plan_is_ready_when_nothing_is_missing() {
    both(|app| {
        app.set_time(JANUARY);
        let plan_id = performance_plan(app);
        let unit = make(app, "units", json!({"administration": HOME, "code": "1", "name": "Settore 1"}));
        let mut body = an_objective(&plan_id, "4");
        (body["unit_id"], body["assignees"]) = (json!(unit), json!(["Ragioneria"]));
        let objective = make(app, "objectives", body);
        let patch = |resource: &str, id: &str, body: Value| {
            app.as_editor(HOME).seen("*").patch(&format!("/v1/{resource}/{id}"), body).expect(200)
        };
        assert_eq!(
            rules(app, &plan_id),
            "plan_not_approved 1, objective_without_indicator 1, objective_without_weight 1, weights_not_100 1, \
             payment_times_missing 1, progress_report_missing 1, period_unlocked 1"
        );
        let mut body = resources::an_indicator(&plan_id, "1");
        body["objective_id"] = json!(objective);
        let indicator = make(app, "indicators", body.clone());
        // What is due in another year is not owed in this one.
        (body["code"], body["target_year"]) = (json!("2"), json!(2026));
        make(app, "indicators", body);
        let has = |rule: &str| rules(app, &plan_id).contains(rule);
        assert!(
            !has("objective_without_indicator") && has("indicator_without_target 1") && has("indicator_not_measured 1")
        );
        patch("indicators", &indicator, json!({"target": "Come da piano triennale"}));
        assert!(!has("indicator_without_target") && has("indicator_without_reading 1"));
        patch("indicators", &indicator, json!({"target": "Almeno 80%"}));
        assert!(!has("indicator_without_reading"));
        patch("objectives", &objective, json!({"weight": 20}));
        assert!(!has("objective_without_weight") && has("weights_not_100 1"));
        let other =
            json!({"plan_id": plan_id, "code": "5", "title": "x", "scope": "sectoral", "unit_id": unit, "weight": 80});
        let other = make(app, "objectives", other);
        assert!(!has("weights_not_100"));
        patch("objectives", &objective, json!({"legal_requirement": "payment_times"}));
        assert!(!has("payment_times_missing") && has("payment_times_below_share 1"));
        patch("objectives", &other, json!({"weight": 70}));
        patch("objectives", &objective, json!({"weight": 30}));
        assert!(!has("payment_times_below_share"));
        let mut body = resources::an_indicator(&plan_id, "1");
        (body["objective_id"], body["target"], body["metric"]) =
            (json!(other), json!("Almeno 5"), json!("protocol.incoming"));
        make(app, "indicators", body);
        move_plan(app, &plan_id, "approved");
        assert_eq!(rules(app, &plan_id), "indicator_not_measured 2, progress_report_missing 2, period_unlocked 1");
        let day = format!("/v1/protocol-days/{HOME}~AOO1~2024-02-05");
        app.as_administrator().put(&day, json!({"incoming": 30, "outgoing": 0})).expect(201);
        assert!(has("indicator_not_measured 1"));
        let measurement =
            make(app, "measurements", json!({"indicator_id": indicator, "period": "2024-S2", "value": 81}));
        assert!(!has("indicator_not_measured") && has("measurement_provisional 1"));
        let owed = readiness(app, &plan_id)["items"][0].clone();
        assert_eq!((&owed["resource"], &owed["resource_id"]), (&json!("measurements"), &json!(measurement)));
        assert_eq!(
            (&owed["role"], &owed["owed_by"], &owed["unit_id"]),
            (&json!("evaluator"), &json!(["Ragioneria"]), &json!(unit))
        );
        let version = json!({"plan_id": plan_id, "items": [{"measurement_id": measurement, "version": 1}]});
        app.as_evaluator(HOME).post("/v1/measurement-validations", version).expect(200);
        for objective in [&objective, &other] {
            make(app, "progress-reports", a_report(objective, "2024-S1"));
            let report = make(app, "progress-reports", a_report(objective, "2024"));
            assert!(has("progress_report_draft 1"));
            patch("progress-reports", &report, json!({"status": "submitted"}));
        }
        assert_eq!(rules(app, &plan_id), "period_unlocked 1");
        app.as_evaluator(HOME).post("/v1/period-locks", json!({"plan_id": plan_id, "period": "2024"})).expect(201);
        assert_eq!(readiness(app, &plan_id)["ready"], true);
        move_plan(app, &plan_id, "draft");
        assert_eq!(rules(app, &plan_id), "plan_not_approved 1");
    });
}

#[test]
fn weights_are_asked_of_plans_that_are_evaluated_for_results() {
    both(|app| {
        let body = json!({
            "administration": HOME, "code": "dtp", "title": "Piano", "kind": "digital_transition", "start_year": 2024,
            "end_year": 2026
        });
        let plan_id = make(app, "plans", body);
        make(app, "objectives", an_objective(&plan_id, "4"));
        assert_eq!(rules(app, &plan_id), "plan_not_approved 1, progress_report_missing 1, period_unlocked 1");
    });
}

#[test]
fn a_plan_of_somebody_else_or_another_year_is_refused() {
    both(|app| {
        let plan_id = performance_plan(app);
        let path = format!("/v1/plans/{plan_id}/readiness");
        assert_eq!(app.as_reader(HOME).get(&path).expect(200).at("/year"), "2024");
        app.as_reader(HOME).get(&format!("{path}?year=2023")).refused(422, "year");
        app.as_reader(OTHER).get(&path).refused(404, "");
    });
}
