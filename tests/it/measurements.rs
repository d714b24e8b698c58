//! `/measurements`.

use crate::harness::resources::{self, HOME, OTHER, indicator, make, performance_plan};
use crate::harness::{NOW, TestApp, both, lifecycle::lifecycle};
use serde_json::{Value, json};

lifecycle!(resources::measurements);

const HOUR: i64 = 3_600_000_000;

/// The indicator `3` of the plan `performance`, 2024 to 2026.
fn an_indicator(app: &TestApp) -> String {
    indicator(app, &performance_plan(app), "3")
}

fn versions(app: &TestApp, id: &str) -> Vec<Value> {
    let all = app.as_reader(HOME).get(&format!("/v1/measurements/{id}/versions")).expect(200).json();
    all["items"].as_array().unwrap().clone()
}

#[test]
fn a_measurement_is_a_value_a_ratio_a_day_or_an_answer() {
    both(|app| {
        let indicator_id = an_indicator(app);
        for (period, field, value) in [
            ("2024-01", "value", json!(0.0)),
            ("2024-02", "value", json!(-12.25)),
            ("2024-03", "value", json!(1e15)),
            ("2024-04", "date", json!("2024-03-31")),
            ("2024-05", "yes", json!(false)),
        ] {
            let body = json!({"indicator_id": indicator_id, "period": period, field: value});
            let made = app.as_editor(HOME).post("/v1/measurements", body).expect(201);
            let read = app.as_reader(HOME).get(&format!("/v1/measurements/{}", made.at("/id"))).expect(200);
            assert_eq!(read.json()[field], value);
        }
        let body = json!({"indicator_id": indicator_id, "period": "2024", "numerator": 6605, "denominator": 47011});
        insta::assert_json_snapshot!(app.as_editor(HOME).post("/v1/measurements", body).snapshot(), @r#"
        {
          "body": {
            "administration": "c_c418",
            "created_at": "2024-06-30T12:00:00.000000Z",
            "denominator": 47011.0,
            "id": "019a4b52-7c00-7000-8000-00000000001c",
            "indicator_id": "019a4b52-7c00-7000-8000-000000000005",
            "is_current": true,
            "numerator": 6605.0,
            "period": "2024",
            "plan_id": "019a4b52-7c00-7000-8000-000000000002",
            "recorded_by": "test-client",
            "revision": "[revision]",
            "state": "provisional",
            "version": 1
          },
          "status": 201
        }
        "#);
    });
}

#[test]
fn what_says_nothing_or_too_much_is_refused() {
    both(|app| {
        let indicator_id = an_indicator(app);
        for (rest, named) in [
            (json!({}), "/value"),
            (json!({"note": "nulla"}), "/value"),
            (json!({"numerator": 1}), "/denominator"),
            (json!({"denominator": 2}), "/numerator"),
            (json!({"numerator": 1, "denominator": 0}), "/denominator"),
            (json!({"numerator": 0, "denominator": -0.0}), "/denominator"),
            (json!({"numerator": 1, "denominator": 2, "value": 50}), "/value"),
            (json!({"value": 1.1e15}), "/value"),
            (json!({"numerator": -2e15, "denominator": 1}), "/numerator"),
            (json!({"value": "80%"}), "/value"),
            (json!({"date": "2024-02-30"}), "/date"),
            (json!({"yes": "SI"}), "/yes"),
            (json!({"value": 1, "version": 2}), "/version"),
        ] {
            let mut body = json!({"indicator_id": indicator_id, "period": "2024"});
            body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            app.as_editor(HOME).post("/v1/measurements", body).refused(422, named);
        }
    });
}

#[test]
fn a_period_lies_within_the_plans_years() {
    both(|app| {
        let indicator_id = an_indicator(app);
        let with = |period: &str| json!({"indicator_id": indicator_id, "period": period, "value": 1});
        for wrong in ["2023", "2027-Q1", "2023-12", "2024-Q5", "2024-13", "2024-00", "24", "", "2024/2025"] {
            let refused = app.as_editor(HOME).post("/v1/measurements", with(wrong)).refused(422, "/period");
            assert!(wrong.is_empty() || refused.at("/errors/0/value") == wrong, "{}", refused.text);
        }
        for period in ["2024", "2024-S1", "2024-Q1", "2024-01", "2026-12"] {
            make(app, "measurements", with(period));
            app.as_editor(HOME).post("/v1/measurements", with(period)).refused(409, "");
        }
        assert_eq!(app.as_reader(HOME).pages("/v1/measurements?period=2024-Q1").concat().len(), 1);
        app.as_reader(HOME).get("/v1/measurements?period=2024-Q7").refused(422, "period");
    });
}

#[test]
fn a_correction_supersedes_and_keeps_the_earlier_version() {
    both(|app| {
        let indicator_id = an_indicator(app);
        let made = app.as_editor(HOME).put(
            "/v1/measurements/c_c418~performance~~3~2024",
            json!({"indicator_id": indicator_id, "period": "2024", "value": 80}),
        );
        let (id, place) = (made.at("/id"), format!("/v1/measurements/{}", made.at("/id")));
        app.set_time(NOW + HOUR);
        let correction = json!({"value": null, "numerator": 166, "denominator": 200, "note": "Dal gestionale"});
        let second = app.as_editor(HOME).seen(&made.etag()).patch(&place, correction).expect(200);
        assert_eq!((second.at("/id"), second.at("/version")), (id.clone(), "2".to_owned()));
        assert_eq!(second.json().get("value"), None);
        app.set_time(NOW + 2 * HOUR);
        let third = json!({"indicator_id": indicator_id, "period": "2024", "value": 83});
        let third = app.as_editor(HOME).put("/v1/measurements/c_c418~performance~~3~2024", third).expect(200);
        let kept = versions(app, &id);
        let told: Vec<_> = kept.iter().map(|one| json!([one["version"], one["is_current"], one["value"]])).collect();
        assert_eq!(told, [json!([3, true, 83.0]), json!([2, false, null]), json!([1, false, 80.0])]);
        // Each as it was, but for its no longer being the one that counts.
        for (kept, answered) in kept.iter().zip([third.json(), second.json(), made.json()]) {
            let mut answered = answered;
            answered["is_current"] = kept["is_current"].clone();
            assert_eq!(kept, &answered);
        }
        assert_eq!(kept[2]["created_at"], "2024-06-30T12:00:00.000000Z");
        assert_eq!(kept[0]["created_at"], "2024-06-30T14:00:00.000000Z");
        assert_eq!(app.as_reader(HOME).pages("/v1/measurements").concat(), [third.json()]);
        assert_eq!(app.as_reader(HOME).get(&place).json(), third.json());
        app.as_reader(OTHER).get(&format!("{place}/versions")).refused(404, "");
    });
}

#[test]
fn the_same_again_is_no_correction() {
    both(|app| {
        let indicator_id = an_indicator(app);
        let (place, body) = (
            "/v1/measurements/c_c418~performance~~3~2024-Q1",
            json!({"indicator_id": indicator_id, "period": "2024-Q1", "value": 80.5, "note": "a\r\nb"}),
        );
        let made = app.as_editor(HOME).put(place, body.clone()).expect(201);
        for _ in 0..3 {
            assert_eq!(app.as_editor(HOME).put(place, body.clone()).expect(200).json(), made.json());
        }
        assert_eq!(versions(app, &made.at("/id")).len(), 1);
    });
}

#[test]
fn a_correction_stays_with_its_indicator_and_period() {
    both(|app| {
        let plan_id = performance_plan(app);
        let (one, two) = (indicator(app, &plan_id, "1"), indicator(app, &plan_id, "2"));
        let id = make(app, "measurements", json!({"indicator_id": one, "period": "2024", "value": 1}));
        for moved in [json!({"indicator_id": two}), json!({"period": "2025"})] {
            app.as_editor(HOME).seen("*").patch(&format!("/v1/measurements/{id}"), moved).refused(422, "/period");
        }
        assert_eq!(versions(app, &id).len(), 1);
    });
}

#[test]
fn a_withdrawn_measurement_no_longer_counts() {
    both(|app| {
        let indicator_id = an_indicator(app);
        let body = json!({"indicator_id": indicator_id, "period": "2024", "value": 80});
        let id = make(app, "measurements", body.clone());
        app.as_editor(HOME).seen("*").delete(&format!("/v1/measurements/{id}")).expect(204);
        app.as_reader(HOME).get(&format!("/v1/measurements/{id}")).refused(404, "");
        app.as_reader(HOME).get("/v1/measurements/c_c418~performance~~3~2024").refused(404, "");
        assert_eq!(app.as_reader(HOME).pages("/v1/measurements").concat(), Vec::<Value>::new());
        let again = make(app, "measurements", body);
        assert_ne!(again, id);
        assert_eq!(app.as_reader(HOME).pages("/v1/measurements").concat().len(), 1);
        // What was measured is evidence: its indicator stays.
        app.as_editor(HOME).seen("*").delete(&format!("/v1/indicators/{indicator_id}")).refused(409, "");
    });
}

#[test]
fn measurements_are_found_by_plan_and_indicator() {
    both(|app| {
        let plan_id = performance_plan(app);
        let (one, two) = (indicator(app, &plan_id, "1"), indicator(app, &plan_id, "2"));
        for (indicator_id, period) in [(&one, "2024"), (&one, "2025"), (&two, "2024")] {
            make(app, "measurements", json!({"indicator_id": indicator_id, "period": period, "yes": true}));
        }
        for (query, expected) in [
            (format!("plan_id={plan_id}"), 3),
            (format!("indicator_id={one}"), 2),
            (format!("indicator_id={one}&period=2024"), 1),
            ("period=2026".to_owned(), 0),
        ] {
            let found = app.as_reader(HOME).pages(&format!("/v1/measurements?limit=1&{query}")).concat();
            assert_eq!(found.len(), expected, "{query}");
        }
        let foreign = json!({"indicator_id": one, "period": "2026", "value": 1});
        app.as_editor(OTHER).post("/v1/measurements", foreign).refused(422, "/indicator_id");
    });
}
