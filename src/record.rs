//! The life of a tenant's record, the same for all: create, replace, patch, remove, each in one transaction with its audit
//! event. A feature says how its rows are found and built; what happens around that stands here, once.

use crate::audit::{self, Action};
use crate::auth::{Caller, Tenants};
use crate::db::{AnyConnection, Database, Write};
use crate::error::{Invalid, Problem};
use crate::http::answer::Expected;
use crate::http::json::MergePatch;
use crate::ids::Id;
use crate::text::{Code, IpaCode};
use crate::tombstones;
use diesel::QueryResult;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How a path names a record: by its id, or by its sender's own codes from the administration down, joined by `~`:
/// `c_b507~dtp-2021~4.1`. A code that is left out (a phase of no objective) leaves nothing between its tildes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Id(Id),
    Codes(IpaCode, Vec<String>),
}

crate::text::text_type!(
    /// A record's id, or its sender's codes from the administration down, joined by `~`.
    RecordKey, 3..=400, "^[A-Za-z0-9._~-]+$",
    "an id, or codes joined by ~", "c_b507~dtp-2021-2023",
    |text: &str| Key::parse(text).map(|_| text.to_owned())
);

impl Key {
    /// `None` where the text is neither: there is no such record.
    pub fn parse(text: &str) -> Option<Key> {
        if let Some(id) = Id::parse(text) {
            return Some(Key::Id(id));
        }
        let (administration, codes) = text.split_once('~')?;
        let codes: Vec<String> = codes.split('~').map(str::to_owned).collect();
        let fit = codes.iter().all(|code| code.is_empty() || Code::parse(code).is_some());
        fit.then_some(())?;
        Some(Key::Codes(IpaCode::parse(administration)?, codes))
    }
}

/// A kind of record.
pub trait Record: Serialize + Clone + Send + Sized + 'static {
    /// Table, URL segment, tag.
    const RESOURCE: &'static str;
    /// For messages: "plan".
    const NAME: &'static str;
    /// The field of the body that ends its natural key.
    const KEY_FIELD: &'static str = "/code";
    /// What a client sends, whole.
    type Input: Serialize + DeserializeOwned + Send + 'static;

    fn id(&self) -> &Id;
    fn administration(&self) -> &IpaCode;
    fn revision(&self) -> i64;
    /// What a client would send to make this record: the ground of a merge patch.
    fn input(&self) -> Self::Input;

    /// The administration that an input belongs to, which the caller must be allowed to write.
    fn home(conn: &mut AnyConnection, tenants: &Tenants, input: &Self::Input) -> Result<IpaCode, Problem>;
    /// Checks the input against what is stored and makes the row: a new one, or the next state of the current one.
    fn build(
        write: &mut Write<'_>,
        home: &IpaCode,
        input: Self::Input,
        current: Option<&Self>,
    ) -> Result<Self, Problem>;

    /// Whether it may be removed, as far as the database does not see to it.
    fn check_removal(&self, _: &mut Write<'_>) -> Result<(), Problem> {
        Ok(())
    }

    fn find(conn: &mut AnyConnection, tenants: &Tenants, id: &Id) -> Result<Option<Self>, Problem>;
    fn find_by_codes(conn: &mut AnyConnection, home: &IpaCode, codes: &[String]) -> Result<Option<Self>, Problem>;
    fn insert(&self, conn: &mut AnyConnection) -> QueryResult<usize>;
    /// Writes the row over the one of the same id.
    fn update(&self, conn: &mut AnyConnection) -> QueryResult<usize>;
    fn delete(&self, conn: &mut AnyConnection) -> QueryResult<usize>;
}

/// The record, where the caller may see it.
pub fn locate<R: Record>(conn: &mut AnyConnection, tenants: &Tenants, key: &str) -> Result<R, Problem> {
    find::<R>(conn, tenants, key)?.ok_or_else(|| Problem::not_found(R::NAME))
}

fn find<R: Record>(conn: &mut AnyConnection, tenants: &Tenants, key: &str) -> Result<Option<R>, Problem> {
    match Key::parse(key) {
        Some(Key::Id(id)) => R::find(conn, tenants, &id),
        Some(Key::Codes(home, codes)) if tenants.include(&home) => R::find_by_codes(conn, &home, &codes),
        _ => Ok(None),
    }
}

/// A parent that a body names by id: 422 at the field where the caller sees no such record.
pub fn parent<R: Record>(conn: &mut AnyConnection, tenants: &Tenants, field: &str, id: &Id) -> Result<R, Problem> {
    let found = R::find(conn, tenants, id)?;
    found.ok_or_else(|| Problem::invalid(field, id, format!("there is no such {} that this token may see", R::NAME)))
}

/// The same within one administration.
pub fn relative<R: Record>(write: &mut Write<'_>, home: &IpaCode, field: &str, id: &Id) -> Result<R, Problem> {
    parent(write.conn, &Tenants::Only(vec![home.to_string()]), field, id)
}

