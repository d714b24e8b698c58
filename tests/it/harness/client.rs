//! Requests over real HTTP.

use serde_json::Value;
use std::net::SocketAddr;

/// A client with or without a token.
#[derive(Clone)]
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

    /// The items of every page, from this path along `_links.next` to the end.
    pub fn pages(&self, path: &str) -> Vec<Vec<Value>> {
        let mut pages = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.get(&path).expect(200).json();
            pages.push(page["items"].as_array().unwrap().clone());
            let link = page["_links"]["next"].as_str();
            next = link.map(|link| link.strip_prefix(super::PUBLIC_URL).unwrap().to_owned());
            assert!(pages.len() < 1000, "the pages never end");
        }
        pages
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
        self.try_send(method, path, content_type, body).unwrap()
    }

    /// Nothing where no whole answer comes: the service may be dead.
    pub fn try_post(&self, path: &str, body: Value) -> Option<Answer> {
        self.try_send("POST", path, Some("application/json"), &body.to_string()).ok()
    }

    fn try_send(
        &self,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: &str,
    ) -> Result<Answer, ureq::Error> {
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
        let mut answer = answer?;
        let text = answer.body_mut().with_config().limit(64 << 20).read_to_string()?;
        Ok(Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), text })
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

    /// Refused with this status, as problem+json, at this field, with all that belongs to a refusal.
    #[track_caller]
    pub fn refused(self, status: u16, field: &str) -> Self {
        let answer = self.expect(status);
        answer.has_every_header();
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
        let problem = answer.json();
        for member in ["type", "title", "detail", "instance", "request_id"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "no {member}: {}", answer.text);
        }
        assert_eq!(problem["status"], status, "{}", answer.text);
        assert_eq!(problem["request_id"], answer.header("x-correlation-id"), "{}", answer.text);
        if !field.is_empty() {
            let named = problem["errors"].as_array().into_iter().flatten().any(|one| one["field"] == field);
            assert!(named, "{field} is not named: {}", answer.text);
        }
        answer
    }

    /// The headers that are on every answer.
    #[track_caller]
    pub fn has_every_header(&self) {
        for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
            assert!(self.header(name).parse::<u32>().is_ok(), "{name} is {:?}: {}", self.header(name), self.text);
        }
        assert!(!self.header("x-correlation-id").is_empty(), "no X-Correlation-ID: {}", self.text);
        assert_eq!(self.headers.get_all("cache-control").iter().count(), 1, "Cache-Control: {}", self.text);
    }
}

/// Sends these very bytes on a connection of their own and reads the answer to its end.
pub fn raw(address: SocketAddr, request: &[u8]) -> Answer {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap().parse().unwrap();
    let mut headers = ureq::http::HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        headers.append(name.parse::<ureq::http::HeaderName>().unwrap(), value.parse().unwrap());
    }
    Answer { status, headers, text: body.to_owned() }
}
