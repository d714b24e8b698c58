//! Plan documents as plain text, read by their layout: objective sheets, a Gantt with indicators, areas and actions.
//!
//! Reading is pure: a text goes in, a [`Document`] with an account of every line comes out, or a refusal that
//! says what each layout looked for. What can't be read is reported, never guessed.

mod actions;
mod bullets;
mod codes;
mod cover;
mod gantt;
mod horizon;
mod lines;
mod report;
mod sheets;

use std::fmt;

pub use cover::{ApprovalAct, YearsFrom};
pub use report::{Became, Note, Report, Severity};

use crate::planning::{
    budget::BudgetLink,
    objectives::{Rating, Scope},
    periods::Schedule,
};

/// How a plan document is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A sheet for each objective: phases, budget, indicators, ratings, room for the final report.
    ObjectiveSheets,
    /// Activities in rows, periods in columns, marks where they meet.
    Gantt,
    /// Numbered areas with responsible offices, and their actions as a list with years in brackets.
    AreasAndActions,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ObjectiveSheets => "objective_sheets",
            Self::Gantt => "gantt",
            Self::AreasAndActions => "areas_and_actions",
        })
    }
}

/// What a plan document holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// How it is laid out.
    pub layout: Layout,
    /// The administration as the document names it: "COMUNE DI CEDRASCO".
    pub administration_name: Option<String>,
    /// The title of the plan.
    pub title: Option<String>,
    /// The first year of the plan.
    pub start_year: Option<i32>,
    /// The last year of the plan.
    pub end_year: Option<i32>,
    /// Where the years were found.
    pub years_from: Option<YearsFrom>,
    /// The act that approved the plan.
    pub approval_act: Option<ApprovalAct>,
    /// Its sections, or areas, in the document's order.
    pub sections: Vec<Section>,
    /// Its objectives, in the document's order.
    pub objectives: Vec<Objective>,
    /// The phases, activities or actions that hang on the plan itself.
    pub phases: Vec<Phase>,
    /// The indicators that hang on the plan itself.
    pub indicators: Vec<Indicator>,
    /// What became of every line.
    pub report: Report,
}

/// A section of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its code as printed: "1", "4.3".
    pub code: String,
    /// Its title without the code.
    pub title: String,
    /// Where it begins.
    pub line: usize,
}

/// An objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// Where it begins.
    pub line: usize,
    /// Its code as printed in the sheet.
    pub code: String,
    /// Its title without the code.
    pub title: String,
    /// Its description; paragraphs are lines.
    pub description: Option<String>,
    /// Whose it is, where the document says so.
    pub scope: Option<Scope>,
    /// The code of its section.
    pub section: Option<String>,
    /// The offices it is assigned to, each once.
    pub assignees: Vec<String>,
    /// How it is rated.
    pub ratings: Ratings,
    /// The missions and programmes of the budget it is linked to.
    pub budget_links: Vec<BudgetLink>,
    /// Its phases.
    pub phases: Vec<Phase>,
    /// Its indicators.
    pub indicators: Vec<Indicator>,
    /// Its final report, where one was written.
    pub final_report: Option<String>,
}

/// The ratings of an objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ratings {
    /// The risk of missing it.
    pub risk: Option<Rating>,
    /// How strategic it is.
    pub strategic: Option<Rating>,
    /// Its impact on public value.
    pub public_value: Option<Rating>,
}

/// A phase, activity or action.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Where it begins.
    pub line: usize,
    /// Its code as printed, else counted: "3", "4.1.2".
    pub code: String,
    /// Its title without the code.
    pub title: String,
    /// When it is to be done; nothing where that could not be read, which the report says.
    pub schedule: Option<Schedule>,
    /// The offices it is assigned to; empty where only the objective's are known.
    pub assignees: Vec<String>,
    /// The code of its section, for a phase of the plan itself.
    pub section: Option<String>,
}

/// An indicator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indicator {
    /// Where it stands.
    pub line: usize,
    /// What it measures, without the number of its phase.
    pub label: String,
    /// The number before its label: the code of a phase, which the objective may lack (the report then says so).
    pub phase: Option<String>,
    /// The action it belongs to, where the table has such a column.
    pub action: Option<String>,
    /// The expected value, verbatim.
    pub target: Option<String>,
    /// The achieved value, verbatim, where one was filled in.
    pub achieved: Option<String>,
    /// The value it starts from, verbatim, where the table has such a column.
    pub baseline: Option<String>,
    /// The expected value of each year, where the table has a column for each; `target` is then the first of them.
    pub yearly_targets: Vec<(i32, String)>,
}

/// The text is no plan in any layout that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a plan document: {}", .reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct NotAPlan {
    /// For each layout what is missing.
    pub reasons: Vec<Missing>,
}

/// Why a text has not a certain layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{layout}: looked for {looked_for}, found {found}")]
pub struct Missing {
    /// The layout.
    pub layout: Layout,
    /// What makes the layout.
    pub looked_for: &'static str,
    /// What the text has of it.
    pub found: String,
}

/// What a layout gives, before the cover is added.
#[derive(Default)]
struct Content {
    sections: Vec<Section>,
    objectives: Vec<Objective>,
    phases: Vec<Phase>,
    indicators: Vec<Indicator>,
}

/// Reads a plan document.
pub fn read(text: &str) -> Result<Document, NotAPlan> {
    let lines = lines::lines(text);
    let missing = |layout, looked_for, found| Missing { layout, looked_for, found };
    let sheets = match sheets::read(&lines) {
        Ok(document) => return Ok(document),
        Err(found) => missing(Layout::ObjectiveSheets, sheets::LOOKED_FOR, found),
    };
    // A list of actions is often followed by the same as a table: what holds more is the plan.
    match (gantt::read(&lines), actions::read(&lines)) {
        (Ok(gantt), Ok(actions)) if gantt.phases.len() > actions.phases.len() => Ok(gantt),
        (Ok(gantt), Err(_)) => Ok(gantt),
        (_, Ok(actions)) => Ok(actions),
        (Err(gantt), Err(actions)) => {
            let gantt = missing(Layout::Gantt, gantt::LOOKED_FOR, gantt);
            let actions = missing(Layout::AreasAndActions, actions::LOOKED_FOR, actions);
            Err(NotAPlan { reasons: vec![sheets, gantt, actions] })
        }
    }
}

/// Puts content and cover together.
fn document(layout: Layout, cover: cover::Cover, content: Content, report: Report) -> Document {
    let phases = content.objectives.iter().flat_map(|objective| &objective.phases).chain(&content.phases);
    let years: Vec<i32> = phases.filter_map(|phase| phase.schedule.as_ref()).flat_map(Schedule::years).collect();
    let scheduled = || Some((*years.iter().min()?, *years.iter().max()?, YearsFrom::Schedules));
    let years = cover.years.or_else(scheduled);
    Document {
        layout,
        administration_name: cover.administration_name,
        title: cover.title,
        start_year: years.map(|(first, _, _)| first),
        end_year: years.map(|(_, last, _)| last),
        years_from: years.map(|(_, _, from)| from),
        approval_act: cover.approval_act,
        sections: content.sections,
        objectives: content.objectives,
        phases: content.phases,
        indicators: content.indicators,
        report,
    }
}
