//! Our signing key and the tokens it makes and recognises. Tokens are ES256 JWTs (RFC 9068); the key's id is its JWK
//! thumbprint (RFC 7638), so that nobody has to invent one.

use super::Claims;
use crate::clock::Instant;
use crate::error::{Kind, Problem};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use p256::elliptic_curve::Generate;
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// RFC 9068: what kind of JWT this is; anything else with our signature is no access token.
const TYPE: &str = "at+jwt";
/// What kind of JWS a signature beside a publication is.
const DETACHED_TYPE: &str = "publication+jws";
/// Longest token that is looked at.
const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// Clocks of a consumer and ours may differ by this much.
const LEEWAY_SECONDS: i64 = 30;

/// The signing key, the keys that are still recognised, and the tokens already verified.
pub struct KeyRing {
    issuer: String,
    audience: String,
    kid: String,
    signing: EncodingKey,
    recognised: HashMap<String, DecodingKey>,
    published: JwkSet,
    /// A signature is verified once per token, not once per request. Keyed by the token's SHA-256.
    verified: quick_cache::sync::Cache<[u8; 32], Arc<Claims>>,
}

impl KeyRing {
    /// Reads the signing key (PKCS#8 PEM, P-256) and retired public keys (PEM), whose tokens are still recognised.
    pub fn load(signing: &Path, retired: &[PathBuf], issuer: &str, audience: &str) -> Result<Self, String> {
        let pem = read(signing)?;
        let bad = |path: &Path| {
            let path = path.display().to_string();
            move |error| format!("{path} is not a P-256 key in PEM: {error}")
        };
        let key = EncodingKey::from_ec_pem(&pem).map_err(bad(signing))?;
        let own = Jwk::from_encoding_key(&key, Algorithm::ES256).map_err(bad(signing))?;
        let mut jwks = vec![own];
        for path in retired {
            let key = DecodingKey::from_ec_pem(&read(path)?).map_err(bad(path))?;
            jwks.push(Jwk::from_decoding_key(&key, Some(Algorithm::ES256)).map_err(bad(path))?);
        }
        let mut recognised = HashMap::new();
        let mut kid = None;
        for jwk in &mut jwks {
            let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|error| error.to_string())?;
            jwk.common.key_id = Some(thumbprint.clone());
            jwk.common.key_algorithm = Some(KeyAlgorithm::ES256);
            jwk.common.public_key_use = Some(PublicKeyUse::Signature);
            let decoding = DecodingKey::from_jwk(jwk).map_err(|error| error.to_string())?;
            recognised.insert(thumbprint.clone(), decoding);
            kid.get_or_insert(thumbprint);
        }
        Ok(KeyRing {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            kid: kid.unwrap_or_default(),
            signing: key,
            recognised,
            published: JwkSet { keys: jwks },
            verified: quick_cache::sync::Cache::new(10_000),
        })
    }

    /// The public keys, for `/.well-known/jwks.json`.
    pub fn published(&self) -> &JwkSet {
        &self.published
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A signed access token.
    pub fn issue(
        &self,
        client_id: &str,
        scope: &str,
        administrations: Vec<String>,
        now: Instant,
        seconds: i64,
        jti: String,
    ) -> Result<String, Problem> {
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: client_id.to_owned(),
            client_id: client_id.to_owned(),
            aud: self.audience.clone(),
            iat: now.seconds(),
            exp: now.seconds() + seconds,
            jti,
            scope: scope.to_owned(),
            administrations,
        };
        let header =
            Header { typ: Some(TYPE.to_owned()), kid: Some(self.kid.clone()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, &claims, &self.signing).map_err(Problem::internal)
    }

    /// The claims of a token of ours that holds now. A refusal never says which check failed.
    pub fn verify(&self, token: &str, now: Instant) -> Result<Arc<Claims>, Problem> {
        let refused = || Problem {
            oauth_error: Some("invalid_token"),
            ..Problem::new(Kind::Unauthenticated, "The access token is not valid, or no longer.")
        };
        if token.len() > MAX_TOKEN_BYTES {
            return Err(refused());
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        let claims = match self.verified.get(&digest) {
            Some(claims) => claims,
            None => {
                let claims = Arc::new(self.verify_signature(token).ok_or_else(refused)?);
                self.verified.insert(digest, Arc::clone(&claims));
                claims
            }
        };
        let now = now.seconds();
        let holds = claims.exp.saturating_add(LEEWAY_SECONDS) > now && claims.iat.saturating_sub(LEEWAY_SECONDS) <= now;
        if holds { Ok(claims) } else { Err(refused()) }
    }

    /// The public half of the signing key.
    pub fn signing_jwk(&self) -> Option<&Jwk> {
        self.published.keys.first()
    }

    /// Signs bytes that travel beside their signature: a JWS in compact form with nothing between its dots (RFC 7515,
    /// appendix F). Its type keeps it from ever being taken for a token.
    pub fn sign_detached(&self, bytes: &[u8]) -> Result<String, Problem> {
        let header = serde_json::json!({"alg": "ES256", "kid": self.kid, "typ": DETACHED_TYPE});
        let header = BASE64_URL_SAFE_NO_PAD.encode(header.to_string());
        let signed = format!("{header}.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
        let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &self.signing, Algorithm::ES256);
        Ok(format!("{header}..{}", signature.map_err(Problem::internal)?))
    }

    fn verify_signature(&self, token: &str) -> Option<Claims> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE) || header.alg != Algorithm::ES256 {
            return None;
        }
        let key = self.recognised.get(&header.kid?)?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // Times are checked against our own clock, at every use of the token.
        validation.validate_exp = false;
        jsonwebtoken::decode::<Claims>(token, key, &validation).ok().map(|data| data.claims)
    }
}

