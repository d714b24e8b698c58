//! The contract and the service say the same. What is tested here is derived from the document: an operation that is added
//! is tested with no word more, and one that cannot be tested fails until it is told how.

use crate::harness::operations::{Operation, call, document, operations, records};
use crate::harness::resources::{HOME, OTHER};
use crate::harness::{Answer, both};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Public facts: any token with the scope reads them.
const PUBLIC_FACTS: [&str; 1] = ["show_administration"];
/// Answers that have nothing to do with any administration.
const OF_NOBODY: [&str; 1] = ["read_targets"];

/// Answers about one administration that the query names.
const OF_ONE: [&str; 5] =
    ["list_changes", "show_comparison", "show_digital_service_counts", "list_protocol_days", "show_service_kpis"];

/// The answer's status stands in the contract by its number.
#[track_caller]
fn documented(operation: &Operation, answer: &Answer) {
    let status = answer.status.to_string();
    assert!(operation.responses.contains(&status), "{} answers {status}, undocumented: {}", operation.id, answer.text);
}

#[test]
fn the_contract_that_is_checked_in_is_the_services() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let generated = serde_json::to_string_pretty(&document()).unwrap();
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = generated.lines().zip(kept.lines()).enumerate().find(|(_, (new, old))| new != old);
    assert!(
        generated.trim_end() == kept.trim_end(),
        "openapi/openapi.json is not what the service has; mend it with: cargo run -- openapi > openapi/openapi.json\n\
         first difference (new, old): {differs:?}"
    );
}

#[test]
fn nobody_gets_in_but_where_all_may() {
    both(|app| {
        let records = records(app);
        for operation in operations() {
            let answer = call(app.as_nobody(), &operation, &records);
            documented(&operation, &answer);
            match operation.scope {
                Some(_) => drop(answer.refused(401, "")),
                None => {
                    assert!(![401, 403].contains(&answer.status) || operation.id == "issue_token", "{}", operation.id)
                }
            }
        }
    });
}

#[test]
fn every_scope_but_the_right_one_is_refused() {
    both(|app| {
        let records = records(app);
        for operation in operations() {
            let Some(needed) = &operation.scope else { continue };
            let others = traguardo::auth::SCOPES.iter().map(|(name, _)| *name).filter(|name| name != needed);
            let others = others.filter(|name| !operation.instead.iter().any(|other| other == name));
            let others = app.token(&others.collect::<Vec<_>>().join(" "), &["*"]);
            let answer = call(app.with_token(&others), &operation, &records);
            documented(&operation, &answer);
            answer.refused(403, "");
            let token = app.token(needed, &[HOME]);
            let answer = call(app.with_token(&token), &operation, &records);
            documented(&operation, &answer);
            assert!(![401, 403, 404, 405].contains(&answer.status), "{}: {}", operation.id, answer.text);
            assert!(answer.status < 500, "{}: {}", operation.id, answer.text);
        }
    });
}

#[test]
fn another_administration_comes_to_nothing() {
    both(|app| {
        let records = records(app);
        let before = app.events(HOME);
        for operation in operations() {
            let (Some(needed), false) = (&operation.scope, OF_NOBODY.contains(&operation.id.as_str())) else {
                continue;
            };
            let answer = call(app.with_token(&app.token(needed, &[OTHER])), &operation, &records);
            documented(&operation, &answer);
            if PUBLIC_FACTS.contains(&operation.id.as_str()) {
                answer.expect(200);
            } else if operation.id == "upsert_administration" {
                answer.refused(403, "");
            } else if operation.path.contains('{') || OF_ONE.contains(&operation.id.as_str()) {
                answer.refused(404, "");
            } else if operation.method == "GET" {
                let list = answer.expect(200).json();
                let items = list["items"].as_array().unwrap();
                let foreign = items.iter().find(|item| item.get("administration").is_some());
                assert_eq!(foreign, None, "{}", operation.id);
            } else {
                // The body names what the token does not open.
                assert!([403, 422].contains(&answer.status), "{}: {}", operation.id, answer.text);
            }
        }
        assert_eq!(app.events(HOME), before);
    });
}

/// A validator of one schema of the document.
fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let mut whole = schema.clone();
    whole["components"] = document["components"].clone();
    jsonschema::options()
        .should_validate_formats(true)
        .build(&whole)
        .unwrap_or_else(|error| panic!("{schema}: {error}"))
}

#[track_caller]
fn fits(document: &Value, schema: &Value, value: &Value, what: &str) {
    let faults: Vec<_> = validator(document, schema)
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what}: {faults:#?}\n{value}");
}

