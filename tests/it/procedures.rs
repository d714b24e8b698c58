//! The census of procedures and the readings of their times.

use crate::harness::lifecycle::lifecycle;
use crate::harness::{both, resources};
use serde_json::json;

lifecycle!(resources::procedures);

const PATH: &str = "/v1/procedures";
const TIMES: &str = "/v1/procedure-times";

#[test]
fn a_procedure_and_its_times_are_kept() {
    both(|app| {
        let editor = app.as_editor("c_e563");
        let sent = json!({"administration": "c_e563", "code": "SUE-01", "name": "Permesso di costruire",
            "classification": "Edilizia privata", "responsible_office": "Sportello unico edilizia",
            "forms": [{"name": "Domanda", "state": "downloadable"}], "steps": ["Presentazione", "Istruttoria", "Rilascio"],
            "related_codes": ["SUE-02"], "maximum_days": 90, "digital_level": 2,
            "online_rights": {"responsible_named": true}});
        let made = editor.post(PATH, sent.clone()).expect(201);
        assert_eq!(made.at("/online_rights/responsible_named"), "true");
        assert_eq!(made.at("/online_rights/tracking"), "false");
        let path = format!("{PATH}/c_e563~SUE-01");
        assert_eq!(editor.put(&path, sent).expect(200).json(), made.json());
        let list = editor.get(&format!("{PATH}?classification=Edilizia%20privata&digital_level=2")).expect(200);
        assert_eq!(list.at("/items/0/code"), "SUE-01");

        let id = made.at("/id");
        let time = json!({"procedure_id": id, "period": "2024-Q1", "cases": 40, "within_term": 36, "median_days": 21.5,
            "p90_days": 84});
        let reading = editor.put(&format!("{TIMES}/c_e563~SUE-01~2024-Q1"), time.clone()).expect(201);
        assert_eq!(reading.at("/within_term_share"), "0.9");
        assert_eq!(
            editor.put(&format!("{TIMES}/c_e563~SUE-01~2024-Q1"), time.clone()).expect(200).json(),
            reading.json()
        );
        editor.post(TIMES, time).refused(409, "");
        let none = json!({"procedure_id": id, "period": "2023", "cases": 0, "within_term": 0});
        assert!(editor.post(TIMES, none).expect(201).json().get("within_term_share").is_none());
        let page = editor.get(&format!("{TIMES}?procedure_id={id}&period=2024-Q1")).expect(200);
        assert_eq!((page.at("/items/0/cases"), page.at("/items/0/within_term_share")), ("40".into(), "0.9".into()));
        app.as_editor("c_e563").seen("*").delete(&path).refused(409, "");
        app.as_reader("c_b507").get(&path).refused(404, "");
        app.as_reader("c_b507").get(&format!("{TIMES}/{}", reading.at("/id"))).refused(404, "");
        let service = json!({"administration": "c_e563", "code": "1", "name": "Domanda online", "procedure_id": id});
        editor.post("/v1/digital-services", service).expect(201);
        let found = editor.get(&format!("/v1/digital-services?procedure_id={id}")).expect(200);
        assert_eq!(found.at("/items/0/code"), "1");
    });
}

#[test]
fn bad_input_is_refused_by_field() {
    both(|app| {
        let editor = app.as_editor("c_e563");
        let procedure = json!({"administration": "c_e563", "code": "1", "name": "Uno"});
        for (field, value, named) in [
            ("maximum_days", json!(-1), "/maximum_days"),
            ("digital_level", json!(6), "/digital_level"),
            ("forms", json!([{"name": "Modulo", "state": "pdf"}]), "/forms/0/state"),
            ("related_codes", json!(["1"]), "/related_codes/0"),
            ("online_rights", json!({"fast": true}), "/online_rights/fast"),
            ("unit_id", json!("019a4b52-7c00-7000-8000-0000000000ff"), "/unit_id"),
        ] {
            let mut sent = procedure.clone();
            sent[field] = value;
            editor.post(PATH, sent).refused(422, named);
        }
        let id = editor.post(PATH, procedure).expect(201).at("/id");
        let time = json!({"procedure_id": id, "period": "2024-05", "cases": 10, "within_term": 5});
        for (field, value, named) in [
            ("cases", json!(-1), "/cases"),
            ("cases", json!(1.5), "/cases"),
            ("within_term", json!(11), "/within_term"),
            ("median_days", json!(-2), "/median_days"),
            ("period", json!("2024-07"), "/period"),
            ("period", json!("2024-13"), "/period"),
            ("procedure_id", json!("019a4b52-7c00-7000-8000-0000000000ff"), "/procedure_id"),
        ] {
            let mut sent = time.clone();
            sent[field] = value;
            editor.post(TIMES, sent).refused(422, named);
        }
        let mut sent = time.clone();
        sent["median_days"] = json!(20);
        sent["p90_days"] = json!(10);
        editor.post(TIMES, sent).refused(422, "/p90_days");
        app.as_editor("c_b507").post(TIMES, time).refused(422, "/procedure_id");
    });
}