/// A record never moves to another plan: its codes and children would lose their place.
pub fn stays_in(current: Option<&Id>, plan_id: &Id) -> Result<(), Problem> {
    match current.filter(|current| *current != plan_id) {
        Some(current) => Err(Problem::invalid("/plan_id", plan_id, format!("a record stays in its plan, {current}"))),
        None => Ok(()),
    }
}

/// Reads one record.
pub async fn show<R: Record, S: 'static>(db: &Database, caller: &Caller<S>, key: String) -> Result<R, Problem> {
    let tenants = caller.tenants();
    db.read(move |conn| locate(conn, &tenants, &key)).await
}

/// Makes a record.
pub async fn create<R: Record, S: 'static>(db: &Database, caller: &Caller<S>, input: R::Input) -> Result<R, Problem> {
    let (tenants, author) = (caller.tenants(), caller.author());
    db.run(move |db| {
        let home = db.read_now(|conn| R::home(conn, &tenants, &input))?;
        db.write_now(&author, home.as_str(), |write| insert(write, &home, input))
    })
    .await
}

/// What a `PUT` did.
pub enum Put<R> {
    Created(R),
    /// Changed, or found to be the same already.
    Replaced(R),
}

/// Replaces a record, or makes it where the key is its sender's own codes and there is none yet. Sending the same again
/// changes nothing. By id the client must say what it last saw; by codes it may.
pub async fn replace<R: Record, S: 'static>(
    db: &Database,
    caller: &Caller<S>,
    key: String,
    expected: Expected,
    input: R::Input,
) -> Result<Put<R>, Problem> {
    let (tenants, author) = (caller.tenants(), caller.author());
    db.run(move |db| {
        let parsed = Key::parse(&key).ok_or_else(|| Problem::not_found(R::NAME))?;
        let (known, home) = db.read_now(|conn| {
            let known = find::<R>(conn, &tenants, &key)?;
            if known.is_none() && matches!(parsed, Key::Id(_)) {
                return Err(Problem::not_found(R::NAME));
            }
            Ok((known.is_some(), R::home(conn, &tenants, &input)?))
        })?;
        let expected = if matches!(parsed, Key::Id(_)) { expected.required()? } else { expected };
        if !known && !matches!(expected, Expected::Unstated) {
            return Err(Problem::new(crate::error::Kind::Stale, format!("There is no such {} yet.", R::NAME)));
        }
        db.write_now(&author, home.as_str(), |write| {
            let put = match find::<R>(write.conn, &tenants, &key)? {
                Some(current) => Put::Replaced(update(write, &home, &current, &expected, input)?),
                None => Put::Created(insert(write, &home, input)?),
            };
            agree_with_key(write, &tenants, &key, &put)?;
            Ok(put)
        })
    })
    .await
}

/// The codes in the path and in the body must name the same record.
fn agree_with_key<R: Record>(write: &mut Write<'_>, tenants: &Tenants, key: &str, put: &Put<R>) -> Result<(), Problem> {
    let (Put::Created(record) | Put::Replaced(record)) = put;
    match find::<R>(write.conn, tenants, key)? {
        Some(found) if found.id() == record.id() => Ok(()),
        _ => Err(Problem::invalid(
            R::KEY_FIELD,
            key,
            "the codes in the body differ from those in the path; they name the same record",
        )),
    }
}

/// Applies a merge patch.
pub async fn patch<R: Record, S: 'static>(
    db: &Database,
    caller: &Caller<S>,
    key: String,
    expected: Expected,
    patch: MergePatch,
) -> Result<R, Problem> {
    let tenants = caller.tenants();
    change(db, caller, key, expected, move |write, current: R, expected| {
        let input = patch.apply(&current.input())?;
        let home = R::home(write.conn, &tenants, &input)?;
        update(write, &home, &current, expected, input)
    })
    .await
}

/// Removes a record; one that others hang on stays.
pub async fn remove<R: Record, S: 'static>(
    db: &Database,
    caller: &Caller<S>,
    key: String,
    expected: Expected,
) -> Result<(), Problem> {
    change(db, caller, key, expected, move |write, current: R, expected| {
        expected.check(current.revision())?;
        current.check_removal(write)?;
        erase(write, &current)
    })
    .await
}

