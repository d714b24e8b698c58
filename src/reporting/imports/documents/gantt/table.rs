//! A Gantt as a common table: a heading line, then a line for each activity.

use super::{
    Row, Table,
    columns::{Cell, Column, cell, dated, part, period},
};
use crate::{planning::periods::Period, reporting::imports::documents::lines::Line, wording::is_heading};

/// The heading of a table and where its columns stand.
struct Heading {
    /// The index of its first line; with years in a row of their own it has two.
    first: usize,
    last: usize,
    columns: Vec<Column>,
    /// For each column the index of its cell, and where it stands on the line.
    places: Vec<(usize, usize, usize)>,
    name: usize,
    assignee: Option<usize>,
}

/// A cell with where it stands on its line, in characters.
struct Placed<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

/// Finds the first heading with marked rows below it.
pub(super) fn find(lines: &[Line]) -> Option<Table> {
    let headings = (0..lines.len()).filter_map(|index| heading(lines, index)).take(super::MOST_TRIED);
    headings
        .filter_map(|heading| {
            let (rows, end) = rows(lines, &heading);
            let marked = rows.iter().any(|row| !row.marked.is_empty());
            marked.then_some(Table { span: (heading.first, end), columns: heading.columns, rows })
        })
        .next()
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
    let (first, periods) =
        if whole.iter().flatten().count() >= 2 { (index, whole) } else { with_years_above(lines, index, &cells)? };
    let places = periods.iter().enumerate().filter(|(_, period)| period.is_some()).map(|(at, _)| at);
    let (from, to) = (places.clone().min()?, places.clone().max()?);
    if places.count() * 2 < filled {
        return None;
    }
    let mut heading = Heading { first, last: index, columns: Vec::new(), places: Vec::new(), name: 0, assignee: None };
    for (at, cell) in cells.iter().enumerate() {
        // Between the first and the last period every named cell is a column, readable or not.
        if (from..=to).contains(&at) && !cell.text.is_empty() {
            let column = Column {
                lines: vec![line.number],
                text: cell.text.to_owned(),
                period: periods.get(at).copied().flatten(),
            };
            heading.columns.push(column);
            heading.places.push((at, cell.start, cell.end));
        } else if ["responsabile", "responsabili", "assegnazione", "ufficio", "settore"]
            .iter()
            .any(|name| is_heading(cell.text, name))
        {
            heading.assignee = Some(at);
        } else if ["attivita", "fase", "azione", "intervento", "interventi", "descrizione", "macro attivita"]
            .iter()
            .any(|name| is_heading(cell.text, name))
        {
            heading.name = at;
        }
    }
    if first < index
        && let (Some(column), Some(years)) = (heading.columns.first_mut(), lines.get(first))
    {
        column.lines.insert(0, years.number);
    }
    Some(heading)
}

/// A heading of two rows: the years above, "I trim.", "II trim." below.
fn with_years_above(lines: &[Line], index: usize, cells: &[Placed]) -> Option<(usize, Vec<Option<Period>>)> {
    let parts: Vec<Option<_>> = cells.iter().map(|cell| part(cell.text)).collect();
    let given: Vec<_> = parts.iter().flatten().copied().collect();
    if given.len() < 2 {
        return None;
    }
    let (above, line) = lines.get(..index)?.iter().enumerate().rev().take(3).find(|(_, line)| !line.is_blank())?;
    let years: Vec<i32> = line.filled().into_iter().filter_map(period).map(Period::year).collect();
    let mut dated = dated(&years, &given)?.into_iter();
    Some((above, parts.iter().map(|part| part.and_then(|_| dated.next())).collect()))
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
    let mut row = Row { lines: vec![line.number], name: own(heading.name).to_owned(), ..Row::default() };
    row.assignees.extend(heading.assignee.map(own).filter(|office| !office.is_empty()).map(str::to_owned));
    let mut given = 0;
    for (column, (at, ..)) in heading.places.iter().enumerate() {
        let Some(text) = cells.get(*at) else { continue };
        given += 1;
        match cell(text) {
            Cell::Marked => row.marked.push(column),
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
        let below =
            heading.places.iter().position(|(_, start, end)| (*start..=*end).contains(&(at + 1)) || start == at);
        match if all_given { Some(index) } else { below } {
            Some(column) => row.marked.push(column),
            None => row
                .warnings
                .push((line.number, format!("the mark in column {} of the line stands under no period", at + 1))),
        }
    }
    Some(row)
}
