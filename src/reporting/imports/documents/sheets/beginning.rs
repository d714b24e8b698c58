//! Where the sheets of a document begin, and with which part.

use super::{
    headings::{Heading, Part},
    rows,
};
use crate::reporting::imports::documents::lines::Line;

/// An objective on a line of its own and a table of phases without a column for it belong together: where one of
/// them is missing, the other is no heading.
pub(super) fn leave_out(headings: &mut [Option<Heading>]) {
    let is_whole = |heading: &Heading| matches!(heading, Heading::Phases(columns) if columns.objective.is_some());
    let is_bare = |heading: &Heading| matches!(heading, Heading::Phases(columns) if columns.objective.is_none());
    let found = |is: &dyn Fn(&Heading) -> bool| headings.iter().flatten().any(is);
    let named = |heading: &Heading| heading.part() == Part::Objective;
    let apart = found(&is_bare) && found(&named) && !found(&is_whole);
    for heading in headings.iter_mut().filter(|_| !apart) {
        heading.take_if(|heading| is_bare(heading) || named(heading));
    }
}

/// Where the sheets begin, and with which part each of them does. That is the table of phases, unless another
/// part stands before the first of these tables and not after the last.
pub(super) fn beginning(lines: &[Line], headings: &[Option<Heading>]) -> Option<(usize, Part)> {
    let opened = |(line, heading): (&Line, &Option<Heading>)| part_opened(line, heading.as_ref());
    let parts: Vec<(usize, Part)> = lines
        .iter()
        .zip(headings)
        .enumerate()
        .filter_map(|(index, found)| opened(found).map(|part| (index, part)))
        .collect();
    let is_table = |(_, part): &&(usize, Part)| *part == Part::Phases;
    let Some(last) = parts.iter().rposition(|found| found.1 == Part::Phases) else { return parts.first().copied() };
    let after = parts.get(last..).unwrap_or_default();
    let before = parts.iter().take_while(|found| !is_table(found));
    let leading = before.copied().find(|(_, part)| after.iter().all(|(_, other)| other != part));
    leading.or_else(|| parts.iter().find(is_table).copied())
}

/// The part of a sheet that a line opens, where it can't stand in running text.
fn part_opened(line: &Line, heading: Option<&Heading>) -> Option<Part> {
    match heading {
        Some(Heading::Indicators(..)) if line.filled().len() < 2 => None,
        Some(Heading::Description(_) | Heading::FinalReport(_)) => None,
        Some(heading) => Some(heading.part()),
        None => rows::opens_a_sheet(line).then_some(Part::Phases),
    }
}
