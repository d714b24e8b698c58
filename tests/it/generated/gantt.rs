//! Plans as a Gantt with one cell a line, as Leverano's.

use super::{Made, Page, dice::Dice, or};

/// What a plan has that others have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    OtherYears,
    SkippedColumns,
    HalfYears,
    WholeYears,
    Months,
    LastRowCut,
    OtherMarks,
    FewerCells,
    MoreCells,
    OneLine,
    Misspelled,
    OtherPeriods,
    NumberedRows,
    LongNames,
    OtherLists,
    NoBookmarks,
    EmptyRows,
    Spacing,
}

pub const ALL: &[With] = &[
    With::OtherYears,
    With::SkippedColumns,
    With::HalfYears,
    With::WholeYears,
    With::Months,
    With::LastRowCut,
    With::OtherMarks,
    With::FewerCells,
    With::MoreCells,
    With::OneLine,
    With::Misspelled,
    With::OtherPeriods,
    With::NumberedRows,
    With::LongNames,
    With::OtherLists,
    With::NoBookmarks,
    With::EmptyRows,
    With::Spacing,
];

/// A column: its lines as in the seed, and its period.
struct Column {
    words: Vec<String>,
    period: String,
}

const NUMBERS: [&str; 4] = ["I", "II", "III", "IV"];
const MONTHS: [&str; 12] = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"];

fn columns(dice: &mut Dice, with: &[With]) -> Vec<Column> {
    let has = |own: With| with.contains(&own);
    let first = if has(With::OtherYears) { dice.year() } else { 2015 };
    let (parts, count) = match () {
        () if has(With::WholeYears) => (1, dice.between(3, 6)),
        () if has(With::HalfYears) => (2, dice.between(4, 8)),
        () if has(With::Months) => (12, dice.between(6, 24)),
        () => (4, dice.between(4, 13)),
    };
    let start = if has(With::OtherYears) { dice.below(parts) } else { 0 };
    let misspelled = has(With::Misspelled);
    let one = |at: usize| {
        let (year, number) = (first + i32::try_from(at / parts).unwrap(), at % parts);
        let mut word = |text: &str| match misspelled && dice.chance(40) {
            true => dice.typo(text, 1),
            false => text.to_owned(),
        };
        let (words, period) = match parts {
            1 => (vec![year.to_string()], year.to_string()),
            2 => (vec![NUMBERS[number].to_owned(), word("Sem."), year.to_string()], format!("{year}-S{}", number + 1)),
            12 => (vec![MONTHS[number].to_owned(), year.to_string()], format!("{year}-{:02}", number + 1)),
            _ => (vec![NUMBERS[number].to_owned(), word("Trim."), year.to_string()], format!("{year}-Q{}", number + 1)),
        };
        Column { words, period }
    };
    let mut all: Vec<Column> = (start..start + count).map(one).collect();
    if has(With::OtherPeriods) && parts == 4 {
        let form = dice.below(5);
        for (column, at) in all.iter_mut().zip(start..) {
            let (number, year) = (at % 4 + 1, column.words[2].clone());
            column.words = match form {
                0 => vec![format!("{number}°"), "Trim.".to_owned(), year],
                1 => vec![format!("{} trimestre {year}", NUMBERS[number - 1])],
                2 => vec![format!("{number}° trim."), year],
                3 => vec![format!("{} Trim", NUMBERS[number - 1]), year],
                _ => vec![format!("{}° TRIM.", NUMBERS[number - 1]), year],
            };
        }
    }
    if has(With::SkippedColumns) && all.len() > 4 {
        // Also the first of a year, as in the seed.
        for _ in 0..dice.between(1, 2) {
            let at = dice.between(1, all.len() - 2);
            all.remove(at);
        }
    }
    all
}

