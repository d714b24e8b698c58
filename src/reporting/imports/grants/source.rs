//! Rows of a grants file, one after the other, however large it is: CSV with `,`, `;` or tabs between, or JSON objects of the
//! same fields, in an array or one on each line; in UTF-8, UTF-16 or Windows-1252.

use super::recoded::{Recoded, utf16};
use crate::reporting::imports::watched::{Breaks, Watched, passed};
use encoding_rs::WINDOWS_1252;
use serde::Deserializer;
use serde::de::{SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

/// Fields that no row can do without.
pub const NEEDED: [&str; 5] = ["codice_ipa", "avviso", "codice_cup", "stato_candidatura", "data_stato_candidatura"];
/// A row is no longer, nor are the names of its fields.
const LONGEST_LINE: usize = 64 << 10;

/// A row: its fields by name, empty ones left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Line at which the row begins, or number of the object in a JSON array; from 1.
    pub line: u64,
    pub fields: BTreeMap<String, String>,
}

impl Row {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("{0}")]
    File(#[from] std::io::Error),
    #[error("the first line lacks {0}: this is no file of grants")]
    Header(String),
    #[error("line {line}: {reason}")]
    Line { line: u64, reason: String },
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// What is done with the rows failed.
    #[error("{0}")]
    Refused(crate::error::Problem),
}

/// What is done with each row, or with what takes its place where it cannot be read: line and reason.
pub type Take<'a> = dyn FnMut(Result<Row, (u64, String)>) -> Result<(), crate::error::Problem> + 'a;

/// Hands each row on.
pub fn read(file: impl Read, take: &mut Take<'_>) -> Result<(), Unreadable> {
    let mut file = BufReader::with_capacity(1 << 16, file);
    let start = file.fill_buf()?;
    if let Some(encoding) = utf16(start) {
        return rows(BufReader::new(Recoded::new(file, encoding)), take);
    }
    if start.starts_with(&[0xef, 0xbb, 0xbf]) {
        file.consume(3);
    }
    rows(file, take)
}

fn rows(mut file: impl BufRead, take: &mut Take<'_>) -> Result<(), Unreadable> {
    match file.fill_buf()?.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[') => json(file, take),
        Some(b'{') => json_lines(file, take),
        _ => csv(file, take),
    }
}

fn csv(mut file: impl BufRead, take: &mut Take<'_>) -> Result<(), Unreadable> {
    let mut header = Vec::new();
    (&mut file).take(LONGEST_LINE as u64).read_until(b'\n', &mut header)?;
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|one| header.iter().filter(|byte| *byte == one).count());
    let delimiter = delimiter.unwrap_or(b',');
    let names = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(header.as_slice());
    let names = names.into_byte_records().next().transpose().map_err(broken)?.unwrap_or_default();
    let names: Vec<_> = names.iter().map(|name| plain_name(&decode(name))).collect();
    let missing: Vec<_> = NEEDED.iter().filter(|needed| !names.iter().any(|name| name == *needed)).copied().collect();
    if !missing.is_empty() {
        return Err(Unreadable::Header(missing.join(", ")));
    }
    let breaks = Breaks::default();
    let file = Watched::new(file, &breaks);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(file);
    // The header's line was read before.
    let mut line = 2;
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(broken)? {
        line += passed(&breaks, record.position().map_or(0, csv::Position::byte));
        if record.iter().all(|field| field.trim_ascii().is_empty()) {
            continue;
        }
        if record.len() != names.len() {
            let reason = format!("has {} fields where the header has {}", record.len(), names.len());
            take(Err((line, reason))).map_err(Unreadable::Refused)?;
            continue;
        }
        let fields = names.iter().cloned().zip(record.iter().map(decode));
        let fields = fields.filter(|(_, value)| !value.is_empty()).collect();
        take(Ok(Row { line, fields })).map_err(Unreadable::Refused)?;
    }
    Ok(())
}

fn broken(error: csv::Error) -> Unreadable {
    let line = error.position().map_or(0, csv::Position::line);
    Unreadable::Line { line, reason: error.to_string() }
}

/// A field's name as the format writes it.
fn plain_name(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// UTF-8, or else Windows-1252; every run of blanks one space.
fn decode(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(file: impl Read, take: &mut Take<'_>) -> Result<(), Unreadable> {
    struct Rows<'a, 'b> {
        take: &'a mut Take<'b>,
        refused: Option<crate::error::Problem>,
    }

    impl<'de> Visitor<'de> for &mut Rows<'_, '_> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an array of objects")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
            let mut line = 0;
            while let Some(value) = rows.next_element::<Value>()? {
                line += 1;
                if let Err(problem) = (self.take)(object(line, value)) {
                    self.refused = Some(problem);
                    return Err(serde::de::Error::custom("stopped"));
                }
            }
            Ok(())
        }
    }

    let mut rows = Rows { take, refused: None };
    let mut deserializer = serde_json::Deserializer::from_reader(file);
    let done = deserializer.deserialize_seq(&mut rows).and_then(|()| deserializer.end());
    match rows.refused {
        Some(problem) => Err(Unreadable::Refused(problem)),
        None => Ok(done?),
    }
}

