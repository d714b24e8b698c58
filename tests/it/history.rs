//! `as_of`: records as they stood; and the versions of a record.

use crate::harness::resources::{HOME, OTHER, a_phase, an_indicator, an_objective, make, performance_plan};
use crate::harness::{NOW, TestApp, both};
use proptest::prelude::*;
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000_000;
/// 2024-06-30 at noon, and so many hours later.
const NOON: &str = "2024-06-30T12:00:00Z";

/// Sets the clock to so many hours after the beginning.
fn after(app: &TestApp, hours: i64) {
    app.set_time(NOW + hours * HOUR);
}

/// Changes a record, whatever its state.
fn change(app: &TestApp, path: &str, patch: Value) {
    app.as_editor(HOME).header("If-Match", "*").patch(path, patch).expect(200);
}

fn remove(app: &TestApp, path: &str) {
    app.as_editor(HOME).header("If-Match", "*").delete(path).expect(204);
}

/// A plan, and under it one record of each kind, made at noon.
fn a_plan(app: &TestApp) -> Vec<(&'static str, String)> {
    let plan = performance_plan(app);
    let section = make(app, "sections", json!({"plan_id": plan, "code": "1", "title": "Servizi finanziari"}));
    let mut objective = an_objective(&plan, "4");
    objective["section_id"] = json!(section);
    let objective = make(app, "objectives", objective);
    let mut phase = a_phase(&plan, "1");
    (phase["objective_id"], phase["schedule"]) = (json!(objective), json!(["2024", "2025"]));
    let phase = make(app, "phases", phase);
    let mut indicator = an_indicator(&plan, "3");
    (indicator["objective_id"], indicator["target"]) = (json!(objective), json!("Almeno 80%"));
    let indicator = make(app, "indicators", indicator);
    let measurement = make(app, "measurements", json!({"indicator_id": indicator, "period": "2024-S1", "value": 60}));
    vec![
        ("plans", plan),
        ("sections", section),
        ("objectives", objective),
        ("phases", phase),
        ("indicators", indicator),
        ("measurements", measurement),
    ]
}

/// Ways to name each record by codes.
const CODES: [(&str, &str); 6] = [
    ("plans", "c_c418~performance"),
    ("sections", "c_c418~performance~1"),
    ("objectives", "c_c418~performance~4"),
    ("phases", "c_c418~performance~4~1"),
    ("indicators", "c_c418~performance~4~3"),
    ("measurements", "c_c418~performance~4~3~2024-S1"),
];

/// What changes in each, and where it is seen.
fn changes() -> [(&'static str, &'static str, Value); 6] {
    [
        ("plans", "title", json!("Altro piano")),
        ("sections", "title", json!("Altra sezione")),
        ("objectives", "risk_rating", json!("high")),
        ("phases", "schedule", json!(["2026"])),
        ("indicators", "target", json!("Almeno 90%")),
        ("measurements", "value", json!(85.0)),
    ]
}

#[test]
fn every_kind_of_record_is_read_as_it_stood() {
    both(|app| {
        let records = a_plan(app);
        let reader = app.as_reader(HOME);
        let plan = records[0].1.clone();
        let path = |resource: &str, key: &str| format!("/v1/{resource}/{key}");
        // What is shown of an indicator or objective depends on the day; what is kept does not.
        let kept: Vec<Value> =
            records.iter().map(|(resource, id)| reader.get(&path(resource, id)).expect(200).json()).collect();
        after(app, 1);
        for ((resource, id), (same, field, value)) in records.iter().zip(changes()) {
            assert_eq!(*resource, same);
            change(app, &path(resource, id), json!({field: value}));
        }
        after(app, 2);
        let reader = app.as_reader(HOME);
        for ((resource, id), kept) in records.iter().zip(&kept) {
            let (_, codes) = CODES.iter().find(|(known, _)| known == resource).unwrap();
            for key in [id.as_str(), codes] {
                for at in [NOON, "2024-06-30T12:59:59.999999Z"] {
                    let then = reader.get(&format!("{}?as_of={at}", path(resource, key))).expect(200).json();
                    assert_eq!(&then, kept, "{resource} {key} at {at}");
                }
                let now = reader.get(&path(resource, key)).expect(200).json();
                let at_one = reader.get(&format!("{}?as_of=2024-06-30T13:00:00Z", path(resource, key))).expect(200);
                assert_eq!(at_one.json(), now, "{resource} {key}");
                assert_ne!(&now, kept);
            }
            // The plan as a whole, too.
            let own = if *resource == "plans" { String::new() } else { format!("&plan_id={plan}") };
            let page = reader.get(&format!("/v1/{resource}?administration={HOME}{own}&as_of={NOON}")).expect(200);
            assert_eq!(page.json()["items"], json!([kept]), "{resource}");
        }
        // What is removed is gone from then on, and was there before. (What was ever measured cannot be removed.)
        let gone = |resource: &str| ["phases", "measurements"].contains(&resource);
        for (resource, id) in records.iter().filter(|(resource, _)| gone(resource)) {
            remove(app, &path(resource, id));
        }
        after(app, 3);
        let reader = app.as_reader(HOME);
        for ((resource, id), kept) in records.iter().zip(&kept).filter(|((resource, _), _)| gone(resource)) {
            let (_, codes) = CODES.iter().find(|(known, _)| known == resource).unwrap();
            for key in [id.as_str(), codes] {
                let path = path(resource, key);
                assert_eq!(&reader.get(&format!("{path}?as_of={NOON}")).expect(200).json(), kept);
                reader.get(&format!("{path}?as_of=2024-06-30T14:00:00Z")).refused(404, "");
                reader.get(&path).refused(404, "");
            }
            let page = reader.get(&format!("/v1/{resource}?administration={HOME}&as_of=2024-06-30T14:00:00Z"));
            assert_eq!(page.expect(200).json()["items"], json!([]), "{resource}");
        }
    });
}