/// Makes a plan.
pub fn make(seed: u64, with: &[With]) -> Made {
    let mut dice = Dice::new(seed);
    let has = |own: With| with.contains(&own);
    let columns = columns(&mut dice, with);
    let mut page = Page::default();
    let mut notes = Vec::new();
    let mark =
        |text: &str| if has(With::NoBookmarks) { text.to_owned() } else { format!("[bookmark: _Toc41148]{text}") };
    page.line(mark("Premessa"));
    page.line("Con il presente piano l'Ente intende stabilire tempi e modalità, entro il 2016, per i servizi.");
    page.line("Art. 24 c. 3 bis ");
    page.line("1. La partecipazione al procedimento amministrativo è esercitabile mediante tecnologie.");
    page.line(mark("Indicazione degli obiettivi"));
    page.line("· Attivare i servizi on line per i cittadini");
    page.line("· Disporre di un sistema informatico integrato");
    page.line("");
    page.line(mark("Adeguamento degli Strumenti/Software"));
    page.line("Il sistema informatico di cui è dotato l'Ente garantisce l'integrazione tra i servizi.");
    page.line("\tPiano di informatizzazione ");
    page.line("\t");
    page.line("\tComune di Leverano ");
    let one_line = has(With::OneLine);
    let text = |column: &Column| column.words.join(" ");
    // The last line of the heading of each column.
    let mut last_lines = Vec::new();
    let lead = " Interventi per macro attività (mesi)";
    if one_line {
        let names: Vec<String> = columns.iter().map(text).collect();
        let line = page.line(format!("{}\t{}", lead.trim(), names.join("\t")));
        last_lines.resize(columns.len(), line);
    } else {
        page.line(lead);
        for column in &columns {
            let joined = has(With::Spacing) && dice.chance(30);
            let words = if joined { vec![text(column)] } else { column.words.clone() };
            let mut line = 0;
            for (at, word) in words.iter().enumerate() {
                let blank = if dice.chance(30) { " " } else { "" };
                line = page.line(format!("{}{word}{blank}", if at == 0 { "\t" } else { "" }));
            }
            last_lines.push(line);
        }
        page.line("");
    }
    for (at, pair) in columns.windows(2).enumerate() {
        if !follows(&pair[0].period, &pair[1].period) {
            notes.push((last_lines[at + 1], "the heading goes from"));
        }
    }
    let mut told = vec!["administration Comune di Leverano".to_owned(), "title Piano di informatizzazione".to_owned()];
    told.push(format!("years {}-{}", &columns[0].period[..4], &columns[columns.len() - 1].period[..4]));
    let rows = dice.between(2, 10);
    for row in 0..rows {
        let mut name = match dice.chance(50) {
            true => dice.title(),
            false => dice.title().to_lowercase(),
        };
        if has(With::LongNames) && dice.chance(50) {
            name = format!("{name} mediante procedure guidate, anche con l'ausilio di personale esterno all'ente");
        }
        let number = row + 1;
        let written = if has(With::NumberedRows) { format!("{number}. {name}") } else { name.clone() };
        // Where no row had an empty cell nobody could tell a cut row from one that lost its empty cells.
        let from = dice.between(usize::from(row == 0), columns.len() - 1);
        let to = dice.between(from, columns.len() - 1);
        let holes = dice.chance(20);
        let mut marks: Vec<bool> = (0..columns.len())
            .map(|at| at == from || (from..=to).contains(&at) && !(holes && dice.chance(40)))
            .collect();
        if has(With::EmptyRows) && row > 0 && dice.chance(30) {
            marks.fill(false);
        }
        let width = columns.len();
        let mut cells = width;
        let marked_to = marks.iter().rposition(|mark| *mark).map_or(0, |at| at + 1);
        let cut = has(With::LastRowCut) && row + 1 == rows || has(With::FewerCells) && dice.chance(40);
        if cut && marked_to > 0 {
            // As in the seed: the row ends with a mark.
            cells = marked_to;
        }
        let more = if has(With::MoreCells) && dice.chance(40) { dice.between(1, 3) } else { 0 };
        let sign = match has(With::OtherMarks) {
            true => dice.pick(&["X", "x", "■", "✓", "●", "XX", "x "]),
            false => "x",
        };
        let cell = |at: usize| if marks.get(at).copied().unwrap_or(false) { sign } else { "" };
        let line = if one_line {
            let cells: Vec<&str> = (0..cells + more).map(cell).collect();
            page.line(format!("{written}\t{}", cells.join("\t")))
        } else {
            let indent = if row == 0 && dice.chance(20) { "" } else { "\t" };
            let line = page.line(format!("{indent}{written}"));
            for at in 0..cells + more {
                page.line(format!("\t{}", cell(at)));
            }
            if cells == width || has(With::Spacing) {
                page.line("");
            }
            line
        };
        if cells < width && more == 0 {
            notes.push((line, "the row is cut"));
        }
        let periods: Vec<&str> =
            columns.iter().zip(&marks).filter(|(_, mark)| **mark).map(|(column, _)| column.period.as_str()).collect();
        if periods.is_empty() {
            notes.push((line, "no mark under a period"));
        }
        told.push(format!("phase {number}: {name} @ {} @ -", or(&periods.join(" "))));
    }
    page.line(format!(" {}", mark("Monitoraggio dell'attuazione")));
    page.line(mark("Ruoli e responsabilità"));
    page.line("\tL'attuazione del piano è demandata, ciascuno per la propria competenza a:");
    page.line("\t\t- il Segretario Comunale;");
    page.line("\t\t- gli operatori di procedura");
    page.line(" \tsulla base degli indirizzi approvati dalla Giunta Comunale.");
    let mut heading = "Indicatori".to_owned();
    if has(With::Misspelled) {
        heading = dice.misspelled(&heading);
    }
    let lists = has(With::OtherLists);
    if lists {
        heading = dice.recased(&heading) + dice.pick(&["", ":", " di risultato", " del piano"]);
    }
    page.line(mark(&heading));
    page.line("L'esito del progetto potrà essere valutato misurando nell'esercizio successivo i seguenti indicatori");
    let sign = if lists { dice.pick(&["· ", "- ", "• ", "1. ", "a) "]) } else { "· " };
    let count = dice.between(1, 6);
    for at in 0..count {
        let label = format!(
            "Numero di {}",
            dice.pick(&["servizi on line", "cittadini/imprese", "accessi, nell'anno", "istanze"])
        );
        let sign = match sign {
            "1. " => format!("{}. ", at + 1),
            "a) " => format!("{}) ", char::from(b'a' + u8::try_from(at).unwrap())),
            other => other.to_owned(),
        };
        let end = if lists { dice.pick(&["", ";", ".", " "]) } else { "" };
        page.line(format!("{sign}{label}{end}"));
        told.push(format!("indicator -: {label} @ - @ - @ -"));
    }
    page.line(mark("Modalità pubblicazione dell'esito del monitoraggio"));
    page.line(
        "Gli esiti del monitoraggio saranno pubblicati nella sezione \"Amministrazione Trasparente\" del portale",
    );
    page.line("");
    page.line("4.4     PIANO DELLA FORMAZIONE DEL PERSONALE");
    page.line(
        "All'interno del Piano di formazione verrà riservato un capitolo specifico per la formazione informatica",
    );
    notes.sort_unstable();
    Made { text: page.text("\n"), told: told.join("\n") + "\n", notes }
}

/// Whether a period is the one after another.
fn follows(one: &str, next: &str) -> bool {
    let place = |period: &str| {
        let year: usize = period[..4].parse().unwrap();
        match period.get(5..) {
            None => year,
            Some(part) if part.starts_with('S') => year * 2 + part[1..].parse::<usize>().unwrap(),
            Some(part) if part.starts_with('Q') => year * 4 + part[1..].parse::<usize>().unwrap(),
            Some(part) => year * 12 + part.parse::<usize>().unwrap(),
        }
    };
    place(one) + 1 == place(next)
}
