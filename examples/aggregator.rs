//! A small aggregator: pulls whole data sets once, follows the change feed from there, and proves that its copy is equal to
//! its source. It may be killed at any moment, and so may the server: the copy and the place in the feed are one transaction.
//!
//! ```sh
//! cargo run --release --example aggregator -- --url http://127.0.0.1:8080/v1 --token "$(traguardo token)" --copy copy.db --prove
//! ```

use clap::Parser;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::time::Duration;

const DATA_SETS: [&str; 15] = [
    "administrations",
    "units",
    "plans",
    "sections",
    "objectives",
    "phases",
    "indicators",
    "measurements",
    "procedures",
    "procedure-times",
    "digital-services",
    "platform-adoptions",
    "protocol-days",
    "protocol-registrations",
    "service-usage",
];

/// Keeps a copy of what a token may see.
#[derive(Parser)]
struct Options {
    /// Base of the API.
    #[arg(long, default_value = "http://127.0.0.1:8080/v1")]
    url: String,
    /// An access token with the scope aggregates.read …
    #[arg(long, env = "TRAGUARDO_TOKEN", required_unless_present = "client_id")]
    token: Option<String>,
    /// … or credentials to ask for one.
    #[arg(long, env = "CLIENT_ID", requires = "client_secret")]
    client_id: Option<String>,
    #[arg(long, env = "CLIENT_SECRET")]
    client_secret: Option<String>,
    /// The file of the copy.
    #[arg(long, default_value = "copy.db")]
    copy: String,
    /// Compares the digests of every administration once the feed's end is reached, and stops: 0 where all are equal.
    #[arg(long)]
    prove: bool,
}

type Outcome<T> = Result<T, Box<dyn Error>>;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

struct Aggregator {
    options: Options,
    agent: ureq::Agent,
    token: String,
    copy: SqliteConnection,
}

/// What the server says of an answer that is none.
enum Refused {
    /// The cursor no longer holds: begin anew.
    Gone,
    Other(String),
}

fn main() -> Outcome<()> {
    let options = Options::parse();
    let mut copy = SqliteConnection::establish(&options.copy)?;
    copy.batch_execute(
        "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE IF NOT EXISTS copy (resource TEXT, key TEXT, administration TEXT, record TEXT, PRIMARY KEY (resource, key)) WITHOUT ROWID;
         CREATE INDEX IF NOT EXISTS copy_administration ON copy (administration, resource);
         CREATE TABLE IF NOT EXISTS pulled (n INTEGER PRIMARY KEY, resource TEXT UNIQUE, cursor TEXT);
         CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT);",
    )?;
    let config =
        ureq::Agent::config_builder().http_status_as_error(false).timeout_connect(Some(Duration::from_secs(5)));
    let token = options.token.clone().unwrap_or_default();
    let mut aggregator = Aggregator { options, agent: config.build().into(), token, copy };
    loop {
        match aggregator.round() {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            // The server is away, or something broke off: what is kept is whole, so just go on from there.
            Err(error) => {
                eprintln!("{error}; again in a second");
                std::thread::sleep(Duration::from_secs(1));
            }
        }
    }
}

impl Aggregator {
    /// Pulls what is missing, then follows the feed to its end; true where there is nothing left to do.
    fn round(&mut self) -> Outcome<bool> {
        let pulled: Vec<String> = self.texts("SELECT resource AS text FROM pulled ORDER BY n")?;
        for resource in DATA_SETS.iter().filter(|resource| !pulled.iter().any(|known| known == *resource)) {
            self.pull(resource)?;
        }
        while !self.follow()? {}
        Ok(self.options.prove && self.is_equal()?)
    }