#[test]
fn answers_are_what_their_schemas_say() {
    both(|app| {
        let (document, records) = (document(), records(app));
        let mut seen = 0;
        for operation in operations().iter().filter(|operation| operation.method != "DELETE") {
            let answer = call(app.as_administrator(), operation, &records);
            documented(operation, &answer);
            let media_type = answer.header("content-type").split(';').next().unwrap();
            // An export is a record on each line; its own tests read it.
            if !media_type.ends_with("json") || media_type.ends_with("ndjson") {
                continue;
            }
            let operation_of = &document["paths"][&operation.path][operation.method.to_lowercase()];
            let mut response = &operation_of["responses"][answer.status.to_string()];
            if let Some(target) = response["$ref"].as_str() {
                response = document.pointer(target.trim_start_matches('#')).unwrap();
            }
            let schema = &response["content"][media_type]["schema"];
            assert!(schema.is_object(), "{} answers {media_type}, undocumented", operation.id);
            fits(&document, schema, &answer.json(), &operation.id);
            for (name, header) in response["headers"].as_object().into_iter().flatten() {
                let header = document.pointer(header["$ref"].as_str().unwrap().trim_start_matches('#')).unwrap();
                let sent = answer.header(name);
                assert!(!sent.is_empty(), "{} has no {name}", operation.id);
                let value = if header["schema"]["type"] == "integer" {
                    json!(sent.parse::<i64>().unwrap())
                } else {
                    json!(sent)
                };
                fits(&document, &header["schema"], &value, &format!("{name} of {}", operation.id));
            }
            seen += 1;
        }
        assert!(seen > 30, "only {seen} answers were compared");
    });
}

#[test]
fn a_schema_refuses_what_is_not_of_it() {
    let document = document();
    let plan = validator(&document, &json!({"$ref": "#/components/schemas/Plan"}));
    let sample = serde_json::to_value(traguardo::planning::plans::model::Plan::sample()).unwrap();
    assert!(plan.is_valid(&sample));
    for (field, value) in [
        ("colour", json!("red")),
        ("start_year", json!(1989)),
        ("kind", json!("wish")),
        ("code", json!("a b")),
        ("created_at", json!("yesterday")),
        ("description", json!(null)),
        ("id", json!("1")),
    ] {
        let mut other = sample.clone();
        other[field] = value;
        assert!(!plan.is_valid(&other), "{field}");
    }
}

#[test]
fn examples_fit_their_schemas() {
    let document = document();
    let mut seen = 0;
    walk(&document, &mut |value| {
        if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
            fits(&document, schema, example, "an example beside its schema");
            seen += 1;
        }
        let is_schema = value["type"].is_string() || value["$ref"].is_string();
        let examples = value.get("example").into_iter().chain(value["examples"].as_array().into_iter().flatten());
        for example in examples.filter(|_| is_schema) {
            fits(&document, value, example, "an example in its schema");
            seen += 1;
        }
    });
    assert!(seen > 50, "only {seen} examples were found");
}

/// Visits every object below the value. Within an example nothing is a schema.
fn walk(value: &Value, visit: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(fields) => {
            visit(value);
            for (_, inner) in fields.iter().filter(|(key, _)| !["example", "examples"].contains(&key.as_str())) {
                walk(inner, visit);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

/// A handler as its source has it: method, path, name, scope.
fn handlers() -> Vec<(String, String, String, Option<String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let scopes = std::fs::read_to_string(root.join("auth/mod.rs")).unwrap();
    let scope_of = |caller: &str| {
        let line = scopes.lines().find(|line| line.trim_start().starts_with(&format!("{caller} = \"")));
        line.and_then(|line| line.split('"').nth(1)).unwrap_or_else(|| panic!("no scope {caller}")).to_owned()
    };
    let mut handlers = Vec::new();
    for file in sources(&root) {
        let text = std::fs::read_to_string(&file).unwrap();
        for method in ["get", "post", "put", "patch", "delete"] {
            for (at, attribute) in text.match_indices(&format!("#[{method}(\"")) {
                let rest = &text[at + attribute.len()..];
                let path = rest.split('"').next().unwrap().to_owned();
                let signature = rest.split_once("async fn ").unwrap().1.split_once(" {\n").unwrap().0;
                let name = signature.split('(').next().unwrap().to_owned();
                let caller = signature.split_once("Caller<").map(|(_, rest)| rest.split('>').next().unwrap());
                handlers.push((method.to_uppercase(), path, name, caller.map(scope_of)));
            }
        }
    }
    handlers.sort();
    handlers
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_handler_is_mounted_and_asks_for_the_scope_that_is_documented() {
    let documented = operations().into_iter();
    let mut documented: Vec<_> =
        documented.map(|operation| (operation.method, operation.path, operation.id, operation.scope)).collect();
    documented.sort();
    let handlers = handlers();
    assert!(handlers.len() > 40, "the sources were not read");
    assert_eq!(documented, handlers);
}
