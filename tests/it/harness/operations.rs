//! The operations of the contract, and how each is called: of a record that is there, with a body that could be accepted.

use super::resources::{self, HOME};
use super::{Answer, Client, TestApp};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An operation of the document.
pub struct Operation {
    pub method: String,
    pub path: String,
    pub id: String,
    /// The scope it needs; none where it is public.
    pub scope: Option<String>,
    /// Scopes that would do as well, for a part of what it does.
    pub instead: Vec<String>,
    pub responses: Vec<String>,
    /// The content type of its body.
    pub body: Option<String>,
}

pub fn document() -> Value {
    traguardo::openapi::document(None)
}

pub fn operations() -> Vec<Operation> {
    let document = document();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let keys =
                |value: &Value| value.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect::<Vec<_>>();
            let security = operation["security"].as_array().unwrap();
            let public = *security == [json!({})];
            // The token by either way of coming by it, or none at all: nothing between.
            assert!(public || security.iter().all(|one| one != &json!({})), "{method} {path}");
            let mut scopes = security.iter().filter_map(|one| one["oauth2"][0].as_str()).map(str::to_owned);
            let scope = scopes.next();
            assert_eq!(scope.is_none(), public, "{method} {path}");
            all.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                id: operation["operationId"].as_str().unwrap().to_owned(),
                scope,
                instead: scopes.collect(),
                responses: keys(&operation["responses"]),
                body: body_type(keys(&operation["requestBody"]["content"])),
            });
        }
    }
    // What is removed is no longer there to be asked for.
    all.sort_by_key(|operation| operation.method == "DELETE");
    all
}

/// Of several content types the one that `records()` has a body of.
fn body_type(types: Vec<String>) -> Option<String> {
    let text = types.iter().find(|one| *one == "text/plain").cloned();
    text.or_else(|| types.into_iter().next())
}

/// A record of each kind: its id and a body that would replace it.
pub fn records(app: &TestApp) -> BTreeMap<String, (String, Value)> {
    let mut records = BTreeMap::new();
    let plan_id = resources::performance_plan(app);
    let objective_id = resources::objective(app, &plan_id, "4");
    let section_id = resources::section(app, &plan_id, "1");
    let indicator_id = resources::indicator(app, &plan_id, "3");
    let unit = json!({"administration": HOME, "code": "1", "name": "Settore 1"});
    let measurement = json!({"indicator_id": indicator_id, "period": "2024", "value": 1});
    let plan = json!({
        "administration": HOME, "code": "performance", "title": "Altro", "kind": "performance", "start_year": 2024,
        "end_year": 2026
    });
    let made = |resource: &str, body: &Value| resources::make(app, resource, body.clone());
    let phase = resources::a_phase(&plan_id, "1");
    let deadline = resources::a_legal_deadline(&plan_id, "1");
    for (resource, id, body) in [
        ("units", made("units", &unit), unit),
        ("phases", made("phases", &phase), phase),
        ("legal-deadlines", made("legal-deadlines", &deadline), deadline),
        ("measurements", made("measurements", &measurement), measurement),
        ("plans", plan_id.clone(), plan),
        ("sections", section_id, json!({"plan_id": plan_id, "code": "1", "title": "Altro"})),
        ("objectives", objective_id, resources::an_objective(&plan_id, "4")),
        ("indicators", indicator_id, resources::an_indicator(&plan_id, "3")),
        ("administrations", HOME.to_owned(), json!({"name": "Cedrasco", "kind": "comune"})),
    ] {
        records.insert(resource.to_owned(), (id, body));
    }
    let procedure_times = resources::procedure_times(app);
    let others = [
        resources::digital_services(app),
        resources::platform_adoptions(app),
        resources::procedures(app),
        procedure_times,
    ];
    for resource in others {
        let body = (resource.body)(1);
        let id = resources::make(app, resource.name, body.clone());
        records.insert(resource.name.to_owned(), (id, body));
    }
    let document = "OBIETTIVI GESTIONALI TRASVERSALI\n\nDEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\t\
                        ASSEGNAZIONE OBIETTIVO\n1. Privacy\t1. Nomine\t2024\tTutti\n";
    let path =
        format!("/v1/imports?administration={HOME}&code=imported&kind=performance&start_year=2024&end_year=2024");
    let import = app.as_editor(HOME).send("POST", &path, Some("text/plain"), document).expect(201);
    records.insert("imports".to_owned(), (import.at("/id"), json!(document)));
    let registration = json!({"aoo": "AOO1", "year": 2024, "number": 1, "direction": "incoming", "date": "2024-06-03"});
    let service = json!({"administration": HOME, "code": "anagrafe", "name": "Anagrafe"});
    let service = resources::make(app, "digital-services", service);
    let usage = json!({"service_code": "anagrafe", "month": "2024-05", "accesses": 3});
    records.insert("protocol-registrations".to_owned(), (String::new(), json!({"items": [registration]})));
    records.insert("service-usage".to_owned(), (service, json!({"items": [usage]})));
    let day = format!("{HOME}~AOO1~2024-06-04");
    let totals = json!({"incoming": 7, "outgoing": 2});
    app.as_administrator().put(&format!("/v1/protocol-days/{day}"), totals.clone()).expect(201);
    records.insert("protocol-days".to_owned(), (day, totals));
    let plan_id = records["plans"].0.clone();
    records.insert("create_successor".to_owned(), (plan_id, json!({"code": "successor"})));
    let inventory = json!({"administration": HOME, "code": "servizi-2024", "kind": "service_inventory"});
    let published = app.as_administrator().post("/v1/publications", inventory.clone()).expect(201).at("/id");
    records.insert("publications".to_owned(), (published, inventory));
    workflow(app, &mut records);
    records.insert("exports".to_owned(), ("plans".to_owned(), Value::Null));
    records.insert("target-readings".to_owned(), (String::new(), json!({"targets": [{"target": "Almeno 80%"}]})));
    records
}

