//! The contract, generated from the mounted routes. Handlers state what is their own; what every operation shares (refusals,
//! headers, examples, patches) is added here, once. `openapi/openapi.json` is this document, checked in.

mod samples;

use crate::app;
use crate::auth::SCOPES;
use crate::error::{Kind, ProblemBody};
use crate::history::AsOf;
use crate::http::page::Cursor;
use crate::planning::objectives::parts::Embed;
use crate::record::RecordKey;
use crate::reporting::changes::cursor::ChangeCursor;
use crate::reporting::changes::model::ChangeView;
use crate::reporting::datasets::DataResource;
use crate::reporting::datasets::selection::DataResources;
use crate::text::Search;
use samples::samples;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use utoipa_actix_web::AppExt;

/// The server of the published contract; a running service's own stands in `/openapi.json` where it is known.
const SERVER: &str = "https://api.traguardo.example/v1";
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The whole document. `server` is the public URL with the base path.
pub fn document(server: Option<&str>) -> Value {
    let (_, generated) = actix_web::App::new().into_utoipa_app().configure(app::mount).split_for_parts();
    let mut document = serde_json::to_value(generated).unwrap_or_default();
    add_schemas(&mut document);
    plain_names(&mut document);
    never_null(&mut document);
    close(&mut document["components"]["schemas"]);
    patches(&mut document);
    describe(&mut document, server.unwrap_or(SERVER));
    let samples = samples();
    for (path, item) in object(&mut document["paths"]) {
        for (method, operation) in object(item).iter_mut().filter(|(method, _)| METHODS.contains(&method.as_str())) {
            complete(path, method, operation, &samples);
        }
    }
    document
}

/// An object's fields; of anything else, none.
fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = json!({});
    }
    match value {
        Value::Object(fields) => fields,
        _ => unreachable!("made an object above"),
    }
}

/// Schemas that no body has: of refusals and of parameters.
fn add_schemas(document: &mut Value) {
    fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
    let mut schemas = Vec::new();
    add::<ProblemBody<'_>>(&mut schemas);
    add::<ChangeCursor>(&mut schemas);
    add::<Cursor>(&mut schemas);
    add::<DataResource>(&mut schemas);
    add::<DataResources>(&mut schemas);
    add::<ChangeView>(&mut schemas);
    add::<Embed>(&mut schemas);
    add::<RecordKey>(&mut schemas);
    add::<Search>(&mut schemas);
    add::<AsOf>(&mut schemas);
    let components = object(&mut document["components"]["schemas"]);
    for (name, schema) in schemas {
        components.insert(name, serde_json::to_value(schema).unwrap_or_default());
    }
}

/// `Page_Plan` is `PlanPage`: names of schemas have no underscore.
fn plain_names(document: &mut Value) {
    fn plain(name: &str) -> String {
        match name.strip_prefix("Page_") {
            Some(item) => format!("{item}Page"),
            None => name.to_owned(),
        }
    }
    fn walk(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    match value {
                        Value::String(target) if key == "$ref" => {
                            if let Some(name) = target.strip_prefix("#/components/schemas/") {
                                *target = format!("#/components/schemas/{}", plain(name));
                            }
                        }
                        _ => walk(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(document);
    let schemas = std::mem::take(object(&mut document["components"]["schemas"]));
    let mut renamed: Map<_, _> = schemas.into_iter().map(|(name, schema)| (plain(&name), schema)).collect();
    // A page's items are written out again by the generator: refer to them instead.
    for (name, schema) in &mut renamed {
        if let Some(item) = name.strip_suffix("Page") {
            schema["properties"]["items"]["items"] = json!({"$ref": format!("#/components/schemas/{item}")});
        }
    }
    document["components"]["schemas"] = Value::Object(renamed);
}

/// An optional field is left out, never null: `["string", "null"]` is `"string"`, "this or null" is this.
fn never_null(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Array(types)) = fields.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    fields.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(options)) = fields.get_mut("oneOf") {
                options.retain(|option| option["type"] != "null");
                if let [Value::Object(only)] = options.as_slice() {
                    let only = only.clone();
                    fields.remove("oneOf");
                    fields.extend(only);
                }
            }
            fields.values_mut().for_each(never_null);
        }
        Value::Array(items) => items.iter_mut().for_each(never_null),
        _ => {}
    }
}