    /// One data set, whole. Its cursor stands for the moment that it shows; the first one's is where the feed is joined, since
    /// what changed while the others were pulled is told again, and telling a state twice does no harm.
    fn pull(&mut self, resource: &str) -> Outcome<()> {
        let body = self.get(&format!("/exports/{resource}"), true).map_err(said)?;
        self.copy.batch_execute("BEGIN IMMEDIATE")?;
        let taken = self.take(resource, body);
        self.copy.batch_execute(if taken.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        eprintln!("{resource}: {} records", taken?);
        Ok(())
    }

    fn take(&mut self, resource: &str, body: impl std::io::Read) -> Outcome<i64> {
        self.run("DELETE FROM copy WHERE resource = ?", &[resource])?;
        let mut count = 0;
        for line in BufReader::with_capacity(1 << 16, body).lines() {
            let mut record: Map<String, Value> = serde_json::from_str(&line?)?;
            if let Some(end) = record.remove("end") {
                if end["rows"] != count {
                    return Err(format!("{resource}: {count} records came of {}", end["rows"]).into());
                }
                let cursor = end["cursor"].as_str().unwrap_or_default();
                self.run("INSERT INTO pulled (resource, cursor) VALUES (?, ?)", &[resource, cursor])?;
                self.run("INSERT OR IGNORE INTO place (one, cursor) VALUES (1, ?)", &[cursor])?;
                return Ok(count);
            }
            self.keep(resource, &key(resource, &record), &record)?;
            count += 1;
        }
        Err(format!("{resource} broke off after {count} records").into())
    }

    /// One page of the feed, and the place after it, in one transaction; true at the end.
    fn follow(&mut self) -> Outcome<bool> {
        let cursor = self.texts("SELECT cursor AS text FROM place")?.pop().unwrap_or_default();
        let wait = if self.options.prove { 0 } else { 20 };
        let page = match self.json(&format!("/changes?limit=1000&wait={wait}&cursor={cursor}")) {
            Err(Refused::Gone) => {
                eprintln!("the cursor no longer holds: all is pulled anew");
                self.copy.batch_execute("BEGIN; DELETE FROM pulled; DELETE FROM place; DELETE FROM copy; COMMIT")?;
                return Err("begin anew".into());
            }
            page => page.map_err(said)?,
        };
        self.copy.batch_execute("BEGIN IMMEDIATE")?;
        let kept = self.apply(&page);
        self.copy.batch_execute(if kept.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        kept?;
        Ok(page["more"] == false)
    }

    fn apply(&mut self, page: &Value) -> Outcome<()> {
        for change in page["items"].as_array().into_iter().flatten() {
            let (resource, key) =
                (change["resource"].as_str().unwrap_or_default(), change["key"].as_str().unwrap_or_default());
            match change["record"].as_object() {
                Some(record) => self.keep(resource, key, record)?,
                None => self.run("DELETE FROM copy WHERE resource = ? AND key = ?", &[resource, key])?,
            }
        }
        self.run("UPDATE place SET cursor = ?", &[page["cursor"].as_str().ok_or("a page without cursor")?])
    }

    fn keep(&mut self, resource: &str, key: &str, record: &Map<String, Value>) -> Outcome<()> {
        let home = record.get("administration").or(record.get("ipa_code")).and_then(Value::as_str).unwrap_or_default();
        let text = serde_json::to_string(record)?;
        self.run(
            "INSERT OR REPLACE INTO copy (resource, key, administration, record) VALUES (?, ?, ?, ?)",
            &[resource, key, home, &text],
        )
    }

    /// Whether the digest of every administration is the server's.
    fn is_equal(&mut self) -> Outcome<bool> {
        let homes = self.texts("SELECT DISTINCT administration AS text FROM copy ORDER BY 1")?;
        let mut different = Vec::new();
        for home in &homes {
            let digests = self.json(&format!("/administrations/{home}/digests")).map_err(said)?;
            for item in digests["items"].as_array().into_iter().flatten() {
                let resource = item["resource"].as_str().unwrap_or_default();
                let left_out: Vec<_> =
                    item["left_out"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let (count, digest) = self.digest(home, resource, &left_out)?;
                if item["count"] != count || item["digest"] != digest.as_str() {
                    different.push(format!("{home} {resource}: {count} here, {} there", item["count"]));
                }
            }
        }
        println!("{} administrations, {} digests differ", homes.len(), different.len());
        different.iter().take(20).for_each(|line| println!("  {line}"));
        Ok(different.is_empty())
    }

    /// SHA-256 over the sorted SHA-256 of each record's canonical JSON (RFC 8785).
    fn digest(&mut self, home: &str, resource: &str, left_out: &[&str]) -> Outcome<(i64, String)> {
        let query = "SELECT record AS text FROM copy WHERE administration = ? AND resource = ?";
        let rows: Vec<Row> =
            diesel::sql_query(query).bind::<Text, _>(home).bind::<Text, _>(resource).load(&mut self.copy)?;
        let mut hashes = Vec::with_capacity(rows.len());
        for row in rows {
            let mut record: Map<String, Value> = serde_json::from_str(&row.text)?;
            record.retain(|field, _| !left_out.contains(&field.as_str()));
            hashes.push(hexadecimal(&Sha256::digest(serde_json_canonicalizer::to_vec(&record)?)));
        }
        hashes.sort_unstable();
        let whole: String = hashes.iter().map(|hash| format!("{hash}\n")).collect();
        Ok((hashes.len() as i64, hexadecimal(&Sha256::digest(whole))))
    }

    fn json(&mut self, path: &str) -> Result<Value, Refused> {
        let body = self.get(path, false)?;
        serde_json::from_reader(BufReader::new(body)).map_err(|error| Refused::Other(error.to_string()))
    }

    /// Asks until it is answered: again after 429 and 503, with a new token after 401.
    fn get(&mut self, path: &str, lines: bool) -> Result<ureq::BodyReader<'static>, Refused> {
        let other = |error: ureq::Error| Refused::Other(error.to_string());
        for attempt in 0.. {
            if self.token.is_empty() || attempt > 0 && self.options.client_id.is_some() {
                self.token = self.new_token()?;
            }
            let accept = if lines { "application/x-ndjson" } else { "application/json" };
            let request = self.agent.get(format!("{}{path}", self.options.url)).header("Accept", accept);
            let answer = request.header("Authorization", format!("Bearer {}", self.token)).call().map_err(other)?;
            let after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
            match answer.status().as_u16() {
                200 => return Ok(answer.into_body().into_reader()),
                410 => return Err(Refused::Gone),
                401 if attempt == 0 && self.options.client_id.is_some() => {}
                429 | 503 => std::thread::sleep(Duration::from_secs(after.unwrap_or(1))),
                status => {
                    let text = answer.into_body().read_to_string().unwrap_or_default();
                    return Err(Refused::Other(format!("GET {path}: {status} {text}")));
                }
            }
        }
        Err(Refused::Gone)
    }

    fn new_token(&self) -> Result<String, Refused> {
        let other = |error: ureq::Error| Refused::Other(error.to_string());
        let (Some(id), Some(secret)) = (&self.options.client_id, &self.options.client_secret) else {
            return Err(Refused::Other(
                "the token is refused, and there are no credentials to ask for another".to_owned(),
            ));
        };
        let url = format!("{}/oauth2/token", self.options.url);
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        let mut answer = self.agent.post(url).send_form(form).map_err(other)?;
        let answer: Value = answer.body_mut().read_json().map_err(other)?;
        answer["access_token"].as_str().map(str::to_owned).ok_or_else(|| Refused::Other(answer.to_string()))
    }

    fn run(&mut self, statement: &str, values: &[&str]) -> Outcome<()> {
        let mut query = diesel::sql_query(statement).into_boxed();
        for value in values {
            query = query.bind::<Text, _>(*value);
        }
        query.execute(&mut self.copy)?;
        Ok(())
    }

    fn texts(&mut self, query: &str) -> Outcome<Vec<String>> {
        Ok(diesel::sql_query(query).load::<Row>(&mut self.copy)?.into_iter().map(|row| row.text).collect())
    }
}

/// What the feed calls a record of an export.
fn key(resource: &str, record: &Map<String, Value>) -> String {
    let fields: &[&str] = match resource {
        "administrations" => &["ipa_code"],
        "protocol-days" => &["administration", "aoo", "date"],
        "protocol-registrations" => &["administration", "aoo", "year", "number"],
        "service-usage" => &["administration", "service_code", "month"],
        _ => &["id"],
    };
    let values = fields.iter().map(|field| match record.get(*field) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    });
    values.collect::<Vec<_>>().join("~")
}

fn said(refused: Refused) -> Box<dyn Error> {
    match refused {
        Refused::Gone => "the server no longer has it".into(),
        Refused::Other(why) => why.into(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
