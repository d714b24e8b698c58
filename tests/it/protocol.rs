//! The protocol feed: exactly once however it is sent, refusals by row, missed days.

use crate::harness::{Answer, Client, TestApp, both};
use proptest::prelude::*;
use serde_json::{Value, json};

const FEED: &str = "/v1/protocol-registrations?administration=c_c418";

fn feeder(app: &TestApp, administration: &str) -> Client {
    app.with_token(&app.token("feeds.write services.read", &[administration]))
}

fn registration(number: i64, date: &str) -> Value {
    json!({"aoo": "AOO1", "year": 2024, "number": number, "direction": "incoming", "date": date, "channel": "pec"})
}

fn lines(client: &Client, query: &str, rows: &[Value]) -> Answer {
    let body: String = rows.iter().map(|row| format!("{row}\n")).collect();
    client.send("POST", &format!("{FEED}{query}"), Some("application/x-ndjson"), &body)
}

fn counts(report: &Value) -> [i64; 5] {
    ["rows", "inserted", "updated", "unchanged", "refused"].map(|field| report[field].as_i64().unwrap())
}

fn stored(client: &Client) -> Vec<Value> {
    let page = client.get("/v1/protocol-registrations?administration=c_c418&limit=200").expect(200).json();
    assert!(page["_links"]["next"].is_null());
    let mut rows = page["items"].as_array().unwrap().clone();
    for row in &mut rows {
        for field in ["revision", "created_at", "updated_at"] {
            row.as_object_mut().unwrap().remove(field);
        }
    }
    rows
}

#[test]
fn a_batch_is_taken_in_once_and_corrected() {
    both(|app| {
        let feeder = feeder(app, "c_c418");
        let rows = [registration(1, "2024-01-02"), registration(2, "2024-01-02"), registration(3, "2024-01-03")];
        let first = feeder.post(FEED, json!({"items": rows})).expect(200).json();
        assert_eq!(counts(&first), [3, 3, 0, 0, 0]);
        assert_eq!(counts(&feeder.post(FEED, json!({"items": rows})).expect(200).json()), [3, 0, 0, 3, 0]);
        assert_eq!(counts(&lines(&feeder, "", &rows).expect(200).json()), [3, 0, 0, 3, 0]);
        let mut annulled = registration(2, "2024-01-02");
        annulled["cancelled"] = true.into();
        let second = feeder.post(FEED, json!({"items": [annulled, rows[0]]})).expect(200).json();
        assert_eq!(counts(&second), [2, 0, 1, 1, 0]);
        let marked = feeder.get("/v1/protocol-registrations?administration=c_c418&cancelled=true").expect(200).json();
        assert_eq!(marked["items"][0]["number"], 2);
        assert_eq!(stored(&feeder).len(), 3);
        let day = feeder.get("/v1/protocol-days/c_c418~AOO1~2024-01-02").expect(200).json();
        assert_eq!(
            (&day["incoming"], &day["cancelled"], &day["source"]),
            (&json!(1), &json!(1), &json!("registrations"))
        );

        let events = app.as_auditor("c_c418").get("/v1/audit-events").expect(200).json();
        let events = events["items"].as_array().unwrap().clone();
        assert_eq!(events.len(), 2, "one for each batch that changed something");
        assert_eq!(events[1]["resource_id"], second["digest"]);
        let corrections = &events[1]["after_state"]["corrections"];
        assert_eq!(corrections.as_array().unwrap().len(), 1);
        assert_eq!(corrections[0]["before"]["cancelled"], false);
        assert_eq!(corrections[0]["after"]["cancelled"], true);
    });
}

