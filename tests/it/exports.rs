//! Exports: every format tells the same, whole or visibly not at all.

use crate::harness::copy::{DATA_SETS, feed, lines, without_parents};
use crate::harness::operations::records;
use crate::harness::resources::{self, HOME, OTHER};
use crate::harness::{Backend, TestApp, both};
use diesel::RunQueryDsl;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use traguardo::db::AnyConnection;
use traguardo::error::Problem;
use traguardo::reporting::exports::csv::unguarded;

fn execute(app: &TestApp, statement: &str) {
    let run = |conn: &mut AnyConnection| -> Result<(), Problem> {
        let query = diesel::sql_query(statement);
        match conn {
            AnyConnection::Pg(conn) => query.execute(conn)?,
            AnyConnection::Sqlite(conn) => query.execute(conn)?,
        };
        Ok(())
    };
    app.db.read_now(run).unwrap();
}

/// Numbers alike, however they are written.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn an_export_has_the_records_as_they_are_shown() {
    both(|app| {
        records(app);
        feed(app);
        let (aggregator, reader) = (app.as_aggregator(&[HOME]), app.as_reader(HOME));
        for resource in DATA_SETS.iter().filter(|name| **name != "protocol-days") {
            let (exported, end) = lines(&aggregator.get(&format!("/v1/exports/{resource}")).expect(200).text);
            assert_eq!(end["resource"], **resource);
            let query = if *resource == "administrations" { "?istat_code=014016" } else { "" };
            let shown = reader.pages(&format!("/v1/{resource}{query}")).concat();
            assert!(!exported.is_empty(), "no {resource}");
            assert_eq!(exported.len(), shown.len(), "{resource}");
            for record in exported {
                let name = |record: &Value| super::harness::copy::key(resource, record);
                let same =
                    shown.iter().find(|other| name(other) == name(&record)).unwrap_or_else(|| panic!("{record}"));
                for (field, value) in without_parents(resource, record).as_object().unwrap() {
                    assert_eq!(plain(value), plain(&same[field]), "{field} of {resource}");
                }
            }
        }
        let (days, _) = lines(&aggregator.get("/v1/exports/protocol-days").expect(200).text);
        assert_eq!(days[0]["date"], "2024-06-04");
        assert_eq!((&days[0]["incoming"], &days[0]["outgoing"]), (&json!(7), &json!(2)));
        // What a record hangs on stands beside it by its code.
        let (measurements, _) = lines(&aggregator.get("/v1/exports/measurements").expect(200).text);
        assert_eq!(measurements[0]["plan_code"], "performance");
        assert_eq!(measurements[0]["indicator_code"], "3");
    });
}

#[test]
fn a_csv_says_what_the_ndjson_says_and_starts_no_formula() {
    both(|app| {
        let plan_id = resources::performance_plan(app);
        let nasty = ["=1+1", "+39 055", "-5", "@SUM(A1)", "'quoted'", "due, tre", "a \"b\" c", "€ perché", "'=x"];
        for (n, title) in nasty.iter().enumerate() {
            let objective = json!({"plan_id": plan_id, "code": format!("O{n}"), "title": title, "scope": "sectoral",
                "weight": n as f64 + 0.5, "description": format!("{title}\r\nseconda riga\n\"terza\""),
                "assignees": [title, "Tutti"]});
            resources::make(app, "objectives", objective);
        }
        records_of_services(app);
        let aggregator = app.as_aggregator(&[HOME]);
        for resource in DATA_SETS {
            let path = format!("/v1/exports/{resource}");
            let (told, end) = lines(&aggregator.get(&path).expect(200).text);
            let answer = app.as_aggregator(&[HOME]).header("Accept", "text/csv").get(&path).expect(200);
            assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
            assert!(answer.header("vary").starts_with("Accept, Accept-Encoding"));
            assert!(end["cursor"].is_string() && !answer.header("export-cursor").is_empty());
            answer.has_every_header();
            let mut reader = csv::Reader::from_reader(answer.text.as_bytes());
            let header: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
            let mut rows = Vec::new();
            for record in reader.records() {
                let record = record.unwrap();
                let mut fields = serde_json::Map::new();
                for (name, cell) in header.iter().zip(record.iter()) {
                    assert!(!cell.starts_with(['=', '+', '@']), "{cell}");
                    if !cell.is_empty() {
                        fields.insert(name.clone(), json!(unguarded(cell)));
                    }
                }
                rows.push(Value::Object(fields));
            }
            assert_eq!(rows.len(), told.len());
            for (row, line) in rows.iter().zip(&told) {
                let cell = |value: &Value| if value.is_string() { value.clone() } else { json!(value.to_string()) };
                let fields = line.as_object().unwrap().iter();
                let as_cells: BTreeMap<_, _> = fields.map(|(name, value)| (name.clone(), cell(value))).collect();
                for (name, value) in &as_cells {
                    let cell = &row[name];
                    let same = cell == value
                        || serde_json::from_str::<Value>(cell.as_str().unwrap_or_default()).ok().as_ref()
                            == Some(&line[name]);
                    assert!(same, "{name} of {resource}: {cell} and {value}");
                }
                assert_eq!(row.as_object().unwrap().len(), as_cells.len(), "{resource}");
            }
        }
        // Lines end as RFC 4180 has them, and the trailer is a record as long as any.
        let csv = app.as_aggregator(&[HOME]).header("Accept", "text/csv");
        let answer = csv.get("/v1/exports/objectives?trailer=true").expect(200);
        let mut reader = csv::Reader::from_reader(answer.text.as_bytes());
        let last = reader.records().last().unwrap().unwrap();
        assert_eq!(last.iter().take(3).collect::<Vec<_>>(), ["#end", "9", answer.header("export-cursor")]);
        assert!(answer.text.ends_with(",,\r\n"));
    });
}

