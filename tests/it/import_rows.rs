//! Files of rows: what they become, what is refused and where, that a second reading changes nothing, who may send them.

use crate::harness::resources::{HOME, OTHER};
use crate::harness::{Answer, Client, TestApp, both, both_with, raw};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::Write;

const CSV: &str = "text/csv; charset=utf-8";
const NDJSON: &str = "application/x-ndjson";

fn send(client: &Client, query: &str, content_type: &str, text: &str) -> Answer {
    client.send("POST", &format!("/v1/imports?{query}"), Some(content_type), text)
}

/// The report of an import that was carried out within its request.
#[track_caller]
fn loaded(client: &Client, query: &str, content_type: &str, text: &str) -> Value {
    let answer = send(client, query, content_type, text).expect(201).json();
    assert_eq!(answer["status"], "done", "{answer}");
    answer["report"].clone()
}

/// Inserted, updated, unchanged, refused.
fn counts(report: &Value) -> [i64; 4] {
    ["inserted", "updated", "unchanged", "refused"].map(|name| report[name].as_i64().unwrap())
}

/// The one that is part of another stands first.
const UNITS: &str = "administration,code,name,parent_code\nc_c418,1.1,Ufficio tecnico,1\nc_c418,1,Settore uno,\n";
const PLANS: &str = "administration;code;title;kind;status;start_year;end_year;approval_act\r\n\
     c_c418;perf;\"Piano; performance\";performance;draft;2022;2024;\"{\"\"kind\"\":\"\"deliberazione\"\",\
     \"\"number\"\":\"\"7\"\",\"\"date\"\":\"\"2022-03-01\"\"}\"\r\n";
const SECTIONS: &str = "plan_code\tcode\ttitle\nperf\tA\tServizi online\n";
const OBJECTIVES: &str = "{\"plan_code\":\"perf\",\"section_code\":\"A\",\"unit_code\":\"1.1\",\"code\":\"4\",\"title\":\"Pagamenti\",\
     \"scope\":\"sectoral\",\"assignees\":[\"Ragioneria\"],\"weight\":20,\"budget_links\":[{\"mission\":\"01\",\"programme\":\"08\",\
     \"mission_name\":\"x\",\"programme_name\":\"y\",\"warnings\":[\"w\"]}],\"revision\":77,\"id\":\"other\"}\n";
const PHASES: &str = "plan_code,objective_code,code,title,schedule\nperf,4,1,Avvio,\"[\"\"2022-Q3\"\",\"\"2023\"\"]\"\nperf,,P,Azione,\n";
const INDICATORS: &str = "plan_code,objective_code,code,title,target,yearly_targets,reading,weight\n\
     perf,4,1,Variazione,'+10% rispetto al 2021,,{},12.5\nperf,4,2,Quota,Almeno 80%,\"[{\"\"year\"\":2022,\"\"target\"\":\"\"70%\"\",\"\"reading\"\":{}}]\",,\n";
const MEASUREMENTS: &str = "administration,plan_code,objective_code,indicator_code,period,numerator,denominator,version\n\
     c_c418,perf,4,2,2022,150,200,3\nc_c418,perf,4,2,2023,180,200,\n";
const PROCEDURES: &str = "code,name,unit_code,maximum_days,online_rights,forms\nP1,Accesso agli atti,1.1,30,\"{\"\"tracking\"\":true}\",[]\n";
const TIMES: &str = "procedure_code,period,cases,within_term,median_days\nP1,2023,40,36,21.5\n";
const SERVICES: &str = "code,name,procedure_code,status,active_from,authentication_types,on_pagopa\n\
     tari,Tassa rifiuti,P1,planned,2020-01-01,\"[\"\"SPIDL2\"\"]\",true\n";
