//! Plans as they come: misspelled, reordered, cut, parted by other signs; and texts that are no plans.

use std::{fs, path::Path};

use proptest::prelude::*;
use traguardo::{
    planning::objectives::Rating,
    reporting::imports::documents::{self, Document, Layout, Severity},
};

use crate::document_seeds::check_account;

const EXAMPLES: [&str; 3] = [
    "cedrasco-performance-2024-2026.txt",
    "leverano-informatizzazione-2015-2017.txt",
    "campi-bisenzio-transizione-digitale-2021-2023.txt",
];

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo").join(name)).unwrap()
}

fn read(text: &str) -> Document {
    let document = documents::read(text).unwrap();
    check_account(text, &document);
    document
}

fn notes(document: &Document, severity: Severity) -> Vec<(usize, &str)> {
    document.report.notes_of(severity).map(|note| (note.line, note.reason.as_str())).collect()
}

fn periods(phase: &documents::Phase) -> String {
    let periods = phase.schedule.iter().flat_map(|schedule| schedule.periods());
    periods.map(|period| period.to_string()).collect::<Vec<_>>().join(" ")
}

/// What a document says, without the lines on which it says it.
fn gist(document: &Document) -> String {
    let mut gist = String::new();
    for objective in &document.objectives {
        let links: Vec<_> =
            objective.budget_links.iter().map(|link| format!("{}.{}", link.mission, link.programme)).collect();
        gist += &format!(
            "{} {} {:?} {:?} {:?} {links:?} {:?}\n",
            objective.code, objective.title, objective.section, objective.assignees, objective.ratings, objective.scope
        );
        for indicator in &objective.indicators {
            gist +=
                &format!("  {} {:?} {:?} {:?}\n", indicator.label, indicator.phase, indicator.action, indicator.target);
        }
        for phase in &objective.phases {
            gist += &format!("  {} {} {}\n", phase.code, phase.title, periods(phase));
        }
    }
    for phase in &document.phases {
        gist +=
            &format!("{} {} {} {:?} {:?}\n", phase.code, phase.title, periods(phase), phase.assignees, phase.section);
    }
    for indicator in &document.indicators {
        gist += &format!("{} {:?}\n", indicator.label, indicator.target);
    }
    gist
}

#[test]
fn another_way_of_writing_the_same_changes_nothing() {
    for name in EXAMPLES {
        let text = example(name);
        let expected = gist(&read(&text));
        let bom_and_crlf = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let hard_spaces = text.replace(' ', "\u{a0}");
        let page_breaks = text.replace("\n\n", "\n\u{c}\n");
        for changed in [bom_and_crlf, hard_spaces, page_breaks] {
            assert_eq!(gist(&read(&changed)), expected, "{name}");
        }
    }
}

#[test]
fn sheets_are_read_with_other_separators() {
    let text = example(EXAMPLES[0]);
    let expected = gist(&read(&text));
    let table_line = |line: &str| line.contains('\t');
    let bars: Vec<String> = text
        .lines()
        .map(|line| if table_line(line) { format!("| {} |", line.replace('\t', " | ")) } else { line.to_owned() })
        .collect();
    assert_eq!(gist(&read(&bars.join("\n"))), expected);
    let doubled: Vec<String> = text.lines().map(|line| line.replace('\t', "\t\t")).collect();
    assert_eq!(gist(&read(&doubled.join("\n"))), expected.clone());
    let spaces: Vec<String> = text.lines().map(|line| line.replace('\t', "    ")).collect();
    assert_eq!(gist(&read(&spaces.join("\n"))), expected);
    let trimmed: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    assert_eq!(gist(&read(&trimmed.join("\n"))), expected);
}

