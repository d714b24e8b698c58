//! An uploaded file and its rows, one after the other, however many: CSV or NDJSON, packed by gzip or not. Reading takes no
//! more memory than the longest row, and stops at the limit whatever the file unpacks to.

use super::cells::{self, Fields};
use super::resource::{Cell, Column, RowResource};
use crate::db::types::text_enum;
use crate::error::{Invalid, Kind, Problem};
use crate::reporting::imports::watched::{Breaks, Watched, passed};
use flate2::bufread::MultiGzDecoder;
use std::cell::Cell as Counter;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::rc::Rc;

/// A row is no longer: what is has a quote left open, or is no row.
const LONGEST: usize = 1 << 20;

text_enum!(
    /// How rows are written.
    RowFormat {
        /// A JSON object on each line.
        Ndjson = "ndjson",
        /// RFC 4180 with a header; cells parted by commas, semicolons or tabs.
        Csv = "csv",
    }
);

/// A file of rows, kept aside.
pub struct RowFile {
    pub file: File,
    /// What it may unpack to, at most.
    pub limit: u64,
    pub format: RowFormat,
    pub resource: RowResource,
}

/// A row as it was read.
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its fields, or why it has none that could be accepted.
    pub fields: Result<Fields, Invalid>,
}

/// What reading has come to.
#[derive(Debug, Clone, Default)]
pub struct Header {
    /// Columns of a CSV file; an NDJSON file has none.
    pub columns: Option<BTreeSet<String>>,
}

/// What is done with each row.
pub type Take<'a> = dyn FnMut(&Header, Row) -> Result<(), Problem> + 'a;

/// Where bytes came from and how many: shared with whom it concerns.
type Count = Rc<Counter<u64>>;

/// Passes on at most so many bytes, and no more than the longest row since the last mark.
struct Limited<R> {
    inner: R,
    all: u64,
    limit: u64,
    since_row: Count,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.all += read as u64;
        self.since_row.set(self.since_row.get() + read as u64);
        if self.all > self.limit {
            return Err(io::Error::new(ErrorKind::FileTooLarge, self.limit.to_string()));
        }
        // The buffers before the reader hold some of what comes after the row.
        if self.since_row.get() > (LONGEST + (256 << 10)) as u64 {
            return Err(io::Error::new(ErrorKind::StorageFull, "row"));
        }
        Ok(read)
    }
}