const ADOPTIONS: &str = "platform,status,active_from,pos_count\npagopa,active,2019-01-01,5\nspid,planned,,\n";
const USAGE: &str = "service_code,month,accesses,pagopa_amount,satisfaction,satisfaction_mean\n\
     tari,2024-01,12,20.50,\"[0,0,1,2,3]\",4.33\ntari,2024-02,13,,,\n";
const DAYS: &str = "aoo,date,incoming,outgoing\nAOO1,2024-04-11,188,74\nAOO1,2024-04-12,9,4\n";
const REGISTRATIONS: &str = "aoo,year,number,direction,date,cancelled\nAOO1,2024,1,incoming,2024-06-03,false\n";

/// A file of each kind, parents first, and how many rows it has.
const ALL: [(&str, &str, &str, i64); 14] = [
    ("units", CSV, UNITS, 2),
    ("plans", CSV, PLANS, 1),
    ("sections", CSV, SECTIONS, 1),
    ("objectives", NDJSON, OBJECTIVES, 1),
    ("phases", CSV, PHASES, 2),
    ("indicators", CSV, INDICATORS, 2),
    ("measurements", CSV, MEASUREMENTS, 2),
    ("procedures", CSV, PROCEDURES, 1),
    ("procedure-times", CSV, TIMES, 1),
    ("digital-services", CSV, SERVICES, 1),
    ("platform-adoptions", CSV, ADOPTIONS, 2),
    ("service-usage", CSV, USAGE, 2),
    ("protocol-days", CSV, DAYS, 2),
    ("protocol-registrations", CSV, REGISTRATIONS, 1),
];

fn load_all(app: &TestApp) {
    for (resource, content_type, text, rows) in ALL {
        let report =
            loaded(&app.as_administrator(), &format!("resource={resource}&administration={HOME}"), content_type, text);
        assert_eq!(counts(&report), [rows, 0, 0, 0], "{resource}: {report}");
    }
}

#[test]
fn rows_of_every_kind_become_records_and_a_second_reading_changes_nothing() {
    both(|app| {
        load_all(app);
        let reader = app.as_administrator();
        let objective = reader.get("/v1/objectives/c_c418~perf~4?embed=phases,indicators").expect(200);
        assert_eq!(objective.at("/budget_links/0/programme_name"), "Statistica e sistemi informativi");
        assert_eq!(objective.at("/phases/0/schedule/0"), "2022-Q3");
        assert_eq!(objective.at("/indicators/0/target"), "+10% rispetto al 2021");
        assert_eq!(objective.at("/indicators/1/yearly_targets/0/reading/value"), "70");
        let measured = reader.get("/v1/measurements/c_c418~perf~4~2~2022").expect(200);
        assert_eq!((measured.at("/numerator"), measured.at("/version")), ("150.0".to_owned(), "1".to_owned()));
        assert_eq!(reader.get("/v1/phases/c_c418~perf~~P").expect(200).at("/title"), "Azione");
        assert_eq!(reader.get("/v1/digital-services/c_c418~tari").expect(200).at("/status"), "active");
        let usage = reader.get("/v1/service-usage?administration=c_c418&service_code=tari").expect(200);
        assert_eq!(
            (usage.at("/items/0/pagopa_amount/amount"), usage.at("/items/0/satisfaction/4")),
            ("20.50".to_owned(), "3".to_owned())
        );
        assert_eq!(reader.get("/v1/protocol-days/c_c418~AOO1~2024-04-11").expect(200).at("/incoming"), "188");
        let before = app.events(HOME);
        for (resource, content_type, text, rows) in ALL {
            let again = loaded(&reader, &format!("resource={resource}&administration={HOME}"), content_type, text);
            assert_eq!(counts(&again), [0, 0, rows, 0], "{resource}");
        }
        assert_eq!(app.events(HOME), before);
    });
}