fn records_of_services(app: &TestApp) {
    let service = json!({"administration": HOME, "code": "tari", "name": "=TARI", "active_from": "2020-01-01",
        "authentication_types": ["SPIDL2", "CIE"]});
    resources::make(app, "digital-services", service);
    let usage = json!({"items": [{"service_code": "tari", "month": "2024-05", "users": 3, "satisfaction": [1, 2, 3, 4, 5],
        "pagopa_amount": {"amount": "18432.50", "currency": "EUR"}}, {"service_code": "tari", "month": "2024-04", "accesses": 9}]});
    let feeder = app.with_token(&app.token("feeds.write", &[HOME]));
    feeder.post("/v1/service-usage?administration=c_c418", usage).expect(200);
}

#[test]
fn observations_come_as_sdmx_csv() {
    both(|app| {
        records_of_services(app);
        let plan_id = resources::performance_plan(app);
        let objective_id = resources::objective(app, &plan_id, "4");
        let with_unit =
            json!({"plan_id": plan_id, "objective_id": objective_id, "code": "1", "title": "Giorni", "unit": "giorni"});
        let measured = resources::make(app, "indicators", with_unit);
        resources::indicator(app, &plan_id, "3");
        for (period, value) in
            [("2024-Q1", json!({"value": 12.5})), ("2024-S1", json!({"numerator": 1.0, "denominator": 4.0}))]
        {
            let mut body = json!({"indicator_id": measured, "period": period});
            body.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
            resources::make(app, "measurements", body);
        }
        let sdmx = app.as_aggregator(&[HOME]).header("Accept", "application/vnd.sdmx.data+csv;version=2.0.0");
        let usage = sdmx.get("/v1/exports/service-usage?from=2024-05").expect(200);
        assert_eq!(usage.header("content-type"), "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8");
        let mut told: Vec<_> = usage.text.split("\r\n").filter(|line| !line.is_empty()).collect();
        assert_eq!(
            told.remove(0),
            "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,ADMINISTRATION,SERVICE,MEASURE,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE"
        );
        let start = "dataflow,TRAGUARDO:SERVICE_USAGE(1.0.0),I,M,014016,c_c418,tari";
        let expected = [
            "users,2024-05,3,NUMBER",
            "pagopa_amount,2024-05,18432.50,EUR",
            "satisfaction_1,2024-05,1,NUMBER",
            "satisfaction_2,2024-05,2,NUMBER",
            "satisfaction_3,2024-05,3,NUMBER",
            "satisfaction_4,2024-05,4,NUMBER",
            "satisfaction_5,2024-05,5,NUMBER",
        ];
        assert_eq!(told, expected.map(|rest| format!("{start},{rest}")));
        let indicators = sdmx.get("/v1/exports/indicators").expect(200);
        let mut told: Vec<_> = indicators.text.split("\r\n").skip(1).filter(|line| !line.is_empty()).collect();
        told.sort_unstable();
        let start = "dataflow,TRAGUARDO:INDICATORS(1.0.0),I";
        assert_eq!(
            told,
            [
                format!("{start},A,014016,c_c418,performance,_Z,3,2024,NaN,,,,"),
                format!("{start},Q,014016,c_c418,performance,4,1,2024-Q1,12.5,giorni,,,"),
                format!("{start},S,014016,c_c418,performance,4,1,2024-S1,0.25,RATIO,1,4,"),
            ]
        );
    });
}

