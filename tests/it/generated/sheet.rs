//! One sheet of a plan.

use super::{
    or,
    sheets::{Plan, With},
};

/// An objective that was written: its code, where it has one, its title, and what else it says.
pub struct Sheet {
    pub code: Option<usize>,
    pub title: String,
    pub told: Vec<String>,
}

/// An objective while its sheet is written.
#[derive(Default)]
struct Draft {
    code: Option<usize>,
    title: String,
    offices: Vec<String>,
    phases: Vec<(usize, String)>,
    indicators: Vec<String>,
}

/// Code, name and programmes.
type Mission = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const MISSIONS: &[Mission] = &[
    (
        "01",
        "SERVIZI ISTITUZIONALI GENERALI E DI GESTIONE",
        &[
            ("01", "Organi istituzionali"),
            ("02", "Segreteria generale"),
            ("06", "Ufficio Tecnico"),
            ("08", "Statistica e sistemi informativi"),
            ("10", "Risorse umane"),
        ],
    ),
    ("08", "ASSETTO DEL TERRITORIO ED EDILIZIA ABITATIVA", &[("01", "Urbanistica e assetto del territorio")]),
    ("09", "SVILUPPO SOSTENIBILE E TUTELA DEL TERRITORIO E DELL'AMBIENTE", &[("01", "Difesa del suolo")]),
    ("10", "TRASPORTI E DIRITTO ALLA MOBILITÀ", &[("05", "Viabilità e infrastrutture stradali")]),
    ("11", "SOCCORSO CIVILE", &[("02", "Interventi a seguito di calamità naturali")]),
];
const TARGETS: &[&str] = &[
    "SI",
    "1",
    "100%",
    "2/annuo",
    "> 95%",
    "< 0",
    "Entro 31.10",
    "Tutti",
    "Max – 5 anni",
    "Almeno 80%",
    "0",
    "Entro il 31.12 anno precedente",
    "Entro la scadenza fiscale",
    "2000",
    "€ 1.500,00",
    "Entro il 2025",
    "30/06/2025",
];
const LABELS: &[&str] = &[
    "Rispetto delle fasi temporali",
    "N. sedute di controllo",
    "% asseverazioni accettate e liquidate",
    "Delibere CC – GC",
    "numero transazioni pagopa",
    "N. pratiche istruite/n. pratiche pervenute",
    "Report formalizzati al Segretario",
    "indicatore annuale di ritardo elaborato dalla Pcc, secondo la legge n. 145/2018",
    "Tessere elettorali rilasciate",
    "Monitoraggio procedimento: %le pratiche rilasciate nei tempi",
    "Contratti",
    "Pubblicazioni effettuate",
    "Emissione ruoli TARI",
    "Programma triennale approvato",
    "Missioni del personale",
    "Obiettivi di accessibilità pubblicati",
    "Descrizione dei procedimenti aggiornata",
    "Indicatore di tempestività",
    "Rischio idraulico: sopralluoghi",
    "Servizi attivati/previsti",
];
const PARAGRAPHS: &[&str] = &[
    "- verifica della fattura entro 10 giorni dalla ricezione,",
    "- elaborazione del mandato entro 3/5 giorni",
    "31.12.2025 è il termine ultimo.",
    "Voce\t100\t2024",
    "1. primo passo, da concludere",
    "Spesa: 2.000 euro nel 2025.",
    "L'art. 4-bis del D.L. n. 13/2023, convertito con modificazioni, stabilisce i tempi.",
    "a) analisi\t2025\tUfficio",
    "Il programma degli interventi – approvato il 12/03/2024 – prosegue.",
    "Bilancio: verifica delle poste.",
    "Missione del Comune è servire i cittadini.",
    "Gli indicatori sono rilevati ogni anno.",
    "Obiettivo: meno carta.",
    "Rischio di ritardi: basso, salvo proroghe.",
    "Fasi e tempi\tsono quelli di legge",
    "Stato di attuazione e verifiche sono curati dal Segretario.",
    "Programma 02 da rivedere con il Servizio 1.",
];