#[test]
fn sheets_are_read_despite_misspelled_headings() {
    let text = example(EXAMPLES[0]);
    let expected = gist(&read(&text));
    let changed = text
        .replace("DEFINIZIONE OBIETTIVO", "Definizione obietivo")
        .replace("ORIZZONTE TEMPORALE", "ORIZZONTE TEMPO-RALE")
        .replace("INDICATORI\t", "Indicatore\t")
        .replace("Valore atteso", "VALORE ATTESSO")
        .replace("Collegamento con il bilancio", "COLLEGAMENTO  CON IL BILANCO")
        .replace("MISSIONE", "Misione")
        .replace("PROGRAMMA\t", "Programa\t")
        .replace("CARATTERISTICHE DELL'OBIETTIVO", "Caratteristiche dell’obietivo")
        .replace("Stato di attuazione degli obiettivi", "STATO DI ATTUAZIONE DELL’OBIETTIVO");
    assert_eq!(gist(&read(&changed)), expected);
}

/// A sheet of our own, with its parts in another order than usual and several things wrong.
const DAMAGED: &str = "COMUNE DI PIANORO VECCHIO

PEG 2025-2027

Settore II - Affari generali

OBIETTIVO\tFASI\tTEMPISTICA\tRESPONSABILE
Obiettivo n. 7 – Archivi\t1) Elenco\ttriennio\tArchivio
\t2) Scarto\tappena si può\t
\t3) Deposito\t2025/27\t

Caratteristiche obiettivo\tValutazione
Rischio di non raggiungimento\tMEDIA
Grado di strategicità\tmedio-alto
Numero di persone\t3

Indicatori\tPeso\tValore atteso\tRaggiunto
1- Metri lineari\t40\t120\t118
9- Fondi ignoti\t60\t3\t

Collegamento al bilancio
MISSIONE\t77\tMagia
PROGRAMMA\t01\tNera
MISSIONE\t5\tTutela e valorizzazione dei beni e attività culturali
PROGRAMMA\t2\tRifiuti

Stato di attuazione
Elenco concluso, scarto in corso.

OBIETTIVO\tFASI\tTEMPISTICA\tRESPONSABILE
7. Doppione\t1. Fase\t2025\tArchivio

Indicatori\tValore atteso
1- Doppio\t1
";

#[test]
fn a_damaged_sheet_says_what_is_wrong_where() {
    let document = read(DAMAGED);
    assert_eq!(document.title.as_deref(), Some("PEG 2025-2027"));
    assert_eq!(document.sections[0].code, "II");
    let [archives] = document.objectives.as_slice() else { panic!("{}", gist(&document)) };
    assert_eq!((archives.code.as_str(), archives.title.as_str()), ("7", "Archivi"));
    assert_eq!(archives.phases.iter().map(periods).collect::<Vec<_>>(), ["2025 2026 2027", "", "2025 2026 2027"]);
    assert_eq!(archives.ratings.risk, Some(Rating::Medium));
    assert_eq!(archives.ratings.strategic, None);
    assert_eq!(archives.indicators[0].achieved.as_deref(), Some("118"));
    assert_eq!(
        archives.budget_links[0].programme_name,
        "Attività culturali e interventi diversi nel settore culturale"
    );
    assert_eq!(archives.final_report.as_deref(), Some("Elenco concluso, scarto in corso."));
    let refused = notes(&document, Severity::Refused);
    assert_eq!(refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [22, 23, 30, 31, 33, 34]);
    assert!(refused[0].1.starts_with("there is no mission `77`"));
    assert!(refused[3].1.contains("objective 7 was already given at line 8"));
    let warned = notes(&document, Severity::Warning);
    assert_eq!(warned.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [9, 14, 17, 19, 25]);
    assert!(
        warned[0].1.contains("`appena si può`")
            && warned[1].1.contains("`medio-alto`")
            && warned[2].1.contains("`Peso`")
    );
    assert!(warned[3].1.contains("phase 9") && warned[4].1.contains("programme 02 is called"));
    assert!(
        notes(&document, Severity::Ignored)
            .iter()
            .any(|(line, reason)| *line == 15 && reason.contains("characteristic"))
    );
}

