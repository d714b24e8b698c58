//! Answers with one record: its ETag, conditional requests, where a new one stands.

use crate::app::App;
use crate::error::{Kind, Problem};
use actix_web::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use std::fmt::Display;

/// The ETag of a state: the record's revision first.
fn etag(state: impl Display) -> String {
    format!("\"{state}\"")
}

/// 200 with the record, or 304 where the client has this revision already.
pub fn show(request: &HttpRequest, state: impl Display, record: &impl Serialize) -> HttpResponse {
    let etag = etag(state);
    if has(request, &etag) {
        return HttpResponse::NotModified().insert_header((ETAG, etag)).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, etag)).json(record)
}

/// Whether the client has the state of this ETag already.
pub fn has(request: &HttpRequest, etag: &str) -> bool {
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let has_it =
        |known: &str| known.trim() == "*" || known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag);
    known.is_some_and(has_it)
}

/// 201 with the record and its place: `path` below the API's base.
pub fn created(app: &App, path: &str, state: impl Display, record: &impl Serialize) -> HttpResponse {
    let location = format!("{}/v1{path}", app.settings.public_url);
    HttpResponse::Created().insert_header((ETAG, etag(state))).insert_header(("Location", location)).json(record)
}

/// 200 with the record as it now stands.
pub fn changed(state: impl Display, record: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((ETAG, etag(state))).json(record)
}

/// What the client last saw, from `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// No header was sent.
    Unstated,
    /// `*`: any revision, so long as there is one.
    Any,
    OneOf(Vec<i64>),
}

impl Expected {
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let Some(header) = request.headers().get(IF_MATCH) else {
            return Ok(Expected::Unstated);
        };
        let text = header.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Expected::Any);
        }
        // A tag that is none of ours matches nothing: that is stale, not malformed. What follows a dot is the state of
        // what was shown with the record.
        let revision = |tag: &str| tag.trim().trim_matches('"').split('.').next()?.parse().ok();
        let tags = text.split(',').map(|tag| revision(tag).unwrap_or(-1));
        Ok(Expected::OneOf(tags.collect()))
    }

    /// 428 where the header is missing.
    pub fn required(self) -> Result<Self, Problem> {
        if self == Expected::Unstated {
            let detail = "Send If-Match with the ETag of the state that you are changing, or * for any.";
            return Err(Problem::new(Kind::PreconditionRequired, detail));
        }
        Ok(self)
    }

    /// 412 where the record has moved on.
    pub fn check(&self, revision: i64) -> Result<(), Problem> {
        match self {
            Expected::OneOf(known) if !known.contains(&revision) => {
                let detail =
                    format!("The record is now at ETag {}: read it again and repeat the change.", etag(revision));
                Err(Problem::new(Kind::Stale, detail))
            }
            _ => Ok(()),
        }
    }
}
