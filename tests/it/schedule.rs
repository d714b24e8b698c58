//! `/plans/…/schedule`: the Gantt of a plan, exact to the quarter.

use crate::harness::resources::{HOME, a_phase, make, objective, performance_plan, section};
use crate::harness::{TestApp, both, shared};
use serde_json::{Value, json};

const CEDRASCO: &str = include_str!("../../data/demo/cedrasco-performance-2024-2026.txt");
const LEVERANO: &str = include_str!("../../data/demo/leverano-informatizzazione-2015-2017.txt");
const CAMPI: &str = include_str!("../../data/demo/campi-bisenzio-transizione-digitale-2021-2023.txt");

fn import(app: &TestApp, administration: &str, text: &str) {
    let path = format!("/v1/imports?administration={administration}");
    app.as_editor(administration).send("POST", &path, Some("text/plain; charset=utf-8"), text).expect(201);
}

fn schedule(app: &TestApp, plan: &str, query: &str) -> Value {
    let administration = plan.split('~').next().unwrap();
    app.as_reader(administration).get(&format!("/v1/plans/{plan}/schedule?{query}")).expect(200).json()
}

fn rows<'s>(schedule: &'s Value, kind: &str) -> Vec<&'s Value> {
    schedule["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == kind).collect()
}

fn periods(schedule: &Value) -> Vec<&str> {
    schedule["columns"].as_array().unwrap().iter().map(|column| column["period"].as_str().unwrap()).collect()
}

fn check_leverano(app: &TestApp, text: &str) {
    import(app, "c_e563", text);
    // Quarters by themselves: its phases are scheduled by them.
    let drawn = schedule(app, "c_e563~informatization-2015-2017", "as_of=2016-05-15");
    assert_eq!(drawn["by"], "quarter");
    let columns = periods(&drawn);
    // The first quarter of 2017, which the document's heading leaves out, is there, and nothing covers it.
    assert_eq!(
        columns.join(" "),
        "2015-Q1 2015-Q2 2015-Q3 2015-Q4 2016-Q1 2016-Q2 2016-Q3 2016-Q4 2017-Q1 2017-Q2 2017-Q3 2017-Q4"
    );
    assert_eq!(drawn["as_of_column"], 5);
    let phases = rows(&drawn, "phase");
    let cells: Vec<_> = phases.iter().map(|row| row["cells"].clone()).collect();
    assert_eq!(
        Value::from(cells),
        json!([
            [0, 1, 2, 3],
            [2, 3],
            [3, 4, 5],
            [4, 5, 6, 7],
            [4, 5, 6, 7],
            [5, 6, 7, 9, 10],
            [5, 6, 7, 9, 10, 11],
            [7, 9],
            [2, 3, 4, 5]
        ])
    );
    let states: Vec<_> = phases.iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states.join(" "), "late late running running running running running planned running");
    // The same by years: what covers a year only in part says so.
    let drawn = schedule(app, "c_e563~informatization-2015-2017", "by=year&as_of=2016-05-15");
    let cells: Vec<_> = rows(&drawn, "phase").iter().map(|row| json!([row["cells"], row["partial_cells"]])).collect();
    assert_eq!(
        Value::from(cells),
        json!([
            [[0], []],
            [[0], [0]],
            [[0, 1], [0, 1]],
            [[1], []],
            [[1], []],
            [[1, 2], [1, 2]],
            [[1, 2], [1, 2]],
            [[1, 2], [1, 2]],
            [[0, 1], [0, 1]]
        ])
    );
}

