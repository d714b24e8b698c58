//! Reads the lines of sheets one after another, each in the light of the part it stands in.

use std::collections::HashSet;

use super::{
    columns::{IndicatorColumns, PhaseColumns},
    headings::{self, Heading, Part},
    links,
    measures::{self, Rated},
    rows,
    sheet::{Codes, Sheet},
};
use crate::{
    planning::objectives::Scope,
    reporting::imports::documents::{
        Content, Section, codes,
        horizon::is_horizon,
        lines::Line,
        report::{Became, Ledger},
    },
    wording::fold,
};

/// The sheets while they are read.
pub(super) struct Reader<'a> {
    ledger: Ledger<'a>,
    plan: Option<(i32, i32)>,
    /// The part that comes first in a sheet.
    leads: Part,
    sheets: Vec<Sheet>,
    sections: Vec<Section>,
    scope: Option<Scope>,
    section: Option<usize>,
    part: Option<Part>,
    phase_columns: PhaseColumns,
    indicator_columns: IndicatorColumns,
    /// Whether a blank line stands before the next.
    pub after_blank: bool,
}

impl<'a> Reader<'a> {
    /// `leads` is the part that comes first in a sheet.
    pub fn new(ledger: Ledger<'a>, plan: Option<(i32, i32)>, leads: Part) -> Self {
        Self {
            ledger,
            plan,
            leads,
            sheets: Vec::new(),
            sections: Vec::new(),
            scope: None,
            section: None,
            part: None,
            phase_columns: PhaseColumns::default(),
            indicator_columns: IndicatorColumns::default(),
            after_blank: true,
        }
    }

    /// A row whose cells wrap over several lines, put together, and how many more lines it has.
    pub fn whole_row(&mut self, lines: &[Line]) -> Option<(Line, usize)> {
        let (first, rest) = lines.split_first()?;
        let (separators, all) = match self.part? {
            Part::Phases => (1, self.phase_columns.width.checked_sub(1)?),
            Part::Indicators if first.separators() == 0 => (1, self.indicator_columns.width.checked_sub(1)?),
            _ => return None,
        };
        let mut whole: Option<Line> = None;
        let mut count = 0;
        for next in rest {
            let so_far = whole.as_ref().unwrap_or(first);
            let together = so_far.separators() + next.separators();
            let ended = so_far.filled().last().is_none_or(|cell| is_horizon(cell));
            let wraps = next.text().starts_with(char::is_lowercase) && !next.starts_cell() && !next.is_foot();
            if ended
                || !wraps
                || so_far.separators() >= all
                || next.raw().contains('|')
                || together > all
                || codes::coded(next.text()).is_some()
            {
                break;
            }
            whole = Some(so_far.joined(next));
            count += 1;
        }
        let whole = whole.filter(|whole| whole.separators() >= separators)?;
        for line in rest.iter().take(count) {
            self.ledger.follow(first.number, line.number);
        }
        Some((whole, count))
    }

    /// Takes the next line.
    pub fn take(&mut self, line: &Line, heading: Option<Heading>, in_sheets: bool) {
        if !in_sheets && headings::is_contents(line) {
            return;
        }
        if let Some(scope) = headings::scope(line) {
            (self.scope, self.section, self.part) = (Some(scope), None, None);
            return self.ledger.read(line.number, Became::Heading);
        }
        if let Some((kind, number, title)) = headings::section(line) {
            return self.take_section(line, kind, number, title);
        }
        if !in_sheets {
            return;
        }
        if let Some(heading) = heading {
            return self.take_heading(line, heading);
        }
        if self.part != Some(Part::Phases) && rows::opens_a_sheet(line) {
            self.ledger.warn(line.number, "a sheet begins here, but the heading of its table is missing");
            self.phase_columns = PhaseColumns::default();
            self.enter(line, Part::Phases);
        }
        self.take_text(line);
    }

    fn take_section(&mut self, line: &Line, kind: &str, number: &str, title: &str) {
        let title = title.to_owned();
        let known = |code: &str| self.sections.iter().position(|section| section.code == code);
        // Two kinds of sections may count alike: "Area 1", "Servizio 1".
        let code = match known(number) {
            Some(at) if self.sections.get(at).is_some_and(|section| fold(&section.title) != fold(&title)) => {
                format!("{kind} {number}")
            }
            _ => number.to_owned(),
        };
        self.section = known(&code).or_else(|| {
            self.sections.push(Section { code, title, line: line.number });
            Some(self.sections.len() - 1)
        });
        self.part = None;
        self.ledger.read(line.number, Became::Section);
    }

