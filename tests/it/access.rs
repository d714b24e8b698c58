//! `/oauth2/token` and the documents around it: how a client comes to a token, and what the token opens.

use crate::harness::{Answer, NOW, PUBLIC_URL, TestApp, both, both_with};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use traguardo::auth::clients;
use traguardo::db::Author;

const FORM: &str = "application/x-www-form-urlencoded";
const MINUTE: i64 = 60_000_000;

fn author() -> Author {
    Author { client_id: "local".to_owned(), request_id: "command-line".to_owned() }
}

/// A client's id and secret.
fn client(app: &TestApp, scopes: &[&str], administrations: &[&str]) -> (String, String) {
    let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let made = app.db.write_now(&author(), "clients", |write| {
        clients::create(write, "Cruscotto", owned(scopes), owned(administrations))
    });
    let made = made.unwrap();
    (made.client.client_id, made.secret)
}

/// Asks for a token with the credentials in the form.
fn ask(app: &TestApp, (id, secret): (&str, &str), more: &str) -> Answer {
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}{more}");
    app.as_nobody().send("POST", "/oauth2/token", Some(FORM), &form)
}

fn basic((id, secret): (&str, &str)) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

/// Asks for a token with this Authorization header.
fn ask_by_header(app: &TestApp, header: &str, form: &str) -> Answer {
    app.as_nobody().header("Authorization", header).send("POST", "/oauth2/token", Some(FORM), form)
}

/// Refused with this status and the RFC's code.
#[track_caller]
fn oauth_error(answer: Answer, status: u16, code: &str) {
    let answer = answer.refused(status, "");
    assert_eq!(answer.at("/error"), code);
    let authenticate = if status == 401 { "Basic realm=\"traguardo\"" } else { "" };
    assert_eq!(answer.header("www-authenticate"), authenticate);
}

#[test]
fn a_client_gets_a_token_by_form_and_by_header() {
    both(|app| {
        let (id, secret) = client(app, &["planning.read", "planning.edit"], &["c_c418"]);
        let by_form = ask(app, (&id, &secret), "").expect(200);
        let by_header = ask_by_header(app, &basic((&id, &secret)), "grant_type=client_credentials").expect(200);
        let named = format!("grant_type=client_credentials&client_id={id}");
        let by_both = ask_by_header(app, &basic((&id, &secret)), &named).expect(200);
        for answer in [by_form, by_header, by_both] {
            answer.has_every_header();
            assert_eq!(answer.header("cache-control"), "no-store");
            let mut body = answer.json();
            let token = body["access_token"].take();
            assert_eq!(token.as_str().unwrap().split('.').count(), 3);
            let expected = json!({
                "access_token": null, "token_type": "Bearer", "expires_in": 900, "scope": "planning.read planning.edit"
            });
            assert_eq!(body, expected);
        }
        let same = app.as_nobody().send(
            "POST",
            "/v1/oauth2/token",
            Some(FORM),
            &format!("grant_type=client_credentials&client_id={id}&client_secret={secret}"),
        );
        same.expect(200);
    });
}

#[test]
fn a_token_opens_what_its_client_was_made_for() {
    both(|app| {
        let (id, secret) = client(app, &["planning.read", "planning.edit"], &["C_C418"]);
        let token = |more: &str| ask(app, (&id, &secret), more).expect(200).at("/access_token");
        let whole = app.with_token(&token(""));
        let plan = |home: &str| json!({"administration": home, "code": "p", "title": "Piano", "kind": "performance", "start_year": 2024, "end_year": 2026});
        let made = whole.post("/v1/plans", plan("c_c418")).expect(201);
        whole.post("/v1/plans", plan("c_b507")).refused(403, "");
        whole.get("/v1/audit-events").refused(403, "");
        assert_eq!(app.events("c_c418")[0]["actor"], json!(id));
        let reading = app.with_token(&token("&scope=planning.read"));
        reading.get(&format!("/v1/plans/{}", made.at("/id"))).expect(200);
        let refused = reading.post("/v1/plans", plan("c_c418")).refused(403, "");
        assert!(refused.header("www-authenticate").contains("insufficient_scope"));
        let (id, secret) = client(app, &["planning.read"], &["*"]);
        let everywhere = app.with_token(&ask(app, (&id, &secret), "").expect(200).at("/access_token"));
        everywhere.get(&format!("/v1/plans/{}", made.at("/id"))).expect(200);
    });
}

