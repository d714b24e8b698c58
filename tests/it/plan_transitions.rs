//! `/plan-transitions`: who moves a plan, where to, and what of it stays then.

use crate::harness::resources::{
    self, HOME, OTHER, a_phase, an_act, an_indicator, an_objective, make, move_plan, performance_plan,
};
use crate::harness::{Answer, TestApp, both};
use serde_json::{Value, json};

fn transition(app: &TestApp, body: Value) -> Answer {
    app.as_approver(HOME).post("/v1/plan-transitions", body)
}

fn status(app: &TestApp, plan_id: &str) -> String {
    app.as_reader(HOME).get(&format!("/v1/plans/{plan_id}")).expect(200).at("/status")
}

#[test]
fn an_approver_moves_a_plan_from_draft_to_closed_by_its_acts() {
    both(|app| {
        let plan_id = performance_plan(app);
        let moved = transition(app, json!({"plan_id": plan_id, "from": "draft", "to": "approved", "act": an_act()}));
        let told = moved.expect(201).snapshot()["body"].clone();
        let expected = json!({
            "administration": HOME, "id": told["id"], "plan_id": plan_id, "from": "draft", "to": "approved",
            "act": an_act(), "by": "test-client", "revision": "[revision]", "created_at": "2024-06-30T12:00:00.000000Z"
        });
        assert_eq!(told, expected);
        let report = json!({"kind": "deliberazione", "number": "31", "date": "2027-06-30"});
        transition(app, json!({"plan_id": plan_id, "to": "in_force"})).expect(201);
        let closed = transition(app, json!({"plan_id": plan_id, "to": "closed", "act": report})).expect(201);
        let read = app.as_reader(HOME).get(&format!("/v1/plan-transitions/{}", closed.at("/id"))).expect(200);
        assert_eq!(read.json(), closed.json());
        let plan = app.as_reader(HOME).get(&format!("/v1/plans/{plan_id}")).expect(200);
        // The act of the report is the move's; the plan keeps the one that approved it.
        assert_eq!((plan.at("/status"), plan.at("/approval_act/number")), ("closed".to_owned(), "7".to_owned()));
        assert_eq!(plan.at("/revision"), closed.at("/revision"));
        let all = app.as_reader(HOME).pages(&format!("/v1/plan-transitions?plan_id={plan_id}&limit=1")).concat();
        let told: Vec<_> = all.iter().map(|one| json!([one["from"], one["to"], one["act"]["number"]])).collect();
        let expected = [
            json!(["draft", "approved", "7"]),
            json!(["approved", "in_force", "7"]),
            json!(["in_force", "closed", "31"]),
        ];
        assert_eq!(told, expected);
        assert_eq!(app.as_reader(HOME).pages("/v1/plan-transitions?to=closed").concat().len(), 1);
    });
}

#[test]
fn an_illegal_move_is_refused_with_the_legal_ones() {
    both(|app| {
        let plan_id = performance_plan(app);
        let illegal = |to: &str, allowed: Value| {
            let refused =
                transition(app, json!({"plan_id": plan_id, "to": to, "act": an_act(), "reason": "Perché no"}));
            assert_eq!(refused.refused(409, "/to").json()["allowed"], allowed, "{to}");
        };
        for to in ["draft", "in_force", "closed"] {
            illegal(to, json!(["approved"]));
        }
        move_plan(app, &plan_id, "approved");
        for to in ["approved", "closed"] {
            illegal(to, json!(["in_force", "draft"]));
        }
        move_plan(app, &plan_id, "in_force");
        for to in ["in_force", "approved"] {
            illegal(to, json!(["closed", "draft"]));
        }
        move_plan(app, &plan_id, "closed");
        for to in ["closed", "approved", "draft"] {
            illegal(to, json!(["in_force"]));
        }
        assert_eq!(status(app, &plan_id), "closed");
        assert_eq!(app.as_reader(HOME).pages("/v1/plan-transitions").concat().len(), 3);
    });
}

#[test]
fn a_move_needs_its_act_and_a_way_back_its_reason() {
    both(|app| {
        let plan_id = performance_plan(app);
        let to = |to: &str, more: Value| {
            let mut body = json!({"plan_id": plan_id, "to": to});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            transition(app, body)
        };
        to("approved", json!({})).refused(422, "/act");
        to("approved", json!({"act": {"kind": "delibera", "number": "1", "date": "2024-01-30", "url": "ftp://a"}}))
            .refused(422, "/act/url");
        to("approved", json!({"act": {"kind": "delibera", "number": "1"}})).refused(422, "/act/date");
        to("approved", json!({"act": an_act(), "from": "closed"})).refused(409, "/from");
        to("finished", json!({})).refused(422, "/to");
        to("approved", json!({"act": an_act(), "by": "me"})).refused(422, "/by");
        to("approved", json!({"act": an_act()})).expect(201);
        to("draft", json!({})).refused(422, "/reason");
        to("draft", json!({"reason": "Rimodulazione"})).expect(201);
        // The draft keeps the act that approved it; a new approval brings its own.
        let again = json!({"kind": "deliberazione", "number": "60", "date": "2024-09-10"});
        to("approved", json!({"act": again})).expect(201);
        let plan = app.as_reader(HOME).get(&format!("/v1/plans/{plan_id}")).expect(200);
        assert_eq!(plan.at("/approval_act/number"), "60");
        to("in_force", json!({})).expect(201);
        to("closed", json!({})).expect(201);
        to("in_force", json!({})).refused(422, "/reason");
        to("in_force", json!({"reason": "Relazione da rifare"})).expect(201);
    });
}