/// Objects have the fields that are named and no others; a map says how many it may hold.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("type").is_some_and(|kind| kind == "object") && !fields.contains_key("maxProperties") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            } else if fields.contains_key("maxProperties") {
                fields.insert("additionalProperties".to_owned(), json!(true));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// The schema of a merge patch is that of its resource's input with nothing required and null where a field may be
/// cleared.
fn patches(document: &mut Value) {
    let mut made = Map::new();
    let schemas = document["components"]["schemas"].clone();
    for (_, item) in object(&mut document["paths"]) {
        let Some(body) = item.pointer_mut("/patch/requestBody/content/application~1merge-patch+json/schema") else {
            continue;
        };
        let Some(input) = body["$ref"].as_str().and_then(|target| target.rsplit('/').next()).map(str::to_owned) else {
            continue;
        };
        let name = format!("{}Patch", input.trim_start_matches("New"));
        let mut schema = schemas[&input].clone();
        let required: Vec<String> = serde_json::from_value(schema["required"].take()).unwrap_or_default();
        for (field, property) in object(&mut schema["properties"]) {
            if !required.contains(field) {
                let description = object(property).remove("description");
                *property = json!({"oneOf": [property, {"type": "null"}]});
                if let Some(description) = description {
                    property["description"] = description;
                }
            }
        }
        object(&mut schema).remove("required");
        schema["description"] =
            json!(format!("Fields of a {} to change; null clears one.", input.trim_start_matches("New")));
        *body = json!({"$ref": format!("#/components/schemas/{name}")});
        made.insert(name, schema);
    }
    object(&mut document["components"]["schemas"]).extend(made);
}

fn describe(document: &mut Value, server: &str) {
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Traguardo",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Performance objectives, indicators and digital services of Italian public administrations",
        "x-summary": "Performance objectives, indicators and digital services of Italian public administrations",
        "x-api-id": "5b2c1f0e-8d4a-4a86-9a55-2f0a5c0d7e11",
        "description": "Holds the performance objectives of public administrations, measures them with indicators and lets \
    others watch the outcome.\n\nEvery list pages by keyset: follow `_links.next`. Every record carries its ETag: send it back in \
    `If-Match` to change what you have seen. A record is named by its id or by its sender's own codes joined by `~`.",
        "termsOfService": "https://traguardo.example/terms",
        "contact": {"name": "Traguardo", "url": "https://traguardo.example", "email": "info@traguardo.example"},
        "license": {"name": "EUPL-1.2", "url": "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12"}
    });
    document["servers"] = json!([{"url": server, "description": "The service"}]);
    document["tags"] =
        TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect();
    let scopes: Map<String, Value> =
        SCOPES.iter().map(|(name, meaning)| ((*name).to_owned(), json!(meaning))).collect();
    let token_url = format!("{}/oauth2/token", server.trim_end_matches("/v1"));
    document["components"]["securitySchemes"] = json!({
        "oauth2": {
            "type": "oauth2",
            "description": "A JWT access token (RFC 9068) as `Authorization: Bearer`, made and checked by the best current \
    practices of RFC 8725: ES256, a fixed type, issuer and audience, minutes of life.",
            "flows": {"clientCredentials": {"tokenUrl": token_url, "scopes": scopes}}
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The same token, however it was come by: `traguardo token` prints one. Made and checked by RFC 8725."
        }
    });
    document["components"]["headers"] = headers();
    document["components"]["responses"] = refusals();
}