#[test]
fn a_bad_row_is_refused_by_line_and_field() {
    both(|app| {
        let feeder = feeder(app, "c_c418");
        let with = |field: &str, value: Value| {
            let mut row = registration(9, "2024-01-02");
            row[field] = value;
            row
        };
        let bad = [
            (with("subject", "Ricorso del sig. Rossi".into()), "/subject"),
            (with("date", "2023-12-31".into()), "/date"),
            (with("date", "2024-07-01".into()), "/date"),
            (with("number", json!(-1)), "/number"),
            (with("number", json!(1.5)), "/number"),
            (with("direction", "sideways".into()), "/direction"),
            (with("channel", Value::Null), "/channel"),
        ];
        for (row, field) in &bad {
            let good = registration(1, "2024-01-02");
            for answer in
                [feeder.post(FEED, json!({"items": [good, row]})), lines(&feeder, "", &[good.clone(), row.clone()])]
            {
                let report = answer.expect(200).json();
                let [_, inserted, _, unchanged, refused] = counts(&report);
                assert_eq!((inserted + unchanged, refused), (1, 1), "{report}");
                assert_eq!(report["refusals"][0]["line"], 2);
                assert_eq!(report["refusals"][0]["field"], *field, "{report}");
            }
        }
        assert_eq!(stored(&feeder).len(), 1);
        let broken = format!("{}\nno json\n[1]\n\n", registration(2, "2024-01-02"));
        let report = feeder.send("POST", FEED, Some("application/x-ndjson"), &broken).expect(200).json();
        assert_eq!(counts(&report), [3, 1, 0, 0, 2]);
    });
}

#[test]
fn all_or_nothing_writes_nothing_where_one_row_is_bad() {
    both(|app| {
        let feeder = feeder(app, "c_c418");
        let mut rows: Vec<_> = (1..=2500).map(|number| registration(number, "2024-01-02")).collect();
        rows.push(registration(2501, "2023-01-02"));
        let report = lines(&feeder, "&mode=all_or_nothing", &rows).expect(200).json();
        assert_eq!((counts(&report), &report["outcome"]), ([2501, 0, 0, 0, 1], &json!("nothing_loaded")));
        assert_eq!(report["refusals"][0]["line"], 2501);
        let items = json!({"items": rows[2400..]});
        let report = feeder.post(&format!("{FEED}&mode=all_or_nothing"), items).expect(200).json();
        assert_eq!((counts(&report), &report["outcome"]), ([101, 0, 0, 0, 1], &json!("nothing_loaded")));
        assert!(stored(&feeder).is_empty());
        assert!(app.as_auditor("c_c418").get("/v1/audit-events").json()["items"].as_array().unwrap().is_empty());
        rows.pop();
        let report = lines(&feeder, "&mode=all_or_nothing", &rows).expect(200).json();
        assert_eq!((counts(&report), &report["outcome"]), ([2500, 2500, 0, 0, 0], &json!("loaded")));
    });
}

#[test]
fn what_is_no_batch_is_refused() {
    both(|app| {
        let feeder = feeder(app, "c_c418");
        feeder.post(FEED, json!({"items": []})).refused(422, "/items");
        feeder.post(FEED, json!({"rows": []})).refused(422, "/items");
        let many: Vec<_> = (1..=1001).map(|number| registration(number, "2024-01-02")).collect();
        feeder.post(FEED, json!({"items": many})).refused(422, "/items");
        feeder.send("POST", FEED, Some("application/json"), "{\"items\": [").refused(400, "");
        feeder.send("POST", FEED, Some("application/x-ndjson"), "\n").refused(400, "");
        feeder.send("POST", FEED, Some("text/csv"), "a,b").refused(415, "");
        feeder.post("/v1/protocol-registrations", json!({"items": []})).refused(422, "administration");
        feeder
            .post(&FEED.replace("c_c418", "c_b507"), json!({"items": [registration(1, "2024-01-02")]}))
            .refused(403, "");
        app.as_editor("c_c418").post(FEED, json!({"items": [registration(1, "2024-01-02")]})).refused(403, "");
        feeder.post(FEED, json!({"items": [registration(1, "2024-01-02")]})).expect(200);
        let other = app.with_token(&app.token("services.read", &["c_b507"]));
        let seen = other.get("/v1/protocol-registrations").expect(200).json();
        assert!(seen["items"].as_array().unwrap().is_empty());
        other.get("/v1/protocol-days?administration=c_c418").refused(404, "");
        other.get("/v1/protocol-days/c_c418~AOO1~2024-01-02").refused(404, "");
    });
}

