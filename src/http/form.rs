//! Form bodies: the token endpoint's.

use super::json;
use crate::error::{Kind, Problem};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

/// A body in `application/x-www-form-urlencoded`.
pub struct Form<T>(pub T);

const LIMIT: usize = 16 * 1024;

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = json::body(request, payload, "application/x-www-form-urlencoded", LIMIT);
        Box::pin(async move {
            let bytes = body.await?;
            serde_urlencoded::from_bytes(&bytes).map(Form).map_err(|error| Problem {
                oauth_error: Some("invalid_request"),
                ..Problem::new(Kind::Malformed, format!("The form cannot be accepted: {error}."))
            })
        })
    }
}

/// One form-encoded value; what is not encoded stands for itself.
pub fn decode(text: &str) -> String {
    let pairs: Result<Vec<(String, String)>, _> = serde_urlencoded::from_str(&format!("v={text}"));
    match pairs.ok().and_then(|pairs| pairs.into_iter().next()) {
        Some((_, value)) => value,
        None => text.to_owned(),
    }
}
