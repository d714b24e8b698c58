//! The consumers that may ask for tokens: made, listed and revoked on the command line. A secret is shown once, when it
//! is made, and kept as an argon2id hash.

use super::SCOPES;
use crate::clock::Instant;
use crate::db::schema::clients;
use crate::db::types::Json;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::ids::Ids;
use crate::text::{IpaCode, Line};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = clients)]
pub struct Client {
    pub client_id: String,
    pub name: Line,
    pub secret_hash: String,
    pub scopes: Json<Vec<String>>,
    /// IPA codes, or `*`.
    pub administrations: Json<Vec<String>>,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
}

/// A new client and its secret, which is nowhere else.
pub struct Made {
    pub client: Client,
    pub secret: String,
}

/// Makes a client. Scopes and administrations are checked by name.
pub fn create(
    write: &mut Write<'_>,
    name: &str,
    scopes: Vec<String>,
    administrations: Vec<String>,
) -> Result<Made, Problem> {
    let name = name.parse().map_err(|error: String| Problem::invalid("name", name, error))?;
    for scope in &scopes {
        if !SCOPES.iter().any(|(known, _)| known == scope) {
            let known: Vec<_> = SCOPES.iter().map(|(known, _)| *known).collect();
            return Err(Problem::invalid("scope", scope, format!("must be one of {}", known.join(", "))));
        }
    }
    let administrations = administrations.iter().map(|code| known_administration(write.conn, code));
    let administrations = administrations.collect::<Result<Vec<_>, _>>()?;
    let secret = random_secret()?;
    let client = Client {
        client_id: format!("client-{}", write.next_id()),
        name,
        secret_hash: hash(&secret)?,
        scopes: scopes.into(),
        administrations: administrations.into(),
        created_at: write.now.0,
        revoked_at: None,
    };
    diesel::insert_into(clients::table).values(&client).execute(write.conn)?;
    Ok(Made { client, secret })
}

fn known_administration(conn: &mut AnyConnection, code: &str) -> Result<String, Problem> {
    if code == "*" {
        return Ok(code.to_owned());
    }
    let code: IpaCode = code.parse().map_err(|error: String| Problem::invalid("administration", code, error))?;
    crate::administrations::store::require(conn, &code, "administration")?;
    Ok(code.to_string())
}

pub fn list(conn: &mut AnyConnection) -> Result<Vec<Client>, Problem> {
    Ok(clients::table.order(clients::created_at).load(conn)?)
}

pub fn find(conn: &mut AnyConnection, client_id: &str) -> Result<Option<Client>, Problem> {
    Ok(clients::table.find(client_id).first(conn).optional()?)
}

/// No new tokens from now on; those already issued run out within their minutes.
pub fn revoke(write: &mut Write<'_>, client_id: &str) -> Result<(), Problem> {
    let live = clients::table.filter(clients::client_id.eq(client_id)).filter(clients::revoked_at.is_null());
    let revoked = diesel::update(live).set(clients::revoked_at.eq(Some(write.now.0))).execute(write.conn)?;
    if revoked == 0 { Err(Problem::not_found("live client of this id")) } else { Ok(()) }
}

/// Whether the secret is the client's. For an unknown client a hash is computed all the same, so that the time taken
/// does not tell which clients exist.
pub fn verify(client: Option<&Client>, secret: &str) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$dHJhZ3VhcmRvLW5vYm9keQ$IlOwB6XGZ0v2Z1Wt2m1Wv1g1n9Vd4Cq4m1x0eYQ0y3s";
    let stored = client.map_or(NOBODY, |client| &client.secret_hash);
    let matches = Argon2::default().verify_password(secret.as_bytes(), stored).is_ok();
    matches && client.is_some_and(|client| client.revoked_at.is_none())
}

fn hash(secret: &str) -> Result<String, Problem> {
    let hash = Argon2::default().hash_password(secret.as_bytes()).map_err(Problem::internal)?;
    Ok(hash.to_string())
}

/// 256 random bits.
fn random_secret() -> Result<String, Problem> {
    use rand::TryRng;
    let mut bytes = [0_u8; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(Problem::internal)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// A unique token id.
pub fn token_id(ids: &Ids, now: Instant) -> String {
    ids.next(now).to_string()
}