    /// Opens a part, and with it a sheet where it is the part that leads, or one that the sheet already has.
    fn enter(&mut self, line: &Line, part: Part) {
        let fresh = |sheet: &Sheet| sheet.drafts.is_empty() && sheet.seen == [part];
        let goes_on = self.sheets.last().is_some_and(|sheet| match self.leads {
            Part::Phases => part != Part::Phases || fresh(sheet),
            Part::Objective => part != Part::Objective,
            _ => !sheet.seen.contains(&part) || fresh(sheet) || part == Part::Description,
        });
        if !goes_on {
            let sheet = Sheet { line: line.number, scope: self.scope, section: self.section, ..Sheet::default() };
            self.sheets.push(sheet);
        }
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.seen.push(part);
        }
        self.part = Some(part);
    }

    fn take_heading(&mut self, line: &Line, heading: Heading) {
        // The words of a heading may wrap: what stands right below it, with fewer columns, is the rest of it.
        let just_begun = self.part == Some(Part::Phases) && !self.after_blank;
        if let Heading::Phases(columns) = &heading
            && columns.width < self.phase_columns.width
            && let Some(sheet) = self.sheets.last_mut().filter(|sheet| just_begun && sheet.drafts.is_empty())
        {
            sheet.lines.push(line.number);
            return self.ledger.read(line.number, Became::Heading);
        }
        self.enter(line, heading.part());
        let Some(sheet) = self.sheets.last_mut() else { return };
        sheet.lines.push(line.number);
        let mut became = Became::Heading;
        match heading {
            Heading::Objective(text) => {
                sheet.name(line.number, text);
                became = Became::Objective;
            }
            Heading::Phases(columns) => self.phase_columns = columns,
            Heading::Indicators(columns, others) => {
                self.indicator_columns = columns;
                let others: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
                if !others.is_empty() {
                    self.ledger.warn(line.number, format!("these columns are not read: {}", others.join(", ")));
                }
            }
            Heading::Description(text) if !text.is_empty() => {
                sheet.description.push(text.to_owned());
                became = Became::Description;
            }
            Heading::FinalReport(text) if !text.is_empty() && !is_empty_room(text) => {
                sheet.final_report.push(text.to_owned());
                became = Became::FinalReport;
            }
            _ => {}
        }
        self.ledger.read(line.number, became);
    }

    /// A line within a sheet that is no heading.
    fn take_text(&mut self, line: &Line) {
        let Some(sheet) = self.sheets.last_mut() else { return };
        let number = line.number;
        // Within running text only a line with cells can be anything else.
        let in_text = matches!(self.part, Some(Part::Description | Part::FinalReport));
        if !in_text || line.keeps_empty_cells() {
            let mut entries = links::entries(line, self.part != Some(Part::Budget));
            if entries.is_empty() && self.part == Some(Part::Budget) && sheet.links.has_mission() {
                entries.extend(links::unlabelled(line));
            }
            if !entries.is_empty() {
                sheet.lines.push(number);
                return entries.into_iter().for_each(|entry| sheet.links.take(number, entry, &mut self.ledger));
            }
            if self.part != Some(Part::Ratings) && measures::is_rating(line) {
                sheet.lines.push(number);
                return self.take_rating(line);
            }
        }
        let lone = self.is_lone(line);
        let Some(sheet) = self.sheets.last_mut() else { return };
        let adjacent_lower = !self.after_blank && line.text().starts_with(char::is_lowercase);
        match self.part {
            Some(Part::Description) if !line.is_page_furniture() => {
                sheet.description.push(line.text().to_owned());
                self.ledger.read(number, Became::Description);
            }
            Some(Part::FinalReport) if is_empty_room(line.text()) => self.ledger.read(number, Became::Heading),
            Some(Part::FinalReport) if !line.is_page_furniture() => {
                sheet.final_report.push(line.text().to_owned());
                self.ledger.read(number, Became::FinalReport);
            }
            Some(Part::Phases) if lone => {
                let unnumbered = codes::coded(line.text()).is_none_or(|coded| !coded.sure);
                if adjacent_lower && unnumbered && sheet.continue_phase(number, line.text()) {
                    self.ledger.read(number, Became::Phase);
                } else if !unnumbered && !self.after_blank {
                    let row = rows::row(line, &self.phase_columns, !sheet.drafts.is_empty());
                    sheet.take(number, &row, self.plan, &mut self.ledger);
                } else {
                    return;
                }
            }
            Some(Part::Phases) => {
                let row = rows::row(line, &self.phase_columns, !sheet.drafts.is_empty());
                let fresh = sheet.drafts.is_empty() && sheet.seen == [Part::Phases];
                if fresh
                    && let [.., before, _] = self.sheets.as_slice()
                    && before.goes_on_with(&row)
                {
                    self.turn_page();
                }
                let Some(sheet) = self.sheets.last_mut() else { return };
                if !sheet.take(number, &row, self.plan, &mut self.ledger) {
                    self.ledger.refuse(number, "a row of phases before any objective");
                }
            }
            Some(Part::Indicators) if lone && self.after_blank => return,
            Some(Part::Indicators) => self.take_indicator(line, lone && adjacent_lower),
            Some(Part::Ratings) => self.take_rating(line),
            Some(Part::Objective | Part::Budget | Part::FinalReport | Part::Description) | None => return,
        }
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.lines.push(number);
        }
    }

    /// Drops the sheet that a repeated heading began: its rows belong to the one before.
    fn turn_page(&mut self) {
        let lines = self.sheets.pop().map(|sheet| sheet.lines).unwrap_or_default();
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.lines.extend(lines);
        }
    }

    /// Whether a line is running text rather than a row: without cells, or with wide gaps where no row has them.
    fn is_lone(&self, line: &Line) -> bool {
        let filled = line.filled();
        let no_row = match self.part {
            Some(Part::Phases) if rows::aligned(line, &self.phase_columns.starts).is_some() => return false,
            Some(Part::Indicators) if rows::aligned(line, &self.indicator_columns.starts).is_some() => return false,
            Some(Part::Phases) => !filled.iter().any(|cell| is_horizon(cell)),
            _ => filled.len() > self.indicator_columns.width,
        };
        !line.keeps_empty_cells() && (filled.len() == 1 || no_row)
    }

    fn take_indicator(&mut self, line: &Line, goes_on: bool) {
        let Some(sheet) = self.sheets.last_mut() else { return };
        if goes_on && let Some(last) = sheet.indicators.last_mut() {
            last.label = format!("{} {}", last.label, line.text());
            return self.ledger.read(line.number, Became::Indicator);
        }
        let known = |code: &str| sheet.has_phase(code);
        match measures::indicator(line, &self.indicator_columns, sheet.indicators.last(), known) {
            Some(indicator) => {
                if indicator.target.is_none() {
                    self.ledger.warn(line.number, "the indicator has no expected value");
                }
                sheet.indicators.push(indicator);
                self.ledger.read(line.number, Became::Indicator);
            }
            None => self.ledger.refuse(line.number, "a row of indicators without a label"),
        }
    }

    fn take_rating(&mut self, line: &Line) {
        let Some(sheet) = self.sheets.last_mut() else { return };
        let Some((rated, value)) = measures::rating_line(line) else {
            return self.ledger.ignore(line.number, "a characteristic that Traguardo does not keep");
        };
        self.ledger.read(line.number, Became::Rating);
        let name = match rated {
            Rated::Risk => "risk",
            Rated::Strategic => "strategic",
            Rated::PublicValue => "public value",
        };
        let read = measures::rating(value);
        let place = sheet.ratings.of(rated);
        match (read, *place) {
            (None, _) if value.is_empty() => self.ledger.warn(line.number, format!("the {name} rating is empty")),
            (None, _) => {
                let reason = format!("the {name} rating `{value}` can't be read: write Basso, Medio or Alto");
                self.ledger.warn(line.number, reason);
            }
            (Some(read), Some(first)) if read != first => {
                self.ledger.warn(line.number, format!("the {name} rating was already given; the first is kept"));
            }
            (Some(read), _) => *place = Some(read),
        }
    }

    /// What the sheets hold, and the account of their lines.
    pub fn finish(mut self) -> (Content, Ledger<'a>) {
        let mut codes = Codes::new(self.sheets.iter().map(Sheet::highest_code).max().unwrap_or(0));
        let mut content = Content::default();
        for sheet in self.sheets {
            if self.leads == Part::Objective && sheet.seen == [Part::Objective] {
                sheet.lines.iter().for_each(|line| self.ledger.ignore(*line, "names an objective without its sheet"));
                continue;
            }
            let section = sheet.section.and_then(|at| self.sections.get(at)).map(|section| section.code.clone());
            content.objectives.extend(sheet.finish(section, &mut codes, &mut self.ledger));
        }
        let used: HashSet<&String> =
            content.objectives.iter().filter_map(|objective| objective.section.as_ref()).collect();
        for section in self.sections {
            if used.contains(&section.code) {
                content.sections.push(section);
            } else {
                self.ledger.ignore(section.line, "a section without objectives");
            }
        }
        (content, self.ledger)
    }
}

/// The room that a plan leaves for the final report.
fn is_empty_room(text: &str) -> bool {
    let folded = fold(text);
    folded.contains("campo dedicato") || folded.contains("dedicato alla relazione")
}