#[test]
fn filters_are_those_of_the_lists_and_of_the_territory() {
    both(|app| {
        records(app);
        feed(app);
        let unit = json!({"administration": OTHER, "code": "1", "name": "Settore 1"});
        app.as_editor(OTHER).post("/v1/units", unit).expect(201);
        let all = app.as_aggregator(&["*"]);
        let count = |path: &str| lines(&all.get(&format!("/v1/exports/{path}")).expect(200).text).0.len();
        assert_eq!(count("units"), 2);
        assert_eq!(count("units?region=09"), 1);
        assert_eq!(count("units?province=014&administration=c_c418"), 1);
        assert_eq!(count("plans?year=2025"), 1);
        assert_eq!(count("plans?year=2024"), 2);
        assert_eq!(count("plans?year=2030"), 0);
        assert_eq!(count("plans?kind=performance&status=draft"), 2);
        assert_eq!(count("phases?year=2024"), 1);
        assert_eq!(count("measurements?year=2024"), 1);
        assert_eq!(count("measurements?period=2023"), 0);
        assert_eq!(count("service-usage?from=2024-05&to=2024-05&service_code=anagrafe"), 1);
        assert_eq!(count("service-usage?from=2024-06"), 0);
        assert_eq!(count("protocol-registrations?from=2024-06-03&to=2024-06-03&cancelled=false"), 1);
        assert_eq!(count("digital-services?status=active"), 1);
        assert_eq!(count("digital-services?status=planned"), 1);
        assert_eq!(count("digital-services?authentication=CIE&on_pagopa=true&level=4"), 1);
        assert_eq!(count("platform-adoptions?status=active"), 1);
        for (path, field) in [
            ("units?year=2024", "year"),
            ("plans?status=wished", "status"),
            ("plans?colour=red", "colour"),
            ("service-usage?from=2024-06-01", "from"),
            ("protocol-days?from=2024-06", "from"),
            ("plans?region=99", "region"),
            ("plans?trailer=true", "trailer"),
        ] {
            all.get(&format!("/v1/exports/{path}")).refused(422, field);
        }
        all.get("/v1/exports/wishes").refused(404, "");
        app.as_aggregator(&[HOME]).get("/v1/exports/units?administration=c_b507").refused(404, "");
        let json =
            app.as_aggregator(&["*"]).header("Accept", "application/json").get("/v1/exports/units").refused(406, "");
        assert!(json.at("/detail").contains("text/csv"), "{}", json.text);
        let sdmx = app.as_aggregator(&["*"]).header("Accept", "application/vnd.sdmx.data+csv");
        sdmx.get("/v1/exports/units").refused(406, "");
        app.as_reader(HOME).get("/v1/exports/units").refused(403, "");
    });
}

/// More rows than the buffers between the service and its client hold, put there beside the API.
fn many_days(app: &TestApp, rows: usize) {
    execute(
        app,
        &format!(
            "INSERT INTO protocol_days SELECT 'c_c418', 'A' || n, 20240101, n, n, 1, 0, 0 FROM (WITH RECURSIVE r(n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {rows}) SELECT n FROM r) x"
        ),
    );
}

