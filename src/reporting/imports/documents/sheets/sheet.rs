//! One sheet while it is read, and the objectives it becomes.

use std::collections::{HashMap, HashSet};

use super::{headings::Part, links::Links, rows::Row};
use crate::{
    planning::objectives::Scope,
    reporting::imports::documents::{
        Indicator, Objective, Phase, Ratings,
        codes::coded,
        horizon,
        report::{Became, Ledger},
    },
    wording::fold,
};

/// A sheet: usually one objective, sometimes several that share everything but their phases.
#[derive(Default)]
pub(super) struct Sheet {
    pub line: usize,
    pub scope: Option<Scope>,
    pub section: Option<usize>,
    /// The parts it has so far.
    pub seen: Vec<Part>,
    pub drafts: Vec<Draft>,
    pub description: Vec<String>,
    pub final_report: Vec<String>,
    pub ratings: Ratings,
    pub links: Links,
    pub indicators: Vec<Indicator>,
    /// The lines it was read from.
    pub lines: Vec<usize>,
}

/// An objective with its phases, as far as read.
pub(super) struct Draft {
    line: usize,
    code: Option<String>,
    title: String,
    phases: Vec<Step>,
    /// The codes of its phases.
    codes: HashSet<String>,
    assignees: Vec<(usize, String)>,
    lines: Vec<usize>,
}

struct Step {
    phase: Phase,
    /// Whether its row has a horizon, readable or not.
    timed: bool,
}

/// Whether a title is the one before again, perhaps with a word for it: "Privacy (segue)".
fn is_again(title: &str, before: &str) -> bool {
    let (title, before) = (fold(title), fold(before));
    title.strip_prefix(&before).is_some_and(|rest| ["", "segue", "continua", "seguito"].contains(&rest.trim()))
}

/// An office as written, without the comma that a cut list leaves.
fn offices(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split([';', '+']).map(|office| office.trim().trim_end_matches([',', '.']).trim());
    parts.filter(|office| !office.is_empty()).map(str::to_owned)
}

impl Sheet {
    /// Takes a row of the table of phases; whether it was one.
    pub fn take(&mut self, line: usize, row: &Row, plan: Option<(i32, i32)>, ledger: &mut Ledger) -> bool {
        let coded_title = coded(&row.objective).filter(|coded| !coded.title.is_empty());
        let (code, title) = coded_title.map_or((None, row.objective.as_str()), |coded| (Some(coded.code), coded.title));
        match self.drafts.last_mut() {
            _ if title.is_empty() => {}
            // Some tables repeat the objective on each row of its phases.
            Some(draft) if draft.code.as_deref() == code && is_again(title, &draft.title) => {}
            Some(draft) if code.is_none() => draft.title = format!("{} {title}", draft.title),
            _ => self.open(line, code, title),
        }
        let Some(draft) = self.drafts.last_mut() else {
            return false;
        };
        ledger.read(line, if draft.line == line { Became::Objective } else { Became::Phase });
        draft.lines.push(line);
        let wrapped = row.horizon.is_empty() && row.assignee.starts_with(char::is_lowercase);
        match draft.assignees.last_mut().filter(|_| wrapped && coded(&row.phase).is_none()) {
            Some((_, office)) => *office = format!("{office} {}", row.assignee),
            None => draft.assignees.extend(offices(row.assignee).map(|office| (line, office))),
        }
        draft.take_phase(line, row, plan, ledger);
        true
    }

    /// Takes the objective that stands on a line of its own.
    pub fn name(&mut self, line: usize, text: &str) {
        let coded = coded(text).filter(|coded| !coded.title.is_empty());
        let (code, title) = coded.map_or((None, text), |coded| (Some(coded.code), coded.title));
        self.open(line, code, title);
    }

    /// Whether a row goes on with its table, after the heading was repeated on a new page: it names no objective, or
    /// the last one again.
    pub fn goes_on_with(&self, row: &Row) -> bool {
        let last = self.drafts.last().filter(|_| self.seen.last() == Some(&Part::Phases));
        let same = |draft: &Draft| {
            let (code, title) =
                coded(&row.objective).map_or((None, row.objective.as_str()), |own| (Some(own.code), own.title));
            draft.code.as_deref() == code && is_again(title, &draft.title)
        };
        last.is_some_and(|draft| row.objective.is_empty() || same(draft))
    }

