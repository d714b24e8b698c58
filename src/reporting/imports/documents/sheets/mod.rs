//! Objective sheets: the layout of most performance plans. A sheet begins with the heading of its table of
//! phases; budget, indicators, ratings, description and final report follow in any order, any of them missing.

mod beginning;
mod columns;
mod headings;
mod links;
mod measures;
mod reader;
mod rows;
mod sheet;

use beginning::{beginning, leave_out};
pub(super) use columns::IndicatorColumns;
use headings::heading;
pub(super) use headings::{Heading, indicators, is_contents};
pub(super) use measures::indicator;
use reader::Reader;

use super::{Document, Layout, cover, lines::Line, report::Ledger};

pub(super) const LOOKED_FOR: &str = "sheets with a table headed \"Definizione obiettivo\", \"Descrizione/Fasi\", \"Orizzonte temporale\" and objectives in its rows";

/// Reads the sheets, or says what there was of them.
pub(super) fn read(lines: &[Line]) -> Result<Document, String> {
    let mut headings: Vec<Option<Heading>> = lines.iter().map(heading).collect();
    leave_out(&mut headings);
    let Some((start, leads)) = beginning(lines, &headings) else { return Err("no such heading".to_owned()) };
    let mut ledger = Ledger::new(lines);
    let cover = cover::read(lines.get(..start).unwrap_or_default(), &mut ledger);
    let plan = cover.years.map(|(first, last, _)| (first, last));
    let mut reader = Reader::new(ledger, plan, leads);
    let mut skip = 0;
    for (index, (line, heading)) in lines.iter().zip(headings).enumerate() {
        if skip > 0 {
            skip -= 1;
        } else if line.is_blank() {
            reader.after_blank = true;
        } else if !line.is_ruler() && !line.is_foot() {
            match reader.whole_row(lines.get(index..).unwrap_or_default()).filter(|_| heading.is_none()) {
                Some((row, more)) => {
                    skip = more;
                    reader.take(&row, None, index >= start);
                }
                None => reader.take(line, heading, index >= start),
            }
            reader.after_blank = false;
        }
    }
    let (content, ledger) = reader.finish();
    if content.objectives.is_empty() {
        return Err(format!("the heading at line {}, but no objective in its table", start + 1));
    }
    let first = lines.get(start).map_or(0, |line| line.number);
    let report = ledger.close(|line| match line.number < first {
        true if headings::is_contents(line) => "table of contents".to_owned(),
        _ if line.is_foot() => "page header or footer, or a link".to_owned(),
        true => "text before the first sheet".to_owned(),
        false => "text that is no part of a sheet".to_owned(),
    });
    Ok(super::document(Layout::ObjectiveSheets, cover, content, report))
}
