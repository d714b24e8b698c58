//! A region asks the totals of its comuni and who is missing; a comune asks where it stands among its peers.

use crate::harness::{TestApp, both};
use serde_json::{Value, json};

/// Campi Bisenzio, Bagno a Ripoli, Empoli.
const TOSCANA: [&str; 3] = ["c_b507", "c_a564", "c_d403"];

/// A service, and its usage in a month of 2024: submissions started and completed.
fn report(app: &TestApp, home: &str, month: &str, started: i64, completed: i64) {
    let admin = app.as_administrator();
    let service = json!({"administration": home, "code": "s1", "name": "Anagrafe", "status": "active",
        "authentication_types": ["SPIDL2"]});
    let answer = admin.put(&format!("/v1/digital-services/{home}~s1"), service);
    assert!([200, 201].contains(&answer.status), "{}", answer.text);
    let row = json!({"service_code": "s1", "month": month, "accesses": 10 * completed, "submissions_started": started,
        "submissions_completed": completed});
    admin.post(&format!("/v1/service-usage?administration={home}"), json!({"items": [row]})).expect(200);
}

fn incoming(app: &TestApp, home: &str, date: &str, count: i64) {
    let path = format!("/v1/protocol-days/{home}~AOO1~{date}");
    app.as_administrator().put(&path, json!({"incoming": count, "outgoing": 1})).expect(201);
}

fn rollups(app: &TestApp, tenants: &[&str], query: &str) -> Value {
    let token = app.token("aggregates.read", tenants);
    app.with_token(&token).get(&format!("/v1/monitoring/rollups?{query}")).expect(200).json()
}

fn group<'a>(rollups: &'a Value, code: &str) -> &'a Value {
    let groups = rollups["items"][0]["groups"].as_array().unwrap();
    groups.iter().find(|group| group["code"] == code).unwrap_or_else(|| panic!("no group {code} in {rollups}"))
}

fn integers(value: &Value, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| value[name].as_i64().unwrap_or(-1)).collect()
}

