//! What stands on a plan's cover: whose it is, its title and years, the act that approved it.

use chrono::NaiveDate;

use super::{
    lines::Line,
    report::{Became, Ledger},
};
use crate::{
    planning::periods::{Length, Schedule, name_of_month},
    wording::fold,
};

/// The act by which a plan was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalAct {
    /// "deliberazione", "determinazione" or "decreto".
    pub kind: String,
    /// Whose act, as written: "GC", "Giunta Comunale".
    pub body: Option<String>,
    /// Its number, as written.
    pub number: String,
    /// Its date, where it could be read.
    pub date: Option<NaiveDate>,
}

/// Where the years of a plan were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearsFrom {
    /// In the title: "Piano … 2024-2026".
    Title,
    /// In the text: "per il triennio 2021 – 2023".
    Text,
    /// In the columns of the Gantt.
    Columns,
    /// The first and last year of the schedules.
    Schedules,
}

/// What the cover says.
#[derive(Debug, Default)]
pub(super) struct Cover {
    pub administration_name: Option<String>,
    pub title: Option<String>,
    pub approval_act: Option<ApprovalAct>,
    pub years: Option<(i32, i32, YearsFrom)>,
}

const BODIES: [&str; 10] = [
    "comune di ",
    "comune ",
    "unione dei ",
    "unione comuni ",
    "unione di ",
    "comunita montana",
    "citta di ",
    "provincia di ",
    "citta metropolitana",
    "regione ",
];

/// Reads the lines before the plan's first table or section.
pub(super) fn read(lines: &[Line], ledger: &mut Ledger) -> Cover {
    let mut cover = Cover::default();
    let mut rank = usize::MAX;
    let mut titled = None;
    for (index, line) in lines.iter().enumerate() {
        let text = line.text();
        if text.is_empty() || text.chars().count() > 160 {
            continue;
        }
        if let Some(found) = body_of(text) {
            if found < rank {
                rank = found;
                cover.administration_name = Some(text.to_owned());
            }
        } else if cover.approval_act.is_none()
            && let Some(act) = approval_act(text)
        {
            cover.approval_act = Some(act);
            ledger.read(line.number, Became::ApprovalAct);
        } else if cover.title.is_none() && is_title(lines, index) {
            cover.title = Some(text.to_owned());
            ledger.read(line.number, Became::Title);
            titled = Some(index);
        }
    }
    if let Some(name) = &cover.administration_name
        && let Some(line) = lines.iter().find(|line| line.text() == name)
    {
        ledger.read(line.number, Became::AdministrationName);
    }
    cover.years = cover.title.as_deref().and_then(years_in).map(|(first, last)| (first, last, YearsFrom::Title));
    let below = titled.and_then(|at: usize| lines.get(at + 1..)).into_iter().flatten().find(|line| !line.is_blank());
    if cover.years.is_none()
        && let Some(line) = below.filter(|line| is_years(line.text()))
        && let Some((first, last)) = years_in(line.text())
    {
        cover.years = Some((first, last, YearsFrom::Title));
        ledger.read(line.number, Became::Title);
    }
    if cover.years.is_none()
        && let Some((title, first, last, line)) = plan_of_years(lines)
    {
        cover.years = Some((first, last, YearsFrom::Text));
        ledger.read(line, Became::Title);
        cover.title.get_or_insert(title);
    }
    cover
}

/// Whether a line names an administration and nothing else; a lower rank is a likelier owner of the plan.
pub(super) fn body_of(text: &str) -> Option<usize> {
    if !text.starts_with(['C', 'U', 'P', 'R']) || text.len() > 200 {
        return None;
    }
    let folded = fold(text);
    let short =
        folded.split(' ').count() <= 7 && !text.ends_with(['.', ';', ',']) && text.starts_with(char::is_uppercase);
    let rank = BODIES.iter().position(|start| folded.starts_with(start))?;
    // "Quarto d'Asolo": what counts stands after the apostrophe.
    let name = text.split_whitespace().last()?.rsplit(['\'', '’']).find(|part| !part.is_empty())?;
    (short && name.starts_with(char::is_uppercase) && !text.contains(['–', ':', '(', '"'])).then_some(rank)
}

