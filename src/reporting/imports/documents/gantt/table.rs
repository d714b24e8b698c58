//! A Gantt as a common table: a heading line, then a line for each activity.

use super::{
    Row, Table,
    columns::{Cell, Column, cell, period},
    years::with_years_above,
};
use crate::{
    planning::periods::Period,
    reporting::imports::documents::lines::Line,
    wording::{fold, is_any_heading},
};

const ASSIGNEES: &[&str] =
    &["responsabile", "responsabili", "referente", "referenti", "assegnazione", "ufficio", "uffici", "settore"];
const NAMES: &[&str] = &[
    "attivita",
    "fase",
    "fasi",
    "azione",
    "azioni",
    "intervento",
    "interventi",
    "descrizione",
    "macro attivita",
    "obiettivo",
    "linea di azione",
];

/// The heading of a table and where its columns stand.
struct Heading {
    /// The index of its first line; with years in a row of their own it has two.
    first: usize,
    last: usize,
    columns: Vec<Column>,
    /// For each column the index of its cell, and where it stands on the line.
    places: Vec<(usize, usize, usize)>,
    /// Where the name stands, and whether the heading says so.
    name: usize,
    named: bool,
    assignee: Option<usize>,
    /// Where the number of the activity stands, in a column of its own.
    number: Option<usize>,
}

/// A cell with where it stands on its line, in characters.
struct Placed<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

/// Finds the first heading with marked rows below it, and the tables that go on with it: after a page break, or for
/// the next year.
pub(super) fn find(lines: &[Line]) -> Option<Table> {
    let headings = (0..lines.len()).filter_map(|index| heading(lines, index)).take(super::MOST_TRIED);
    let (mut table, title) = headings.filter_map(|heading| table(lines, heading)).next()?;
    let mut tried = 0;
    let mut index = table.span.1;
    while tried < super::MOST_TRIED && index < lines.len() {
        let next = heading(lines, index).and_then(|heading| {
            tried += 1;
            self::table(lines, heading).filter(|(_, own)| *own == title)
        });
        index += 1;
        if let Some((next, _)) = next {
            index = next.span.1.max(index);
            table.go_on_with(next);
        }
    }
    Some(table)
}

/// A heading with its rows, and how the column of the names is called.
fn table(lines: &[Line], heading: Heading) -> Option<(Table, String)> {
    let (rows, end) = rows(lines, &heading);
    let marked = rows.iter().any(|row| !row.marked.is_empty());
    let cells = lines.get(heading.last)?.cells();
    let title = fold(cells.get(heading.name).copied().unwrap_or_default());
    let before = if heading.first < heading.last { vec![(heading.first, heading.first + 1)] } else { Vec::new() };
    let spans = before.into_iter().chain([(heading.last, end)]).collect();
    let span = (heading.first, end);
    marked.then_some((Table { span, spans, columns: heading.columns, rows }, title))
}

fn heading(lines: &[Line], index: usize) -> Option<Heading> {
    let line = lines.get(index)?;
    if line.is_blank() || line.raw().len() > 4000 {
        return None;
    }
    let cells = placed(line);
    let filled = cells.iter().filter(|cell| !cell.text.is_empty()).count();
    if filled < 2 {
        return None;
    }
    let whole: Vec<Option<Period>> = cells.iter().map(|cell| period(cell.text)).collect();
    let texts: Vec<&str> = cells.iter().map(|cell| cell.text).collect();
    let (first, periods) =
        if whole.iter().flatten().count() >= 2 { (index, whole) } else { with_years_above(lines, index, &texts)? };
    let places = periods.iter().enumerate().filter(|(_, period)| period.is_some()).map(|(at, _)| at);
    let (from, to) = (places.clone().min()?, places.clone().max()?);
    // Besides the periods a heading has a few short names; a sentence that speaks of two years is none.
    let others = filled - places.count().min(filled);
    if others > 6 || cells.iter().any(|cell| cell.text.len() > 60) {
        return None;
    }
    let (columns, places) = (Vec::new(), Vec::new());
    let mut heading =
        Heading { first, last: index, columns, places, name: 0, named: false, assignee: None, number: None };
    for (at, cell) in cells.iter().enumerate() {
        // Between the first and the last period every named cell is a column, readable or not.
        if (from..=to).contains(&at) && !cell.text.is_empty() {
            let column = Column {
                lines: vec![line.number],
                again: Vec::new(),
                text: cell.text.to_owned(),
                period: periods.get(at).copied().flatten(),
            };
            heading.columns.push(column);
            heading.places.push((at, cell.start, cell.end));
        } else if is_any_heading(cell.text, ASSIGNEES) {
            heading.assignee = Some(at);
        } else if !heading.named && is_any_heading(cell.text, NAMES) {
            (heading.name, heading.named) = (at, true);
        } else if matches!(fold(cell.text).as_str(), "n" | "nr" | "num" | "id" | "cod" | "codice") {
            heading.number = Some(at);
        }
    }
    // A column of its own for the names stands beside those of numbers and offices.
    if !heading.named {
        let taken = [heading.assignee, heading.number];
        heading.name = (0..from).find(|at| !taken.contains(&Some(*at))).unwrap_or(0);
    }
    if first < index
        && let (Some(column), Some(years)) = (heading.columns.first_mut(), lines.get(first))
    {
        column.lines.insert(0, years.number);
    }
    Some(heading)
}