#[test]
fn a_column_that_a_csv_lacks_keeps_what_is_stored_and_an_empty_cell_clears_it() {
    both(|app| {
        load_all(app);
        let editor = app.as_editor(HOME);
        let query = format!("resource=indicators&administration={HOME}");
        let retitled = "plan_code,objective_code,code,title\nperf,4,1,Altro titolo\n";
        assert_eq!(counts(&loaded(&editor, &query, CSV, retitled)), [0, 1, 0, 0]);
        let shown = editor.get("/v1/indicators/c_c418~perf~4~1").expect(200);
        assert_eq!((shown.at("/title"), shown.at("/weight")), ("Altro titolo".to_owned(), "12.5".to_owned()));
        let cleared = "plan_code,objective_code,code,title,weight\nperf,4,1,Altro titolo,\n";
        assert_eq!(counts(&loaded(&editor, &query, CSV, cleared)), [0, 1, 0, 0]);
        let shown = editor.get("/v1/indicators/c_c418~perf~4~1").expect(200).json();
        assert_eq!((shown.get("weight"), &shown["target"]), (None, &json!("+10% rispetto al 2021")));
        // A JSON object is the whole record, as in a PUT.
        let whole = "{\"plan_code\":\"perf\",\"objective_code\":\"4\",\"code\":\"1\",\"title\":\"Altro titolo\"}\n";
        assert_eq!(counts(&loaded(&editor, &query, NDJSON, whole)), [0, 1, 0, 0]);
        assert_eq!(editor.get("/v1/indicators/c_c418~perf~4~1").expect(200).json().get("target"), None);
    });
}

/// Good rows and bad ones, of two administrations.
fn mixed() -> String {
    let mut text = String::from("administration,plan_code,objective_code,indicator_code,period,value\n");
    text.push_str("c_c418,perf,4,2,2022,3\nc_c418,perf,4,2,2031,4\nc_c418,perf,4,9,2022,4\nc_c418,perf,4,2,2023,x\n");
    text.push_str("c_c418,perf,4,2,2022,5\nc_zzzz,perf,4,2,2022,5\nc_c418,perf,4,2,2022,5\nc_c418,perf,4,2\n");
    text
}

fn refusals(client: &Client, id: &str) -> Vec<Value> {
    client.pages(&format!("/v1/imports/{id}/refusals?limit=200")).concat()
}

#[test]
fn a_dry_run_answers_as_the_import_and_all_or_nothing_loads_nothing() {
    both(|app| {
        load_all(app);
        let (editor, text) = (app.as_administrator(), mixed());
        let before = app.events(HOME);
        let dry = send(&editor, "resource=measurements&dry_run=true", CSV, &text).expect(201);
        let nothing = send(&editor, "resource=measurements&mode=all_or_nothing", CSV, &text).expect(201);
        assert_eq!(counts(&nothing.json()["report"]), [0, 0, 0, 5]);
        assert_eq!(nothing.at("/report/outcome"), "nothing_loaded");
        assert_eq!(app.events(HOME), before);
        let done = send(&editor, "resource=measurements", CSV, &text).expect(201);
        assert_eq!(counts(&done.json()["report"]), [0, 2, 1, 5], "{}", done.text);
        let told = refusals(&editor, &done.at("/id"));
        let named: Vec<_> =
            told.iter().map(|one| (one["line"].as_i64().unwrap(), one["field"].as_str().unwrap())).collect();
        assert_eq!(named, [(3, "/period"), (4, "/indicator_code"), (5, "/value"), (7, "/administration"), (9, "")]);
        assert_eq!(told[1]["reason"], "there is no indicator of this code in perf~4 of c_c418");
        assert_eq!((refusals(&editor, &dry.at("/id")), refusals(&editor, &nothing.at("/id"))), (told.clone(), told));
        let (mut dry, mut done) = (dry.json()["report"].clone(), done.json()["report"].clone());
        assert_eq!((dry["outcome"].take(), done["outcome"].take()), (json!("would_load"), json!("loaded")));
        dry["dry_run"] = false.into();
        assert_eq!(dry, done);
        let value = editor.get("/v1/measurements/c_c418~perf~4~2~2022").expect(200);
        assert_eq!((value.at("/value"), value.at("/version")), ("5.0".to_owned(), "3".to_owned()));
        // What all can be accepted of is loaded at once.
        let good = "administration,plan_code,objective_code,indicator_code,period,value\nc_c418,perf,4,2,2024,3\n";
        let all = loaded(&editor, "resource=measurements&mode=all_or_nothing", CSV, good);
        assert_eq!((counts(&all), &all["outcome"]), ([1, 0, 0, 0], &json!("loaded")));
    });
}

