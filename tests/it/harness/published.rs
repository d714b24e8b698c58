//! What is published in the tests: a plan that is drafted, approved, measured, reported, locked.

use super::resources::HOME;
use super::{Answer, TestApp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const PATH: &str = "/v1/publications";

pub fn act(number: &str) -> Value {
    json!({"kind": "deliberazione", "body": "Giunta comunale", "number": number, "date": "2023-01-31"})
}

/// A draft of 2023 to 2025 with one objective, one phase, two indicators: the plan's and the indicators' ids.
pub fn draft(app: &TestApp, code: &str) -> (String, Vec<String>) {
    let make = |resource: &str, body: Value| {
        app.as_administrator().post(&format!("/v1/{resource}"), body).expect(201).at("/id")
    };
    let plan = make(
        "plans",
        json!({"administration": HOME, "code": code, "title": "Performance 2023-2025", "kind": "performance",
            "start_year": 2023, "end_year": 2025, "description": "Sezione 2.2 <del> PIAO & altro"}),
    );
    let objective = make(
        "objectives",
        json!({"plan_id": plan, "code": "4", "title": "App IO <b>e</b> pagoPA", "scope": "cross_cutting",
            "assignees": ["Tutti"], "weight": 20, "risk_rating": "high",
            "budget_links": [{"mission": "1", "programme": "08"}]}),
    );
    make(
        "phases",
        json!({"plan_id": plan, "objective_id": objective, "code": "1", "title": "Avvio", "schedule": ["2023-Q1"]}),
    );
    let indicator = |code: &str, title: &str, target: &str| {
        make(
            "indicators",
            json!({"plan_id": plan, "objective_id": objective, "code": code, "title": title, "target": target,
                "target_year": 2023, "polarity": "higher_is_better"}),
        )
    };
    let indicators = vec![indicator("1", "Pagamenti", "Almeno 80%"), indicator("2", "=Servizi+1", "≥ 3")];
    (plan, indicators)
}

pub fn move_to(app: &TestApp, plan: &str, status: &str) {
    let body = json!({"plan_id": plan, "to": status, "act": act("12")});
    app.as_administrator().post("/v1/plan-transitions", body).expect(201);
}

pub fn approved(app: &TestApp, code: &str) -> (String, Vec<String>) {
    let (plan, indicators) = draft(app, code);
    move_to(app, &plan, "approved");
    (plan, indicators)
}

/// The plan's first year measured, reported and validated; locked where asked.
pub fn year_of(app: &TestApp, plan: &str, indicators: &[String], lock: bool) {
    move_to(app, plan, "in_force");
    let mut items = Vec::new();
    for (indicator, value) in indicators.iter().zip([83.0, 2.0]) {
        let body = json!({"indicator_id": indicator, "period": "2023", "value": value, "note": "solo per l'ufficio"});
        let made = app.as_administrator().post("/v1/measurements", body).expect(201);
        items.push(json!({"measurement_id": made.at("/id"), "version": 1}));
    }
    let body = json!({"plan_id": plan, "items": items});
    app.as_administrator().post("/v1/measurement-validations", body).expect(200);
    let objective =
        app.as_administrator().get(&format!("/v1/indicators/{}", indicators[0])).expect(200).at("/objective_id");
    for (period, status) in [("2023", "submitted"), ("2023-S1", "draft")] {
        let body = json!({"objective_id": objective, "period": period, "status": status, "progress": "late",
            "description": format!("Relazione {period}"), "deviation_causes": "Fornitore in ritardo"});
        app.as_administrator().post("/v1/progress-reports", body).expect(201);
    }
    if lock {
        app.as_administrator().post("/v1/period-locks", json!({"plan_id": plan, "period": "2023"})).expect(201);
    }
}

pub fn publish(app: &TestApp, body: Value) -> Answer {
    let mut whole = json!({"administration": HOME});
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    app.as_administrator().post(PATH, whole)
}

pub fn published_plan(app: &TestApp) -> Value {
    let (plan, _) = approved(app, "p");
    publish(app, json!({"code": "piano", "kind": "plan", "plan_id": plan})).expect(201).json()
}

pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