const TAGS: &[(&str, &str)] = &[
    ("service", "Whether the service is well"),
    ("access", "Tokens and the keys that verify them"),
    ("administrations", "The bodies whose plans are held: all comuni, and others as they are added"),
    ("units", "Organisational units of an administration"),
    ("plans", "Plans: a period, a kind, a status, the act that approved it"),
    ("plan-transitions", "Moves of a plan from status to status, each by an act"),
    ("sections", "Sections of a plan"),
    ("objectives", "What is to be reached, by whom, how it is rated, which budget it hangs on"),
    ("phases", "Steps of an objective, or actions of a plan, with their schedules"),
    ("legal-deadlines", "Days by which a law wants something of a plan, once or again and again, with the days left"),
    ("indicators", "What is measured; the target as written and as read"),
    ("target-readings", "What a target text says, before it is saved"),
    ("measurements", "What an indicator showed in a period, in versions"),
    ("progress-reports", "How an objective came along in a year or half-year"),
    ("period-locks", "Locks on periods of a plan: what was measured and reported in them stands"),
    ("readiness", "What is missing before a year's final report can be approved"),
    ("scores", "Evaluation for results: the scores of units and offices, real and supposed"),
    (
        "procedures",
        "The census of procedures: who answers, in how many days, with which forms, with which rights online",
    ),
    ("procedure-times", "How long procedures really took, by period"),
    ("platform-adoptions", "SPID, CIE, pagoPA, App IO, ANPR …: adopted since when, through whom, paid by which grants"),
    ("digital-services", "The inventory of digital services and their counts, on any day"),
    ("service-usage", "How much the services are used, month by month"),
    ("protocol-registrations", "What the protocol systems registered, without any personal data"),
    ("protocol-days", "Registrations by day, and the working days without any"),
    ("metric-definitions", "What is counted without anyone typing it"),
    ("monitoring", "How plans stand, their series and schedules; figures of services and the protocol"),
    (
        "publications",
        "What was frozen and signed, for everybody to read: plans, their reports, inventories of services",
    ),
    ("catalog", "The catalogue of open data (DCAT-AP_IT)"),
    ("changes", "The change feed: what changed since a cursor, what was removed"),
    ("exports", "Whole data sets in one answer"),
    ("digests", "What proves that a copy equals its source"),
    ("imports", "Whole documents, and files of rows, read at once"),
    ("audit-events", "Who changed what"),
];

fn headers() -> Value {
    let number = |description: &str, maximum: i64| json!({"description": description, "schema": {"type": "integer", "format": "int64", "minimum": 0, "maximum": maximum}});
    let text = |description: &str, pattern: &str, length: i64| json!({"description": description, "schema": {"type": "string", "maxLength": length, "pattern": pattern}});
    json!({
        "X-RateLimit-Limit": number("Requests a minute", 10_000_000),
        "X-RateLimit-Remaining": number("Requests left in this minute", 10_000_000),
        "X-RateLimit-Reset": number("Seconds until the next minute", 60),
        "X-Correlation-ID": text("Names the request in our log", "^[0-9A-Za-z-]+$", 64),
        "Cache-Control": text("Who may keep the answer, and for how long", "^[ -~]+$", 100),
        "ETag": text("The state of the record, for If-Match and If-None-Match", "^\"[0-9a-f.]+\"$", 80),
        "Export-Cursor": text("Where the change feed goes on after this export", "^[A-Za-z0-9_-]+$", 600),
        "Retry-After": number("Seconds to wait", 3600),
        "WWW-Authenticate": text("How to authenticate", "^[ -~]+$", 200),
        "Location": {"description": "Where the new record stands", "schema": {"type": "string", "maxLength": 2000, "format": "uri"}},
    })
}

