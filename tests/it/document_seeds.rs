//! The three plans that Traguardo was made from, and the example plans of its own with the same figures.

use std::{collections::BTreeSet, fs, path::Path};

use traguardo::{
    planning::objectives::{Rating, Scope},
    reporting::imports::documents::{self, Document, Layout, Severity, YearsFrom},
};

/// The text of a seed; nothing, said aloud, where the seeds are not at hand.
fn seed(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds").join(name);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED {name}: no {}", path.display());
    }
    text
}

fn demo(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo").join(name)).unwrap()
}

fn read(text: &str) -> Document {
    let document = documents::read(text).unwrap();
    check_account(text, &document);
    document
}

/// Every line that is not blank is either counted as read or listed exactly once.
pub fn check_account(text: &str, document: &Document) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let lines: Vec<&str> = text.split(['\n', '\r']).collect();
    let filled: BTreeSet<usize> = (1..=lines.len()).filter(|number| !lines[number - 1].trim().is_empty()).collect();
    let report = &document.report;
    let mut listed = BTreeSet::new();
    for note in report.notes.iter().filter(|note| note.severity != Severity::Warning) {
        assert!(listed.insert(note.line), "line {} is listed twice", note.line);
    }
    assert!(listed.is_subset(&filled));
    assert_eq!(report.lines, filled.len());
    assert_eq!(report.lines_read() + listed.len(), filled.len());
    assert!(report.notes.iter().all(|note| note.excerpt.chars().count() <= 120 && filled.contains(&note.line)));
    assert!(
        report.notes_of(Severity::Warning).all(|note| !listed.contains(&note.line)),
        "a warning on a line not read"
    );
}

fn schedule(phase: &documents::Phase) -> String {
    let periods = phase.schedule.iter().flat_map(|schedule| schedule.periods());
    periods.map(|period| period.to_string()).collect::<Vec<_>>().join(" ")
}

fn rating(rating: Option<Rating>) -> char {
    match rating {
        None => '-',
        Some(Rating::Low) => 'L',
        Some(Rating::Medium) => 'M',
        Some(Rating::High) => 'H',
    }
}

const THREE: &str = "2024 2025 2026";

/// Code, section, phases, indicators, schedule of every phase, ratings, budget links.
const CEDRASCO: [(&str, &str, usize, usize, &str, &str, &str); 19] = [
    ("1", "", 3, 1, THREE, "LML", "01.02"),
    ("2", "", 5, 6, "2024", "HH-", "01.02"),
    ("3", "", 3, 3, "2024", "LM-", "01.02"),
    ("4", "", 4, 6, "2024", "HH-", "01.08"),
    ("5", "", 3, 3, THREE, "MH-", "01.06 09.01 10.05"),
    ("6", "1", 6, 10, THREE, "MH-", "01.03"),
    ("7", "1", 1, 1, THREE, "LM-", "01.08"),
    ("8", "1", 4, 4, THREE, "MH-", "01.10"),
    ("9", "1", 4, 6, THREE, "LM-", "01.04"),
    ("10", "1", 5, 2, "2024 2025", "HHH", "01.02"),
    ("11", "1", 4, 2, "2024", "LHH", "01.08"),
    ("12", "1", 4, 4, THREE, "MM-", "01.01 01.02"),
    ("13", "1", 1, 3, THREE, "MM-", "01.01 01.02"),
    ("14", "1", 6, 9, THREE, "LM-", "01.07"),
    ("15", "2", 5, 6, THREE, "HH-", "08.01 09.01"),
    ("16", "2", 3, 4, THREE, "MH-", "09.01 11.02"),
    ("17", "2", 2, 3, THREE, "MH-", "10.05"),
    ("18", "3", 4, 6, THREE, "HH-", "01.06"),
    ("19", "3", 2, 2, "2024 2025", "MHH", "01.05"),
];