impl RowFile {
    /// What the file is, by its first bytes: for the command line.
    pub fn sniff(file: &mut File) -> io::Result<RowFormat> {
        file.seek(SeekFrom::Start(0))?;
        let mut start = Vec::new();
        unpacked(BufReader::new(&mut *file))?
            .take(4096)
            .read_to_end(&mut start)
            .or_else(|error| if start.is_empty() { Err(error) } else { Ok(0) })?;
        let first = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start).trim_ascii_start().first();
        Ok(if first == Some(&b'{') { RowFormat::Ndjson } else { RowFormat::Csv })
    }

    /// Hands each row on, from the first.
    pub fn read(&self, take: &mut Take<'_>) -> Result<(), Problem> {
        let mut file = self.file.try_clone().map_err(Problem::internal)?;
        file.seek(SeekFrom::Start(0)).map_err(Problem::internal)?;
        let since_row = Count::default();
        let inner = unpacked(BufReader::with_capacity(1 << 16, file)).map_err(|error| broken(&error, 1))?;
        let limited = Limited { inner, all: 0, limit: self.limit, since_row: Rc::clone(&since_row) };
        let mut text = BufReader::with_capacity(1 << 16, limited);
        let start = text.fill_buf().map_err(|error| broken(&error, 1))?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(Problem::new(Kind::Malformed, "The file is in UTF-16: save it in UTF-8."));
        }
        if start.is_empty() {
            return Err(Problem::new(Kind::Malformed, "The file is empty."));
        }
        if start.starts_with(&[0xef, 0xbb, 0xbf]) {
            text.consume(3);
        }
        match self.format {
            RowFormat::Ndjson => self.ndjson(text, &since_row, take),
            RowFormat::Csv => self.csv(text, &since_row, take),
        }
    }

    fn ndjson(&self, mut text: impl BufRead, since_row: &Count, take: &mut Take<'_>) -> Result<(), Problem> {
        let (header, mut line, mut bytes) = (Header::default(), 0, Vec::new());
        let mut rows = 0;
        loop {
            bytes.clear();
            line += 1;
            since_row.set(0);
            text.read_until(b'\n', &mut bytes).map_err(|error| broken(&error, line))?;
            if bytes.is_empty() {
                return Ok(());
            }
            let row = bytes.trim_ascii();
            if row.is_empty() {
                continue;
            }
            utf8(row, line)?;
            let mut invalid = Invalid::default();
            let row = match cells::object(self.resource, row, &mut invalid) {
                cells::Line::Row(fields) => finish(line, fields, invalid),
                cells::Line::Unreadable => Row { line, fields: Err(invalid) },
                cells::Line::End(told) => {
                    is_whole(line, std::mem::take(&mut rows), told)?;
                    continue;
                }
            };
            rows += 1;
            take(&header, row)?;
        }
    }

    fn csv(&self, mut text: impl BufRead, since_row: &Count, take: &mut Take<'_>) -> Result<(), Problem> {
        let mut first = Vec::new();
        text.read_until(b'\n', &mut first).map_err(|error| broken(&error, 1))?;
        utf8(&first, 1)?;
        let (delimiter, columns) = header(self.resource, &first)?;
        let header = Header { columns: Some(columns.iter().map(|(name, _)| (*name).to_owned()).collect()) };
        let breaks = Breaks::default();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(Watched::new(text, &breaks));
        let (mut line, mut record, mut rows) = (2, csv::ByteRecord::new(), 0);
        loop {
            since_row.set(0);
            let start = reader.position().byte();
            let read = reader.read_byte_record(&mut record);
            if !read.map_err(|error| broken_csv(error, line + passed(&breaks, start)))? {
                return Ok(());
            }
            line += passed(&breaks, record.position().map_or(0, csv::Position::byte));
            if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                continue;
            }
            if record.get(0) == Some(b"#end") {
                let told = record.get(1).and_then(|cell| std::str::from_utf8(cell).ok()?.parse().ok());
                is_whole(line, std::mem::take(&mut rows), told)?;
                continue;
            }
            rows += 1;
            let mut invalid = Invalid::default();
            if record.len() != columns.len() {
                let reason = format!("has {} cells where the header has {}", record.len(), columns.len());
                invalid.add("", String::from_utf8_lossy(record.get(0).unwrap_or_default()), reason);
                take(&header, Row { line, fields: Err(invalid) })?;
                continue;
            }
            let mut fields = Fields::new();
            for (column, cell) in columns.iter().zip(&record) {
                let cell = utf8(cell, line)?;
                if let Some(value) = cells::value(*column, cell, delimiter, &mut invalid) {
                    fields.insert(column.0.to_owned(), value);
                }
            }
            take(&header, finish(line, fields, invalid))?;
        }
    }
}

fn finish(line: u64, mut fields: Fields, invalid: Invalid) -> Row {
    cells::as_it_was_sent(&mut fields);
    Row { line, fields: if invalid.is_empty() { Ok(fields) } else { Err(invalid) } }
}

/// An export says at its end how many rows it has: what lost some on the way is not taken for whole.
fn is_whole(line: u64, rows: i64, told: Option<i64>) -> Result<(), Problem> {
    match told {
        Some(told) if told == rows => Ok(()),
        _ => {
            let told = told.map_or_else(|| "no number of".to_owned(), |told| told.to_string());
            let detail =
                format!("Line {line} ends an export of {told} rows, and there are {rows}: the file is not whole.");
            Err(Problem::new(Kind::Malformed, detail))
        }
    }
}

