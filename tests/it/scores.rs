//! `/plans/{plan_key}/scores`: weights, attainments, scores, and what they would be.

use crate::harness::resources::{self, HOME, OTHER, an_objective, make, performance_plan};
use crate::harness::{TestApp, both};
use serde_json::{Value, json};

/// 2025-01-15 at noon: 2024 is over.
const JANUARY: i64 = 1_736_942_400_000_000;

/// An objective with one indicator "Almeno 100", and what was measured in 2024.
fn scored(app: &TestApp, plan_id: &str, code: &str, more: Value, measured: Option<f64>) -> (String, String) {
    let mut body = an_objective(plan_id, code);
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let objective = make(app, "objectives", body);
    let mut body = resources::an_indicator(plan_id, "1");
    body["objective_id"] = json!(objective);
    (body["target"], body["polarity"]) = (json!("Almeno 100"), json!("higher_is_better"));
    let indicator = make(app, "indicators", body);
    if let Some(value) = measured {
        make(app, "measurements", json!({"indicator_id": indicator, "period": "2024", "value": value}));
    }
    (objective, indicator)
}

fn unit(app: &TestApp, code: &str) -> String {
    make(app, "units", json!({"administration": HOME, "code": code, "name": format!("Settore {code}")}))
}

fn scores(app: &TestApp, plan_id: &str) -> Value {
    app.as_reader(HOME).get(&format!("/v1/plans/{plan_id}/scores?year=2024")).expect(200).json()
}

#[test]
fn a_units_score_is_its_weighted_attainments_and_says_what_is_not_measured() {
    both(|app| {
        app.set_time(JANUARY);
        let plan_id = performance_plan(app);
        let (one, two) = (unit(app, "1"), unit(app, "2"));
        let with = |unit: &str, weight: f64| json!({"unit_id": unit, "weight": weight, "assignees": ["Ragioneria"]});
        scored(app, &plan_id, "1", with(&one, 40.0), Some(75.0));
        scored(app, &plan_id, "2", with(&one, 40.0), Some(120.0));
        scored(app, &plan_id, "3", with(&one, 20.0), None);
        scored(app, &plan_id, "4", with(&two, 60.0), Some(50.0));
        scored(app, &plan_id, "5", json!({"assignees": ["Tributi", "Ragioneria "]}), Some(100.0));
        scored(app, &plan_id, "6", json!({}), Some(0.0));
        let all = scores(app, &plan_id);
        assert_eq!(
            (&all["year"], &all["as_of"], &all["supposed"]),
            (&json!(2024), &json!("2024-12-31"), &json!(false))
        );
        let told =
            |field: &str| all["items"].as_array().unwrap().iter().map(|item| item[field].clone()).collect::<Vec<_>>();
        assert_eq!(told("whole"), ["unit", "unit", "office", "office", "plan"].map(Value::from));
        let names = ["Settore 1", "Settore 2", "Ragioneria", "Tributi", "Piano della performance"];
        assert_eq!(told("name"), names.map(Value::from));
        assert_eq!(told("score"), [87.5, 50.0, 100.0, 100.0, 0.0].map(Value::from));
        assert_eq!(told("rule"), ["weighted", "weighted", "equal", "equal", "equal"].map(Value::from));
        let first = &all["items"][0];
        assert_eq!((&first["at_least"], &first["at_most"]), (&json!(70.0), &json!(90.0)));
        assert_eq!((&first["weight_sum"], &first["weight_evaluated"]), (&json!(100.0), &json!(80.0)));
        assert_eq!(first["formula"], "(40 × 0.75 + 40 × 1) / 80 × 100 = 87.5");
        assert_eq!(first["not_counted"], json!(["3"]));
        assert_eq!(first["objectives"][2].get("attainment"), None);
        assert_eq!(
            first["warnings"],
            json!(["1 objectives do not count (3): the score may yet lie between 70 and 90."])
        );
        assert_eq!(all["items"][1]["warnings"], json!(["The weights add up to 60, not to 100."]));
        assert_eq!(all["items"][4]["warnings"], json!(["No objective has a weight: each counts the same."]));
    });
}