/// A plan that has gone its way: moved, measured, locked and reported, in a year of its own that is over.
fn workflow(app: &TestApp, records: &mut BTreeMap<String, (String, Value)>) {
    let plan_id = resources::plan(app, "last-year", 2022, 2023);
    let objective_id = resources::objective(app, &plan_id, "4");
    let indicator_id = resources::indicator(app, &plan_id, "3");
    let measured = |period: &str| json!({"indicator_id": indicator_id, "period": period, "value": 1});
    let approve = json!({"plan_id": plan_id, "to": "approved", "act": resources::an_act()});
    let moved = app.as_approver(HOME).post("/v1/plan-transitions", approve).expect(201).at("/id");
    let force = json!({"plan_id": plan_id, "to": "in_force"});
    records.insert("plan-transitions".to_owned(), (moved, force));
    let lock = |year: &str| json!({"plan_id": plan_id, "period": year, "reason": "Ufficio non attivato"});
    let locked = app.as_evaluator(HOME).post("/v1/period-locks", lock("2022")).expect(201).at("/id");
    records.insert("period-locks".to_owned(), (locked, lock("2023-Q1")));
    let measurement = resources::make(app, "measurements", measured("2023-S2"));
    let validated = json!({"plan_id": plan_id, "items": [{"measurement_id": measurement, "version": 1}]});
    records.insert("measurement-validations".to_owned(), (String::new(), validated));
    let report = resources::a_report(&objective_id, "2023");
    let id = resources::make(app, "progress-reports", report.clone());
    records.insert("progress-reports".to_owned(), (id, report));
}

/// Bodies of operations that are not those of their segment's records.
const OF_THEIR_OWN: [(&str, &str); 1] = [("show_supposed_scores", "{}")];

/// Operations whose query names the administration.
const OF_A_NAMED_ONE: [&str; 9] = [
    "list_changes",
    "show_export",
    "create_import",
    "show_digital_service_counts",
    "create_protocol_registrations",
    "create_service_usage",
    "list_protocol_days",
    "show_service_kpis",
    "show_comparison",
];

/// Operations whose query says what is to be counted.
const OF_A_METRIC: [&str; 3] = ["show_comparison", "show_rollups", "list_missing_administrations"];

/// Calls an operation: of the record that is there, where it is of one.
pub fn call(client: Client, operation: &Operation, records: &BTreeMap<String, (String, Value)>) -> Answer {
    let segment = operation.path.split('/').nth(1).unwrap_or_default();
    // An operation of its own body comes before its resource.
    let record = records.get(&operation.id).or(records.get(segment));
    let mut path = format!("/v1{}", operation.path);
    if let (Some(start), Some(end)) = (path.find('{'), path.find('}')) {
        let (id, _) = record.unwrap_or_else(|| panic!("{}: say in records() which {segment} there is", operation.id));
        path.replace_range(start..=end, id);
    }
    if OF_A_NAMED_ONE.contains(&operation.id.as_str()) {
        path.push_str(&format!("?administration={HOME}"));
    }
    if operation.id == "show_publication_differences" {
        path.push_str(&format!("?with={}", record.map_or("", |(id, _)| id)));
    }
    let own = OF_THEIR_OWN.iter().find(|(id, _)| *id == operation.id).map(|(_, body)| *body);
    if OF_A_METRIC.contains(&operation.id.as_str()) {
        let join = if path.contains('?') { '&' } else { '?' };
        path.push_str(&format!("{join}metric=services.online"));
    }
    let body = match (operation.method.as_str(), record) {
        ("PATCH", _) => "{}".to_owned(),
        _ if own.is_some() => own.unwrap_or_default().to_owned(),
        (_, Some((_, Value::String(text)))) => text.clone(),
        (_, Some((_, body))) => body.to_string(),
        (_, None) => String::new(),
    };
    client.header("If-Match", "*").send(&operation.method, &path, operation.body.as_deref(), &body)
}