fn json_lines(mut file: impl BufRead, take: &mut Take<'_>) -> Result<(), Unreadable> {
    let mut text = Vec::new();
    let mut is_first = true;
    for line in 1.. {
        text.clear();
        if (&mut file).take(LONGEST_LINE as u64).read_until(b'\n', &mut text)? == 0 {
            break;
        }
        if text.len() == LONGEST_LINE {
            return Err(Unreadable::Line { line, reason: format!("is longer than {LONGEST_LINE} bytes") });
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        let row = match serde_json::from_slice(&text) {
            Ok(value) => object(line, value),
            // Not even the first is an object of its own: this is another kind of file.
            Err(error) if is_first => return Err(Unreadable::Json(error)),
            Err(error) => Err((line, format!("is no JSON: {error}"))),
        };
        if is_first && row.as_ref().is_ok_and(|row| !NEEDED.iter().any(|needed| row.fields.contains_key(*needed))) {
            return Err(Unreadable::Header(NEEDED.join(", ")));
        }
        is_first = false;
        take(row).map_err(Unreadable::Refused)?;
    }
    Ok(())
}

fn object(line: u64, value: Value) -> Result<Row, (u64, String)> {
    match value {
        Value::Object(fields) => Ok(Row { line, fields: texts(fields) }),
        other => Err((line, format!("is no object: {other}"))),
    }
}

fn texts(fields: Map<String, Value>) -> BTreeMap<String, String> {
    let text = |value: Value| match value {
        Value::Null => String::new(),
        Value::String(text) => decode(text.as_bytes()),
        other => other.to_string(),
    };
    let texts = fields.into_iter().map(|(name, value)| (plain_name(&name), text(value)));
    texts.filter(|(_, value)| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = Result<Row, (u64, String)>;

    fn rows_of(file: &[u8]) -> Result<Vec<Read>, Unreadable> {
        let mut rows = Vec::new();
        read(file, &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    #[test]
    fn the_same_rows_come_from_every_form_of_the_file() {
        let csv = "codice_ipa,avviso,codice_cup,stato_candidatura,data_stato_candidatura,ente\n\
                   c_b507,pagoPA,D1,A,2022-07-18,\"Campi, Bisenzio\"\n";
        let crlf = "\u{feff}Ente;DATA_STATO_CANDIDATURA;stato candidatura;codice_cup;avviso;codice_ipa\r\n\
                    Campi, Bisenzio;2022-07-18;A;D1;pagoPA;c_b507\r\n";
        let json = r#" [{"codice_ipa":"c_b507","avviso":"pagoPA","codice_cup":"D1","stato_candidatura":"A",
            "data_stato_candidatura":"2022-07-18","ente":"Campi, Bisenzio","provincia":null}]"#;
        let expected = rows_of(csv.as_bytes()).unwrap()[0].clone().unwrap();
        assert_eq!((expected.line, expected.get("ente")), (2, Some("Campi, Bisenzio")));
        assert_eq!(rows_of(crlf.as_bytes()).unwrap()[0].as_ref().unwrap(), &expected);
        assert_eq!(rows_of(json.as_bytes()).unwrap()[0].as_ref().unwrap().fields, expected.fields);
        let object = json.trim().trim_matches(['[', ']']).replace('\n', "");
        let lines = rows_of(format!("{object}\r\n\n{object}\n{{\n7\n").as_bytes()).unwrap();
        assert_eq!(lines[0].as_ref().unwrap().fields, expected.fields);
        assert_eq!(lines[1].as_ref().unwrap().line, 3);
        assert_eq!(lines[2..].iter().map(|row| row.as_ref().unwrap_err().0).collect::<Vec<_>>(), [4, 5]);
    }

    #[test]
    fn other_files_and_broken_rows_are_told() {
        assert!(
            matches!(rows_of(b"a,b,c\n1,2,3\n"), Err(Unreadable::Header(missing)) if missing.contains("codice_ipa"))
        );
        assert!(matches!(rows_of(b""), Err(Unreadable::Header(_))));
        assert!(matches!(rows_of(b"[{\"a\":1},"), Err(Unreadable::Json(_))));
        assert!(matches!(rows_of(b"{\n\"data\": [\n"), Err(Unreadable::Json(_))));
        assert!(matches!(rows_of(b"\n{\"data\": []}\n"), Err(Unreadable::Header(_))));
        let short = "codice_ipa;avviso;codice_cup;stato_candidatura;data_stato_candidatura\nc_b507;x\n\nc;a;c;A;d\n";
        let rows = rows_of(short.as_bytes()).unwrap();
        assert_eq!(rows[0].as_ref().unwrap_err().0, 2);
        assert_eq!(rows[1].as_ref().unwrap().line, 4);
        let crlf = short.replace('\n', "\r\n").replace("c;a;", "c;\"a\r\nb\";") + "d;a;c;A;d\r\n";
        let read = rows_of(crlf.as_bytes()).unwrap();
        let line = |row: &Read| row.as_ref().map_or_else(|refused| refused.0, |row| row.line);
        assert_eq!(read.iter().map(line).collect::<Vec<_>>(), [2, 4, 6]);
    }

    #[test]
    fn other_encodings_are_read() {
        assert_eq!(decode(b"Citt\xe0  di  Forl\xec, l\x92\x8aibenik"), "Città di Forlì, l’Šibenik");
        let text = "codice_ipa\tavviso\tcodice_cup\tstato_candidatura\tdata_stato_candidatura\r\n\
                    c_d704\tForlì 🏛\tD1\tA\t2022-07-18\r\n";
        // More than a buffer, so that characters are cut in two.
        let text = text.to_owned() + &text[text.find("c_d704").unwrap()..].repeat(5000);
        let expected = rows_of(text.as_bytes()).unwrap();
        assert_eq!((expected.len(), expected[0].as_ref().unwrap().get("avviso")), (5001, Some("Forlì 🏛")));
        for mark in ["", "\u{feff}"] {
            let units: Vec<_> = mark.encode_utf16().chain(text.encode_utf16()).collect();
            for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                let bytes: Vec<_> = units.iter().copied().flat_map(bytes).collect();
                assert_eq!(rows_of(&bytes).unwrap(), expected);
            }
        }
    }
}
