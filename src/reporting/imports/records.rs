//! The records of a document, brought in one by one: a record whose code is known is replaced where the document says
//! something else, keeping what a document never says (weights, polarities, confirmed readings).

use super::documents::{self, Document};
use super::load::{count, one_line};
use super::model::{ImportNote, NoteSeverity, RecordCount};
use crate::db::Write;
use crate::error::{Kind, Problem, shorten};
use crate::http::answer::Expected;
use crate::ids::Id;
use crate::planning::indicators::model::{Baseline, Indicator, NewIndicator, NewYearlyTarget};
use crate::planning::indicators::store as indicators;
use crate::planning::objectives::model::{NewBudgetLink, NewObjective, Objective, Scope};
use crate::planning::objectives::store as objectives;
use crate::planning::phases::model::{NewPhase, Phase};
use crate::planning::phases::store as phases;
use crate::planning::plans::model::Plan;
use crate::planning::sections::model::{NewSection, Section};
use crate::planning::sections::store as sections;
use crate::planning::targets::{self, Comparator, Context};
use crate::record::{self, Record};
use crate::text::{Code, Line, Prose};
use crate::wording::fold;
use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};

/// The indicators of one parent: those that no row of the document has been matched with, and every code in use.
struct Siblings {
    unmatched: Vec<Indicator>,
    taken: BTreeSet<String>,
}

impl Siblings {
    fn of(known: Vec<Indicator>) -> Self {
        let taken = known.iter().map(|indicator| indicator.code.to_string()).collect();
        Siblings { unmatched: known, taken }
    }

    /// The first number that is free.
    fn next_code(&self) -> Code {
        let free = (1..).map(|number: u32| number.to_string()).find(|code| !self.taken.contains(code));
        Code::from_trusted(free.unwrap_or_default())
    }
}

/// Brings a document's records into a plan, and keeps count.
pub struct Loader<'w, 'c> {
    write: &'w mut Write<'c>,
    plan: &'w Plan,
    sections: BTreeMap<String, Id>,
    counts: BTreeMap<&'static str, RecordCount>,
    notes: Vec<ImportNote>,
}

impl<'w, 'c> Loader<'w, 'c> {
    pub fn new(write: &'w mut Write<'c>, plan: &'w Plan) -> Self {
        Loader { write, plan, sections: BTreeMap::new(), counts: BTreeMap::new(), notes: Vec::new() }
    }

    /// What was loaded, and which lines were not.
    pub fn finish(self) -> (Vec<RecordCount>, Vec<ImportNote>) {
        (self.counts.into_values().collect(), self.notes)
    }

    pub fn load(&mut self, document: &Document) -> Result<(), Problem> {
        for section in &document.sections {
            self.section(section)?;
        }
        for objective in &document.objectives {
            self.objective(objective)?;
        }
        let known = phases::of_plan(self.write.conn, self.plan)?;
        for phase in &document.phases {
            self.phase(phase, None, &[], &known)?;
        }
        let mut known = Siblings::of(indicators::of_plan(self.write.conn, self.plan)?);
        for indicator in &document.indicators {
            self.indicator(indicator, None, &mut known)?;
        }
        Ok(())
    }

    fn section(&mut self, section: &documents::Section) -> Result<(), Problem> {
        let Some((code, title)) = self.code_and_title::<Section>(section.line, &section.code, &section.title) else {
            return Ok(());
        };
        let current = sections::find_by_code(self.write.conn, self.plan, code.as_str())?;
        let input = NewSection { plan_id: self.plan.id.clone(), code, title };
        if let Some(row) = self.bring(section.line, current, input)? {
            self.sections.insert(section.code.clone(), row.id);
        }
        Ok(())
    }