#[test]
fn where_some_are_weighed_what_is_not_does_not_count_and_is_said() {
    both(|app| {
        app.set_time(JANUARY);
        let plan_id = performance_plan(app);
        scored(app, &plan_id, "1", json!({"weight": 100}), Some(80.0));
        scored(app, &plan_id, "2", json!({}), Some(0.0));
        let first = &scores(app, &plan_id)["items"][0];
        assert_eq!((&first["score"], &first["not_counted"]), (&json!(80.0), &json!(["2"])));
    });
}

#[test]
fn weights_of_a_whole_are_no_more_than_a_hundred() {
    both(|app| {
        let plan_id = performance_plan(app);
        let (one, two) = (unit(app, "1"), unit(app, "2"));
        let post = |code: &str, more: Value| {
            let mut body = an_objective(&plan_id, code);
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.as_editor(HOME).post("/v1/objectives", body)
        };
        post("1", json!({"unit_id": one, "weight": 60})).expect(201);
        let refused = post("2", json!({"unit_id": one, "weight": 40.5})).refused(422, "/weight");
        assert!(refused.at("/detail").contains("at most 40 is left beside 1: 60"), "{}", refused.text);
        post("2", json!({"unit_id": one, "weight": 40})).expect(201);
        // Thirds may be rounded.
        for code in ["31", "32", "33"] {
            post(code, json!({"unit_id": two, "weight": 100.0 / 3.0})).expect(201);
        }
        // Offices of objectives without a unit, each by itself; the plan for those without both.
        post("4", json!({"assignees": ["Tributi", "Anagrafe"], "weight": 70})).expect(201);
        post("5", json!({"assignees": ["ANAGRAFE"], "weight": 40})).refused(422, "/weight");
        post("5", json!({"assignees": ["Segreteria"], "weight": 40})).expect(201);
        post("6", json!({"weight": 100})).expect(201);
        post("7", json!({"weight": 0})).expect(201);
        post("8", json!({"weight": 1})).refused(422, "/weight");
        // Moved to another whole, or weighed anew, it is looked at again; another title is nobody's business.
        let place = format!("/v1/objectives/{HOME}~performance~4");
        let patch = |body: Value| app.as_editor(HOME).seen("*").patch(&place, body);
        patch(json!({"unit_id": one})).refused(422, "/weight");
        patch(json!({"assignees": ["Segreteria"]})).refused(422, "/weight");
        patch(json!({"weight": 100})).expect(200);
        patch(json!({"title": "Altro"})).expect(200);
        // Another plan has wholes of its own.
        let other = resources::plan(app, "other", 2024, 2024);
        let mut body = an_objective(&other, "1");
        (body["unit_id"], body["weight"]) = (json!(one), json!(100));
        make(app, "objectives", body);
    });
}

#[test]
fn the_payment_times_objective_weighs_thirty_per_cent_at_least() {
    both(|app| {
        app.set_time(JANUARY);
        let plan_id = performance_plan(app);
        let marked = json!({"weight": 25, "legal_requirement": "payment_times"});
        let (objective, _) = scored(app, &plan_id, "1", marked, Some(100.0));
        scored(app, &plan_id, "2", json!({"weight": 70}), Some(50.0));
        let check = |share: f64, met: bool| json!({"codes": ["1"], "share": share, "needed": 30.0, "met": met});
        let all = scores(app, &plan_id);
        assert_eq!(all["items"][0]["payment_times"], check(25.0, false));
        let warning = "The payment-times objective weighs 25 %, less than the 30 % that the law asks for.";
        assert!(all["items"][0]["warnings"].as_array().unwrap().contains(&json!(warning)), "{all}");
        let place = format!("/v1/objectives/{objective}");
        app.as_editor(HOME).seen("*").patch(&place, json!({"weight": 30})).expect(200);
        assert_eq!(scores(app, &plan_id)["items"][0]["payment_times"], check(30.0, true));
        let wrong = json!({"legal_requirement": "happiness"});
        app.as_editor(HOME).seen("*").patch(&place, wrong).refused(422, "/legal_requirement");
        app.as_editor(HOME).seen("*").patch(&place, json!({"legal_requirement": null})).expect(200);
        assert_eq!(scores(app, &plan_id)["items"][0].get("payment_times"), None);
    });
}

