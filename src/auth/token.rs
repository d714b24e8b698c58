//! `POST /oauth2/token`: client credentials against a short-lived access token (RFC 6749), and the documents by which a
//! client finds it and a third party verifies what we sign.

use super::clients::{self, Client};
use super::signing_keys;
use crate::app::App;
use crate::error::{Kind, Problem};
use crate::http::form::{self, Form};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The form of a token request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// Always `client_credentials`.
    #[schema(max_length = 40, pattern = "^client_credentials$", example = "client_credentials")]
    grant_type: Option<String>,
    /// Space-separated scopes; all that the client has where left out.
    #[schema(max_length = 500, pattern = "^[a-z. ]*$", example = "planning.read")]
    scope: Option<String>,
    /// Where the credentials are not sent by HTTP Basic authentication.
    #[schema(max_length = 100, pattern = "^[A-Za-z0-9-]+$", example = "client-019a4b52-7c00-7000-8000-000000000001")]
    client_id: Option<String>,
    #[schema(max_length = 200, pattern = "^[A-Za-z0-9_-]+$", example = "kept-in-your-vault")]
    client_secret: Option<String>,
}

/// A granted token.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenAnswer {
    /// A JWT for the header `Authorization: Bearer …`.
    #[schema(max_length = 8192, pattern = "^[A-Za-z0-9_.-]+$")]
    pub access_token: String,
    #[schema(max_length = 10, pattern = "^Bearer$")]
    pub token_type: String,
    /// Seconds until it runs out.
    #[schema(minimum = 1, maximum = 3600)]
    pub expires_in: i32,
    /// The scopes granted.
    #[schema(max_length = 500, pattern = "^[a-z. ]*$")]
    pub scope: String,
}

impl TokenAnswer {
    pub fn sample() -> Self {
        TokenAnswer {
            access_token: "eyJ0eXAiOiJhdCtqd3QifQ.eyJpc3MiOiIuLi4ifQ.c2ln".to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in: 900,
            scope: "planning.read".to_owned(),
        }
    }
}

fn oauth(kind: Kind, error: &'static str, detail: &str) -> Problem {
    Problem { oauth_error: Some(error), ..Problem::new(kind, detail) }
}

/// Issues an access token.
///
/// OAuth 2.0 client credentials (RFC 6749, section 4.4). The client authenticates by HTTP Basic or in the form. Errors
/// carry the RFC's code in `error`. A token opens the administrations that the client was made for.
#[utoipa::path(tag = "access", security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The token.", body = TokenAnswer),
              (status = 400, description = "Unknown grant type or scope, or a missing field."),
              (status = 401, description = "Unknown client or wrong secret.")))]
#[post("/oauth2/token")]
pub async fn issue_token(
    app: web::Data<App>,
    request: HttpRequest,
    form: Form<TokenRequest>,
) -> Result<HttpResponse, Problem> {
    let form = form.0;
    match form.grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            return Err(oauth(Kind::Malformed, "unsupported_grant_type", "grant_type must be client_credentials."));
        }
        None => return Err(oauth(Kind::Malformed, "invalid_request", "grant_type is missing: client_credentials.")),
    }
    let (client_id, secret) = credentials(&request, &form)?;
    let permit = app.secret_checks.acquire().await.map_err(Problem::internal)?;
    let client = app.db.read(move |conn| clients::find(conn, &client_id)).await?;
    // Hashing takes its time on a thread of its own and holds no connection.
    let verified = web::block(move || clients::verify(client.as_ref(), &secret).then_some(client).flatten());
    let client = verified.await.map_err(Problem::internal)?;
    let client =
        client.ok_or_else(|| oauth(Kind::Unauthenticated, "invalid_client", "Unknown client or wrong secret."))?;
    drop(permit);
    let scope = granted_scope(&client, form.scope.as_deref())?;
    let now = app.db.clock().now();
    let seconds = app.settings.token_seconds;
    let jti = clients::token_id(&app.ids, now);
    let administrations = client.administrations.to_vec();
    let access_token = app.keys.issue(&client.client_id, &scope, administrations, now, i64::from(seconds), jti)?;
    let answer = TokenAnswer { access_token, token_type: "Bearer".to_owned(), expires_in: seconds, scope };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer))
}