#[test]
fn only_an_approver_moves_a_plan_and_only_so() {
    both(|app| {
        let plan_id = performance_plan(app);
        let body = json!({"plan_id": plan_id, "to": "approved", "act": an_act()});
        let refused = app.as_editor(HOME).post("/v1/plan-transitions", body.clone()).refused(403, "");
        assert!(refused.at("/detail").contains("planning.approve"), "{}", refused.text);
        app.as_evaluator(HOME).post("/v1/plan-transitions", body.clone()).refused(403, "");
        app.with_token(&app.token("planning.approve", &[OTHER]))
            .post("/v1/plan-transitions", body)
            .refused(422, "/plan_id");
        let place = format!("/v1/plans/{plan_id}");
        let patch = json!({"status": "approved", "approval_act": an_act()});
        for client in [app.as_editor(HOME), app.as_administrator()] {
            let refused = client.seen("*").patch(&place, patch.clone()).refused(409, "/status");
            assert!(refused.at("/detail").contains("POST /plan-transitions"), "{}", refused.text);
            assert_eq!(refused.json()["allowed"], json!(["approved"]));
        }
        let skip = json!({"status": "closed", "approval_act": an_act()});
        app.as_editor(HOME).seen("*").patch(&place, skip).refused(409, "/status");
        assert_eq!(status(app, &plan_id), "draft");
    });
}

#[test]
fn a_new_plan_is_approved_already_only_where_an_approver_says_so() {
    both(|app| {
        let body = |code: &str| {
            json!({
                "administration": HOME, "code": code, "title": "Piano", "kind": "performance", "start_year": 2021,
                "end_year": 2023, "status": "in_force", "approval_act": an_act()
            })
        };
        let refused = app.as_editor(HOME).post("/v1/plans", body("a")).refused(403, "");
        assert!(refused.at("/detail").contains("/plan-transitions"), "{}", refused.text);
        let both = app.with_token(&app.token("planning.edit planning.approve", &[HOME]));
        let made = both.post("/v1/plans", body("a")).expect(201);
        assert_eq!(made.at("/status"), "in_force");
        // An editor may send again what is there.
        app.as_editor(HOME).put("/v1/plans/c_c418~a", body("a")).expect(200);
    });
}

#[test]
fn what_was_approved_stays_until_it_is_a_draft_again() {
    both(|app| {
        let plan_id = performance_plan(app);
        let section = resources::section(app, &plan_id, "1");
        let objective = make(app, "objectives", an_objective(&plan_id, "4"));
        let phase = make(app, "phases", a_phase(&plan_id, "1"));
        let mut with_target = an_indicator(&plan_id, "3");
        with_target["target"] = json!("Almeno 80%");
        let indicator = make(app, "indicators", with_target);
        for status in ["approved", "in_force"] {
            move_plan(app, &plan_id, status);
            let editor = || app.as_editor(HOME).seen("*");
            for (resource, id, field, value) in [
                ("plans", &plan_id, "title", json!("Altro")),
                ("plans", &plan_id, "end_year", json!(2027)),
                ("plans", &plan_id, "approval_act", json!({"number": "8"})),
                ("sections", &section, "title", json!("Altro")),
                ("objectives", &objective, "weight", json!(40)),
                ("objectives", &objective, "assignees", json!(["Tutti"])),
                ("phases", &phase, "schedule", json!(["2025"])),
                ("indicators", &indicator, "target", json!("Almeno 70%")),
                ("indicators", &indicator, "weight", json!(5)),
            ] {
                let path = format!("/v1/{resource}/{id}");
                let refused = editor().patch(&path, json!({field: value})).refused(409, &format!("/{field}"));
                assert!(refused.at("/detail").contains("draft"), "{}", refused.text);
                assert!(refused.json()["allowed"].as_array().unwrap().contains(&json!("draft")));
                editor().delete(&path).refused(409, "");
                // The same again is no change.
                editor().patch(&path, json!({})).expect(200);
            }
            for (resource, body) in [
                ("sections", json!({"plan_id": plan_id, "code": "2", "title": "Nuova"})),
                ("objectives", an_objective(&plan_id, "5")),
                ("phases", a_phase(&plan_id, "2")),
                ("indicators", an_indicator(&plan_id, "9")),
            ] {
                editor().post(&format!("/v1/{resource}"), body).refused(409, "");
            }
            // What is reported, measured, read and published goes on.
            for (resource, id, change) in [
                ("plans", &plan_id, json!({"description": status})),
                ("plans", &plan_id, json!({"approval_act": {"url": format!("https://comune.example/{status}")}})),
                ("objectives", &objective, json!({"final_report": status})),
                (
                    "indicators",
                    &indicator,
                    json!({"polarity": if status == "approved" { json!("higher_is_better") } else { json!(null) }}),
                ),
            ] {
                editor().patch(&format!("/v1/{resource}/{id}"), change).expect(200);
            }
        }
        make(app, "measurements", json!({"indicator_id": indicator, "period": "2024", "value": 81}));
        move_plan(app, &plan_id, "draft");
        let weighed = json!({"weight": 40});
        app.as_editor(HOME).seen("*").patch(&format!("/v1/objectives/{objective}"), weighed).expect(200);
        make(app, "objectives", an_objective(&plan_id, "5"));
    });
}

