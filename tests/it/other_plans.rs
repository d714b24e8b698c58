//! Plans of other administrations in the three layouts, each with what it says; and texts that are no plans.

use std::{fs, path::Path};

use traguardo::{
    planning::objectives::{Rating, Scope},
    reporting::imports::documents::{self, Document, Indicator, Phase},
};

use crate::document_seeds::check_account;

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents").join(name);
    fs::read_to_string(&path).unwrap()
}

/// Each document stands beside the list of what it says, written before it was read.
#[track_caller]
fn reads_as_expected(name: &str) {
    let text = file(&format!("{name}.txt"));
    let document = documents::read(&text).unwrap();
    check_account(&text, &document);
    assert_eq!(told(&document), file(&format!("{name}.expected")), "{name}");
}

fn or(text: Option<&str>) -> &str {
    text.filter(|text| !text.is_empty()).unwrap_or("-")
}

/// What a document says, a line for each thing.
pub fn told(document: &Document) -> String {
    let mut told = Vec::new();
    told.extend(document.administration_name.iter().map(|name| format!("administration {name}")));
    told.extend(document.title.iter().map(|title| format!("title {title}")));
    if let (Some(first), Some(last)) = (document.start_year, document.end_year) {
        told.push(format!("years {first}-{last}"));
    }
    told.extend(document.approval_act.iter().map(|act| {
        let date = act.date.map(|date| date.to_string());
        format!("act {} {} n. {} {}", act.kind, or(act.body.as_deref()), act.number, or(date.as_deref()))
    }));
    told.extend(document.sections.iter().map(|section| format!("section {}: {}", section.code, section.title)));
    for objective in &document.objectives {
        told.push(format!("objective {}: {}", objective.code, objective.title));
        told.extend(parts(objective).into_iter().map(|(name, text)| format!("  {name}: {text}")));
        told.extend(objective.phases.iter().map(|phase| format!("  phase {}: {}", phase.code, phase_told(phase))));
        told.extend(objective.indicators.iter().flat_map(indicator_told).map(|line| format!("  {line}")));
    }
    for phase in &document.phases {
        let section = phase.section.as_ref().map(|section| format!(" ({section})")).unwrap_or_default();
        told.push(format!("phase {}{section}: {}", phase.code, phase_told(phase)));
    }
    told.extend(document.indicators.iter().flat_map(indicator_told));
    told.join("\n") + "\n"
}

