//! How indicators and objectives stand, through the API: read, measured, evaluated, explained.

use crate::harness::{TestApp, both};
use serde_json::{Value, json};

const CEDRASCO: &str = include_str!("../../data/demo/cedrasco-performance-2024-2026.txt");

/// The Cedrasco plan, read from its document.
fn cedrasco(app: &TestApp) {
    let path = "/v1/imports?administration=c_c418";
    app.as_editor("c_c418").send("POST", path, Some("text/plain"), CEDRASCO).expect(201);
}

fn indicator(objective: &str, code: &str) -> String {
    format!("/v1/indicators/c_c418~performance-2024-2026~{objective}~{code}")
}

/// Says a polarity and measures the year.
fn measure(app: &TestApp, objective: &str, code: &str, polarity: Option<&str>, measured: Value) {
    let editor = app.as_editor("c_c418");
    let path = indicator(objective, code);
    let known = editor.get(&path).expect(200);
    if let Some(polarity) = polarity {
        app.as_editor("c_c418").seen(&known.etag()).patch(&path, json!({"polarity": polarity})).expect(200);
    }
    let mut body = measured;
    body["indicator_id"] = known.json()["id"].clone();
    body["period"] = json!("2024");
    editor.post("/v1/measurements", body).expect(201);
}

#[test]
fn an_indicator_says_how_it_stands_and_why() {
    both(|app| {
        cedrasco(app);
        measure(app, "4", "2", Some("higher_is_better"), json!({"value": 145}));
        measure(app, "7", "1", None, json!({"value": -3.5}));
        measure(app, "9", "1", None, json!({"numerator": 166, "denominator": 200}));
        measure(app, "16", "1", None, json!({"value": 5}));
        measure(app, "6", "10", None, json!({"date": "2024-04-30"}));
        measure(app, "3", "2", None, json!({"numerator": 95, "denominator": 100}));
        measure(app, "12", "4", None, json!({"numerator": 100, "denominator": 100}));
        let reader = app.as_reader("c_c418");
        let stands = |objective: &str, code: &str| {
            let shown = reader.get(&format!("{}?as_of=2024-12-31", indicator(objective, code))).expect(200);
            let evaluation = shown.json()["evaluation"].clone();
            let text = |key: &str| evaluation[key].as_str().unwrap_or_default().to_owned();
            let told = evaluation["explanation"]["text"].as_str().unwrap().to_owned();
            (shown.at("/target"), text("status"), evaluation["attainment"].clone(), told)
        };
        let all = [("4", "2"), ("7", "1"), ("9", "1"), ("16", "1"), ("6", "10"), ("3", "2"), ("12", "4")];
        let all: Vec<_> = all.iter().map(|(objective, code)| stands(objective, code)).collect();
        insta::assert_json_snapshot!(all, @r#"
        [
          [
            "200",
            "partly_achieved",
            0.725,
            "Target met in part, 73 %: 145 measured, at least 200 expected."
          ],
          [
            "< 0",
            "achieved",
            1.0,
            "Target met: -3.5 measured, less than 0 expected."
          ],
          [
            "Almeno 80%",
            "achieved",
            1.0,
            "Target met: 83 % measured, at least 80 % expected."
          ],
          [
            "< 5",
            "missed",
            0.99,
            "Target missed: 5 measured, less than 5 expected."
          ],
          [
            "Entro 30.4",
            "achieved",
            1.0,
            "Done on 2024-04-30, the very day of the deadline."
          ],
          [
            "> 95%",
            "missed",
            0.99,
            "Target missed: 95 % measured, more than 95 % expected."
          ],
          [
            "100%",
            "achieved",
            1.0,
            "Target met: 100 % measured, at least 100 % expected."
          ]
        ]
        "#);
    });
}

#[test]
fn an_objective_is_the_mean_of_what_can_be_evaluated() {
    both(|app| {
        cedrasco(app);
        measure(app, "4", "2", Some("higher_is_better"), json!({"value": 100}));
        measure(app, "4", "4", None, json!({"value": 90}));
        let path = "/v1/objectives/c_c418~performance-2024-2026~4?embed=evaluation&as_of=2025-01-31";
        let objective = app.as_reader("c_c418").get(path).expect(200).json();
        assert_eq!(objective["evaluation"], json!({"attainment": 0.75, "evaluated": 2, "not_evaluated": 4}));
    });
}

#[test]
fn indicators_are_found_by_how_they_stand_and_by_kind() {
    both(|app| {
        cedrasco(app);
        measure(app, "9", "1", None, json!({"numerator": 100, "denominator": 200}));
        let reader = app.as_reader("c_c418");
        let found = |query: &str| {
            let page = reader.get(&format!("/v1/indicators?{query}&limit=200")).expect(200).json();
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["target"].as_str().unwrap_or("").to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("administration=c_c418&as_of=2025-01-01&status=partly_achieved"), ["Almeno 80%"]);
        assert_eq!(found("administration=c_c418&as_of=2025-01-01&status=achieved"), Vec::<String>::new());
        assert_eq!(found("administration=c_c418&target_kind=rate"), ["2/annuo"]);
        assert_eq!(found("administration=c_c418&target_kind=universal"), ["Tutti"]);
        assert_eq!(found("administration=c_c418&target_kind=duration"), ["Max – 5 anni"]);
        assert_eq!(found("administration=c_c418&target_kind=none").len(), 1);
        reader.get("/v1/indicators?status=missed").refused(422, "status");
        // A page that is filled from a long list is still a page with a next one.
        let page =
            reader.get("/v1/indicators?administration=c_c418&status=not_measured&limit=5&as_of=2024-06-30").expect(200);
        assert_eq!(page.json()["items"].as_array().unwrap().len(), 5);
        assert!(page.json()["_links"]["next"].is_string());
    });
}

#[test]
fn what_is_shown_has_a_new_etag_when_a_measurement_changes_it() {
    both(|app| {
        cedrasco(app);
        let reader = app.as_reader("c_c418");
        let path = indicator("9", "1");
        let before = reader.get(&path).expect(200);
        app.as_reader("c_c418").header("If-None-Match", &before.etag()).get(&path).expect(304);
        measure(app, "9", "1", None, json!({"numerator": 100, "denominator": 200}));
        let after = app.as_reader("c_c418").header("If-None-Match", &before.etag()).get(&path).expect(200);
        assert_ne!(after.etag(), before.etag());
        let patched = app.as_editor("c_c418").seen(&before.etag()).patch(&path, json!({"weight": 10}));
        assert_eq!(patched.expect(200).at("/weight"), "10.0");
    });
}

#[test]
fn a_form_reads_targets_before_it_saves_them() {
    both(|app| {
        let texts = json!({"items": [
            {"text": "Almeno 80%", "year": 2024},
            {"text": "2000", "label": "Importo complessivo incassato"},
            {"text": "5", "label": "Criticità segnalate"},
            {"text": "31.04", "year": 2024},
            {"text": "Tutti tranne i part-time"},
            {"text": ""}
        ]});
        let read = app.as_reader("c_c418").post("/v1/target-readings", texts).expect(200);
        insta::assert_json_snapshot!(read.json(), @r#"
        {
          "items": [
            {
              "canonical": ">= 80%",
              "reading": {
                "comparator": ">=",
                "confidence": "certain",
                "kind": "percent",
                "notes": [],
                "unit": "%",
                "value": 80
              },
              "text": "Almeno 80%"
            },
            {
              "canonical": "2000",
              "reading": {
                "comparator": "default",
                "confidence": "likely",
                "kind": "number",
                "notes": [
                  "No comparator is written and the polarity is unknown: higher or lower could be better.",
                  "The label suggests a unit: see the suggestions (not applied)."
                ],
                "value": 2000
              },
              "suggestions": {
                "polarity": {
                  "polarity": "higher_is_better",
                  "reason": "The label says \"incassato\", of which more is better."
                },
                "unit": {
                  "reason": "The label says \"importo\", which is measured in EUR.",
                  "unit": "EUR"
                }
              },
              "text": "2000"
            },
            {
              "canonical": "5",
              "reading": {
                "comparator": "default",
                "confidence": "likely",
                "kind": "number",
                "notes": [
                  "No comparator is written and the polarity is unknown: higher or lower could be better."
                ],
                "value": 5
              },
              "suggestions": {
                "polarity": {
                  "polarity": "lower_is_better",
                  "reason": "The label says \"criticita\", of which less is better."
                }
              },
              "text": "5"
            },
            {
              "canonical": "da valutare a mano",
              "reading": {
                "confidence": "ambiguous",
                "kind": "text",
                "notes": [
                  "The date does not exist: nothing was read from it."
                ]
              },
              "text": "31.04"
            },
            {
              "canonical": "da valutare a mano",
              "reading": {
                "confidence": "certain",
                "kind": "text",
                "notes": [
                  "A condition or exception is attached: it is evaluated by hand."
                ]
              },
              "text": "Tutti tranne i part-time"
            },
            {
              "canonical": "-",
              "reading": {
                "confidence": "certain",
                "kind": "none",
                "notes": []
              },
              "text": ""
            }
          ]
        }
        "#);
        app.as_reader("c_c418").post("/v1/target-readings", json!({"items": []})).refused(422, "/items");
        let wrong = json!({"items": [{"text": "1"}, {"text": "2", "year": 1}]});
        app.as_reader("c_c418").post("/v1/target-readings", wrong).refused(422, "/items/1/year");
    });
}

#[test]
fn a_unit_that_a_person_confirms_is_applied_and_no_other() {
    both(|app| {
        cedrasco(app);
        let path = indicator("18", "6");
        let editor = app.as_editor("c_c418");
        let known = editor.get(&path).expect(200);
        assert_eq!((known.at("/target"), known.at("/reading/kind")), ("100".to_owned(), "number".to_owned()));
        assert_eq!(known.at("/suggestions/unit/unit"), "%");
        measure(app, "18", "6", Some("higher_is_better"), json!({"numerator": 40, "denominator": 40}));
        let before = editor.get(&format!("{path}?as_of=2025-01-01")).expect(200);
        let seen = before.etag();
        let confirmed = app.as_editor("c_c418").seen(&seen).patch(&path, json!({"unit": "%"})).expect(200);
        assert_eq!(confirmed.at("/reading/kind"), "number");
        let after = editor.get(&format!("{path}?as_of=2025-01-01")).expect(200);
        assert_eq!(after.at("/evaluation/status"), "achieved");
        let percent = editor.get("/v1/indicators?administration=c_c418&target_kind=percent&limit=200").expect(200);
        assert!(percent.json()["items"].as_array().unwrap().iter().any(|row| row["id"] == known.json()["id"]));
    });
}
