//! JSON bodies, parsed once into domain types. What cannot be read is 400; what can be read and not accepted is 422 and
//! names the field, its value and what would be right.

use crate::app::App;
use crate::error::{Kind, Problem};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Room that is made for a body on its word alone.
const AT_ONCE: usize = 512 << 10;

/// A JSON body. Unknown fields, wrong types and nulls are refused by name.
pub struct Json<T>(pub T);

/// A JSON merge patch (RFC 7396), not yet applied: null clears an optional field.
pub struct MergePatch(pub serde_json::Map<String, Value>);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = body(request, payload, "application/json", body_limit(request));
        Box::pin(async move {
            let bytes = body.await?;
            let value = readable(&bytes)?;
            refuse_nulls(&value)?;
            let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
            let typed = serde_path_to_error::deserialize(&mut deserializer);
            typed.map(Json).map_err(|error| refused(error.path(), error.inner(), &value))
        })
    }
}

impl FromRequest for MergePatch {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = body(request, payload, "application/merge-patch+json", body_limit(request));
        Box::pin(async move {
            match readable(&body.await?)? {
                Value::Object(fields) => Ok(MergePatch(fields)),
                other => Err(Problem::invalid("", other, "a merge patch is an object of the fields to change")),
            }
        })
    }
}

impl MergePatch {
    /// The input with the patch applied.
    pub fn apply<T: serde::Serialize + DeserializeOwned>(self, input: &T) -> Result<T, Problem> {
        let mut value = serde_json::to_value(input).map_err(Problem::internal)?;
        json_patch::merge(&mut value, &Value::Object(self.0));
        let typed = serde_path_to_error::deserialize(value.clone());
        typed.map_err(|error: serde_path_to_error::Error<serde_json::Error>| {
            refused(error.path(), error.inner(), &value)
        })
    }
}

fn body_limit(request: &HttpRequest) -> usize {
    request.app_data::<web::Data<App>>().map_or(0, |app| app.settings.body_limit)
}

/// The whole body, where it has the content type and is no larger than the limit; read no further than that.
pub fn body(
    request: &HttpRequest,
    payload: &mut Payload,
    content_type: &'static str,
    limit: usize,
) -> impl Future<Output = Result<web::Bytes, Problem>> + use<> {
    body_shown(request, payload, content_type, limit, |_| ())
}

/// The same, each piece of it shown as it comes.
pub fn body_shown<F: FnMut(&[u8])>(
    request: &HttpRequest,
    payload: &mut Payload,
    content_type: &'static str,
    limit: usize,
    mut show: F,
) -> impl Future<Output = Result<web::Bytes, Problem>> + use<F> {
    let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let announced = request.headers().get("Content-Length").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let mut payload = payload.take();
    async move {
        accept(&sent, content_type)?;
        let too_large = || Problem::new(Kind::TooLarge, format!("At most {limit} bytes are accepted here."));
        if announced.is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        // What was announced is not yet there: a large body grows as it comes.
        let mut bytes = web::BytesMut::with_capacity(announced.map_or(0, |length| length as usize).min(AT_ONCE));
        while let Some(chunk) = payload.next().await {
            let chunk =
                chunk.map_err(|error| Problem::new(Kind::Malformed, format!("The body broke off: {error}.")))?;
            if bytes.len() + chunk.len() > limit {
                return Err(too_large());
            }
            show(&chunk);
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }
}

/// Refuses a body of another content type or another charset than UTF-8.
pub fn accept(sent: &str, content_type: &str) -> Result<(), Problem> {
    let mut parts = sent.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let foreign_charset = parts.any(|part| {
        part.split_once('=').is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("charset") && !value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    });
    if essence.eq_ignore_ascii_case(content_type) && !foreign_charset {
        return Ok(());
    }
    let detail = match sent.is_empty() {
        true => format!("The Content-Type is missing: send {content_type}."),
        false => format!("Content-Type {sent} is not accepted here: send {content_type} in UTF-8."),
    };
    Err(Problem::new(Kind::UnsupportedMediaType, detail))
}

fn readable(bytes: &[u8]) -> Result<Value, Problem> {
    if bytes.is_empty() {
        return Err(Problem::new(Kind::Malformed, "The body is empty: send a JSON object."));
    }
    serde_json::from_slice(bytes)
        .map_err(|error| Problem::new(Kind::Malformed, format!("The body is no JSON: {error}.")))
}

/// An optional field is left out, not null; null clears a field in a merge patch and means nothing elsewhere.
fn refuse_nulls(value: &Value) -> Result<(), Problem> {
    fn find(value: &Value, path: &mut Vec<String>) -> bool {
        let mut inner = |key: String, value: &Value| {
            path.push(key);
            let found = find(value, path);
            if !found {
                path.pop();
            }
            found
        };
        match value {
            Value::Null => true,
            Value::Object(fields) => fields.iter().any(|(key, value)| inner(key.clone(), value)),
            Value::Array(items) => items.iter().enumerate().any(|(index, value)| inner(index.to_string(), value)),
            _ => false,
        }
    }
    let mut path = Vec::new();
    if find(value, &mut path) {
        let field: String = path.iter().map(|part| format!("/{part}")).collect();
        return Err(Problem::invalid(&field, "null", "must not be null: leave the field out"));
    }
    Ok(())
}

/// The problem of a field, with the value that stands there.
fn refused(path: &serde_path_to_error::Path, error: &serde_json::Error, body: &Value) -> Problem {
    let (pointer, value, message) = describe(path, error, body);
    Problem::invalid(&pointer, value, message)
}

/// What could not be read: the JSON pointer of the field, the value that stands there, and why.
pub fn describe(path: &serde_path_to_error::Path, error: &serde_json::Error, body: &Value) -> (String, String, String) {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{key}")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let message = reason(error);
    // What is missing or doubled is told of the object around it.
    for (fault, detail) in [("missing", "is missing"), ("duplicate", "stands twice")] {
        let field = message.strip_prefix(fault).and_then(|rest| rest.strip_prefix(" field `")?.strip_suffix('`'));
        if let Some(field) = field {
            return (format!("{pointer}/{field}"), String::new(), detail.to_owned());
        }
    }
    let value = match body.pointer(&pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(value) if !pointer.is_empty() => value.to_string(),
        _ => String::new(),
    };
    (pointer, value, message)
}

/// Why a value was not read: what would be right, in words that are not serde's of Rust's types.
pub fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    // Where in the bytes it stopped says less than the field.
    let message = match message.rsplit_once(" at line ") {
        Some((message, _)) if error.line() > 0 => message,
        _ => &message,
    };
    match message.rsplit_once(", expected ") {
        Some((fault, expected)) if fault.starts_with("invalid ") => {
            format!("must be {}", expected_in_json(expected, fault.starts_with("invalid value")))
        }
        _ => message.to_owned(),
    }
}

