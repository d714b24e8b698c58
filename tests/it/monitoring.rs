//! `/plans/…/monitoring` and its series: how a plan stands on a day, in one request.

use crate::harness::resources::{
    HOME, a_phase, an_indicator, an_objective, make, objective, performance_plan, section,
};
use crate::harness::{NOW, TestApp, both};
use serde_json::{Value, json};

const CEDRASCO: &str = include_str!("../../data/demo/cedrasco-performance-2024-2026.txt");
const DAY: i64 = 86_400_000_000;

fn monitoring(app: &TestApp, plan: &str, query: &str) -> Value {
    app.as_reader(HOME).get(&format!("/v1/plans/c_c418~{plan}/monitoring?{query}")).expect(200).json()
}

/// A record with these fields beside those that it needs.
fn with(mut body: Value, fields: Value) -> Value {
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

/// An indicator with a target, measured for 2024.
fn measured(app: &TestApp, objective_id: &str, code: &str, fields: Value, measurement: Value) -> String {
    let objective = app.as_reader(HOME).get(&format!("/v1/objectives/{objective_id}")).expect(200);
    let body = with(an_indicator(&objective.at("/plan_id"), code), json!({"objective_id": objective_id}));
    let id = make(app, "indicators", with(body, fields));
    if !measurement.is_null() {
        let period = json!({"indicator_id": id, "period": "2024"});
        make(app, "measurements", with(period, measurement));
    }
    id
}

#[test]
fn the_cedrasco_plan_is_counted_whole() {
    both(|app| {
        let path = "/v1/imports?administration=c_c418";
        app.as_editor(HOME).send("POST", path, Some("text/plain"), CEDRASCO).expect(201);
        let shown = monitoring(app, "performance-2024-2026", "as_of=2024-06-30&limit=200");
        let tally = &shown["tally"];
        assert_eq!((&tally["objectives"]["total"], &tally["indicators"]["total"]), (&json!(19), &json!(81)));
        // Nothing is measured yet; what cannot be computed is text or has no target, and is not owed.
        let (not_measured, not_evaluable) = (
            tally["indicators"]["not_measured"].as_i64().unwrap(),
            tally["indicators"]["not_evaluable"].as_i64().unwrap(),
        );
        assert_eq!(not_measured + not_evaluable, 81);
        assert_eq!(shown["not_measured"]["total"], not_measured);
        assert_eq!(shown["deviations"], json!({"total": 0, "items": []}));
        let phases = tally["phases"]["total"].as_i64().unwrap();
        let listed: usize =
            shown["objectives"].as_array().unwrap().iter().map(|one| one["phases"].as_array().unwrap().len()).sum();
        assert_eq!(phases as usize, listed);
        let rated = |by: &str| -> Vec<(String, i64)> {
            let groups = shown["groups"][by].as_array().unwrap().iter();
            groups
                .map(|one| {
                    (
                        one["rating"].as_str().unwrap_or("-").to_owned(),
                        one["tally"]["objectives"]["total"].as_i64().unwrap(),
                    )
                })
                .collect()
        };
        let all = |rated: &[(String, i64)]| rated.iter().map(|(_, count)| count).sum::<i64>();
        let public = rated("by_public_value_rating");
        assert_eq!((all(&public), public.last().unwrap().clone()), (19, ("-".to_owned(), 15)));
        let high = rated("by_risk_rating").into_iter().find(|(rating, _)| rating == "high").unwrap().1;
        let risky = monitoring(app, "performance-2024-2026", "as_of=2024-06-30&risk_rating=high");
        assert_eq!(risky["tally"]["objectives"]["total"], high);
        assert!(risky["objectives"].as_array().unwrap().iter().all(|one| one["risk_rating"] == "high"));
        let both = monitoring(app, "performance-2024-2026", "as_of=2024-06-30&risk_rating=high&strategic_rating=high");
        let codes: Vec<_> =
            both["objectives"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"2") && codes.contains(&"4") && codes.contains(&"10"), "{codes:?}");
        // Each of three years has its phases; a phase of three years is in each.
        let by_year: Vec<_> = shown["phases_by_period"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["phases"]["total"].as_i64().unwrap())
            .collect();
        assert!(
            by_year.len() == 3 && by_year[0] == phases && by_year[1] < phases && by_year[2] <= by_year[1],
            "{by_year:?}"
        );
        let sections: Vec<_> = shown["groups"]["by_section"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["tally"]["objectives"]["total"].as_i64().unwrap())
            .collect();
        assert_eq!((sections[0], sections.iter().sum::<i64>()), (5, 19));
        // A few at a time, each once.
        let (mut next, mut seen) =
            (Some("/v1/plans/c_c418~performance-2024-2026/monitoring?limit=7".to_owned()), Vec::new());
        while let Some(path) = next {
            let page = app.as_reader(HOME).get(&path).expect(200).json();
            assert_eq!(page["tally"]["objectives"]["total"], 19);
            assert!(page["not_measured"]["items"].as_array().unwrap().len() <= 7);
            seen.extend(
                page["objectives"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()),
            );
            next = page["_links"]["next"]
                .as_str()
                .map(|link| link.trim_start_matches("https://traguardo.test").to_owned());
        }
        assert_eq!(seen, (1..=19).map(|code| code.to_string()).collect::<Vec<_>>());
    });
}