#[test]
fn parts_of_sheets_may_be_missing() {
    let text = example(EXAMPLES[0]);
    let without = |start: &str, end: &str| {
        let mut kept = Vec::new();
        let mut skipping = false;
        for line in text.lines() {
            skipping = line.starts_with(start) || (skipping && !line.starts_with(end));
            if !skipping {
                kept.push(line);
            }
        }
        read(&kept.join("\n"))
    };
    let document = without("Collegamento", "INDICATORI");
    assert!(
        document
            .objectives
            .iter()
            .all(|objective| objective.budget_links.is_empty() && objective.ratings.risk.is_some())
    );
    let document = without("INDICATORI", "CARATTERISTICHE");
    assert!(
        document.objectives.len() == 19 && document.objectives.iter().all(|objective| objective.indicators.is_empty())
    );
    let document = without("CARATTERISTICHE", "DEFINIZIONE");
    assert_eq!(document.objectives.len(), 19);
    assert!(document.objectives.iter().all(|objective| objective.ratings.risk.is_none()));
}

#[test]
fn headings_that_were_lost_are_missed_only_by_the_report() {
    let text = example(EXAMPLES[0]);
    let expected = gist(&read(&text));
    for heading in ["DEFINIZIONE OBIETTIVO", "Collegamento con il bilancio", "CARATTERISTICHE"] {
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(heading)).collect();
        let document = read(&kept.join("\n"));
        assert_eq!(gist(&document), expected, "{heading}");
        if heading.starts_with("DEF") {
            assert_eq!(
                notes(&document, Severity::Warning).iter().filter(|(_, reason)| reason.contains("heading")).count(),
                18
            );
        }
    }
}

#[test]
fn sheets_whose_parts_come_before_their_phases() {
    let text = "Collegamento con il bilancio\nMISSIONE\t7\tTurismo\nPROGRAMMA\t1\t\n\nDEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\n\
        1. Uno\t1. Fase\t2024\n\nCollegamento con il bilancio\nMISSIONE\t6\t\nPROGRAMMA\t2\t\n\nDEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\n2. Due\t1. Fase\t2025\n";
    let document = read(text);
    let links: Vec<_> =
        document.objectives.iter().map(|objective| objective.budget_links[0].mission.as_str()).collect();
    assert_eq!(links, ["07", "06"]);
    assert_eq!((document.start_year, document.end_year), (Some(2024), Some(2025)));
}

#[test]
fn a_heading_in_the_premise_does_not_begin_the_sheets() {
    let text = example(EXAMPLES[0]);
    let expected = gist(&read(&text));
    let changed = text.replacen("Sommario\n", "Collegamento con il bilancio\n\nCome si legge una scheda.\n", 1);
    assert_eq!(gist(&read(&changed)), expected);
}

#[test]
fn the_objective_may_stand_on_each_row() {
    let text = "OBIETTIVO\tFASI\tTEMPISTICA\tRESPONSABILE\n1. Uno\t1. A\t2024\tX\n1. Uno\t2. B\t2025\tX\n2. Due\t1. C\t2024\tY\n";
    let document = read(text);
    let phases: Vec<_> =
        document.objectives.iter().map(|objective| (objective.title.as_str(), objective.phases.len())).collect();
    assert_eq!(phases, [("Uno", 2), ("Due", 1)]);
}

#[test]
fn a_final_report_ends_with_its_sheet() {
    let text = example(EXAMPLES[0])
        .replace("<i>(campo dedicato alla relazione finale)</i>", "Raggiunto  in pieno.\nSi veda:\n- atto n. 3.");
    let document = read(&text);
    assert_eq!(document.objectives.len(), 19);
    let reports = document.objectives.iter().filter_map(|objective| objective.final_report.as_deref());
    assert_eq!(reports.filter(|report| *report == "Raggiunto in pieno.\nSi veda:\n- atto n. 3.").count(), 18);
    assert_eq!(document.sections.len(), 3);
}

#[test]
fn actions_win_over_the_table_that_repeats_them() {
    let text = example(EXAMPLES[2]);
    let expected = gist(&read(&text));
    let table = "Descrizione\tResponsabili\t2021\t2022\t2023\nPiano digitale\tRTD\tX\tX\tX\nTavolo\tRTD\tX\t\t\n";
    assert_eq!(gist(&read(&format!("{text}\n{table}"))), expected);
}