/// The scopes asked for, or all of the client's; one that the client does not have is refused.
fn granted_scope(client: &Client, asked: Option<&str>) -> Result<String, Problem> {
    let Some(asked) = asked.map(str::trim).filter(|asked| !asked.is_empty()) else {
        return Ok(client.scopes.join(" "));
    };
    match asked.split_whitespace().find(|scope| !client.scopes.iter().any(|known| known == scope)) {
        Some(_) => {
            Err(oauth(Kind::Malformed, "invalid_scope", "The client does not have every scope that was asked for."))
        }
        None => Ok(asked.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// Client id and secret, from the header or the form, never from both.
fn credentials(request: &HttpRequest, form: &TokenRequest) -> Result<(String, String), Problem> {
    let missing = || oauth(Kind::Unauthenticated, "invalid_client", "Client id and secret are missing.");
    let in_form = form.client_secret.is_some();
    let Some(header) = request.headers().get("Authorization") else {
        return Ok((form.client_id.clone().ok_or_else(missing)?, form.client_secret.clone().ok_or_else(missing)?));
    };
    if in_form {
        return Err(oauth(
            Kind::Malformed,
            "invalid_request",
            "Credentials stand in the header and in the form; send one.",
        ));
    }
    let unreadable =
        || oauth(Kind::Unauthenticated, "invalid_client", "The Authorization header is no readable Basic.");
    let header = header.to_str().map_err(|_| unreadable())?;
    let (scheme, encoded) = header.split_once(' ').ok_or_else(unreadable)?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return Err(unreadable());
    }
    let decoded = BASE64_STANDARD.decode(encoded.trim()).map_err(|_| unreadable())?;
    let decoded = String::from_utf8(decoded).map_err(|_| unreadable())?;
    let (id, secret) = decoded.split_once(':').ok_or_else(unreadable)?;
    Ok((form::decode(id), form::decode(secret)))
}

/// A public key set (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct KeySet {
    #[schema(min_items = 1, max_items = 1000)]
    pub keys: Vec<PublicKey>,
}

/// A public key of ours on the curve P-256.
#[derive(Serialize, ToSchema)]
pub struct PublicKey {
    #[schema(max_length = 2, pattern = "^EC$")]
    pub kty: String,
    #[schema(max_length = 5, pattern = "^P-256$")]
    pub crv: String,
    #[schema(max_length = 3, pattern = "^sig$")]
    pub r#use: String,
    #[schema(max_length = 5, pattern = "^ES256$")]
    pub alg: String,
    /// The key's thumbprint (RFC 7638).
    #[schema(max_length = 43, pattern = "^[A-Za-z0-9_-]+$")]
    pub kid: String,
    #[schema(max_length = 43, pattern = "^[A-Za-z0-9_-]+$")]
    pub x: String,
    #[schema(max_length = 43, pattern = "^[A-Za-z0-9_-]+$")]
    pub y: String,
}

impl KeySet {
    pub fn sample() -> Self {
        let coordinate = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU".to_owned();
        let key = PublicKey {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            r#use: "sig".to_owned(),
            alg: "ES256".to_owned(),
            kid: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs".to_owned(),
            x: coordinate.clone(),
            y: coordinate,
        };
        KeySet { keys: vec![key] }
    }
}

/// The public keys that verify what we signed.
///
/// A JWK set (RFC 7517): the signing key first, then retired ones whose tokens still hold, then those that signed
/// publications, for as long as these are there. A token by one of the last is not accepted.
#[utoipa::path(tag = "access", security(()), responses((status = 200, description = "The key set.", body = KeySet)))]
#[get("/.well-known/jwks.json")]
pub async fn show_keys(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    let mut set = app.keys.published().clone();
    for kept in app.db.read(signing_keys::list).await? {
        if set.keys.iter().all(|known| known.common.key_id != kept.common.key_id) {
            set.keys.push(kept);
        }
    }
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "public, max-age=300")).json(set))
}

/// Where and how tokens are issued (RFC 8414).
#[derive(Serialize, ToSchema)]
pub struct ServerMetadata {
    #[schema(max_length = 300, format = "uri")]
    pub issuer: String,
    #[schema(max_length = 300, format = "uri")]
    pub token_endpoint: String,
    #[schema(max_length = 300, format = "uri")]
    pub jwks_uri: String,
    #[schema(inline, min_items = 1, max_items = 10)]
    pub grant_types_supported: Vec<crate::text::Line>,
    #[schema(min_items = 0, max_items = 10)]
    pub response_types_supported: Vec<crate::text::Line>,
    #[schema(min_items = 1, max_items = 10)]
    pub token_endpoint_auth_methods_supported: Vec<crate::text::Line>,
    #[schema(min_items = 1, max_items = 100)]
    pub scopes_supported: Vec<crate::text::Line>,
}

impl ServerMetadata {
    pub fn of(issuer: &str) -> Self {
        let lines =
            |texts: &[&str]| texts.iter().map(|text| crate::text::Line::from_trusted((*text).to_owned())).collect();
        ServerMetadata {
            issuer: issuer.to_owned(),
            token_endpoint: format!("{issuer}/oauth2/token"),
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            grant_types_supported: lines(&["client_credentials"]),
            response_types_supported: Vec::new(),
            token_endpoint_auth_methods_supported: lines(&["client_secret_basic", "client_secret_post"]),
            scopes_supported: super::SCOPES
                .iter()
                .map(|(name, _)| crate::text::Line::from_trusted((*name).to_owned()))
                .collect(),
        }
    }
}

/// How to get a token here.
///
/// Authorization server metadata (RFC 8414).
#[utoipa::path(tag = "access", security(()), responses((status = 200, description = "The metadata.", body = ServerMetadata)))]
#[get("/.well-known/oauth-authorization-server")]
pub async fn show_server_metadata(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "public, max-age=300"))
        .json(ServerMetadata::of(app.keys.issuer()))
}

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(issue_token).service(show_keys).service(show_server_metadata);
}