#[test]
fn a_day_is_its_end_where_nothing_is_evaluated_and_the_day_of_evaluation_where_something_is() {
    both(|app| {
        let records = a_plan(app);
        let day = 24;
        after(app, day);
        change(app, &format!("/v1/plans/{}", records[0].1), json!({"title": "Altro"}));
        change(app, &format!("/v1/indicators/{}", records[4].1), json!({"title": "Altro indicatore"}));
        after(app, 2 * day);
        let reader = app.as_reader(HOME);
        let title = |path: String| reader.get(&path).expect(200).at("/title");
        let plan = |as_of: &str| title(format!("/v1/plans/{}?as_of={as_of}", records[0].1));
        assert_eq!(
            (plan("2024-06-30"), plan("2024-07-01")),
            ("Piano della performance".to_owned(), "Altro".to_owned())
        );
        let indicator = |as_of: &str| title(format!("/v1/indicators/{}?as_of={as_of}", records[4].1));
        assert_eq!(indicator("2024-06-30"), "Altro indicatore");
        assert_eq!(indicator("2024-06-30T23:59:59Z"), "Pagamenti elettronici sul totale");
    });
}

#[test]
fn an_objective_stands_with_its_parts_and_the_measurements_of_then() {
    both(|app| {
        let records = a_plan(app);
        let (objective, phase) = (&records[2].1, &records[3].1);
        let path = format!("/v1/objectives/{objective}");
        let parts = "embed=phases,indicators,evaluation";
        let before = app.as_reader(HOME).get(&format!("{path}?{parts}")).expect(200).json();
        after(app, 1);
        change(app, &format!("/v1/measurements/{}", records[5].1), json!({"value": 95.0}));
        remove(app, &format!("/v1/phases/{phase}"));
        change(app, &format!("/v1/indicators/{}", records[4].1), json!({"target": "Almeno 99%"}));
        after(app, 2);
        let reader = app.as_reader(HOME);
        assert_eq!(reader.get(&format!("{path}?{parts}&as_of={NOON}")).expect(200).json(), before);
        let page = reader.get(&format!("/v1/objectives?plan_id={}&{parts}&as_of={NOON}", records[0].1)).expect(200);
        assert_eq!(page.json()["items"], json!([before]));
        let now = reader.get(&format!("{path}?{parts}")).expect(200).json();
        assert_ne!(now["indicators"], before["indicators"]);
        assert_eq!((now["phases"].as_array().unwrap().len(), before["phases"].as_array().unwrap().len()), (0, 1));
        // A measurement that was withdrawn no longer counts, and counted before.
        remove(app, &format!("/v1/measurements/{}", records[5].1));
        after(app, 3);
        let then = app.as_reader(HOME).get(&format!("{path}?{parts}&as_of={NOON}")).expect(200).json();
        assert_eq!(then["indicators"][0]["evaluation"], before["indicators"][0]["evaluation"]);
    });
}