#[test]
fn rows_may_wrap_merge_and_lack_numbers() {
    let text = "DEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\tASSEGNAZIONE OBIETTIVO\n\
        Senza numero\t1. Fase lunga\t2024\tUfficio A; Ufficio B\ncontinua qui\n\tFase senza numero\t\t\n\t1. Di nuovo uno\t\tUfficio C\n";
    let document = read(text);
    let objective = &document.objectives[0];
    assert_eq!((objective.code.as_str(), objective.title.as_str()), ("1", "Senza numero"));
    let titles: Vec<_> = objective.phases.iter().map(|phase| (phase.code.as_str(), phase.title.as_str())).collect();
    assert_eq!(titles, [("1", "Fase lunga continua qui Fase senza numero"), ("2", "Di nuovo uno")]);
    assert_eq!(objective.assignees, ["Ufficio A", "Ufficio B", "Ufficio C"]);
    assert!(objective.phases.iter().all(|phase| periods(phase) == "2024"));
    assert_eq!(notes(&document, Severity::Warning).len(), 3);
}

#[test]
fn a_gantt_is_read_as_a_common_table() {
    let rows = "1. Rilievo\tx\tX\t\t\t\n\nscelta dei\nprogrammi\t\t\t■\t\tx\nCorsi\t\t\t\t\t\n";
    let heading = "Attività\tI Trim. 2015\tII Trim. 2015\tIII Trim. 2015\tI Trim. 2016\tIV trim. 2016\n";
    let document = read(&format!("Comune di Prova\n\n{heading}{rows}\nIndicatori\n- Servizi attivi;\n- Utenti\n"));
    assert_eq!(document.layout, Layout::Gantt);
    let found: Vec<_> =
        document.phases.iter().map(|phase| format!("{} {}: {}", phase.code, phase.title, periods(phase))).collect();
    assert_eq!(found, ["1 Rilievo: 2015-Q1 2015-Q2", "2 scelta dei programmi: 2015-Q3 2016-Q4", "3 Corsi: "]);
    assert_eq!(
        document.indicators.iter().map(|indicator| indicator.label.as_str()).collect::<Vec<_>>(),
        ["Servizi attivi", "Utenti"]
    );
    assert!(notes(&document, Severity::Warning).iter().any(|(_, reason)| reason.contains("no mark under a period")));
}

#[test]
fn a_gantt_has_any_kind_of_columns() {
    for (heading, row, expected) in [
        ("Fase\tgen 2024\tfeb 2024\tmar 2024", "A\t\tx\tx", "2024-02 2024-03"),
        ("Fase | 2024 | 2026 | 2025", "A | x | | x", "2024 2025"),
        ("Responsabile\tFase\t1° sem. 2024\t2° sem. 2024", "RTD\tA\t\tx", "2024-S2"),
        ("\t2015\t\t2016\t\nFase\tIII trim.\tIV trim.\tII trim.\tIII trim.", "A\tx\t\tx\t", "2015-Q3 2016-Q2"),
        ("Fase         2024   2025   2026", "A                    x      x", "2025 2026"),
        ("Fase   2024   2025   2026", "A   -   x   -", "2025"),
    ] {
        let document = read(&format!("{heading}\n{row}\n"));
        assert_eq!(document.phases.iter().map(periods).collect::<Vec<_>>(), [expected], "{heading}");
    }
}

#[test]
fn a_stacked_gantt_keeps_columns_it_cannot_read_apart() {
    let text = example(EXAMPLES[1]).replacen("\tII \nTrim.\n2015\n", "\tII \nTrim.\n2O15\n", 1);
    let document = read(&text);
    assert_eq!(periods(&document.phases[0]), "2015-Q1 2015-Q3 2015-Q4");
    assert_eq!(periods(&document.phases[7]), "2016-Q4 2017-Q2");
    assert!(notes(&document, Severity::Warning).iter().any(|(_, reason)| reason.contains("names no period")));
}

