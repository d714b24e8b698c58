//! Plan documents through the API: what they become, what the report says, what a second reading changes.

use crate::harness::{Client, TestApp, both, shared};
use serde_json::{Value, json};

const CEDRASCO: &str = include_str!("../../data/demo/cedrasco-performance-2024-2026.txt");
const LEVERANO: &str = include_str!("../../data/demo/leverano-informatizzazione-2015-2017.txt");
const CAMPI: &str = include_str!("../../data/demo/campi-bisenzio-transizione-digitale-2021-2023.txt");

fn import(editor: &Client, query: &str, text: &str) -> crate::harness::Answer {
    editor.send("POST", &format!("/v1/imports?{query}"), Some("text/plain; charset=utf-8"), text)
}

/// Every record of a list, page by page.
fn all(client: &Client, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let separator = if path.contains('?') { '&' } else { '?' };
    let mut next = format!("{path}{separator}limit=50");
    loop {
        let page = client.get(&next).expect(200).json();
        items.extend(page["items"].as_array().unwrap().clone());
        match page["_links"]["next"].as_str() {
            Some(url) => next = url.trim_start_matches("https://traguardo.test").to_owned(),
            None => return items,
        }
    }
}

fn counts(report: &Value, resource: &str) -> (i64, i64, i64, i64) {
    let records = report["records"].as_array().unwrap();
    let of = records.iter().find(|count| count["resource"] == resource).unwrap();
    let number = |key: &str| of[key].as_i64().unwrap();
    (number("inserted"), number("updated"), number("unchanged"), number("refused"))
}

