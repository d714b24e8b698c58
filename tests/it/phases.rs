//! `/phases`.

use crate::harness::resources::{self, HOME, a_phase, make, objective, performance_plan, plan, section};
use crate::harness::{both, lifecycle::lifecycle};
use serde_json::{Value, json};

lifecycle!(resources::phases);

/// A phase with a schedule, as it would be sent.
fn scheduled(plan_id: &str, code: &str, schedule: Value) -> Value {
    let mut body = a_phase(plan_id, code);
    body["schedule"] = schedule;
    body
}

#[test]
fn a_schedule_is_a_set_of_periods_in_the_order_of_time() {
    both(|app| {
        let plan_id = performance_plan(app);
        let sent = json!(["2025", "2024-Q3", "2024-06", "2025", "2026-S1"]);
        let made = app.as_editor(HOME).post("/v1/phases", scheduled(&plan_id, "1", sent)).expect(201);
        assert_eq!(made.json()["schedule"], json!(["2024-06", "2024-Q3", "2025", "2026-S1"]));
    });
}

#[test]
fn a_phase_lies_within_its_plans_years() {
    both(|app| {
        let plan_id = performance_plan(app);
        for outside in ["2023", "2027", "2023-12", "2027-Q1", "2023-S2"] {
            let body = scheduled(&plan_id, "1", json!(["2024", outside]));
            let refused = app.as_editor(HOME).post("/v1/phases", body).refused(422, "/schedule");
            assert_eq!(refused.at("/errors/0/value"), outside);
            assert!(refused.at("/detail").contains("2024 to 2026"), "{}", refused.text);
        }
        make(app, "phases", scheduled(&plan_id, "1", json!(["2024-01", "2026-12"])));
        let patch = json!({"schedule": ["2027"]});
        app.as_editor(HOME).seen("*").patch("/v1/phases/c_c418~performance~~1", patch).refused(422, "/schedule");
    });
}

#[test]
fn a_period_that_is_none_is_refused() {
    both(|app| {
        let plan_id = performance_plan(app);
        for wrong in [
            json!(["2024-Q5"]),
            json!(["2024-13"]),
            json!(["2024-S3"]),
            json!(["24"]),
            json!(["III trim. 2024"]),
            json!([2024]),
            json!([null]),
            json!({"from": "2024"}),
            json!([]),
        ] {
            let refused = app.as_editor(HOME).post("/v1/phases", scheduled(&plan_id, "1", wrong.clone())).expect(422);
            let field = refused.at("/errors/0/field");
            assert!(field.starts_with("/schedule"), "{wrong}: {field}");
        }
    });
}

#[test]
fn a_plans_years_keep_its_phases_inside() {
    both(|app| {
        let plan_id = performance_plan(app);
        let phase = make(app, "phases", scheduled(&plan_id, "7", json!(["2024-Q1", "2026-Q4"])));
        let patch = |resource: &str, id: &str, body: Value| {
            app.as_editor(HOME).seen("*").patch(&format!("/v1/{resource}/{id}"), body)
        };
        for years in
            [json!({"end_year": 2025}), json!({"start_year": 2025}), json!({"start_year": 2025, "end_year": 2027})]
        {
            let refused = patch("plans", &plan_id, years).refused(422, "/start_year");
            assert!(refused.at("/detail").contains("phase 7"), "{}", refused.text);
        }
        patch("plans", &plan_id, json!({"start_year": 2023, "end_year": 2027})).expect(200);
        patch("phases", &phase, json!({"schedule": ["2024"]})).expect(200);
        patch("plans", &plan_id, json!({"start_year": 2024, "end_year": 2024})).expect(200);
    });
}

#[test]
fn a_code_is_unique_within_its_objective_and_within_the_plan_where_there_is_none() {
    both(|app| {
        let plan_id = performance_plan(app);
        let (one, two) = (objective(app, &plan_id, "1"), objective(app, &plan_id, "2"));
        let of = |objective_id: &String| {
            let mut body = a_phase(&plan_id, "1");
            body["objective_id"] = json!(objective_id);
            body
        };
        for body in [of(&one), of(&two), a_phase(&plan_id, "1")] {
            make(app, "phases", body.clone());
            app.as_editor(HOME).post("/v1/phases", body).refused(409, "");
        }
        let ids = ["1~1", "2~1", "~1"].map(|codes| {
            app.as_reader(HOME).get(&format!("/v1/phases/c_c418~performance~{codes}")).expect(200).at("/id")
        });
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
        // Nor by moving one under another objective.
        let moved =
            app.as_editor(HOME).seen("*").patch(&format!("/v1/phases/{}", ids[1]), json!({"objective_id": one}));
        moved.refused(409, "");
        let moved =
            app.as_editor(HOME).seen("*").patch(&format!("/v1/phases/{}", ids[1]), json!({"objective_id": null}));
        moved.refused(409, "");
    });
}

#[test]
fn objective_and_section_are_of_the_same_plan() {
    both(|app| {
        let (plan_id, other) = (performance_plan(app), plan(app, "dtp", 2021, 2023));
        for (field, foreign) in
            [("objective_id", objective(app, &other, "1")), ("section_id", section(app, &other, "1"))]
        {
            let mut body = a_phase(&plan_id, "1");
            body[field] = json!(foreign);
            app.as_editor(HOME).post("/v1/phases", body).refused(422, &format!("/{field}"));
        }
        let id = make(app, "phases", a_phase(&plan_id, "1"));
        let moved = app.as_editor(HOME).seen("*").patch(&format!("/v1/phases/{id}"), json!({"plan_id": other}));
        moved.refused(422, "/plan_id");
    });
}

#[test]
fn phases_are_found_by_plan_section_and_objective() {
    both(|app| {
        let plan_id = performance_plan(app);
        let (section_id, objective_id) = (section(app, &plan_id, "1"), objective(app, &plan_id, "1"));
        let mut in_section = a_phase(&plan_id, "a");
        in_section["section_id"] = json!(section_id);
        let mut of_objective = a_phase(&plan_id, "b");
        of_objective["objective_id"] = json!(objective_id);
        for body in [in_section, of_objective, a_phase(&plan_id, "c")] {
            make(app, "phases", body);
        }
        for (query, expected) in [
            (format!("plan_id={plan_id}"), "a b c"),
            (format!("section_id={section_id}"), "a"),
            (format!("objective_id={objective_id}"), "b"),
            ("plan_id=019a4b52-7c00-7000-8000-ffffffffffff".to_owned(), ""),
        ] {
            let found = app.as_reader(HOME).pages(&format!("/v1/phases?{query}")).concat();
            let codes: Vec<_> = found.iter().map(|one| one["code"].as_str().unwrap()).collect();
            assert_eq!(codes.join(" "), expected, "{query}");
        }
    });
}