#[test]
fn a_stacked_gantt_without_its_empty_cells_is_not_guessed() {
    let document = read(&example(EXAMPLES[1]).replace('\t', ""));
    assert_eq!(document.phases.len(), 9);
    assert!(document.phases.iter().all(|phase| phase.schedule.is_none()));
    assert!(notes(&document, Severity::Warning).iter().any(|(_, reason)| reason.contains("the empty cells are lost")));
}

#[test]
fn actions_are_read_with_other_signs_and_numbers() {
    let text = example(EXAMPLES[2]);
    let expected = gist(&read(&text));
    for sign in ['•', '·', '▪'] {
        assert_eq!(gist(&read(&text.replace('\u{f0b7}', &sign.to_string()))), expected, "{sign}");
    }
    for sign in ["- ", "* "] {
        let changed = text.replace("\u{f0b7} ", sign);
        assert_eq!(gist(&read(&changed)), expected, "{sign}");
    }
    let renumbered = gist(&read(&text.replace("\n4.", "\n7.").replace(" 4.14", " 7.14")));
    let sevens: Vec<String> =
        expected.lines().map(|line| line.replacen("4.", "7.", 1).replace("Some(\"4.", "Some(\"7.")).collect();
    assert_eq!(renumbered.lines().collect::<Vec<_>>(), sevens);
    assert_eq!(gist(&read(&text.replace("Responsabili:", "RESPONSABILE :"))), expected);
}

#[test]
fn actions_that_say_no_years_take_the_plans_and_say_so() {
    let text = "Piano digitale 2022-2024\n\n1. Rete\n\nResponsabili: CED\n• Fibra [2022]\n• Sede nuova\n• Wifi [ventennio 2022-2023]\n• Ponte radio [2031]\n• Rilievo nel triennio\n\n\
        2. Cloud\n• Migrazione (2023-2024)\nche dura a lungo\n\nParagrafo finale del piano.\n";
    let document = read(text);
    let found: Vec<_> =
        document.phases.iter().map(|phase| format!("{} {}: {}", phase.code, phase.title, periods(phase))).collect();
    assert_eq!(
        found,
        [
            "1.1 Fibra: 2022",
            "1.2 Sede nuova: 2022 2023 2024",
            "1.3 Wifi: ",
            "1.4 Ponte radio: 2031",
            "1.5 Rilievo nel triennio: 2022 2023 2024",
            "2.1 Migrazione che dura a lungo: 2023 2024",
        ]
    );
    let warned = notes(&document, Severity::Warning);
    assert_eq!(warned.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [7, 8, 9, 12]);
    assert!(warned[3].1.contains("no responsible office"));
}

#[test]
fn other_texts_are_refused_with_what_was_looked_for() {
    let letter = "Gentile Sindaco,\n\ncon la presente si chiede:\n- un incontro entro il 2024;\n- copia del piano.\n\n1. Allegato\n\nDistinti saluti\n";
    let data = "comune\t2019\t2020\t2021\nCedrasco\t450\t448\t447\nLeverano\t13900\t13880\t13850\n";
    let json = r#"{"piano": {"obiettivi": [{"codice": "1", "fasi": ["a", "b"]}], "anni": [2024, 2025]}}"#;
    let csv = "codice;titolo;anno\n1;Privacy;2024\n2;PNRR;2025\n";
    let binary = "\u{0}\u{1}PK\u{3}\u{4}\u{fffd}\u{fffd}\n\u{7}\u{fffd}";
    for text in [
        "",
        "\n\n \t\n",
        letter,
        data,
        json,
        csv,
        binary,
        "DEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\n",
    ] {
        let refusal = documents::read(text).unwrap_err();
        assert_eq!(refusal.reasons.len(), 3);
        let said = refusal.to_string();
        assert!(said.starts_with("this is not a plan document: objective_sheets: looked for sheets"), "{said}");
    }
}