/// Of each area, the years of its actions: 1 is 2021, 2 is 2021 and 2022, 3 all three, 4 is 2022 and 2023.
fn check_campi(app: &TestApp, text: &str) {
    import(app, "c_b507", text);
    let plan = "c_b507~digital-transition-2021-2023";
    let drawn = schedule(app, plan, "");
    assert_eq!((drawn["by"].as_str().unwrap(), periods(&drawn).join(" ")), ("year", "2021 2022 2023".to_owned()));
    let (areas, actions) = (rows(&drawn, "section"), rows(&drawn, "phase"));
    assert_eq!((areas.len(), actions.len()), (13, 56));
    let reader = app.as_reader("c_b507");
    for action in &actions {
        let phase = reader.get(&format!("/v1/phases/{}", action["id"].as_str().unwrap())).expect(200).json();
        let years: Vec<_> =
            action["cells"].as_array().unwrap().iter().map(|cell| 2021 + cell.as_i64().unwrap()).collect();
        let years: Vec<_> = years.iter().map(ToString::to_string).collect();
        assert_eq!(phase["schedule"], json!(years), "{}", action["code"]);
        let area = &drawn["rows"][action["parent_index"].as_u64().unwrap() as usize];
        assert_eq!(area["id"], phase["section_id"]);
        assert!(!action["assignees"].as_array().unwrap().is_empty());
        assert!(
            action["cells"].as_array().unwrap().iter().all(|cell| area["cells"].as_array().unwrap().contains(cell))
        );
    }
    let mut counted = [0, 0, 0, 0];
    for action in &actions {
        let kind = [json!([0]), json!([0, 1]), json!([0, 1, 2]), json!([1, 2])]
            .iter()
            .position(|cells| *cells == action["cells"]);
        counted[kind.unwrap()] += 1;
    }
    assert_eq!(counted, [21, 7, 18, 10]);
    let in_year =
        [2021, 2022, 2023].map(|year| rows(&schedule(app, plan, &format!("year={year}")), "phase").len() as i32);
    let [one, two, three, late] = counted;
    assert_eq!(in_year, [one + two + three, two + three + late, three + late]);
    let pos = actions.iter().find(|row| row["code"] == "4.4.4").unwrap();
    assert_eq!((&pos["cells"], &pos["assignees"]), (&json!([0, 1]), &json!(["Dirigenti dei Settori / UOA"])));
    // By quarters a year covers four.
    let fine = schedule(app, plan, "by=quarter");
    let pos = rows(&fine, "phase").into_iter().find(|row| row["code"] == "4.4.4").unwrap();
    assert_eq!((&pos["cells"], &pos["partial_cells"]), (&json!([0, 1, 2, 3, 4, 5, 6, 7]), &json!([])));
    // One area alone, with its actions.
    let area = areas[3];
    let alone = schedule(app, plan, &format!("section_id={}", area["id"].as_str().unwrap()));
    assert_eq!(rows(&alone, "section").len(), 1);
    assert!(rows(&alone, "phase").iter().all(|row| row["code"].as_str().unwrap().starts_with("4.4.")));
}

#[test]
fn leverano_is_exact_to_the_quarter() {
    both(|app| check_leverano(app, LEVERANO));
    let Some(text) = shared("seeds/leverano-piano-informatizzazione-2015-2017.txt") else { return };
    both(|app| check_leverano(app, &text));
}

#[test]
fn campi_bisenzio_is_exact_to_the_year() {
    both(|app| check_campi(app, CAMPI));
    let Some(text) = shared("seeds/campi-bisenzio-piano-transizione-digitale-2021-2023.txt") else { return };
    both(|app| check_campi(app, &text));
}

#[test]
fn objectives_stand_in_the_order_of_the_plan_with_their_phases_below() {
    both(|app| {
        import(app, HOME, CEDRASCO);
        let drawn = schedule(app, "c_c418~performance-2024-2026", "");
        let objectives = rows(&drawn, "objective");
        assert_eq!(objectives.len(), 19);
        let without_section = objectives.iter().filter(|row| row.get("parent_index").is_none());
        assert_eq!(without_section.map(|row| row["code"].as_str().unwrap()).collect::<Vec<_>>().join(" "), "1 2 3 4 5");
        for (index, row) in drawn["rows"].as_array().unwrap().iter().enumerate() {
            assert_eq!(row["index"], index);
            assert!(row["parent_index"].as_u64().is_none_or(|parent| parent < index as u64));
            if row["kind"] == "phase" {
                let parent = &drawn["rows"][row["parent_index"].as_u64().unwrap() as usize];
                assert_eq!(parent["kind"], "objective");
            }
        }
        assert_eq!(objectives[9]["cells"], json!([0, 1]), "objective 10: 2024 and 2025");
    });
}