#[test]
fn deviations_have_a_size_and_a_direction_and_the_worst_comes_first() {
    both(|app| {
        let plan_id = performance_plan(app);
        let id = objective(app, &plan_id, "1");
        let higher = |target: &str| json!({"target": target, "polarity": "higher_is_better"});
        let lower = |target: &str| json!({"target": target, "polarity": "lower_is_better"});
        measured(app, &id, "short", higher("200"), json!({"value": 145}));
        measured(app, &id, "slow", lower("30"), json!({"value": 45}));
        measured(app, &id, "fast", lower("30"), json!({"value": 24}));
        measured(app, &id, "late", json!({"target": "Entro 30.4"}), json!({"date": "2024-05-10"}));
        measured(app, &id, "early", json!({"target": "Entro 30.4"}), json!({"date": "2024-04-20"}));
        measured(app, &id, "no", json!({"target": "SI"}), json!({"yes": false}));
        measured(app, &id, "strict", json!({"target": "> 95%"}), json!({"numerator": 95, "denominator": 100}));
        measured(app, &id, "whichever", json!({"target": "10"}), json!({"value": 12}));
        measured(app, &id, "exact", higher("200"), json!({"value": 200}));
        measured(app, &id, "zero", lower("0"), json!({"value": 3}));
        app.set_time(NOW + 200 * DAY);
        let shown = monitoring(app, "performance", "as_of=2024-12-31&known_on=2025-01-10");
        let told: Vec<_> = shown["deviations"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let deviation = &one["deviation"];
                json!([
                    one["code"],
                    deviation["direction"],
                    deviation["difference"],
                    deviation["margin"],
                    deviation["percent"]
                ])
            })
            .collect();
        assert_eq!(
            Value::from(told),
            json!([
                ["no", "unfavourable", null, null, -100.0],
                ["zero", "unfavourable", 3.0, -3.0, null],
                ["slow", "unfavourable", 15.0, -15.0, -50.0],
                ["short", "unfavourable", -55.0, -55.0, -27.5],
                ["late", "unfavourable", 10.0, -10.0, -2.7397],
                ["strict", "unfavourable", 0.0, 0.0, 0.0],
                ["whichever", "unknown", 2.0, null, null],
                ["early", "favourable", -10.0, 10.0, 2.7397],
                ["fast", "favourable", -6.0, 6.0, 20.0]
            ])
        );
        assert_eq!(shown["deviations"]["total"], 9);
        let indicators = shown["objectives"][0]["indicators"].as_array().unwrap();
        let exact = indicators.iter().find(|one| one["code"] == "exact").unwrap();
        assert_eq!(
            exact["deviation"],
            json!({"basis": "target", "direction": "none", "expected": 200.0, "measured": 200.0, "difference": 0.0, "margin": 0.0, "percent": 0.0})
        );
        let few = monitoring(app, "performance", "as_of=2024-12-31&known_on=2025-01-10&limit=2");
        assert_eq!(
            (few["deviations"]["total"].as_i64(), few["deviations"]["items"].as_array().unwrap().len()),
            (Some(9), 2)
        );
    });
}