#[test]
fn a_client_gets_no_scope_that_it_does_not_have() {
    both(|app| {
        let (id, secret) = client(app, &["planning.read", "audit.read"], &["c_c418"]);
        let credentials = (id.as_str(), secret.as_str());
        for (asked, granted) in [
            ("planning.read", "planning.read"),
            ("audit.read+planning.read", "audit.read planning.read"),
            ("", "planning.read audit.read"),
        ] {
            assert_eq!(ask(app, credentials, &format!("&scope={asked}")).expect(200).at("/scope"), granted);
        }
        for asked in ["planning.edit", "planning.read+planning.edit", "root", "planning", "*"] {
            oauth_error(ask(app, credentials, &format!("&scope={asked}")), 400, "invalid_scope");
        }
    });
}

#[test]
fn who_is_not_known_is_told_no_more_than_that() {
    both(|app| {
        let (id, secret) = client(app, &["planning.read"], &["c_c418"]);
        let (gone, gone_secret) = client(app, &["planning.read"], &["c_c418"]);
        app.db.write_now(&author(), "clients", |write| clients::revoke(write, &gone)).unwrap();
        let cut = &secret[..secret.len() - 1];
        let mut details = std::collections::BTreeSet::new();
        for credentials in [
            (id.as_str(), "wrong"),
            (&id, cut),
            (&id, &gone_secret),
            ("client-0", &secret),
            (&gone, &gone_secret),
            (&id, ""),
        ] {
            for answer in
                [ask(app, credentials, ""), ask_by_header(app, &basic(credentials), "grant_type=client_credentials")]
            {
                details.insert(answer.at("/detail"));
                oauth_error(answer, 401, "invalid_client");
            }
        }
        assert_eq!(details.len(), 1, "{details:?}");
        ask(app, (&id, &secret), "").expect(200);
    });
}

#[test]
fn a_request_that_is_none_of_the_rfcs_is_refused_by_its_code() {
    both(|app| {
        let (id, secret) = client(app, &["planning.read"], &["c_c418"]);
        let form = |form: &str| app.as_nobody().send("POST", "/oauth2/token", Some(FORM), form);
        oauth_error(
            form(&format!("grant_type=password&client_id={id}&client_secret={secret}")),
            400,
            "unsupported_grant_type",
        );
        oauth_error(form(&format!("client_id={id}&client_secret={secret}")), 400, "invalid_request");
        oauth_error(form("grant_type=client_credentials&grant_type=client_credentials"), 400, "invalid_request");
        oauth_error(form("grant_type=client_credentials&audience=x"), 400, "invalid_request");
        oauth_error(form(""), 400, "invalid_request");
        oauth_error(form("grant_type=client_credentials"), 401, "invalid_client");
        oauth_error(form(&format!("grant_type=client_credentials&client_id={id}")), 401, "invalid_client");
        let twice = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        oauth_error(ask_by_header(app, &basic((&id, &secret)), &twice), 400, "invalid_request");
        for header in ["Basic", "Basic !!!", "Basic Og", "Bearer abc", "Digest x"] {
            oauth_error(ask_by_header(app, header, "grant_type=client_credentials"), 401, "invalid_client");
        }
        let json = app.as_nobody().post("/oauth2/token", json!({"grant_type": "client_credentials"})).refused(415, "");
        assert!(json.at("/detail").contains(FORM), "{}", json.text);
        app.as_nobody().get("/oauth2/token").refused(405, "");
        form(&format!("grant_type=client_credentials&scope={}", "x".repeat(20_000))).refused(413, "");
    });
}

