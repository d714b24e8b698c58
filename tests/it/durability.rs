//! Nothing acknowledged is lost: the process is killed while it writes, the database closes its connections.

use crate::harness::{Backend, Client, both, fresh_database};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The service as it is installed: its own process.
struct Process {
    child: Child,
    client: Box<dyn Fn() -> Client>,
}

fn command(url: &str, folder: &Path, argument: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_traguardo"));
    command.arg(argument).current_dir(folder).env_clear();
    command.env("TRAGUARDO_DATABASE_URL", url).env("TRAGUARDO_BIND", "127.0.0.1:0");
    command
}

fn start(url: &str, folder: &Path) -> Process {
    let mut child = command(url, folder, "serve").stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address: SocketAddr = loop {
        let line = lines.next().expect("it stopped before it listened").unwrap();
        if let Some((_, address)) = line.split_once("listening address=") {
            break address.split(' ').next().unwrap().parse().unwrap();
        }
    };
    // The log is read on, or the process would wait for its reader.
    std::thread::spawn(move || lines.for_each(drop));
    let token = command(url, folder, "token").output().unwrap().stdout;
    let token = String::from_utf8(token).unwrap().trim().to_owned();
    Process { child, client: Box::new(move || Client::new(address, Some(token.clone()))) }
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    for backend in Backend::all() {
        let (database, folder) = (fresh_database(backend), tempfile::tempdir().unwrap());
        let acknowledged = Mutex::new(BTreeSet::new());
        let number = AtomicUsize::new(0);
        for round in 1..=3 {
            let mut process = start(&database.url(), folder.path());
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    let client = (process.client)();
                    scope.spawn(|| {
                        let client = client;
                        loop {
                            let code = format!("p-{}", number.fetch_add(1, Ordering::SeqCst));
                            let plan = json!({"administration": "c_c418", "code": code, "title": "Piano",
                                "kind": "management", "start_year": 2024, "end_year": 2024});
                            // Without an answer nothing was promised.
                            match client.try_post("/v1/plans", plan) {
                                Some(answer) => assert!(
                                    answer.expect(201).at("/code") == code && acknowledged.lock().unwrap().insert(code)
                                ),
                                None => return,
                            }
                        }
                    });
                }
                while acknowledged.lock().unwrap().len() < round * 40 {
                    std::thread::yield_now();
                }
                process.child.kill().unwrap();
            });
            process.child.wait().unwrap();
        }
        let mut process = start(&database.url(), folder.path());
        let client = (process.client)();
        for code in acknowledged.into_inner().unwrap() {
            client.get(&format!("/v1/plans/c_c418~{code}")).expect(200);
        }
        let all = |path: &str| {
            let (mut found, mut next) = (0, format!("{path}?limit=200&administration=c_c418"));
            loop {
                let page = client.get(&next).expect(200).json();
                found += page["items"].as_array().unwrap().len();
                match page["_links"]["next"].as_str() {
                    Some(url) => next = url.split_once("/v1/").map(|(_, rest)| format!("/v1/{rest}")).unwrap(),
                    None => return found,
                }
            }
        };
        assert_eq!(all("/v1/plans"), all("/v1/audit-events"), "a plan and its event are written together");
        process.child.kill().unwrap();
        process.child.wait().unwrap();
    }
}

#[test]
fn a_database_that_closes_its_connections_is_found_again() {
    both(|app| {
        if app.backend == Backend::Sqlite {
            return;
        }
        let reader = app.as_reader("c_c418");
        reader.get("/v1/administrations/c_c418").expect(200);
        for _ in 0..3 {
            app.close_connections();
            reader.get("/v1/administrations/c_c418").expect(200);
        }
        app.close_connections();
        let unit = json!({"administration": "c_c418", "code": "1", "name": "Servizio 1"});
        let editor = app.as_editor("c_c418");
        // That a connection is gone shows before anything is written: the client need not know.
        editor.put("/v1/units/c_c418~1", unit).expect(201);
        editor.get("/v1/units/c_c418~1").expect(200);
    });
}