/// What serde expected, by a type of Rust or in words, as one who sends JSON would say it.
fn expected_in_json(expected: &str, is_out_of_range: bool) -> String {
    let bits = |sign| -> Option<u32> {
        let bits = expected.strip_prefix(sign)?.parse().ok()?;
        (8..=64).contains(&bits).then_some(bits)
    };
    let range = match (bits('i'), bits('u')) {
        (Some(bits), _) => Some((-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1)),
        (_, Some(bits)) => Some((0, (1_i128 << bits) - 1)),
        _ => None,
    };
    if let Some((least, most)) = range.filter(|_| is_out_of_range) {
        return format!("a whole number from {least} to {most}");
    }
    match expected {
        _ if range.is_some() => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if expected.starts_with("struct ") => "an object",
        _ => return expected.replace("an array of length", "a list of"),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read, and no more")]
    struct Sent {
        count: Option<i64>,
        year: Option<i32>,
        share: Option<f64>,
        yes: Option<bool>,
        marks: Option<[u8; 5]>,
        name: Option<String>,
        inner: Option<Box<Sent>>,
        amount: Option<crate::money::Money>,
    }

    #[test]
    fn a_refusal_says_what_would_be_right() {
        for (body, told) in [
            (r#"{"count": 1.5}"#, "must be a whole number"),
            (r#"{"count": "many, expected i64 at line 3"}"#, "must be a whole number"),
            (r#"{"year": 3000000000}"#, "must be a whole number from -2147483648 to 2147483647"),
            (r#"{"share": "half"}"#, "must be a number"),
            (r#"{"yes": 1}"#, "must be true or false"),
            (r#"{"marks": [1, 2]}"#, "must be a list of 5"),
            (r#"{"marks": [1, 2, 3, 4, -5]}"#, "must be a whole number from 0 to 255"),
            (r#"{"name": 7}"#, "must be a string"),
            (r#"{"inner": 7}"#, "must be an object"),
            (
                r#"{"amount": "2.00"}"#,
                r#"must be an amount and its currency, such as {"amount": "2000.00", "currency": "EUR"}"#,
            ),
            (
                r#"{"amount": {"amount": "2.001", "currency": "EUR"}}"#,
                "must be an amount of at least 0 with two decimals and no thousands separator, such as 2000.00",
            ),
        ] {
            assert_eq!(reason(&serde_json::from_str::<Sent>(body).unwrap_err()), told);
            let value: Value = serde_json::from_str(body).unwrap();
            assert_eq!(reason(&serde_json::from_value::<Sent>(value).unwrap_err()), told);
        }
        let unknown = serde_json::from_str::<Sent>(r#"{"counts": 1}"#).unwrap_err();
        assert!(reason(&unknown).starts_with("unknown field `counts`, expected one of `count`, "));
    }
}