#[test]
fn half_way_a_count_is_compared_with_an_even_pace() {
    both(|app| {
        let plan_id = performance_plan(app);
        let id = objective(app, &plan_id, "1");
        for (code, value) in [("behind", 80), ("ahead", 120)] {
            let fields = json!({"objective_id": id, "target": "200", "polarity": "higher_is_better"});
            let indicator = make(app, "indicators", with(an_indicator(&plan_id, code), fields));
            make(app, "measurements", json!({"indicator_id": indicator, "period": "2024-S1", "value": value}));
        }
        let shown = monitoring(app, "performance", "as_of=2024-06-30");
        let told: Vec<_> = shown["deviations"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!([one["code"], one["status"], one["deviation"]["basis"], one["deviation"]["direction"]]))
            .collect();
        assert_eq!(
            Value::from(told),
            json!([
                ["behind", "at_risk", "expected_so_far", "unfavourable"],
                ["ahead", "on_track", "expected_so_far", "favourable"]
            ])
        );
        // 182 of the leap year's 366 days: 99.45 of 200.
        let expected = shown["deviations"]["items"][0]["deviation"]["expected"].as_f64().unwrap();
        assert!((expected - 200.0 * 182.0 / 366.0).abs() < 1e-6, "{expected}");
        assert_eq!(shown["objectives"][0]["standing"]["status"], "at_risk");
    });
}

#[test]
fn what_is_not_measured_is_owed_by_somebody() {
    both(|app| {
        let plan_id = performance_plan(app);
        let unit = make(app, "units", json!({"administration": HOME, "code": "F", "name": "Servizio finanziario"}));
        let fields = json!({"unit_id": unit, "assignees": ["Segretario", "Tutti"], "weight": 30});
        let id = make(app, "objectives", with(an_objective(&plan_id, "1"), fields));
        make(
            app,
            "phases",
            with(a_phase(&plan_id, "a"), json!({"objective_id": id, "assignees": ["Ufficio tributi"]})),
        );
        measured(app, &id, "1", json!({"target": "200"}), Value::Null);
        measured(app, &id, "2", json!({"target": "Entro 30.4", "phase_code": "a"}), Value::Null);
        measured(app, &id, "3", json!({"metric": "usage.accesses", "target": "Almeno 1000"}), Value::Null);
        measured(app, &id, "4", json!({"target": "Almeno 80%"}), json!({"numerator": 9, "denominator": 10}));
        let shown = monitoring(app, "performance", "as_of=2024-06-30");
        assert_eq!(shown["not_measured"]["total"], 3);
        let owed: Vec<_> = shown["not_measured"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let owed = &one["owed"];
                json!([
                    one["objective_code"],
                    one["code"],
                    owed["period"],
                    owed["due_on"],
                    owed["days_left"],
                    owed["unit_name"],
                    owed["assignees"],
                    owed["metric"]
                ])
            })
            .collect();
        assert_eq!(
            Value::from(owed),
            json!([
                ["1", "2", "2024", "2024-04-30", -61, "Servizio finanziario", ["Ufficio tributi"], null],
                ["1", "1", "2024", "2024-12-31", 184, "Servizio finanziario", ["Segretario", "Tutti"], null],
                [
                    "1",
                    "3",
                    "2024",
                    "2024-12-31",
                    184,
                    "Servizio finanziario",
                    ["Segretario", "Tutti"],
                    "usage.accesses"
                ]
            ])
        );
        let unit = &shown["groups"]["by_unit"][0];
        assert_eq!((&unit["code"], &unit["tally"]["indicators"]["not_measured"]), (&json!("F"), &json!(3)));
        let offices: Vec<_> = shown["groups"]["by_office"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!([one["title"], one["tally"]["objectives"]["total"], one["tally"]["phases"]["total"]]))
            .collect();
        assert_eq!(Value::from(offices), json!([["Segretario", 1, 0], ["Tutti", 1, 0], ["Ufficio tributi", 0, 1]]));
    });
}