#[test]
fn a_share_is_the_sum_above_over_the_sum_below() {
    both(|app| {
        // 10 of 100 and 40 of 50: together 50 of 150, though the mean of the shares is 45 per cent.
        for (home, completed, all) in [("c_b507", 10, 100), ("c_a564", 40, 50), ("c_a662", 7, 70)] {
            report(app, home, "2024-03", 2 * completed, completed);
            incoming(app, home, "2024-03-05", all);
        }
        // Of one the protocol is not known: it reported no share.
        report(app, "c_d403", "2024-03", 6, 3);
        let shown = rollups(app, &["*"], "metric=usage.online_share,usage.completion_rate&by=region&to=2024-05");
        let toscana = group(&shown, "09");
        assert_eq!(integers(toscana, &["expected", "visible", "reported", "undated"]), [273, 273, 2, 0]);
        assert_eq!((&toscana["numerator"], &toscana["denominator"]), (&json!(50.0), &json!(150.0)));
        assert_eq!(toscana["value"], json!(33.3333));
        let spread = json!({"mean": 45.0, "first_quartile": 27.5, "median": 45.0, "third_quartile": 62.5});
        assert_eq!((&toscana["spread"], &toscana["name"]), (&spread, &json!("Toscana")));
        assert_eq!(group(&shown, "16")["value"], json!(10.0));
        assert_eq!(integers(group(&shown, "16"), &["reported"]), [1]);
        assert!(group(&shown, "01").get("value").is_none(), "Piemonte reported nothing: {shown}");
        let total = &shown["items"][0]["total"];
        assert_eq!((&total["numerator"], &total["denominator"]), (&json!(57.0), &json!(220.0)));
        assert_eq!(shown["items"][1]["total"]["value"], json!(50.0));
        assert_eq!(integers(&shown["items"][1]["total"], &["reported"]), [4]);

        // The groups are the whole, by whatever they are made.
        for by in ["province", "region", "country", "population_class"] {
            let shown = rollups(app, &["*"], &format!("metric=usage.online_share&by={by}&to=2024-05"));
            let sum = |name: &str| {
                let groups = shown["items"][0]["groups"].as_array().unwrap();
                groups.iter().map(|group| group[name].as_f64().unwrap_or(0.0)).sum::<f64>()
            };
            assert_eq!((sum("numerator"), sum("denominator"), sum("reported")), (57.0, 220.0, 3.0), "{by}");
            assert_eq!(sum("expected"), total["expected"].as_f64().unwrap(), "{by}");
        }
        // Months outside of the period are not summed; of a day only what stands on it.
        let april = rollups(app, &["*"], "metric=usage.accesses&from=2024-04&to=2024-05");
        assert_eq!(integers(&april["items"][0]["total"], &["reported"]), [0]);
        let services = rollups(app, &["*"], "metric=services.with_spid,services.with_pagopa&by=region&region=09");
        assert_eq!(
            (&services["items"][0]["total"]["value"], &services["items"][1]["total"]["value"]),
            (&json!(3.0), &json!(0.0))
        );
        assert_eq!(services["items"][0]["groups"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_token_sums_what_it_opens_and_says_of_how_many() {
    both(|app| {
        for home in TOSCANA {
            report(app, home, "2024-02", 20, 10);
        }
        let shown = rollups(app, &["c_b507", "c_a564", "c_a662"], "metric=usage.submissions&by=region");
        let codes: Vec<_> =
            shown["items"][0]["groups"].as_array().unwrap().iter().map(|group| group["code"].clone()).collect();
        assert_eq!(codes, [json!("09"), json!("16")]);
        let toscana = group(&shown, "09");
        assert_eq!(integers(toscana, &["expected", "visible", "reported"]), [273, 2, 2]);
        assert_eq!(toscana["value"], json!(20.0));
        assert_eq!(integers(&shown["items"][0]["total"], &["visible", "reported"]), [3, 2]);
        let nobody = rollups(app, &["c_a662"], "metric=usage.submissions&region=09");
        assert_eq!(integers(&nobody["items"][0]["total"], &["expected", "visible", "reported"]), [273, 0, 0]);
        assert_eq!(nobody["items"][0]["groups"], json!([]));
    });
}

#[test]
fn who_is_missing_is_listed_page_by_page() {
    both(|app| {
        report(app, "c_b507", "2024-02", 20, 10);
        let all = app.with_token(&app.token("aggregates.read", &["*"]));
        let path = "/v1/monitoring/missing-administrations?metric=usage.submissions&region=09&limit=200";
        let pages = all.pages(path);
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [200, 72]);
        let missing = pages.concat();
        let keys: Vec<_> = missing.iter().map(|one| one["key"].as_str().unwrap()).collect();
        assert!(keys.is_sorted() && !keys.contains(&"048006"));
        let scarperia = missing.iter().find(|one| one["key"] == "048053").unwrap();
        assert_eq!((&scarperia["name"], &scarperia["province_code"]), (&json!("Scarperia e San Piero"), &json!("048")));
        let few = app.with_token(&app.token("aggregates.read", &["c_b507", "c_a564"]));
        let missing = few.pages("/v1/monitoring/missing-administrations?metric=usage.submissions").concat();
        assert_eq!(missing.iter().map(|one| one["ipa_code"].clone()).collect::<Vec<_>>(), [json!("c_a564")]);
    });
}

/// San Piero a Sieve and Scarperia became Scarperia e San Piero on the first day of 2014.
#[test]
fn a_year_is_summed_over_the_comuni_of_that_year() {
    both(|app| {
        let admin = app.as_administrator();
        let scarperia = json!({"name": "Scarperia", "kind": "comune", "istat_code": "048042", "cadastral_code": "I514",
            "province_code": "048", "province": "Firenze", "region_code": "09", "region": "Toscana", "population": 7900});
        admin.put("/v1/administrations/c_i514", scarperia).expect(201);
        report(app, "c_i514", "2013-06", 20, 10);
        // Nobody knows this one by any code.
        let unknown = json!({"name": "Nuova", "kind": "comune", "province_code": "048", "region_code": "09"});
        admin.put("/v1/administrations/c_z9999", unknown).expect(201);

        let before = rollups(app, &["*"], "metric=usage.submissions&by=region&to=2013-12");
        let toscana = group(&before, "09");
        assert_eq!(integers(toscana, &["expected", "reported", "undated"]), [288, 1, 1]);
        assert_eq!(toscana["value"], json!(10.0));
        assert_eq!(before["items"][0]["outside_count"], 0);

        // What the merged comune sends of a time after its end is in no sum, and said.
        report(app, "c_i514", "2014-06", 20, 10);
        let after = rollups(app, &["*"], "metric=usage.submissions&by=region&to=2014-12");
        let toscana = group(&after, "09");
        assert_eq!(integers(toscana, &["reported"]), [0]);
        assert_eq!(
            (&after["items"][0]["outside_count"], &after["items"][0]["outside"]),
            (&json!(1), &json!(["c_i514"]))
        );

        // Whole years have the comuni of their time; a day has those of the day.
        let of_day = |day: &str| {
            let shown = rollups(app, &["*"], &format!("metric=services.online&as_of={day}"));
            shown["items"][0]["total"]["expected"].as_i64().unwrap() - 1
        };
        assert_eq!(
            [of_day("2013-12-31"), of_day("2014-01-01"), of_day("2019-01-01"), of_day("2020-01-15")],
            [8090, 8071, 7926, 7904]
        );

        // Sappada moved from Veneto to Friuli-Venezia Giulia on 16 December 2017, with another code.
        report(app, "c_i421", "2016-03", 4, 2);
        report(app, "c_i421", "2018-03", 6, 3);
        let moved = |year: i32, region: &str| {
            let shown =
                rollups(app, &["*"], &format!("metric=usage.submissions&by=region&region={region}&to={year}-12"));
            shown["items"][0]["total"]["value"].clone()
        };
        assert_eq!((moved(2016, "05"), moved(2016, "06")), (json!(2.0), Value::Null));
        assert_eq!((moved(2018, "05"), moved(2018, "06")), (Value::Null, json!(3.0)));
    });
}

#[test]
fn adoptions_are_counted_by_platform_and_status_of_a_day() {
    both(|app| {
        let admin = app.as_administrator();
        for (home, platform, started, active) in [
            ("c_b507", "pagopa", "2021-01-01", Some("2022-03-01")),
            ("c_b507", "app_io", "2021-01-01", None),
            ("c_a564", "pagopa", "2021-06-01", None),
            ("c_a662", "pagopa", "2020-01-01", Some("2020-02-01")),
        ] {
            let mut body = json!({"administration": home, "platform": platform, "started_on": started});
            if let Some(active) = active {
                body["active_from"] = json!(active);
            }
            admin.post("/v1/platform-adoptions", body).expect(201);
        }
        let on = |day: &str| rollups(app, &["*"], &format!("metric=platforms.active&by=region&as_of={day}"));
        let then = on("2021-12-31");
        let toscana = group(&then, "09");
        assert_eq!((integers(toscana, &["reported"]), &toscana["value"]), (vec![2], &json!(0.0)));
        let count = |platform: &str, status: &str, administrations: i64| json!({"platform": platform, "status": status, "administrations": administrations});
        assert_eq!(toscana["adoptions"], json!([count("pagopa", "in_progress", 2), count("app_io", "in_progress", 1)]));
        let later = on("2022-03-01");
        assert_eq!(group(&later, "09")["value"], json!(1.0));
        assert_eq!(later["items"][0]["total"]["value"], json!(2.0));
        assert_eq!(group(&later, "09")["adoptions"][0], count("pagopa", "in_progress", 1));
    });
}

#[test]
fn objectives_are_counted_as_they_stand_on_a_day() {
    both(|app| {
        for (home, values) in [("c_b507", vec![90, 40]), ("c_a564", vec![85])] {
            let admin = app.as_administrator();
            let plan = json!({"administration": home, "code": "p", "title": "Piano", "kind": "performance",
                "start_year": 2023, "end_year": 2023});
            let plan_id = admin.post("/v1/plans", plan).expect(201).at("/id");
            for (number, value) in values.iter().enumerate() {
                let objective =
                    json!({"plan_id": plan_id, "code": number.to_string(), "title": "Obiettivo", "scope": "sectoral"});
                let objective_id = admin.post("/v1/objectives", objective).expect(201).at("/id");
                let indicator = json!({"plan_id": plan_id, "objective_id": objective_id, "code": "1", "title": "Quota",
                    "target": "Almeno 80%"});
                let indicator_id = admin.post("/v1/indicators", indicator).expect(201).at("/id");
                let measurement = json!({"indicator_id": indicator_id, "period": "2023", "value": value});
                admin.post("/v1/measurements", measurement).expect(201);
            }
        }
        let shown = rollups(app, &["*"], "metric=objectives.count,objectives.attainment&by=region&as_of=2023-12-31");
        let toscana = group(&shown, "09");
        assert_eq!((integers(toscana, &["reported"]), &toscana["value"]), (vec![2], &json!(3.0)));
        let count = |status: &str, objectives: i64| json!({"status": status, "objectives": objectives});
        assert_eq!(toscana["objectives"], json!([count("achieved", 2), count("partly_achieved", 1)]));
        // 1, 0.5 and 1: the mean of the objectives, not that of the administrations.
        let attainment = &shown["items"][1]["total"];
        assert_eq!((&attainment["value"], &attainment["numerator"]), (&json!(0.8333), &json!(2.5)));
        assert_eq!(attainment["spread"]["mean"], json!(0.875));
        // Of a year without a plan nobody reports.
        let other = rollups(app, &["*"], "metric=objectives.count&as_of=2022-12-31");
        assert_eq!(integers(&other["items"][0]["total"], &["reported"]), [0]);
    });
}

#[test]
fn an_administration_learns_its_place_and_nobody_elses_figure() {
    both(|app| {
        let admin = app.as_administrator();
        // Comuni of Toscana with 5,001 to 10,000 residents.
        let listed = admin.pages("/v1/administrations?kind=comune&region=09&limit=200").concat();
        let alike = listed.iter().filter(|one| (5001..=10_000).contains(&one["population"].as_i64().unwrap()));
        let codes: Vec<_> = alike.map(|one| one["ipa_code"].as_str().unwrap().to_owned()).take(7).collect();
        for (number, code) in codes.iter().take(4).enumerate() {
            report(app, code, "2024-02", 100, 10 * (1 + number as i64));
        }
        let own = app.with_token(&app.token("services.read", &[&codes[0]]));
        let path = format!("/v1/monitoring/comparisons?administration={}&metric=usage.completion_rate", codes[0]);
        // Three peers are too few.
        let few = own.get(&path).expect(200).json();
        assert_eq!((&few["suppressed"], &few["reported"], &few["value"]), (&json!(true), &json!(3), &json!(10.0)));
        assert!(few.get("place").is_none() && few.get("spread").is_none() && few.get("tied").is_none());
        // Whose token opens all of them sees it.
        let entitled = admin.get(&path).expect(200).json();
        assert_eq!((&entitled["place"], &entitled["spread"]["median"]), (&json!(4), &json!(30.0)));

        for (number, code) in codes.iter().enumerate().skip(4) {
            report(app, code, "2024-02", 997, 10 * (1 + number as i64));
        }
        let shown = own.get(&path).expect(200).json();
        assert_eq!(integers(&shown, &["reported", "place", "tied"]), [6, 4, 0]);
        assert_eq!((&shown["region_code"], &shown["population_class"]), (&json!("09"), &json!("5001_to_10000")));
        // 5.015, 6.018, 7.021, 20, 30, 40: three digits are told.
        let spread = json!({"mean": 18.0, "first_quartile": 6.27, "median": 13.5, "third_quartile": 27.5});
        assert_eq!(shown["spread"], spread);
        for secret in ["5.01", "6.018", "7.02"] {
            assert!(!shown.to_string().contains(secret), "{shown}");
        }
        for peers in ["region", "population_class"] {
            let wider = own.get(&format!("{path}&peers={peers}")).expect(200).json();
            assert!(wider["expected"].as_i64() > shown["expected"].as_i64(), "{wider}");
        }
        let silent = format!("/v1/monitoring/comparisons?administration={}&metric=protocol.incoming", codes[0]);
        assert!(own.get(&silent).expect(200).json().get("value").is_none());
        own.get(&format!("/v1/monitoring/comparisons?administration={}&metric=services.online", codes[1]))
            .refused(404, "");
        own.get(&format!("/v1/monitoring/comparisons?administration={}&metric=objectives.count", codes[0]))
            .refused(422, "metric");
    });
}

#[test]
fn what_cannot_be_rolled_up_is_refused_by_name() {
    both(|app| {
        let client = app.with_token(&app.token("aggregates.read", &["*"]));
        for (query, field) in [
            ("", "metric"),
            ("metric=wishes", "metric"),
            ("metric=services.online,services.online", "metric"),
            ("metric=services.online&by=village", "by"),
            ("metric=services.online&region=99", "region"),
            ("metric=services.online&region=048", "region"),
            ("metric=services.online&province=999", "province"),
            ("metric=services.online&from=2024-05&to=2024-01", "from"),
            ("metric=services.online&from=2000-01&to=2024-01", "from"),
            ("metric=services.online&to=2031-01", "to"),
            ("metric=services.online&as_of=2031-01-01", "as_of"),
            ("metric=services.online&kind=village", "kind"),
            ("metric=services.online&colour=red", "colour"),
        ] {
            client.get(&format!("/v1/monitoring/rollups?{query}")).refused(422, field);
        }
        client.get("/v1/monitoring/missing-administrations?metric=services.online,usage.users").refused(422, "metric");
        client.get("/v1/monitoring/missing-administrations?metric=services.online&cursor=x").refused(422, "cursor");
        app.as_reader("c_b507").get("/v1/monitoring/rollups?metric=services.online").refused(403, "");
    });
}

/// Every row of usage that is stored, summed by itself.
fn stored(app: &TestApp) -> f64 {
    let rows = app.as_administrator().pages("/v1/service-usage?limit=200").concat();
    rows.iter().map(|row| row["submissions_completed"].as_f64().unwrap_or(0.0)).sum()
}

fn submissions(app: &TestApp, query: &str) -> f64 {
    rollups(app, &["*"], &format!("metric=usage.submissions{query}"))["items"][0]["total"]["value"]
        .as_f64()
        .unwrap_or(0.0)
}

#[test]
fn what_is_corrected_after_a_roll_up_is_in_the_next() {
    both(|app| {
        for (home, completed) in [("c_b507", 10), ("c_a564", 7), ("c_a662", 5)] {
            report(app, home, "2024-02", 100, completed);
        }
        assert_eq!((submissions(app, ""), submissions(app, "")), (22.0, 22.0));
        // A correction, another month, another service.
        report(app, "c_b507", "2024-02", 100, 11);
        assert_eq!(submissions(app, ""), 23.0);
        report(app, "c_a564", "2024-03", 100, 20);
        assert_eq!((submissions(app, ""), submissions(app, "&to=2024-02"), stored(app)), (43.0, 23.0, 43.0));
        let summed = |of: &str| rollups(app, &[of], "metric=usage.submissions,usage.completion_rate")["items"].clone();
        assert_eq!(summed("c_b507")[0]["total"]["value"], json!(11.0));
        assert_eq!(summed("c_b507")[1]["total"]["denominator"], json!(100.0));
    });
}

/// Every metric of usage comes out of the monthly totals as it does out of the rows, and a count that no month tells is none.
#[test]
fn totals_tell_what_the_rows_tell() {
    both(|app| {
        let admin = app.as_administrator();
        for code in ["a", "b"] {
            let service = json!({"administration": "c_b507", "code": code, "name": "Servizio", "status": "active"});
            admin.post("/v1/digital-services", service).expect(201);
        }
        let euros = |amount: &str| json!({"amount": amount, "currency": "EUR"});
        let rows = [
            json!({"service_code": "a", "month": "2024-01", "accesses": 5, "users": 4, "submissions_started": 9,
                "submissions_completed": 6, "pagopa_transactions": 3, "pagopa_amount": euros("12.34"), "app_io_messages": 8,
                "satisfaction": [1, 0, 0, 0, 3], "cost": euros("30.00")}),
            json!({"service_code": "b", "month": "2024-01", "submissions_completed": 4, "accesses": 1}),
            json!({"service_code": "a", "month": "2024-02", "submissions_started": 50, "cost": euros("7.00"), "users": 2}),
        ];
        admin.post("/v1/service-usage?administration=c_b507", json!({"items": rows})).expect(200);
        incoming(app, "c_b507", "2024-01-08", 40);
        let metrics = [
            "accesses",
            "users",
            "submissions",
            "pagopa_transactions",
            "pagopa_amount",
            "app_io_messages",
            "online_share",
            "satisfaction_mean",
            "completion_rate",
            "cost_per_transaction",
        ];
        let expected = [6.0, 6.0, 10.0, 3.0, 12.34, 8.0, 25.0, 4.0, 66.6667, 5.0];
        for (metric, expected) in metrics.iter().zip(expected) {
            // Read row by row: a comparison sums nothing beforehand.
            let alone = format!("/v1/monitoring/comparisons?administration=c_b507&metric=usage.{metric}");
            assert_eq!(admin.get(&alone).expect(200).json()["value"], json!(expected), "{metric} by rows");
        }
        for (metric, expected) in metrics.iter().zip(expected) {
            let shown = rollups(app, &["*"], &format!("metric=usage.{metric}"));
            assert_eq!(shown["items"][0]["total"]["value"], json!(expected), "{metric} by totals");
        }
        let none = rollups(app, &["*"], "metric=usage.accesses,usage.satisfaction_mean&from=2024-02");
        assert_eq!(
            (&none["items"][0]["total"]["reported"], &none["items"][1]["total"]["reported"]),
            (&json!(0), &json!(0))
        );
    });
}

#[test]
fn roll_ups_beside_writers_lose_and_double_nothing() {
    both(|app| {
        let homes = ["c_b507", "c_a564", "c_d403", "c_a662"];
        for home in homes {
            report(app, home, "2024-01", 100, 1);
        }
        std::thread::scope(|scope| {
            for home in homes {
                scope.spawn(move || (1..=10).for_each(|round| report(app, home, "2024-01", 100, round)));
            }
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        // Each of four is somewhere between its first figure and its last, and never missing or doubled.
                        let seen = submissions(app, "");
                        assert!((4.0..=40.0).contains(&seen), "{seen}");
                    }
                });
            }
        });
        assert_eq!((submissions(app, ""), stored(app)), (40.0, 40.0));
    });
}

/// A day's protocol counts once: single registrations win over the day's total, those annulled are left out.
#[test]
fn the_protocol_is_summed_as_an_administration_sees_it() {
    both(|app| {
        incoming(app, "c_b507", "2024-03-05", 50);
        incoming(app, "c_b507", "2024-03-06", 7);
        let registration = |number: i32, direction: &str, cancelled: bool| json!({"aoo": "AOO1", "year": 2024, "number": number, "direction": direction, "date": "2024-03-05", "cancelled": cancelled});
        let single =
            [registration(1, "incoming", false), registration(2, "incoming", true), registration(3, "outgoing", false)];
        app.as_administrator()
            .post("/v1/protocol-registrations?administration=c_b507", json!({"items": single}))
            .expect(200);
        let shown = rollups(app, &["*"], "metric=protocol.incoming,protocol.outgoing&to=2024-03");
        assert_eq!(
            (&shown["items"][0]["total"]["value"], &shown["items"][1]["total"]["value"]),
            (&json!(8.0), &json!(2.0))
        );
    });
}