/// What takes time in the square of its length would never end here.
#[test]
fn large_documents_are_read_to_their_end() {
    let size = if cfg!(debug_assertions) { 60_000 } else { 1_500_000 };
    for name in EXAMPLES {
        let text = example(name);
        let many = text.repeat(1 + size / text.len());
        if let Ok(document) = documents::read(&many) {
            assert_eq!(document.report.lines, many.lines().filter(|line| !line.trim().is_empty()).count());
        }
    }
    let one_line = "DEFINIZIONE OBIETTIVO\tx".repeat(size / 25);
    let cells = "2024\t2025\tx\n".repeat(size / 15);
    assert!(documents::read(&one_line).is_err() && documents::read(&cells).is_err());
    let _ = documents::read(&"1 A\n\n• b [2021]\n".repeat(size / 25));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_may_be_lost_doubled_or_swapped(which in 0..3usize, edits in prop::collection::vec((0..3u8, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..40)) {
        let text = example(EXAMPLES[which]);
        let mut lines: Vec<&str> = text.split('\n').collect();
        for (edit, one, other) in edits {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            match edit {
                0 if lines.len() > 1 => drop(lines.remove(one)),
                1 => lines.insert(other, lines[one]),
                _ => lines.swap(one, other),
            }
        }
        let text = lines.join("\n");
        if let Ok(document) = documents::read(&text) {
            check_account(&text, &document);
        }
    }

    #[test]
    fn characters_may_be_lost(which in 0..3usize, holes in prop::collection::vec(any::<prop::sample::Index>(), 1..200)) {
        let mut letters: Vec<char> = example(EXAMPLES[which]).chars().collect();
        for hole in holes {
            letters.remove(hole.index(letters.len()));
        }
        let text: String = letters.into_iter().collect();
        if let Ok(document) = documents::read(&text) {
            check_account(&text, &document);
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(pieces in prop::collection::vec(prop_oneof![
        Just("DEFINIZIONE OBIETTIVO\tDESCRIZIONE/FASI\tORIZZONTE TEMPORALE\n".to_owned()),
        Just("1. Uno\t1. Fase\t2024\tTutti\n".to_owned()),
        Just("\t2. Fase\t2024-2026\t\n".to_owned()),
        Just("INDICATORI\tAzione\tValore atteso\n".to_owned()),
        Just("1- Uno\t\t5\n".to_owned()),
        Just("MISSIONE\t1\tx\n".to_owned()),
        Just("PROGRAMMA\t2\n".to_owned()),
        Just("Servizio 1 – Uno\n".to_owned()),
        Just("Fase\tI trim. 2015\tII trim. 2015\n".to_owned()),
        Just("\tI\nTrim.\n2015\n\tII\nTrim.\n2015\n".to_owned()),
        Just("\tnome\n\tx\n\t\n".to_owned()),
        Just("4.1 Area\n".to_owned()),
        Just("Responsabili: A +\n".to_owned()),
        Just("• Azione [2021 –\n\n2022];\n".to_owned()),
        Just("4.1.1 Azione [2021]\n".to_owned()),
        Just("a) Azione (2022)\n".to_owned()),
        Just("ANNO 2025\n".to_owned()),
        Just("Azione\tI\tII\tIII\tIV\n".to_owned()),
        Just("Obiettivo n. 5: Titolo\nFasi\tTempi\n".to_owned()),
        Just("e senza\tbarriere\n".to_owned()),
        Just("Obiettivo   Fasi      Tempi   Ufficio\n1. Uno      1. Fase   2024    Tutti\n   a capo      lunga\n".to_owned()),
        Just("Indicatori\tPeso\tTarget 2024\tTarget 2025\n".to_owned()),
        Just("\n".to_owned()),
        Just("\u{feff}\u{200b}\n".to_owned()),
        "\\PC{0,12}[\\t|\\n ]{0,3}",
        "[\\s\\S]{0,20}",
    ], 0..40)) {
        let text = pieces.concat();
        if let Ok(document) = documents::read(&text) {
            check_account(&text, &document);
        }
    }
}