fn check_cedrasco(document: &Document) {
    assert_eq!(document.layout, Layout::ObjectiveSheets);
    assert_eq!(document.administration_name.as_deref(), Some("COMUNE DI CEDRASCO"));
    assert_eq!(document.title.as_deref(), Some("Piano Integrato di Attività ed Organizzazione 2024-2026"));
    assert_eq!((document.start_year, document.end_year), (Some(2024), Some(2026)));
    assert_eq!(document.years_from, Some(YearsFrom::Title));
    let sections: Vec<_> =
        document.sections.iter().map(|section| (section.code.as_str(), section.title.as_str())).collect();
    assert_eq!(
        sections,
        [
            ("1", "Finanziario - Amministrativo"),
            ("2", "Edilizia Privata, Urbanistica, Sue"),
            ("3", "Lavori Pubblici, Territorio, Manutenzioni")
        ]
    );
    assert_eq!(document.objectives.len(), CEDRASCO.len());
    for (objective, (code, section, phases, indicators, periods, ratings, links)) in
        document.objectives.iter().zip(CEDRASCO)
    {
        assert_eq!(objective.code, code);
        assert_eq!(objective.section.as_deref().unwrap_or(""), section, "{code}");
        assert_eq!((objective.phases.len(), objective.indicators.len()), (phases, indicators), "{code}");
        assert!(objective.phases.iter().all(|phase| schedule(phase) == periods), "{code}");
        let found = objective.ratings;
        let found: String = [found.risk, found.strategic, found.public_value].map(rating).iter().collect();
        assert_eq!(found, ratings, "{code}");
        let found: Vec<_> =
            objective.budget_links.iter().map(|link| format!("{}.{}", link.mission, link.programme)).collect();
        assert_eq!(found.join(" "), links, "{code}");
        let scope = if section.is_empty() { Scope::CrossCutting } else { Scope::Sectoral };
        assert_eq!(objective.scope, Some(scope), "{code}");
        let first = if code == "13" { 5 } else { 1 };
        let codes: Vec<_> = objective.phases.iter().map(|phase| phase.code.clone()).collect();
        assert_eq!(codes, (first..first + phases).map(|number| number.to_string()).collect::<Vec<_>>(), "{code}");
        assert_eq!(objective.description.is_some(), ["7", "10", "11"].contains(&code), "{code}");
        assert!(objective.final_report.is_none());
    }
    let indicators: Vec<_> = document.objectives.iter().flat_map(|objective| &objective.indicators).collect();
    let targets: Vec<_> = indicators.iter().filter_map(|indicator| indicator.target.as_deref()).collect();
    assert_eq!((indicators.len(), targets.len()), (81, 80));
    // 41 strings in the column of expected values; the 42nd expression is the dated action of objective 18.
    let expected: BTreeSet<_> = targets.iter().copied().collect();
    let dated = indicators
        .iter()
        .filter(|indicator| indicator.target.is_some())
        .filter_map(|indicator| indicator.action.as_deref());
    assert_eq!((expected.len(), expected.into_iter().chain(dated).collect::<BTreeSet<_>>().len()), (41, 42));
    assert!(indicators.iter().all(|indicator| indicator.achieved.is_none()));
    let cost = indicators.iter().find(|indicator| indicator.target.is_none()).unwrap();
    assert_eq!((cost.action.as_deref(), cost.phase.as_deref()), (Some("Costo"), Some("1")));
    let works = &document.objectives[17].indicators;
    assert_eq!(works[0].action.as_deref(), Some("Realizzazione entro 31.12.2024-2025-2026"));
    assert_eq!((works[0].target.as_deref(), &works[0].label), (Some("100%"), &cost.label));
    assert_eq!((works[3].phase.as_deref(), works[3].target.as_deref()), (Some("4"), Some("0")));
    let shared: Vec<_> =
        document.objectives[12].indicators.iter().map(|indicator| indicator.target.as_deref().unwrap()).collect();
    assert_eq!(shared, ["3200", "3000", "0"]);
    let offices = |index: usize| document.objectives[index].assignees.join("|");
    assert_eq!(document.objectives[1].assignees.len(), 2);
    let row_offices: Vec<_> = document.objectives[1].phases.iter().map(|phase| phase.assignees.len()).collect();
    assert_eq!(row_offices, [1, 1, 1, 0, 0]);
    assert_eq!(
        [offices(0), offices(5), offices(17)],
        ["Tutte le Elevate Qualificazioni", "Finanziario - Amministrativo", "Lavori Pubblici"]
    );
    assert_eq!(offices(11), offices(12));
    assert_eq!(document.report.notes_of(Severity::Refused).count(), 0);
    assert_eq!(document.report.notes_of(Severity::Warning).count(), 4);
}

