//! Who does what: `app.as_editor("c_c418").post("/v1/plans", json!({…}))`.

mod client;
pub mod copy;
mod database;
pub mod lifecycle;
pub mod operations;
pub mod published;
pub mod resources;

pub use client::{Answer, Client, raw};
pub use database::Backend;

use database::TestDatabase;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64};
use traguardo::app::App;
use traguardo::auth::keys::{self, KeyRing};
use traguardo::clock::{Clock, Instant};
use traguardo::config::Settings;
use traguardo::db::Database;
use traguardo::ids::Ids;
use traguardo::server;

/// 2024-06-30 at noon.
pub const NOW: i64 = 1_719_748_800_000_000;
/// Issuer and audience of the test servers' tokens.
pub const PUBLIC_URL: &str = "https://traguardo.test";

/// A running service.
pub struct TestApp {
    pub address: SocketAddr,
    pub backend: Backend,
    /// The database behind the service, to look at and to fill beside it.
    pub db: Database,
    clock: Arc<AtomicI64>,
    keys: KeyRing,
    stop: Option<(actix_web::dev::ServerHandle, std::thread::JoinHandle<()>)>,
    settings: Settings,
    folder: tempfile::TempDir,
    database: TestDatabase,
}

/// Runs a test on each database that is there.
pub fn both(test: impl Fn(&TestApp)) {
    both_with(&[], test);
}

/// The same with settings of its own.
pub fn both_with(settings: &[(&str, &str)], test: impl Fn(&TestApp)) {
    // The same snapshot holds on both.
    insta::allow_duplicates! {
        for backend in Backend::all() {
            eprintln!("on {backend:?}");
            test(&TestApp::start(backend, settings));
        }
    }
}

/// A database of one's own, for a process that is started as it is installed.
pub fn fresh_database(backend: Backend) -> TestDatabase {
    TestDatabase::create(backend)
}

impl TestApp {
    /// The database closes every connection, as it does when it is restarted.
    pub fn close_connections(&self) {
        self.database.close_connections();
    }

    pub fn start(backend: Backend, settings: &[(&str, &str)]) -> Self {
        let database = TestDatabase::create(backend);
        let folder = tempfile::tempdir().unwrap();
        let key_file = folder.path().join("key.pem");
        keys::generate(&key_file).unwrap();
        let clock = Arc::new(AtomicI64::new(NOW));
        let mut pairs = vec![
            ("TRAGUARDO_DATABASE_URL".to_owned(), database.url()),
            ("TRAGUARDO_BIND".to_owned(), "127.0.0.1:0".to_owned()),
            ("TRAGUARDO_PUBLIC_URL".to_owned(), PUBLIC_URL.to_owned()),
            ("TRAGUARDO_SIGNING_KEY_FILE".to_owned(), key_file.display().to_string()),
            ("TRAGUARDO_POOL_SIZE".to_owned(), "4".to_owned()),
        ];
        pairs.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let settings = Settings::from_pairs(pairs).unwrap();
        let ids = Ids::Counted(Arc::new(AtomicU64::new(0)));
        let db =
            Database::open(&settings.database_url, settings.pool_size, Clock::Set(Arc::clone(&clock)), ids.clone());
        let db = db.unwrap();
        let ring = || KeyRing::load(&key_file, &settings.retired_key_files, PUBLIC_URL, PUBLIC_URL).unwrap();
        let app = App::new(settings.clone(), db.clone(), ids, ring()).unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (server, address) = server::start(app, 1).unwrap();
                sender.send((server.handle(), address)).unwrap();
                server.await.unwrap();
            });
        });
        let (handle, address) = receiver.recv().unwrap();
        let keys = ring();
        TestApp { address, backend, db, clock, keys, stop: Some((handle, thread)), settings, folder, database }
    }

    /// The state of one more process on the same database.
    pub fn another_process(&self) -> App {
        let ids = Ids::Counted(Arc::new(AtomicU64::new(1_000_000)));
        let keys = KeyRing::load(&self.settings.signing_key_file, &[], PUBLIC_URL, PUBLIC_URL).unwrap();
        App::new(self.settings.clone(), self.db.clone(), ids, keys).unwrap()
    }

    /// Waits until the change feed tells all that was committed: on PostgreSQL whatever runs in the cluster, be it in
    /// another test's database, holds it back.
    pub fn settle(&self) {
        let (_, committed) = self.horizon();
        while self.horizon().0 < committed {
            std::thread::yield_now();
        }
    }

    fn horizon(&self) -> (i64, i64) {
        let horizon = self.db.read_now(traguardo::db::Horizon::of).unwrap();
        (horizon.revision, horizon.future)
    }

    /// The private key that signs the service's tokens (PEM).
    pub fn signing_key(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("key.pem")).unwrap()
    }

    /// Every audit event of an administration, the earliest first.
    pub fn events(&self, administration: &str) -> Vec<Value> {
        self.as_auditor(administration).pages("/v1/audit-events?limit=200").concat()
    }

    /// Sets the clock, in microseconds since 1970.
    pub fn set_time(&self, micros: i64) {
        self.clock.store(micros, std::sync::atomic::Ordering::SeqCst);
    }

    /// A token of the service's own.
    pub fn token(&self, scopes: &str, administrations: &[&str]) -> String {
        let administrations = administrations.iter().map(|code| (*code).to_owned()).collect();
        let now = Instant(self.clock.load(std::sync::atomic::Ordering::SeqCst));
        self.keys.issue("test-client", scopes, administrations, now, 900, "jti-1".to_owned()).unwrap()
    }

    /// Sends no token.
    pub fn as_nobody(&self) -> Client {
        Client::new(self.address, None)
    }

    /// Sends this token.
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(self.address, Some(token.to_owned()))
    }

    pub fn as_reader(&self, administration: &str) -> Client {
        self.with_token(&self.token("planning.read services.read", &[administration]))
    }

    pub fn as_editor(&self, administration: &str) -> Client {
        self.with_token(&self.token("planning.read planning.edit services.read services.edit", &[administration]))
    }

    /// Moves plans.
    pub fn as_approver(&self, administration: &str) -> Client {
        self.with_token(&self.token("planning.read planning.approve", &[administration]))
    }

    /// Validates and locks.
    pub fn as_evaluator(&self, administration: &str) -> Client {
        self.with_token(&self.token("planning.read planning.evaluate", &[administration]))
    }

    /// Pulls whole data sets of these administrations; `*` for all.
    pub fn as_aggregator(&self, administrations: &[&str]) -> Client {
        self.with_token(&self.token("aggregates.read", administrations))
    }

    pub fn as_auditor(&self, administration: &str) -> Client {
        self.with_token(&self.token("audit.read", &[administration]))
    }

    /// Every scope, every administration.
    pub fn as_administrator(&self) -> Client {
        let scopes: Vec<_> = traguardo::auth::SCOPES.iter().map(|(name, _)| *name).collect();
        self.with_token(&self.token(&scopes.join(" "), &["*"]))
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.stop.take() {
            actix_web::rt::System::new().block_on(handle.stop(false));
            // A test that fails has its own story to tell.
            let _ = thread.join();
        }
    }
}

/// A file beside the checkout, or nothing, said aloud: a fresh clone has no `../shared`.
pub fn shared(path: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    match std::fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(error) => {
            eprintln!("SKIPPED: {} is not here: {error}", file.display());
            None
        }
    }
}