#[test]
fn a_day_in_the_past_knows_what_was_known_then() {
    both(|app| {
        let plan_id = performance_plan(app);
        let id = objective(app, &plan_id, "1");
        let fields = json!({"target": "200", "polarity": "higher_is_better"});
        let indicator = measured(app, &id, "1", fields, Value::Null);
        let place = "/v1/measurements/c_c418~performance~1~1~2024-S1";
        let put = |value: i64| {
            let body = json!({"indicator_id": indicator, "period": "2024-S1", "value": value});
            app.as_editor(HOME).put(place, body)
        };
        app.set_time(NOW + 5 * DAY); // 5 July
        put(80).expect(201);
        app.set_time(NOW + 10 * DAY); // 10 July
        put(120).expect(200);
        app.set_time(NOW + 15 * DAY); // 15 July
        app.as_editor(HOME).seen("*").delete(place).expect(204);
        app.set_time(NOW + 20 * DAY); // 20 July
        put(130).expect(201);
        let known = |query: &str| {
            let shown = monitoring(app, "performance", query);
            let indicator = &shown["objectives"][0]["indicators"][0];
            json!([indicator["evaluation"]["status"], indicator["deviation"]["measured"]])
        };
        assert_eq!(known("as_of=2024-07-04"), json!(["not_measured", null]));
        assert_eq!(known("as_of=2024-07-05"), json!(["at_risk", 80.0]));
        assert_eq!(known("as_of=2024-07-09"), json!(["at_risk", 80.0]));
        assert_eq!(known("as_of=2024-07-10"), json!(["on_track", 120.0]));
        assert_eq!(known("as_of=2024-07-14"), json!(["on_track", 120.0]));
        assert_eq!(known("as_of=2024-07-15"), json!(["not_measured", null]));
        assert_eq!(known("as_of=2024-07-20"), json!(["on_track", 130.0]));
        assert_eq!(known(""), json!(["on_track", 130.0]));
        // Judged at the half-year's end by what was handed in later.
        assert_eq!(known("as_of=2024-06-30&known_on=2024-07-10"), json!(["on_track", 120.0]));
        assert_eq!(known("as_of=2024-12-31&known_on=2024-07-05"), json!(["missed", 80.0]));
    });
}

