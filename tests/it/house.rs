//! The rules of the house: which way its arrows point, how long a file may be, that both databases have the same tables.

use crate::harness::{Backend, TestApp, both};
use diesel::prelude::*;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use traguardo::db::AnyConnection;

const MAX_LINES: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder, with its text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.strip_prefix(root()).unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The floors of the house, from the top: a module may use those below its own and, within its floor, those that the
/// second column names. `src/lib.rs` draws the same map.
const FLOORS: &[&[(&str, &[&str])]] = &[
    &[("main", &[]), ("commands", &[])],
    &[("server", &[])],
    // The list of features and the contract that is made from it know each other.
    &[("app", &["openapi"]), ("openapi", &["app"]), ("docs", &[])],
    &[("reporting", &[])],
    &[("platform_adoptions", &[])],
    &[("planning::target_readings", &[]), ("planning::period_locks::locking", &[]), ("planning::successors", &[])],
    &[("planning::measurements", &[])],
    &[
        ("planning::phases", &[]),
        ("planning::indicators", &[]),
        ("planning::legal_deadlines", &[]),
        ("planning::progress_reports", &[]),
    ],
    &[("planning::objectives", &[])],
    &[("planning::sections", &[]), ("planning::plan_transitions", &[]), ("planning::period_locks", &[])],
    &[("planning::plans", &[])],
    &[("metric_definitions", &[])],
    &[("protocol", &[]), ("service_usage", &[]), ("procedure_times", &[])],
    &[("digital_services", &[])],
    &[("procedures", &[])],
    &[("feed", &[])],
    &[("planning::targets", &["planning::periods"]), ("planning::periods", &[]), ("planning::budget", &[])],
    &[("administrations::units", &[])],
    &[("administrations", &[])],
    &[("history", &[])],
    &[("record", &[])],
    &[("audit", &["record"]), ("tombstones", &[])],
    &[("auth", &["http"]), ("http", &["auth"])],
    &[("calendar", &[]), ("licence", &[]), ("lifecycle", &[]), ("money", &[])],
    &[("db", &[])],
    &[
        ("clock", &["text", "ids", "error", "config"]),
        ("ids", &["clock", "text"]),
        ("error", &[]),
        ("config", &["text"]),
        ("text", &[]),
        ("wording", &[]),
    ],
];

/// What points up all the same: module, what it names, why. This list only shrinks.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("objectives::parts", "planning::phases", "an objective is shown with its phases"),
    ("objectives::parts", "planning::indicators", "an objective is shown with its indicators"),
    ("indicators::evaluated", "planning::measurements", "an indicator is shown with what was measured"),
    ("auth::clients", "administrations::store", "a client is made for administrations that are known"),
    ("config", "db::DatabaseUrl", "a setting is read as what it is"),
    ("config", "licence::Licence", "a setting is read as what it is"),
];

/// The floor's number and the module that a path belongs to: the longest name that begins it.
fn place(path: &str) -> Option<(usize, &'static str)> {
    let begins = |name: &str| path == name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"));
    let all = FLOORS.iter().enumerate().flat_map(|(floor, names)| names.iter().map(move |(name, _)| (floor, *name)));
    all.filter(|(_, name)| begins(name)).max_by_key(|(_, name)| name.len())
}

/// `src/planning/plans/store.rs` is `planning::plans::store`.
fn module_of(file: &Path) -> String {
    let text = file.with_extension("").to_str().unwrap().replace('/', "::");
    text.trim_start_matches("src::").trim_end_matches("::mod").to_owned()
}

/// Every path of the crate that a text names, the braces of a `use` opened.
fn named(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let is_comment = text[..at].lines().last().is_some_and(|line| line.trim_start().starts_with("//"));
        if is_comment || text[..at].ends_with('$') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        if let Some(inner) = rest.strip_prefix('{') {
            let inner = inner.split(';').next().unwrap();
            found.extend(
                inner.split([',', '{', '}']).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
            );
        } else {
            let path: String = rest.chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
            match rest[path.len()..].strip_prefix('{').filter(|_| path.ends_with("::")) {
                Some(inner) => {
                    let inner =
                        inner.split('}').next().unwrap().split(',').map(str::trim).filter(|name| !name.is_empty());
                    found.extend(inner.map(|name| format!("{path}{name}")));
                }
                None => found.push(path),
            }
        }
    }
    found
}