#[test]
fn a_token_runs_out_with_the_clock() {
    both_with(&[("TRAGUARDO_TOKEN_SECONDS", "60")], |app| {
        let (id, secret) = client(app, &["planning.read"], &["c_c418"]);
        let answer = ask(app, (&id, &secret), "").expect(200);
        assert_eq!(answer.at("/expires_in"), "60");
        let holder = app.with_token(&answer.at("/access_token"));
        holder.get("/v1/plans").expect(200);
        // Thirty seconds of leeway, and no more; a token that was verified before runs out all the same.
        app.set_time(NOW + MINUTE + MINUTE / 2 - 1_000_000);
        holder.get("/v1/plans").expect(200);
        app.set_time(NOW + MINUTE + MINUTE / 2);
        let refused = holder.get("/v1/plans").refused(401, "");
        assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"traguardo\", error=\"invalid_token\"");
        // Nor does it hold before it was issued.
        app.set_time(NOW - MINUTE);
        holder.get("/v1/plans").refused(401, "");
    });
}

#[test]
fn anybody_can_verify_a_token_with_the_published_key() {
    both(|app| {
        let (id, secret) = client(app, &["planning.read"], &["c_c418"]);
        let token = ask(app, (&id, &secret), "").expect(200).at("/access_token");
        let published = app.as_nobody().get("/.well-known/jwks.json").expect(200);
        published.has_every_header();
        assert!(published.json()["keys"][0].get("d").is_none(), "no private part");
        let keys: JwkSet = serde_json::from_str(&published.text).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::ES256, Some("at+jwt")));
        let key = keys.find(&header.kid.unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[PUBLIC_URL]);
        validation.set_audience(&[PUBLIC_URL]);
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap();
        let mut claims = claims.claims;
        assert!(claims["jti"].take().as_str().is_some_and(|jti| !jti.is_empty()));
        let expected = json!({
            "iss": PUBLIC_URL, "aud": PUBLIC_URL, "sub": id, "client_id": id, "iat": NOW / 1_000_000,
            "exp": NOW / 1_000_000 + 900, "jti": null, "scope": "planning.read", "administrations": ["c_c418"]
        });
        assert_eq!(claims, expected);
        let again = ask(app, (&id, &secret), "").expect(200).at("/access_token");
        assert_ne!(again, token, "each token has an id of its own");
    });
}

#[test]
fn the_metadata_says_where_tokens_are() {
    both(|app| {
        let shown = app.as_nobody().get("/.well-known/oauth-authorization-server").expect(200);
        insta::assert_json_snapshot!(shown.snapshot(), @r#"
        {
          "body": {
            "grant_types_supported": [
              "client_credentials"
            ],
            "issuer": "https://traguardo.test",
            "jwks_uri": "https://traguardo.test/.well-known/jwks.json",
            "response_types_supported": [],
            "scopes_supported": [
              "planning.read",
              "planning.edit",
              "services.read",
              "services.edit",
              "feeds.write",
              "administrations.edit",
              "aggregates.read",
              "audit.read"
            ],
            "token_endpoint": "https://traguardo.test/oauth2/token",
            "token_endpoint_auth_methods_supported": [
              "client_secret_basic",
              "client_secret_post"
            ]
          },
          "status": 200
        }
        "#);
        for member in ["token_endpoint", "jwks_uri"] {
            let path = shown.at(&format!("/{member}"));
            let path = path.strip_prefix(PUBLIC_URL).unwrap();
            assert_ne!(app.as_nobody().get(path).status, 404, "{path}");
        }
    });
}

#[test]
fn a_client_is_made_with_known_scopes_and_administrations_alone() {
    both(|app| {
        for (scopes, administrations, named) in
            [(["planning.read"], ["c_z999"], "administration"), (["planning.all"], ["c_c418"], "scope")]
        {
            let made = app.db.write_now(&author(), "clients", |write| {
                clients::create(
                    write,
                    "Cruscotto",
                    scopes.map(str::to_owned).to_vec(),
                    administrations.map(str::to_owned).to_vec(),
                )
            });
            let Err(problem) = made else { panic!("made with {scopes:?} for {administrations:?}") };
            assert_eq!(problem.errors[0].field, named);
        }
        let (id, secret) = client(app, &["planning.read"], &["c_c418"]);
        let kept = app.db.read_now(clients::list).unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].client_id, id);
        assert!(kept[0].secret_hash.starts_with("$argon2id$"));
        assert!(!kept[0].secret_hash.contains(&secret));
        assert!(secret.len() >= 43, "256 bits");
    });
}
