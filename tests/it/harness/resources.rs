//! One record of each kind, as a client sends it: what the tests of a resource and the walk through the contract share.

use super::TestApp;
use serde_json::{Value, json};

/// Whose records they are: Cedrasco.
pub const HOME: &str = "c_c418";
/// Who has no business with them: Campi Bisenzio.
pub const OTHER: &str = "c_b507";

/// What the tests that every resource passes have to know of it.
pub struct Resource {
    /// Its URL segment.
    pub name: &'static str,
    /// The body of the n-th record; what it hangs on is there.
    pub body: Box<dyn Fn(usize) -> Value>,
    /// The n-th record's key by its sender's codes.
    pub key: Box<dyn Fn(usize) -> String>,
    /// A field that every record has.
    pub required: &'static str,
    /// A field that may be left out, which the bodies have; none where there is no such field.
    pub optional: Option<&'static str>,
    /// A field with another value than the bodies'.
    pub change: (&'static str, Value),
}

impl Resource {
    pub fn path(&self) -> String {
        format!("/v1/{}", self.name)
    }

    /// The body of the n-th record with the change made.
    pub fn changed(&self, n: usize) -> Value {
        let mut body = (self.body)(n);
        body[self.change.0] = self.change.1.clone();
        body
    }
}

/// Makes a record of Cedrasco's and gives its id.
#[track_caller]
pub fn make(app: &TestApp, resource: &str, body: Value) -> String {
    app.as_editor(HOME).post(&format!("/v1/{resource}"), body).expect(201).at("/id")
}

/// A plan of these years.
pub fn plan(app: &TestApp, code: &str, start_year: i32, end_year: i32) -> String {
    let body = json!({
        "administration": HOME, "code": code, "title": "Piano della performance", "kind": "performance",
        "start_year": start_year, "end_year": end_year
    });
    make(app, "plans", body)
}

/// The plan that most tests need: `performance`, 2024 to 2026.
pub fn performance_plan(app: &TestApp) -> String {
    plan(app, "performance", 2024, 2026)
}

pub fn section(app: &TestApp, plan_id: &str, code: &str) -> String {
    make(app, "sections", json!({"plan_id": plan_id, "code": code, "title": "Servizi finanziari"}))
}

pub fn objective(app: &TestApp, plan_id: &str, code: &str) -> String {
    make(app, "objectives", an_objective(plan_id, code))
}

pub fn an_objective(plan_id: &str, code: &str) -> Value {
    json!({"plan_id": plan_id, "code": code, "title": "Transizione digitale", "scope": "cross_cutting"})
}

pub fn a_phase(plan_id: &str, code: &str) -> Value {
    json!({"plan_id": plan_id, "code": code, "title": "Avvio di pagoPA"})
}

pub fn an_indicator(plan_id: &str, code: &str) -> Value {
    json!({"plan_id": plan_id, "code": code, "title": "Pagamenti elettronici sul totale"})
}

/// An indicator of the plan itself.
pub fn indicator(app: &TestApp, plan_id: &str, code: &str) -> String {
    make(app, "indicators", an_indicator(plan_id, code))
}

/// The act by which a plan is approved.
pub fn an_act() -> Value {
    json!({"kind": "deliberazione", "body": "Giunta comunale", "number": "7", "date": "2024-01-30"})
}

/// Moves a plan, by that act.
#[track_caller]
pub fn move_plan(app: &TestApp, plan_id: &str, to: &str) {
    let body = json!({"plan_id": plan_id, "to": to, "act": an_act(), "reason": "Rimodulazione"});
    app.as_approver(HOME).post("/v1/plan-transitions", body).expect(201);
}

pub fn a_report(objective_id: &str, period: &str) -> Value {
    json!({
        "objective_id": objective_id, "period": period, "progress": "on_schedule", "description": "12 servizi su 20",
        "deviation_causes": "Nessuna"
    })
}

pub fn progress_reports(app: &TestApp) -> Resource {
    let plan_id = performance_plan(app);
    let objective_id = objective(app, &plan_id, "4");
    let period = |n: usize| ["2024", "2024-S1", "2024-S2", "2025", "2025-S1", "2025-S2", "2026", "2026-S1"][n];
    Resource {
        name: "progress-reports",
        body: Box::new(move |n| a_report(&objective_id, period(n))),
        key: Box::new(move |n| format!("{HOME}~performance~4~{}", period(n))),
        required: "description",
        optional: Some("deviation_causes"),
        change: ("progress", json!("done")),
    }
}

pub fn units(_: &TestApp) -> Resource {
    Resource {
        name: "units",
        body: Box::new(|n| json!({"administration": HOME, "code": format!("S{n}"), "name": format!("Settore {n}")})),
        key: Box::new(|n| format!("{HOME}~S{n}")),
        required: "name",
        optional: None,
        change: ("name", json!("Ufficio tributi")),
    }
}

pub fn plans(_: &TestApp) -> Resource {
    Resource {
        name: "plans",
        body: Box::new(|n| {
            json!({
                "administration": HOME, "code": format!("performance-{n}"), "title": "Performance 2024-2026",
                "kind": "performance", "start_year": 2024, "end_year": 2026, "description": "Sezione 2.2 del PIAO"
            })
        }),
        key: Box::new(|n| format!("{HOME}~performance-{n}")),
        required: "title",
        optional: Some("description"),
        change: ("title", json!("Piano della performance 2024-2026")),
    }
}

pub fn sections(app: &TestApp) -> Resource {
    let plan_id = performance_plan(app);
    Resource {
        name: "sections",
        body: Box::new(move |n| json!({"plan_id": plan_id, "code": format!("{n}.1"), "title": "Servizi online"})),
        key: Box::new(|n| format!("{HOME}~performance~{n}.1")),
        required: "title",
        optional: None,
        change: ("title", json!("Servizi in rete")),
    }
}

pub fn objectives(app: &TestApp) -> Resource {
    let plan_id = performance_plan(app);
    Resource {
        name: "objectives",
        body: Box::new(move |n| {
            json!({
                "plan_id": plan_id, "code": n.to_string(), "title": "Transizione digitale", "scope": "sectoral",
                "level": "strategic", "assignees": ["Segretario comunale", "Tutti"], "weight": 12.5,
                "risk_rating": "high", "strategic_rating": "medium", "description": "App IO e pagoPA\nper tutti"
            })
        }),
        key: Box::new(|n| format!("{HOME}~performance~{n}")),
        required: "title",
        optional: Some("weight"),
        change: ("risk_rating", json!("low")),
    }
}

pub fn phases(app: &TestApp) -> Resource {
    let plan_id = performance_plan(app);
    let objective_id = objective(app, &plan_id, "4");
    Resource {
        name: "phases",
        body: Box::new(move |n| {
            json!({
                "plan_id": plan_id, "objective_id": objective_id, "code": n.to_string(), "title": "Avvio di pagoPA",
                "schedule": ["2024", "2025-Q3"], "assignees": ["Servizio finanziario"], "description": "Tutti gli uffici"
            })
        }),
        key: Box::new(|n| format!("{HOME}~performance~4~{n}")),
        required: "title",
        optional: Some("schedule"),
        change: ("title", json!("Avvio di App IO")),
    }
}

pub fn indicators(app: &TestApp) -> Resource {
    let plan_id = performance_plan(app);
    let objective_id = objective(app, &plan_id, "4");
    Resource {
        name: "indicators",
        body: Box::new(move |n| {
            json!({
                "plan_id": plan_id, "objective_id": objective_id, "code": n.to_string(), "title": "Pagamenti con pagoPA",
                "kind": "outcome", "target": "Almeno 80%", "target_year": 2025, "polarity": "higher_is_better",
                "unit": "%", "weight": 50.0, "baseline": {"value": 62.5, "year": 2023}
            })
        }),
        key: Box::new(|n| format!("{HOME}~performance~4~{n}")),
        required: "title",
        optional: Some("baseline"),
        change: ("target", json!("Almeno 90%")),
    }
}

pub fn measurements(app: &TestApp) -> Resource {
    let plan_id = performance_plan(app);
    let indicator_id = indicator(app, &plan_id, "3");
    Resource {
        name: "measurements",
        body: Box::new(move |n| {
            json!({
                "indicator_id": indicator_id, "period": format!("2024-{n:02}"), "numerator": 166.0, "denominator": 200.0,
                "note": "Dal gestionale"
            })
        }),
        key: Box::new(|n| format!("{HOME}~performance~~3~2024-{n:02}")),
        required: "period",
        optional: Some("note"),
        change: ("numerator", json!(170.0)),
    }
}

pub fn digital_services(_: &TestApp) -> Resource {
    Resource {
        name: "digital-services",
        body: Box::new(|n| {
            json!({
                "administration": HOME, "code": format!("FIDO-{n}"), "name": "Refezione scolastica", "category": "1",
                "audience": "citizens", "channel": "02.1", "interactivity_level": 4, "status": "active",
                "authentication_types": ["SPIDL2", "CIE"], "payment_types": ["Refezione"], "on_pagopa": true,
                "active_from": "2018-09-01", "response_term_days": 30, "url": "https://comune.example/refezione"
            })
        }),
        key: Box::new(|n| format!("{HOME}~FIDO-{n}")),
        required: "name",
        optional: Some("url"),
        change: ("interactivity_level", json!(5)),
    }
}

pub fn platform_adoptions(_: &TestApp) -> Resource {
    let platform = |n: usize| ["ipa", "pec", "anpr", "spid", "cie_login", "cns", "app_io", "pagopa"][n];
    Resource {
        name: "platform-adoptions",
        body: Box::new(move |n| {
            json!({
                "administration": HOME, "platform": platform(n), "status": "active", "active_from": "2017-03-01",
                "intermediary": "ARPA Regione Toscana", "service_count": 35
            })
        }),
        key: Box::new(move |n| format!("{HOME}~{}", platform(n))),
        required: "platform",
        optional: Some("intermediary"),
        change: ("service_count", json!(36)),
    }
}

pub fn procedures(_: &TestApp) -> Resource {
    Resource {
        name: "procedures",
        body: Box::new(|n| {
            json!({
                "administration": HOME, "code": format!("SUE-{n}"), "name": "Permesso di costruire", "maximum_days": 90,
                "forms": [{"name": "Domanda", "state": "paper"}], "steps": ["Istruttoria"], "digital_level": 1
            })
        }),
        key: Box::new(|n| format!("{HOME}~SUE-{n}")),
        required: "name",
        optional: Some("maximum_days"),
        change: ("steps", json!(["Istruttoria", "Rilascio"])),
    }
}

pub fn procedure_times(app: &TestApp) -> Resource {
    let procedure_id = make(app, "procedures", (procedures(app).body)(9));
    Resource {
        name: "procedure-times",
        body: Box::new(move |n| {
            json!({
                "procedure_id": procedure_id, "period": format!("2023-{n:02}"), "cases": 40, "within_term": 36,
                "median_days": 21.5, "note": "Dal gestionale"
            })
        }),
        key: Box::new(|n| format!("{HOME}~SUE-9~2023-{n:02}")),
        required: "period",
        optional: Some("note"),
        change: ("within_term", json!(35)),
    }
}