#[test]
fn an_indicator_that_follows_counts_cannot_be_evaluated_as_of_then_and_says_so() {
    both(|app| {
        let plan = performance_plan(app);
        let mut indicator = an_indicator(&plan, "1");
        (indicator["metric"], indicator["target"]) = (json!("services.online"), json!("10"));
        let id = make(app, "indicators", indicator);
        after(app, 1);
        let then = app.as_reader(HOME).get(&format!("/v1/indicators/{id}?as_of={NOON}")).expect(200).json();
        assert_eq!(then["evaluation"]["status"], "not_evaluable");
        let text = then["evaluation"]["explanation"]["text"].as_str().unwrap();
        assert!(text.contains("services.online"), "{text}");
    });
}

#[test]
fn filters_and_pages_hold_for_what_stood_then() {
    both(|app| {
        let plan = performance_plan(app);
        let ids: Vec<String> = (1..=7)
            .map(|n| {
                let mut objective = an_objective(&plan, &n.to_string());
                objective["risk_rating"] = json!(if n % 2 == 1 { "high" } else { "low" });
                make(app, "objectives", objective)
            })
            .collect();
        after(app, 1);
        for id in &ids {
            change(app, &format!("/v1/objectives/{id}"), json!({"risk_rating": "medium"}));
        }
        make(app, "objectives", an_objective(&plan, "8"));
        after(app, 2);
        let reader = app.as_reader(HOME);
        let codes = |query: &str| -> Vec<String> {
            let pages = reader.pages(&format!("/v1/objectives?plan_id={plan}&{query}&as_of={NOON}"));
            pages.concat().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes("limit=2"), ["1", "2", "3", "4", "5", "6", "7"]);
        assert_eq!(codes("limit=1&risk_rating=high"), ["1", "3", "5", "7"]);
        assert_eq!(codes("risk_rating=medium"), Vec::<String>::new());
    });
}

#[test]
fn what_cannot_be_known_is_refused_and_what_is_not_ones_own_is_not_there() {
    both(|app| {
        let records = a_plan(app);
        after(app, 1);
        let (reader, stranger) = (app.as_reader(HOME), app.as_reader(OTHER));
        for (resource, id) in &records {
            let path = format!("/v1/{resource}/{id}");
            for wrong in ["2024-06-30T11:59:59Z", "2024-06-30T14:00:00Z", "2024-06-30T14:00:00", "ieri", ""] {
                reader.get(&format!("{path}?as_of={wrong}")).refused(422, "as_of");
            }
            let (_, codes) = CODES.iter().find(|(known, _)| known == resource).unwrap();
            for key in [id.as_str(), codes] {
                stranger.get(&format!("/v1/{resource}/{key}?as_of={NOON}")).refused(404, "");
            }
            reader.get(&format!("/v1/{resource}?as_of={NOON}")).refused(422, "as_of");
            reader
                .get(&format!("/v1/{resource}?administration={HOME}&as_of=2024-06-30T11:00:00Z"))
                .refused(422, "as_of");
            let page = stranger.get(&format!("/v1/{resource}?administration={HOME}&as_of={NOON}")).expect(200);
            assert_eq!(page.json()["items"], json!([]));
        }
        let plan = &records[0].1;
        reader.get(&format!("/v1/plans/{plan}?as_of=2024-06-29")).refused(422, "as_of");
        reader.get(&format!("/v1/plans/{plan}?as_of=2024-07-01")).refused(422, "as_of");
        reader.get(&format!("/v1/plans/{HOME}~nessuno?as_of={NOON}")).refused(404, "");
        // Its administration had begun, and it was not there yet.
        let late = make(app, "sections", json!({"plan_id": plan, "code": "9", "title": "Tardi"}));
        reader.get(&format!("/v1/sections/{late}?as_of={NOON}")).refused(404, "");
    });
}

#[test]
fn versions_say_who_when_and_what_changed() {
    both(|app| {
        let records = a_plan(app);
        after(app, 1);
        let editor = app.as_editor(HOME);
        for ((resource, id), (_, field, value)) in records.iter().zip(changes()).take(5) {
            let path = format!("/v1/{resource}/{id}");
            let before = editor.get(&path).expect(200).json();
            change(app, &path, json!({field: value}));
            let (_, codes) = CODES.iter().find(|(known, _)| known == resource).unwrap();
            for key in [id.as_str(), codes] {
                let versions = app.as_reader(HOME).get(&format!("/v1/{resource}/{key}/versions")).expect(200).json();
                let [update, create] = versions["items"].as_array().unwrap().as_slice() else { panic!("{versions}") };
                let names = |version: &Value| -> Vec<String> {
                    version["changed"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|name| name.as_str().unwrap().to_owned())
                        .collect()
                };
                assert!(names(update).contains(&field.to_owned()) && !names(update).contains(&"revision".to_owned()));
                assert_eq!(update["after"][field], value);
                assert_eq!(update["before"].get(field), before.get(field));
                assert_eq!((&update["action"], &update["actor"]), (&json!("update"), &json!("test-client")));
                assert_eq!(update["at"], "2024-06-30T13:00:00.000000Z");
                assert_eq!((&create["action"], create.get("before")), (&json!("create"), None));
                assert_eq!(create["after"]["id"], *id);
            }
            app.as_reader(OTHER).get(&format!("{path}/versions")).refused(404, "");
        }
        // Of one that was removed they are found by id.
        let section = make(app, "sections", json!({"plan_id": records[0].1, "code": "9", "title": "Breve"}));
        remove(app, &format!("/v1/sections/{section}"));
        let pages = app.as_reader(HOME).pages(&format!("/v1/sections/{section}/versions?limit=1"));
        let actions: Vec<_> = pages.concat().iter().map(|version| version["action"].clone()).collect();
        assert_eq!(actions, ["delete", "create"]);
        app.as_reader(HOME).get("/v1/sections/c_c418~performance~9/versions").refused(404, "");
    });
}