#[test]
fn a_phase_is_done_when_somebody_says_so() {
    both(|app| {
        let plan_id = performance_plan(app);
        let (section_id, objective_id) = (section(app, &plan_id, "1"), objective(app, &plan_id, "1"));
        let phase = |code: &str, changes: Value| {
            let mut body = a_phase(&plan_id, code);
            body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            body
        };
        let refused = |changes: Value, field: &str| {
            app.as_editor(HOME).post("/v1/phases", phase("x", changes)).refused(422, field)
        };
        // The clock of the tests stands on 30 June 2024.
        refused(json!({"completed_on": "2024-07-01"}), "/completed_on");
        refused(json!({"completed_on": "1989-07-01"}), "/completed_on");
        refused(json!({"completed_on": "2024-05-01", "progress": 80}), "/progress");
        refused(json!({"progress": 100}), "/completed_on");
        refused(json!({"progress": 101}), "/progress");
        refused(json!({"progress": -1}), "/progress");
        make(
            app,
            "phases",
            phase(
                "a",
                json!({"schedule": ["2024-Q1"], "completed_on": "2024-05-10", "progress": 100, "objective_id": objective_id}),
            ),
        );
        make(app, "phases", phase("b", json!({"schedule": ["2024-Q1"], "progress": 60, "objective_id": objective_id})));
        make(app, "phases", phase("c", json!({"schedule": ["2024-Q3"], "section_id": section_id})));
        make(app, "phases", phase("d", json!({})));
        let states = |day: &str| {
            let drawn = schedule(app, "c_c418~performance", &format!("as_of={day}"));
            let of = |row: &&Value| {
                format!("{}:{}:{}", row["code"].as_str().unwrap(), row["state"].as_str().unwrap(), row["delay_days"])
            };
            let mut all: Vec<_> = rows(&drawn, "phase").iter().map(of).collect();
            all.sort();
            all.join(" ")
        };
        assert_eq!(states("2024-03-31"), "a:running:null b:running:null c:planned:null d:unscheduled:null");
        assert_eq!(states("2024-05-09"), "a:late:39 b:late:39 c:planned:null d:unscheduled:null");
        assert_eq!(states("2024-06-30"), "a:done:40 b:late:91 c:planned:null d:unscheduled:null");
        // Reading the document again keeps what people said: a patch of something else does, too.
        let kept = app
            .as_editor(HOME)
            .seen("*")
            .patch("/v1/phases/c_c418~performance~1~b", json!({"title": "Altro"}))
            .expect(200);
        assert_eq!(kept.at("/progress"), "60");
    });
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    both(|app| {
        performance_plan(app);
        let reader = app.as_reader(HOME);
        for (query, field) in
            [("by=week", "by"), ("year=2023", "year"), ("as_of=yesterday", "as_of"), ("limit=3", "limit")]
        {
            reader.get(&format!("/v1/plans/c_c418~performance/schedule?{query}")).refused(422, field);
        }
        app.as_reader("c_b507").get("/v1/plans/c_c418~performance/schedule").refused(404, "");
        // A plan without phases has its years and no rows.
        let empty = schedule(app, "c_c418~performance", "");
        assert_eq!((&empty["by"], &empty["rows"], periods(&empty).len()), (&json!("year"), &json!([]), 3));
    });
}

#[test]
fn an_import_keeps_what_was_said_of_a_phase() {
    both(|app| {
        import(app, "c_e563", LEVERANO);
        let phases = app.as_reader("c_e563").get("/v1/phases?limit=1").expect(200).json();
        let place = format!("/v1/phases/{}", phases["items"][0]["id"].as_str().unwrap());
        app.as_editor("c_e563").seen("*").patch(&place, json!({"completed_on": "2016-02-01"})).expect(200);
        import(app, "c_e563", LEVERANO);
        assert_eq!(app.as_reader("c_e563").get(&place).expect(200).at("/completed_on"), "2016-02-01");
    });
}
