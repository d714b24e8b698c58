//! Links to the budget: MISSIONE and PROGRAMMA lines, checked against the official list.

use crate::{
    planning::budget::{BudgetError, BudgetLink, Level, resolve},
    reporting::imports::documents::{
        lines::Line,
        report::{Became, Ledger},
    },
    wording::is_heading,
};

/// A MISSIONE or PROGRAMMA as written.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    pub level: Level,
    pub code: String,
    pub name: String,
}

/// The links of a sheet, while they are read.
#[derive(Default)]
pub(super) struct Links {
    found: Vec<BudgetLink>,
    mission: Option<Mission>,
}

/// The mission that the next programmes belong to.
struct Mission {
    line: usize,
    entry: Entry,
    linked: bool,
    refused: Option<String>,
    warned: bool,
}

/// The entries on a line: "MISSIONE⇥01⇥SERVIZI…", "Missione 01 – Servizi…", also both levels on one line. Where other
/// rows may stand, the code follows the word at once: "Emissione ruoli⇥2" and "Programma approvato⇥SI" are none.
pub(super) fn entries(line: &Line, strictly: bool) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for cell in line.filled().into_iter().flat_map(both_levels) {
        let coded = |rest: &str| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit());
        if let Some((level, rest)) = label(cell).filter(|(_, rest)| !strictly || coded(rest)) {
            entries.push(Entry { level, code: String::new(), name: String::new() });
            fill(entries.last_mut(), rest);
        } else if entries.is_empty() {
            return entries;
        } else {
            fill(entries.last_mut(), cell);
        }
    }
    // Running text may begin with "Missione" too: an entry has a code, or its name in a cell of its own.
    let lone = line.filled().len() == 1;
    entries.retain(|entry| !(entry.code.is_empty() && (lone || strictly)));
    entries
}

/// "MISSIONE 12 - PROGRAMMA 03" in one cell is two entries.
fn both_levels(cell: &str) -> Vec<&str> {
    let lower = cell.to_ascii_lowercase();
    let second = lower.find("programma").filter(|at| *at > 0 && lower.starts_with("mission"));
    match second.and_then(|at| cell.split_at_checked(at)) {
        Some((mission, programme)) => {
            vec![mission.trim_end_matches([' ', '-', '–', '/', ',', ';']), programme]
        }
        None => vec![cell],
    }
}

/// A row without a label below one of that level: "⇥02⇥Altri ordini di istruzione".
pub(super) fn unlabelled(line: &Line) -> Option<Entry> {
    let filled = line.filled();
    let [code, name @ ..] = filled.as_slice() else { return None };
    let is_code = (1..=5).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let own_cell = line.keeps_empty_cells() && line.cells().first().is_some_and(|cell| cell.is_empty());
    let entry = Entry { level: Level::Programme, code: (*code).to_owned(), name: name.join(" ") };
    (is_code && own_cell && !name.is_empty()).then_some(entry)
}

fn label(cell: &str) -> Option<(Level, &str)> {
    let end = cell.find(|c: char| !c.is_alphabetic()).unwrap_or(cell.len());
    let (word, rest) = cell.split_at(end);
    // Words of their own, however near.
    const OTHERS: [&str; 6] = ["emissione", "omissione", "ammissione", "remissione", "immissione", "dimissione"];
    if OTHERS.contains(&word.to_lowercase().as_str()) {
        return None;
    }
    let levels = [("missione", Level::Mission), ("programma", Level::Programme)];
    let (_, level) = levels.into_iter().find(|(name, _)| word.len() <= name.len() + 2 && is_heading(word, name))?;
    Some((level, rest.trim_start_matches([' ', ':', '.', '-', '–', '°'])))
}

fn fill(entry: Option<&mut Entry>, text: &str) {
    let Some(entry) = entry else { return };
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (code, rest) = text.split_at(end);
    let (code, name) = match entry.code.is_empty() && code.starts_with(|c: char| c.is_ascii_digit()) {
        true => (code.trim_end_matches('.'), rest.trim_start_matches([' ', ':', '.', '-', '–', '—', ')'])),
        false => ("", text),
    };
    if !code.is_empty() {
        entry.code = code.to_owned();
    }
    if !name.is_empty() {
        let gap = if entry.name.is_empty() { "" } else { " " };
        entry.name = format!("{}{gap}{name}", entry.name);
    }
}

impl Links {
    /// Whether a mission awaits its programmes.
    pub fn has_mission(&self) -> bool {
        self.mission.is_some()
    }

    /// Takes an entry found on a line.
    pub fn take(&mut self, line: usize, entry: Entry, ledger: &mut Ledger) {
        match entry.level {
            Level::Mission => {
                self.close_mission(ledger);
                ledger.read(line, Became::BudgetLink);
                self.mission = Some(Mission { line, entry, linked: false, refused: None, warned: false });
            }
            Level::Programme => self.take_programme(line, &entry, ledger),
        }
    }

