//! Monthly counts of services: upserts by natural key, refusals by row, what an answer derives.

use crate::harness::{Client, TestApp, both};
use serde_json::{Value, json};

const FEED: &str = "/v1/service-usage?administration=c_b507";

fn feeder(app: &TestApp, administration: &str) -> Client {
    let services = app.with_token(&app.token("services.edit", &[administration]));
    for code in ["tari", "asilo"] {
        let service = json!({"administration": administration, "code": code, "name": code, "status": "active"});
        services.post("/v1/digital-services", service).expect(201);
    }
    app.with_token(&app.token("feeds.write services.read", &[administration]))
}

fn usage(service: &str, month: &str, accesses: i64) -> Value {
    json!({"service_code": service, "month": month, "accesses": accesses, "submissions_started": 20,
        "submissions_completed": 15, "pagopa_transactions": 3, "pagopa_amount": {"amount": "123.45", "currency": "EUR"},
        "satisfaction": [1, 0, 2, 3, 4]})
}

fn counts(report: &Value) -> [i64; 5] {
    ["rows", "inserted", "updated", "unchanged", "refused"].map(|field| report[field].as_i64().unwrap())
}

#[test]
fn sending_again_changes_nothing_and_a_correction_is_traced() {
    both(|app| {
        let feeder = feeder(app, "c_b507");
        let rows: Vec<_> = (1..=12)
            .flat_map(|month| {
                let month = format!("2023-{month:02}");
                [usage("tari", &month, 100), usage("asilo", &month, 50)]
            })
            .collect();
        let first = feeder.post(FEED, json!({"items": rows})).expect(200).json();
        assert_eq!(counts(&first), [24, 24, 0, 0, 0]);
        assert_eq!(counts(&feeder.post(FEED, json!({"items": rows})).expect(200).json()), [24, 0, 0, 24, 0]);
        let changed = [usage("tari", "2023-05", 101), usage("tari", "2023-06", 100), usage("tari", "2024-01", 7)];
        let body: String = changed.iter().map(|row| format!("{row}\n")).collect();
        let report = feeder.send("POST", FEED, Some("application/x-ndjson"), &body).expect(200).json();
        assert_eq!(counts(&report), [3, 1, 1, 1, 0]);

        let page =
            feeder.get("/v1/service-usage?administration=c_b507&service_code=tari&from=2023-05&to=2023-06").expect(200);
        assert_eq!(page.json()["items"].as_array().unwrap().len(), 2);
        let row = page.json()["items"][0].clone();
        assert_eq!((&row["month"], &row["accesses"]), (&json!("2023-05"), &json!(101)));
        assert_eq!(row["pagopa_amount"], json!({"amount": "123.45", "currency": "EUR"}));
        assert_eq!((&row["satisfaction_answers"], &row["satisfaction_mean"]), (&json!(10), &json!(3.9)));
        assert!(row.get("users").is_none() && row.get("cost").is_none());

        let mut seen = 0;
        let mut next = "/v1/service-usage?limit=7".to_owned();
        loop {
            let page = feeder.get(&next).expect(200).json();
            seen += page["items"].as_array().unwrap().len();
            match page["_links"]["next"].as_str() {
                Some(url) => next = url.trim_start_matches("https://traguardo.test").to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, 25);

        let events = app.as_auditor("c_b507").get("/v1/audit-events?resource=service-usage").expect(200).json();
        let corrections = events["items"][1]["after_state"]["corrections"].clone();
        assert_eq!(events["items"].as_array().unwrap().len(), 2);
        assert_eq!(corrections.as_array().unwrap().len(), 1);
        assert_eq!(
            corrections[0],
            json!({"key": ["2023-05", "tari"], "before": {"accesses": 100}, "after": {"accesses": 101}})
        );
    });
}

#[test]
fn corrections_touch_nothing_that_lies_between_them() {
    both(|app| {
        let feeder = feeder(app, "c_b507");
        let services = app.with_token(&app.token("services.edit", &["c_b507"]));
        let library = json!({"administration": "c_b507", "code": "library", "name": "Biblioteca", "status": "active"});
        services.post("/v1/digital-services", library).expect(201);
        let send = |rows: Vec<Value>| counts(&feeder.post(FEED, json!({"items": rows})).expect(200).json());
        let batch = |months: &[&str], counts: [i64; 3]| -> Vec<Value> {
            let services = ["asilo", "library", "tari"];
            let of = |month: &&str| services.into_iter().zip(counts).map(|(code, n)| usage(code, month, n)).collect();
            months.iter().flat_map(|month| -> Vec<Value> { of(month) }).collect()
        };
        let stored = || -> Vec<(String, i64)> {
            let page = feeder.get("/v1/service-usage?administration=c_b507").expect(200).json();
            let row = |row: &Value| {
                let key = format!("{} {}", row["month"].as_str().unwrap(), row["service_code"].as_str().unwrap());
                (key, row["accesses"].as_i64().unwrap())
            };
            page["items"].as_array().unwrap().iter().map(row).collect()
        };
        let only = |counts: [i64; 6]| -> Vec<(String, i64)> {
            let keys = ["2023-01", "2023-02"]
                .iter()
                .flat_map(|month| ["asilo", "library", "tari"].map(|s| format!("{month} {s}")));
            keys.zip(counts).collect()
        };
        assert_eq!(send(batch(&["2023-01", "2023-02"], [1, 2, 3])), [6, 6, 0, 0, 0]);
        // The row between is not sent, then sent as it is, then with the whole month; then all of two months.
        assert_eq!(send(vec![usage("asilo", "2023-01", 4), usage("tari", "2023-01", 5)]), [2, 0, 2, 0, 0]);
        assert_eq!(stored(), only([4, 2, 5, 1, 2, 3]));
        assert_eq!(send(batch(&["2023-02"], [6, 2, 7])), [3, 0, 2, 1, 0]);
        assert_eq!(stored(), only([4, 2, 5, 6, 2, 7]));
        assert_eq!(send(batch(&["2023-02"], [8, 9, 10])), [3, 0, 3, 0, 0]);
        assert_eq!(stored(), only([4, 2, 5, 8, 9, 10]));
        assert_eq!(send(batch(&["2023-01", "2023-02"], [11, 12, 13])), [6, 0, 6, 0, 0]);
        assert_eq!(stored(), only([11, 12, 13, 11, 12, 13]));
    });
}

/// All that can be said of a month, each count another.
fn full(service: &str, month: &str, from: i64) -> Value {
    json!({"service_code": service, "month": month, "accesses": from, "users": from + 1, "submissions_started": from + 3,
        "submissions_completed": from + 2, "logins_spid": from + 4, "logins_cie": from + 5, "logins_cns": from + 6,
        "pagopa_transactions": from + 7, "pagopa_amount": {"amount": format!("{from}.08"), "currency": "EUR"},
        "app_io_messages": from + 9, "satisfaction": [from, 10, 11, 12, 13],
        "cost": {"amount": "0.14", "currency": "EUR"}})
}

#[test]
fn each_count_comes_back_as_it_was_sent_and_a_count_may_come_and_go() {
    both(|app| {
        let feeder = feeder(app, "c_b507");
        let months = (2020..2024).flat_map(|year| (1..=12).map(move |month| format!("{year}-{month:02}")));
        let mut rows: Vec<_> = (0..).zip(months).map(|(n, month)| full("tari", &month, 1000 * n)).collect();
        // In no order, and one month twice: the last holds.
        rows.reverse();
        rows.push(full("tari", "2022-02", 7));
        let report = feeder.post(FEED, json!({"items": rows})).expect(200).json();
        assert_eq!(counts(&report), [49, 48, 1, 0, 0]);
        rows.retain(|row| row["month"] != "2022-02" || row["accesses"] == 7);
        rows.sort_by_key(|row| row["month"].as_str().unwrap().to_owned());
        let read = || feeder.get("/v1/service-usage?administration=c_b507&limit=200").expect(200).json();
        let sent = |row: &Value| {
            let mut row = row.as_object().unwrap().clone();
            row.retain(|field, _| rows[0].get(field).is_some());
            Value::Object(row)
        };
        assert_eq!(read()["items"].as_array().unwrap().iter().map(sent).collect::<Vec<_>>(), rows);

        let mut other = full("tari", "2022-02", 7);
        other.as_object_mut().unwrap().remove("cost");
        other["pagopa_amount"]["amount"] = json!("7.09");
        let report = feeder.post(FEED, json!({"items": [other]})).expect(200).json();
        assert_eq!(counts(&report), [1, 0, 1, 0, 0]);
        let events = app.as_auditor("c_b507").get("/v1/audit-events?resource=service-usage").expect(200).json();
        let euro = |amount: &str| json!({"amount": amount, "currency": "EUR"});
        assert_eq!(
            events["items"][1]["after_state"]["corrections"],
            json!([{"key": ["2022-02", "tari"], "before": {"pagopa_amount": euro("7.08"), "cost": euro("0.14")},
                "after": {"pagopa_amount": euro("7.09")}}])
        );
    });
}

#[test]
fn feeders_of_one_administration_at_once_lose_nothing_and_write_nothing_twice() {
    both(|app| {
        let feeder = feeder(app, "c_b507");
        let batch = |who: i64, n: i64| {
            // Months in common with the others, in another order each time.
            let months = [1, 2, 3].map(|month| format!("2024-{:02}", 1 + (month + who + n) % 4));
            let rows = months.iter().flat_map(|month| ["tari", "asilo"].map(|code| usage(code, month, 100 * n + who)));
            json!({"items": rows.collect::<Vec<_>>()})
        };
        let reports = std::thread::scope(|scope| {
            let feeders = [0, 1, 2, 3].map(|who| {
                let feeder = feeder.clone();
                let send = move |n| counts(&feeder.post(FEED, batch(who, n)).expect(200).json());
                scope.spawn(move || (0..12).map(send).collect::<Vec<_>>())
            });
            feeders.map(|feeder| feeder.join().unwrap()).concat()
        });
        let sum = |which: usize| reports.iter().map(|report| report[which]).sum::<i64>();
        assert_eq!((sum(0), sum(1), sum(3), sum(4)), (288, 8, 0, 0));

        let events =
            app.as_auditor("c_b507").get("/v1/audit-events?resource=service-usage&limit=200").expect(200).json();
        let mut events = events["items"].as_array().unwrap().clone();
        events.sort_by_key(|event| event["revision"].as_i64());
        let stored = feeder.get("/v1/service-usage?administration=c_b507").expect(200).json();
        for row in stored["items"].as_array().unwrap() {
            let key = json!([row["month"], row["service_code"]]);
            let corrections = events.iter().flat_map(|event| event["after_state"]["corrections"].as_array().unwrap());
            let steps: Vec<_> = corrections.filter(|one| one["key"] == key).collect();
            for (before, after) in steps.iter().zip(&steps[1..]) {
                assert_eq!(before["after"]["accesses"], after["before"]["accesses"], "{key}");
            }
            assert_eq!(steps.last().unwrap()["after"]["accesses"], row["accesses"], "{key}");
        }
    });
}

#[test]
fn a_bad_row_is_refused_by_field_and_the_others_stand_or_fall_as_asked() {
    both(|app| {
        let feeder = feeder(app, "c_b507");
        let with = |field: &str, value: Value| {
            let mut row = usage("tari", "2024-01", 1);
            row[field] = value;
            row
        };
        let euro = |amount: &str| json!({"amount": amount, "currency": "EUR"});
        let bad = [
            (with("accesses", json!(-1)), "/accesses"),
            (with("accesses", json!(1.5)), "/accesses"),
            (with("users", Value::Null), "/users"),
            (with("month", json!("2024-07")), "/month"),
            (with("month", json!("2024-13")), "/month"),
            (with("submissions_completed", json!(21)), "/submissions_completed"),
            (with("pagopa_amount", euro("12.3")), "/pagopa_amount/amount"),
            (with("pagopa_amount", euro("12")), "/pagopa_amount/amount"),
            (with("service_code", json!("imu")), "/service_code"),
            (with("satisfaction", json!([1, 2, 3, 4])), "/satisfaction"),
            (with("satisfaction", json!([1, 2, 3, 4, -5])), "/satisfaction"),
            (with("note", json!("x")), "/note"),
            (json!({"service_code": "tari", "month": "2024-01"}), ""),
        ];
        for (row, field) in &bad {
            let items = json!({"items": [usage("asilo", "2024-01", 1), row]});
            let none = feeder.post(&format!("{FEED}&mode=all_or_nothing"), items.clone()).expect(200).json();
            assert_eq!(counts(&none), [2, 0, 0, 0, 1]);
            assert_eq!(none["refusals"][0]["field"], *field, "{none}");
        }
        assert!(feeder.get("/v1/service-usage").expect(200).json()["items"].as_array().unwrap().is_empty());
        let items: Vec<_> = bad.iter().map(|(row, _)| row.clone()).chain([usage("asilo", "2024-01", 1)]).collect();
        let some = feeder.post(FEED, json!({"items": items})).expect(200).json();
        assert_eq!(counts(&some), [14, 1, 0, 0, 13]);
        let lines: Vec<_> =
            some["refusals"].as_array().unwrap().iter().map(|one| one["line"].as_i64().unwrap()).collect();
        assert_eq!(lines, (1..=13).collect::<Vec<_>>());
    });
}

#[test]
fn usage_is_its_own_administrations() {
    both(|app| {
        let feeder = feeder(app, "c_b507");
        feeder.post(FEED, json!({"items": [usage("tari", "2024-01", 1)]})).expect(200);
        let other = app.with_token(&app.token("feeds.write services.read", &["c_c418"]));
        assert!(other.get("/v1/service-usage").expect(200).json()["items"].as_array().unwrap().is_empty());
        other.post(FEED, json!({"items": [usage("tari", "2024-01", 1)]})).refused(403, "");
        let own = other.post(&FEED.replace("c_b507", "c_c418"), json!({"items": [usage("tari", "2024-01", 1)]}));
        assert_eq!(counts(&own.expect(200).json()), [1, 0, 0, 0, 1]);
        app.with_token(&app.token("services.read", &["c_b507"])).post(FEED, json!({"items": []})).refused(403, "");
        feeder.get("/v1/service-usage?from=2024").refused(422, "from");
    });
}

#[test]
fn a_service_that_counts_hang_on_stays_and_keeps_its_code() {
    both(|app| {
        let feeder = feeder(app, "c_b507");
        feeder.post(FEED, json!({"items": [usage("tari", "2024-01", 1)]})).expect(200);
        let services = app.with_token(&app.token("services.edit services.read", &["c_b507"]));
        let any = || services.clone().seen("*");
        let tari = "/v1/digital-services/c_b507~tari";
        any().patch(tari, json!({"code": "tari-2"})).refused(409, "");
        any().delete(tari).refused(409, "");
        any().patch(tari, json!({"name": "Altro nome"})).expect(200);
        any().patch("/v1/digital-services/c_b507~asilo", json!({"code": "asilo-2"})).expect(200);
        any().delete("/v1/digital-services/c_b507~asilo-2").expect(204);
    });
}

/// What a batch asked for and did not write is asked for again.
#[test]
fn a_service_whose_counts_were_not_written_may_go_and_is_then_unknown() {
    both(|app| {
        let feeder = feeder(app, "c_b507");
        let all_or_nothing = format!("{FEED}&mode=all_or_nothing");
        let bad = json!({"items": [usage("tari", "2024-01", 1), usage("asilo", "2024-01", -1)]});
        let report = feeder.post(&all_or_nothing, bad.clone()).expect(200).json();
        assert_eq!((counts(&report), &report["outcome"]), ([2, 0, 0, 0, 1], &json!("nothing_loaded")));
        let rows = [usage("tari", "2024-01", 1), usage("unknown", "2024-01", 1)];
        let report = feeder.post(FEED, json!({"items": rows})).expect(200).json();
        assert_eq!(counts(&report), [2, 1, 0, 0, 1]);

        let services = app.with_token(&app.token("services.edit services.read", &["c_b507"]));
        services.seen("*").delete("/v1/digital-services/c_b507~asilo").expect(204);
        for _ in 0..2 {
            let rows = [usage("tari", "2024-02", 1), usage("asilo", "2024-02", 1), usage("unknown", "2024-02", 1)];
            let report = feeder.post(FEED, json!({"items": rows})).expect(200).json();
            assert_eq!(report["refused"], 2);
            assert_eq!((&report["refusals"][0]["line"], &report["refusals"][0]["value"]), (&json!(2), &json!("asilo")));
        }
    });
}