fn header_refs(names: &[&str]) -> Value {
    let every =
        ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Correlation-ID", "Cache-Control"];
    let names = every.iter().chain(names);
    names
        .map(|name| ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")})))
        .collect::<Map<_, _>>()
        .into()
}

/// The refusals, as components: one for each kind of problem.
const REFUSALS: &[(&str, Kind)] = &[
    ("Malformed", Kind::Malformed),
    ("Unauthenticated", Kind::Unauthenticated),
    ("Forbidden", Kind::Forbidden),
    ("NotFound", Kind::NotFound),
    ("Conflict", Kind::Conflict),
    ("NotAcceptable", Kind::NotAcceptable),
    ("Gone", Kind::Gone),
    ("Stale", Kind::Stale),
    ("TooLarge", Kind::TooLarge),
    ("UnsupportedMediaType", Kind::UnsupportedMediaType),
    ("Invalid", Kind::Invalid),
    ("PreconditionRequired", Kind::PreconditionRequired),
    ("TooManyRequests", Kind::TooManyRequests),
    ("Unavailable", Kind::Unavailable),
];

fn refusals() -> Value {
    let problem = |kind: Kind, headers: Value, description: &str| {
        let (slug, status, title) = kind.row();
        json!({
            "description": description,
            "headers": headers,
            "content": {"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": {"type": format!("/docs/problems#{slug}"), "title": title, "status": status,
                    "detail": title, "instance": "/v1/plans", "request_id": "019a4b52-7c00-7000-8000-000000000001"}
            }}
        })
    };
    let mut all = Map::new();
    for (name, kind) in REFUSALS {
        let own: &[&str] = match kind {
            Kind::Unauthenticated => &["WWW-Authenticate"],
            Kind::TooManyRequests | Kind::Unavailable => &["Retry-After"],
            _ => &[],
        };
        all.insert((*name).to_owned(), problem(*kind, header_refs(own), kind.row().2));
    }
    all.insert("Unexpected".to_owned(), problem(Kind::Internal, header_refs(&[]), "Any other refusal or failure"));
    all.into()
}

/// Adds to an operation what is not its own to say.
fn complete(path: &str, method: &str, operation: &mut Value, samples: &BTreeMap<&str, Value>) {
    let mut refusals = vec![("429", "TooManyRequests"), ("503", "Unavailable"), ("default", "Unexpected")];
    let secured = operation["security"].as_array().is_some_and(|all| all.iter().any(|one| one != &json!({})));
    if secured {
        // Whoever has a token already sends it as it is.
        if let Value::Array(ways) = &mut operation["security"] {
            ways.push(json!({"bearer": []}));
        }
        refusals.extend([("401", "Unauthenticated"), ("403", "Forbidden")]);
    }
    // What is about one record, or about the administration that the query must name.
    let asks = |one: &Value| one["in"] == "query" && one["required"] == true;
    if path.contains('{') || operation["parameters"].as_array().is_some_and(|all| all.iter().any(asks)) {
        refusals.push(("404", "NotFound"));
    }
    if operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["in"] == "query")) {
        refusals.push(("422", "Invalid"));
    }
    if !operation["requestBody"].is_null() {
        operation["requestBody"]["required"] = json!(true);
        refusals.extend([
            ("400", "Malformed"),
            ("413", "TooLarge"),
            ("415", "UnsupportedMediaType"),
            ("422", "Invalid"),
        ]);
    }
    let scopes = operation["security"][0]["oauth2"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let writes = |scope: &str| [".edit", ".approve", ".evaluate"].iter().any(|kind| scope.ends_with(kind));
    if scopes.into_iter().any(writes) {
        refusals.push(("409", "Conflict"));
    }
    if ["put", "patch", "delete"].contains(&method) {
        refusals.extend([("412", "Stale"), ("428", "PreconditionRequired")]);
    }
    let responses = object(&mut operation["responses"]);
    for (status, response) in responses.iter_mut() {
        let own = own_headers(path, method, status);
        response["headers"] = header_refs(own);
        for (media_type, content) in object(&mut response["content"]) {
            if let Some(example) = example(&content["schema"], samples).filter(|_| media_type.ends_with("json")) {
                content["example"] = example;
            }
        }
        if response["content"].as_object().is_some_and(Map::is_empty) {
            object(response).remove("content");
        }
        if !status.starts_with('2') && status != "303" {
            // A refusal that an operation words itself: the same form as all others.
            let kind = match status.as_str() {
                "400" => "Malformed",
                "401" => "Unauthenticated",
                "404" => "NotFound",
                "406" => "NotAcceptable",
                "410" => "Gone",
                _ => "Unexpected",
            };
            *response = json!({"$ref": format!("#/components/responses/{kind}")});
        }
    }
    if method == "get"
        && path.contains('{')
        && responses.get("200").is_some_and(|response| response["headers"]["ETag"].is_object())
    {
        let headers = header_refs(&["ETag"]);
        responses.insert(
            "304".to_owned(),
            json!({"description": "The state that If-None-Match names.", "headers": headers}),
        );
        let header = "The ETag that the client has; 304 where it still holds";
        parameter(operation, "If-None-Match", false, header);
    }
    if ["put", "patch", "delete"].contains(&method) {
        // By codes a PUT may do without; by id it may not, which a contract cannot say of one path.
        let header = "The ETag of the state that is changed, or * for any";
        parameter(operation, "If-Match", method != "put", header);
    }
    let responses = object(&mut operation["responses"]);
    for (status, name) in refusals {
        responses.entry(status).or_insert_with(|| json!({"$ref": format!("#/components/responses/{name}")}));
    }
}