#[test]
fn what_is_asked_for_is_counted_alone() {
    both(|app| {
        let plan_id = performance_plan(app);
        let of = section(app, &plan_id, "1");
        let strategic = json!({"section_id": of, "level": "strategic", "strategic_rating": "high", "weight": 75});
        let one = make(app, "objectives", with(an_objective(&plan_id, "1"), strategic));
        let two =
            make(app, "objectives", with(an_objective(&plan_id, "2"), json!({"risk_rating": "high", "weight": 25})));
        let higher = json!({"target": "10", "polarity": "higher_is_better"});
        measured(app, &one, "1", higher.clone(), json!({"value": 10}));
        measured(app, &two, "1", higher, json!({"value": 6}));
        measured(app, &two, "2", json!({"target": "Entro 31.3.2025", "target_year": 2025}), Value::Null);
        make(app, "phases", with(a_phase(&plan_id, "own"), json!({"section_id": of, "schedule": ["2024-Q1"]})));
        make(app, "phases", with(a_phase(&plan_id, "b"), json!({"objective_id": two, "schedule": ["2025"]})));
        make(app, "indicators", with(an_indicator(&plan_id, "own"), json!({"target": "1"})));
        app.set_time(NOW + 300 * DAY);
        let of_query = |query: &str| {
            let shown = monitoring(app, "performance", &format!("as_of=2024-12-31&known_on=2025-03-01&{query}"));
            let objectives = shown["objectives"].as_array().unwrap().iter();
            let codes: Vec<_> = objectives.map(|one| one["code"].as_str().unwrap().to_owned()).collect();
            let total = |kind: &str| shown["tally"][kind]["total"].as_i64().unwrap();
            (codes.join(" "), total("indicators"), total("phases"), shown["tally"]["attainment"].clone())
        };
        assert_eq!(of_query(""), ("1 2".to_owned(), 4, 2, json!(0.9)));
        assert_eq!(of_query("level=strategic"), ("1".to_owned(), 1, 0, json!(1.0)));
        assert_eq!(of_query("strategic_rating=high"), ("1".to_owned(), 1, 0, json!(1.0)));
        assert_eq!(of_query("risk_rating=high"), ("2".to_owned(), 2, 1, json!(0.6)));
        assert_eq!(of_query(&format!("section_id={of}")), ("1".to_owned(), 1, 1, json!(1.0)));
        assert_eq!(of_query("status=achieved"), ("1".to_owned(), 1, 0, json!(1.0)));
        assert_eq!(of_query("period=2024"), ("1 2".to_owned(), 3, 1, json!(0.9)));
        assert_eq!(of_query("period=2024-Q1").2, 1);
        assert_eq!(of_query("period=2025"), ("2".to_owned(), 1, 1, Value::Null));
        assert_eq!(of_query("public_value_rating=low"), (String::new(), 0, 0, Value::Null));
        let by_quarter = monitoring(app, "performance", "as_of=2024-04-01&by=quarter");
        let quarters = by_quarter["phases_by_period"].as_array().unwrap();
        assert_eq!(
            (quarters.len(), &quarters[0]["phases"]["late"], &quarters[4]["phases"]["planned"]),
            (12, &json!(1), &json!(1))
        );
    });
}

#[test]
fn legal_deadlines_stand_in_the_order_of_their_days() {
    both(|app| {
        let plan_id = performance_plan(app);
        for (code, due_on) in [("b", "2024-09-30"), ("a", "2024-07-15"), ("late", "2024-02-28"), ("done", "2024-01-31")]
        {
            let body = json!({"plan_id": plan_id, "code": code, "title": "Adempimento", "legal_source": "L. 4/2004",
                "recurrence": "once", "due_on": due_on});
            let id = make(app, "legal-deadlines", body);
            if code == "done" {
                let done = json!({"fulfilments": [{"due_on": due_on, "fulfilled_on": "2024-01-30"}]});
                app.as_editor(HOME).seen("*").patch(&format!("/v1/legal-deadlines/{id}"), done).expect(200);
            }
        }
        let shown = monitoring(app, "performance", "");
        let codes: Vec<_> = shown["legal_deadlines"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["code"].as_str().unwrap())
            .collect();
        assert_eq!((codes.join(" "), &shown["legal_deadlines"]["total"]), ("late a b".to_owned(), &json!(3)));
    });
}

fn points(app: &TestApp, query: &str) -> Value {
    let series =
        app.as_reader(HOME).get(&format!("/v1/plans/c_c418~performance/monitoring/series?{query}")).expect(200).json();
    let points = series["items"][0]["points"].as_array().unwrap().iter();
    points.map(|point| json!([point["period"], point["target_value"], point["measured"], point["status"]])).collect()
}

