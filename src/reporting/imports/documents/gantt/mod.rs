//! A Gantt: activities in rows, periods in columns, marks where they meet. Every column is the period that its
//! heading says; a column that is missing from the heading shifts nothing.

mod columns;
mod indicators;
mod stacked;
mod table;
mod years;

use std::collections::HashSet;

use columns::Column;

use super::{
    Content, Document, Layout, Phase,
    codes::{Coded, coded},
    cover::{self, YearsFrom},
    lines::Line,
    report::{Became, Ledger},
};
use crate::planning::periods::{Period, Schedule};

pub(super) const LOOKED_FOR: &str =
    "a table with periods such as \"I Trim. 2015\" or \"2024\" in its heading and activities marked with x below";

/// So many headings are tried; a text with more of them that head no Gantt is none.
const MOST_TRIED: usize = 40;

/// A table as found, however it was written down.
struct Table {
    /// The index of its first line and of the one after its last.
    span: (usize, usize),
    /// All its stretches of lines, where it goes on elsewhere.
    spans: Vec<(usize, usize)>,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

impl Table {
    /// Adds a table that goes on with this one: the same heading on the next page, or the next year.
    fn go_on_with(&mut self, next: Table) {
        let mut places = Vec::with_capacity(next.columns.len());
        for column in next.columns {
            let known = self.columns.iter_mut().position(|own| own.period.is_some() && own.period == column.period);
            match known.and_then(|at| self.columns.get_mut(at).map(|own| (at, own))) {
                Some((at, own)) => {
                    own.again.extend(column.lines);
                    places.push(at);
                }
                None => {
                    places.push(self.columns.len());
                    self.columns.push(column);
                }
            }
        }
        for mut row in next.rows {
            row.marked = row.marked.iter().filter_map(|at| places.get(*at).copied()).collect();
            match self.rows.iter_mut().find(|own| own.name == row.name) {
                Some(own) => {
                    own.marked.extend(row.marked);
                    own.lines.extend(row.lines);
                    own.warnings.extend(row.warnings);
                }
                None => self.rows.push(row),
            }
        }
        self.spans.extend(next.spans);
    }
}

/// An activity and its cells.
#[derive(Default)]
struct Row {
    /// Its lines; the first is where it begins.
    lines: Vec<usize>,
    name: String,
    assignees: Vec<String>,
    /// For each cell the column it stands in, counted from 0, where it is marked.
    marked: Vec<usize>,
    /// How many cells the row has, where it has fewer than the heading.
    cut: Option<usize>,
    /// What was wrong with it, by line.
    warnings: Vec<(usize, String)>,
}

/// Reads the Gantt, or says what there was of it.
pub(super) fn read(lines: &[Line]) -> Result<Document, String> {
    let table = table::find(lines).or_else(|| stacked::find(lines));
    let Some(table) = table else {
        return Err("no heading of periods with marked rows below it".to_owned());
    };
    let (start, _) = table.span;
    let spans = table.spans.clone();
    let mut ledger = Ledger::new(lines);
    let mut cover = cover::read(lines.get(..start).unwrap_or_default(), &mut ledger);
    let periods: Vec<Period> = table.columns.iter().filter_map(|column| column.period).collect();
    if let (None, Some(first), Some(last)) = (cover.years, periods.iter().min(), periods.iter().max()) {
        cover.years = Some((first.year(), last.year(), YearsFrom::Columns));
    }
    account_for_columns(&table.columns, &mut ledger);
    let mut content = Content { phases: phases(table, &mut ledger), ..Content::default() };
    content.indicators = indicators::read(lines, &spans, &mut ledger);
    let report = ledger.close(|_| "text outside the Gantt and its indicators".to_owned());
    Ok(super::document(Layout::Gantt, cover, content, report))
}

fn account_for_columns(columns: &[Column], ledger: &mut Ledger) {
    let mut seen = HashSet::new();
    let mut before: Option<Period> = None;
    for column in columns {
        for line in column.lines.iter().chain(&column.again) {
            ledger.read(*line, Became::Periods);
        }
        let Some(line) = column.lines.last() else { continue };
        match column.period {
            None => ledger.warn(*line, format!("the column `{}` names no period: its marks are not read", column.text)),
            Some(period) if !seen.insert(period) => ledger.warn(*line, format!("the column {period} stands twice")),
            Some(period) => {
                if let Some(before) = before.replace(period)
                    && before.length() == period.length()
                    && before.next() != Some(period)
                {
                    ledger.warn(
                        *line,
                        format!("the heading goes from {before} to {period}: each column is the period it names"),
                    );
                }
            }
        }
    }
}

/// Turns the rows into phases of the plan.
fn phases(table: Table, ledger: &mut Ledger) -> Vec<Phase> {
    let printed: HashSet<String> = table
        .rows
        .iter()
        .filter_map(|row| coded(&row.name))
        .filter(|coded| coded.sure || coded.code.contains('.'))
        .map(|coded| coded.code.to_owned())
        .collect();
    let mut taken: HashSet<String> = HashSet::new();
    let mut phases = Vec::new();
    for (index, row) in table.rows.into_iter().enumerate() {
        let Some(line) = row.lines.first().copied() else { continue };
        for own in &row.lines {
            ledger.read(*own, Became::Phase);
        }
        let is_code = |coded: &Coded| (coded.sure || coded.code.contains('.')) && !coded.title.is_empty();
        let numbered = coded(&row.name).filter(is_code);
        let (code, title) = match numbered {
            Some(coded) if taken.insert(coded.code.to_owned()) => (coded.code.to_owned(), coded.title.to_owned()),
            Some(coded) => {
                let free = free(&taken, &printed, index + 1);
                ledger.warn(line, format!("activity {} was already given; this one was given {free}", coded.code));
                (free, coded.title.to_owned())
            }
            None => (free(&taken, &printed, index + 1), row.name.clone()),
        };
        taken.insert(code.clone());
        for (at, warning) in row.warnings {
            ledger.warn(at, warning);
        }
        if let Some(cells) = row.cut {
            let reason = format!(
                "the row is cut: it has {cells} of {} cells, read in order from the first column; later marks, if any, are lost",
                table.columns.len()
            );
            ledger.warn(line, reason);
        }
        let marked = row.marked.iter().filter_map(|at| table.columns.get(*at)?.period);
        let schedule = Schedule::new(marked).ok();
        if schedule.is_none() {
            ledger.warn(line, "the activity has no mark under a period: it is kept without a schedule");
        }
        phases.push(Phase { line, code, title, schedule, assignees: row.assignees, section: None });
    }
    phases
}

fn free(taken: &HashSet<String>, printed: &HashSet<String>, from: usize) -> String {
    let mut codes = (from..).map(|number| number.to_string());
    codes.find(|code| !taken.contains(code) && !printed.contains(code)).unwrap_or_default()
}
