//! Areas and actions: numbered headings, the offices responsible, and the actions as a list with their years in
//! brackets. Areas become sections, actions phases of the plan.

mod areas;
mod headings;
mod items;
mod years;

use std::collections::HashSet;

use areas::{Area, Outline};

use super::{
    Content, Document, Layout, Phase, Section, cover,
    lines::Line,
    report::{Became, Ledger},
};
use crate::planning::periods::Schedule;

pub(super) const LOOKED_FOR: &str = "numbered areas with a line \"Responsabili: …\" and actions in a list with years, or a title of a plan above such a list";

const TABLE: &str = "repeats the actions in table form; its columns are lost, years are taken from the bullets";

/// Reads the areas, or says what there was of them.
pub(super) fn read(lines: &[Line]) -> Result<Document, String> {
    let outline = areas::outline(lines);
    let Some(start) = outline.areas.first().map(|area| area.heading) else {
        return Err(match outline.headings {
            0 => "no numbered heading".to_owned(),
            count => format!("{count} numbered headings, none of them with offices and actions"),
        });
    };
    let mut ledger = Ledger::new(lines);
    let cover = cover::read(lines.get(..start).unwrap_or_default(), &mut ledger);
    if !is_plan(&outline, cover.title.is_some()) {
        return Err("a list under numbered headings, but no plan's: neither its title, nor offices with dated actions"
            .to_owned());
    }
    let plan = cover.years.map(|(first, last, _)| (first, last)).or_else(|| bounds(&outline));
    let mut content = Content::default();
    for index in outline.table {
        if let Some(line) = lines.get(index).filter(|line| !is_page_frame(line)) {
            ledger.ignore(line.number, TABLE);
        }
    }
    for (range, first) in outline.repeated {
        for line in lines.get(range).unwrap_or_default() {
            ledger.refuse(line.number, format!("the area was already read at line {first}"));
        }
    }
    for area in outline.areas {
        take(area, lines, plan, &mut content, &mut ledger);
    }
    let first = lines.get(start).map_or(0, |line| line.number);
    let report = ledger.close(|line| match line.number < first {
        _ if is_page_frame(line) => "page header or footer, or a link".to_owned(),
        true => "text before the first area".to_owned(),
        false => "text that is no action".to_owned(),
    });
    Ok(super::document(Layout::AreasAndActions, cover, content, report))
}

/// Whether lists under headings are a plan's actions: it says so in its title, or they are dated and somebody is
/// responsible, or most of them are dated in square brackets as only plans do.
fn is_plan(outline: &Outline, titled: bool) -> bool {
    let texts = || outline.areas.iter().flat_map(|area| &area.items).map(|item| item.text.as_str());
    let dated = texts().filter(|text| years::explicit(text).is_some()).count();
    let squared = texts().filter(|text| years::is_squared(text)).count();
    let responsible = outline.areas.iter().any(|area| !area.assignees.is_empty());
    (titled && (dated > 0 || responsible))
        || (responsible && dated > 0)
        || (squared > 0 && squared * 2 >= texts().count())
}

/// The first and last year that any action names.
fn bounds(outline: &Outline) -> Option<(i32, i32)> {
    let texts = outline.areas.iter().flat_map(|area| &area.items).map(|item| item.text.as_str());
    let years: Vec<i32> =
        texts.filter_map(|text| years::explicit(text)?.read.ok()).flat_map(|schedule| schedule.years()).collect();
    Some((*years.iter().min()?, *years.iter().max()?))
}

/// Turns an area into a section and its actions into phases.
fn take(area: Area, lines: &[Line], plan: Option<(i32, i32)>, content: &mut Content, ledger: &mut Ledger) {
    let number = |index: usize| lines.get(index).map_or(0, |line| line.number);
    let line = number(area.heading);
    ledger.read(line, Became::Section);
    for index in &area.responsible_lines {
        ledger.read(number(*index), Became::Assignees);
    }
    if area.assignees.is_empty() {
        ledger.warn(line, "the area names no responsible office");
    }
    if area.items.is_empty() {
        ledger.warn(line, "the area has no action");
    }
    content.sections.push(Section { code: area.code.clone(), title: area.title, line });
    let mut taken: HashSet<String> = HashSet::new();
    for (index, item) in area.items.into_iter().enumerate() {
        let Some(line) = item.lines.first().map(|index| number(*index)) else { continue };
        for index in &item.lines {
            ledger.read(number(*index), Became::Phase);
        }
        let (title, schedule) = schedule(&item.text, line, plan, ledger);
        // A full number stands for itself, a letter or a count for its place in the area.
        let printed = item.code.map(|code| match code.contains('.') {
            true => code,
            false => format!("{}.{code}", area.code),
        });
        let counted = (index + 1..).map(|number| format!("{}.{number}", area.code));
        let code = printed.into_iter().chain(counted).find(|code| !taken.contains(code)).unwrap_or_default();
        taken.insert(code.clone());
        content.phases.push(Phase {
            line,
            code,
            title,
            schedule,
            assignees: item.assignees.unwrap_or_else(|| area.assignees.clone()),
            section: Some(area.code.clone()),
        });
    }
}

/// The title of an action and its years: those it names, else the triennium it speaks of, else the plan's.
fn schedule(text: &str, line: usize, plan: Option<(i32, i32)>, ledger: &mut Ledger) -> (String, Option<Schedule>) {
    let whole = plan.and_then(|(first, last)| Schedule::of_years(first, last).ok());
    let explicit = years::explicit(text).map(|dated| {
        let years::Dated { title, written, read } = dated;
        (title, read.or_else(|error| super::horizon::read(&written, plan).map_err(|_| error)))
    });
    match explicit {
        Some((title, Ok(schedule))) => {
            let outside =
                |(first, last): &(i32, i32)| schedule.years().iter().any(|year| !(*first..=*last).contains(year));
            if let Some((first, last)) = plan.filter(outside) {
                ledger.warn(line, format!("the action lies outside the plan's years {first}-{last}"));
            }
            (title, Some(schedule))
        }
        Some((title, Err(error))) => {
            ledger.warn(line, format!("the action is kept without its years: {error}"));
            (title, None)
        }
        None => {
            let title = years::tidy(text);
            match (whole, plan) {
                (Some(whole), Some((first, last))) => {
                    if !super::horizon::says_span_of(text, first, last) {
                        ledger.warn(
                            line,
                            format!("the action names no years: the whole plan's are taken, {first}-{last}"),
                        );
                    }
                    (title, Some(whole))
                }
                _ => {
                    ledger.warn(
                        line,
                        "the action names no years, and the plan's are not known: it is kept without a schedule",
                    );
                    (title, None)
                }
            }
        }
    }
}

/// A line that stands on every page: a number, an address, the administration's name, the approval act.
fn is_page_frame(line: &Line) -> bool {
    let text = line.text();
    let short = text.chars().count() <= 160;
    line.is_page_furniture() || (short && (cover::body_of(text).is_some() || cover::approval_act(text).is_some()))
}