#[test]
fn arrows_point_one_way() {
    let (mut wrong, mut used, mut arrows) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (file, text) in sources("src") {
        let own = module_of(&file);
        if own == "lib" || own == "main" {
            continue;
        }
        // The tests in a file may use what they test.
        let text = text.split("#[cfg(test)]").next().unwrap();
        let Some((floor, from)) = place(&own) else {
            assert_eq!(own, "planning", "{} has no floor: give it one", file.display());
            continue;
        };
        // The state of the process is in every handler's hands.
        for path in named(text).into_iter().filter(|path| path != "app::App") {
            let Some((to_floor, to)) = place(&path) else { continue };
            arrows += 1;
            let beside = FLOORS[floor].iter().find(|(name, _)| *name == from).unwrap().1.contains(&to);
            if to == from || to_floor > floor || beside {
                continue;
            }
            let exception = EXCEPTIONS.iter().find(|(file, target, _)| own.ends_with(file) && path.starts_with(target));
            match exception {
                Some(exception) => drop(used.insert(exception)),
                None => drop(wrong.insert(format!("{} names crate::{path}", file.display()))),
            }
        }
    }
    assert!(arrows > 200, "only {arrows} arrows were found");
    assert!(wrong.is_empty(), "these point up: {wrong:#?}");
    assert_eq!(used.len(), EXCEPTIONS.len(), "an exception that nothing needs can go: only {used:?} are used");
}

#[test]
fn http_has_no_word_of_the_domain() {
    for (file, text) in sources("src/http") {
        for word in ["planning", "administrations::", "reporting", "audit"] {
            assert!(!text.contains(&format!("crate::{word}")), "{} speaks of {word}", file.display());
        }
    }
}

#[test]
fn no_file_is_long() {
    let files = [sources("src"), sources("tests")].concat();
    assert!(files.len() > 80);
    let long: Vec<_> =
        files.iter().map(|(file, text)| (file, text.lines().count())).filter(|(_, lines)| *lines > MAX_LINES).collect();
    assert!(long.is_empty(), "longer than {MAX_LINES} lines: {long:?}");
}

#[test]
fn every_setting_is_documented() {
    let text = std::fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    for key in traguardo::config::KEYS {
        assert!(text.contains(key.name), "docs/configuration.md does not name {}", key.name);
        assert!(
            key.default.is_empty() || text.contains(key.default),
            "nor the default of {}: {}",
            key.name,
            key.default
        );
    }
    for word in text
        .split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
        .filter(|word| word.starts_with("TRAGUARDO_") && !word.ends_with('_'))
    {
        assert!(traguardo::config::KEYS.iter().any(|key| key.name == word), "{word} is documented and no setting");
    }
}

#[test]
fn migrations_are_the_same_on_both_sides() {
    let names = |side: &str| -> BTreeSet<String> {
        let folder = std::fs::read_dir(root().join("migrations").join(side)).unwrap();
        folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let sqlite = names("sqlite");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, names("postgres"));
    for (side, name) in ["sqlite", "postgres"].iter().flat_map(|side| sqlite.iter().map(move |name| (side, name))) {
        for file in ["up.sql", "down.sql"] {
            let path = root().join("migrations").join(side).join(name).join(file);
            assert!(path.is_file(), "{} is missing", path.display());
        }
    }
}

/// Table → column → type and whether it may be null.
type Tables = BTreeMap<String, BTreeMap<String, (String, bool)>>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    table_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    column_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    nullable: bool,
}

/// Columns that hold a day are known by their names.
fn is_day(column: &str) -> bool {
    column == "date" || column == "active_from" || column.ends_with("_on")
}

