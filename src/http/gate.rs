//! The one middleware: names the request, finds out who is calling, limits the rate, survives a panic, writes every
//! refusal as problem+json, sets the headers that belong on every response, logs and counts.

use super::rate_limit::Allowance;
use crate::app::App;
use crate::auth::Claims;
use crate::error::{Kind, Problem, ProblemBody};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

const CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What the handlers behind the gate know of the request.
#[derive(Clone)]
pub struct RequestContext {
    pub request_id: String,
    pub identity: Result<Arc<Claims>, Problem>,
}

/// What is said of a request once it is answered.
struct Passage {
    request_id: String,
    method: String,
    path: String,
    operation: String,
    client_address: String,
    consumer: String,
    allowance: Allowance,
    begun: Stopwatch,
}

/// Passes one request through.
#[expect(clippy::disallowed_methods, reason = "a stopwatch for the log, not a time that anything depends on")]
pub async fn pass(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Stopwatch::now();
    // HEAD is GET without the body, which the encoder leaves out.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let app = request.app_data::<web::Data<App>>().cloned().ok_or_else(|| Problem::internal("no application state"))?;
    let now = app.db.clock().now();
    let request_id = correlation_id(&request).unwrap_or_else(|| app.ids.next(now).to_string());
    let identity = identify(&request, &app);
    let client_address = client_address(&request, &app);
    let consumer = identity.as_ref().map(|claims| claims.client_id.clone()).unwrap_or_default();
    let limited_by = if consumer.is_empty() { &client_address } else { &consumer };
    let allowance = app.rate_limiter.take(limited_by, now);
    let mut passage = Passage {
        request_id: request_id.clone(),
        method: request.method().to_string(),
        path: request.path().to_owned(),
        operation: "-".to_owned(),
        client_address,
        consumer,
        allowance,
        begun,
    };
    if !passage.allowance.granted {
        let detail = format!("At most {} requests a minute.", passage.allowance.limit);
        let seconds = passage.allowance.reset_seconds;
        let problem = Problem { retry_after: Some(seconds), ..Problem::new(Kind::TooManyRequests, detail) };
        return Ok(request.into_response(finish(&app, &passage, refusal(&passage, &problem))));
    }
    request.extensions_mut().insert(RequestContext { request_id, identity });
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(response)) => {
            let pattern = response.request().match_pattern();
            passage.operation = pattern.unwrap_or_else(|| "-".to_owned());
            let (request, response) = response.into_parts();
            let response = match problem_of(&response) {
                Some(problem) => refusal(&passage, &problem),
                None => response.map_into_boxed_body(),
            };
            Ok(ServiceResponse::new(request, finish(&app, &passage, response)))
        }
        Ok(Err(error)) => {
            let problem = match error.as_error::<Problem>() {
                Some(problem) => problem.clone(),
                None => Problem::of_response(error.as_response_error().status_code(), error.to_string()),
            };
            let response = finish(&app, &passage, refusal(&passage, &problem));
            Err(InternalError::from_response(error, response).into())
        }
        Err(panic) => {
            let cause = panic.downcast_ref::<String>().map(String::as_str);
            let cause = cause.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
            tracing::error!(request_id = %passage.request_id, cause, "a handler panicked");
            let problem = Problem::new(
                Kind::Internal,
                "Something failed on our side; the log has the cause under this request id.",
            );
            let response = finish(&app, &passage, refusal(&passage, &problem));
            Err(InternalError::from_response("panic", response).into())
        }
    }
}

fn correlation_id(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(&CORRELATION)?.to_str().ok()?;
    let fits = (8..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    fits.then(|| id.to_owned())
}

fn identify(request: &ServiceRequest, app: &App) -> Result<Arc<Claims>, Problem> {
    let missing = || Problem::new(Kind::Unauthenticated, "Send a token: Authorization: Bearer …");
    let header = request.headers().get(header::AUTHORIZATION).ok_or_else(missing)?;
    let (scheme, token) = header.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(missing)?;
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(missing());
    }
    app.keys.verify(token.trim(), app.db.clock().now())
}

/// The peer, or what our own proxy says of it.
fn client_address(request: &ServiceRequest, app: &App) -> String {
    let info = request.connection_info();
    let address = if app.settings.behind_proxy { info.realip_remote_addr() } else { info.peer_addr() };
    address.unwrap_or("-").to_owned()
}

/// The problem that an error response stands for; `None` where it is none, or already written.
fn problem_of<B>(response: &HttpResponse<B>) -> Option<Problem> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error())
        || response.headers().get(header::CONTENT_TYPE) == Some(&PROBLEM_JSON)
    {
        return None;
    }
    Some(match response.error() {
        Some(error) => match error.as_error::<Problem>() {
            Some(problem) => problem.clone(),
            None => Problem::of_response(status, error.to_string()),
        },
        None => Problem::of_response(status, String::new()),
    })
}

/// A problem as it leaves: instance and request id filled in.
fn refusal(passage: &Passage, problem: &Problem) -> HttpResponse<BoxBody> {
    let (slug, status, title) = problem.kind.row();
    let mut response = actix_web::ResponseError::error_response(problem);
    let body = ProblemBody {
        r#type: format!("/docs/problems#{slug}"),
        title,
        status: i32::from(status),
        detail: if problem.detail.is_empty() { title } else { &problem.detail },
        instance: &passage.path,
        request_id: &passage.request_id,
        errors: &problem.errors,
        allowed: &problem.allowed,
        error: problem.oauth_error.filter(|_| passage.path.ends_with("/oauth2/token")),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
    if status == 401 || problem.oauth_error == Some("insufficient_scope") {
        let value = match problem.oauth_error {
            Some("invalid_client") => "Basic realm=\"traguardo\"".to_owned(),
            Some(error) => format!("Bearer realm=\"traguardo\", error=\"{error}\""),
            None => "Bearer realm=\"traguardo\"".to_owned(),
        };
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header::WWW_AUTHENTICATE, value);
        }
    }
    response.set_body(BoxBody::new(serde_json::to_vec(&body).unwrap_or_default()))
}

/// Headers of every response, the log line and the counters.
fn finish(app: &App, passage: &Passage, mut response: HttpResponse<BoxBody>) -> HttpResponse<BoxBody> {
    let status = response.status();
    let headers = response.headers_mut();
    let allowance = &passage.allowance;
    for (name, value) in [
        ("x-ratelimit-limit", allowance.limit),
        ("x-ratelimit-remaining", allowance.remaining),
        ("x-ratelimit-reset", allowance.reset_seconds),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
    if let Ok(id) = HeaderValue::from_str(&passage.request_id) {
        headers.insert(CORRELATION, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        // A tenant's answer is for its caller alone; one with an ETag may be kept and asked again.
        let kept = if headers.contains_key(header::ETAG) { "private, no-cache" } else { "no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    }
    let elapsed = passage.begun.elapsed();
    app.metrics.observe(&passage.method, &passage.operation, status.as_u16(), elapsed);
    tracing::info!(
        request_id = %passage.request_id,
        operation = %passage.operation,
        method = %passage.method,
        path = %passage.path,
        status = status.as_u16(),
        client_address = %passage.client_address,
        consumer = %passage.consumer,
        micros = elapsed.as_micros() as u64,
        "request"
    );
    response
}
