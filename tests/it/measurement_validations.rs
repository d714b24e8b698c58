//! `/measurement-validations`: who stands for a measurement, and what a correction does to it.

use crate::harness::resources::{self, HOME, OTHER, make, performance_plan};
use crate::harness::{Answer, NOW, TestApp, both};
use serde_json::{Value, json};

/// A plan with two measurements: their ids.
fn measured(app: &TestApp) -> (String, [String; 2]) {
    let plan_id = performance_plan(app);
    let of = |code: &str| {
        let indicator = resources::indicator(app, &plan_id, code);
        make(app, "measurements", json!({"indicator_id": indicator, "period": "2024", "value": 80}))
    };
    let ids = [of("1"), of("2")];
    (plan_id, ids)
}

fn validate(app: &TestApp, plan_id: &str, items: &[(&str, i32)]) -> Answer {
    let items: Vec<Value> =
        items.iter().map(|(id, version)| json!({"measurement_id": id, "version": version})).collect();
    app.as_evaluator(HOME).post("/v1/measurement-validations", json!({"plan_id": plan_id, "items": items}))
}

fn shown(app: &TestApp, id: &str) -> Value {
    app.as_reader(HOME).get(&format!("/v1/measurements/{id}")).expect(200).json()
}

#[test]
fn an_evaluator_stands_for_a_version() {
    both(|app| {
        let (plan_id, [one, two]) = measured(app);
        assert_eq!(shown(app, &one)["state"], "provisional");
        app.set_time(NOW + 1_000_000);
        let answer = validate(app, &plan_id, &[(&two, 1), (&one, 1)]).expect(200).json();
        assert_eq!(answer["items"], json!([shown(app, &two), shown(app, &one)]));
        let row = shown(app, &one);
        assert_eq!(row["state"], "validated");
        assert_eq!(
            (&row["validated_by"], &row["validated_at"]),
            (&json!("test-client"), &json!("2024-06-30T12:00:01.000000Z"))
        );
        // Once more changes nothing: not the time, not the ETag.
        app.set_time(NOW + 2_000_000);
        let events = app.events(HOME).len();
        validate(app, &plan_id, &[(&one, 1)]).expect(200);
        assert_eq!((shown(app, &one), app.events(HOME).len()), (row.clone(), events));
        let told: Vec<_> = app.events(HOME).into_iter().filter(|event| event["revision"] == row["revision"]).collect();
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|event| event["before_state"]["state"] == "provisional"));
        assert_eq!(app.as_reader(HOME).pages("/v1/measurements?state=validated").concat().len(), 2);
        assert_eq!(app.as_reader(HOME).pages("/v1/measurements?state=provisional").concat(), Vec::<Value>::new());
        // The plan's history knows both.
        let states = |at: &str| {
            let path = format!("/v1/measurements?plan_id={plan_id}&as_of=2024-06-30T12:00:{at}Z");
            let items = app.as_reader(HOME).get(&path).expect(200).json()["items"].clone();
            items.as_array().unwrap().iter().map(|row| row["state"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(states("00.5"), ["provisional", "provisional"]);
        assert_eq!(states("01.5"), ["validated", "validated"]);
    });
}

#[test]
fn a_correction_is_provisional_again_and_the_validated_version_is_kept() {
    both(|app| {
        let (plan_id, [one, _]) = measured(app);
        validate(app, &plan_id, &[(&one, 1)]).expect(200);
        let place = format!("/v1/measurements/{one}");
        let same = app.as_editor(HOME).seen("*").patch(&place, json!({"value": 80})).expect(200);
        assert_eq!(same.at("/state"), "validated");
        let next = app.as_editor(HOME).seen("*").patch(&place, json!({"value": 81})).expect(200).json();
        assert_eq!((&next["state"], next.get("validated_by")), (&json!("provisional"), None));
        let versions = app.as_reader(HOME).get(&format!("{place}/versions")).expect(200).json();
        assert_eq!(versions["items"][1]["state"], "validated");
        assert_eq!(versions["items"][1]["validated_by"], "test-client");
        // Who looked at the first version does not stand for the second.
        let refused = validate(app, &plan_id, &[(&one, 1)]).refused(409, "/items/0/version");
        assert!(refused.text.contains("version 2"), "{}", refused.text);
        validate(app, &plan_id, &[(&one, 2)]).expect(200);
    });
}

#[test]
fn all_are_validated_or_none() {
    both(|app| {
        let (plan_id, [one, two]) = measured(app);
        let events = app.events(HOME).len();
        let unknown = "019a4b52-7c00-7000-8000-ffffffffffff";
        validate(app, &plan_id, &[(&one, 1), (unknown, 1)]).refused(422, "/items/1/measurement_id");
        validate(app, &plan_id, &[(&one, 1), (&two, 7)]).refused(409, "/items/1/version");
        validate(app, &plan_id, &[]).refused(422, "/items");
        let other_plan = resources::plan(app, "other", 2024, 2024);
        validate(app, &other_plan, &[(&one, 1)]).refused(422, "/items/0/measurement_id");
        app.as_editor(HOME).seen("*").delete(&format!("/v1/measurements/{two}")).expect(204);
        validate(app, &plan_id, &[(&two, 1)]).refused(422, "/items/0/measurement_id");
        assert_eq!(shown(app, &one)["state"], "provisional");
        // The other plan and the withdrawal, nothing else.
        assert_eq!(app.events(HOME).len(), events + 2);
        let body = json!({"plan_id": plan_id, "items": [{"measurement_id": one, "version": 1}]});
        app.as_editor(HOME).post("/v1/measurement-validations", body.clone()).refused(403, "");
        let stranger = app.with_token(&app.token("planning.evaluate", &[OTHER]));
        stranger.post("/v1/measurement-validations", body).refused(422, "/plan_id");
    });
}