    fn objective(&mut self, read: &documents::Objective) -> Result<(), Problem> {
        let Some((code, title)) = self.code_and_title::<Objective>(read.line, &read.code, &read.title) else {
            return Ok(());
        };
        let current = objectives::find_by_code(self.write.conn, self.plan, code.as_str())?;
        let kept = current.as_ref();
        let mut seen = BTreeSet::new();
        let once = read.budget_links.iter().filter(|link| seen.insert((&link.mission, &link.programme)));
        let links = once.map(|link| NewBudgetLink {
            mission: link.mission.clone(),
            programme: link.programme.clone(),
            mission_name: None,
            programme_name: None,
        });
        let input = NewObjective {
            plan_id: self.plan.id.clone(),
            section_id: read.section.as_ref().and_then(|code| self.sections.get(code)).cloned(),
            unit_id: kept.and_then(|kept| kept.unit_id.clone()),
            code,
            title,
            description: self.prose(read.line, read.description.as_deref()),
            scope: read.scope.or(kept.map(|kept| kept.scope)).unwrap_or(Scope::Sectoral),
            level: kept.and_then(|kept| kept.level),
            assignees: self.lines(read.line, &read.assignees),
            weight: kept.and_then(|kept| kept.weight),
            risk_rating: read.ratings.risk,
            strategic_rating: read.ratings.strategic,
            public_value_rating: read.ratings.public_value,
            budget_links: links.collect(),
            final_report: self
                .prose(read.line, read.final_report.as_deref())
                .or_else(|| kept.and_then(|kept| kept.final_report.clone())),
            legal_requirement: kept.and_then(|kept| kept.legal_requirement),
        };
        let Some(objective) = self.bring(read.line, current, input)? else {
            // Without its objective nothing below has a place: said line by line, never dropped in silence.
            for phase in &read.phases {
                self.refuse::<Phase>(phase.line, &phase.title, "its objective was refused");
            }
            for indicator in &read.indicators {
                self.refuse::<Indicator>(indicator.line, &indicator.label, "its objective was refused");
            }
            return Ok(());
        };
        let this = std::slice::from_ref(&objective);
        let known = phases::of_objectives(self.write.conn, this)?;
        for phase in &read.phases {
            self.phase(phase, Some(&objective), &read.assignees, &known)?;
        }
        let mut known = Siblings::of(indicators::of_objectives(self.write.conn, this)?);
        for indicator in &read.indicators {
            self.indicator(indicator, Some(&objective), &mut known)?;
        }
        Ok(())
    }

    fn phase(
        &mut self,
        read: &documents::Phase,
        objective: Option<&Objective>,
        assignees: &[String],
        known: &[Phase],
    ) -> Result<(), Problem> {
        let Some((code, title)) = self.code_and_title::<Phase>(read.line, &read.code, &read.title) else {
            return Ok(());
        };
        let current = known.iter().find(|known| known.code == code).cloned();
        let own = if read.assignees.is_empty() { assignees } else { &read.assignees };
        let input = NewPhase {
            plan_id: self.plan.id.clone(),
            section_id: read.section.as_ref().and_then(|code| self.sections.get(code)).cloned(),
            objective_id: objective.map(|objective| objective.id.clone()),
            code,
            title,
            description: current.as_ref().and_then(|current| current.description.clone()),
            schedule: read.schedule.clone(),
            assignees: self.lines(read.line, own),
        };
        self.bring(read.line, current, input).map(|_| ())
    }

    /// An indicator has no code in a document: it is known again by what it measures, in the order of the rows where two
    /// measure the same; a new one takes the next number that is free.
    fn indicator(
        &mut self,
        read: &documents::Indicator,
        objective: Option<&Objective>,
        known: &mut Siblings,
    ) -> Result<(), Problem> {
        let title = one_line(&read.label);
        let Some(title) = title else {
            self.refuse::<Indicator>(read.line, &read.label, &format!("its label must be {}", Line::EXPECTED));
            return Ok(());
        };
        let action = read.action.as_deref().and_then(one_line);
        let same = |known: &Indicator| {
            fold(known.title.as_str()) == fold(title.as_str())
                && known.action.as_ref().map(|action| fold(action.as_str()))
                    == action.as_ref().map(|action| fold(action.as_str()))
        };
        let found = known.unmatched.iter().position(same);
        let current = found.map(|index| known.unmatched.remove(index));
        let code = match &current {
            Some(current) => current.code.clone(),
            None => known.next_code(),
        };
        let kept = current.as_ref();
        let input = NewIndicator {
            plan_id: self.plan.id.clone(),
            objective_id: objective.map(|objective| objective.id.clone()),
            code,
            title,
            action,
            phase_code: read.phase.as_deref().and_then(Code::parse),
            kind: kept.and_then(|kept| kept.kind),
            target: read.target.as_deref().and_then(one_line),
            target_year: kept.map(|kept| kept.target_year),
            yearly_targets: self.yearly_targets(read, kept),
            confirmed_reading: kept.and_then(|kept| kept.confirmed_reading.as_deref().cloned()),
            polarity: kept.and_then(|kept| kept.polarity),
            unit: kept.and_then(|kept| kept.unit.clone()),
            weight: kept.and_then(|kept| kept.weight),
            baseline: self.baseline(read).or_else(|| kept.and_then(|kept| kept.baseline.as_deref().cloned())),
            metric: kept.and_then(|kept| kept.metric),
        };
        if let Some(achieved) = &read.achieved {
            self.note(
                read.line,
                NoteSeverity::Warning,
                achieved,
                "the achieved value is not loaded: send it as a measurement",
            );
        }
        if let Some(indicator) = self.bring(read.line, current, input)? {
            known.taken.insert(indicator.code.to_string());
        }
        Ok(())
    }

