//! The inventory of digital services, and its counts on any day.

use crate::harness::lifecycle::lifecycle;
use crate::harness::{Client, both, resources};
use serde_json::{Value, json};

lifecycle!(resources::digital_services);

const PATH: &str = "/v1/digital-services";

fn service(code: &str) -> Value {
    json!({"administration": "C_B507", "code": code, "name": format!("Servizio {code}")})
}

fn with(mut service: Value, more: Value) -> Value {
    for (field, value) in more.as_object().unwrap() {
        service[field] = value.clone();
    }
    service
}

fn codes(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("{PATH}?{query}")).expect(200).json();
    page["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_service_lives_from_post_to_delete() {
    both(|app| {
        let editor = app.as_editor("c_b507");
        let sent = with(
            service("FIDO-12"),
            json!({"category": "1", "audience": "citizens", "channel": "02.1", "interactivity_level": 4,
                "authentication_types": ["SPIDL2", "CIE"], "payment_types": ["Refezione"], "status": "active",
                "active_from": "2018-09-01", "response_term_days": 30, "url": "https://comune.example/refezione"}),
        );
        let made = editor.post(PATH, sent.clone()).expect(201);
        assert_eq!((made.at("/on_pagopa"), made.at("/on_app_io")), ("true".into(), "false".into()));
        let by_codes = format!("{PATH}/c_b507~FIDO-12");
        let read = app.as_reader("c_b507").get(&by_codes).expect(200);
        assert_eq!(read.json(), made.json());
        editor.post(PATH, sent.clone()).refused(409, "");
        let same = editor.put(&by_codes, sent.clone()).expect(200);
        assert_eq!(same.json(), made.json());
        let patch = json!({"withdrawn_on": "2024-01-31", "payment_types": null});
        let changed = app.as_editor("c_b507").seen(&read.etag()).patch(&by_codes, patch).expect(200);
        assert_eq!((changed.at("/status"), changed.at("/on_pagopa")), ("withdrawn".into(), "false".into()));
        app.as_editor("c_b507").seen(&read.etag()).delete(&by_codes).refused(412, "");
        app.as_editor("c_b507").seen(&changed.etag()).delete(&by_codes).expect(204);
        editor.get(&by_codes).refused(404, "");
        let events = app.as_auditor("c_b507").get("/v1/audit-events?resource=digital-services").expect(200).json();
        let actions: Vec<_> = events["items"].as_array().unwrap().iter().map(|one| one["action"].clone()).collect();
        assert_eq!(Value::from(actions), json!(["create", "update", "delete"]));
    });
}

#[test]
fn bad_input_is_refused_by_field() {
    both(|app| {
        let editor = app.as_editor("c_b507");
        for (more, field) in [
            (json!({"code": "a b"}), "/code"),
            (json!({"category": "16"}), "/category"),
            (json!({"channel": "09.9"}), "/channel"),
            (json!({"interactivity_level": 6}), "/interactivity_level"),
            (json!({"interactivity_level": 2.5}), "/interactivity_level"),
            (json!({"authentication_types": ["SPID"]}), "/authentication_types/0"),
            (json!({"authentication_types": ["NONE", "CIE"]}), "/authentication_types/0"),
            (json!({"authentication_types": ["CIE", "CIE"]}), "/authentication_types/1"),
            (json!({"payment_types": ["TARI"], "on_pagopa": false}), "/on_pagopa"),
            (json!({"app_io_services": ["Scadenze"], "on_app_io": false}), "/on_app_io"),
            (json!({"response_term_days": -1}), "/response_term_days"),
            (json!({"url": "comune.example"}), "/url"),
            (json!({"active_from": "2024-02-30"}), "/active_from"),
            (json!({"active_from": "2022-01-01", "withdrawn_on": "2021-01-01"}), "/withdrawn_on"),
            (json!({"active_from": "2022-01-01", "status": "suspended"}), "/suspended_on"),
            (json!({"active_from": "2022-01-01", "status": "planned"}), "/status"),
            (json!({"procedure_id": "019a4b52-7c00-7000-8000-0000000000ff"}), "/procedure_id"),
            (json!({"unit_id": "019a4b52-7c00-7000-8000-0000000000ff"}), "/unit_id"),
            (json!({"colour": "red"}), "/colour"),
            (json!({"administration": "c_zzzz"}), ""),
        ] {
            let status = if field.is_empty() { 403 } else { 422 };
            editor.post(PATH, with(service("1"), more)).refused(status, field);
        }
        app.as_administrator()
            .post(PATH, with(service("1"), json!({"administration": "zz"})))
            .refused(422, "/administration");
        editor.put(&format!("{PATH}/c_b507~other"), service("1")).refused(422, "/code");
        for (query, field) in
            [("status=on", "status"), ("level=x", "level"), ("as_of=oggi", "as_of"), ("colour=1", "colour")]
        {
            editor.get(&format!("{PATH}?{query}")).refused(422, field);
        }
        assert_eq!(codes(&editor, ""), Vec::<String>::new());
    });
}