/// A title stands alone, or among other lines of the cover: "Piano Integrato di Attività ed Organizzazione 2024-2026".
fn is_title(lines: &[Line], index: usize) -> bool {
    let of_cover = |line: &Line| {
        let text = line.text();
        line.is_blank() || body_of(text).is_some() || approval_act(text).is_some() || is_years(text)
    };
    let near = |index: Option<usize>| index.and_then(|index| lines.get(index)).is_none_or(of_cover);
    let Some(line) = lines.get(index) else { return false };
    let text = line.text();
    // A subtitle may follow, but no sentence.
    let subtitle = |line: &Line| {
        let text = line.text();
        text.len() <= 80 && text.starts_with(char::is_uppercase) && !text.ends_with(['.', ';', ',', ':'])
    };
    let below = lines.get(index + 1).is_none_or(|line| of_cover(line) || subtitle(line));
    let alone = line.starts_cell() || (near(index.checked_sub(1)) && below);
    let first = fold(text.split_whitespace().next().unwrap_or_default());
    let plan = matches!(first.as_str(), "piano" | "piao" | "peg" | "pdo" | "p e g" | "p d o" | "p i a o");
    plan && alone
        && text.starts_with(char::is_uppercase)
        && !text.ends_with(['.', ';', ',', ':'])
        && line.filled().len() == 1
}

/// "Triennio 2024-2026", on a line of its own.
fn is_years(text: &str) -> bool {
    text.len() <= 40 && text.bytes().any(|byte| byte.is_ascii_digit()) && Schedule::read_horizon(text).is_ok()
}

/// "Piano comunale di Transizione al Digitale per il triennio 2021 – 2023", in running text.
fn plan_of_years(lines: &[Line]) -> Option<(String, i32, i32, usize)> {
    lines.iter().find_map(|line| {
        let (before, after) =
            ["per il triennio ", "per il biennio ", "per il periodo ", "per gli anni ", "per l'anno ", "per l’anno "]
                .iter()
                .find_map(|words| line.text().split_once(words))?;
        let title = before.get(before.rfind("Piano")?..)?.trim();
        let (first, last) = years_in(after)?;
        (title.len() <= 200).then(|| (title.to_owned(), first, last, line.number))
    })
}

/// The first range of years in a text, else its first year.
pub(super) fn years_in(text: &str) -> Option<(i32, i32)> {
    let mut single = None;
    for (at, _) in text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        let (before, from) = text.split_at(at);
        if before.ends_with(|c: char| c.is_alphanumeric()) {
            continue;
        }
        let end = from.find(|c: char| !(c.is_ascii_digit() || c == ' ' || "-–—/".contains(c))).unwrap_or(from.len());
        let piece = from.get(..end).unwrap_or_default().trim_end_matches([' ', '-', '–', '—', '/']);
        let Ok(schedule) = Schedule::read_horizon(piece) else { continue };
        if schedule.periods().any(|period| period.length() != Length::Year) {
            continue;
        }
        if let (Some(first), Some(last)) = (schedule.years().first(), schedule.years().last()) {
            if first < last {
                return Some((*first, *last));
            }
            single = single.or(Some((*first, *last)));
        }
    }
    single
}

