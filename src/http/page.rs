//! Lists by keyset: a page costs the same wherever it lies. The cursor is the key of the last record seen.

use crate::app::App;
use crate::error::Problem;
use crate::text::IpaCode;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Records of one page at most.
pub const MAX_LIMIT: u32 = 200;
const DEFAULT_LIMIT: u32 = 50;

crate::text::text_type!(
    /// Where a page begins: taken from `_links.next`, opaque.
    Cursor, 4..=200, "^[A-Za-z0-9_-]+$",
    "a cursor from _links.next of this list", "Y19iNTA3CjAxOWE0YjUyLTdjMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMQ",
    |text: &str| {
        let mark = Mark::decode(text)?;
        Some(mark.encode())
    }
);

/// The key of the last record of a page: administration and id, or what its sender calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub administration: String,
    pub id: String,
}

impl Mark {
    pub fn of(administration: &IpaCode, id: &impl ToString) -> Self {
        Mark { administration: administration.to_string(), id: id.to_string() }
    }

    pub fn encode(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(format!("{}\n{}", self.administration, self.id))
    }

    fn decode(text: &str) -> Option<Mark> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (administration, id) = text.split_once('\n')?;
        let administration = IpaCode::parse(administration)?.to_string();
        // Rows that are fed have no id but what their senders call them: it has dots or tildes in it, or is short.
        let plain = id.len() <= 90 && id.chars().all(|c| c.is_ascii_alphanumeric() || "._~-".contains(c));
        plain.then(|| Mark { administration, id: id.to_owned() })
    }
}

/// How many records, and from where.
#[derive(Debug, Clone)]
pub struct Slice {
    pub limit: usize,
    pub after: Option<Mark>,
}

impl Slice {
    pub fn of(limit: Option<u32>, cursor: Option<&Cursor>) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Problem::invalid("limit", limit, format!("must be between 1 and {MAX_LIMIT}")));
        }
        Ok(Slice { limit: limit as usize, after: cursor.and_then(|cursor| Mark::decode(cursor.as_str())) })
    }

    /// One more than the page, which tells whether there is another.
    pub fn fetch(&self) -> i64 {
        self.limit as i64 + 1
    }
}

/// Links of a page.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Links {
    /// The next page, absolute; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = "uri")]
    pub next: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    #[schema(min_items = 0, max_items = 200)]
    pub items: Vec<T>,
    #[serde(rename = "_links")]
    pub links: Links,
}

impl<T: Serialize> Page<T> {
    /// The page of records that were fetched with [`Slice::fetch`], and the link to the next.
    pub fn answer(
        app: &App,
        request: &HttpRequest,
        slice: &Slice,
        mut items: Vec<T>,
        mark: impl Fn(&T) -> Mark,
    ) -> HttpResponse {
        let more = items.len() > slice.limit;
        items.truncate(slice.limit);
        let next = items.last().filter(|_| more).map(|last| {
            let others =
                request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
            let query: Vec<_> = others.map(str::to_owned).chain([format!("cursor={}", mark(last).encode())]).collect();
            format!("{}{}?{}", app.settings.public_url, request.path(), query.join("&"))
        });
        HttpResponse::Ok().json(Page { items, links: Links { next } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_given() {
        let mark = Mark { administration: "c_b507".to_owned(), id: "019a4b52-7c00-7000-8000-000000000001".to_owned() };
        assert_eq!(Mark::decode(&mark.encode()), Some(mark));
        assert_eq!(Cursor::parse("eyJhIjoxfQ"), None);
        assert_eq!(Cursor::parse("not a cursor"), None);
    }
}