#[test]
fn events_are_found_by_plan() {
    both(|app| {
        let records = a_plan(app);
        crate::harness::resources::plan(app, "altro", 2024, 2024);
        let auditor = app.as_auditor(HOME);
        let events = auditor.pages(&format!("/v1/audit-events?plan_id={}", records[0].1)).concat();
        let of: Vec<_> = events.iter().map(|event| event["resource"].as_str().unwrap()).collect();
        assert_eq!(of, ["plans", "sections", "objectives", "phases", "indicators", "measurements"]);
    });
}

/// States as they are kept today. A field that is added to a record must not make them unreadable: when this fails, give it
/// `#[serde(default)]`.
#[test]
fn states_kept_by_the_first_version_are_read() {
    use traguardo::planning::{indicators, measurements, objectives, phases, plans, sections};
    fn reads<T: serde::de::DeserializeOwned>(more: Value) {
        let mut state = json!({
            "administration": "c_c418", "id": "019a4b52-7c00-7000-8000-000000000001", "code": "1", "title": "T",
            "plan_id": "019a4b52-7c00-7000-8000-000000000002", "revision": 1, "a_field_that_was_given_up": true,
            "created_at": "2024-06-30T12:00:00.000000Z", "updated_at": "2024-06-30T12:00:00.000000Z"
        });
        state.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value::<T>(state).unwrap();
    }
    reads::<plans::model::Plan>(json!({
        "kind": "performance", "status": "draft", "start_year": 2024, "end_year": 2026
    }));
    reads::<sections::model::Section>(json!({}));
    reads::<objectives::model::Objective>(json!({"scope": "sectoral", "assignees": [], "budget_links": []}));
    reads::<phases::model::Phase>(json!({"assignees": []}));
    reads::<indicators::model::Indicator>(json!({
        "target_year": 2024, "yearly_targets": [], "reading": {"kind": "none", "confidence": "certain", "notes": []}
    }));
    reads::<measurements::model::Measurement>(json!({
        "version": 1, "is_current": true, "indicator_id": "019a4b52-7c00-7000-8000-000000000003", "period": "2024",
        "value": 1.0, "recorded_by": "local"
    }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Whatever is done to a plan's sections, hour by hour: at each hour's end the list as of then is the list of then.
    #[test]
    fn the_past_does_not_change(steps in prop::collection::vec((0..4_usize, 0..3_usize), 1..12)) {
        both(|app| {
            let plan = performance_plan(app);
            let list = format!("/v1/sections?plan_id={plan}");
            let mut seen = Vec::new();
            for (hour, (what, code)) in steps.iter().enumerate() {
                after(app, hour as i64);
                let editor = app.as_editor(HOME);
                let path = format!("/v1/sections/{HOME}~performance~{code}");
                match what {
                    0 => drop(editor.header("If-Match", "*").delete(&path)),
                    _ => {
                        let body = json!({"plan_id": plan, "code": code.to_string(), "title": format!("T{hour}{what}")});
                        editor.put(&path, body);
                    }
                }
                seen.push(app.as_reader(HOME).get(&list).expect(200).json()["items"].clone());
            }
            after(app, steps.len() as i64 + 1);
            for (hour, seen) in seen.iter().enumerate() {
                let at = traguardo::clock::Instant(NOW + hour as i64 * HOUR + HOUR / 2);
                let then = app.as_reader(HOME).get(&format!("{list}&as_of={at}")).expect(200).json();
                assert_eq!(&then["items"], seen, "at {at}");
            }
        });
    }
}
