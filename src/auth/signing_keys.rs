//! The public keys that signed what outlives a token: kept beside it, and published for as long as it is there. They are
//! never asked about tokens.

use super::keys::KeyRing;
use crate::clock::Instant;
use crate::db::schema::signing_keys;
use crate::db::types::Json;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use diesel::prelude::*;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};

/// Keys that are published, at most: hundreds of years of yearly changes.
const MOST: i64 = 500;

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = signing_keys)]
struct SigningKey {
    /// The key's thumbprint (RFC 7638).
    kid: String,
    jwk: Json<Jwk>,
    created_at: Instant,
}

/// Keeps the public half of the signing key in the caller's transaction; gives its id.
pub fn keep(write: &mut Write<'_>, keys: &KeyRing) -> Result<String, Problem> {
    let jwk = keys.signing_jwk().ok_or_else(|| Problem::internal("no signing key"))?;
    let kid = jwk.common.key_id.clone().ok_or_else(|| Problem::internal("the signing key has no id"))?;
    let row = SigningKey { kid: kid.clone(), jwk: jwk.clone().into(), created_at: write.now };
    let insert = diesel::insert_into(signing_keys::table).values(&row).on_conflict_do_nothing();
    match write.conn {
        AnyConnection::Pg(conn) => insert.execute(conn)?,
        AnyConnection::Sqlite(conn) => insert.execute(conn)?,
    };
    Ok(kid)
}

/// The key of this id; nothing where what is kept under it is another key.
pub fn find(conn: &mut AnyConnection, kid: &str) -> Result<Option<Jwk>, Problem> {
    let found: Option<SigningKey> = signing_keys::table.find(kid).first(conn).optional()?;
    Ok(found.filter(is_itself).map(|key| Jwk::clone(&key.jwk)))
}

/// Every key that is kept, the latest first.
pub fn list(conn: &mut AnyConnection) -> Result<Vec<Jwk>, Problem> {
    let latest = signing_keys::table.order((signing_keys::created_at.desc(), signing_keys::kid)).limit(MOST);
    let kept: Vec<SigningKey> = latest.load(conn)?;
    Ok(kept.into_iter().filter(is_itself).map(|key| Jwk::clone(&key.jwk)).collect())
}

/// The id is made of the key, so a key that was put in the place of another is found out.
fn is_itself(key: &SigningKey) -> bool {
    let itself = key.jwk.thumbprint(ThumbprintHash::SHA256).is_ok_and(|thumbprint| thumbprint == key.kid);
    if !itself {
        tracing::error!(kid = %key.kid, "the signing key that is stored under this id is another one: it is left out");
    }
    itself
}