    fn open(&mut self, line: usize, code: Option<&str>, title: &str) {
        self.drafts.push(Draft {
            line,
            code: code.map(str::to_owned),
            title: title.to_owned(),
            phases: Vec::new(),
            codes: HashSet::new(),
            assignees: Vec::new(),
            lines: Vec::new(),
        });
    }

    /// A line that goes on with the last phase's title.
    pub fn continue_phase(&mut self, line: usize, text: &str) -> bool {
        let step = self.drafts.last_mut().and_then(|draft| draft.phases.last_mut());
        let Some(step) = step.filter(|step| step.phase.line < line) else { return false };
        step.phase.title = format!("{} {text}", step.phase.title);
        true
    }

    /// Whether one of its phases has that code.
    pub fn has_phase(&self, code: &str) -> bool {
        self.drafts.iter().any(|draft| draft.has_phase(code))
    }

    /// The highest number among the codes of its objectives.
    pub fn highest_code(&self) -> u64 {
        let codes = self.drafts.iter().filter_map(|draft| draft.code.as_ref()?.parse().ok());
        codes.max().unwrap_or(0)
    }

    /// Turns the sheet into objectives.
    pub fn finish(mut self, section: Option<String>, codes: &mut Codes, ledger: &mut Ledger) -> Vec<Objective> {
        let links = std::mem::take(&mut self.links).finish(ledger);
        if self.drafts.is_empty() {
            for line in self.lines {
                ledger.refuse(line, format!("the sheet that begins at line {} names no objective", self.line));
            }
            return Vec::new();
        }
        let mut indicators = self.share_indicators(ledger);
        let with_offices = self.drafts.iter().find(|draft| !draft.assignees.is_empty());
        let shared = with_offices.map(|draft| distinct(&draft.assignees)).unwrap_or_default();
        let mut objectives: Vec<Objective> = Vec::new();
        let mut refused = None;
        for (at, draft) in self.drafts.into_iter().enumerate() {
            let mine = indicators.get_mut(at).map(std::mem::take).unwrap_or_default();
            let code = match &draft.code {
                Some(code) => code.clone(),
                None => codes.free(),
            };
            if draft.code.is_none() {
                ledger.warn(draft.line, format!("the objective has no number; it was given {code}"));
            }
            if let Err(first) = codes.take(&code, draft.line) {
                let reason = format!(
                    "objective {code} was already given at line {first}; the one at line {} is refused",
                    draft.line
                );
                for line in draft.lines.iter().chain(mine.iter().map(|indicator| &indicator.line)) {
                    ledger.refuse(*line, reason.clone());
                }
                refused = Some(reason);
                continue;
            }
            let mut objective = draft.finish(code, mine, ledger);
            if objective.assignees.is_empty() {
                objective.assignees.clone_from(&shared);
            }
            objective.section.clone_from(&section);
            objective.scope = self.scope;
            objective.ratings = self.ratings;
            objective.budget_links.clone_from(&links);
            objective.description = joined(&self.description);
            objective.final_report = joined(&self.final_report);
            objectives.push(objective);
        }
        if let (true, Some(reason)) = (objectives.is_empty(), refused) {
            for line in self.lines {
                ledger.refuse(line, reason.clone());
            }
        }
        objectives
    }

    /// The indicators of each objective: those that name one of its phases; all others are the first one's.
    fn share_indicators(&mut self, ledger: &mut Ledger) -> Vec<Vec<Indicator>> {
        let mut shares: Vec<Vec<Indicator>> = self.drafts.iter().map(|_| Vec::new()).collect();
        for indicator in std::mem::take(&mut self.indicators) {
            let owner = |code: &String| self.drafts.iter().position(|draft| draft.has_phase(code));
            let owner = indicator.phase.as_ref().and_then(owner);
            if owner.is_none() && self.drafts.len() > 1 {
                ledger.warn(indicator.line, "the sheet has several objectives and the indicator names none of their phases: it is kept with the first");
            }
            if let Some(share) = shares.get_mut(owner.unwrap_or(0)) {
                share.push(indicator);
            }
        }
        shares
    }
}

/// The codes given so far, each with its line.
pub(super) struct Codes {
    taken: HashMap<String, usize>,
    highest: u64,
}

impl Codes {
    /// `highest` is the highest number that the document uses as a code.
    pub fn new(highest: u64) -> Self {
        Self { taken: HashMap::new(), highest }
    }

    fn free(&mut self) -> String {
        self.highest += 1;
        self.highest.to_string()
    }