#[test]
fn every_refused_row_is_told_however_many() {
    both(|app| {
        load_all(app);
        let mut text = String::from("service_code,month,accesses,users\n");
        for n in 0..5000 {
            text.push_str(&format!("tari,2031-{:02},-{n},-1\n", n % 12 + 1));
        }
        text.push_str("tari,2024-03,1,1\n");
        let feeder = app.with_token(&app.token("feeds.write", &[HOME]));
        let done = send(&feeder, &format!("resource=service-usage&administration={HOME}"), CSV, &text).expect(201);
        assert_eq!(counts(&done.json()["report"]), [1, 0, 0, 5000]);
        let told = refusals(&feeder, &done.at("/id"));
        // Each for its month and its users, all but the first for its accesses.
        assert_eq!(told.len(), 5000 * 3 - 1);
        assert_eq!(done.json()["report"]["refusals"], json!(told.len()));
        assert!(told.windows(2).all(|two| two[0]["line"].as_i64() <= two[1]["line"].as_i64()));
        let lines: std::collections::BTreeSet<_> = told.iter().map(|one| one["line"].as_i64().unwrap()).collect();
        assert_eq!(lines, (2..=5001).collect());
    });
}

#[test]
fn an_import_that_takes_long_is_told_of_while_it_runs() {
    both(|app| {
        load_all(app);
        let editor = || app.as_editor(HOME).header("Prefer", "respond-async");
        let mut text = String::from("plan_code,code,title\n");
        (0..1200).for_each(|n| text.push_str(&format!("perf,S{n},Sezione {n}\n")));
        let begun = send(&editor(), &format!("resource=sections&administration={HOME}"), CSV, &text).expect(202);
        assert_eq!((begun.at("/status"), begun.at("/report/rows")), ("running".to_owned(), "1200".to_owned()));
        let place = begun.header("location").strip_prefix(crate::harness::PUBLIC_URL).unwrap().to_owned();
        app.as_reader(OTHER).get(&place).refused(404, "");
        app.with_token(&app.token("services.read", &[HOME])).get(&place).refused(404, "");
        let result = loop {
            let shown = app.as_reader(HOME).get(&place);
            if shown.status == 303 {
                break shown.header("location").strip_prefix(crate::harness::PUBLIC_URL).unwrap().to_owned();
            }
            assert_eq!(shown.expect(200).at("/status"), "running");
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        let done = app.as_reader(HOME).get(&result).expect(200);
        assert_eq!((counts(&done.json()["report"]), done.at("/status")), ([1200, 0, 0, 0], "done".to_owned()));
        assert_eq!(app.as_reader(HOME).pages("/v1/sections?limit=200").concat().len(), 1201);
    });
}

#[test]
fn an_import_whose_process_died_is_shown_as_failed_and_can_be_sent_again() {
    both(|app| {
        load_all(app);
        let text = "plan_code,code,title\nperf,B,Altra\n";
        let query = format!("resource=sections&administration={HOME}");
        let done = send(&app.as_editor(HOME), &query, CSV, text).expect(201);
        let id = done.at("/id");
        // As it stands when a process dies between two batches.
        let stop = |conn: &mut traguardo::db::AnyConnection| {
            use diesel::prelude::*;
            use traguardo::db::schema::imports;
            let row = imports::table.filter(imports::id.eq(id.as_str()));
            Ok(diesel::update(row).set(imports::status.eq("running")).execute(conn)?)
        };
        assert_eq!(app.db.read_now(stop).unwrap(), 1);
        let place = format!("/v1/imports/{id}");
        assert_eq!(app.as_reader(HOME).get(&place).expect(200).at("/status"), "running");
        app.set_time(crate::harness::NOW + 120_000_000);
        app.as_reader(HOME).get(&place).expect(303);
        let failed = app.as_reader(HOME).get(&format!("{place}/result")).expect(200);
        assert_eq!(failed.at("/status"), "failed");
        assert!(failed.at("/report/failure").contains("send the file again"), "{}", failed.text);
        assert_eq!(counts(&loaded(&app.as_editor(HOME), &query, CSV, text)), [0, 0, 1, 0]);
    });
}

#[test]
fn a_file_that_is_wrong_as_a_whole_is_refused_and_nothing_of_it_loaded() {
    both(|app| {
        load_all(app);
        let editor = app.as_editor(HOME);
        let query = format!("resource=sections&administration={HOME}");
        let unknown = send(&editor, &query, CSV, "plan_code,code,colour,title,code\nperf,B,red,T,B\n");
        let unknown = unknown.refused(422, "colour").refused(422, "code");
        assert!(unknown.at("/errors/0/detail").contains("they are administration, plan_id, plan_code, code, title"));
        send(&editor, &query, CSV, "plan_code,code,title\n").refused(400, "");
        send(&editor, &query, CSV, "").refused(400, "");
        let packed = gzip(format!("plan_code,code,title\n{}", "perf,B,Altra\n".repeat(2000)).as_bytes());
        let cut = post_bytes(app, &query, "text/csv", Some("gzip"), &packed[..packed.len() - 6]).refused(400, "");
        assert!(cut.at("/detail").contains("breaks off"), "{}", cut.text);
        post_bytes(app, &query, "text/csv", Some("gzip"), b"plan_code,code,title\n").refused(400, "");
        post_bytes(app, &query, "text/csv", Some("br"), b"x").refused(415, "");
        let latin =
            post_bytes(app, &query, "text/csv", None, b"plan_code,code,title\nperf,B,Citt\xe0\n").refused(400, "");
        assert!(latin.at("/detail").starts_with("Line 2 is not in UTF-8"), "{}", latin.text);
        send(&editor, "administration=c_c418", CSV, SECTIONS).refused(422, "resource");
        send(&editor, &format!("{query}&code=x&start_year=2024"), CSV, SECTIONS).refused(422, "start_year");
        send(&editor, &query, "text/plain", SECTIONS).refused(422, "resource");
        send(&editor, "resource=sections", CSV, SECTIONS).refused(422, "administration");
        send(&editor, &query, "application/json", "{}").refused(415, "");
        assert_eq!(app.as_reader(HOME).pages("/v1/sections").concat().len(), 1);
        let whole = post_bytes(app, &query, "text/csv", Some("gzip"), &packed).expect(201).json();
        assert_eq!(counts(&whole["report"]), [1, 0, 1999, 0]);
    });
}

#[test]
fn an_upload_beyond_the_limit_is_refused_before_it_fills_anything() {
    both_with(&[("TRAGUARDO_IMPORT_FILE_LIMIT", "5000")], |app| {
        let token = app.token("planning.edit", &[HOME]);
        let head = format!(
            "POST /v1/imports?resource=sections&administration={HOME} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\nContent-Type: text/csv\r\n"
        );
        // Announced: not one byte of the body is waited for.
        raw(app.address, format!("{head}Content-Length: 5368709120\r\n\r\n").as_bytes()).refused(413, "");
        let body = format!("plan_code,code,title\n{}", "perf,B,Altra\n".repeat(1000));
        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        raw(app.address, chunked.as_bytes()).refused(413, "");
        let bomb = post_bytes(
            app,
            "resource=sections&administration=c_c418",
            "text/csv",
            Some("gzip"),
            &gzip(body.as_bytes()),
        );
        assert!(bomb.refused(413, "").at("/detail").contains("Unpacked"));
    });
}

#[test]
fn rows_are_brought_in_by_who_may_and_for_whom() {
    both(|app| {
        load_all(app);
        let day = "administration,aoo,date,incoming,outgoing\n";
        let both_of =
            format!("{day}{HOME},AOO1,2024-05-02,1,1\n{OTHER},AOO1,2024-05-02,2,2\n{HOME},AOO1,2024-05-03,1,1\n");
        // A planner sends no counts, and who may send one administration's sends no other's.
        send(&app.as_editor(HOME), "resource=protocol-days", CSV, &both_of).refused(403, "");
        let feeder = |homes: &[&str]| app.with_token(&app.token("feeds.write", homes));
        send(&feeder(&[HOME]), &format!("resource=protocol-days&administration={OTHER}"), CSV, &both_of)
            .refused(403, "");
        send(&feeder(&[HOME]), "resource=plans", CSV, PLANS).refused(403, "");
        let own = send(&feeder(&[HOME]), "resource=protocol-days", CSV, &both_of).expect(201);
        assert_eq!(counts(&own.json()["report"]), [2, 0, 0, 1]);
        let told = refusals(&feeder(&[HOME]), &own.at("/id"));
        assert_eq!((told.len(), &told[0]["line"], &told[0]["field"]), (1, &json!(3), &json!("/administration")));
        let all = send(&feeder(&[HOME, OTHER]), "resource=protocol-days", CSV, &both_of).expect(201);
        assert_eq!(counts(&all.json()["report"]), [1, 0, 2, 0]);
        let at_once =
            send(&feeder(&[HOME, OTHER]), "resource=protocol-days&mode=all_or_nothing", CSV, &both_of).expect(201);
        assert_eq!(counts(&at_once.json()["report"]), [0, 0, 3, 0]);
        // An import of several is its sender's to look at.
        let path = format!("/v1/imports/{}/result", all.at("/id"));
        feeder(&[HOME, OTHER]).get(&path).expect(200);
        app.with_token(&app.token("planning.read", &[HOME, OTHER])).get(&path).refused(404, "");
        let id = all.at("/id");
        app.db
            .read_now(|conn| {
                use diesel::prelude::*;
                use traguardo::db::schema::imports;
                let row = imports::table.filter(imports::id.eq(id.as_str()));
                Ok(diesel::update(row).set(imports::sender.eq("another-client")).execute(conn)?)
            })
            .unwrap();
        feeder(&[HOME, OTHER]).get(&path).refused(404, "");
        app.as_administrator().get(&path).expect(200);
    });
}

#[test]
fn one_administrations_import_does_not_hold_up_anothers_writes() {
    both(|app| {
        load_all(app);
        let mut text = String::from("plan_code,code,title\n");
        (0..3000).for_each(|n| text.push_str(&format!("perf,S{n},Sezione {n}\n")));
        let editor = app.as_editor(HOME).header("Prefer", "respond-async");
        let begun = send(&editor, &format!("resource=sections&administration={HOME}"), CSV, &text).expect(202);
        let place = begun.header("location").strip_prefix(crate::harness::PUBLIC_URL).unwrap().to_owned();
        let mut written = 0;
        while app.as_reader(HOME).get(&place).status == 200 {
            let unit = json!({"administration": OTHER, "code": format!("U{written}"), "name": "Ufficio"});
            app.as_editor(OTHER).post("/v1/units", unit).expect(201);
            written += 1;
        }
        assert!(written > 0, "the import was over before anybody else could write");
        let done = app.as_reader(HOME).get(&format!("{place}/result")).expect(200).json();
        assert_eq!(counts(&done["report"]), [3000, 0, 0, 0]);
    });
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

/// Bytes that are no text, as an editor of the one administration.
fn post_bytes(app: &TestApp, query: &str, content_type: &str, encoding: Option<&str>, body: &[u8]) -> Answer {
    let token = app.token("planning.edit", &[HOME]);
    let encoding = encoding.map(|name| format!("Content-Encoding: {name}\r\n")).unwrap_or_default();
    let head = format!(
        "POST /v1/imports?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {content_type}\r\n{encoding}Content-Length: {}\r\n\r\n",
        body.len()
    );
    raw(app.address, &[head.as_bytes(), body].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the rows, a dry run says what the import does, and a second reading changes nothing.
    #[test]
    fn dry_run_import_and_second_reading_agree(rows in prop::collection::vec((0..6, "[A-Za-z0-9 ,;\"'=+-]{0,12}"), 1..40)) {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["administration", "code", "name"]).unwrap();
        for (code, name) in &rows {
            csv.write_record([HOME, &format!("U{code}"), name]).unwrap();
        }
        let text = String::from_utf8(csv.into_inner().unwrap()).unwrap();
        let app = TestApp::start(crate::harness::Backend::Sqlite, &[]);
        let editor = app.as_editor(HOME);
        let dry = loaded(&editor, "resource=units&dry_run=true", CSV, &text);
        let done = loaded(&editor, "resource=units", CSV, &text);
        prop_assert_eq!(counts(&dry), counts(&done));
        let units = editor.pages("/v1/units?limit=200").concat();
        let last: std::collections::BTreeMap<_, _> = rows.iter().filter(|(_, name)| !plain(name).is_empty()).map(|(code, name)| (format!("U{code}"), plain(name))).collect();
        let stored: std::collections::BTreeMap<_, _> = units.iter().map(|unit| (unit["code"].as_str().unwrap().to_owned(), unit["name"].as_str().unwrap().to_owned())).collect();
        prop_assert_eq!(&stored, &last);
        // The last of each code alone: the same rows again would go there and back.
        let mut csv = String::from("administration;code;name\n");
        for (code, name) in &stored {
            csv.push_str(&format!("{HOME};{code};\"{}\"\n", guarded(name).replace('"', "\"\"")));
        }
        if !stored.is_empty() {
            let again = loaded(&editor, "resource=units", CSV, &csv);
            prop_assert_eq!(counts(&again), [0, 0, stored.len() as i64, 0]);
            prop_assert_eq!(editor.pages("/v1/units?limit=200").concat(), units);
        }
    }
}

/// A cell as it is read.
fn plain(cell: &str) -> String {
    let cell = match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '\'']) => rest,
        _ => cell,
    };
    cell.trim().to_owned()
}

/// A cell as an export writes it.
fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '\'']) { format!("'{cell}") } else { cell.to_owned() }
}

#[test]
fn rows_restore_an_approved_plan_for_those_who_may_approve() {
    both(|app| {
        let plan = PLANS.replace(";draft;", ";in_force;");
        let query = |resource: &str| format!("resource={resource}&administration={HOME}");
        let (editor, administrator) = (app.as_editor(HOME), app.as_administrator());
        assert_eq!(counts(&loaded(&editor, &query("plans"), CSV, &plan)), [0, 0, 0, 1]);
        assert_eq!(counts(&loaded(&administrator, &query("plans"), CSV, &plan)), [1, 0, 0, 0]);
        assert_eq!(counts(&loaded(&editor, &query("sections"), CSV, SECTIONS)), [0, 0, 0, 1]);
        assert_eq!(counts(&loaded(&administrator, &query("sections"), CSV, SECTIONS)), [1, 0, 0, 0]);
        // What stands there keeps its rules, whoever comes.
        let retitled = SECTIONS.replace("Servizi online", "Altro");
        assert_eq!(counts(&loaded(&administrator, &query("sections"), CSV, &retitled)), [0, 0, 0, 1]);
    });
}