async fn change<R: Record, S: 'static, T: Send + 'static>(
    db: &Database,
    caller: &Caller<S>,
    key: String,
    expected: Expected,
    f: impl FnOnce(&mut Write<'_>, R, &Expected) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (tenants, author) = (caller.tenants(), caller.author());
    db.run(move |db| {
        let home = db.read_now(|conn| locate::<R>(conn, &tenants, &key))?.administration().clone();
        let expected = expected.required()?;
        db.write_now(&author, home.as_str(), |write| {
            let current = locate::<R>(write.conn, &tenants, &key)?;
            f(write, current, &expected)
        })
    })
    .await
}

/// Makes a record within a transaction.
pub fn insert<R: Record>(write: &mut Write<'_>, home: &IpaCode, input: R::Input) -> Result<R, Problem> {
    let record = R::build(write, home, input, None)?;
    record.insert(write.conn)?;
    audit::append(write, home, Action::Create, R::RESOURCE, record.id(), None::<&R>, Some(&record))?;
    Ok(record)
}

/// Removes a record within a transaction.
pub fn erase<R: Record>(write: &mut Write<'_>, current: &R) -> Result<(), Problem> {
    let home = current.administration();
    current.delete(write.conn)?;
    tombstones::bury(write, home, R::RESOURCE, &[current.id().to_string()])?;
    audit::append(write, home, Action::Delete, R::RESOURCE, current.id(), Some(current), None::<&R>)
}

/// Replaces a record within a transaction; the same content again writes nothing.
pub fn update<R: Record>(
    write: &mut Write<'_>,
    home: &IpaCode,
    current: &R,
    expected: &Expected,
    input: R::Input,
) -> Result<R, Problem> {
    expected.check(current.revision())?;
    if home != current.administration() {
        let mut invalid = Invalid::default();
        invalid.add("/administration", home, format!("a {} stays with its administration", R::NAME));
        return Err(invalid.into_problem());
    }
    let next = R::build(write, home, input, Some(current))?;
    let same = serde_json::to_value(next.input()).ok() == serde_json::to_value(current.input()).ok();
    if same {
        return Ok(current.clone());
    }
    next.update(write.conn)?;
    audit::append(write, home, Action::Update, R::RESOURCE, next.id(), Some(current), Some(&next))?;
    Ok(next)
}

/// The queries that are alike for every record, as diesel writes them. `$parent` is the columns of the natural key.
macro_rules! record_queries {
    ($table:ident) => {
        fn id(&self) -> &$crate::ids::Id {
            &self.id
        }

        fn administration(&self) -> &$crate::text::IpaCode {
            &self.administration
        }

        fn revision(&self) -> i64 {
            self.revision
        }

        fn find(
            conn: &mut $crate::db::AnyConnection,
            tenants: &$crate::auth::Tenants,
            id: &$crate::ids::Id,
        ) -> Result<Option<Self>, $crate::error::Problem> {
            let mut query = $table::table.filter($table::id.eq(id)).into_boxed();
            if let $crate::auth::Tenants::Only(codes) = tenants {
                query = query.filter($table::administration.eq_any(codes));
            }
            Ok(query.first(conn).optional()?)
        }

        fn insert(&self, conn: &mut $crate::db::AnyConnection) -> diesel::QueryResult<usize> {
            diesel::insert_into($table::table).values(self).execute(conn)
        }

        fn update(&self, conn: &mut $crate::db::AnyConnection) -> diesel::QueryResult<usize> {
            let row = $table::table.find((&self.administration, &self.id));
            diesel::update(row).set(self).execute(conn)
        }

        fn delete(&self, conn: &mut $crate::db::AnyConnection) -> diesel::QueryResult<usize> {
            diesel::delete($table::table.find((&self.administration, &self.id))).execute(conn)
        }
    };
}
pub(crate) use record_queries;

/// The part of a list's query that every list has: whose data, from where, how many, in the order of the key.
macro_rules! slice_of {
    ($query:ident, $table:ident, $tenants:expr, $slice:expr) => {{
        if let $crate::auth::Tenants::Only(codes) = $tenants {
            $query = $query.filter($table::administration.eq_any(codes));
        }
        if let Some(after) = &$slice.after {
            let beyond = $table::administration
                .gt(&after.administration)
                .or($table::administration.eq(&after.administration).and($table::id.gt(&after.id)));
            $query = $query.filter(beyond);
        }
        $query.order(($table::administration, $table::id)).limit($slice.fetch())
    }};
}
pub(crate) use slice_of;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_named_by_id_or_by_codes() {
        let id = "019a4b52-7c00-7000-8000-000000000001";
        assert_eq!(Key::parse(id), Id::parse(id).map(Key::Id));
        let codes = |text: &str| match Key::parse(text) {
            Some(Key::Codes(home, codes)) => Some((home.to_string(), codes)),
            _ => None,
        };
        assert_eq!(codes("C_B507~dtp-2021"), Some(("c_b507".to_owned(), vec!["dtp-2021".to_owned()])));
        assert_eq!(codes("c_b507~p~~4.1"), Some(("c_b507".to_owned(), vec!["p".into(), String::new(), "4.1".into()])));
        assert_eq!(Key::parse("plans"), None);
        assert_eq!(Key::parse("c_b507~a b"), None);
    }
}
