//! What can go wrong, in one table: problem type → status → title. Every refusal leaves the service as
//! `application/problem+json` (RFC 9457), written by [`crate::http::gate`], which adds the instance and the request id.
//!
//! Which error goes where: syntax that cannot be read is `malformed`; a readable body or parameter with a wrong value is
//! `invalid` and names every field it can; what belongs to somebody else is `not_found`, never "forbidden".

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// The kinds of problem. The slug is the last part of the problem's type URI and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Malformed,
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    Conflict,
    Gone,
    Stale,
    TooLarge,
    UnsupportedMediaType,
    Invalid,
    PreconditionRequired,
    TooManyRequests,
    Integrity,
    Internal,
    Unavailable,
}

impl Kind {
    /// Slug, status and title: the one table.
    pub fn row(self) -> (&'static str, u16, &'static str) {
        match self {
            Kind::Malformed => ("malformed", 400, "The request cannot be read"),
            Kind::Unauthenticated => ("unauthenticated", 401, "A valid access token is required"),
            Kind::Forbidden => ("forbidden", 403, "The token does not allow this"),
            Kind::NotFound => ("not-found", 404, "There is no such resource"),
            Kind::MethodNotAllowed => ("method-not-allowed", 405, "The method is not offered here"),
            Kind::NotAcceptable => ("not-acceptable", 406, "The format is not offered"),
            Kind::Conflict => ("conflict", 409, "The request contradicts what is stored"),
            Kind::Gone => ("gone", 410, "The cursor no longer holds"),
            Kind::Stale => ("stale", 412, "The resource has changed since it was read"),
            Kind::TooLarge => ("too-large", 413, "The body is too large"),
            Kind::UnsupportedMediaType => ("unsupported-media-type", 415, "The content type is not accepted"),
            Kind::Invalid => ("invalid", 422, "The request has values that cannot be accepted"),
            Kind::PreconditionRequired => ("precondition-required", 428, "If-Match is required"),
            Kind::TooManyRequests => ("too-many-requests", 429, "Too many requests"),
            Kind::Integrity => ("integrity", 500, "What is stored is not what was published"),
            Kind::Internal => ("internal", 500, "An unexpected error"),
            Kind::Unavailable => ("unavailable", 503, "The service cannot answer now"),
        }
    }

    fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Kind::Unauthenticated,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            405 => Kind::MethodNotAllowed,
            406 => Kind::NotAcceptable,
            409 => Kind::Conflict,
            410 => Kind::Gone,
            412 => Kind::Stale,
            413 => Kind::TooLarge,
            415 => Kind::UnsupportedMediaType,
            422 => Kind::Invalid,
            428 => Kind::PreconditionRequired,
            429 => Kind::TooManyRequests,
            503 => Kind::Unavailable,
            400..=499 => Kind::Malformed,
            _ => Kind::Internal,
        }
    }
}

/// One value that was refused: where it stands, what it was, what would be right.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer into the body (`/start_year`), or the name of the query parameter or header.
    #[schema(max_length = 300, pattern = "^.*$", example = "/start_year")]
    pub field: String,
    /// The refused value as it was sent, shortened; left out where nothing was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, pattern = "^[\\s\\S]*$", example = "20244")]
    pub value: Option<String>,
    /// What is wrong and what would be right.
    #[schema(max_length = 2000, pattern = "^[\\s\\S]*$", example = "must be a year between 1990 and 2100")]
    pub detail: String,
}

/// A refusal or failure on its way to the client.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{kind:?}: {detail}")]
pub struct Problem {
    pub kind: Kind,
    pub detail: String,
    pub errors: Vec<FieldProblem>,
    /// What would be accepted instead, where that is a short list.
    pub allowed: Box<[&'static str]>,
    pub retry_after: Option<u32>,
    /// Methods for the `Allow` header of a 405.
    pub allow: Option<String>,
    /// RFC 6749 / 6750 error code, for the token endpoint and `WWW-Authenticate`.
    pub oauth_error: Option<&'static str>,
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (errors, allowed) = (Vec::new(), Box::default());
        Problem { kind, detail: detail.into(), errors, allowed, retry_after: None, allow: None, oauth_error: None }
    }

    pub fn not_found(what: &str) -> Self {
        Problem::new(Kind::NotFound, format!("There is no {what} that this token may see."))
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Problem::new(Kind::Conflict, detail)
    }

    /// A failure of ours: the cause goes to the log, never to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Problem::new(Kind::Internal, "Something failed on our side; the log has the cause under this request id.")
    }

    pub fn unavailable(detail: impl Into<String>) -> Self {
        Problem { retry_after: Some(1), ..Problem::new(Kind::Unavailable, detail) }
    }

    /// One refused field.
    pub fn invalid(field: &str, value: impl ToString, detail: impl Into<String>) -> Self {
        Invalid::default().with(field, value, detail).into_problem()
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.row().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The problem for an error response that the framework made itself.
    pub fn of_response(status: StatusCode, detail: String) -> Self {
        Problem::new(Kind::of(status), detail)
    }
}