fn parts(objective: &documents::Objective) -> Vec<(&'static str, String)> {
    let rating = |rating: Option<Rating>| rating.map_or('-', |rating| format!("{rating:?}").chars().next().unwrap());
    let ratings = objective.ratings;
    let ratings: String = [ratings.risk, ratings.strategic, ratings.public_value].map(rating).iter().collect();
    let links: Vec<_> =
        objective.budget_links.iter().map(|link| format!("{}.{}", link.mission, link.programme)).collect();
    let scope = objective.scope.map(|scope| if scope == Scope::Sectoral { "sectoral" } else { "cross_cutting" });
    let text = |text: &Option<String>| text.clone().unwrap_or_default().replace('\n', " / ");
    let parts = [
        ("section", text(&objective.section)),
        ("scope", scope.unwrap_or_default().to_owned()),
        ("offices", objective.assignees.join("; ")),
        ("ratings", ratings.replace("---", "")),
        ("links", links.join(" ")),
        ("description", text(&objective.description)),
        ("report", text(&objective.final_report)),
    ];
    parts.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn phase_told(phase: &Phase) -> String {
    let periods = phase.schedule.iter().flat_map(|schedule| schedule.periods());
    let periods: Vec<_> = periods.map(|period| period.to_string()).collect();
    format!("{} @ {} @ {}", phase.title, or(Some(&periods.join(" "))), or(Some(&phase.assignees.join("; "))))
}

fn indicator_told(indicator: &Indicator) -> Vec<String> {
    let cells = [&indicator.action, &indicator.target, &indicator.achieved].map(|cell| or(cell.as_deref()));
    let mut told =
        vec![format!("indicator {}: {} @ {}", or(indicator.phase.as_deref()), indicator.label, cells.join(" @ "))];
    told.extend(indicator.baseline.iter().map(|baseline| format!("baseline: {baseline}")));
    let yearly: Vec<_> = indicator.yearly_targets.iter().map(|(year, target)| format!("{year}={target}")).collect();
    told.extend((!yearly.is_empty()).then(|| format!("yearly: {}", yearly.join("; "))));
    told
}

#[test]
fn each_year_may_have_its_own_expected_value() {
    reads_as_expected("sheets-targets-by-year");
}

#[test]
fn a_table_of_phases_goes_on_after_a_page_break() {
    reads_as_expected("sheets-bars-page-breaks");
}

#[test]
fn columns_may_be_parted_by_nothing_but_gaps() {
    reads_as_expected("sheets-wide-gaps");
    reads_as_expected("sheets-wrapped-columns");
}

#[test]
fn headings_and_names_may_be_misspelled_and_numbers_be_letters() {
    reads_as_expected("sheets-misspelled");
}

#[test]
fn sections_may_stand_between_the_sheets() {
    reads_as_expected("sheets-levels");
    reads_as_expected("sheets-numbered-by-phase");
}

#[test]
fn the_objective_may_stand_above_its_table() {
    reads_as_expected("sheets-title-above");
}

#[test]
fn cells_may_wrap_and_be_merged() {
    reads_as_expected("sheets-merged-cells");
}

#[test]
fn page_numbers_footers_and_contents_are_no_part_of_a_sheet() {
    reads_as_expected("sheets-footers-contents");
}

#[test]
fn the_number_may_have_a_column_of_its_own() {
    reads_as_expected("sheets-number-column");
    reads_as_expected("gantt-years");
}

#[test]
fn one_table_may_hold_several_objectives() {
    reads_as_expected("sheets-two-objectives");
}

#[test]
fn months_take_their_year_from_the_title_above() {
    reads_as_expected("gantt-months-of-a-year");
    reads_as_expected("gantt-year-lines");
}

#[test]
fn half_years_and_any_kind_of_marks_are_read() {
    reads_as_expected("gantt-semesters");
}

#[test]
fn bare_roman_numbers_below_years_are_quarters() {
    reads_as_expected("gantt-roman-quarters");
    reads_as_expected("gantt-roman-quarters-in-gaps");
    reads_as_expected("gantt-roman-quarters-in-bars");
}

#[test]
fn quarters_that_the_heading_skips_shift_nothing() {
    reads_as_expected("gantt-skipped-quarters");
    reads_as_expected("gantt-stacked-years-above");
}

#[test]
fn a_gantt_may_be_drawn_as_boxes_and_numbered_by_levels() {
    reads_as_expected("gantt-boxed");
    reads_as_expected("gantt-levels");
}

#[test]
fn actions_may_be_numbered_or_lettered() {
    for name in ["actions-numbered", "actions-letters", "actions-counted", "actions-roman-areas"] {
        reads_as_expected(name);
    }
    reads_as_expected("actions-lines-of-action");
    reads_as_expected("actions-hollow-bullets");
}

#[test]
fn actions_name_their_years_in_many_ways() {
    reads_as_expected("actions-dashes");
    reads_as_expected("actions-years-anywhere");
}

#[test]
fn offices_among_the_actions_speak_for_those_below() {
    reads_as_expected("actions-several-offices");
}

#[test]
fn actions_may_stand_right_below_their_area_and_run_over_pages() {
    reads_as_expected("actions-directly-below");
    reads_as_expected("actions-pages");
}

#[test]
fn lists_and_tables_that_are_no_plans_are_refused() {
    let minutes = "VERBALE DELLA GIUNTA n. 4 del 12 gennaio 2024\n\n1. Verbale precedente\n\nApprovato.\n\n2. Obiettivi dell'anno\n\nIl Segretario ricorda che:\n- le schede vanno consegnate entro marzo 2024;\n- gli indicatori sono da rivedere (2024).\n";
    let resolution = "COMUNE DI PRATO BASSO\n\nOGGETTO: Approvazione del Piano della performance 2024-2026\n\nVisto il D.Lgs. 150/2009;\n\nDELIBERA\n\n1. Di approvare il Piano 2024-2026;\n2. Di pubblicare l'atto entro il 31/03/2024.\n\nResponsabile del servizio: dott. Neri\n";
    let services = "Elenco dei servizi\n\n1. Anagrafe\nResponsabile: sig.ra Rossi\n- Certificati\n- Cambio di residenza\n\n2. Tributi\nResponsabile: rag. Bianchi\n- IMU\n";
    let contents = "Sommario\n\nOBIETTIVI TRASVERSALI ........ 6\n1. Privacy ........ 6\nServizio 1 – Finanziario ........ 11\n4.1 Strumenti ........ 14\n";
    let page = "Vai al contenuto\nMenu\nHome / Servizi / Anagrafe\nUltimo aggiornamento: 12/02/2024\nResponsabile: Maria Bianchi\n• Lunedì 9-12\n• Martedì 9-12 (anche 2024)\nNote legali  Cookie\n";
    let budget = "BILANCIO DI PREVISIONE 2024-2026\n\nMissione\tProgramma\t2024\t2025\t2026\n01 Servizi\t01 Organi\t12.000,00\t12.000,00\t12.000,00\nTotale\t\t102.000\t101.000\t101.000\n";
    let links = "Collegamento con il bilancio\n\nMISSIONE 01 SERVIZI ISTITUZIONALI\nPROGRAMMA 02 Segreteria generale  85.000,00\n";
    let rules = "REGOLAMENTO DEL COMMERCIO\n\nArt. 1 Oggetto\n1. Il regolamento disciplina il commercio.\n2. Le domande si presentano entro il 30 giugno 2024:\na) in via telematica;\nb) allo sportello (2024).\n";
    let code = "fn main() {\n    // 1. Obiettivo\n    let fasi = vec![2024, 2025];\n    * ptr = a[2024] | b;\n}\n";
    let changes = "# Changelog\n\n## 1.2 Added\n\n- New endpoint (2024)\n- Faster imports [2024]\n";
    let times = "Fermata\tgen 2024\tfeb 2024\tmar 2024\nPiazza\t7.30\t7.35\t7.30\nStazione\t1\t0\t1\n";
    let invoice =
        "Fattura n. 12 del 3 maggio 2024\nDescrizione\tQuantità\tPrezzo\n1. Toner\t2\t40,00\nTotale\t\t40,00\n";
    let lorem = "Lorem ipsum dolor sit amet.\n\n1. Ut enim ad minim\n2. Quis nostrud\n\nDuis aute irure.\n".repeat(5);
    let long = "Obiettivo Fasi 2024 Responsabile x [2024] ".repeat(2000);
    let texts = [minutes, resolution, services, contents, page, budget, links, rules, code, changes, times, invoice];
    for text in texts.into_iter().chain([lorem.as_str(), long.as_str(), " \n\t\n\u{a0}\n"]) {
        let refusal = documents::read(text).unwrap_err();
        assert_eq!(refusal.reasons.len(), 3, "{}", refusal);
    }
}