#[test]
fn a_closed_plan_takes_nothing_more() {
    both(|app| {
        let plan_id = performance_plan(app);
        let objective = make(app, "objectives", an_objective(&plan_id, "4"));
        let indicator = resources::indicator(app, &plan_id, "3");
        let measured = |period: &str| json!({"indicator_id": indicator, "period": period, "value": 1});
        let measurement = make(app, "measurements", measured("2024"));
        let report = make(app, "progress-reports", resources::a_report(&objective, "2024"));
        for status in ["approved", "in_force", "closed"] {
            move_plan(app, &plan_id, status);
        }
        let editor = || app.as_editor(HOME).seen("*");
        for (place, change) in [
            (format!("plans/{plan_id}"), json!({"description": "x"})),
            (format!("objectives/{objective}"), json!({"final_report": "x"})),
            (format!("measurements/{measurement}"), json!({"value": 2})),
            (format!("progress-reports/{report}"), json!({"description": "x"})),
        ] {
            let refused = editor().patch(&format!("/v1/{place}"), change).refused(409, "");
            assert!(refused.at("/detail").contains("closed"), "{}", refused.text);
            assert_eq!(refused.json()["allowed"], json!(["in_force"]));
            editor().delete(&format!("/v1/{place}")).refused(409, "");
        }
        editor().post("/v1/measurements", measured("2025")).refused(409, "");
        editor().post("/v1/progress-reports", resources::a_report(&objective, "2025")).refused(409, "");
        let version = json!({"plan_id": plan_id, "items": [{"measurement_id": measurement, "version": 1}]});
        app.as_evaluator(HOME).post("/v1/measurement-validations", version).refused(409, "");
        move_plan(app, &plan_id, "in_force");
        editor().patch(&format!("/v1/measurements/{measurement}"), json!({"value": 2})).expect(200);
    });
}

#[test]
fn a_document_changes_no_approved_plan() {
    both(|app| {
        let document = |schedule: &str| {
            format!(
                "OBIETTIVI GESTIONALI TRASVERSALI\n\nDEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\t\
                 ASSEGNAZIONE OBIETTIVO\n1. Privacy\t1. Nomine\t{schedule}\tTutti\n"
            )
        };
        let path = format!("/v1/imports?administration={HOME}&code=p&kind=performance&start_year=2024&end_year=2025");
        let import = |text: &str| app.as_editor(HOME).send("POST", &path, Some("text/plain"), text);
        let plan_id = import(&document("2024")).expect(201).at("/plan_id");
        move_plan(app, &plan_id, "approved");
        let again = import(&document("2024")).expect(201).json();
        assert!(
            again["report"]["records"].as_array().unwrap().iter().all(|one| one["unchanged"] == json!(1)),
            "{again}"
        );
        import(&document("2025")).refused(409, "/schedule");
        move_plan(app, &plan_id, "draft");
        import(&document("2025")).expect(201);
    });
}

#[test]
fn a_move_leaves_its_event_and_the_plans() {
    both(|app| {
        let plan_id = performance_plan(app);
        let moved = transition(app, json!({"plan_id": plan_id, "to": "approved", "act": an_act()})).expect(201);
        let events: Vec<_> =
            app.events(HOME).into_iter().filter(|event| event["revision"] == moved.json()["revision"]).collect();
        assert_eq!(events.len(), 2);
        assert_eq!((&events[0]["resource"], &events[0]["after_state"]), (&json!("plan-transitions"), &moved.json()));
        assert_eq!(events[1]["before_state"]["status"], "draft");
        assert_eq!(events[1]["after_state"]["status"], "approved");
        transition(app, json!({"plan_id": plan_id, "to": "closed"})).refused(409, "/to");
        assert_eq!(app.events(HOME).iter().filter(|event| event["resource"] == "plan-transitions").count(), 1);
        app.as_reader(OTHER).get(&format!("/v1/plan-transitions/{}", moved.at("/id"))).refused(404, "");
        app.as_reader(HOME).get("/v1/plan-transitions/c_c418~performance").refused(404, "");
    });
}