/// The tables of the database behind a service.
fn tables(app: &TestApp) -> Tables {
    let columns = app.db.read_now(|conn| {
        let query = match conn.is_sqlite() {
            true => {
                "SELECT t.name AS table_name, c.name AS column_name, c.type AS kind, c.\"notnull\" = 0 AS nullable \
                     FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"
            }
            false => {
                "SELECT table_name::text, column_name::text, data_type::text AS kind, is_nullable = 'YES' AS nullable \
                      FROM information_schema.columns WHERE table_schema = 'public'"
            }
        };
        let loaded: Vec<Column> = match conn {
            AnyConnection::Pg(conn) => diesel::sql_query(query).load(conn)?,
            AnyConnection::Sqlite(conn) => diesel::sql_query(query).load(conn)?,
        };
        Ok(loaded)
    });
    let mut tables = Tables::new();
    for column in columns.unwrap() {
        let own = !column.table_name.starts_with("__diesel") && !column.table_name.starts_with("sqlite_");
        // PostgreSQL has a number for each transaction; SQLite is given one.
        if own && column.table_name != "revision_counter" {
            let kind = match column.kind.to_lowercase().as_str() {
                "double precision" => "double",
                "boolean" => "bool",
                // SQLite keeps a day as its text.
                "text" if app.backend == Backend::Sqlite && is_day(&column.column_name) => "date",
                other => other,
            }
            .to_owned();
            tables.entry(column.table_name).or_default().insert(column.column_name, (kind, column.nullable));
        }
    }
    tables
}

/// The tables as `src/db/schema/` has them.
fn schema() -> Tables {
    let files = std::fs::read_dir(root().join("src/db/schema")).unwrap();
    let text: String = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let mut tables = Tables::new();
    for table in text.split("diesel::table! {").skip(1) {
        let name = table.trim_start().split([' ', '(']).next().unwrap();
        let columns = table.lines().filter_map(|line| line.trim().split_once(" -> "));
        for (column, kind) in columns {
            let kind = kind.trim_end_matches(',').to_lowercase();
            let inner = kind.strip_prefix("nullable<").and_then(|rest| rest.strip_suffix('>'));
            let entry = (inner.unwrap_or(&kind).to_owned(), inner.is_some());
            tables.entry(name.to_owned()).or_default().insert(column.to_owned(), entry);
        }
    }
    tables
}

/// Tables with the names of their columns.
fn names(tables: Tables) -> BTreeMap<String, BTreeSet<String>> {
    tables.into_iter().map(|(table, columns)| (table, columns.into_keys().collect())).collect()
}

/// As `src/db/schema/` has them.
pub fn schema_columns() -> BTreeMap<String, BTreeSet<String>> {
    names(schema())
}

/// As the database behind a service has them.
pub fn database_columns(app: &TestApp) -> BTreeMap<String, BTreeSet<String>> {
    names(tables(app))
}

#[test]
fn both_databases_have_the_tables_of_the_schema() {
    both(|app| {
        let (there, told) = (tables(app), schema());
        assert_eq!(there.keys().collect::<Vec<_>>(), told.keys().collect::<Vec<_>>());
        for (table, columns) in &told {
            assert_eq!(&there[table], columns, "{table}");
        }
    });
}

#[derive(Clone, Copy)]
enum Way {
    Down,
    Up,
}

/// Every migration of the files, down or up.
fn migrate(app: &TestApp, way: Way) {
    fn go<DB: diesel::backend::Backend>(conn: &mut impl MigrationHarness<DB>, side: &str, way: Way) {
        let migrations = FileBasedMigrations::from_path(root().join("migrations").join(side)).unwrap();
        let gone = match way {
            Way::Down => conn.revert_all_migrations(migrations).unwrap().len(),
            Way::Up => conn.run_pending_migrations(migrations).unwrap().len(),
        };
        assert!(gone > 0);
    }
    app.db
        .read_now(|conn| {
            match conn {
                AnyConnection::Pg(conn) => go(conn, "postgres", way),
                AnyConnection::Sqlite(conn) => go(conn, "sqlite", way),
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_is_migrated_down_comes_up_again() {
    both(|app| {
        let before = tables(app);
        migrate(app, Way::Down);
        assert_eq!(tables(app), Tables::new());
        app.as_nobody().get("/health/live").expect(200);
        for path in ["/status", "/health/ready"] {
            let answer = app.as_nobody().get(path).refused(503, "");
            assert!(!answer.header("retry-after").is_empty());
        }
        migrate(app, Way::Up);
        assert_eq!(tables(app), before);
        app.as_nobody().get("/status").expect(200);
    });
}