#[test]
fn twenty_thousand_lines_come_in_and_again() {
    both(|app| {
        let feeder = feeder(app, "c_c418");
        let rows: Vec<_> = (1..=20_000)
            .map(|number| registration(number, &format!("2024-0{}-1{}", 1 + number % 5, number % 10)))
            .collect();
        assert_eq!(counts(&lines(&feeder, "", &rows).expect(200).json()), [20_000, 20_000, 0, 0, 0]);
        assert_eq!(counts(&lines(&feeder, "", &rows).expect(200).json()), [20_000, 0, 0, 20_000, 0]);
        let days =
            feeder.get("/v1/protocol-days?administration=c_c418&from=2024-01-01&to=2024-06-30&missed=false&limit=200");
        let days = days.expect(200).json();
        let sum: i64 = days["items"].as_array().unwrap().iter().map(|day| day["incoming"].as_i64().unwrap()).sum();
        assert_eq!(sum, 20_000);
    });
}

#[test]
fn working_days_without_registrations_are_missed() {
    both(|app| {
        let feeder = feeder(app, "c_c418");
        // Thursday before Easter, then the Wednesday after; Friday and Tuesday are working days, Monday is Easter Monday.
        let rows = [registration(1, "2024-03-28"), registration(2, "2024-04-03")];
        feeder.post(FEED, json!({"items": rows})).expect(200);
        let days = |query: &str| {
            let path = format!("/v1/protocol-days?administration=c_c418&from=2024-03-25&to=2024-04-03{query}");
            let days = feeder.get(&path).expect(200).json()["items"].as_array().unwrap().clone();
            days.iter().map(|day| day["date"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(days("&missed=true"), ["2024-03-29", "2024-04-02"]);
        assert_eq!(days(""), ["2024-03-28", "2024-03-29", "2024-04-02", "2024-04-03"]);

        let day = "/v1/protocol-days/c_c418~AOO1~2024-03-29";
        feeder.put(day, json!({"incoming": 7, "outgoing": 2})).expect(201);
        feeder.put(day, json!({"incoming": 7, "outgoing": 2})).expect(200);
        let stated = feeder.put(day, json!({"incoming": 8, "outgoing": 2})).expect(200);
        assert_eq!((stated.at("/source"), stated.at("/incoming")), ("totals".to_owned(), "8".to_owned()));
        assert_eq!(feeder.get(day).expect(200).etag(), stated.etag());
        assert_eq!(days("&missed=true"), ["2024-04-02"]);
        feeder.put("/v1/protocol-days/c_c418~AOO1~2024-03-28", json!({"incoming": 99, "outgoing": 0})).expect(201);
        let won = feeder.get("/v1/protocol-days/c_c418~AOO1~2024-03-28").expect(200);
        assert_eq!((won.at("/source"), won.at("/incoming")), ("registrations".to_owned(), "1".to_owned()));

        feeder.put(day, json!({"incoming": -1, "outgoing": 2})).refused(422, "/incoming");
        feeder.put(day, json!({"incoming": 1.5, "outgoing": 2})).refused(422, "/incoming");
        feeder
            .put("/v1/protocol-days/c_c418~AOO1~2024-07-01", json!({"incoming": 1, "outgoing": 2}))
            .refused(422, "day_key");
        feeder
            .put("/v1/protocol-days/c_c418~2024-06-01", json!({"incoming": 1, "outgoing": 2}))
            .refused(422, "day_key");
        feeder.put("/v1/protocol-days/c_b507~AOO1~2024-06-03", json!({"incoming": 1, "outgoing": 2})).refused(404, "");
        let mut pages = Vec::new();
        let mut next = "/v1/protocol-days?administration=c_c418&from=2024-03-25&to=2024-04-03&limit=1".to_owned();
        loop {
            let page = feeder.get(&next).expect(200).json();
            pages.extend(page["items"].as_array().unwrap().iter().map(|day| day["date"].as_str().unwrap().to_owned()));
            match page["_links"]["next"].as_str() {
                Some(url) => next = url.trim_start_matches("https://traguardo.test").to_owned(),
                None => break,
            }
        }
        assert_eq!(pages, days(""));
    });
}

/// Any split and repetition of what was sent gives the same table.
#[test]
fn any_split_and_repetition_gives_the_same_table() {
    both(|app| {
        let feeder = feeder(app, "c_c418");
        let rows = prop::collection::vec((1i64..12, 1u32..28, any::<bool>()), 1..25);
        let cuts = prop::collection::vec(1usize..6, 1..25);
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(12));
        let area = std::cell::Cell::new(0);
        let checked = runner.run(&(rows, cuts), |(rows, cuts)| {
            let run = area.replace(area.get() + 1);
            let rows = |aoo: &str| -> Vec<Value> {
                let row = |(number, day, cancelled): &(i64, u32, bool)| {
                    let mut row = registration(*number, &format!("2024-02-{day:02}"));
                    row["aoo"] = format!("{aoo}{run}").into();
                    row["cancelled"] = (*cancelled).into();
                    row
                };
                rows.iter().map(row).collect()
            };
            feeder.post(FEED, json!({"items": rows("whole")})).expect(200);
            let all = rows("parts");
            let mut rest = all.as_slice();
            for cut in cuts.iter().cycle() {
                let (part, left) = rest.split_at((*cut).min(rest.len()));
                rest = left;
                let first = lines(&feeder, "", part).expect(200).json();
                let [sent, inserted, updated, unchanged, refused] = counts(&first);
                prop_assert_eq!((sent, refused), (inserted + updated + unchanged, 0));
                if rest.is_empty() {
                    break;
                }
            }
            let again = feeder.post(FEED, json!({"items": all})).expect(200).json();
            prop_assert_eq!(counts(&again)[1], 0);
            let of = |aoo: &str| {
                let path = format!("/v1/protocol-registrations?administration=c_c418&aoo={aoo}{run}&limit=200");
                let rows = feeder.get(&path).expect(200).json()["items"].as_array().unwrap().clone();
                rows.iter()
                    .map(|row| (row["number"].clone(), row["date"].clone(), row["cancelled"].clone()))
                    .collect::<Vec<_>>()
            };
            prop_assert_eq!(of("whole"), of("parts"));
            Ok(())
        });
        checked.unwrap();
    });
}

#[test]
fn codes_that_the_inventory_has_not_are_kept_and_told_of() {
    both(|app| {
        let admin = app.as_administrator();
        for (resource, code) in [("procedures", "scia"), ("digital-services", "tari")] {
            let body = json!({"administration": "c_c418", "code": code, "name": code});
            admin.post(&format!("/v1/{resource}"), body).expect(201);
        }
        let row = |number: i64, procedure: &str, service: &str| {
            json!({"aoo": "AOO1", "year": 2024, "number": number, "direction": "incoming", "date": "2024-06-03",
                "procedure_code": procedure, "service_code": service})
        };
        let send = |rows: Vec<Value>| {
            admin.post("/v1/protocol-registrations?administration=c_c418", json!({"items": rows})).expect(200).json()
        };
        let report = send(vec![row(1, "scia", "tari"), row(2, "scai", "tari"), row(3, "scai", "tary")]);
        assert_eq!((&report["inserted"], &report["refused"]), (&json!(3), &json!(0)));
        let unknown = json!([{"field": "/procedure_code", "code": "scai"}, {"field": "/service_code", "code": "tary"}]);
        assert_eq!(report["unknown_codes"], unknown);
        assert_eq!(send(vec![row(4, "scia", "tari")]).get("unknown_codes"), None);
        // Codes of another administration's inventory are not this one's.
        let foreign = json!({"items": [row(5, "scia", "tari")]});
        let report = admin.post("/v1/protocol-registrations?administration=c_b507", foreign).expect(200).json();
        assert_eq!(report["unknown_codes"].as_array().unwrap().len(), 2);
    });
}