/// Writes a sheet.
pub fn make(plan: &mut Plan, section: &str) -> Vec<Sheet> {
    let leading = plan.has(With::LeadingPart).then(|| plan.order.clone());
    let missing = plan.has(With::MissingParts);
    let mut parts = vec![0, 1, 2, 3];
    if plan.has(With::OtherOrder) {
        plan.dice.shuffle(&mut parts);
    }
    let mut common: Vec<(usize, String)> = Vec::new();
    let mut drafts = Vec::new();
    if let Some(order) = &leading
        && order[0] > 0
    {
        write_part(plan, order[0], &mut drafts, &mut common);
    }
    phases(plan, &mut drafts);
    let describes = plan.dice.chance(if plan.has(With::LongDescriptions) { 90 } else { 20 });
    if describes {
        let text = description(plan);
        common.push((3, format!("  description: {text}")));
    }
    for part in leading.as_ref().unwrap_or(&parts) {
        if leading.as_ref().is_some_and(|order| order[0] == *part && *part > 0) || missing && plan.dice.chance(40) {
            continue;
        }
        write_part(plan, *part, &mut drafts, &mut common);
    }
    let described = |place: usize| common.iter().filter(move |(own, _)| *own == place).map(|(_, text)| text.clone());
    drafts
        .into_iter()
        .map(|draft| {
            let mut told = Vec::new();
            told.extend((!section.is_empty()).then(|| format!("  section: {section}")));
            told.extend((!plan.scope.is_empty()).then(|| format!("  scope: {}", plan.scope)));
            told.extend((!draft.offices.is_empty()).then(|| format!("  offices: {}", draft.offices.join("; "))));
            told.extend((1..5).flat_map(described));
            told.extend(draft.phases.into_iter().map(|(_, text)| text));
            told.extend(draft.indicators);
            Sheet { code: draft.code, title: draft.title, told }
        })
        .collect()
}

fn write_part(plan: &mut Plan, part: usize, drafts: &mut [Draft], common: &mut Vec<(usize, String)>) {
    match part {
        0 => common.extend(final_report(plan).map(|text| (4, format!("  report: {text}")))),
        1 => common.push((2, format!("  links: {}", budget(plan)))),
        2 => indicators(plan, drafts),
        _ => common.extend(ratings(plan).map(|text| (1, format!("  ratings: {text}")))),
    }
    plan.blank();
}

fn horizon(plan: &mut Plan) -> (String, String) {
    let (f, s, l) = (plan.first, plan.first + 1, plan.first + 2);
    let all = format!("{f} {s} {l}");
    let mut forms = vec![
        (format!("{f}"), format!("{f}")),
        (format!("{f}/{}/{}", s % 100, l % 100), all.clone()),
        (format!("{f}-{l}"), all.clone()),
        (format!("{f}/{}", l % 100), all.clone()),
        (format!("{f}/{}", s % 100), format!("{f} {s}")),
    ];
    if plan.has(With::Horizons) {
        forms.extend([
            (format!("II semestre {s}"), format!("{s}-S2")),
            (format!("31.12.{f}"), format!("{f}-12")),
            (format!("Entro il 30/06/{s}"), format!("{s}-06")),
            (format!("Triennio {f}-{l}"), all.clone()),
            ("triennio".to_owned(), all.clone()),
            (format!("{f}, {s} e {l}"), all.clone()),
            (format!("dal {f} al {s}"), format!("{f} {s}")),
            (format!("marzo {l}"), format!("{l}-03")),
            (format!("III trim. {f}"), format!("{f}-Q3")),
            (format!("{f} – {l}"), all.clone()),
            (format!("{s} -{l}"), format!("{s} {l}")),
            (format!("anni {f}/{s}"), format!("{f} {s}")),
            ("da definire".to_owned(), String::new()),
        ]);
    }
    let at = plan.dice.below(forms.len());
    forms.swap_remove(at)
}