/// Packed or not, by its first bytes.
fn unpacked<'a>(mut file: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// The delimiter and the columns of a header; all that is wrong with it is told at once.
fn header(resource: RowResource, line: &[u8]) -> Result<(u8, Vec<Column>), Problem> {
    // No column's name has any of them in it.
    let count = |one: &u8| line.iter().filter(|byte| *byte == one).count();
    let delimiter = [b',', b';', b'\t'].into_iter().rev().max_by_key(count).unwrap_or(b',');
    let names = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(line);
    let names = names.into_records().next().transpose().map_err(|error| broken_csv(error, 1))?.unwrap_or_default();
    let (mut invalid, mut columns, mut seen) = (Invalid::default(), Vec::new(), BTreeSet::new());
    for name in names.iter().map(str::trim) {
        match resource.column(name) {
            _ if !seen.insert(name) => invalid.add(name, "", "stands twice in the header"),
            Some(column) => columns.push(column),
            None if name.is_empty() => invalid.add("header", "", "has a column without a name"),
            None => {
                let known: Vec<_> =
                    resource.columns().filter(|(_, kind)| *kind != Cell::Made).map(|(name, _)| name).collect();
                invalid.add(name, "", format!("is no column of {resource}: they are {}", known.join(", ")));
            }
        }
    }
    invalid.finish().map(|()| (delimiter, columns))
}

fn utf8(bytes: &[u8], line: u64) -> Result<&str, Problem> {
    std::str::from_utf8(bytes).map_err(|error| {
        let wrong = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        let detail = format!("Line {line} is not in UTF-8: byte {wrong:#04x}. Save the file in UTF-8.");
        Problem { errors: Vec::new(), ..Problem::new(Kind::Malformed, detail) }
    })
}

fn broken_csv(error: csv::Error, line: u64) -> Problem {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => broken(&error, line),
        csv::ErrorKind::Utf8 { err, .. } => {
            Problem::new(Kind::Malformed, format!("Line {line} is not in UTF-8: {err}. Save the file in UTF-8."))
        }
        other => Problem::new(Kind::Malformed, format!("Line {line} is no CSV: {other:?}.")),
    }
}

