//! Which format a client asks for.

use crate::error::{Kind, Problem};
use crate::reporting::datasets::DataResource;
use actix_web::HttpRequest;
use actix_web::http::Version;
use actix_web::http::header::{ACCEPT, ACCEPT_ENCODING, HeaderName};

/// A format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    NdJson,
    Csv,
    Sdmx,
}

impl Format {
    pub fn media_type(self) -> &'static str {
        match self {
            Format::NdJson => "application/x-ndjson",
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Sdmx => "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8",
        }
    }

    fn essence(self) -> &'static str {
        self.media_type().split(';').next().unwrap_or_default()
    }

    pub fn extension(self) -> &'static str {
        if self == Format::NdJson { "ndjson" } else { "csv" }
    }

    /// The best of what is offered, in the client's order; 406 where it wants none of it.
    pub fn asked(request: &HttpRequest, resource: DataResource) -> Result<Self, Problem> {
        let has_observations = [DataResource::Indicators, DataResource::ServiceUsage].contains(&resource);
        let offered: &[Format] = match has_observations {
            true => &[Format::NdJson, Format::Csv, Format::Sdmx],
            false => &[Format::NdJson, Format::Csv],
        };
        let asked = values(request, ACCEPT);
        if request.headers().get(ACCEPT).is_none_or(|value| value.is_empty()) {
            return Ok(Format::NdJson);
        }
        let best = asked.iter().find_map(|(range, parameters)| {
            let fits = |format: &&Format| {
                let essence = format.essence();
                let version_fits = **format != Format::Sdmx
                    || parameters.iter().all(|(name, value)| name != "version" || value.starts_with("2."));
                let in_range = range == "*/*"
                    || range == essence
                    || range.strip_suffix("/*").is_some_and(|kind| essence.split('/').next() == Some(kind));
                in_range && version_fits
            };
            offered.iter().find(fits)
        });
        best.copied().ok_or_else(|| {
            let offered: Vec<_> = offered.iter().map(|format| format.essence()).collect();
            let asked = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let detail = format!("{resource} come as {}, not as {asked}.", offered.join(", "));
            Problem::new(Kind::NotAcceptable, detail)
        })
    }

    /// Whether the format itself shows its reader that it is whole. Over HTTP/1.0 nothing else does.
    pub fn check_protocol(self, request: &HttpRequest, trailer: bool) -> Result<(), Problem> {
        if request.version() >= Version::HTTP_11 || self == Format::NdJson || trailer {
            return Ok(());
        }
        let detail = "over HTTP/1.0 an export that breaks off looks whole: ask for trailer=true or NDJSON, or let the \
                      proxy speak HTTP/1.1 to this service (nginx: proxy_http_version 1.1)";
        Err(Problem::invalid("trailer", trailer, detail))
    }
}

/// Whether the answer may be compressed.
pub fn wants_gzip(request: &HttpRequest) -> bool {
    let asked = values(request, ACCEPT_ENCODING);
    asked.iter().any(|(coding, _)| coding == "gzip" || coding == "x-gzip")
}

type Parameters = Vec<(String, String)>;

/// The values of a header that lists them, the most wanted first, those refused (`q=0`) left out.
fn values(request: &HttpRequest, name: HeaderName) -> Vec<(String, Parameters)> {
    let text = request.headers().get_all(name).filter_map(|value| value.to_str().ok());
    let mut all: Vec<(u16, String, Parameters)> = Vec::new();
    for one in text.flat_map(|text| text.split(',')).map(str::trim).filter(|one| !one.is_empty()) {
        let mut parts = one.split(';').map(str::trim);
        let value = parts.next().unwrap_or_default().to_ascii_lowercase();
        let parameters: Parameters = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()))
            .collect();
        let quality = parameters.iter().find(|(name, _)| name == "q").and_then(|(_, value)| value.parse::<f32>().ok());
        let weight = (quality.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0) as u16;
        if weight > 0 {
            all.push((weight, value, parameters));
        }
    }
    // Of equal weight the earlier and the more precise.
    all.sort_by_key(|(weight, value, _)| (std::cmp::Reverse(*weight), value.contains('*')));
    all.into_iter().map(|(_, value, parameters)| (value, parameters)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn asked(accept: &str, resource: DataResource) -> Option<Format> {
        Format::asked(&TestRequest::get().insert_header((ACCEPT, accept)).to_http_request(), resource).ok()
    }

    #[test]
    fn the_client_s_order_holds() {
        let indicators = |accept| asked(accept, DataResource::Indicators);
        assert_eq!(indicators("*/*"), Some(Format::NdJson));
        assert_eq!(indicators("text/csv"), Some(Format::Csv));
        assert_eq!(indicators("text/*;q=0.5, */*;q=0.1"), Some(Format::Csv));
        assert_eq!(indicators("application/x-ndjson;q=0.2, text/csv;q=0.9"), Some(Format::Csv));
        assert_eq!(indicators("application/vnd.sdmx.data+csv; version=2.0.0"), Some(Format::Sdmx));
        assert_eq!(indicators("application/vnd.sdmx.data+csv; version=1.0.0"), None);
        assert_eq!(indicators("application/json, text/html"), None);
        assert_eq!(indicators("text/csv;q=0"), None);
        assert_eq!(asked("application/vnd.sdmx.data+csv", DataResource::Plans), None);
    }

    #[test]
    fn compression_is_as_asked() {
        let wants = |coding| wants_gzip(&TestRequest::get().insert_header((ACCEPT_ENCODING, coding)).to_http_request());
        assert!(wants("br, gzip"));
        assert!(!wants("identity"));
        assert!(!wants("gzip;q=0, br"));
    }
}
