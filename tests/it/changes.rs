//! The change feed loses nothing, tells each record once, and knows which cursors are of no use any more.

use crate::harness::copy::{Copy, DATA_SETS, feed};
use crate::harness::operations::records;
use crate::harness::resources::{self, HOME, OTHER};
use crate::harness::{Backend, NOW, TestApp, both, both_with};
use diesel::RunQueryDsl;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use traguardo::administrations::units::Unit;
use traguardo::administrations::units::model::NewUnit;
use traguardo::db::{AnyConnection, Author, Write};
use traguardo::error::Problem;
use traguardo::http::answer::Expected;
use traguardo::record::{self, Record};
use traguardo::text::{Code, IpaCode, Line};

fn author() -> Author {
    Author {
        client_id: "writer".to_owned(),
        request_id: "changes-test".to_owned(),
        may_approve: false,
        restores: false,
    }
}

fn ipa(code: &str) -> IpaCode {
    IpaCode::from_trusted(code.to_owned())
}

/// Statements of the test's own.
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

fn a_unit(home: &str, code: &str, name: &str) -> NewUnit {
    NewUnit {
        administration: ipa(home),
        code: Code::from_trusted(code.to_owned()),
        name: Line::from_trusted(name.to_owned()),
        parent_id: None,
    }
}

/// Makes the unit of this code, or renames it.
fn put_unit(write: &mut Write<'_>, home: &str, code: &str, name: &str) -> Result<(), Problem> {
    let (administration, input) = (ipa(home), a_unit(home, code, name));
    match Unit::find_by_codes(write.conn, &administration, &[code.to_owned()])? {
        Some(current) => record::update(write, &administration, &current, &Expected::Any, input).map(|_| ()),
        None => record::insert(write, &administration, input).map(|_: Unit| ()),
    }
}

#[test]
fn each_record_is_told_once_in_its_latest_state() {
    both(|app| {
        let aggregator = app.as_aggregator(&[HOME]);
        app.settle();
        let start = aggregator.get("/v1/changes").expect(200).json();
        // The comune itself stands in the registry from the start.
        assert_eq!(start["items"].as_array().unwrap().len(), 1);
        let cursor = start["cursor"].as_str().unwrap();

        let editor = app.as_editor(HOME).seen("*");
        let unit = |code: &str, name: &str| json!({"administration": HOME, "code": code, "name": name});
        let first = resources::make(app, "units", unit("1", "Settore 1"));
        let second = resources::make(app, "units", unit("2", "Settore 2"));
        let third = resources::make(app, "units", unit("3", "Settore 3"));
        editor.patch(&format!("/v1/units/{first}"), json!({"name": "Ragioneria"})).expect(200);
        editor.delete(&format!("/v1/units/{second}")).expect(204);

        app.settle();
        let page = aggregator.get(&format!("/v1/changes?cursor={cursor}")).expect(200).json();
        let told: Vec<_> =
            page["items"].as_array().unwrap().iter().map(|item| (&item["action"], &item["key"])).collect();
        assert_eq!(
            told,
            [(&json!("upsert"), &json!(third)), (&json!("upsert"), &json!(first)), (&json!("remove"), &json!(second)),]
        );
        let shown = app.as_reader(HOME).get(&format!("/v1/units/{first}")).expect(200).json();
        assert_eq!(page["items"][1]["record"], shown);
        assert_eq!(page["items"][2]["deleted_at"], "2024-06-30T12:00:00.000000Z");
        assert_eq!(page["more"], false);

        // The next link goes on from there. With nothing new the cursor stays, but on PostgreSQL, where it goes forward with
        // whatever happens in the cluster. What comes later is told from it.
        let next = page["_links"]["next"].as_str().unwrap().split_once("/v1").unwrap().1.to_owned();
        let nothing = aggregator.get(&format!("/v1{next}")).expect(200).json();
        assert_eq!((&nothing["items"], &nothing["more"]), (&json!([]), &json!(false)));
        if app.backend == Backend::Sqlite {
            assert_eq!(nothing["cursor"], page["cursor"]);
        }
        let fourth = resources::make(app, "units", unit("4", "Settore 4"));
        app.settle();
        let later = format!("/v1/changes?cursor={}", nothing["cursor"].as_str().unwrap());
        let later = aggregator.get(&later).expect(200).json();
        assert_eq!(later["items"].as_array().unwrap().len(), 1);
        assert_eq!(later["items"][0]["key"], json!(fourth));

        // As links, by one data set, by pages of one.
        let links = aggregator.get(&format!("/v1/changes?view=link&resource=units&limit=1&cursor={cursor}"));
        let links = links.expect(200).json();
        assert_eq!(links["more"], true);
        assert_eq!(links["items"][0]["href"], format!("/units/{third}"));
        assert_eq!(links["items"][0].get("record"), None);
        app.as_reader(HOME).get(&format!("/v1/units/{third}")).expect(200);
        let others = aggregator.get(&format!("/v1/changes?resource=plans,sections&cursor={cursor}")).expect(200).json();
        assert_eq!(others["items"], json!([]));
    });
}