    fn take_programme(&mut self, line: usize, entry: &Entry, ledger: &mut Ledger) {
        let Some(mission) = &mut self.mission else {
            ledger.refuse(line, "a programme without a mission before it");
            return;
        };
        let name = |entry: &Entry| (!entry.name.is_empty()).then(|| entry.name.clone());
        let of_mission = name(&mission.entry);
        match resolve(&mission.entry.code, of_mission.as_deref(), Some(&entry.code), name(entry).as_deref()) {
            Ok((link, warnings)) => {
                ledger.read(line, Became::BudgetLink);
                mission.linked = true;
                for warning in warnings {
                    match warning.level {
                        Level::Mission if mission.warned => {}
                        Level::Mission => {
                            mission.warned = true;
                            ledger.warn(mission.line, warning.to_string());
                        }
                        Level::Programme => ledger.warn(line, warning.to_string()),
                    }
                }
                if self.found.contains(&link) {
                    ledger.warn(line, format!("programme {}.{} was already given", link.mission, link.programme));
                } else {
                    self.found.push(link);
                }
            }
            Err(error) => {
                let (BudgetError::Missing { level, .. } | BudgetError::Unknown { level, .. }) = &error;
                match level {
                    Level::Mission => {
                        mission.refused = Some(error.to_string());
                        ledger.refuse(line, format!("its mission, at line {}, is refused", mission.line));
                    }
                    Level::Programme => ledger.refuse(line, error.to_string()),
                }
            }
        }
    }

    fn close_mission(&mut self, ledger: &mut Ledger) {
        if let Some(mission) = self.mission.take().filter(|mission| !mission.linked) {
            let reason = mission.refused.unwrap_or_else(|| "no programme of this mission could be read".to_owned());
            ledger.refuse(mission.line, reason);
        }
    }

    /// The links found.
    pub fn finish(mut self, ledger: &mut Ledger) -> Vec<BudgetLink> {
        self.close_mission(ledger);
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::{lines::lines, report::Severity};

    fn read(text: &str) -> (Vec<String>, Vec<(usize, Severity, String)>) {
        let lines = lines(text);
        let mut ledger = Ledger::new(&lines);
        let mut links = Links::default();
        for line in &lines {
            for entry in entries(line, false) {
                links.take(line.number, entry, &mut ledger);
            }
        }
        let found =
            links.finish(&mut ledger).iter().map(|link| format!("{}.{}", link.mission, link.programme)).collect();
        let report = ledger.close(|_| "left".to_owned());
        (found, report.notes.into_iter().map(|note| (note.line, note.severity, note.reason)).collect())
    }

    #[test]
    fn a_programme_without_a_new_mission_belongs_to_the_last() {
        let (found, notes) = read(
            "MISSIONE\t01\tSERVIZI ISTITUZIONALI GENERALI E DI GESTIONE\nPROGRAMMA\t1\tOrgani istituzionali\nPROGRAMMA\t02\tSegreteria generale",
        );
        assert_eq!(found, ["01.01", "01.02"]);
        assert!(notes.is_empty());
    }

    #[test]
    fn entries_are_read_in_other_spellings() {
        for text in [
            "Misione: 9 – Sviluppo sostenibile\nPrograma: 1 - Difesa del suolo",
            "Missione 09\tProgramma 01",
            "| MISSIONE | 9 | |\n| PROGRAMMA | 1 | |",
            "MISSIONE   09\nPROGRAMMA   09.01   Difesa del suolo",
        ] {
            assert_eq!(read(text).0, ["09.01"], "{text}");
        }
        assert!(entries(&lines("Missione del Comune è servire")[0], false).is_empty());
        for text in
            ["Emissione ruoli\t2\t", "Ammissione\t3\t", "Programma triennale approvato\tSI", "Missioni\tnessuna"]
        {
            assert!(entries(&lines(text)[0], true).is_empty(), "{text}");
        }
    }

    #[test]
    fn wrong_codes_are_refused_on_their_own_lines() {
        let (found, notes) = read("MISSIONE\t41\tIgnota\nPROGRAMMA\t01\tX\nMISSIONE\t7\tTurismo\nPROGRAMMA\t9\tY");
        assert!(found.is_empty());
        let lines: Vec<_> = notes.iter().map(|(line, severity, _)| (*line, *severity)).collect();
        assert_eq!(lines, [1, 2, 3, 4].map(|line| (line, Severity::Refused)));
        assert!(
            notes[0].2.starts_with("there is no mission `41`") && notes[3].2.starts_with("there is no programme `9`")
        );
    }
}
