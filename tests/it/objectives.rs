//! `/objectives`.

use crate::harness::resources::{
    self, HOME, OTHER, a_phase, an_indicator, an_objective, make, objective, performance_plan, plan, section,
};
use crate::harness::{TestApp, both, lifecycle::lifecycle};
use serde_json::{Value, json};

lifecycle!(resources::objectives);

/// An objective with one more field, as it would be sent.
fn with(plan_id: &str, field: &str, value: Value) -> Value {
    let mut body = an_objective(plan_id, "1");
    body[field] = value;
    body
}

fn budget_links(app: &TestApp, code: &str) -> Value {
    let key = format!("/v1/objectives/c_c418~performance~{code}");
    app.as_reader(HOME).get(&key).expect(200).json()["budget_links"].clone()
}

#[test]
fn budget_codes_are_read_with_and_without_zero() {
    both(|app| {
        let plan_id = performance_plan(app);
        let links = json!([{"mission": "1", "programme": "8"}, {"mission": " 01 ", "programme": "02"}, {"mission": "07", "programme": "1"}]);
        let made = app.as_editor(HOME).post("/v1/objectives", with(&plan_id, "budget_links", links)).expect(201);
        insta::assert_json_snapshot!(made.json()["budget_links"], @r#"
        [
          {
            "mission": "01",
            "mission_name": "Servizi istituzionali, generali e di gestione",
            "programme": "08",
            "programme_name": "Statistica e sistemi informativi",
            "warnings": []
          },
          {
            "mission": "01",
            "mission_name": "Servizi istituzionali, generali e di gestione",
            "programme": "02",
            "programme_name": "Segreteria generale",
            "warnings": []
          },
          {
            "mission": "07",
            "mission_name": "Turismo",
            "programme": "01",
            "programme_name": "Sviluppo e valorizzazione del turismo",
            "warnings": []
          }
        ]
        "#);
    });
}

#[test]
fn a_name_that_is_not_the_codes_is_a_warning_which_a_patch_keeps() {
    both(|app| {
        let plan_id = performance_plan(app);
        let links = json!([
            {"mission": "1", "mission_name": "servizi istituzionali, generali e di gestione", "programme": "08"},
            {"mission": "1", "programme": "03", "programme_name": "Ufficio tecnico"},
        ]);
        let made = app.as_editor(HOME).post("/v1/objectives", with(&plan_id, "budget_links", links)).expect(201);
        let told = budget_links(app, "1");
        assert_eq!(told[0]["warnings"], json!([]), "the same name in another case");
        let warning = told[1]["warnings"][0].as_str().unwrap();
        assert!(warning.contains("Ufficio tecnico"), "{warning}");
        let place = format!("/v1/objectives/{}", made.at("/id"));
        let patched = app.as_editor(HOME).seen("*").patch(&place, json!({"title": "Tributi"})).expect(200);
        assert_eq!(patched.json()["budget_links"], told);
        // The same codes sent again without names stay what they were; other codes are other links.
        let again = json!({"budget_links": [{"mission": "01", "programme": "3"}, {"mission": "1", "programme": "06"}]});
        let patched = app.as_editor(HOME).seen("*").patch(&place, again).expect(200);
        assert_eq!(patched.json()["budget_links"][0], told[1]);
        assert_eq!(patched.json()["budget_links"][1]["warnings"], json!([]));
        // The right name takes the warning away.
        let right =
            json!({"budget_links": [{"mission": "1", "programme": "3", "programme_name": told[1]["programme_name"]}]});
        app.as_editor(HOME).seen("*").patch(&place, right).expect(200);
        assert_eq!(budget_links(app, "1")[0]["warnings"], json!([]));
    });
}

#[test]
fn an_unknown_mission_or_programme_is_refused_by_its_place() {
    both(|app| {
        let plan_id = performance_plan(app);
        for (links, named) in [
            (json!([{"mission": "77", "programme": "01"}]), "/budget_links/0"),
            (json!([{"mission": "1", "programme": "1"}, {"mission": "1", "programme": "77"}]), "/budget_links/1"),
            (json!([{"mission": "", "programme": "1"}]), "/budget_links/0"),
            (json!([{"mission": "1", "programme": "one"}]), "/budget_links/0"),
            (json!([{"mission": 1, "programme": "01"}]), "/budget_links/0/mission"),
            (json!([{"mission": "1"}]), "/budget_links/0/programme"),
            (json!([{"mission": "1", "programme": "1", "name": "x"}]), "/budget_links/0/name"),
            (json!(vec![json!({"mission": "1", "programme": "1"}); 21]), "/budget_links"),
        ] {
            app.as_editor(HOME).post("/v1/objectives", with(&plan_id, "budget_links", links)).refused(422, named);
        }
        let both = json!([{"mission": "77", "programme": "1"}, {"mission": "1", "programme": "77"}]);
        let refused = app.as_editor(HOME).post("/v1/objectives", with(&plan_id, "budget_links", both));
        refused.refused(422, "/budget_links/0").refused(422, "/budget_links/1");
    });
}

#[test]
fn a_weight_lies_between_zero_and_a_hundred() {
    both(|app| {
        let plan_id = performance_plan(app);
        for weight in [json!(-0.001), json!(100.001), json!(1e300), json!("20")] {
            app.as_editor(HOME).post("/v1/objectives", with(&plan_id, "weight", weight)).refused(422, "/weight");
        }
        for (code, weight) in [("0", 0.0), ("100", 100.0), ("33", 100.0 / 3.0)] {
            let mut body = an_objective(&plan_id, code);
            // Each the whole of an office of its own.
            (body["weight"], body["assignees"]) = (json!(weight), json!([code]));
            let id = make(app, "objectives", body);
            let read = app.as_reader(HOME).get(&format!("/v1/objectives/{id}")).expect(200);
            assert_eq!(read.json()["weight"], json!(weight));
        }
    });
}

#[test]
fn marks_and_texts_are_refused_by_the_name_of_their_field() {
    both(|app| {
        let plan_id = performance_plan(app);
        for (field, value) in [
            ("scope", json!("everyone")),
            ("level", json!("tactical")),
            ("risk_rating", json!("enormous")),
            ("strategic_rating", json!(3)),
            ("public_value_rating", json!("")),
            ("code", json!("4/1")),
            ("code", json!("4~1")),
            ("title", json!("due\nrighe")),
            ("title", json!("x".repeat(1001))),
            ("assignees", json!("Tutti")),
            ("assignees", json!(vec!["Tutti"; 51])),
            ("description", json!("nul\u{0}")),
        ] {
            let named = format!("/{field}");
            app.as_editor(HOME).post("/v1/objectives", with(&plan_id, field, value)).refused(422, &named);
        }
        let assignees = with(&plan_id, "assignees", json!(["Tutti", ""]));
        app.as_editor(HOME).post("/v1/objectives", assignees).refused(422, "/assignees/1");
    });
}

#[test]
fn section_and_unit_are_of_the_same_plan_and_administration() {
    both(|app| {
        let (plan_id, other) = (performance_plan(app), plan(app, "dtp", 2021, 2023));
        let foreign = section(app, &other, "1");
        let unit = json!({"administration": OTHER, "code": "1", "name": "Settore 1"});
        let unit = app.as_editor(OTHER).post("/v1/units", unit).expect(201).at("/id");
        let refused = app.as_editor(HOME).post("/v1/objectives", with(&plan_id, "section_id", json!(foreign)));
        assert!(refused.refused(422, "/section_id").at("/detail").contains("performance"));
        app.as_administrator().post("/v1/objectives", with(&plan_id, "unit_id", json!(unit))).refused(422, "/unit_id");
        let own = section(app, &plan_id, "1");
        make(app, "objectives", with(&plan_id, "section_id", json!(own)));
    });
}

#[test]
fn objectives_are_found_by_parent_scope_and_rating() {
    both(|app| {
        let (plan_id, other) = (performance_plan(app), plan(app, "dtp", 2021, 2023));
        let section_id = section(app, &plan_id, "1");
        let unit_id = make(app, "units", json!({"administration": HOME, "code": "1", "name": "Settore 1"}));
        let mut a = an_objective(&plan_id, "a");
        (a["section_id"], a["unit_id"], a["risk_rating"]) = (json!(section_id), json!(unit_id), json!("high"));
        let mut b = an_objective(&plan_id, "b");
        (b["scope"], b["strategic_rating"]) = (json!("sectoral"), json!("low"));
        for body in [a, b, an_objective(&other, "c")] {
            make(app, "objectives", body);
        }
        for (query, expected) in [
            (format!("plan_id={plan_id}"), "a b"),
            (format!("plan_id={other}"), "c"),
            (format!("section_id={section_id}"), "a"),
            (format!("unit_id={unit_id}"), "a"),
            ("scope=sectoral".to_owned(), "b"),
            ("risk_rating=high".to_owned(), "a"),
            ("strategic_rating=low".to_owned(), "b"),
            ("risk_rating=high&scope=sectoral".to_owned(), ""),
        ] {
            let found = app.as_reader(HOME).pages(&format!("/v1/objectives?limit=1&{query}")).concat();
            let codes: Vec<_> = found.iter().map(|one| one["code"].as_str().unwrap()).collect();
            assert_eq!(codes.join(" "), expected, "{query}");
        }
        app.as_reader(HOME).get("/v1/objectives?plan_id=4").refused(422, "plan_id");
    });
}

#[test]
fn an_objective_is_shown_with_its_phases_and_indicators_on_request() {
    both(|app| {
        let plan_id = performance_plan(app);
        let (one, two) = (objective(app, &plan_id, "1"), objective(app, &plan_id, "2"));
        for (objective_id, code) in [(&one, "1"), (&one, "2"), (&two, "1")] {
            for (resource, mut body) in
                [("phases", a_phase(&plan_id, code)), ("indicators", an_indicator(&plan_id, code))]
            {
                body["objective_id"] = json!(objective_id);
                make(app, resource, body);
            }
        }
        make(app, "phases", a_phase(&plan_id, "of-the-plan"));
        let get = |path: &str| app.as_reader(HOME).get(path).expect(200).json();
        let plain = get(&format!("/v1/objectives/{one}"));
        assert_eq!((plain.get("phases"), plain.get("indicators")), (None, None));
        let whole = get(&format!("/v1/objectives/{one}?embed=phases,indicators"));
        for resource in ["phases", "indicators"] {
            let of_one = get(&format!("/v1/{resource}?objective_id={one}"));
            assert_eq!(whole[resource], of_one["items"]);
            assert_eq!(of_one["items"].as_array().unwrap().len(), 2);
        }
        let list = get(&format!("/v1/objectives?plan_id={plan_id}&embed=phases"));
        let counts = list["items"].as_array().unwrap().iter().map(|item| item["phases"].as_array().unwrap().len());
        assert_eq!(counts.collect::<Vec<_>>(), [2, 1]);
        assert_eq!(list["items"][0].get("indicators"), None);
        for wrong in ["everything", "phases,everything", "phases,", ""] {
            app.as_reader(HOME).get(&format!("/v1/objectives?embed={wrong}")).refused(422, "embed");
        }
    });
}

#[test]
fn an_objective_that_others_hang_on_stays() {
    both(|app| {
        let plan_id = performance_plan(app);
        for (resource, mut body) in [("phases", a_phase(&plan_id, "1")), ("indicators", an_indicator(&plan_id, "1"))] {
            let objective_id = objective(app, &plan_id, resource);
            body["objective_id"] = json!(objective_id);
            let below = make(app, resource, body);
            let place = format!("/v1/objectives/{objective_id}");
            app.as_editor(HOME).seen("*").delete(&place).refused(409, "");
            app.as_editor(HOME).seen("*").delete(&format!("/v1/{resource}/{below}")).expect(204);
            app.as_editor(HOME).seen("*").delete(&place).expect(204);
        }
    });
}

#[test]
fn a_programme_is_linked_once() {
    both(|app| {
        let mut body = resources::an_objective(&performance_plan(app), "1");
        body["budget_links"] = json!([{"mission": "1", "programme": "8"}, {"mission": "01", "programme": "08"}]);
        app.as_editor(HOME).post("/v1/objectives", body).refused(422, "/budget_links/1");
    });
}