fn phases(plan: &mut Plan, drafts: &mut Vec<Draft>) {
    plan.heading(&["DEFINIZIONE OBIETTIVO", "DESCRIZIONE/FASI", "ORIZZONTE TEMPORALE", "ASSEGNAZIONE OBIETTIVO"]);
    let objectives = if plan.has(With::TwoObjectives) { plan.dice.between(1, 2) } else { 1 };
    let many = plan.has(With::ManyOffices);
    let shared = horizon(plan);
    let mut number = 0;
    for at in 0..objectives {
        let mut draft = Draft { title: plan.dice.title(), ..Draft::default() };
        let unnumbered = plan.has(With::OtherCodes) && objectives == 1 && plan.dice.chance(10);
        let code = plan.next_code;
        draft.code = (!unnumbered).then_some(code);
        if !unnumbered {
            plan.next_code += if plan.has(With::OtherCodes) { plan.dice.between(1, 9) } else { 1 };
            plan.highest = plan.highest.max(code);
        }
        let written = match (unnumbered, plan.dice.below(if plan.has(With::OtherCodes) { 6 } else { 4 })) {
            (true, _) => draft.title.clone(),
            (_, 3) => format!("{code}.{}", draft.title),
            (_, 4) => format!("{code}) {}", draft.title),
            (_, 5) => format!("Obiettivo n. {code} – {}", draft.title),
            _ => format!("{code}. {}", draft.title),
        };
        let count = plan.dice.between(1, 5);
        // The offices of each row; where only one row has some they are the objective's.
        let rows = if many { plan.dice.between(1, count) } else { usize::from(at == 0) };
        for row in 0..count {
            number += 1;
            let title = plan.dice.title();
            let phase = match plan.dice.below(if plan.has(With::PhaseNumbers) { 6 } else { 1 }) {
                1 => format!("{number}) {title}"),
                2 => format!("{number}.{title}"),
                3 => format!("{number} - {title}"),
                4 if at == 0 => title.clone(),
                5 => format!("Fase {number}: {title}"),
                _ => format!("{number}. {title}"),
            };
            let (horizon, periods) = if plan.has(With::Horizons) { horizon(plan) } else { shared.clone() };
            let count = if row < rows { plan.dice.between(1, if many { 2 } else { 1 }) } else { 0 };
            let offices = plan.dice.offices(count);
            let cell = offices.join(plan.dice.pick(&[" + ", "; "]));
            let objective = if row == 0 { written.as_str() } else { "" };
            let line = plan.row(&[objective, &phase, &horizon, &cell]);
            if row == 0 && unnumbered {
                plan.notes.push((line, "has no number"));
            }
            if periods.is_empty() {
                plan.notes.push((line, "kept without its horizon"));
            }
            let own = if rows > 1 { offices.join("; ") } else { String::new() };
            draft.phases.push((number, format!("  phase {number}: {title} @ {} @ {}", or(&periods), or(&own))));
            draft.offices.extend(offices);
        }
        let mut seen = Vec::new();
        draft.offices.retain(|office| {
            !seen.contains(office) && {
                seen.push(office.clone());
                true
            }
        });
        if at > 0 && draft.offices.is_empty() {
            draft.offices.clone_from(&drafts.first().map(|draft: &Draft| draft.offices.clone()).unwrap_or_default());
        }
        drafts.push(draft);
    }
    plan.page.line("");
}

fn description(plan: &mut Plan) -> String {
    let head = plan.key("Descrizione");
    let mut all = vec!["Il progetto, avviato nel 2023, riduce i tempi - e i costi - di gestione.".to_owned()];
    let sign = plan.dice.pick(&[": ", " ", " - "]);
    plan.page.line(format!("{head}{sign}{}", all[0]));
    if plan.has(With::LongDescriptions) {
        for _ in 0..plan.dice.between(1, 5) {
            if plan.dice.chance(50) {
                plan.page.line("");
            }
            let text = plan.dice.pick(PARAGRAPHS);
            plan.page.line(text);
            all.push(text.replace('\t', " "));
        }
    }
    plan.page.line("");
    all.join(" / ")
}

fn final_report(plan: &mut Plan) -> Option<String> {
    plan.heading(&["Stato di attuazione degli obiettivi"]);
    if !plan.has(With::Results) || plan.dice.chance(30) {
        let room = ["<i>(campo dedicato alla relazione finale)</i>", "(campo dedicato alla relazione finale)"];
        let room = plan.dice.pick(&room);
        plan.page.line(room);
        return None;
    }
    let mut all = vec!["L'obiettivo è stato raggiunto in pieno."];
    plan.page.line(all[0]);
    for _ in 0..plan.dice.between(0, 4) {
        let text = plan.dice.pick(PARAGRAPHS);
        plan.page.line(text);
        all.push(text);
    }
    Some(all.join(" / ").replace('\t', " "))
}

fn budget(plan: &mut Plan) -> String {
    plan.heading(&["Collegamento con il bilancio"]);
    plan.page.line("");
    let many = plan.has(With::BudgetPairs);
    let mut missions: Vec<_> = MISSIONS.iter().collect();
    plan.dice.shuffle(&mut missions);
    let mut links = Vec::new();
    let count = if many { plan.dice.between(1, 4) } else { 1 };
    for (code, name, programmes) in missions.into_iter().take(count) {
        let name = named(plan, name);
        let short = |code: &str, plan: &mut Plan| match plan.dice.chance(if many { 30 } else { 10 }) {
            true => code.trim_start_matches('0').to_owned(),
            false => code.to_owned(),
        };
        let own = short(code, plan);
        let key = plan.key("MISSIONE");
        plan.row(&[&key, &own, &name]);
        let count = if many { plan.dice.between(1, programmes.len()) } else { 1 };
        for (programme, name) in programmes.iter().take(count) {
            let name = named(plan, name);
            let own = short(programme, plan);
            let key = plan.key("PROGRAMMA");
            plan.row(&[&key, &own, &name]);
            links.push(format!("{code}.{programme}"));
        }
    }
    links.join(" ")
}

