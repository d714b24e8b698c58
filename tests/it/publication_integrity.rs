//! A publication that was changed behind the service's back is found out, whatever was changed.

use crate::harness::published::{PATH, approved, hex, publish, published_plan};
use crate::harness::{Backend, TestApp, both};
use serde_json::json;
use traguardo::db::AnyConnection;

/// Changes what is stored behind the service's back: the database's own guards are taken away first.
fn tamper(app: &TestApp, statement: &str) {
    let guards = match app.backend {
        Backend::Sqlite => {
            "DROP TRIGGER IF EXISTS publications_keep; DROP TRIGGER IF EXISTS publication_contents_keep;"
        }
        Backend::Postgres => {
            "DROP TRIGGER IF EXISTS publications_stay ON publications; \
             DROP TRIGGER IF EXISTS publication_contents_stay ON publication_contents;"
        }
    };
    execute(app, &format!("{guards} {statement}")).unwrap();
}

fn execute(app: &TestApp, statements: &str) -> Result<(), String> {
    use diesel::connection::SimpleConnection;
    let done = app.db.read_now(|conn| {
        let done = match conn {
            AnyConnection::Pg(conn) => conn.batch_execute(statements),
            AnyConnection::Sqlite(conn) => conn.batch_execute(statements),
        };
        Ok(done.map_err(|error| error.to_string()))
    });
    done.unwrap()
}

#[test]
fn the_database_itself_refuses_to_change_or_remove_a_publication() {
    both(|app| {
        published_plan(app);
        for statement in [
            "UPDATE publications SET title = 'Altro'",
            "DELETE FROM publication_contents",
            "DELETE FROM publications",
            "UPDATE publication_contents SET content = '{}'",
        ] {
            let error = execute(app, statement).unwrap_err();
            assert!(error.contains("a publication is never"), "{statement}: {error}");
        }
    });
}

#[test]
fn a_changed_byte_is_found_out_and_never_served() {
    let changes = [
        ("publication_contents", "content = replace(content, 'Almeno 80%', 'Almeno 81%')"),
        ("publication_contents", "content = content || ' '"),
        ("publications", "digest = replace(digest, substr(digest, 1, 1), 'z')"),
        ("publications", "title = 'Altro titolo'"),
        ("publications", "approval_act = replace(approval_act, '\"12\"', '\"13\"')"),
        ("publications", "licence = 'CC0-1.0'"),
        ("publications", "published_at = published_at + 1"),
        ("publications", "signature = substr(signature, 1, length(signature) - 4) || 'AAAA'"),
        ("publications", "signature = 'x..y'"),
    ];
    both(|app| {
        let (plan, _) = approved(app, "p");
        for (number, (table, change)) in changes.iter().enumerate() {
            let body = json!({"code": format!("piano-{number}"), "kind": "plan", "plan_id": plan});
            let id = publish(app, body).expect(201).at("/id");
            app.as_nobody().get(&format!("{PATH}/{id}")).expect(200);
            tamper(app, &format!("UPDATE {table} SET {change} WHERE id = '{id}'"));
            for path in ["", "/content", "/html", "/csv", "/csv?part=plans", &format!("/differences?with={id}")] {
                let refused = app.as_nobody().get(&format!("{PATH}/{id}{path}")).refused(500, "");
                assert_eq!(refused.at("/type"), "/docs/problems#integrity", "{change}: {path}");
                assert!(!refused.text.contains("Almeno"), "nothing of it is shown");
            }
        }
    });
}

#[test]
fn bytes_and_digest_changed_together_do_not_pass_either() {
    both(|app| {
        let publication = published_plan(app);
        let id = publication["id"].as_str().unwrap();
        let forged =
            app.as_nobody().get(&format!("{PATH}/{id}/content")).expect(200).text.replace("Almeno 80%", "Almeno 81%");
        let quoted = forged.replace('\'', "''");
        tamper(
            app,
            &format!(
                "UPDATE publication_contents SET content = '{quoted}'; UPDATE publications SET digest = '{}'",
                hex(forged.as_bytes())
            ),
        );
        let refused = app.as_nobody().get(&format!("{PATH}/{id}/content")).refused(500, "");
        assert_eq!(refused.at("/type"), "/docs/problems#integrity");
        // Nor does a key that was put in the place of the one that signed.
        tamper(app, "UPDATE signing_keys SET jwk = replace(jwk, '\"x\":\"', '\"x\":\"A')");
        app.as_nobody().get(&format!("{PATH}/{id}")).refused(500, "");
        let keys = app.as_nobody().get("/.well-known/jwks.json").expect(200).json();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 1, "the key of the service, and no forged one");
    });
}

#[test]
fn a_key_that_signed_is_published_when_another_signs() {
    both(|app| {
        let publication = published_plan(app);
        let kid = publication["kid"].as_str().unwrap();
        // As after a change of the key: the old one is in the database alone.
        let other = TestApp::start(app.backend, &[]);
        let keep = |line: &str| execute(&other, line).unwrap();
        let old = app.as_nobody().get("/.well-known/jwks.json").expect(200).json()["keys"][0].clone();
        keep(&format!("INSERT INTO signing_keys (kid, jwk, created_at) VALUES ('{kid}', '{old}', 0)"));
        let published = other.as_nobody().get("/.well-known/jwks.json").expect(200).json();
        let kids: Vec<_> = published["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
        assert_eq!(kids.len(), 2);
        assert_eq!(kids[1], kid);
        // It verifies publications, and opens nothing.
        other.with_token(&app.token("planning.read", &["*"])).get("/v1/plans").refused(401, "");
    });
}