#[test]
fn every_kind_of_record_is_told_and_linked() {
    both(|app| {
        records(app);
        feed(app);
        app.settle();
        let (aggregator, administrator) = (app.as_aggregator(&[HOME]), app.as_administrator());
        let page = aggregator.get("/v1/changes?limit=1000").expect(200).json();
        let kinds: BTreeSet<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["resource"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(kinds, DATA_SETS.iter().map(|name| (*name).to_owned()).collect());
        let links = aggregator.get("/v1/changes?limit=1000&view=link").expect(200).json();
        for (link, change) in links["items"].as_array().unwrap().iter().zip(page["items"].as_array().unwrap()) {
            assert_eq!(link["key"], change["key"]);
            let found = administrator.get(&format!("/v1{}", link["href"].as_str().unwrap())).expect(200).json();
            let found = found.get("items").map_or(&found, |items| &items[0]);
            for (field, value) in change["record"].as_object().unwrap() {
                // A day is shown without what it was made of.
                if change["resource"] == "protocol-days" && field.ends_with("_at") {
                    continue;
                }
                let same = value == &found[field] || (value.is_number() && value.as_f64() == found[field].as_f64());
                assert!(same, "{field} of {link}: {value} and {}", found[field]);
            }
        }
    });
}

#[test]
fn tenants_and_territories_bound_what_is_told() {
    both(|app| {
        for home in [HOME, OTHER] {
            let unit = json!({"administration": home, "code": "1", "name": "Settore 1"});
            app.as_editor(home).post("/v1/units", unit).expect(201);
        }
        app.settle();
        let told = |client: &crate::harness::Client, query: &str| -> Vec<String> {
            let page = client.get(&format!("/v1/changes?resource=units&{query}")).expect(200).json();
            let items = page["items"].as_array().unwrap().iter();
            items.map(|item| item["administration"].as_str().unwrap().to_owned()).collect()
        };
        let (one, all) = (app.as_aggregator(&[HOME]), app.as_aggregator(&["*"]));
        assert_eq!(told(&one, ""), [HOME]);
        assert_eq!(told(&all, ""), [HOME, OTHER]);
        // Toscana has Campi Bisenzio, Lombardia Cedrasco; Firenze is 048.
        assert_eq!(told(&all, "region=09"), [OTHER]);
        assert_eq!(told(&all, "region=03"), [HOME]);
        assert_eq!(told(&all, "province=048"), [OTHER]);
        assert_eq!(told(&all, "administration=c_c418"), [HOME]);
        assert!(told(&one, "region=09").is_empty());
        one.get("/v1/changes?administration=c_b507").refused(404, "");
        all.get("/v1/changes?administration=c_zzzz").refused(404, "");
        all.get("/v1/changes?region=99").refused(422, "region");
        all.get("/v1/changes?resource=wishes").refused(422, "resource");
        all.get("/v1/changes?limit=1001").refused(422, "limit");
        all.get("/v1/changes?wait=31").refused(422, "wait");
        app.as_reader(HOME).get("/v1/changes").refused(403, "");
    });
}

#[test]
fn a_transaction_longer_than_a_page_is_told_whole() {
    both(|app| {
        let aggregator = app.as_aggregator(&[HOME]);
        let mut copy = Copy::of_exports(&aggregator, "");
        let many =
            |write: &mut Write<'_>| (0..230).try_for_each(|n| put_unit(write, HOME, &format!("U{n}"), "Ufficio"));
        app.db.write_now(&author(), HOME, many).unwrap();
        let service = json!({"administration": HOME, "code": "tari", "name": "TARI"});
        app.as_editor(HOME).post("/v1/digital-services", service).expect(201);
        let months = (2015..=2023).flat_map(|year| (1..=12).map(move |month| format!("{year}-{month:02}")));
        let lines: String =
            months.map(|month| format!("{}\n", json!({"service_code": "tari", "month": month, "users": 7}))).collect();
        let feeder = app.with_token(&app.token("feeds.write", &[HOME]));
        let path = "/v1/service-usage?administration=c_c418&mode=all_or_nothing";
        feeder.send("POST", path, Some("application/x-ndjson"), &lines).expect(200);
        let registrations: String = (1..=120)
            .map(|n| {
                let aoo = if n % 2 == 0 { "A" } else { "A-1" };
                let one = json!({"aoo": aoo, "year": 2024, "number": n, "direction": "incoming", "date": "2024-06-03"});
                format!("{one}\n")
            })
            .collect();
        let path = "/v1/protocol-registrations?administration=c_c418";
        feeder.send("POST", path, Some("application/x-ndjson"), &registrations).expect(200);

        app.settle();
        let mut seen = BTreeSet::new();
        let mut cursor = copy.cursor.clone();
        loop {
            let page = aggregator.get(&format!("/v1/changes?limit=7&cursor={cursor}")).expect(200).json();
            for item in page["items"].as_array().unwrap() {
                assert!(seen.insert((item["resource"].to_string(), item["key"].to_string())), "told twice: {item}");
            }
            let more = copy.take(&page);
            cursor = copy.cursor.clone();
            if !more {
                break;
            }
        }
        assert_eq!(seen.len(), 230 + 1 + 108 + 120);
        assert_eq!(copy.records, Copy::of_exports(&aggregator, "").records);
    });
}

/// Does something in the end, come what may.
struct Done<F: FnMut()>(F);

impl<F: FnMut()> Drop for Done<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Many write at once, one of them slowly, and a consumer follows all along: in the end its copy is the source, record by
/// record. On PostgreSQL the slow transaction has the lowest number and commits last, so a feed by numbers alone would pass
/// over it; on SQLite it keeps the others waiting.
#[test]
fn nothing_is_lost_among_many_writers_and_a_slow_one() {
    const WRITERS: usize = 6;
    const ROUNDS: usize = 25;
    both_with(&[("TRAGUARDO_POOL_SIZE", "16")], |app| {
        let homes: Vec<String> = ["c_b507", "c_e563", "c_a010", "c_a087", "c_a089", "c_a080"]
            .iter()
            .map(|code| (*code).to_owned())
            .filter(|code| app.as_aggregator(&["*"]).get(&format!("/v1/changes?administration={code}")).status == 200)
            .collect();
        assert!(homes.len() > 2);
        let aggregator = app.as_aggregator(&["*"]);
        let mut copy = Copy::of_exports(&aggregator, "");
        let mut seen = 0;
        let (writing, committed) = (AtomicUsize::new(WRITERS), AtomicUsize::new(0));
        let slow_is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // Within the scope: whoever fails lets the others end.
            let (begun, has_begun) = mpsc::channel();
            let (release, released) = mpsc::channel::<()>();
            let (db, slow_is_done) = (&app.db, &slow_is_done);
            scope.spawn(move || {
                let _done = Done(|| slow_is_done.store(true, Ordering::SeqCst));
                let slow = |write: &mut Write<'_>| {
                    put_unit(write, HOME, "lento", "Ufficio lento")?;
                    begun.send(write.revision).unwrap();
                    released.recv().unwrap();
                    put_unit(write, HOME, "lento-2", "Ufficio lentissimo")
                };
                db.write_now(&author(), HOME, slow).unwrap();
            });
            let slow_revision = has_begun.recv().unwrap();
            for writer in 0..WRITERS {
                let (homes, writing, committed) = (&homes, &writing, &committed);
                scope.spawn(move || {
                    let _done = Done(|| _ = writing.fetch_sub(1, Ordering::SeqCst));
                    for round in 0..ROUNDS {
                        let home = &homes[(writer + round) % homes.len()];
                        let code = format!("W{}", (writer * 7 + round) % 5);
                        let done = db.write_now(&author(), home, |write| {
                            let administration = ipa(home);
                            let current =
                                Unit::find_by_codes(write.conn, &administration, std::slice::from_ref(&code))?;
                            match current {
                                Some(current) if (writer + round) % 3 == 0 => record::erase(write, &current),
                                _ => put_unit(write, home, &code, &format!("Ufficio {writer}/{round}")),
                            }
                        });
                        done.unwrap();
                        committed.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
            // The writers go on beside the slow one on PostgreSQL; on SQLite they wait for it.
            let mut is_released = false;
            let mut polls = 0;
            while writing.load(Ordering::SeqCst) > 0 || !slow_is_done.load(Ordering::SeqCst) {
                let path = format!("/v1/changes?limit=5&cursor={}", copy.cursor);
                let page = aggregator.get(&path).expect(200).json();
                seen += page["items"].as_array().unwrap().len();
                for item in page["items"].as_array().unwrap() {
                    let early = !is_released && item["revision"].as_i64().unwrap() >= slow_revision;
                    assert!(!early, "told before the slow transaction ended: {item}");
                }
                copy.take(&page);
                polls += 1;
                let enough = app.backend == Backend::Sqlite || committed.load(Ordering::SeqCst) > WRITERS * ROUNDS / 2;
                if !is_released && polls > 5 && enough {
                    release.send(()).unwrap();
                    is_released = true;
                }
            }
        });
        app.settle();
        copy.follow(&aggregator, "limit=5");
        assert!(seen > 0, "the feed was not read while others wrote");
        let source = Copy::of_exports(&aggregator, "");
        assert!(source.records.values().any(|record| record["code"] == "lento-2"));
        for (name, record) in &source.records {
            assert_eq!(copy.records.get(name), Some(record), "{name:?}");
        }
        assert_eq!(copy.records.len(), source.records.len());
        for home in &homes {
            let digests =
                aggregator.get(&format!("/v1/administrations/{home}/digests?resource=units")).expect(200).json();
            let mut own = copy.clone();
            own.records.retain(|_, record| record["administration"] == **home);
            own.equals_digests(&digests);
        }
    });
}

#[test]
fn an_export_and_the_feed_from_its_cursor_join() {
    both(|app| {
        records(app);
        let aggregator = app.as_aggregator(&[HOME]);
        let mut copy = Copy::of_exports(&aggregator, "");
        let editor = app.as_editor(HOME).seen("*");
        let (units, last) = (app.as_reader(HOME).pages("/v1/units").concat(), "Ufficio nuovo");
        for unit in &units {
            let path = format!("/v1/units/{}", unit["id"].as_str().unwrap());
            editor.patch(&path, json!({"name": last})).expect(200);
        }
        resources::make(app, "units", json!({"administration": HOME, "code": "99", "name": last}));
        assert_ne!(copy.records, Copy::of_exports(&aggregator, "").records);
        app.settle();
        copy.follow(&aggregator, "limit=1");
        assert_eq!(copy.records, Copy::of_exports(&aggregator, "").records);
    });
}

#[test]
fn a_cursor_that_is_of_no_use_is_refused_with_what_to_do() {
    both(|app| {
        let aggregator = app.as_aggregator(&["*"]);
        app.settle();
        let page = aggregator.get("/v1/changes?resource=plans").expect(200).json();
        let before = page["cursor"].as_str().unwrap().to_owned();
        for wrong in ["abcdefgh", "MQpmMDk3YjRjMAplM2IwYzQ0Mgo", "not~a~cursor", "Y19iNTA3CjAxOWE0YjUyLTdjMDA"] {
            aggregator.get(&format!("/v1/changes?cursor={wrong}")).refused(422, "cursor");
        }
        let unit = json!({"administration": HOME, "code": "1", "name": "Settore 1"});
        resources::make(app, "units", unit);
        app.settle();
        let page = aggregator.get(&format!("/v1/changes?resource=plans&cursor={before}")).expect(200).json();
        let cursor = page["cursor"].as_str().unwrap().to_owned();
        let poll = |cursor: &str| app.as_aggregator(&["*"]).get(&format!("/v1/changes?resource=plans&cursor={cursor}"));

        // It is good for 400 days, and while it is used for ever.
        const DAY: i64 = 86_400_000_000;
        app.set_time(NOW + 399 * DAY);
        let later = poll(&cursor).expect(200).at("/cursor");
        app.set_time(NOW + 401 * DAY);
        poll(&later).expect(200);
        let gone = poll(&cursor).refused(410, "");
        assert!(gone.at("/detail").contains("export"), "{}", gone.text);
        app.set_time(NOW);

        // An event that the cursor names is not there: the database was set back.
        execute(app, "UPDATE audit_events SET id = '019a4b52-7c00-7000-8000-0000000000ff'");
        poll(&cursor).refused(410, "");
        poll(&before).expect(200);
        // So far ahead it has never been.
        if app.backend == Backend::Sqlite {
            execute(app, "UPDATE revision_counter SET value = 0");
            poll(&before).refused(410, "");
        }
        // Rows that were numbered in another cluster: the feed cannot tell them from the beginning.
        if app.backend == Backend::Postgres {
            aggregator.get("/v1/changes").expect(200);
            execute(app, "UPDATE units SET revision = 9000000000000");
            aggregator.get("/v1/changes").refused(410, "");
        }
        execute(app, "UPDATE instance SET value = 'another' WHERE key = 'id'");
        poll(&before).refused(422, "cursor");
    });
}

#[test]
fn a_page_on_the_way_is_as_old_as_its_beginning() {
    both(|app| {
        const DAY: i64 = 86_400_000_000;
        for n in 0..3 {
            resources::make(app, "units", json!({"administration": HOME, "code": n.to_string(), "name": "Settore"}));
        }
        app.settle();
        let poll = |query: &str| app.as_aggregator(&[HOME]).get(&format!("/v1/changes?resource=units&limit=1{query}"));
        let first = poll("").expect(200).at("/cursor");
        app.set_time(NOW + 300 * DAY);
        // More is to come: what was removed since the beginning is still needed.
        let page = poll(&format!("&cursor={first}")).expect(200).json();
        assert_eq!(page["more"], true);
        app.set_time(NOW + 500 * DAY);
        poll(&format!("&cursor={}", page["cursor"].as_str().unwrap())).refused(410, "");
    });
}

#[test]
fn who_waits_is_told_when_something_comes() {
    both(|app| {
        let aggregator = app.as_aggregator(&[HOME]);
        app.settle();
        let cursor = aggregator.get("/v1/changes").expect(200).at("/cursor");
        std::thread::scope(|scope| {
            // More wait than there are connections.
            let waiting: Vec<_> = (0..8)
                .map(|_| {
                    let path = format!("/v1/changes?wait=30&cursor={cursor}");
                    let client = app.as_aggregator(&[HOME]);
                    scope.spawn(move || client.get(&path).expect(200).json())
                })
                .collect();
            resources::make(app, "units", json!({"administration": HOME, "code": "1", "name": "Settore 1"}));
            for waiter in waiting {
                let page = waiter.join().unwrap();
                assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page}");
            }
        });
        app.settle();
        let now = aggregator.get(&format!("/v1/changes?cursor={cursor}")).expect(200).at("/cursor");
        let nothing: Value = aggregator.get(&format!("/v1/changes?wait=1&cursor={now}")).expect(200).json();
        assert_eq!(nothing["items"], json!([]));
    });
}

#[test]
fn a_dry_run_and_a_refusal_leave_no_trace() {
    both(|app| {
        let aggregator = app.as_aggregator(&[HOME]);
        let copy = Copy::of_exports(&aggregator, "");
        let undone: Result<(), Problem> = app.db.write_now(&author(), HOME, |write| {
            put_unit(write, HOME, "1", "Settore 1")?;
            write.undo();
            Ok(())
        });
        undone.unwrap();
        let plan = resources::performance_plan(app);
        resources::section(app, &plan, "1");
        let mut followed = copy.clone();
        app.settle();
        followed.follow(&aggregator, "");
        // A plan with sections stays, and no tombstone is left for it.
        app.as_editor(HOME).seen("*").delete(&format!("/v1/plans/{plan}")).refused(409, "");
        app.settle();
        followed.follow(&aggregator, "");
        assert!(followed.records.keys().any(|(_, key)| *key == plan));
        assert!(!followed.records.keys().any(|(of, _)| of == "units"));
    });
}
