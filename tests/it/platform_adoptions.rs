//! Adoption of the national platforms, on any day.

use crate::harness::lifecycle::lifecycle;
use crate::harness::{Client, both, resources};
use serde_json::{Value, json};

lifecycle!(resources::platform_adoptions);

const PATH: &str = "/v1/platform-adoptions";

/// Campi Bisenzio on 28 February 2021, from its plan.
fn baseline() -> Vec<Value> {
    let arpa = "ARPA Regione Toscana";
    vec![
        json!({"platform": "ipa", "status": "active", "identifier": "AOOCCB"}),
        json!({"platform": "pec", "status": "active"}),
        json!({"platform": "cie_issuing", "active_from": "2017-12-01", "desk_count": 4}),
        json!({"platform": "anpr", "active_from": "2019-11-28"}),
        json!({"platform": "spid", "active_from": "2017-03-01", "intermediary": arpa}),
        json!({"platform": "cie_login", "active_from": "2017-03-01", "intermediary": arpa}),
        json!({"platform": "cns", "active_from": "2017-03-01", "intermediary": arpa}),
        json!({"platform": "app_io", "active_from": "2020-06-15", "service_count": 2}),
        json!({"platform": "pagopa", "active_from": "2016-12-01", "pos_count": 5, "service_count": 35,
            "note": "5 POS da febbraio 2021"}),
        json!({"platform": "send", "planned_on": "2023-01-01", "started_on": "2023-06-01", "active_from": "2024-02-01"}),
    ]
}

fn state(editor: &Client) {
    for mut adoption in baseline() {
        adoption["administration"] = "c_b507".into();
        let path = format!("{PATH}/c_b507~{}", adoption["platform"].as_str().unwrap());
        editor.put(&path, adoption.clone()).expect(201);
        editor.put(&path, adoption).expect(200);
    }
}

fn platforms(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("{PATH}?administration=c_b507&{query}")).expect(200).json();
    let name = |one: &Value| one["platform"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(name).collect()
}

#[test]
fn the_baseline_of_campi_bisenzio_is_read_back_as_of_its_day() {
    both(|app| {
        let editor = app.as_editor("c_b507");
        state(&editor);
        let reader = app.as_reader("c_b507");
        let page = reader.get(&format!("{PATH}?administration=c_b507&as_of=2021-02-28")).expect(200).json();
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 9);
        for (item, stated) in items.iter().zip(baseline()) {
            assert_eq!(item["status"], "active");
            for (field, value) in stated.as_object().unwrap() {
                assert_eq!(&item[field], value, "{field} of {item}");
            }
        }
        assert_eq!(platforms(&reader, "as_of=2017-01-01&status=active"), ["ipa", "pec", "pagopa"]);
        assert_eq!(platforms(&reader, "as_of=2023-01-01&status=planned"), ["send"]);
        assert_eq!(platforms(&reader, "as_of=2023-12-31&status=in_progress"), ["send"]);
        assert_eq!(platforms(&reader, "status=active&platform=send"), ["send"]);
        assert_eq!(platforms(&reader, "as_of=2022-12-31&platform=send"), Vec::<String>::new());
    });
}

#[test]
fn an_adoption_lives_from_post_to_delete() {
    both(|app| {
        let editor = app.as_editor("c_b507");
        let grant = json!({"cup": "d21f22003770006", "notice": "1.4.3 - pagoPA", "status": "financed",
            "status_on": "2022-10-07", "amount": {"amount": "2000.00", "currency": "EUR"}});
        let sent =
            json!({"administration": "c_b507", "platform": "pagopa", "started_on": "2022-10-07", "grants": [grant]});
        let made = editor.post(PATH, sent.clone()).expect(201);
        assert_eq!((made.at("/status"), made.at("/grants/0/cup")), ("in_progress".into(), "D21F22003770006".into()));
        assert_eq!(made.at("/grants/0/amount/amount"), "2000.00");
        editor.post(PATH, sent).refused(409, "");
        let path = format!("{PATH}/c_b507~pagopa");
        let patched = app.as_editor("c_b507").seen(&made.etag()).patch(&path, json!({"active_from": "2024-01-01"}));
        assert_eq!(patched.expect(200).at("/status"), "active");
        app.as_editor("c_b507").seen("*").patch(&path, json!({"platform": "spid"})).refused(422, "/platform");
        app.as_reader("c_c418").get(&path).refused(404, "");
        app.as_editor("c_c418").seen("*").delete(&path).refused(404, "");
        app.as_editor("c_b507").seen("*").delete(&path).expect(204);
        editor.get(&path).refused(404, "");
    });
}

#[test]
fn bad_input_is_refused_by_field() {
    both(|app| {
        let editor = app.as_editor("c_b507");
        let grant = |field: &str, value: Value| {
            let mut grant =
                json!({"cup": "D21F22003770006", "notice": "x", "status": "paid", "status_on": "2022-10-07"});
            grant[field] = value;
            json!({"grants": [grant]})
        };
        for (more, field) in [
            (json!({"platform": "fax"}), "/platform"),
            (json!({"pos_count": -1}), "/pos_count"),
            (json!({"desk_count": 1.5}), "/desk_count"),
            (json!({"service_count": 1_000_001}), "/service_count"),
            (json!({"active_from": "2020-01-01", "withdrawn_on": "2019-01-01"}), "/withdrawn_on"),
            (json!({"planned_on": "2020-01-01", "status": "active"}), "/active_from"),
            (json!({"active_from": "2020-01-01", "status": "in_progress"}), "/status"),
            (json!({"started_on": "2020-01-01", "active_from": "2021-01-01", "status": "in_progress"}), "/status"),
            (grant("amount", json!({"amount": "2000", "currency": "EUR"})), "/grants/0/amount/amount"),
            (grant("amount", json!({"amount": "2000.00", "currency": "USD"})), "/grants/0/amount/currency"),
            (grant("cup", json!("D2")), "/grants/0/cup"),
            (grant("status_on", json!("2022-13-01")), "/grants/0/status_on"),
        ] {
            let mut adoption = json!({"administration": "c_b507", "platform": "pagopa"});
            for (name, value) in more.as_object().unwrap() {
                adoption[name] = value.clone();
            }
            editor.post(PATH, adoption).refused(422, field);
        }
        let other = json!({"administration": "c_b507", "platform": "spid"});
        editor.put(&format!("{PATH}/c_b507~pagopa"), other).refused(422, "/platform");
        assert_eq!(platforms(&editor, ""), Vec::<String>::new());
    });
}