/// The Cedrasco sheets stand in the database as the document says.
fn check_cedrasco(app: &TestApp, report: &Value) {
    assert_eq!(counts(report, "objectives"), (19, 0, 0, 0));
    assert_eq!(counts(report, "indicators"), (81, 0, 0, 0));
    assert_eq!(report["indicators_with_target"], 80);
    let reader = app.as_reader("c_c418");
    let plan = reader.get("/v1/plans/c_c418~performance-2024-2026").expect(200);
    let plan_id = plan.at("/id");
    assert_eq!((plan.at("/start_year"), plan.at("/end_year")), ("2024".to_owned(), "2026".to_owned()));
    let objectives = all(&reader, &format!("/v1/objectives?plan_id={plan_id}&embed=phases,indicators"));
    let codes: Vec<_> = objectives.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(codes, (1..=19).map(|code| code.to_string()).collect::<Vec<_>>());
    let having = |field: &str| {
        let with = objectives.iter().filter(|one| one[field].is_string());
        with.map(|one| one["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(having("public_value_rating"), ["1", "10", "11", "19"]);
    assert_eq!((having("risk_rating").len(), having("strategic_rating").len()), (19, 19));
    let cross_cutting = objectives.iter().filter(|one| one["scope"] == "cross_cutting").count();
    assert_eq!(cross_cutting, 5);
    let links: Vec<_> = objectives.iter().map(|one| one["budget_links"].as_array().unwrap().len()).collect();
    let more_than_one: Vec<_> = links.iter().enumerate().filter(|(_, n)| **n > 1).map(|(i, n)| (i + 1, *n)).collect();
    assert_eq!(more_than_one, [(5, 3), (12, 2), (13, 2), (15, 2), (16, 2)]);
    let targets: Vec<_> = objectives.iter().flat_map(|one| one["indicators"].as_array().unwrap()).collect();
    assert_eq!(targets.len(), 81);
    assert_eq!(targets.iter().filter(|one| one["target"].is_string()).count(), 80);
    assert!(
        objectives.iter().flat_map(|one| one["phases"].as_array().unwrap()).all(|phase| phase["schedule"].is_array())
    );
    let protocol = reader.get("/v1/objectives/c_c418~performance-2024-2026~13?embed=phases,indicators").expect(200);
    assert_eq!(protocol.json()["phases"].as_array().unwrap().len(), 1);
    assert_eq!(protocol.json()["indicators"].as_array().unwrap().len(), 3);
    assert_eq!(protocol.at("/indicators/0/target"), "3200");
}

fn check_leverano(app: &TestApp, report: &Value) {
    assert_eq!(counts(report, "phases"), (9, 0, 0, 0));
    assert_eq!(counts(report, "indicators"), (4, 0, 0, 0));
    let reader = app.as_reader("c_e563");
    let plan_id = reader.get("/v1/plans/c_e563~informatization-2015-2017").expect(200).at("/id");
    let phases = all(&reader, &format!("/v1/phases?plan_id={plan_id}"));
    let quarters: Vec<_> = phases.iter().map(|phase| phase["schedule"].clone()).collect();
    let expected = json!([
        ["2015-Q1", "2015-Q2", "2015-Q3", "2015-Q4"],
        ["2015-Q3", "2015-Q4"],
        ["2015-Q4", "2016-Q1", "2016-Q2"],
        ["2016-Q1", "2016-Q2", "2016-Q3", "2016-Q4"],
        ["2016-Q1", "2016-Q2", "2016-Q3", "2016-Q4"],
        ["2016-Q2", "2016-Q3", "2016-Q4", "2017-Q2", "2017-Q3"],
        ["2016-Q2", "2016-Q3", "2016-Q4", "2017-Q2", "2017-Q3", "2017-Q4"],
        ["2016-Q4", "2017-Q2"],
        ["2015-Q3", "2015-Q4", "2016-Q1", "2016-Q2"]
    ]);
    assert_eq!(Value::from(quarters), expected);
}

fn check_campi(app: &TestApp, report: &Value) {
    assert_eq!(counts(report, "sections"), (13, 0, 0, 0));
    assert_eq!(counts(report, "phases"), (56, 0, 0, 0));
    let reader = app.as_reader("c_b507");
    let plan = reader.get("/v1/plans/c_b507~digital-transition-2021-2023").expect(200);
    assert_eq!(
        (plan.at("/approval_act/number"), plan.at("/approval_act/date")),
        ("72".to_owned(), "2021-05-04".to_owned())
    );
    let phases = all(&reader, &format!("/v1/phases?plan_id={}", plan.at("/id")));
    assert!(phases.iter().all(|phase| phase["section_id"].is_string() && phase["schedule"].is_array()));
    assert!(phases.iter().all(|phase| !phase["assignees"].as_array().unwrap().is_empty()));
    let years = [2021, 2022, 2023]
        .map(|year| all(&reader, &format!("/v1/phases?plan_id={}&year={year}", plan.at("/id"))).len());
    let in_year =
        |year: &str| phases.iter().filter(|phase| phase["schedule"].as_array().unwrap().contains(&json!(year))).count();
    assert_eq!(years, ["2021", "2022", "2023"].map(in_year));
    let pos = reader.get("/v1/phases/c_b507~digital-transition-2021-2023~~4.4.4").expect(200);
    assert_eq!(pos.json()["schedule"], json!(["2021", "2022"]));
    assert_eq!(pos.json()["assignees"], json!(["Dirigenti dei Settori / UOA"]));
}

#[test]
fn the_three_example_plans_become_plans() {
    both(|app| {
        for (code, text, check) in [
            ("c_c418", CEDRASCO, check_cedrasco as fn(&TestApp, &Value)),
            ("c_e563", LEVERANO, check_leverano),
            ("c_b507", CAMPI, check_campi),
        ] {
            let done = import(&app.as_editor(code), &format!("administration={code}"), text).expect(201);
            let report = done.json()["report"].clone();
            check(app, &report);
            let location = done.header("location").trim_start_matches("https://traguardo.test").to_owned();
            assert_eq!(app.as_reader(code).get(&location).expect(200).json(), done.json());
            app.as_reader("c_a074").get(&location).refused(404, "");
        }
    });
}

#[test]
fn the_three_real_plans_become_plans() {
    for (file, code, check) in [
        ("cedrasco-piao-performance-2024-2026", "c_c418", check_cedrasco as fn(&TestApp, &Value)),
        ("leverano-piano-informatizzazione-2015-2017", "c_e563", check_leverano),
        ("campi-bisenzio-piano-transizione-digitale-2021-2023", "c_b507", check_campi),
    ] {
        let Some(text) = shared(&format!("seeds/{file}.txt")) else { return };
        both(|app| {
            let done = import(&app.as_editor(code), &format!("administration={code}"), &text).expect(201);
            check(app, &done.json()["report"]);
        });
    }
}

#[test]
fn reading_again_changes_nothing_and_keeps_what_people_said() {
    both(|app| {
        let editor = app.as_editor("c_c418");
        import(&editor, "administration=c_c418", CEDRASCO).expect(201);
        let key = "/v1/indicators/c_c418~performance-2024-2026~4~3";
        let indicator = editor.get(key).expect(200);
        let reading =
            json!({"kind": "currency", "comparator": ">=", "value": 2000, "unit": "EUR", "confidence": "certain"});
        let said = json!({"polarity": "higher_is_better", "weight": 30, "confirmed_reading": reading});
        let confirmed = app.as_editor("c_c418").seen(&indicator.etag()).patch(key, said).expect(200);
        let again = import(&editor, "administration=c_c418", CEDRASCO).expect(201).json()["report"].clone();
        assert_eq!(counts(&again, "objectives"), (0, 0, 19, 0));
        assert_eq!(counts(&again, "indicators"), (0, 0, 81, 0));
        assert_eq!(counts(&again, "phases").2, counts(&again, "phases").0 + counts(&again, "phases").2);
        assert_eq!(editor.get(key).expect(200).json(), confirmed.json());
    });
}

#[test]
fn a_changed_document_changes_its_records_only() {
    both(|app| {
        let editor = app.as_editor("c_c418");
        import(&editor, "administration=c_c418", CEDRASCO).expect(201);
        let changed = CEDRASCO.replace("\t3200\t", "\t3300\t");
        assert_ne!(changed, CEDRASCO);
        let report = import(&editor, "administration=c_c418", &changed).expect(201).json()["report"].clone();
        assert_eq!(counts(&report, "indicators"), (0, 1, 80, 0));
        let protocol = editor.get("/v1/objectives/c_c418~performance-2024-2026~13?embed=indicators").expect(200);
        assert_eq!(protocol.at("/indicators/0/target"), "3300");
        assert_eq!(protocol.at("/indicators/0/reading/value"), "3300");
    });
}

#[test]
fn a_dry_run_reports_the_same_and_loads_nothing() {
    both(|app| {
        let editor = app.as_editor("c_c418");
        let dry = import(&editor, "administration=c_c418&dry_run=true", CEDRASCO).expect(200).json();
        assert_eq!(dry["outcome"], "would_load");
        assert_eq!(all(&editor, "/v1/plans?administration=c_c418").len(), 0);
        assert_eq!(all(&editor, "/v1/imports?administration=c_c418").len(), 0);
        let mut done = import(&editor, "administration=c_c418", CEDRASCO).expect(201).json()["report"].clone();
        assert_eq!(done["outcome"], "loaded");
        done.as_object_mut().unwrap().remove("plan_id");
        done["outcome"] = "would_load".into();
        assert_eq!(done, dry);
    });
}

#[test]
fn a_refused_line_stops_all_or_only_itself_as_asked() {
    both(|app| {
        let editor = app.as_editor("c_c418");
        let broken = CEDRASCO.replace("MISSIONE\t08\t", "MISSIONE\t77\t");
        assert_ne!(broken, CEDRASCO);
        let query = "administration=c_c418&mode=all_or_nothing";
        let nothing = import(&editor, query, &broken).expect(200).json();
        assert_eq!(nothing["outcome"], "nothing_loaded");
        let refused =
            nothing["notes"].as_array().unwrap().iter().find(|note| note["severity"] == "refused").unwrap().clone();
        assert!(refused["reason"].as_str().unwrap().contains("77"), "{refused}");
        let number = broken.lines().position(|line| line.contains("MISSIONE\t77")).unwrap() + 1;
        assert_eq!(refused["line"], number);
        assert_eq!(all(&editor, "/v1/plans?administration=c_c418").len(), 0);
        let rest = import(&editor, "administration=c_c418", &broken).expect(201).json()["report"].clone();
        assert_eq!(counts(&rest, "objectives"), (19, 0, 0, 0));
    });
}

#[test]
fn what_is_no_plan_is_refused_and_changes_nothing() {
    both(|app| {
        let editor = app.as_editor("c_c418");
        for text in
            ["Gentile cittadino,\nla informiamo che …\nCordiali saluti", "a,b,c\n1,2,3\n", "{\"plan\": 1}", "   \n"]
        {
            import(&editor, "administration=c_c418", text).refused(422, "document");
        }
        import(&editor, "administration=c_c418", "").refused(422, "document");
        import(&editor, "administration=c_zzzz", CEDRASCO).refused(403, "");
        import(&app.as_administrator(), "administration=c_zzzz", CEDRASCO).refused(422, "administration");
        import(&editor, "kind=performance", CEDRASCO).refused(422, "administration");
        import(&editor, "administration=c_c418&kind=piano", CEDRASCO).refused(422, "kind");
        editor.send("POST", "/v1/imports?administration=c_c418", Some("application/pdf"), "%PDF-1.4").refused(415, "");
        assert_eq!(all(&editor, "/v1/plans?administration=c_c418").len(), 0);
        assert_eq!(all(&app.as_auditor("c_c418"), "/v1/audit-events").len(), 0);
    });
}

#[test]
fn a_document_of_another_administration_is_read_and_said() {
    both(|app| {
        let report =
            import(&app.as_editor("c_b507"), "administration=c_b507", CEDRASCO).expect(201).json()["report"].clone();
        let first = &report["notes"][0];
        assert_eq!((&first["line"], &first["severity"]), (&json!(0), &json!("warning")));
        assert!(first["excerpt"].as_str().unwrap().contains("CEDRASCO"));
    });
}

#[test]
fn targets_of_several_years_and_baselines_are_loaded() {
    both(|app| {
        let sheet = "COMUNE DI CEDRASCO\n\nPiano della performance 2024-2026\n\n\
            DEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\tASSEGNAZIONE OBIETTIVO\n\
            1. Pagamenti\t1. Avvio\t2024-2026\tRagioneria\n\n\
            INDICATORI\tBaseline\tTarget 2024\tTarget 2025\tTarget 2026\n\
            1- Quota di pagamenti online\t62,5%\t70%\t80%\t90%\n";
        let editor = app.as_editor("c_c418");
        let report = import(&editor, "administration=c_c418", sheet).expect(201);
        let shown = editor.get("/v1/indicators/c_c418~performance-2024-2026~1~1?as_of=2025-06-30").expect(200).json();
        let years: Vec<_> = shown["yearly_targets"].as_array().unwrap().iter().map(|one| one["year"].clone()).collect();
        assert_eq!(years, [2024, 2025, 2026], "{}", report.text);
        assert_eq!(shown["yearly_targets"][1]["reading"]["value"], 80);
        assert_eq!(shown["baseline"]["value"], 62.5);
    });
}
