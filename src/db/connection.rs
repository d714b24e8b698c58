//! The connection to either database, and how the pool makes one.

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};

/// A connection to the one or the other.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

impl AnyConnection {
    pub fn is_sqlite(&self) -> bool {
        matches!(self, AnyConnection::Sqlite(_))
    }
}

/// A pooled connection knows whether it may be handed on.
pub struct Pooled {
    conn: AnyConnection,
    broken: bool,
}

impl std::ops::Deref for Pooled {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        &self.conn
    }
}

impl std::ops::DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.conn
    }
}

impl Pooled {
    pub fn mark_broken(&mut self) {
        self.broken = true;
    }

    pub fn is_marked_broken(&self) -> bool {
        self.broken
    }

    /// Asks the database; a local file never goes away.
    pub fn is_gone(&mut self) -> bool {
        !self.conn.is_sqlite() && self.conn.ping().is_err()
    }
}

/// Where the database is. The scheme decides which; it is never found out by trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// Path of the file.
    Sqlite(String),
    /// A libpq connection URL.
    Postgres(String),
}

impl std::str::FromStr for DatabaseUrl {
    type Err = String;
    fn from_str(url: &str) -> Result<Self, String> {
        if let Some(file) = url.strip_prefix("sqlite://") {
            if file.is_empty() || file.contains(":memory:") {
                return Err("must name a file: sqlite://FILE".to_owned());
            }
            return Ok(DatabaseUrl::Sqlite(file.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(DatabaseUrl::Postgres(url.to_owned()));
        }
        Err("must be sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE".to_owned())
    }
}

impl DatabaseUrl {
    /// For messages and logs.
    pub fn without_password(&self) -> String {
        match self {
            DatabaseUrl::Sqlite(file) => format!("sqlite://{file}"),
            DatabaseUrl::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", ""));
                let (login, place) = rest.rsplit_once('@').unwrap_or(("", rest));
                let user = login.split(':').next().unwrap_or_default();
                let place = place.split('?').next().unwrap_or_default();
                if user.is_empty() { format!("{scheme}://{place}") } else { format!("{scheme}://{user}@{place}") }
            }
        }
    }
}

/// SQLite's settings are the connection's own, so each one gets them. WAL with synchronous=FULL: a commit that was
/// acknowledged survives a power cut; readers never wait for the writer.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA mmap_size = 268435456;";

#[derive(Debug)]
pub struct Manager(DatabaseUrl);

impl Manager {
    pub fn new(url: DatabaseUrl) -> Self {
        Manager(url)
    }
}

/// Opens one connection outside any pool.
pub fn connect(url: &DatabaseUrl) -> Result<AnyConnection, ConnectionError> {
    match url {
        DatabaseUrl::Sqlite(file) => {
            let mut conn = SqliteConnection::establish(file)?;
            conn.batch_execute(SQLITE_SETTINGS).map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(AnyConnection::Sqlite(conn))
        }
        DatabaseUrl::Postgres(url) => PgConnection::establish(url).map(AnyConnection::Pg),
    }
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = ConnectionError;

    fn connect(&self) -> Result<Pooled, ConnectionError> {
        connect(&self.0).map(|conn| Pooled { conn, broken: false })
    }

    fn is_valid(&self, conn: &mut Pooled) -> Result<(), ConnectionError> {
        conn.ping().map_err(ConnectionError::CouldntSetupConfiguration)
    }

    fn has_broken(&self, conn: &mut Pooled) -> bool {
        conn.broken || std::thread::panicking() || conn.conn.is_broken()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides_the_database() {
        assert_eq!("sqlite://a.db".parse(), Ok(DatabaseUrl::Sqlite("a.db".to_owned())));
        assert_eq!("sqlite:///var/a.db".parse(), Ok(DatabaseUrl::Sqlite("/var/a.db".to_owned())));
        assert!("mysql://x".parse::<DatabaseUrl>().is_err());
        assert!("sqlite://".parse::<DatabaseUrl>().is_err());
    }

    /// Built from another folder, without `.cargo/config.toml`, all works and half as fast.
    #[test]
    fn sqlite_is_built_as_the_cargo_configuration_says() {
        use diesel::prelude::*;
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        for option in ["ENABLE_QPSG", "THREADSAFE=2", "DEFAULT_MEMSTATUS=0"] {
            let asked = diesel::sql_query(format!("SELECT sqlite_compileoption_used('{option}') AS used"));
            assert!(asked.get_result::<Used>(&mut conn).unwrap().used, "{option}");
        }
    }

    #[derive(diesel::QueryableByName)]
    struct Used {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        used: bool,
    }

    #[test]
    fn a_password_never_reaches_a_message() {
        let url: DatabaseUrl = "postgres://app:s3cr3t@db.example:5432/t?options=x".parse().unwrap();
        assert_eq!(url.without_password(), "postgres://app@db.example:5432/t");
    }
}