/// "Allegato A alla deliberazione GC n. 72 del 4 maggio 2021", "Approvato con delibera di Giunta n. 5 del 30.01.2024".
pub(super) fn approval_act(text: &str) -> Option<ApprovalAct> {
    if !text.starts_with('A') {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let first = fold(words.first()?);
    let heads = ["allegato", "approvato", "approvata", "adottato"].contains(&first.as_str());
    if !heads || !text.starts_with(char::is_uppercase) {
        return None;
    }
    let kinds = [("deliber", "deliberazione"), ("determin", "determinazione"), ("decret", "decreto")];
    let (at, kind) = words.iter().enumerate().find_map(|(at, word)| {
        let word = fold(word);
        kinds.iter().find(|(start, _)| word.starts_with(start)).map(|(_, kind)| (at, *kind))
    })?;
    let rest = words.get(at + 1..)?;
    let is_number_sign = |word: &str| matches!(fold(word).as_str(), "n" | "nr" | "num" | "numero" | "no");
    let sign = rest.iter().position(|word| is_number_sign(word) || word.starts_with("n.") || word.starts_with("N."))?;
    let body: Vec<&str> =
        rest.get(..sign)?.iter().copied().filter(|word| !matches!(*word, "della" | "del" | "di" | "dell'")).collect();
    let after = rest.get(sign..)?.join(" ");
    let after = after.trim_start_matches(|c: char| !c.is_ascii_digit());
    let number_ends = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '/' || c == '-')).unwrap_or(after.len());
    let (number, after) = after.split_at(number_ends);
    let body = (!body.is_empty()).then(|| body.join(" "));
    (!number.is_empty()).then(|| ApprovalAct {
        kind: kind.to_owned(),
        body,
        number: number.to_owned(),
        date: date_in(after),
    })
}

/// The first date in a text: "4 maggio 2021", "04.05.2021", "4/5/2021".
fn date_in(text: &str) -> Option<NaiveDate> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(3).find_map(|window| {
        let [day, month, year] = window else { return None };
        let named = || (1..=12).find(|number| name_of_month(*number).is_some_and(|name| name == month.to_lowercase()));
        let month = month.parse().ok().or_else(named)?;
        NaiveDate::from_ymd_opt(
            year.parse().ok().filter(|year| (1900..=2100).contains(year))?,
            month,
            day.parse().ok()?,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::imports::documents::lines::lines;

    #[test]
    fn a_cover_is_read() {
        let lines = lines(
            "PROVINCIA DI LECCO\n\nCOMUNE DI ALTA VALLE\n\nPiano della performance 2024 – 2026\n\nIl piano dice.\n",
        );
        let mut ledger = Ledger::new(&lines);
        let cover = read(&lines, &mut ledger);
        assert_eq!(cover.administration_name.as_deref(), Some("COMUNE DI ALTA VALLE"));
        assert_eq!(cover.title.as_deref(), Some("Piano della performance 2024 – 2026"));
        assert_eq!(cover.years, Some((2024, 2026, YearsFrom::Title)));
        let report = ledger.close(|_| String::new());
        assert_eq!(report.notes.iter().map(|note| note.line).collect::<Vec<_>>(), [1, 7]);
    }

    #[test]
    fn a_title_may_stand_in_running_text() {
        let lines = lines(
            "1 Premessa\nLa stesura del Piano digitale comunale per il triennio 2021 – 2023 segue le norme del\npaese.",
        );
        let cover = read(&lines, &mut Ledger::new(&lines));
        assert_eq!(cover.title.as_deref(), Some("Piano digitale comunale"));
        assert_eq!(cover.years, Some((2021, 2023, YearsFrom::Text)));
    }

    #[test]
    fn approval_acts_are_read() {
        let act = approval_act("Allegato A alla deliberazione GC n. 72 del 4 maggio 2021").unwrap();
        assert_eq!((act.kind.as_str(), act.body.as_deref(), act.number.as_str()), ("deliberazione", Some("GC"), "72"));
        assert_eq!(act.date.unwrap().to_string(), "2021-05-04");
        let act = approval_act("Approvato con delibera di Giunta Comunale n.5/2024 in data 30/01/2024").unwrap();
        assert_eq!((act.body.as_deref(), act.number.as_str()), (Some("Giunta Comunale"), "5/2024"));
        assert_eq!(act.date.unwrap().to_string(), "2024-01-30");
        assert!(
            approval_act("Allegato A").is_none() && approval_act("La deliberazione GC n. 7 del 1.1.2020").is_none()
        );
    }

    #[test]
    fn years_are_found_in_texts() {
        assert_eq!(years_in("Piano 2024-2026"), Some((2024, 2026)));
        assert_eq!(years_in("DM 132/2022, triennio 2021 – 2023 di"), Some((2021, 2023)));
        assert_eq!(years_in("PEG 2024"), Some((2024, 2024)));
        assert_eq!(years_in("n. 12345 del mese"), None);
    }
}
