//! Settings, from the environment alone. [`KEYS`] is their one documentation: `traguardo --help` prints it and a test holds
//! `docs/configuration.md` to it.

use crate::db::DatabaseUrl;
use crate::licence::Licence;
use crate::text::IpaCode;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A setting: key, default, meaning.
pub struct Key {
    pub name: &'static str,
    pub default: &'static str,
    pub meaning: &'static str,
}

const fn key(name: &'static str, default: &'static str, meaning: &'static str) -> Key {
    Key { name, default, meaning }
}

pub const KEYS: &[Key] = &[
    key("TRAGUARDO_DATABASE_URL", "sqlite://traguardo.db", "sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE"),
    key("TRAGUARDO_BIND", "127.0.0.1:8080", "address and port to listen on"),
    key(
        "TRAGUARDO_PUBLIC_URL",
        "http:// and the bound address",
        "how clients reach the service: issuer of tokens, base of links; https:// unless local",
    ),
    key(
        "TRAGUARDO_BEHIND_PROXY",
        "false",
        "true where a proxy of ours sets Forwarded or X-Forwarded-For; needs TRAGUARDO_PUBLIC_URL",
    ),
    key(
        "TRAGUARDO_SIGNING_KEY_FILE",
        "traguardo-key.pem",
        "P-256 private key (PKCS#8 PEM) that signs tokens; made by serve where it is missing; the same for all processes",
    ),
    key(
        "TRAGUARDO_RETIRED_KEY_FILES",
        "none",
        "comma-separated public keys (PEM) whose tokens are still recognised after a change of key",
    ),
    key("TRAGUARDO_TOKEN_SECONDS", "900", "how long an access token holds: 60 to 3600"),
    key("TRAGUARDO_POOL_SIZE", "8", "database connections: 1 to 100"),
    key("TRAGUARDO_RATE_LIMIT", "6000", "requests a minute for each consumer, or address where there is no token"),
    key("TRAGUARDO_BODY_LIMIT", "1048576", "bytes of a JSON body"),
    key("TRAGUARDO_IMPORT_LIMIT", "16777216", "bytes of an imported document"),
    key(
        "TRAGUARDO_IMPORT_FILE_LIMIT",
        "1073741824",
        "bytes of an imported file of rows, as it is sent and as it unpacks",
    ),
    key(
        "TRAGUARDO_TOMBSTONE_DAYS",
        "400",
        "how long the change feed tells of what was removed: 1 to 36500; older cursors are gone (410)",
    ),
    key(
        "TRAGUARDO_CORS_ORIGINS",
        "none",
        "comma-separated origins of browser front ends, such as https://dashboard.example",
    ),
    key(
        "TRAGUARDO_LICENCE",
        "CC-BY-4.0",
        "licence of what is published from now on: CC-BY-4.0, CC0-1.0 or CC-BY-SA-4.0",
    ),
    key(
        "TRAGUARDO_OPERATOR",
        "none",
        "IPA code of the body that runs the service: publisher of the catalogue of open data",
    ),
    key(
        "TRAGUARDO_SECURITY_CONTACT",
        "mailto:info@traguardo.example",
        "where vulnerabilities are reported, in /.well-known/security.txt: mailto:, https: or tel:",
    ),
    key("TRAGUARDO_LOG", "info", "what is logged: error, warn, info, debug, or a tracing filter"),
    key("TRAGUARDO_LOG_FORMAT", "text", "text or json"),
];

/// The settings, read and checked.
#[derive(Debug, Clone)]
pub struct Settings {
    pub database_url: DatabaseUrl,
    pub bind: SocketAddr,
    /// Without a trailing slash.
    pub public_url: String,
    pub behind_proxy: bool,
    pub signing_key_file: PathBuf,
    pub retired_key_files: Vec<PathBuf>,
    pub token_seconds: i32,
    pub pool_size: u32,
    pub rate_limit: u32,
    pub body_limit: usize,
    pub import_limit: usize,
    pub import_file_limit: u64,
    pub tombstone_days: i32,
    pub cors_origins: Vec<String>,
    pub licence: Licence,
    pub operator: Option<IpaCode>,
    pub security_contact: String,
    pub log: String,
    pub log_as_json: bool,
}