/// Collects every refused field before refusing, so that a client mends all at once.
#[derive(Debug, Default)]
pub struct Invalid(Vec<FieldProblem>);

impl Invalid {
    /// Of what was refused elsewhere.
    pub fn of(errors: Vec<FieldProblem>) -> Self {
        Invalid(errors)
    }

    pub fn add(&mut self, field: &str, value: impl ToString, detail: impl Into<String>) {
        let value = value.to_string();
        self.0.push(FieldProblem {
            field: shorten(field, 300),
            value: (!value.is_empty()).then(|| shorten(&value, 200)),
            detail: detail.into(),
        });
    }

    #[must_use]
    pub fn with(mut self, field: &str, value: impl ToString, detail: impl Into<String>) -> Self {
        self.add(field, value, detail);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` where nothing was refused.
    pub fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into_problem()) }
    }

    pub fn into_problem(self) -> Problem {
        let detail = match self.0.as_slice() {
            [one] => format!("{}: {}", one.field, one.detail),
            many => format!("{} values cannot be accepted; see errors.", many.len()),
        };
        Problem { errors: self.0, ..Problem::new(Kind::Invalid, detail) }
    }
}

/// At most `max` characters, with an ellipsis where something was cut.
pub fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Db, Error};
        match &error {
            Error::NotFound => Problem::not_found("resource"),
            Error::DatabaseError(Db::UniqueViolation, _) => {
                Problem::conflict("A record with this code already exists within its parent.")
            }
            Error::DatabaseError(Db::ForeignKeyViolation, _) => Problem::conflict(
                "Other records hang on this one, or it names one that is gone: remove or change those first.",
            ),
            Error::DatabaseError(Db::ClosedConnection, _) => {
                tracing::error!(cause = %error, "database connection lost");
                Problem::unavailable("The database cannot be reached.")
            }
            // SQLite has one writer at a time; it waited for its turn, and in vain.
            Error::DatabaseError(_, cause) if cause.message().contains("database is locked") => {
                tracing::warn!(cause = %error, "another writer holds the database");
                Problem::unavailable("Another writer holds the database.")
            }
            _ => Problem::internal(error),
        }
    }
}

/// The body as it is sent; [`crate::http::gate`] fills in instance and request id.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Identifies the kind of problem; stable.
    #[schema(max_length = 200, format = "uri-reference", example = "/docs/problems#invalid")]
    pub r#type: String,
    #[schema(max_length = 200, pattern = "^.*$", example = "The request has values that cannot be accepted")]
    pub title: &'a str,
    #[schema(minimum = 200, maximum = 599, example = 422)]
    pub status: i32,
    #[schema(
        max_length = 4000,
        pattern = "^[\\s\\S]*$",
        example = "/start_year: must be a year between 1990 and 2100"
    )]
    pub detail: &'a str,
    /// The path of the request.
    #[schema(max_length = 2000, format = "uri-reference", example = "/v1/plans")]
    pub instance: &'a str,
    /// Names the request in our log; quote it when asking for help.
    #[schema(max_length = 64, pattern = "^[0-9A-Za-z-]+$", example = "019a4b52-7c00-7000-8000-000000000001")]
    pub request_id: &'a str,
    /// The refused fields, where the problem lies in some.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(max_items = 1000, min_items = 0)]
    pub errors: &'a [FieldProblem],
    /// What would be accepted instead: for a status that may not follow, those that may. Left out where there is nothing.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(schema_with = allowed_schema)]
    pub allowed: &'a [&'static str],
    /// RFC 6749 error code; the token endpoint only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60, pattern = "^[a-z_]+$", example = "invalid_client")]
    pub error: Option<&'static str>,
}

fn allowed_schema() -> utoipa::openapi::schema::Array {
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
    let word = ObjectBuilder::new().schema_type(Type::String).max_length(Some(60)).pattern(Some("^[a-z_]+$"));
    let words = ArrayBuilder::new().items(word).min_items(Some(0)).max_items(Some(20));
    words.description(Some("What would be accepted instead: for a status that may not follow, those that may.")).build()
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// Headers that depend on the problem alone; the gate writes the body.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        if let Some(seconds) = self.retry_after {
            response.insert_header(("Retry-After", seconds.to_string()));
        }
        if let Some(allow) = &self.allow {
            response.insert_header(("Allow", allow.as_str()));
        }
        response.finish()
    }
}