/// Asks for an export and reads nothing yet.
fn begin(app: &TestApp, path: &str, headers: &str, version: &str) -> TcpStream {
    let token = app.token("aggregates.read", &["*"]);
    let mut stream = TcpStream::connect(app.address).unwrap();
    let head = format!("GET {path} HTTP/{version}\r\nHost: test\r\nAuthorization: Bearer {token}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// Some bytes of an answer, at least.
fn some(stream: &mut TcpStream, least: usize) -> Vec<u8> {
    let mut read = Vec::new();
    let mut bytes = [0; 4096];
    while read.len() < least {
        let count = stream.read(&mut bytes).unwrap();
        assert!(count > 0, "only {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&bytes[..count]);
    }
    read
}

/// The body of a chunked answer, and whether its end is there.
fn unchunked(answer: &[u8]) -> (Vec<u8>, bool) {
    let start = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let (mut rest, mut body) = (&answer[start..], Vec::new());
    while let Some(line) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return (body, true);
        }
        let from = line + 2;
        let to = (from + size).min(rest.len());
        body.extend_from_slice(&rest[from..to]);
        rest = rest.get(to + 2..).unwrap_or_default();
    }
    (body, false)
}

#[test]
fn an_export_is_of_one_moment_and_compressed_where_asked() {
    both(|app| {
        const ROWS: usize = 150_000;
        many_days(app, ROWS);
        let mut plain = begin(app, "/v1/exports/protocol-days", "Connection: close\r\n", "1.1");
        let mut answer = some(&mut plain, 1);
        let mut zipped =
            begin(app, "/v1/exports/protocol-days", "Accept-Encoding: gzip\r\nConnection: close\r\n", "1.1");
        let mut packed = some(&mut zipped, 1);
        // What happens from now on is not in them.
        execute(app, "DELETE FROM protocol_days WHERE incoming % 2 = 0");
        execute(app, "UPDATE protocol_days SET incoming = 0");
        plain.read_to_end(&mut answer).unwrap();
        zipped.read_to_end(&mut packed).unwrap();
        let (body, whole) = unchunked(&answer);
        assert!(whole);
        let (rows, _) = lines(std::str::from_utf8(&body).unwrap());
        assert_eq!(rows.len(), ROWS);
        assert_eq!(
            rows.iter().map(|row| row["incoming"].as_u64().unwrap()).sum::<u64>(),
            (ROWS * (ROWS + 1) / 2) as u64
        );
        let (packed, whole) = unchunked(&packed);
        assert!(whole && packed.len() * 3 < body.len());
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(lines(std::str::from_utf8(&unpacked).unwrap()).0.len(), ROWS);
        assert!(flate2::read::GzDecoder::new(&packed[..packed.len() / 2]).read_to_end(&mut Vec::new()).is_err());
    });
}

#[test]
fn a_client_that_goes_away_frees_its_connection() {
    both(|app| {
        many_days(app, 150_000);
        for _ in 0..6 {
            let mut stream = begin(app, "/v1/exports/protocol-days", "", "1.1");
            some(&mut stream, 1);
            drop(stream);
            while app.db.load().0 > 0 {
                std::thread::yield_now();
            }
        }
        // What is left goes on to work.
        app.as_reader(HOME).get("/v1/administrations/c_c418").expect(200);
        assert_eq!(lines(&app.as_aggregator(&[HOME]).get("/v1/exports/units").expect(200).text).0.len(), 0);
    });
}

#[test]
fn more_exports_than_places_are_told_to_come_back() {
    both(|app| {
        many_days(app, 150_000);
        let begin = || {
            let mut stream = begin(app, "/v1/exports/protocol-days", "", "1.1");
            some(&mut stream, 1);
            stream
        };
        let _under_way = [begin(), begin()];
        let refused = app.as_aggregator(&[HOME]).get("/v1/exports/units").refused(503, "");
        assert!(!refused.header("retry-after").is_empty());
        app.as_reader(HOME).get("/v1/administrations/c_c418").expect(200);
    });
}

#[test]
fn an_export_that_fails_on_its_way_never_looks_whole() {
    both(|app| {
        many_days(app, 150_000);
        let mut stream = begin(app, "/v1/exports/protocol-days", "Accept: text/csv\r\nConnection: close\r\n", "1.1");
        let mut answer = some(&mut stream, 1);
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        if app.backend == Backend::Postgres {
            app.close_connections();
        } else {
            // SQLite does not break; a value that is none does, at the end of its table.
            drop(stream);
            let service = |code: &str| json!({"administration": HOME, "code": code, "name": "X"});
            (0..300).for_each(|n| drop(resources::make(app, "digital-services", service(&format!("S{n}")))));
            let last = "SELECT id FROM digital_services ORDER BY administration DESC, id DESC LIMIT 1";
            execute(app, &format!("UPDATE digital_services SET active_from = 'presto' WHERE id = ({last})"));
            stream = begin(app, "/v1/exports/digital-services", "Accept: text/csv\r\nConnection: close\r\n", "1.1");
            answer.clear();
        }
        // The connection ends; its answer does not.
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.ends_with(b"\r\n0\r\n\r\n"));
        while app.db.load().0 > 0 {
            std::thread::yield_now();
        }
    });
}

#[test]
fn over_http_1_0_only_what_shows_its_own_end() {
    both(|app| {
        let status = |path: &str, accept: &str| {
            let headers = format!("Accept: {accept}\r\n");
            let mut answer = Vec::new();
            begin(app, path, &headers, "1.0").read_to_end(&mut answer).unwrap();
            String::from_utf8(answer).unwrap()
        };
        assert!(status("/v1/exports/units", "text/csv").contains(" 422 "));
        assert!(status("/v1/exports/units?trailer=true", "text/csv").contains("#end,0,"));
        assert!(status("/v1/exports/units", "application/x-ndjson").contains("{\"end\":"));
    });
}