#[test]
fn cedrasco_reads_to_its_figures() {
    check_cedrasco(&read(&demo("cedrasco-performance-2024-2026.txt")));
    let Some(text) = seed("cedrasco-piao-performance-2024-2026.txt") else { return };
    let document = read(&text);
    check_cedrasco(&document);
    assert_eq!(
        document.objectives[1].assignees,
        ["Segretario", "Servizi coinvolti in finanziamenti PNRR/PNC o da altre fonti di finanziamento"]
    );
    let lines: Vec<_> = document.objectives.iter().map(|objective| objective.line).collect();
    assert_eq!(lines, [154, 175, 202, 224, 250, 280, 312, 338, 362, 388, 414, 439, 443, 468, 501, 530, 555, 578, 604]);
    assert_eq!(document.objectives[6].description.as_ref().unwrap().lines().count(), 5);
    assert_eq!(document.objectives[14].title, "Edilizia e Urbanistica");
}

const LEVERANO: [&str; 9] = [
    "2015-Q1 2015-Q2 2015-Q3 2015-Q4",
    "2015-Q3 2015-Q4",
    "2015-Q4 2016-Q1 2016-Q2",
    "2016-Q1 2016-Q2 2016-Q3 2016-Q4",
    "2016-Q1 2016-Q2 2016-Q3 2016-Q4",
    "2016-Q2 2016-Q3 2016-Q4 2017-Q2 2017-Q3",
    "2016-Q2 2016-Q3 2016-Q4 2017-Q2 2017-Q3 2017-Q4",
    "2016-Q4 2017-Q2",
    "2015-Q3 2015-Q4 2016-Q1 2016-Q2",
];

fn check_leverano(document: &Document) {
    assert_eq!(document.layout, Layout::Gantt);
    assert_eq!(document.administration_name.as_deref(), Some("Comune di Leverano"));
    assert_eq!(document.title.as_deref(), Some("Piano di informatizzazione"));
    assert_eq!((document.start_year, document.end_year), (Some(2015), Some(2017)));
    assert_eq!(document.years_from, Some(YearsFrom::Columns));
    assert_eq!(document.phases.iter().map(schedule).collect::<Vec<_>>(), LEVERANO);
    assert_eq!(
        document.phases.iter().map(|phase| phase.code.as_str()).collect::<Vec<_>>(),
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    );
    assert_eq!(document.indicators.len(), 4);
    assert!(document.indicators.iter().all(|indicator| indicator.target.is_none() && !indicator.label.is_empty()));
    let warnings: Vec<_> = document.report.notes_of(Severity::Warning).map(|note| note.reason.as_str()).collect();
    assert_eq!(warnings.len(), 2);
    assert!(warnings[0].contains("from 2016-Q4 to 2017-Q2"));
    assert!(warnings[1].starts_with("the row is cut: it has 6 of 11 cells"));
}

#[test]
fn leverano_reads_to_its_quarters() {
    check_leverano(&read(&demo("leverano-informatizzazione-2015-2017.txt")));
    let Some(text) = seed("leverano-piano-informatizzazione-2015-2017.txt") else { return };
    let document = read(&text);
    check_leverano(&document);
    assert_eq!(document.phases[6].title, "formazione del personale");
    assert_eq!(document.indicators[3].label, "Numero di istanze presentate sul totale");
}

const ALL: &str = "Dirigenti dei Settori / UOA";
const WORKS: &str = "Dirigenti Settori 3 e 4";

/// The offices of each area, and for each action its years: 1 = 2021, 2 = 2021–2022, 3 = 2021–2023, b = 2022–2023.
const CAMPI: [(&[&str], &str); 13] = [
    (&[ALL, "RTD"], "33"),
    (&[ALL, "RTD"], "b3"),
    (&[WORKS, "RTD"], "333113"),
    (&[ALL], "22123312"),
    (&[ALL, "RTD"], "1211"),
    (&[ALL], "11b133"),
    (&[ALL], "113322"),
    (&[ALL, "RTD"], "311111"),
    (&[ALL, "RTD"], "bbb"),
    (&["Dirigenti dei Settori 3 e 4", "RTD"], "bbb"),
    (&[ALL, "RTD"], "1bb3"),
    (&[ALL, "RTD"], "1333"),
    (&[ALL, "RTD"], "11"),
];

