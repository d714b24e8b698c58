//! The indicators that a plan lists below its Gantt: a heading, then a list or a table.

use std::ops::Range;

use crate::{
    reporting::imports::documents::{
        Indicator,
        bullets::item,
        lines::Line,
        report::{Became, Ledger},
        sheets::{Heading, IndicatorColumns, heading, indicator},
    },
    wording::is_heading,
};

/// Reads the lists and tables headed "Indicatori" outside the Gantt.
pub(super) fn read(lines: &[Line], gantt: Range<usize>, ledger: &mut Ledger) -> Vec<Indicator> {
    let mut all: Vec<Indicator> = Vec::new();
    let mut within = None;
    let mut started = false;
    for (_, line) in lines.iter().enumerate().filter(|(index, _)| !gantt.contains(index)) {
        if line.is_blank() {
            continue;
        }
        if let Some(columns) = opens(line) {
            within = Some(columns);
            started = false;
            ledger.read(line.number, Became::Heading);
            continue;
        }
        let Some(columns) = &within else { continue };
        let found = match (columns, item(line.text())) {
            (Some(columns), _) => {
                (line.filled().len() > 1).then(|| indicator(line, columns, all.last(), |_| false)).flatten()
            }
            (None, Some((_, text))) => Some(listed(line.number, text)),
            (None, None) => None,
        };
        match found {
            Some(indicator) => {
                ledger.read(line.number, Became::Indicator);
                all.push(indicator);
                started = true;
            }
            None if started && line.text().starts_with(char::is_lowercase) && columns.is_none() => {
                if let Some(last) = all.last_mut() {
                    last.label = format!("{} {}", last.label, line.text().trim_end_matches([';', '.']));
                }
                ledger.read(line.number, Became::Indicator);
            }
            // Between heading and list there may be a sentence; after the list the part is over.
            None if started || line.bookmarked => within = None,
            None => {}
        }
    }
    all
}

/// Whether a list (without columns) or a table of indicators begins here.
fn opens(line: &Line) -> Option<Option<IndicatorColumns>> {
    match heading(line) {
        Some(Heading::Indicators(columns, _)) if line.filled().len() > 1 => Some(Some(columns)),
        Some(Heading::Indicators(..)) => Some(None),
        _ => {
            let names = ["indicatori di monitoraggio", "indicatori di attuazione", "indicatori del piano"];
            names.iter().any(|name| is_heading(line.text(), name)).then_some(None)
        }
    }
}

fn listed(line: usize, text: &str) -> Indicator {
    let label = text.trim_end_matches([';', '.', ' ']).to_owned();
    Indicator { line, label, phase: None, action: None, target: None, achieved: None }
}
