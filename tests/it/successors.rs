//! `/plans/{plan_key}/successors`: rolling a plan forward.

use crate::harness::resources::{HOME, OTHER, a_phase, an_indicator, an_objective, make, performance_plan};
use crate::harness::{TestApp, both};
use serde_json::{Value, json};

const CEDRASCO: &str = include_str!("../../data/demo/cedrasco-performance-2024-2026.txt");
/// 2025-01-15 at noon.
const JANUARY: i64 = 1_736_942_400_000_000;
const PATH: &str = "/v1/plans/c_c418~performance/successors";

fn next(code: &str) -> Value {
    json!({"code": code})
}

fn rows(app: &TestApp, resource: &str, plan_id: &str) -> Vec<Value> {
    app.as_reader(HOME).pages(&format!("/v1/{resource}?plan_id={plan_id}&limit=200")).concat()
}

/// What is told of a record.
fn told<'a>(report: &'a Value, resource: &str, key: &str) -> &'a Value {
    let records = report["records"].as_array().unwrap();
    let found = records.iter().find(|one| one["resource"] == resource && one["key"] == format!("{HOME}~{key}"));
    found.unwrap_or_else(|| panic!("nothing is told of {resource} {key}"))
}

fn reasons(record: &Value) -> String {
    let reasons: Vec<_> = record["reasons"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    reasons.join("; ")
}

fn count(report: &Value, resource: &str) -> [i64; 3] {
    let counts = report["counts"].as_array().unwrap().iter().find(|one| one["resource"] == resource).unwrap();
    ["carried", "changed", "left_out"].map(|outcome| counts[outcome].as_i64().unwrap())
}

#[test]
fn cedrasco_rolls_from_2024_2026_to_2025_2027() {
    both(|app| {
        let editor = app.as_editor(HOME);
        let import = "/v1/imports?administration=c_c418";
        editor.send("POST", import, Some("text/plain"), CEDRASCO).expect(201);
        let old = editor.get("/v1/plans/c_c418~performance-2024-2026").expect(200).json();
        let old_id = old["id"].as_str().unwrap();
        let before: Vec<_> = ["sections", "objectives", "phases", "indicators"].map(|of| rows(app, of, old_id)).into();
        let measure = |key: &str, body: Value| {
            editor.put(&format!("/v1/measurements/c_c418~performance-2024-2026~{key}"), body).expect(201);
        };
        let indicator_id =
            |key: &str| editor.get(&format!("/v1/indicators/c_c418~performance-2024-2026~{key}")).at("/id");
        measure("13~1~2024", json!({"indicator_id": indicator_id("13~1"), "period": "2024", "value": 3150}));
        measure("1~1~2024", json!({"indicator_id": indicator_id("1~1"), "period": "2024", "yes": true}));
        app.set_time(JANUARY);
        let editor = app.as_editor(HOME);
        let path = "/v1/plans/c_c418~performance-2024-2026/successors";
        let preview = editor.post(&format!("{path}?dry_run=true"), next("performance-2025-2027")).expect(200).json();
        assert_eq!(rows(app, "objectives", old_id).len(), before[1].len());
        editor.get("/v1/plans/c_c418~performance-2025-2027").refused(404, "");
        let answer = editor.post(path, next("performance-2025-2027")).expect(201);
        let made = answer.json();
        // The preview is the answer, but for what only a plan that is there has.
        let (mut same, mut shown) = (made.clone(), preview.clone());
        assert_eq!((shown["dry_run"].take(), same["dry_run"].take()), (json!(true), json!(false)));
        let new_id = same.as_object_mut().unwrap().remove("plan_id").unwrap();
        assert_eq!(shown, same);
        assert_eq!(answer.header("location"), format!("https://traguardo.test/v1/plans/{}", new_id.as_str().unwrap()));

        let plan = editor.get("/v1/plans/c_c418~performance-2025-2027").expect(200).json();
        assert_eq!(
            (&plan["start_year"], &plan["end_year"], &plan["status"]),
            (&json!(2025), &json!(2027), &json!("draft"))
        );
        assert_eq!((&plan["id"], &plan["predecessor_id"], plan.get("approval_act")), (&new_id, &old["id"], None));
        let after: Vec<_> =
            ["sections", "objectives", "phases", "indicators"].map(|of| rows(app, of, new_id.as_str().unwrap())).into();
        // 19 objectives, 81 indicators with 80 targets, as the document has them.
        assert_eq!((after[0].len(), after[1].len(), after[3].len()), (before[0].len(), 19, 81));
        assert_eq!(after[3].iter().filter(|row| row.get("target").is_some()).count(), 80);
        assert_eq!(made["records"].as_array().unwrap().len(), 1 + before.iter().map(Vec::len).sum::<usize>());
        let kept = |rows: &[Value], names: &[&str]| -> Vec<Value> {
            rows.iter()
                .map(|row| names.iter().map(|name| row.get(name).cloned().unwrap_or_default()).collect())
                .collect()
        };
        let names = [
            "code",
            "title",
            "scope",
            "assignees",
            "weight",
            "risk_rating",
            "strategic_rating",
            "public_value_rating",
            "budget_links",
        ];
        assert_eq!(kept(&after[1], &names), kept(&before[1], &names));
        let names = ["code", "title", "target", "unit", "weight", "polarity"];
        assert_eq!(kept(&after[3], &names), kept(&before[3], &names));
        assert!(after[3].iter().all(|row| row["target_year"] == 2025));
        // Phases of 2024 alone are over: no phase of this plan says whether it was done. All others move by a year.
        let (over, going): (Vec<_>, Vec<_>) = before[2].iter().partition(|phase| phase["schedule"] == json!(["2024"]));
        assert!(!over.is_empty() && !going.is_empty());
        assert_eq!(after[2].len(), going.len());
        assert_eq!(count(&made, "phases")[2], over.len() as i64);
        let moved: Vec<Value> = going
            .iter()
            .map(|phase| match phase["schedule"].as_array() {
                Some(years) => {
                    let year = |text: &Value| text.as_str().unwrap().parse::<i32>().unwrap() + 1;
                    years.iter().map(|text| Value::from(year(text).to_string())).collect()
                }
                None => Value::Null,
            })
            .collect();
        let schedules: Vec<Value> =
            after[2].iter().map(|phase| phase.get("schedule").cloned().unwrap_or_default()).collect();
        assert_eq!(schedules, moved);
        assert_eq!(
            editor.get("/v1/phases/c_c418~performance-2025-2027~1~1").json()["schedule"],
            json!(["2025", "2026", "2027"])
        );
        // What was achieved is where the next year begins.
        let baseline = editor.get("/v1/indicators/c_c418~performance-2025-2027~13~1").json()["baseline"].clone();
        assert_eq!((&baseline["value"], &baseline["year"]), (&json!(3150.0), &json!(2024)));
        assert!(baseline["note"].as_str().unwrap().starts_with("Achieved in 2024, measurement "), "{baseline}");
        let answered = told(&made, "indicators", "performance-2024-2026~1~1");
        assert!(reasons(answered).contains("no baseline: what was measured in 2024 is no figure"), "{answered}");
        // The predecessor is as it was, and the same again is a conflict.
        assert_eq!(editor.get("/v1/plans/c_c418~performance-2024-2026").expect(200).json(), old);
        for dry_run in [true, false] {
            editor.post(&format!("{path}?dry_run={dry_run}"), next("performance-2025-2027")).refused(409, "");
        }
        // Each record has its event.
        let events =
            app.as_auditor(HOME).pages(&format!("/v1/audit-events?limit=200&plan_id={}", new_id.as_str().unwrap()));
        assert_eq!(events.concat().len(), 1 + after.iter().map(Vec::len).sum::<usize>());
    });
}

/// A plan with an objective, phases as given and one indicator.
fn a_plan(app: &TestApp, phases: &[(&str, Value)]) -> String {
    let plan = performance_plan(app);
    let section = make(app, "sections", json!({"plan_id": plan, "code": "A", "title": "Servizi"}));
    let unit = make(app, "units", json!({"administration": HOME, "code": "1", "name": "Settore 1"}));
    let mut objective = an_objective(&plan, "4");
    for (name, value) in [
        ("section_id", json!(section)),
        ("unit_id", json!(unit)),
        ("weight", json!(30.0)),
        ("final_report", json!("Fatto.")),
        ("budget_links", json!([{"mission": "1", "programme": "8"}])),
    ] {
        objective[name] = value;
    }
    let objective = make(app, "objectives", objective);
    for (code, more) in phases {
        let mut phase = a_phase(&plan, code);
        (phase["objective_id"], phase["section_id"]) = (json!(objective), json!(section));
        phase.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        make(app, "phases", phase);
    }
    let mut indicator = an_indicator(&plan, "3");
    for (name, value) in [
        ("objective_id", json!(objective)),
        ("phase_code", json!("1")),
        ("target", json!("Almeno 80% entro il 31.12.2024")),
        ("baseline", json!({"value": 10.0, "year": 2023})),
        ("yearly_targets", json!([{"year": 2024, "target": "60%"}, {"year": 2026, "target": "80%"}])),
    ] {
        indicator[name] = value;
    }
    make(app, "indicators", indicator);
    plan
}

#[test]
fn what_says_that_it_is_done_is_left_out_and_what_is_not_goes_along() {
    both(|app| {
        a_plan(
            app,
            &[
                ("1", json!({"schedule": ["2024"], "completed_on": "2024-05-02"})),
                ("2", json!({"schedule": ["2024-Q1"], "progress": 40})),
                ("3", json!({"schedule": ["2024"]})),
                ("4", json!({})),
            ],
        );
        app.set_time(JANUARY);
        let made = app.as_editor(HOME).post(PATH, next("performance-2025")).expect(201).json();
        let phase = |code: &str| told(&made, "phases", &format!("performance~4~{code}")).clone();
        assert_eq!(
            (&phase("1")["outcome"], reasons(&phase("1"))),
            (&json!("left_out"), "it was done on 2024-05-02".to_owned())
        );
        assert_eq!(reasons(&phase("2")), "schedule 2024-Q1 → 2025-Q1");
        // Somebody keeps the book of this plan's phases: what it does not call done is not.
        assert_eq!(
            (&phase("3")["outcome"], reasons(&phase("3"))),
            (&json!("changed"), "schedule 2024 → 2025".to_owned())
        );
        assert_eq!(phase("4")["outcome"], "carried");
        let reader = app.as_reader(HOME);
        let objective = reader.get("/v1/objectives/c_c418~performance-2025~4").expect(200).json();
        assert_eq!((&objective["weight"], objective.get("final_report")), (&json!(30.0), None));
        assert_eq!(
            (&objective["budget_links"][0]["programme"], objective["unit_id"].is_string()),
            (&json!("08"), true)
        );
        let section = reader.get("/v1/sections/c_c418~performance-2025~A").expect(200);
        assert_eq!(objective["section_id"], section.json()["id"]);
        let second = reader.get("/v1/phases/c_c418~performance-2025~4~2").expect(200).json();
        assert_eq!((&second["progress"], &second["section_id"]), (&json!(40), &section.json()["id"]));
        let indicator = reader.get("/v1/indicators/c_c418~performance-2025~4~3").expect(200).json();
        assert_eq!((indicator.get("phase_code"), &indicator["baseline"]["value"]), (None, &json!(10.0)));
        let yearly: Vec<_> =
            indicator["yearly_targets"].as_array().unwrap().iter().map(|one| one["year"].clone()).collect();
        assert_eq!(yearly, [2025, 2027]);
        let why = reasons(told(&made, "indicators", "performance~4~3"));
        for part in [
            "target_year 2024 → 2025",
            "phase_code 1 left out",
            "names the year 2024",
            "baseline kept: it was not measured in 2024",
        ] {
            assert!(why.contains(part), "{part}: {why}");
        }
        assert_eq!(
            (count(&made, "sections"), count(&made, "objectives"), count(&made, "phases")),
            ([1, 0, 0], [0, 1, 0], [1, 2, 1])
        );
    });
}

#[test]
fn one_may_carry_all_phases_or_none_end_objectives_and_keep_baselines() {
    both(|app| {
        let plan = a_plan(app, &[("1", json!({"schedule": ["2024"], "completed_on": "2024-05-02", "progress": 100}))]);
        make(app, "objectives", an_objective(&plan, "5"));
        let indicator = app.as_reader(HOME).get("/v1/indicators/c_c418~performance~4~3").at("/id");
        for (period, parts) in [("2024-S1", (10, 40)), ("2024-S2", (50, 60))] {
            make(
                app,
                "measurements",
                json!({"indicator_id": indicator, "period": period, "numerator": parts.0, "denominator": parts.1}),
            );
        }
        app.set_time(JANUARY);
        let editor = app.as_editor(HOME);
        let made = |body: Value| editor.post(PATH, body).expect(201).json();
        let all = made(json!({"code": "all", "phases": "all", "baselines": false, "title": "Altro"}));
        assert_eq!((&all["title"], count(&all, "phases")), (&json!("Altro"), [0, 1, 0]));
        let phase = editor.get("/v1/phases/c_c418~all~4~1").expect(200).json();
        assert_eq!((phase.get("completed_on"), phase.get("progress")), (None, None));
        let indicator = |plan: &str| editor.get(&format!("/v1/indicators/c_c418~{plan}~4~3")).expect(200).json();
        assert_eq!(
            (&indicator("all")["baseline"]["value"], &indicator("all")["phase_code"]),
            (&json!(10.0), &json!("1"))
        );
        // 60 of 100 over both halves, not the mean of their shares.
        let none = made(json!({"code": "none", "phases": "none", "ended_objectives": ["5"]}));
        assert_eq!((count(&none, "phases"), count(&none, "objectives")), ([0, 0, 1], [0, 1, 1]));
        assert_eq!(indicator("none")["baseline"]["value"], 60.0);
        let ended = made(json!({"code": "ended", "ended_objectives": ["4"]}));
        assert_eq!((count(&ended, "indicators"), count(&ended, "phases")), ([0, 0, 1], [0, 0, 1]));
        // Two years on, and shorter: what lies outside is left out, and said.
        let later = made(json!({"code": "later", "start_year": 2026, "end_year": 2026, "phases": "all"}));
        assert_eq!((&later["base_year"], &later["end_year"]), (&json!(2025), &json!(2026)));
        assert!(reasons(told(&later, "indicators", "performance~4~3")).contains("the target of 2026 is left out"));
    });
}

#[test]
fn a_metric_gives_the_baseline_with_its_parts() {
    both(|app| {
        let plan = performance_plan(app);
        let mut indicator = an_indicator(&plan, "1");
        (indicator["metric"], indicator["target"]) = (json!("protocol.incoming"), json!("3200"));
        make(app, "indicators", indicator);
        let totals = json!({"incoming": 7, "outgoing": 2});
        app.as_administrator().put("/v1/protocol-days/c_c418~AOO1~2024-06-04", totals).expect(201);
        app.set_time(JANUARY);
        app.as_editor(HOME).post(PATH, next("dopo")).expect(201);
        let indicator = app.as_reader(HOME).get("/v1/indicators/c_c418~dopo~~1").expect(200).json();
        assert_eq!(indicator["baseline"]["value"], 7.0);
        assert_eq!(indicator["baseline"]["note"], "Achieved in 2024, counted by protocol.incoming up to 2024-06-04");
        assert_eq!(indicator["metric"], "protocol.incoming");
    });
}

#[test]
fn what_cannot_follow_is_refused_and_nothing_is_written() {
    both(|app| {
        a_plan(app, &[]);
        let editor = app.as_editor(HOME);
        for (body, field) in [
            (json!({}), "/code"),
            (json!({"code": "a b"}), "/code"),
            (json!({"code": "x", "start_year": 2024}), "/start_year"),
            (json!({"code": "x", "start_year": 2101}), "/start_year"),
            (json!({"code": "x", "end_year": 2024}), "/end_year"),
            (json!({"code": "x", "end_year": 2040}), "/end_year"),
            (json!({"code": "x", "phases": "some"}), "/phases"),
            (json!({"code": "x", "ended_objectives": ["4", "99"]}), "/ended_objectives/1"),
            (json!({"code": "x", "colour": 1}), "/colour"),
        ] {
            editor.post(PATH, body).refused(422, field);
        }
        editor.post(&format!("{PATH}?dry_run=maybe"), next("x")).refused(422, "dry_run");
        editor.post(PATH, next("performance")).refused(409, "");
        app.as_reader(HOME).post(PATH, next("x")).refused(403, "");
        app.as_editor(OTHER).post(PATH, next("x")).refused(404, "");
        assert_eq!(app.as_reader(HOME).pages("/v1/plans").concat().len(), 1);
    });
}

#[test]
fn a_plan_names_a_predecessor_of_its_own_administration_and_never_itself() {
    both(|app| {
        let first = performance_plan(app);
        let editor = app.as_editor(HOME);
        let body = |code: &str, predecessor: &str| {
            json!({"administration": HOME, "code": code, "title": "P", "kind": "performance", "start_year": 2025,
                "end_year": 2027, "predecessor_id": predecessor})
        };
        let second = editor.post("/v1/plans", body("dopo", &first)).expect(201);
        assert_eq!(second.at("/predecessor_id"), first);
        let itself = format!("/v1/plans/{}", second.at("/id"));
        app.as_editor(HOME)
            .header("If-Match", "*")
            .patch(&itself, json!({"predecessor_id": second.at("/id")}))
            .refused(422, "/predecessor_id");
        let foreign = json!({"administration": OTHER, "code": "p", "title": "P", "kind": "performance", "start_year": 2024, "end_year": 2024});
        let foreign = app.as_editor(OTHER).post("/v1/plans", foreign).expect(201).at("/id");
        editor.post("/v1/plans", body("altro", &foreign)).refused(422, "/predecessor_id");
    });
}
