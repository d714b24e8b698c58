//! Tokens that open nothing: expired, forged, of another kind, without the scope. The answer never says which check failed.

use crate::harness::resources::HOME;
use crate::harness::{NOW, PUBLIC_URL, TestApp, both};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use p256::SecretKey;
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey, LineEnding};
use serde_json::{Value, json};
use traguardo::auth::keys::{KeyRing, generate};
use traguardo::clock::Instant;

/// The claims of a token that holds.
fn claims() -> Value {
    json!({
        "iss": PUBLIC_URL, "aud": PUBLIC_URL, "sub": "test-client", "client_id": "test-client", "iat": NOW / 1_000_000,
        "exp": NOW / 1_000_000 + 900, "jti": "1", "scope": "planning.read", "administrations": [HOME]
    })
}

fn header_of(token: &str) -> Header {
    jsonwebtoken::decode_header(token).unwrap()
}

/// Refused, and the caller learns nothing of the reason.
#[track_caller]
fn is_no_token(app: &TestApp, token: &str) {
    let answer = app.with_token(token).get("/v1/plans").refused(401, "");
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"traguardo\", error=\"invalid_token\"");
    assert_eq!(answer.at("/detail"), "The access token is not valid, or no longer.");
}

#[test]
fn a_token_of_other_claims_is_refused() {
    both(|app| {
        let key = EncodingKey::from_ec_pem(&app.signing_key()).unwrap();
        let header = header_of(&app.token("planning.read", &[HOME]));
        let signed = |claims: &Value| jsonwebtoken::encode(&header, claims, &key).unwrap();
        app.with_token(&signed(&claims())).get("/v1/plans").expect(200);
        for (claim, value) in [
            ("iss", json!("https://evil.example")),
            ("iss", json!(null)),
            ("aud", json!("https://other.example")),
            ("aud", json!(null)),
            ("exp", json!(NOW / 1_000_000 - 31)),
            ("exp", json!(null)),
            ("iat", json!(NOW / 1_000_000 + 31)),
            ("sub", json!(null)),
            ("jti", json!(null)),
            ("scope", json!(null)),
            ("administrations", json!(null)),
            ("exp", json!("tomorrow")),
            ("exp", json!(i64::MAX)),
        ] {
            let mut forged = claims();
            forged[claim] = value.clone();
            if value.is_null() {
                forged.as_object_mut().unwrap().remove(claim);
            }
            if value == json!(i64::MAX) {
                // Far in the future, but a number: no overflow, whatever is said of it.
                assert_ne!(app.with_token(&signed(&forged)).get("/v1/plans").status, 500);
                continue;
            }
            is_no_token(app, &signed(&forged));
        }
    });
}

#[test]
fn a_forged_token_is_refused() {
    both(|app| {
        let (token, key) = (app.token("planning.read", &[HOME]), app.signing_key());
        let header = header_of(&token);
        let sign = |header: &Header, key: &EncodingKey| jsonwebtoken::encode(header, &claims(), key).unwrap();
        let own = EncodingKey::from_ec_pem(&key).unwrap();
        is_no_token(app, &sign(&Header { typ: Some("JWT".to_owned()), ..header.clone() }, &own));
        is_no_token(app, &sign(&Header { typ: None, ..header.clone() }, &own));
        is_no_token(app, &sign(&Header { kid: None, ..header.clone() }, &own));
        is_no_token(app, &sign(&Header { kid: Some("unknown".to_owned()), ..header.clone() }, &own));
        // Signed by another key that claims to be ours.
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("other.pem");
        generate(&file).unwrap();
        is_no_token(app, &sign(&header, &EncodingKey::from_ec_pem(&std::fs::read(&file).unwrap()).unwrap()));
        let ring = KeyRing::load(&file, &[], PUBLIC_URL, PUBLIC_URL).unwrap();
        let foreign =
            ring.issue("test-client", "planning.read", vec![HOME.to_owned()], Instant(NOW), 900, "1".to_owned());
        is_no_token(app, &foreign.unwrap());
        // Signed with what is public: the key of HS256 would be the published one.
        let published = app.as_nobody().get("/.well-known/jwks.json").expect(200);
        let jwk = published.json()["keys"][0].clone();
        let x = jwk["x"].as_str().unwrap();
        let public: DecodingKey = DecodingKey::from_jwk(&serde_json::from_value(jwk.clone()).unwrap()).unwrap();
        let pem = SecretKey::from_pkcs8_pem(std::str::from_utf8(&key).unwrap()).unwrap().public_key();
        let pem = pem.to_public_key_pem(LineEnding::LF).unwrap();
        let secrets = [
            public.try_get_as_bytes().unwrap().to_vec(),
            pem.into_bytes(),
            x.as_bytes().to_vec(),
            published.text.clone().into_bytes(),
            key.clone(),
        ];
        for secret in secrets {
            let symmetric = Header { alg: Algorithm::HS256, ..header.clone() };
            is_no_token(app, &sign(&symmetric, &EncodingKey::from_secret(&secret)));
        }
        // No signature at all, or a piece of one.
        let parts: Vec<_> = token.split('.').collect();
        let unsigned = {
            use base64::Engine;
            let head = json!({"alg": "none", "typ": "at+jwt", "kid": header.kid}).to_string();
            base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(head)
        };
        for forged in [
            format!("{unsigned}.{}.", parts[1]),
            format!("{unsigned}.{}", parts[1]),
            format!("{unsigned}.{}.{}", parts[1], parts[2]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}.{}", parts[0], parts[1], &parts[2][..40]),
            format!("{}.{}x.{}", parts[0], parts[1], parts[2]),
            "x".to_owned(),
            "..".to_owned(),
            "x".repeat(9_000),
        ] {
            is_no_token(app, &forged);
        }
    });
}

#[test]
fn no_token_is_asked_for() {
    both(|app| {
        for header in [None, Some(""), Some("Bearer"), Some("Basic dGVzdDp0ZXN0"), Some("token")] {
            let client = app.as_nobody();
            let client = header.map_or_else(|| app.as_nobody(), |header| client.header("Authorization", header));
            let answer = client.get("/v1/plans").refused(401, "");
            assert!(
                answer.header("www-authenticate").starts_with("Bearer realm="),
                "{}",
                answer.header("www-authenticate")
            );
        }
    });
}

#[test]
fn a_scope_that_is_missing_is_named() {
    both(|app| {
        let answer = app.as_reader(HOME).post("/v1/plans", json!({})).refused(403, "");
        assert!(answer.at("/detail").contains("planning.edit"), "{}", answer.text);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"traguardo\", error=\"insufficient_scope\"");
        // A scope is a whole word of the list.
        for scopes in ["", "planning.readers", "Planning.Read", "planning.edit,planning.read"] {
            app.with_token(&app.token(scopes, &[HOME])).get("/v1/plans").refused(403, "");
        }
    });
}
