//! A Gantt that a converter wrote down with one cell a line, each after a tab.

use super::{
    Row, Table,
    columns::{Cell, Column, cell, period},
};
use crate::reporting::imports::documents::lines::Line;

/// A name is at most this long; a longer text is no cell.
const LONGEST_NAME: usize = 300;

/// A heading cell while its lines are put together.
struct Heading {
    first: usize,
    last: usize,
    column: Column,
}

/// Finds the first heading with marked rows below it.
pub(super) fn find(lines: &[Line]) -> Option<Table> {
    runs(headings(lines)).into_iter().take(super::MOST_TRIED).find_map(|run| {
        let (first, last) = (run.first()?.first, run.last()?.last);
        let columns: Vec<Column> = run.into_iter().map(|heading| heading.column).collect();
        let (mut rows, end) = rows(lines, last + 1, columns.len());
        let marked = rows.iter().any(|row| !row.marked.is_empty());
        let cells = lines.get(last + 1..end).unwrap_or_default();
        if !cells.iter().any(|line| line.starts_cell() && line.is_blank()) {
            rows.iter_mut().for_each(|row| lose_places(row, columns.len()));
        }
        marked.then_some(Table { span: (first, end), spans: vec![(first, end)], columns, rows })
    })
}

/// All cells that might head a column: short texts, over one line or several ("I", "Trim.", "2015").
fn headings(lines: &[Line]) -> Vec<Heading> {
    let mut all: Vec<Heading> = Vec::new();
    let mut open = false;
    for (index, line) in lines.iter().enumerate() {
        let short = line.text().len() <= 20 && !line.raw().trim().contains(['\t', '|']);
        if line.is_blank() || !short {
            open = false;
            continue;
        }
        match all.last_mut() {
            Some(heading)
                if open
                    && !line.starts_cell()
                    && heading.column.period.is_none()
                    && heading.column.text.len() <= 20 =>
            {
                heading.column.text = format!("{} {}", heading.column.text, line.text());
                heading.column.lines.push(line.number);
                heading.last = index;
                heading.column.period = period(&heading.column.text);
            }
            _ => all.push(Heading {
                first: index,
                last: index,
                column: Column {
                    lines: vec![line.number],
                    again: Vec::new(),
                    text: line.text().to_owned(),
                    period: period(line.text()),
                },
            }),
        }
        open = true;
    }
    all
}

/// Runs of headings that follow each other, with single unreadable ones in between.
fn runs(headings: Vec<Heading>) -> Vec<Vec<Heading>> {
    let mut runs: Vec<Vec<Heading>> = Vec::new();
    let mut current: Vec<Heading> = Vec::new();
    let close = |current: &mut Vec<Heading>, runs: &mut Vec<Vec<Heading>>| {
        let mut run = std::mem::take(current);
        while run.last().is_some_and(|heading| heading.column.period.is_none()) {
            run.pop();
        }
        if run.iter().filter(|heading| heading.column.period.is_some()).count() >= 2 {
            runs.push(run);
        }
    };
    for heading in headings {
        // Blank lines may part cells, other texts may not.
        let follows = current.last().is_some_and(|last| heading.first <= last.last + 3);
        let readable = heading.column.period.is_some();
        let gap = current.last().is_some_and(|last| last.column.period.is_none());
        if !follows || (!readable && gap) || cell(&heading.column.text) != Cell::Other {
            close(&mut current, &mut runs);
        }
        if readable || (!current.is_empty() && cell(&heading.column.text) == Cell::Other) {
            current.push(heading);
        }
    }
    close(&mut current, &mut runs);
    runs
}

/// The rows from a line on, and the index after the last of them: a name, then a line for each cell.
fn rows(lines: &[Line], from: usize, width: usize) -> (Vec<Row>, usize) {
    let mut rows: Vec<Row> = Vec::new();
    let mut end = from;
    let mut names: Vec<usize> = Vec::new();
    let mut at = from;
    while let Some(line) = lines.get(at) {
        let is_cell = line.starts_cell() && line.is_blank() || cell(line.text()) == Cell::Marked;
        if is_cell && names.is_empty() {
            // A cell before any name is none of ours.
            at += 1;
        } else if is_cell {
            let (row, after) = row(lines, std::mem::take(&mut names), at, width);
            if !is_row(&row, width) {
                break;
            }
            rows.push(row);
            (at, end) = (after, after);
        } else if line.is_blank() {
            at += 1;
        } else {
            let apart = names.last().is_some_and(|last| last + 1 < at);
            if apart || line.bookmarked || line.text().len() > LONGEST_NAME {
                // A name without cells, between rows, is an activity whose cells are lost; anything else ends the table.
                match lone_name(lines, &names).filter(|_| apart && followed_by_cells(lines, at)) {
                    Some(row) => rows.push(row),
                    None => break,
                }
                names.clear();
            }
            names.push(at);
            at += 1;
        }
    }
    (rows, end)
}

/// Where the empty cells have left no trace, only a row that is marked throughout says where its marks stand.
fn lose_places(row: &mut Row, width: usize) {
    if row.marked.len() < width
        && let Some(line) = row.lines.first()
    {
        row.warnings.push((
            *line,
            "the empty cells are lost, so nobody can tell under which periods the marks stand".to_owned(),
        ));
        row.marked.clear();
        row.cut = None;
    }
}

fn is_row(row: &Row, width: usize) -> bool {
    !row.marked.is_empty() || row.cut.is_none_or(|cells| cells * 2 >= width)
}

/// The cells that follow a name.
fn row(lines: &[Line], names: Vec<usize>, from: usize, width: usize) -> (Row, usize) {
    let named: Vec<&Line> = names.iter().filter_map(|index| lines.get(*index)).collect();
    let mut row = Row {
        lines: named.iter().map(|line| line.number).collect(),
        name: named.iter().map(|line| line.text()).collect::<Vec<_>>().join(" "),
        ..Row::default()
    };
    let mut cells = 0;
    let mut after = from;
    while let Some(line) = lines.get(after) {
        match cell(line.text()) {
            Cell::Marked if cells < width => {
                row.marked.push(cells);
                row.lines.push(line.number);
                cells += 1;
            }
            Cell::Marked => {
                row.lines.push(line.number);
                row.warnings.push((line.number, "a mark beyond the last column is not read".to_owned()));
            }
            Cell::Empty if line.starts_cell() => cells += 1,
            Cell::Empty if line.is_blank() => {}
            _ => break,
        }
        after += 1;
    }
    row.cut = (cells < width).then_some(cells);
    (row, after)
}

fn lone_name(lines: &[Line], names: &[usize]) -> Option<Row> {
    let [only] = names else { return None };
    let line = lines.get(*only).filter(|line| line.starts_cell() && line.text().len() <= LONGEST_NAME)?;
    Some(Row { lines: vec![line.number], name: line.text().to_owned(), cut: Some(0), ..Row::default() })
}

/// Whether the text at the index is the name of a row that has a mark.
fn followed_by_cells(lines: &[Line], at: usize) -> bool {
    let rest = lines.get(at..).unwrap_or_default();
    let names = rest.iter().take_while(|line| !line.is_blank() && cell(line.text()) == Cell::Other).count();
    let cells = rest.iter().skip(names).take_while(|line| cell(line.text()) != Cell::Other);
    rest.first().is_some_and(|line| line.starts_cell() && !line.bookmarked)
        && cells.take(60).any(|line| cell(line.text()) == Cell::Marked)
}