/// Whether a detached signature is that of these bytes by this key.
pub fn verifies_detached(jws: &str, bytes: &[u8], jwk: &Jwk) -> bool {
    let verified = || {
        let (header, signature) = jws.split_once("..")?;
        let fields: serde_json::Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
        if fields["alg"] != "ES256" || fields["typ"] != DETACHED_TYPE || fields["kid"] != kid {
            return None;
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        let signed = format!("{header}.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
        jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key, Algorithm::ES256).ok()
    };
    verified() == Some(true)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot read the key {}: {error}", path.display()))
}

/// Makes a signing key, readable by its owner only. Nothing is overwritten: two processes that start together use the
/// key of the one that was first.
pub fn generate(path: &Path) -> Result<bool, String> {
    if path.exists() {
        return Ok(false);
    }
    let key = p256::SecretKey::try_generate_from_rng(&mut rand::rngs::SysRng)
        .map_err(|error| format!("cannot make a key: {error}"))?;
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| format!("cannot write a key: {error}"))?;
    let failed = |error: std::io::Error| format!("cannot write the key {}: {error}", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Written aside and linked into place whole, so that nobody ever reads half a key.
    let mut file = tempfile::Builder::new()
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(pem.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error.error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(folder: &Path, name: &str) -> KeyRing {
        let file = folder.join(name);
        generate(&file).unwrap();
        KeyRing::load(&file, &[], "https://traguardo.test", "https://traguardo.test").unwrap()
    }

    #[test]
    fn a_detached_signature_is_of_these_bytes_by_this_key() {
        let folder = tempfile::tempdir().unwrap();
        let (ring, other) = (ring(folder.path(), "a.pem"), ring(folder.path(), "b.pem"));
        let jws = ring.sign_detached(b"{\"a\":1}").unwrap();
        let own = ring.signing_jwk().unwrap();
        assert!(verifies_detached(&jws, b"{\"a\":1}", own));
        assert!(!verifies_detached(&jws, b"{\"a\":2}", own));
        assert!(!verifies_detached(&jws, b"{\"a\":1}", other.signing_jwk().unwrap()));
        assert!(!verifies_detached(&jws.replace("..", "."), b"{\"a\":1}", own));
        assert!(!verifies_detached("", b"", own));
    }

    #[test]
    fn a_signature_is_no_token_and_a_token_no_signature() {
        let folder = tempfile::tempdir().unwrap();
        let ring = ring(folder.path(), "a.pem");
        let now = Instant(1_719_748_800_000_000);
        let token = ring.issue("c", "planning.read", vec!["*".to_owned()], now, 900, "1".to_owned()).unwrap();
        let parts: Vec<_> = token.split('.').collect();
        let claims = BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
        assert!(ring.verify(&token, now).is_ok());
        let signed = ring.sign_detached(&claims).unwrap();
        assert!(ring.verify(&signed.replace("..", &format!(".{}.", parts[1])), now).is_err());
        let detached = format!("{}..{}", parts[0], parts[2]);
        assert!(!verifies_detached(&detached, &claims, ring.signing_jwk().unwrap()));
    }
}
