//! `/indicators`.

use crate::harness::resources::{self, HOME, an_indicator, make, objective, performance_plan, plan};
use crate::harness::{Answer, both, lifecycle::lifecycle};
use serde_json::{Value, json};

lifecycle!(resources::indicators);

/// An indicator with one more field, as it would be sent.
fn with(plan_id: &str, field: &str, value: Value) -> Value {
    let mut body = an_indicator(plan_id, "1");
    body[field] = value;
    body
}

#[test]
fn a_target_is_kept_as_written_and_read_as_typed() {
    both(|app| {
        let plan_id = performance_plan(app);
        let made = app.as_editor(HOME).post("/v1/indicators", with(&plan_id, "target", json!("  Almeno 80% ")));
        insta::assert_json_snapshot!(made.snapshot(), @r#"
        {
          "body": {
            "administration": "c_c418",
            "code": "1",
            "created_at": "2024-06-30T12:00:00.000000Z",
            "evaluation": {
              "explanation": {
                "formula": "",
                "operands": [],
                "reasons": [],
                "rule": "at_least",
                "text": "Nothing has been measured for this period."
              },
              "status": "not_measured"
            },
            "id": "019a4b52-7c00-7000-8000-000000000005",
            "plan_id": "019a4b52-7c00-7000-8000-000000000002",
            "reading": {
              "comparator": ">=",
              "confidence": "certain",
              "kind": "percent",
              "notes": [],
              "unit": "%",
              "value": 80
            },
            "revision": "[revision]",
            "suggestions": {},
            "target": "Almeno 80%",
            "target_year": 2024,
            "title": "Pagamenti elettronici sul totale",
            "updated_at": "2024-06-30T12:00:00.000000Z",
            "yearly_targets": []
          },
          "status": 201
        }
        "#);
        // Another text is read anew; none is read as none.
        let place = format!("/v1/indicators/{}", made.at("/id"));
        let next = app.as_editor(HOME).seen("*").patch(&place, json!({"target": "< 5"})).expect(200);
        assert_eq!((next.at("/reading/comparator"), next.at("/reading/value")), ("<".to_owned(), "5".to_owned()));
        let none = app.as_editor(HOME).seen("*").patch(&place, json!({"target": null})).expect(200);
        assert_eq!((none.json().get("target"), none.at("/reading/kind")), (None, "none".to_owned()));
    });
}

#[test]
fn a_deadline_is_a_rule_for_the_targets_year() {
    both(|app| {
        let plan_id = performance_plan(app);
        let made =
            app.as_editor(HOME).post("/v1/indicators", with(&plan_id, "target", json!("Entro 31.12"))).expect(201);
        let rule = |answer: &Answer| (answer.at("/target_year"), answer.at("/reading/deadline_rule"));
        assert_eq!(rule(&made), ("2024".to_owned(), "Y-12-31".to_owned()), "the plan's first year where none is said");
        let place = format!("/v1/indicators/{}", made.at("/id"));
        let next = app.as_editor(HOME).seen("*").patch(&place, json!({"target_year": 2026})).expect(200);
        assert_eq!(rule(&next), ("2026".to_owned(), "Y-12-31".to_owned()));
    });
}

#[test]
fn each_year_may_have_a_target_of_its_own() {
    both(|app| {
        let plan_id = performance_plan(app);
        let yearly = json!([{"year": 2024, "target": "60%"}, {"year": 2026, "target": "Entro 30.06"}]);
        let made = app.as_editor(HOME).post("/v1/indicators", with(&plan_id, "yearly_targets", yearly)).expect(201);
        assert_eq!(made.at("/yearly_targets/0/reading/value"), "60");
        assert_eq!(made.at("/yearly_targets/1/reading/deadline_rule"), "Y-06-30");
        for (yearly, named) in [
            (json!([{"year": 2027, "target": "1"}]), "/yearly_targets/0/year"),
            (json!([{"year": 2024, "target": "1"}, {"year": 2024, "target": "2"}]), "/yearly_targets/1/year"),
            (json!([{"year": 2024, "target": ""}]), "/yearly_targets/0/target"),
            (json!([{"year": "2024", "target": "1"}]), "/yearly_targets/0/year"),
            (json!([{"year": 2024}]), "/yearly_targets/0/target"),
        ] {
            app.as_editor(HOME).post("/v1/indicators", with(&plan_id, "yearly_targets", yearly)).refused(422, named);
        }
    });
}

#[test]
fn a_confirmed_reading_counts_instead_of_the_automatic_one() {
    both(|app| {
        let plan_id = performance_plan(app);
        let made =
            app.as_editor(HOME).post("/v1/indicators", with(&plan_id, "target", json!("Almeno 80%"))).expect(201);
        let place = format!("/v1/indicators/{}", made.at("/id"));
        let found = |kind: &str| {
            let list = app.as_reader(HOME).pages(&format!("/v1/indicators?target_kind={kind}")).concat();
            list.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((found("percent"), found("number")), (vec!["1".to_owned()], vec![]));
        // The reading that an answer shows is one that may be sent back.
        let mut reading = made.json()["reading"].clone();
        reading["kind"] = json!("number");
        let confirm = json!({"confirmed_reading": reading});
        let confirmed = app.as_editor(HOME).seen("*").patch(&place, confirm).expect(200);
        assert_eq!(confirmed.json()["confirmed_reading"], reading);
        assert_eq!(confirmed.json()["reading"], made.json()["reading"]);
        assert_eq!((found("percent"), found("number")), (vec![], vec!["1".to_owned()]));
        // What is said of other fields leaves it.
        let other = app.as_editor(HOME).seen("*").patch(&place, json!({"unit": "%"})).expect(200);
        assert_eq!(other.json()["confirmed_reading"], reading);
        let wrong = json!({"confirmed_reading": {"kind": "guess"}});
        let refused = app.as_editor(HOME).seen("*").patch(&place, wrong).expect(422);
        assert!(refused.at("/errors/0/field").starts_with("/confirmed_reading"), "{}", refused.text);
    });
}

#[test]
fn fields_are_refused_by_their_name() {
    both(|app| {
        let plan_id = performance_plan(app);
        for (field, value, named) in [
            ("kind", json!("magic"), "/kind"),
            ("polarity", json!("up"), "/polarity"),
            ("target_year", json!(2023), "/target_year"),
            ("target_year", json!(2027), "/target_year"),
            ("weight", json!(101), "/weight"),
            ("weight", json!(-1), "/weight"),
            ("target", json!("x".repeat(1001)), "/target"),
            ("target", json!(80), "/target"),
            ("phase_code", json!("a b"), "/phase_code"),
            ("baseline", json!({"value": 1e16}), "/baseline/value"),
            ("baseline", json!({"value": "1"}), "/baseline/value"),
            ("baseline", json!({"year": 2020}), "/baseline/value"),
            ("baseline", json!({"value": 1, "year": 1066}), "/baseline/year"),
            ("reading", json!({}), "/reading"),
        ] {
            app.as_editor(HOME).post("/v1/indicators", with(&plan_id, field, value)).refused(422, named);
        }
    });
}

#[test]
fn an_indicator_is_of_its_plan_and_of_an_objective_of_that_plan() {
    both(|app| {
        let (plan_id, other) = (performance_plan(app), plan(app, "dtp", 2021, 2023));
        let (own, foreign) = (objective(app, &plan_id, "1"), objective(app, &other, "1"));
        app.as_editor(HOME)
            .post("/v1/indicators", with(&plan_id, "objective_id", json!(foreign)))
            .refused(422, "/objective_id");
        for body in [with(&plan_id, "objective_id", json!(own)), an_indicator(&plan_id, "1")] {
            make(app, "indicators", body.clone());
            app.as_editor(HOME).post("/v1/indicators", body).refused(409, "");
        }
        let of_plan = app.as_reader(HOME).get("/v1/indicators/c_c418~performance~~1").expect(200);
        assert_eq!(of_plan.json().get("objective_id"), None);
        assert_eq!(
            app.as_reader(HOME).get("/v1/indicators/c_c418~performance~1~1").expect(200).at("/objective_id"),
            own
        );
        for unknown in ["c_c418~performance~2~1", "c_c418~none~~1", "c_c418~performance~1", "c_c418~performance"] {
            app.as_reader(HOME).get(&format!("/v1/indicators/{unknown}")).refused(404, "");
        }
        assert_eq!(app.as_reader(HOME).pages(&format!("/v1/indicators?objective_id={own}")).concat().len(), 1);
        assert_eq!(app.as_reader(HOME).pages(&format!("/v1/indicators?plan_id={plan_id}")).concat().len(), 2);
        let moved =
            app.as_editor(HOME).seen("*").patch("/v1/indicators/c_c418~performance~~1", json!({"plan_id": other}));
        moved.refused(422, "/plan_id");
    });
}