#[test]
fn what_if_shows_other_scores_and_writes_nothing() {
    both(|app| {
        app.set_time(JANUARY);
        let plan_id = performance_plan(app);
        let (_, first) = scored(app, &plan_id, "1", json!({"weight": 50}), Some(40.0));
        let (second, unmeasured) = scored(app, &plan_id, "2", json!({"weight": 50}), None);
        let (before, events) = (scores(app, &plan_id), app.events(HOME));
        assert_eq!(before["items"][0]["score"], 40.0);
        let suppose = |body: Value| app.as_reader(HOME).post(&format!("/v1/plans/{plan_id}/scores"), body);
        let of_2024 = |id: &str, value: f64| json!({"indicator_id": id, "period": "2024", "value": value});
        let score = |body: Value| suppose(body).expect(200).json()["items"][0]["score"].clone();
        assert_eq!(score(json!({"year": 2024})), 40.0);
        assert_eq!(score(json!({"year": 2024, "measurements": [of_2024(&first, 100.0)]})), 100.0);
        assert_eq!(score(json!({"year": 2024, "measurements": [of_2024(&unmeasured, 100.0)]})), 70.0);
        let both = json!({
            "year": 2024, "measurements": [of_2024(&first, 50.0), of_2024(&unmeasured, 100.0)],
            "weights": [{"objective_id": second, "weight": 25}]
        });
        let shown = suppose(both).expect(200).json();
        assert_eq!((&shown["supposed"], &shown["items"][0]["score"]), (&json!(true), &json!(66.67)));
        assert_eq!((scores(app, &plan_id), app.events(HOME)), (before, events));
        // A count gives way to what is supposed.
        for (body, field) in [
            (
                json!({"measurements": [of_2024("019a4b52-7c00-7000-8000-ffffffffffff", 1.0)]}),
                "/measurements/0/indicator_id",
            ),
            (json!({"measurements": [{"indicator_id": first, "period": "2024"}]}), "/measurements/0/value"),
            (
                json!({"measurements": [{"indicator_id": first, "period": "2030", "value": 1}]}),
                "/measurements/0/period",
            ),
            (json!({"measurements": [of_2024(&first, 1.0), of_2024(&first, 2.0)]}), "/measurements/1/period"),
            (json!({"weights": [{"objective_id": first, "weight": 1}]}), "/weights/0/objective_id"),
            (json!({"weights": [{"objective_id": second, "weight": 101}]}), "/weights/0/weight"),
            (json!({"weights": [{"objective_id": second, "weight": 51}]}), "/weights/0/weight"),
            (json!({"year": 2030}), "/year"),
            (json!({"year": 2024, "as_of": "2025-01-01"}), "/as_of"),
            (json!({"wish": 1}), "/wish"),
        ] {
            suppose(body).refused(422, field);
        }
    });
}

#[test]
fn a_count_gives_way_to_what_is_supposed() {
    both(|app| {
        app.set_time(JANUARY);
        let plan_id = performance_plan(app);
        let (_, indicator) = scored(app, &plan_id, "1", json!({"weight": 100}), None);
        let bind = json!({"metric": "protocol.incoming"});
        app.as_editor(HOME).seen("*").patch(&format!("/v1/indicators/{indicator}"), bind).expect(200);
        let day = format!("/v1/protocol-days/{HOME}~AOO1~2024-02-05");
        app.as_administrator().put(&day, json!({"incoming": 30, "outgoing": 0})).expect(201);
        assert_eq!(scores(app, &plan_id)["items"][0]["score"], 30.0);
        let supposed =
            json!({"year": 2024, "measurements": [{"indicator_id": indicator, "period": "2024", "value": 90}]});
        let shown = app.as_reader(HOME).post(&format!("/v1/plans/{plan_id}/scores"), supposed).expect(200);
        assert_eq!(shown.at("/items/0/score"), "90.0");
    });
}

#[test]
fn scores_are_of_a_year_of_the_plan_that_the_token_opens() {
    both(|app| {
        let plan_id = performance_plan(app);
        let path = format!("/v1/plans/{plan_id}/scores");
        assert_eq!(app.as_reader(HOME).get(&path).expect(200).at("/as_of"), "2024-06-30");
        assert_eq!(app.as_reader(HOME).get(&format!("{path}?year=2026")).expect(200).at("/as_of"), "2026-01-01");
        app.as_reader(HOME).get(&format!("{path}?year=2030")).refused(422, "year");
        app.as_reader(HOME).get(&format!("{path}?jahr=2024")).refused(422, "jahr");
        app.as_reader(OTHER).get(&path).refused(404, "");
        app.as_reader(HOME).get("/v1/plans/c_c418~performance/scores").expect(200);
    });
}
