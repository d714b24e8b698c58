//! Requests over real HTTP.

use serde_json::Value;
use std::net::SocketAddr;

/// A client with or without a token.
pub struct Client {
    base: String,
    token: Option<String>,
    headers: Vec<(String, String)>,
}

/// Status, headers and body of an answer.
pub struct Answer {
    pub status: u16,
    headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Client {
    pub fn new(address: SocketAddr, token: Option<String>) -> Self {
        Client { base: format!("http://{address}"), token, headers: Vec::new() }
    }

    /// With one more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With `If-Match`.
    pub fn seen(self, etag: &str) -> Self {
        self.header("If-Match", etag)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, "")
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None, "")
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some("application/json"), &body.to_string())
    }

    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, Some("application/json"), &body.to_string())
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, Some("application/merge-patch+json"), &body.to_string())
    }

    /// Anything, as it is written.
    pub fn send(&self, method: &str, path: &str, content_type: Option<&str>, body: &str) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(content_type) = content_type {
            request = request.header("Content-Type", content_type);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .build()
            .into();
        let answer = match content_type {
            Some(_) => agent.run(request.body(body).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        };
        let mut answer = answer.unwrap();
        let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
        Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), text }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn etag(&self) -> String {
        self.header("etag").to_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text))
    }

    /// The status is this one; else the answer is told.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// A text of the body by its JSON pointer.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> String {
        match self.json().pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("nothing at {pointer}: {}", self.text),
        }
    }

    /// Status and body for a snapshot: what differs between the databases (the revision) is covered.
    pub fn snapshot(&self) -> Value {
        fn cover(value: &mut Value) {
            match value {
                Value::Object(fields) => {
                    for (key, value) in fields {
                        match key.as_str() {
                            "revision" => *value = "[revision]".into(),
                            "request_id" => *value = "[request_id]".into(),
                            _ => cover(value),
                        }
                    }
                }
                Value::Array(items) => items.iter_mut().for_each(cover),
                _ => {}
            }
        }
        let mut body = if self.text.is_empty() { Value::Null } else { self.json() };
        cover(&mut body);
        serde_json::json!({"status": self.status, "body": body})
    }

    /// Refused with this status, as problem+json, at this field.
    #[track_caller]
    pub fn refused(self, status: u16, field: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
        if !field.is_empty() {
            let fields = answer.json()["errors"].clone();
            let named = fields.as_array().is_some_and(|all| all.iter().any(|one| one["field"] == field));
            assert!(named, "{field} is not named: {}", answer.text);
        }
        answer
    }
}