fn own_headers(path: &str, method: &str, status: &str) -> &'static [&'static str] {
    match (method, status) {
        (_, "201") if path == "/imports" => &["Location"],
        (_, "202") => &["Location", "Retry-After"],
        ("get", "303") => &["Location"],
        (_, "200") if path.starts_with("/exports") => &["Export-Cursor"],
        ("post" | "put", "201") => &["Location", "ETag"],
        ("put" | "patch", "200") => &["ETag"],
        ("get", "200") if path.starts_with("/publications/") && !path.ends_with("/differences") => &["ETag"],
        ("get", "200") if path.ends_with('}') && !path.starts_with("/imports") => &["ETag"],
        _ => &[],
    }
}

fn parameter(operation: &mut Value, name: &str, required: bool, description: &str) {
    let parameter = json!({"name": name, "in": "header", "required": required, "description": description,
        "schema": {"type": "string", "maxLength": 400, "pattern": "^[ -~]+$", "example": "\"17\""}});
    match &mut operation["parameters"] {
        Value::Array(parameters) => parameters.push(parameter),
        none => *none = json!([parameter]),
    }
}

/// The sample of a schema, or a page of one.
fn example(schema: &Value, samples: &BTreeMap<&str, Value>) -> Option<Value> {
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    if let Some(sample) = samples.get(name) {
        return Some(sample.clone());
    }
    let item = samples.get(name.strip_suffix("Page")?)?;
    Some(json!({"items": [item], "_links": {}}))
}

/// Which methods each documented path has: tells 405 from 404.
pub struct Routes(matchit::Router<String>);

impl Routes {
    /// From the document, below the base path and at the root.
    pub fn of(document: &Value) -> Self {
        let mut routes = matchit::Router::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            let methods: Vec<_> =
                item.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase()).collect();
            let methods = methods.into_iter().filter(|method| METHODS.contains(&method.to_lowercase().as_str()));
            let methods = methods.collect::<Vec<_>>().join(", ");
            // A path that stands twice is a defect of the contract, which its own test finds.
            let _ = routes.insert(format!("/v1{path}"), methods.clone());
            // As [`app::mount_at_root`] does.
            let at_root = |operation: &Value| ["service", "access"].iter().any(|tag| operation["tags"][0] == *tag);
            if item.as_object().is_some_and(|item| item.values().any(at_root)) {
                let _ = routes.insert(path.clone(), methods);
            }
        }
        Routes(routes)
    }

    pub fn methods(&self, path: &str) -> Option<String> {
        self.0.at(path).ok().map(|found| found.value.clone())
    }
}