    /// Takes a code, or says at which line it was already given.
    fn take(&mut self, code: &str, line: usize) -> Result<(), usize> {
        match self.taken.get(code) {
            Some(first) => Err(*first),
            None => {
                self.taken.insert(code.to_owned(), line);
                Ok(())
            }
        }
    }
}

impl Draft {
    fn has_phase(&self, code: &str) -> bool {
        self.codes.contains(code)
    }

    fn take_phase(&mut self, line: usize, row: &Row, plan: Option<(i32, i32)>, ledger: &mut Ledger) {
        let text = row.phase.trim();
        if text.is_empty() {
            if !row.horizon.is_empty() {
                ledger.warn(line, format!("the horizon `{}` stands without a phase and is not kept", row.horizon));
            }
            return;
        }
        let next = self.phases.len() + 1;
        let numbered =
            coded(text).filter(|coded| !coded.title.is_empty() && (coded.sure || coded.code == next.to_string()));
        let small = |text: &str| text.is_empty() || text.starts_with(|c: char| c.is_lowercase() || c == '(');
        let wrapped = small(&row.objective) && small(text) && small(row.assignee);
        let bare = row.assignee.is_empty() && row.objective.is_empty();
        let goes_on = numbered.is_none() && row.horizon.is_empty() && (bare || wrapped);
        if goes_on && let Some(last) = self.phases.last_mut() {
            last.phase.title = format!("{} {text}", last.phase.title);
            return;
        }
        let (mut code, title) = match numbered {
            Some(coded) => (coded.code.to_owned(), coded.title),
            None => (next.to_string(), text),
        };
        if self.has_phase(&code) {
            let free = (next..).map(|number| number.to_string()).find(|free| !self.has_phase(free));
            let free = free.unwrap_or_default();
            ledger.warn(line, format!("phase {code} was already given in this objective; this one was given {free}"));
            code = free;
        }
        let timed = !row.horizon.is_empty();
        let schedule = timed.then(|| horizon::read(row.horizon, plan)).and_then(|read| match read {
            Ok(schedule) => Some(schedule),
            Err(error) => {
                ledger.warn(line, format!("the phase is kept without its horizon `{}`: {error}", row.horizon));
                None
            }
        });
        self.codes.insert(code.clone());
        let phase = Phase { line, code, title: title.to_owned(), schedule, assignees: Vec::new(), section: None };
        self.phases.push(Step { phase, timed });
    }

    fn finish(mut self, code: String, indicators: Vec<Indicator>, ledger: &mut Ledger) -> Objective {
        self.share_horizon(ledger);
        // One office in the table is a cell merged over all rows: the objective's. Several belong to their rows.
        let rows: Vec<usize> = self.assignees.iter().map(|(line, _)| *line).collect();
        if rows.iter().any(|line| Some(line) != rows.first()) {
            for (line, office) in &self.assignees {
                if let Some(step) = self.phases.iter_mut().find(|step| step.phase.line == *line) {
                    step.phase.assignees.push(office.clone());
                }
            }
        }
        for indicator in &indicators {
            if let Some(phase) = &indicator.phase
                && !self.has_phase(phase)
            {
                ledger.warn(
                    indicator.line,
                    format!("the indicator refers to phase {phase}, which objective {code} does not have"),
                );
            }
        }
        Objective {
            line: self.line,
            code,
            title: self.title,
            description: None,
            scope: None,
            section: None,
            assignees: distinct(&self.assignees),
            ratings: Ratings::default(),
            budget_links: Vec::new(),
            phases: self.phases.into_iter().map(|step| step.phase).collect(),
            indicators,
            final_report: None,
        }
    }

    /// A horizon on the first row only is a cell merged over all rows.
    fn share_horizon(&mut self, ledger: &mut Ledger) {
        let merged = self.phases.iter().filter(|step| step.timed).count() == 1;
        let first =
            self.phases.first().filter(|step| merged && step.timed).and_then(|step| step.phase.schedule.clone());
        for step in self.phases.iter_mut().filter(|step| !step.timed) {
            let said = match &first {
                Some(_) => "taken from the first row, as of a merged cell",
                None => "the phase is kept without one",
            };
            step.phase.schedule.clone_from(&first);
            ledger.warn(step.phase.line, format!("the row has no horizon: {said}"));
        }
    }
}

fn distinct(offices: &[(usize, String)]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (_, office) in offices {
        if !all.contains(office) {
            all.push(office.clone());
        }
    }
    all
}

fn joined(paragraphs: &[String]) -> Option<String> {
    (!paragraphs.is_empty()).then(|| paragraphs.join("\n"))
}
