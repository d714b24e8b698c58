//! Indicators that are bound to counts follow the feed.

use crate::harness::both;
use serde_json::{Value, json};

const CEDRASCO: &str = include_str!("../../data/demo/cedrasco-performance-2024-2026.txt");

#[test]
fn an_indicator_of_the_plan_follows_the_protocol() {
    both(|app| {
        let editor = app.as_editor("c_c418");
        let import = |text: &str| {
            editor.send("POST", "/v1/imports?administration=c_c418", Some("text/plain"), text).expect(201);
        };
        import(CEDRASCO);
        let objective = editor.get("/v1/objectives/c_c418~performance-2024-2026~13?embed=indicators").expect(200);
        assert_eq!(objective.at("/indicators/0/target"), "3200");
        let key = format!("/v1/indicators/{}", objective.at("/indicators/0/id"));
        let etag = editor.get(&key).expect(200).etag();
        let bind = json!({"metric": "protocol.incoming", "polarity": "higher_is_better"});
        app.as_editor("c_c418").seen(&etag).patch(&key, bind).expect(200);
        assert_eq!(editor.get(&key).expect(200).at("/evaluation/status"), "not_measured");

        let feeder = app.with_token(&app.token("feeds.write services.read", &["c_c418"]));
        let registration = |number: i64, cancelled: bool| {
            json!({"aoo": "AOO1", "year": 2024, "number": number, "direction": "incoming",
                "date": format!("2024-0{}-03", 1 + number % 6), "channel": "pec", "cancelled": cancelled})
        };
        let send = |rows: Vec<Value>| {
            let body: String = rows.iter().map(|row| format!("{row}\n")).collect();
            let path = "/v1/protocol-registrations?administration=c_c418";
            feeder.send("POST", path, Some("application/x-ndjson"), &body).expect(200).json()
        };
        send((1..=1700).map(|number| registration(number, false)).collect());
        let measured = editor.get(&key).expect(200);
        assert_eq!(measured.at("/measured_by/value"), "1700.0");
        assert_eq!(measured.at("/measured_by/metric"), "protocol.incoming");
        assert_eq!(measured.at("/measured_by/from"), "2024-01-01");
        assert_eq!(measured.at("/measured_by/up_to"), "2024-06-03");
        assert_eq!(measured.at("/evaluation/status"), "on_track");

        // A correction of the counts corrects it, and the batch's event tells what was corrected.
        let report = send((1..=200).map(|number| registration(number, true)).collect());
        let corrected = editor.get(&key).expect(200);
        assert_eq!(corrected.at("/measured_by/value"), "1500.0");
        assert_eq!(corrected.at("/evaluation/status"), "at_risk");
        assert_ne!(corrected.etag(), measured.etag());
        let events =
            app.as_auditor("c_c418").get("/v1/audit-events?resource=protocol-registrations").expect(200).json();
        let event = events["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(event["resource_id"], report["digest"]);
        assert_eq!(event["after_state"]["corrections"].as_array().unwrap().len(), 200);

        // As it stood at the end of March, and no sooner than it was registered.
        let march = editor.get(&format!("{key}?as_of=2024-03-31")).expect(200);
        assert_eq!(march.at("/measured_by/to"), "2024-03-31");

        let typed = json!({"indicator_id": corrected.at("/id"), "period": "2024", "value": 3200});
        editor.post("/v1/measurements", typed).refused(409, "");
        import(CEDRASCO);
        assert_eq!(editor.get(&key).expect(200).at("/metric"), "protocol.incoming");
    });
}

#[test]
fn a_share_keeps_its_parts() {
    both(|app| {
        let admin = app.as_administrator();
        let service = json!({"administration": "c_b507", "code": "tari", "name": "TARI", "status": "active"});
        admin.post("/v1/digital-services", service).expect(201);
        let plan = json!({"administration": "c_b507", "code": "p", "title": "P", "kind": "performance", "start_year": 2023, "end_year": 2024});
        let plan_id = admin.post("/v1/plans", plan).expect(201).at("/id");
        let make = |code: &str, metric: &str, target: &str| {
            let indicator = json!({"plan_id": plan_id, "code": code, "title": code, "target": target, "target_year": 2023,
                "polarity": "higher_is_better", "metric": metric});
            format!("/v1/indicators/{}", admin.post("/v1/indicators", indicator).expect(201).at("/id"))
        };
        let share = make("share", "usage.online_share", "Almeno 20%");
        let services = make("services", "services.online", "1");
        let amount = make("amount", "usage.pagopa_amount", "100");
        let usage = json!({"service_code": "tari", "month": "2023-04", "submissions_completed": 30,
            "pagopa_amount": {"amount": "123.45", "currency": "EUR"}});
        admin.post("/v1/service-usage?administration=c_b507", json!({"items": [usage]})).expect(200);
        admin.put("/v1/protocol-days/c_b507~AOO1~2023-04-03", json!({"incoming": 120, "outgoing": 1})).expect(201);
        let shown = admin.get(&share).expect(200);
        assert_eq!(
            (shown.at("/measured_by/numerator"), shown.at("/measured_by/denominator")),
            ("30.0".into(), "120.0".into())
        );
        assert_eq!(shown.at("/evaluation/status"), "achieved");
        assert_eq!(admin.get(&services).expect(200).at("/measured_by/value"), "1.0");
        assert_eq!(admin.get(&amount).expect(200).at("/measured_by/value"), "123.45");
        let wrong = json!({"plan_id": plan_id, "code": "x", "title": "x", "metric": "protocol.lost"});
        admin.post("/v1/indicators", wrong).refused(422, "/metric");
        let known = admin.get("/v1/metric-definitions").expect(200).json();
        assert_eq!(known["items"].as_array().unwrap().len(), 17);
    });
}

#[test]
fn procedures_within_their_term_are_summed_over_procedures_and_each_period_once() {
    both(|app| {
        let admin = app.as_administrator();
        let plan = json!({"administration": "c_b507", "code": "p", "title": "P", "kind": "performance", "start_year": 2023, "end_year": 2024});
        let plan_id = admin.post("/v1/plans", plan).expect(201).at("/id");
        let indicator = json!({"plan_id": plan_id, "code": "1", "title": "Procedimenti nei termini", "target": "Almeno 90%",
            "target_year": 2023, "polarity": "higher_is_better", "metric": "procedures.within_term"});
        let path = format!("/v1/indicators/{}", admin.post("/v1/indicators", indicator).expect(201).at("/id"));
        assert_eq!(admin.get(&path).expect(200).at("/evaluation/status"), "not_measured");
        let procedure = |code: &str| {
            let body = json!({"administration": "c_b507", "code": code, "name": code});
            admin.post("/v1/procedures", body).expect(201).at("/id")
        };
        let (permits, records) = (procedure("scia"), procedure("anagrafe"));
        let tell = |procedure: &str, period: &str, cases: i64, within: Option<i64>| {
            let mut body = json!({"procedure_id": procedure, "period": period, "cases": cases});
            if let Some(within) = within {
                body["within_term"] = json!(within);
            }
            admin.post("/v1/procedure-times", body).expect(201);
        };
        tell(&permits, "2023", 100, Some(80));
        tell(&permits, "2023-Q1", 30, Some(30));
        tell(&records, "2023-S1", 60, Some(60));
        tell(&records, "2023-S2", 500, None);
        tell(&records, "2024-Q1", 7, Some(0));
        let shown = admin.get(&path).expect(200);
        let parts =
            ["numerator", "denominator", "counted", "up_to"].map(|part| shown.at(&format!("/measured_by/{part}")));
        assert_eq!(parts, ["140.0", "160.0", "2", "2023-12-31"]);
        assert_eq!(shown.at("/evaluation/status"), "partly_achieved");
        // In the middle of the year what ended by then is known: the first quarter.
        let spring = admin.get(&format!("{path}?as_of=2023-05-01")).expect(200);
        assert_eq!(
            (spring.at("/measured_by/numerator"), spring.at("/measured_by/up_to")),
            ("30.0".into(), "2023-03-31".into())
        );
    });
}
