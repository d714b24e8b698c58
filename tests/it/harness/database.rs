//! A fresh database for each test, copied from one that was migrated and filled with the comuni once.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use traguardo::clock::Clock;
use traguardo::config::Settings;
use traguardo::ids::Ids;
use traguardo::server;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    /// SQLite always, PostgreSQL where it is named.
    pub fn all() -> Vec<Backend> {
        match postgres_url() {
            Some(_) => vec![Backend::Sqlite, Backend::Postgres],
            None => vec![Backend::Sqlite],
        }
    }
}

fn postgres_url() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

pub enum TestDatabase {
    Sqlite(tempfile::TempDir),
    Postgres(String),
}

static NUMBER: AtomicU64 = AtomicU64::new(0);

impl TestDatabase {
    pub fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                std::fs::copy(sqlite_template(), folder.path().join("test.db")).unwrap();
                TestDatabase::Sqlite(folder)
            }
            Backend::Postgres => {
                let name = format!("{}_{}", postgres_template(), NUMBER.fetch_add(1, Ordering::SeqCst));
                administer(&format!("CREATE DATABASE {name} TEMPLATE {}", postgres_template()));
                TestDatabase::Postgres(name)
            }
        }
    }

    pub fn url(&self) -> String {
        match self {
            TestDatabase::Sqlite(folder) => format!("sqlite://{}", folder.path().join("test.db").display()),
            TestDatabase::Postgres(name) => postgres_named(name),
        }
    }
}

impl TestDatabase {
    /// Of PostgreSQL; a file has none.
    pub fn close_connections(&self) {
        if let TestDatabase::Postgres(name) = self {
            let others = format!("datname = '{name}' AND pid <> pg_backend_pid()");
            administer(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"));
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let TestDatabase::Postgres(name) = self {
            administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Migrated and filled, once for each process that tests.
fn fill(url: &str) {
    let pairs =
        [("TRAGUARDO_DATABASE_URL".to_owned(), url.to_owned()), ("TRAGUARDO_POOL_SIZE".to_owned(), "1".to_owned())];
    let settings = Settings::from_pairs(pairs).unwrap();
    let clock = Clock::Set(std::sync::Arc::new(std::sync::atomic::AtomicI64::new(super::NOW)));
    server::open_database(&settings, clock, Ids::v7()).unwrap();
}

fn sqlite_template() -> PathBuf {
    static FILE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, file) = FILE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let (made, file) = (folder.path().join("made.db"), folder.path().join("template.db"));
        fill(&format!("sqlite://{}", made.display()));
        // One file without a log beside it can be copied.
        use diesel::Connection;
        use diesel::connection::SimpleConnection;
        let mut conn = diesel::SqliteConnection::establish(&made.display().to_string()).unwrap();
        conn.batch_execute(&format!("VACUUM INTO '{}'", file.display())).unwrap();
        (folder, file)
    });
    file.clone()
}

fn postgres_template() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = format!("traguardo_test_{}", std::process::id());
        administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        administer(&format!("CREATE DATABASE {name}"));
        fill(&postgres_named(&name));
        name
    })
}

/// The URL of another database of the same server.
fn postgres_named(name: &str) -> String {
    let url = postgres_url().unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

fn administer(statement: &str) {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    let mut conn = diesel::PgConnection::establish(&postgres_url().unwrap()).unwrap();
    conn.batch_execute(statement).unwrap();
}