#[test]
fn a_series_shows_target_figure_and_standing_of_each_period() {
    both(|app| {
        let plan_id = performance_plan(app);
        let yearly = json!([{"year": 2024, "target": "100"}, {"year": 2025, "target": "120"}]);
        let fields = json!({"polarity": "higher_is_better", "yearly_targets": yearly});
        let id = make(app, "indicators", with(an_indicator(&plan_id, "1"), fields));
        for (period, value) in [("2024-Q1", 30), ("2024-Q2", 15), ("2024-S2", 60), ("2025-Q1", 40), ("2026", 5)] {
            make(app, "measurements", json!({"indicator_id": id, "period": period, "value": value}));
        }
        app.set_time(NOW + 300 * DAY); // 26 April 2025
        assert_eq!(
            points(app, ""),
            json!([["2024", 100.0, 105.0, "achieved"], ["2025", 120.0, 40.0, "on_track"], ["2026", null, 5.0, null]])
        );
        assert_eq!(
            points(app, "by=quarter&year=2024"),
            json!([
                ["2024-Q1", 100.0, 30.0, "on_track"],
                ["2024-Q2", 100.0, 15.0, "at_risk"],
                ["2024-Q3", 100.0, null, "at_risk"],
                ["2024-Q4", 100.0, null, "achieved"]
            ])
        );
        assert_eq!(points(app, "by=half_year&year=2024")[1], json!(["2024-S2", 100.0, 60.0, "achieved"]));
        // Months of three years fit; what lies ahead has no standing.
        let months = points(app, "by=month");
        assert_eq!((months.as_array().unwrap().len(), &months[20][3]), (36, &Value::Null));
        let reader = app.as_reader(HOME);
        for (query, field) in
            [("by=week", "by"), ("year=2027", "year"), ("limit=0", "limit"), ("known_on=x", "known_on")]
        {
            reader.get(&format!("/v1/plans/c_c418~performance/monitoring/series?{query}")).refused(422, field);
        }
        crate::harness::resources::plan(app, "long", 2020, 2029);
        reader.get("/v1/plans/c_c418~long/monitoring/series?by=month").refused(422, "by");
        reader.get("/v1/plans/c_c418~long/monitoring/series?by=month&year=2024").expect(200);
        app.as_reader("c_b507").get("/v1/plans/c_c418~performance/monitoring/series").refused(404, "");
    });
}

#[test]
fn a_metric_has_a_series_of_its_counts() {
    both(|app| {
        let plan_id = performance_plan(app);
        let fields = json!({"metric": "usage.accesses", "target": "Almeno 1000", "polarity": "higher_is_better"});
        make(app, "indicators", with(an_indicator(&plan_id, "1"), fields));
        let admin = app.as_administrator();
        let service = json!({"administration": HOME, "code": "s", "name": "Servizio", "status": "active"});
        admin.post("/v1/digital-services", service).expect(201);
        let rows: Vec<_> = (1..=6)
            .map(|month| json!({"service_code": "s", "month": format!("2024-{month:02}"), "accesses": month * 100}))
            .collect();
        admin.post("/v1/service-usage?administration=c_c418", json!({"items": rows})).expect(200);
        assert_eq!(
            points(app, "by=quarter&year=2024"),
            json!([
                ["2024-Q1", 1000.0, 600.0, "on_track"],
                ["2024-Q2", 1000.0, 1500.0, "achieved"],
                ["2024-Q3", 1000.0, null, null],
                ["2024-Q4", 1000.0, null, null]
            ])
        );
        let shown = monitoring(app, "performance", "");
        assert_eq!(shown["indicators"][0]["measured_by"]["value"], 2100.0);
        assert_eq!(shown["indicators"][0]["evaluation"]["status"], "achieved");
    });
}

#[test]
fn what_is_not_asked_rightly_is_refused() {
    both(|app| {
        performance_plan(app);
        let reader = app.as_reader(HOME);
        for (query, field) in [
            ("as_of=2024-13-01", "as_of"),
            ("period=2024-Q5", "period"),
            ("by=decade", "by"),
            ("status=fine", "status"),
            ("risk_rating=huge", "risk_rating"),
            ("limit=201", "limit"),
            ("cursor=nowhere", "cursor"),
            ("year=2024", "year"),
        ] {
            reader.get(&format!("/v1/plans/c_c418~performance/monitoring?{query}")).refused(422, field);
        }
        reader.get("/v1/plans/c_c418~nothing/monitoring").refused(404, "");
        app.as_reader("c_b507").get("/v1/plans/c_c418~performance/monitoring").refused(404, "");
        // An empty plan stands all the same.
        let empty = monitoring(app, "performance", "");
        assert_eq!(empty["tally"]["objectives"]["total"], 0);
        assert!(empty["tally"].get("attainment").is_none());
    });
}