/// The cells of a line with their places.
fn placed(line: &Line) -> Vec<Placed<'_>> {
    let mut rest = line.raw();
    let mut at = 0;
    let mut placed = Vec::new();
    for text in line.cells() {
        let (mut start, mut end) = (0, 0);
        if let Some((before, after)) = rest.split_once(text).filter(|_| !text.is_empty()) {
            start = at + before.chars().count();
            end = start + text.chars().count();
            (rest, at) = (after, end);
        }
        placed.push(Placed { text, start, end });
    }
    placed
}

fn rows(lines: &[Line], heading: &Heading) -> (Vec<Row>, usize) {
    let mut rows: Vec<Row> = Vec::new();
    let mut end = heading.last + 1;
    // A text that awaits its row, and whether a blank line parts it from the row before.
    let mut pending: Option<(&Line, bool)> = None;
    let mut blanks = 0;
    for (at, line) in lines.iter().enumerate().skip(heading.last + 1) {
        if line.is_blank() && !line.starts_cell() || line.is_ruler() {
            blanks += 1;
            continue;
        }
        let gap = std::mem::take(&mut blanks) > 0;
        match row(line, heading) {
            Some(mut row) => {
                if let Some((before, apart)) = pending.take() {
                    let continues = !apart
                        && before.text().starts_with(char::is_lowercase)
                        && !row.name.is_empty()
                        && !rows.is_empty();
                    match rows.last_mut().filter(|_| continues) {
                        Some(last) => extend(last, before),
                        None => {
                            row.name = [before.text(), &row.name].join(" ").trim().to_owned();
                            row.lines.insert(0, before.number);
                        }
                    }
                }
                if row.name.is_empty() {
                    break;
                }
                // In a table of bars a name may go on in a row of its own.
                let small = row.name.starts_with(char::is_lowercase) && row.marked.is_empty() && !gap;
                if let Some(last) = rows
                    .last_mut()
                    .filter(|last| small && line.raw().contains('|') && last.name.starts_with(char::is_uppercase))
                {
                    last.name = format!("{} {}", last.name, row.name);
                    last.lines.extend(row.lines);
                    end = at + 1;
                    continue;
                }
                rows.push(row);
                end = at + 1;
            }
            None if pending.is_some() || line.bookmarked || line.filled().len() > 1 || line.text().len() > 300 => break,
            None if gap && !next_is_row(lines, at, heading) => break,
            None => pending = Some((line, gap)),
        }
    }
    // A text right after the last row goes on with its name only in small letters.
    if let (Some(last), Some((text, false))) = (rows.last_mut(), pending)
        && text.text().starts_with(char::is_lowercase)
        && last.lines.last().is_some_and(|line| line + 1 == text.number)
    {
        extend(last, text);
        end = text.number;
    }
    (rows, end)
}

fn extend(row: &mut Row, line: &Line) {
    row.name = format!("{} {}", row.name, line.text());
    row.lines.push(line.number);
}