#[test]
fn each_sees_its_own() {
    both(|app| {
        let made = app.as_editor("c_b507").post(PATH, service("1")).expect(201);
        let stranger = app.as_editor("c_c418");
        let path = format!("{PATH}/{}", made.at("/id"));
        stranger.get(&path).refused(404, "");
        stranger.get(&format!("{PATH}/c_b507~1")).refused(404, "");
        stranger.get("/v1/digital-service-counts?administration=c_b507").refused(404, "");
        app.as_editor("c_c418").seen("*").delete(&path).refused(404, "");
        assert_eq!(codes(&stranger, "administration=c_b507"), Vec::<String>::new());
        app.with_token(&app.token("planning.read", &["c_b507"])).get(&path).refused(403, "");
        app.as_reader("c_b507").post(PATH, service("2")).refused(403, "");
        app.as_nobody().get(&path).refused(401, "");
    });
}

/// Three services whose lives overlap.
fn inventory(editor: &Client) {
    for more in [
        json!({"code": "a", "active_from": "2018-01-01", "withdrawn_on": "2023-01-01", "category": "9", "interactivity_level": 4,
            "authentication_types": ["SPIDL1", "SPIDL2", "CNS"], "payment_types": ["TARI"]}),
        json!({"code": "b", "planned_on": "2020-01-01", "active_from": "2021-06-01", "suspended_on": "2024-01-01",
            "category": "6", "interactivity_level": 3, "authentication_types": ["CIE", "EIDAS"], "on_app_io": true}),
        json!({"code": "c", "active_from": "2025-01-01"}),
        json!({"code": "d", "status": "active", "category": "6"}),
    ] {
        editor.post(PATH, with(service("x"), more)).expect(201);
    }
}

#[test]
fn lists_and_counts_go_by_the_dates() {
    both(|app| {
        let editor = app.as_editor("c_b507");
        inventory(&editor);
        app.as_editor("c_c418").post(PATH, with(service("z"), json!({"administration": "c_c418"}))).expect(201);
        for (query, expected) in [
            ("as_of=2019-06-01", &["a", "d"][..]),
            ("as_of=2020-06-01&status=planned", &["b"]),
            ("as_of=2021-06-01&status=active", &["a", "b", "d"]),
            ("as_of=2024-01-01&status=suspended", &["b"]),
            ("as_of=2024-01-01&status=withdrawn", &["a"]),
            ("as_of=2024-06-30&status=planned", &["c"]),
            ("as_of=2024-06-29&status=planned", &[]),
            ("as_of=2025-01-01&status=active", &["c", "d"]),
            ("status=active", &["d"]),
            ("authentication=SPIDL2", &["a"]),
            ("authentication=EIDAS&category=6", &["b"]),
            ("on_pagopa=true", &["a"]),
            ("on_app_io=true&level=3", &["b"]),
            ("category=6", &["b", "d"]),
        ] {
            assert_eq!(codes(&editor, query), expected, "{query}");
        }
        let page = editor.get(&format!("{PATH}?as_of=2020-06-01&status=planned")).expect(200);
        assert_eq!(page.at("/items/0/status"), "planned");
        let counts = |as_of: &str| {
            editor.get(&format!("/v1/digital-service-counts?administration=c_b507{as_of}")).expect(200).json()
        };
        assert_eq!(
            counts("&as_of=2021-06-01"),
            json!({"administration": "c_b507", "as_of": "2021-06-01", "total": 3, "online": 3,
                "platforms": {"spid": 1, "cie": 1, "cns": 1, "eidas": 1, "pagopa": 1, "app_io": 1},
                "levels": [{"level": 3, "services": 1}, {"level": 4, "services": 1}, {"services": 1}],
                "categories": [{"category": "6", "services": 2}, {"category": "9", "services": 1}],
                "statuses": [{"status": "planned", "services": 0}, {"status": "active", "services": 3},
                    {"status": "suspended", "services": 0}, {"status": "withdrawn", "services": 0}]})
        );
        let today = counts("");
        assert_eq!((&today["total"], &today["online"], &today["as_of"]), (&json!(4), &json!(1), &json!("2024-06-30")));
        // The day of its opening comes: nobody writes anything.
        let path = format!("{PATH}/c_b507~c");
        let before = editor.get(&path).expect(200);
        app.set_time(1_740_000_000_000_000);
        let editor = app.as_editor("c_b507");
        let after = editor.get(&path).expect(200);
        assert_eq!((before.at("/status"), after.at("/status")), ("planned".into(), "active".into()));
        assert_ne!(before.etag(), after.etag());
        app.as_editor("c_b507").seen(&before.etag()).patch(&path, json!({"name": "C"})).expect(200);
        editor.get("/v1/digital-service-counts").refused(422, "administration");
        app.as_administrator().get("/v1/digital-service-counts?administration=zz").refused(422, "administration");
    });
}

#[test]
fn pages_follow_each_other() {
    both(|app| {
        let editor = app.as_editor("c_b507");
        inventory(&editor);
        let page = editor.get(&format!("{PATH}?limit=3&as_of=2024-07-01")).expect(200).json();
        let next = page["_links"]["next"].as_str().unwrap().trim_start_matches("https://traguardo.test");
        let rest = editor.get(next).expect(200).json();
        assert_eq!((page["items"].as_array().unwrap().len(), &rest["items"][0]["code"]), (3, &json!("d")));
        assert!(rest["_links"]["next"].is_null());
    });
}
