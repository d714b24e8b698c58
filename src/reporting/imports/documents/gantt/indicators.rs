//! The indicators that a plan lists below its Gantt: a heading, then a list or a table.

use crate::{
    reporting::imports::documents::{
        Indicator,
        bullets::{item, numbered},
        lines::Line,
        report::{Became, Ledger},
        sheets::{Heading, IndicatorColumns, indicator, indicators},
    },
    wording::is_heading,
};

/// Reads the lists and tables headed "Indicatori" outside the Gantt.
pub(super) fn read(lines: &[Line], gantt: &[(usize, usize)], ledger: &mut Ledger) -> Vec<Indicator> {
    let outside = |index: usize| !gantt.iter().any(|(from, to)| (*from..*to).contains(&index));
    let mut all: Vec<Indicator> = Vec::new();
    let mut within = None;
    let mut started = false;
    for (_, line) in lines.iter().enumerate().filter(|(index, _)| outside(*index)) {
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
        let listed_as = item(line.text()).map(|(_, text)| text);
        let listed_as = listed_as.or_else(|| numbered(line.text()).map(|found| found.title));
        let found = match (columns, listed_as) {
            (Some(columns), _) => {
                (line.filled().len() > 1).then(|| indicator(line, columns, all.last(), |_| false)).flatten()
            }
            (None, Some(text)) => Some(listed(line.number, text)),
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
    if line.text().len() > 300 {
        return None;
    }
    let cells = line.cells();
    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim_end_matches([':', '.'])).collect();
    match indicators(line, &cells) {
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
    Indicator { line, label, ..Indicator::default() }
}