fn next_is_row(lines: &[Line], at: usize, heading: &Heading) -> bool {
    lines.get(at + 1).and_then(|line| row(line, heading)).is_some()
}

/// A line as a row; nothing where it has neither marks nor empty cells under the periods.
fn row(line: &Line, heading: &Heading) -> Option<Row> {
    if line.keeps_empty_cells() { counted(line, heading) } else { aligned(line, heading) }
}

/// A row whose cells are counted.
fn counted(line: &Line, heading: &Heading) -> Option<Row> {
    let cells = line.cells();
    let own = |at: usize| cells.get(at).copied().unwrap_or_default();
    let name = match heading.number.map(own).filter(|number| !number.is_empty()) {
        Some(number) => format!("{}. {}", number.trim_end_matches(['.', ')']), own(heading.name)),
        None => own(heading.name).to_owned(),
    };
    let mut row = Row { lines: vec![line.number], name, ..Row::default() };
    row.assignees.extend(heading.assignee.map(own).filter(|office| !office.is_empty()).map(str::to_owned));
    let mut given = 0;
    for (column, (at, ..)) in heading.places.iter().enumerate() {
        let Some(text) = cells.get(*at) else { continue };
        given += 1;
        match cell(text) {
            Cell::Marked => row.marked.push(column),
            // A count is no mark; where the heading names activities, a 1 is.
            Cell::Other if *text == "1" && heading.named => row.marked.push(column),
            Cell::Empty => {}
            Cell::Other => row.warnings.push((line.number, format!("`{text}` is no mark and is not read"))),
        }
    }
    if given == 0 || row.warnings.len() * 2 > given {
        return None;
    }
    let last = heading.places.last().map_or(0, |(at, ..)| *at);
    if cells
        .iter()
        .enumerate()
        .any(|(at, text)| at > last && Some(at) != heading.assignee && cell(text) == Cell::Marked)
    {
        row.warnings.push((line.number, "a mark beyond the last column is not read".to_owned()));
    }
    // Blank cells at the end are often left out; a row is cut when it ends with a mark before the last column.
    let ends_marked = cells.last().is_some_and(|text| cell(text) == Cell::Marked);
    row.cut = (given < heading.places.len() && ends_marked).then_some(given);
    Some(row)
}

/// A row in which only the place on the line tells the column; or all cells are there, the empty ones as dashes.
fn aligned(line: &Line, heading: &Heading) -> Option<Row> {
    let raw = line.raw();
    let mut tokens: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for token in raw.split(' ') {
        if !token.is_empty() {
            tokens.push((at, token));
        }
        at += token.chars().count() + 1;
    }
    let signs = tokens.iter().rev().take_while(|(_, token)| cell(token) != Cell::Other).count();
    let (name, signs) = tokens.split_at_checked(tokens.len() - signs)?;
    if !signs.iter().any(|(_, token)| cell(token) == Cell::Marked) {
        return None;
    }
    let mut row = Row {
        lines: vec![line.number],
        name: name.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(" "),
        ..Row::default()
    };
    let all_given = signs.len() == heading.places.len();
    for (index, (at, token)) in signs.iter().enumerate() {
        if cell(token) != Cell::Marked {
            continue;
        }
        let below = column_above(heading, *at);
        match if all_given { Some(index) } else { below } {
            Some(column) => row.marked.push(column),
            None => row
                .warnings
                .push((line.number, format!("the mark in column {} of the line stands under no period", at + 1))),
        }
    }
    Some(row)
}

/// The column that a sign stands under: the nearest, unless it stands between two or beside them all.
fn column_above(heading: &Heading, at: usize) -> Option<usize> {
    // Places are doubled, so that the middle of a column is a whole number.
    let distance = |(_, start, end): &(usize, usize, usize)| (start + end).abs_diff(2 * at + 1);
    let mut nearest: Vec<(usize, usize)> =
        heading.places.iter().map(distance).enumerate().map(|(at, far)| (far, at)).collect();
    nearest.sort_unstable();
    let (far, column) = *nearest.first()?;
    let (_, start, end) = heading.places.get(column)?;
    let clear = nearest.get(1).is_none_or(|(next, _)| far * 3 < next * 2);
    (clear && far <= (end - start) + 6).then_some(column)
}