impl Settings {
    /// From the process's environment.
    pub fn from_env() -> Result<Self, String> {
        Self::from_pairs(std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            name.starts_with("TRAGUARDO_").then(|| (name, value.to_string_lossy().into_owned()))
        }))
    }

    /// From names and values; anything unknown, unreadable or contradictory is refused with the name of the key.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let values: BTreeMap<String, String> = pairs.into_iter().collect();
        if let Some(unknown) = values.keys().find(|name| !KEYS.iter().any(|key| key.name == name.as_str())) {
            let nearest = KEYS.iter().max_by_key(|key| (strsim::jaro_winkler(key.name, unknown) * 1000.0) as u32);
            let hint = nearest.map(|key| format!("; did you mean {}?", key.name)).unwrap_or_default();
            return Err(format!("{unknown} is no setting of traguardo{hint}"));
        }
        let read = Read(&values);
        let bind: SocketAddr = read.parsed("TRAGUARDO_BIND", "must be ADDRESS:PORT")?;
        let behind_proxy = read.parsed("TRAGUARDO_BEHIND_PROXY", "must be true or false")?;
        let public_url = match read.given("TRAGUARDO_PUBLIC_URL") {
            Some(url) => public_url(url)?,
            None if behind_proxy => {
                return Err(
                    "TRAGUARDO_BEHIND_PROXY=true needs TRAGUARDO_PUBLIC_URL: clients reach the proxy, not us".into()
                );
            }
            None if !bind.ip().is_loopback() => {
                return Err(format!(
                    "TRAGUARDO_BIND is {bind}, which others can reach: TRAGUARDO_PUBLIC_URL must say under which https:// address"
                ));
            }
            None => format!("http://{bind}"),
        };
        let settings = Settings {
            database_url: read
                .text("TRAGUARDO_DATABASE_URL")
                .parse()
                .map_err(|error| format!("TRAGUARDO_DATABASE_URL {error}"))?,
            bind,
            public_url,
            behind_proxy,
            signing_key_file: read.text("TRAGUARDO_SIGNING_KEY_FILE").into(),
            retired_key_files: read.list("TRAGUARDO_RETIRED_KEY_FILES").into_iter().map(PathBuf::from).collect(),
            token_seconds: read.number("TRAGUARDO_TOKEN_SECONDS", 60, 3600)?,
            pool_size: read.number("TRAGUARDO_POOL_SIZE", 1, 100)? as u32,
            rate_limit: read.number("TRAGUARDO_RATE_LIMIT", 1, 10_000_000)? as u32,
            body_limit: read.number("TRAGUARDO_BODY_LIMIT", 1024, 64 << 20)? as usize,
            import_limit: read.number("TRAGUARDO_IMPORT_LIMIT", 1024, 256 << 20)? as usize,
            import_file_limit: read.parsed("TRAGUARDO_IMPORT_FILE_LIMIT", "must be a number of bytes")?,
            tombstone_days: read.number("TRAGUARDO_TOMBSTONE_DAYS", 1, 36_500)?,
            cors_origins: read.list("TRAGUARDO_CORS_ORIGINS"),
            licence: read.parsed("TRAGUARDO_LICENCE", "must be CC-BY-4.0, CC0-1.0 or CC-BY-SA-4.0")?,
            operator: match read.given("TRAGUARDO_OPERATOR") {
                Some(code) => Some(code.parse().map_err(|error| format!("TRAGUARDO_OPERATOR is {code:?}: {error}"))?),
                None => None,
            },
            security_contact: read.text("TRAGUARDO_SECURITY_CONTACT").to_owned(),
            log: read.text("TRAGUARDO_LOG").to_owned(),
            log_as_json: match read.text("TRAGUARDO_LOG_FORMAT") {
                "json" => true,
                "text" => false,
                other => return Err(format!("TRAGUARDO_LOG_FORMAT is {other:?}: must be text or json")),
            },
        };
        let contact = &settings.security_contact;
        let is_contact = ["mailto:", "https://", "tel:"].iter().any(|scheme| contact.starts_with(scheme));
        if !is_contact || contact.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(format!("TRAGUARDO_SECURITY_CONTACT is {contact:?}: must be mailto:, https:// or tel:"));
        }
        let wrong = settings.cors_origins.iter().find(|origin| !origin.starts_with("http") || origin.ends_with('/'));
        if let Some(origin) = wrong {
            return Err(format!(
                "TRAGUARDO_CORS_ORIGINS has {origin:?}: an origin is https://HOST, without a trailing slash"
            ));
        }
        if settings.retired_key_files.contains(&settings.signing_key_file) {
            return Err(
                "TRAGUARDO_RETIRED_KEY_FILES names the key of TRAGUARDO_SIGNING_KEY_FILE: a key signs or is retired"
                    .into(),
            );
        }
        Ok(settings)
    }
}