fn named(plan: &mut Plan, name: &str) -> String {
    match plan.has(With::MisspelledNames) {
        true => plan.dice.misspelled(name),
        false => name.to_owned(),
    }
}

fn indicators(plan: &mut Plan, drafts: &mut [Draft]) {
    let acts = plan.has(With::ActionColumn);
    match acts {
        true => plan.heading(&["INDICATORI", "Azione", "Valore atteso", "Raggiunto"]),
        false => plan.heading(&["INDICATORI", "Valore atteso", "Raggiunto"]),
    };
    // A part that leads its sheet comes before the phases that it names.
    let counted = |drafts: &[Draft]| drafts.iter().map(|draft| draft.phases.len()).sum::<usize>();
    let phases = counted(drafts);
    let mut last = (String::new(), String::new());
    for at in 0..plan.dice.between(1, 6) {
        let phase = if phases == 0 { 0 } else { plan.dice.between(1, phases) };
        let label = plan.dice.pick(LABELS);
        let prefix = match plan.dice.below(if plan.has(With::OtherPrefixes) { 7 } else { 1 }) {
            _ if phase == 0 => String::new(),
            1 => format!("{phase} - "),
            2 => format!("{phase}. "),
            3 => format!("{phase}) "),
            4 => format!("{phase} "),
            5 if drafts.len() == 1 => String::new(),
            6 => format!("{phase} – "),
            _ => format!("{phase}- "),
        };
        let mut target = plan.dice.pick(TARGETS);
        let empty = plan.has(With::MissingParts) && plan.dice.chance(15);
        if empty {
            target = "";
        }
        let achieved = if plan.has(With::Results) && plan.dice.chance(60) { plan.dice.pick(TARGETS) } else { "" };
        let action = if acts && plan.dice.chance(50) { "Realizzazione entro 31.12.2024-2025-2026" } else { "" };
        let goes_on = acts && at > 0 && !action.is_empty() && plan.dice.chance(40);
        let written = if goes_on { String::new() } else { format!("{prefix}{label}") };
        if !goes_on {
            let phase = if prefix.is_empty() { String::new() } else { phase.to_string() };
            last = (phase, label.to_owned());
        }
        let line = match acts {
            true => plan.row(&[&written, action, target, achieved]),
            false => plan.row(&[&written, target, achieved]),
        };
        if empty {
            plan.notes.push((line, "no expected value"));
        }
        let (phase, label) = &last;
        let told = format!("  indicator {}: {label} @ {} @ {} @ {}", or(phase), or(action), or(target), or(achieved));
        let has = |draft: &Draft| draft.phases.iter().any(|(number, _)| number.to_string() == *phase);
        let owner = drafts.iter().position(has).unwrap_or(0);
        if let Some(draft) = drafts.get_mut(owner) {
            draft.indicators.push(told);
        }
    }
}

fn ratings(plan: &mut Plan) -> Option<String> {
    plan.heading(&["CARATTERISTICHE DELL'OBIETTIVO", "Valutazione"]);
    let labels = [
        "Rischio di non raggiungimento dell'obiettivo, con le risorse a disposizione",
        "Grado di strategicità espresso dall'Amministrazione",
        "Impatto sul Valore Pubblico generato con il raggiungimento",
    ];
    let mut order = vec![0, 1, 2];
    let slips = plan.has(With::RatingSlips);
    if slips {
        plan.dice.shuffle(&mut order);
    }
    let mut found = ['-'; 3];
    for at in order {
        if plan.dice.chance(if at == 2 {
            50
        } else if slips {
            20
        } else {
            0
        }) {
            continue;
        }
        let label = plan.key(labels[at]);
        let (sign, word) = [('L', "Basso"), ('M', "Medio"), ('H', "Alto")][plan.dice.below(3)];
        let (written, note) = match plan.dice.below(if slips { 6 } else { 1 }) {
            1 => (plan.dice.typo(word, 1), None),
            2 => (plan.dice.recased(word), None),
            3 => (String::new(), Some("rating is empty")),
            4 => ("da definire".to_owned(), Some("can't be read")),
            5 => (format!("{}a", &word[..word.len() - 1]), None),
            _ => (word.to_owned(), None),
        };
        let line = plan.row(&[&label, &written]);
        match note {
            Some(note) => plan.notes.push((line, note)),
            None => found[at] = sign,
        }
    }
    let found: String = found.iter().collect();
    (found != "---").then_some(found)
}
