//! The schemas satisfy the strict linter, and the JSON has exactly the nine keys.

use serde_json::{Value, json};
use traguardo::planning::targets::evaluate::{Evaluation, RollUp};
use traguardo::planning::targets::{Context, Reading, Suggestions, TargetLine, read};
use utoipa::PartialSchema;
use utoipa::ToSchema;

/// What the linter (`../shared/tools/oas-strict.mjs`) would say, by path.
fn findings(schema: &Value, path: &str, found: &mut Vec<String>) {
    let Some(object) = schema.as_object() else {
        return;
    };
    let mut say = |what: &str| found.push(format!("{path}: {what}"));
    let kind = object.get("type");
    let is = |name: &str| {
        kind.is_some_and(|kind| kind == name || kind.as_array().is_some_and(|kinds| kinds.contains(&json!(name))))
    };
    if is("null") {
        say("null in a type");
    }
    if is("string") && !object.contains_key("enum") {
        if !object.contains_key("maxLength") {
            say("string without maxLength");
        }
        if !object.contains_key("pattern") && !object.contains_key("format") {
            say("string without pattern or format");
        }
    }
    if (is("number") || is("integer")) && !["format", "minimum", "maximum"].iter().all(|key| object.contains_key(*key))
    {
        say("number without format or bounds");
    }
    if is("array") && !["minItems", "maxItems"].iter().all(|key| object.contains_key(*key)) {
        say("array without bounds");
    }
    if is("object") && object.get("additionalProperties") != Some(&json!(false)) {
        say("open object");
    }
    if kind.is_none() && !["$ref", "oneOf", "allOf", "enum"].iter().any(|key| object.contains_key(*key)) {
        say("schema without type");
    }
    for (name, property) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
        findings(property, &format!("{path}.{name}"), found);
    }
    if let Some(items) = object.get("items") {
        findings(items, &format!("{path}[]"), found);
    }
    for key in ["oneOf", "allOf", "anyOf"] {
        for each in object.get(key).and_then(Value::as_array).into_iter().flatten() {
            findings(each, &format!("{path}/{key}"), found);
        }
    }
}

#[test]
fn schemas_are_strict() {
    let mut schemas = vec![
        ("Reading".to_owned(), Reading::schema()),
        ("TargetLine".to_owned(), TargetLine::schema()),
        ("Evaluation".to_owned(), Evaluation::schema()),
        ("RollUp".to_owned(), RollUp::schema()),
        ("Suggestions".to_owned(), Suggestions::schema()),
    ];
    Reading::schemas(&mut schemas);
    TargetLine::schemas(&mut schemas);
    Evaluation::schemas(&mut schemas);
    Suggestions::schemas(&mut schemas);
    let mut found = Vec::new();
    for (name, schema) in &schemas {
        let schema = serde_json::to_value(schema).unwrap();
        println!("{name}: {schema:#}");
        findings(&schema, name, &mut found);
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_line_has_exactly_its_keys() {
    let line = |text| serde_json::to_value(TargetLine { text, reading: read(text, Context::year(2024)) }).unwrap();
    assert_eq!(
        line("> 95%"),
        json!({"text": "> 95%", "kind": "percent", "comparator": ">", "value": 95, "unit": "%", "confidence": "certain", "notes": []})
    );
    assert_eq!(line("SI")["value"], json!(true));
    assert_eq!(line("12,5%")["value"], json!(12.5));
    assert_eq!(line("entro 3/5 giorni")["value2"], json!(5));
    assert_eq!(line("10")["comparator"], json!("default"));
    assert_eq!(line("Entro 31.12")["deadline_rule"], json!("Y-12-31"));
    let text = line("+10% rispetto al 2023").to_string();
    assert!(text.contains("Baseline: the year 2023."), "{text}");
}

#[test]
fn unknown_keys_and_wild_numbers_are_refused() {
    let refused = |json: Value| serde_json::from_value::<Reading>(json).is_err();
    assert!(refused(json!({"kind": "number", "confidence": "certain", "notes": [], "surprise": 1})));
    assert!(refused(json!({"kind": "number", "value": 1e300, "confidence": "certain", "notes": []})));
    assert!(refused(json!({"kind": "date", "deadline_rule": "tomorrow", "confidence": "certain", "notes": []})));
    assert!(!refused(json!({"kind": "boolean", "comparator": "=", "value": true, "confidence": "certain"})));
}