struct Read<'a>(&'a BTreeMap<String, String>);

impl<'a> Read<'a> {
    fn given(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str) -> &'a str {
        let default = KEYS.iter().find(|key| key.name == name).map_or("", |key| key.default);
        self.given(name).unwrap_or(default)
    }

    fn parsed<T: std::str::FromStr>(&self, name: &str, expected: &str) -> Result<T, String> {
        let text = self.text(name);
        text.parse().map_err(|_| format!("{name} is {text:?}: {expected}"))
    }

    fn number(&self, name: &str, least: i32, most: i32) -> Result<i32, String> {
        let expected = format!("must be a whole number between {least} and {most}");
        let number = self.parsed(name, &expected)?;
        if (least..=most).contains(&number) { Ok(number) } else { Err(format!("{name} is {number}: {expected}")) }
    }

    fn list(&self, name: &str) -> Vec<String> {
        let items = self.given(name).unwrap_or_default().split(',').map(str::trim);
        items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}

/// Tokens and secrets travel under this URL: in the clear only where they do not leave the machine.
fn public_url(url: &str) -> Result<String, String> {
    let url = url.trim_end_matches('/');
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let is_local = |start: &&str| url.strip_prefix(*start).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    if url.starts_with("https://") || local.iter().any(is_local) {
        return Ok(url.to_owned());
    }
    Err(format!(
        "TRAGUARDO_PUBLIC_URL is {url:?}: must begin with https:// (http:// for 127.0.0.1 and localhost alone)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn nothing_need_be_set() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.public_url, "http://127.0.0.1:8080");
        assert_eq!(settings.database_url, DatabaseUrl::Sqlite("traguardo.db".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_refused_by_the_name_of_its_key() {
        for (pairs, named) in [
            (&[("TRAGUARDO_DATABSE_URL", "sqlite://x")][..], "did you mean TRAGUARDO_DATABASE_URL?"),
            (&[("TRAGUARDO_DATABASE_URL", "mysql://x")], "TRAGUARDO_DATABASE_URL must be"),
            (&[("TRAGUARDO_BIND", "8080")], "TRAGUARDO_BIND"),
            (&[("TRAGUARDO_POOL_SIZE", "0")], "TRAGUARDO_POOL_SIZE"),
            (&[("TRAGUARDO_BIND", "0.0.0.0:8080")], "TRAGUARDO_PUBLIC_URL"),
            (&[("TRAGUARDO_BEHIND_PROXY", "true")], "TRAGUARDO_PUBLIC_URL"),
            (&[("TRAGUARDO_PUBLIC_URL", "http://comune.example")], "https://"),
            (&[("TRAGUARDO_PUBLIC_URL", "http://127.0.0.1.evil.example")], "https://"),
            (&[("TRAGUARDO_LICENCE", "GPL")], "TRAGUARDO_LICENCE"),
            (&[("TRAGUARDO_OPERATOR", "c b507")], "TRAGUARDO_OPERATOR"),
            (&[("TRAGUARDO_SECURITY_CONTACT", "nobody")], "TRAGUARDO_SECURITY_CONTACT"),
            (&[("TRAGUARDO_LOG_FORMAT", "xml")], "TRAGUARDO_LOG_FORMAT"),
            (&[("TRAGUARDO_CORS_ORIGINS", "https://a.example/")], "TRAGUARDO_CORS_ORIGINS"),
            (&[("TRAGUARDO_RETIRED_KEY_FILES", "traguardo-key.pem")], "TRAGUARDO_RETIRED_KEY_FILES"),
        ] {
            let error = read(pairs).unwrap_err();
            assert!(error.contains(named), "{pairs:?}: {error}");
        }
    }
}