fn broken(error: &io::Error, line: u64) -> Problem {
    match error.kind() {
        ErrorKind::FileTooLarge => {
            Problem::new(Kind::TooLarge, format!("Unpacked, the file has more than {error} bytes: send it in parts."))
        }
        ErrorKind::StorageFull => {
            let detail = format!("Line {line} begins a row of more than {LONGEST} bytes: is a quote left open?");
            Problem::new(Kind::Malformed, detail)
        }
        ErrorKind::UnexpectedEof => Problem::new(Kind::Malformed, "The gzip breaks off before its end: send it again."),
        ErrorKind::InvalidInput | ErrorKind::InvalidData => {
            Problem::new(Kind::Malformed, format!("The gzip is damaged: {error}."))
        }
        _ => Problem::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::io::Write;

    fn rows(resource: RowResource, format: RowFormat, bytes: &[u8]) -> Result<Vec<(u64, Value)>, Problem> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let file = RowFile { file, limit: 4 << 20, format, resource };
        let mut all = Vec::new();
        file.read(&mut |_, row| {
            all.push(match row.fields {
                Ok(fields) => (row.line, Value::Object(fields)),
                Err(invalid) => (row.line, json!(invalid.into_problem().detail)),
            });
            Ok(())
        })?;
        Ok(all)
    }

    fn sections(text: &str) -> Vec<(u64, Value)> {
        rows(RowResource::Sections, RowFormat::Csv, text.as_bytes()).unwrap()
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(bytes).unwrap();
        gz.finish().unwrap()
    }

    #[test]
    fn the_same_rows_come_of_every_way_of_writing_csv() {
        let plain = "plan_code,code,title\np,1,\"Area, una\"\np,2,\"su\ndue \"\"righe\"\"\"\np,3,x\n";
        let expected = sections(plain);
        assert_eq!(expected[0], (2, json!({"plan_code": "p", "code": "1", "title": "Area, una"})));
        assert_eq!(expected[1], (3, json!({"plan_code": "p", "code": "2", "title": "su\ndue \"righe\""})));
        assert_eq!(expected[2].0, 5);
        let crlf = format!("\u{feff}{}", plain.replace('\n', "\r\n")).replace("su\r\n", "su\n");
        assert_eq!(
            sections(&crlf).iter().map(|row| &row.1).collect::<Vec<_>>(),
            expected.iter().map(|row| &row.1).collect::<Vec<_>>()
        );
        for delimiter in [";", "\t"] {
            let other = plain.replace("plan_code,code,title", &["plan_code", "code", "title"].join(delimiter));
            let other = other.replace("p,", &format!("p{delimiter}"));
            let other = ["1", "2", "3"].iter().fold(other, |text, n| {
                text.replace(&format!("p{delimiter}{n},"), &format!("p{delimiter}{n}{delimiter}"))
            });
            assert_eq!(sections(&other), expected);
        }
        assert_eq!(rows(RowResource::Sections, RowFormat::Csv, &packed(plain.as_bytes())).unwrap(), expected);
        assert_eq!(sections(&format!("{plain}\n#end,3,cursor\n")), expected);
    }

    #[test]
    fn a_header_is_refused_by_the_names_of_its_columns() {
        let refused = rows(RowResource::Sections, RowFormat::Csv, b"plan_code,colour,code,code,title\n").unwrap_err();
        let named: Vec<_> = refused.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["colour", "code"]);
        assert_eq!(refused.kind, Kind::Invalid);
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_line() {
        let refused = |bytes: &[u8]| rows(RowResource::Sections, RowFormat::Csv, bytes).unwrap_err().detail;
        assert!(
            refused(b"plan_code,code,title\np,1,x\np,2,Citt\xe0\n").starts_with("Line 3 is not in UTF-8: byte 0xe0")
        );
        assert!(refused(b"\xff\xfep\0l\0").contains("UTF-16"));
        assert!(refused(b"").contains("empty"));
        let open = format!("plan_code,code,title\np,1,x\np,2,\"{}", "y\n".repeat(1 << 20));
        assert!(
            refused(open.as_bytes()).starts_with("Line 3 begins a row of more than"),
            "{}",
            refused(open.as_bytes())
        );
        let whole = packed("plan_code,code,title\np,1,x\n".repeat(1000).as_bytes());
        assert!(refused(&whole[..whole.len() - 9]).contains("breaks off"));
        let bomb = packed(&b"p,1,x\n".repeat(1 << 20));
        assert!(refused(&[packed(b"plan_code,code,title\n"), bomb].concat()).contains("more than 4194304 bytes"));
        let short = sections("plan_code,code,title\np,1\n\n\np,2,x\n");
        assert_eq!(short[0].0, 2);
        assert!(short[0].1.as_str().unwrap().contains("has 2 cells where the header has 3"));
        assert_eq!(short[1].0, 5);
        let long = format!("{{\"code\":\"{}\"}}", "x".repeat(3 << 20));
        let ndjson = |bytes: &[u8]| rows(RowResource::Sections, RowFormat::Ndjson, bytes);
        assert!(ndjson(long.as_bytes()).unwrap_err().detail.contains("Line 1 begins a row"));
        let lines = ndjson(b"\xef\xbb\xbf{\"code\":\"1\"}\r\n\r\n{\"code\":1\n{\"end\":{\"rows\":2}}").unwrap();
        assert_eq!((lines.len(), lines[1].0), (2, 3));
        for (format, cut) in [
            (RowFormat::Ndjson, &b"{\"code\":\"1\"}\n{\"end\":{\"rows\":2}}\n"[..]),
            (RowFormat::Csv, b"plan_code,code,title\np,1,x\n#end,2,c\n"),
        ] {
            let refused = rows(RowResource::Sections, format, cut).unwrap_err().detail;
            assert!(refused.contains("and there are 1: the file is not whole"), "{refused}");
        }
    }
}