fn check_campi(document: &Document) {
    assert_eq!(document.layout, Layout::AreasAndActions);
    assert_eq!(document.administration_name.as_deref(), Some("COMUNE DI CAMPI BISENZIO"));
    assert_eq!(document.title.as_deref(), Some("Piano comunale di Transizione al Digitale"));
    assert_eq!((document.start_year, document.end_year), (Some(2021), Some(2023)));
    assert_eq!(document.years_from, Some(YearsFrom::Text));
    let act = document.approval_act.as_ref().unwrap();
    assert_eq!((act.kind.as_str(), act.body.as_deref(), act.number.as_str()), ("deliberazione", Some("GC"), "72"));
    assert_eq!(act.date.unwrap().to_string(), "2021-05-04");
    assert_eq!((document.sections.len(), document.phases.len()), (13, 56));
    for (index, (section, (offices, years))) in document.sections.iter().zip(CAMPI).enumerate() {
        assert_eq!(section.code, format!("4.{}", index + 1));
        let actions: Vec<_> =
            document.phases.iter().filter(|phase| phase.section.as_ref() == Some(&section.code)).collect();
        assert_eq!(actions.len(), years.len(), "{}", section.code);
        for (number, (action, years)) in actions.iter().zip(years.chars()).enumerate() {
            assert_eq!(action.code, format!("{}.{}", section.code, number + 1));
            assert_eq!(action.assignees, offices, "{}", action.code);
            let expected = match years {
                '1' => "2021",
                '2' => "2021 2022",
                '3' => "2021 2022 2023",
                _ => "2022 2023",
            };
            assert_eq!(schedule(action), expected, "{}: {}", action.code, action.title);
            assert!(
                !action.title.contains(['[', ']', '\u{f0b7}']) && !action.title.ends_with([';', '.', ' ']),
                "{}",
                action.title
            );
        }
    }
    let warned: Vec<_> = document.report.notes_of(Severity::Warning).map(|note| note.line).collect();
    let named = |code: &str| document.phases.iter().find(|phase| phase.code == code).unwrap().line;
    assert_eq!(warned, [named("4.1.2"), named("4.2.2")]);
    assert!(document.report.notes.iter().any(|note| note.reason.starts_with("repeats the actions in table form")));
}

#[test]
fn campi_bisenzio_reads_to_its_actions() {
    check_campi(&read(&demo("campi-bisenzio-transizione-digitale-2021-2023.txt")));
    let Some(text) = seed("campi-bisenzio-piano-transizione-digitale-2021-2023.txt") else { return };
    let document = read(&text);
    check_campi(&document);
    let titles = |code: &str| document.phases.iter().find(|phase| phase.code == code).unwrap().title.as_str();
    assert_eq!(
        titles("4.1.1"),
        "Adozione del Piano comunale di Transizione di Digitale – da eseguire annualmente nel triennio"
    );
    assert_eq!(titles("4.7.6"), "Attivazione di Web Analytics Italia per analisi dei siti web dell’Ente (RTD)");
    assert!(titles("4.4.8").ends_with("campagna di informazione ai cittadini"));
    assert_eq!(document.sections[2].title, "Infrastruttura di rete, sicurezza informatica e migrazione in cloud");
}

/// The examples carry the figures of the seeds, not their words.
#[test]
fn examples_borrow_no_sentence() {
    let pairs = [
        ("cedrasco-performance-2024-2026.txt", "cedrasco-piao-performance-2024-2026.txt"),
        ("leverano-informatizzazione-2015-2017.txt", "leverano-piano-informatizzazione-2015-2017.txt"),
        (
            "campi-bisenzio-transizione-digitale-2021-2023.txt",
            "campi-bisenzio-piano-transizione-digitale-2021-2023.txt",
        ),
    ];
    for (example, original) in pairs {
        let Some(original) = seed(original) else { continue };
        let example = documents::read(&demo(example)).unwrap();
        let original = original.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let objectives = example.objectives.iter();
        let titles =
            objectives.clone().map(|objective| &objective.title).chain(example.phases.iter().map(|phase| &phase.title));
        let inner = objectives.clone().flat_map(|objective| objective.phases.iter().map(|phase| &phase.title));
        let labels = objectives
            .flat_map(|objective| &objective.indicators)
            .chain(&example.indicators)
            .map(|indicator| &indicator.label);
        for text in titles.chain(inner).chain(labels) {
            let words = text.split_whitespace().count();
            assert!(words <= 9, "{text}");
            assert!(words < 3 || !original.contains(&text.to_lowercase()), "borrowed: {text}");
        }
    }
}