    /// The document's targets of the plan's years; where it has none of its own, those that are there.
    fn yearly_targets(&mut self, read: &documents::Indicator, kept: Option<&Indicator>) -> Vec<NewYearlyTarget> {
        let years = self.plan.start_year..=self.plan.end_year;
        let mut targets = Vec::new();
        for (year, text) in &read.yearly_targets {
            match one_line(text).filter(|_| years.contains(year)) {
                Some(target) => targets.push(NewYearlyTarget { year: *year, target }),
                None => {
                    let reason = format!(
                        "the target of {year} is not loaded: the plan is of {} to {}",
                        years.start(),
                        years.end()
                    );
                    self.note(read.line, NoteSeverity::Warning, text, &reason);
                }
            }
        }
        match (targets.is_empty(), kept) {
            (true, Some(kept)) => kept.input().yearly_targets,
            _ => targets,
        }
    }

    /// Where the indicator stood before, as far as the document says it in figures.
    fn baseline(&mut self, read: &documents::Indicator) -> Option<Baseline> {
        let text = read.baseline.as_deref()?;
        let reading = targets::read(text, Context::year(self.plan.start_year));
        let plain = matches!(reading.comparator, Some(Comparator::Default | Comparator::Equal));
        let value = reading.number().filter(|_| plain).and_then(|value| value.to_f64());
        if value.is_none() {
            self.note(read.line, NoteSeverity::Warning, text, "the baseline is not loaded: it is no figure");
        }
        Some(Baseline { value: value?, year: None, note: one_line(text) })
    }

    /// Inserts or updates; a record that cannot be accepted is a refused line, and the rest goes on.
    fn bring<R: Record>(&mut self, line: usize, current: Option<R>, input: R::Input) -> Result<Option<R>, Problem> {
        let home = &self.plan.administration;
        let brought = match &current {
            Some(current) => record::update(self.write, home, current, &Expected::Unstated, input),
            None => record::insert(self.write, home, input),
        };
        match brought {
            Ok(row) => {
                self.count_brought::<R>(current.map(|current| current.revision()), row.revision());
                Ok(Some(row))
            }
            Err(problem) if problem.kind == Kind::Invalid => {
                let value = problem.errors.first().and_then(|error| error.value.clone()).unwrap_or_default();
                self.refuse::<R>(line, &value, &problem.detail);
                Ok(None)
            }
            Err(problem) => Err(problem),
        }
    }

    /// Counts a record by its revision before, where it was there, and after.
    pub fn count_brought<R: Record>(&mut self, before: Option<i64>, after: i64) {
        let count = self.count::<R>();
        match before {
            None => count.inserted += 1,
            Some(before) if before == after => count.unchanged += 1,
            Some(_) => count.updated += 1,
        }
    }

    fn code_and_title<R: Record>(&mut self, line: usize, code: &str, title: &str) -> Option<(Code, Line)> {
        let parsed = Code::parse(code).zip(one_line(title));
        if parsed.is_none() {
            let reason = format!("its code must be {}, its title {}", Code::EXPECTED, Line::EXPECTED);
            self.refuse::<R>(line, &format!("{code} {title}"), &reason);
        }
        parsed
    }

    fn prose(&mut self, line: usize, text: Option<&str>) -> Option<Prose> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let prose = Prose::parse(text);
        if prose.is_none() {
            self.note(
                line,
                NoteSeverity::Warning,
                text,
                &format!("the text is left out: it must be {}", Prose::EXPECTED),
            );
        }
        prose
    }

    fn lines(&mut self, line: usize, texts: &[String]) -> Vec<Line> {
        let lines: Vec<_> = texts.iter().filter_map(|text| one_line(text)).collect();
        if lines.len() < texts.len() {
            self.note(
                line,
                NoteSeverity::Warning,
                "",
                &format!("an office is left out: its name must be {}", Line::EXPECTED),
            );
        }
        lines
    }

    fn count<R: Record>(&mut self) -> &mut RecordCount {
        self.counts.entry(R::RESOURCE).or_insert_with(|| RecordCount {
            resource: Line::from_trusted(R::RESOURCE.to_owned()),
            inserted: 0,
            updated: 0,
            unchanged: 0,
            refused: 0,
        })
    }

    fn refuse<R: Record>(&mut self, line: usize, text: &str, reason: &str) {
        self.count::<R>().refused += 1;
        self.note(line, NoteSeverity::Refused, text, reason);
    }

    fn note(&mut self, line: usize, severity: NoteSeverity, text: &str, reason: &str) {
        let (excerpt, reason) = (shorten(text, 120), shorten(reason, 2000));
        self.notes.push(ImportNote { line: count(line), severity, excerpt, reason });
    }
}
