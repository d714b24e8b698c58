//! Plans of areas and actions, as Campi Bisenzio's.

use super::{Made, Page, dice::Dice, or};

/// What a plan has that others have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    OtherNumbers,
    NoBrackets,
    OtherYears,
    Wrapped,
    Pages,
    OtherEnds,
    OtherOffices,
    NoOffices,
    RecapTable,
    Misspelled,
    Recased,
    OtherBullets,
    Notes,
    NumbersOnly,
    Spacing,
}

pub const ALL: &[With] = &[
    With::OtherNumbers,
    With::NoBrackets,
    With::OtherYears,
    With::Wrapped,
    With::Pages,
    With::OtherEnds,
    With::OtherOffices,
    With::NoOffices,
    With::RecapTable,
    With::Misspelled,
    With::Recased,
    With::OtherBullets,
    With::Notes,
    With::NumbersOnly,
    With::Spacing,
];

struct Plan<'a> {
    dice: Dice,
    with: &'a [With],
    page: Page,
    first: i32,
    last: i32,
}

impl Plan<'_> {
    fn has(&self, with: With) -> bool {
        self.with.contains(&with)
    }

    fn blank(&mut self) {
        let count = if self.has(With::Spacing) { self.dice.between(0, 2) } else { 1 };
        for _ in 0..count {
            self.page.line("");
        }
    }

    /// The foot of a page and the head of the next.
    fn turn_page(&mut self) {
        let number = self.dice.between(2, 18);
        for text in [
            "",
            "Piazza Dante, 36 - 50013 CAMPI BISENZIO   –      PEC comune.campi@postacert.toscana.it ",
            "",
            &format!("Pagina {number} di 19"),
            "",
            "mailto:comune.campi@postacert.toscana.it",
            "https://www.agid.gov.it/it/agenzia/stampa",
            "",
            "",
            "   ",
            "COMUNE DI CAMPI  BISENZIO",
            "",
            "                 Città Metropolitana di Firenze",
            "   Allegato A alla deliberazione GC n. 72 del 4 maggio 2021",
            "",
        ] {
            self.page.line(text);
        }
    }

    /// The years of an action as written, and their periods; nothing written for the plan's.
    fn years(&mut self) -> (String, String) {
        let (f, l) = (self.first, self.last);
        let m = f + 1;
        let all: Vec<String> = (f..=l).map(|year| year.to_string()).collect();
        let mut forms = vec![
            (format!("[triennio {f} – {l}]"), all.join(" ")),
            (format!("[biennio {f} – {m}]"), format!("{f} {m}")),
            (format!("[biennio {m} – {l}]"), format!("{m} {l}")),
            (format!("[{f}]"), format!("{f}")),
            (format!("– [{f}]"), format!("{f}")),
            (format!("–  [biennio {m} – {l}]"), format!("{m} {l}")),
        ];
        if self.has(With::OtherYears) {
            forms.extend([
                (format!("[{m}-{l}]"), format!("{m} {l}")),
                (format!("[{m}/{l}]"), format!("{m} {l}")),
                (format!("[{f}, {l}]"), format!("{f} {l}")),
                (format!("[anno {l}]"), format!("{l}")),
                (format!("[anni {f} e {m}]"), format!("{f} {m}")),
                (format!("({m})"), format!("{m}")),
                (format!("- {l}"), format!("{l}")),
                (format!("– {f}"), format!("{f}")),
                (format!("[entro il {l}]"), format!("{l}")),
                (format!("[entro il 31.12.{m}]"), format!("{m}-12")),
                (format!("[II semestre {m}]"), format!("{m}-S2")),
                (format!("[Biennio {f}-{m}]"), format!("{f} {m}")),
                (format!("[ {m} ]"), format!("{m}")),
                ("nel triennio".to_owned(), all.join(" ")),
                ("– da eseguire annualmente nel triennio".to_owned(), all.join(" ")),
            ]);
        }
        let at = self.dice.below(forms.len());
        forms.swap_remove(at)
    }

    /// Writes an action, over several lines where it is long; gives its line.
    fn action(&mut self, bullet: &str, text: &str) -> usize {
        let width = if self.has(With::Wrapped) { self.dice.between(35, 90) } else { 92 };
        let mut lines: Vec<String> = Vec::new();
        let mut own = String::new();
        for word in text.split(' ') {
            if !own.is_empty() && own.chars().count() + word.chars().count() >= width {
                lines.push(std::mem::take(&mut own));
            }
            own = if own.is_empty() { word.to_owned() } else { format!("{own} {word}") };
        }
        lines.push(own);
        let justified = self.dice.chance(20);
        let mut first = 0;
        for (at, line) in lines.iter().enumerate() {
            let line = if justified { line.replacen(' ', "  ", 3) } else { line.clone() };
            match at {
                0 => first = self.page.line(format!("{bullet}{line}")),
                _ => {
                    self.page.line(line);
                }
            }
            if at + 1 < lines.len() && self.has(With::Pages) && self.dice.chance(15) {
                self.turn_page();
            } else if at == 0 && lines.len() > 1 && !self.has(With::Spacing) {
                self.page.line("");
            }
        }
        if lines.len() > 1 {
            self.blank();
        }
        first
    }
}

/// Makes a plan.
pub fn make(seed: u64, with: &[With]) -> Made {
    let mut dice = Dice::new(seed);
    let first = dice.year();
    let mut plan = Plan { dice, with, page: Page::default(), first, last: first + 2 };
    let last = plan.last;
    plan.page.line("1 Le fonti normative di riferimento");
    plan.page.line("");
    plan.page.line(format!(
        "La redazione del Piano comunale di Transizione al Digitale per il triennio {first} – {last} è ispirata al"
    ));
    plan.page.line("rispetto delle prescrizioni di carattere normativo di seguito riportate.");
    plan.page.line("");
    plan.page.line("\u{f0b7} al comma 1 quater si prevede che i servizi siano fruibili entro il 28 febbraio 2021");
    plan.page.line("");
    plan.page.line("1.1 Le indicazioni programmatiche del Piano triennale nazionale");
    plan.page.line("");
    plan.page.line("Il Piano triennale per l’informatica nella pubblica amministrazione 2020 – 2022, adottato con");
    plan.page.line("DPCM del 17 luglio 2020, è nella sua fase di consolidamento.");
    plan.turn_page();
    plan.page.line("La strategia generale del Piano triennale nazionale:");
    plan.page
        .line("\u{f0b7} favorire lo sviluppo di una società digitale, dove i servizi mettono al centro i cittadini e");
    plan.page.line("");
    plan.page.line("le imprese, attraverso la digitalizzazione;");
    plan.page.line(" 2 Relazione con gli altri strumenti di programmazione");
    plan.page.line("");
    let (chapter, from) = match plan.has(With::OtherNumbers) {
        true => (plan.dice.between(3, 12), plan.dice.between(1, 12)),
        false => (4, 1),
    };
    let plain = plan.has(With::NumbersOnly);
    if !plain {
        plan.page.line(format!(" {chapter} Le prossime azioni"));
        plan.page.line("");
        plan.page
            .line("Raggruppiamo di seguito le azioni, con riferimento agli ambiti trattati dal Piano Triennale per");
        plan.page.line("l’Informatica nella PA 2020 – 2022, che già prevedono risultati attesi.");
        plan.page.line("");
    }
    let mut told = vec!["administration COMUNE DI CAMPI BISENZIO".to_owned()];
    told.push("title Piano comunale di Transizione al Digitale".to_owned());
    told.push(format!("years {first}-{last}"));
    told.push("act deliberazione GC n. 72 2021-05-04".to_owned());
    let (mut sections, mut phases, mut notes, mut recap) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut number = from;
    let bullet = match plan.has(With::OtherBullets) {
        true => plan.dice.pick(&["• ", "· ", "▪ ", "- ", "* ", "\u{f0b7}", "–  "]),
        false => "\u{f0b7} ",
    };
    for _ in 0..plan.dice.between(2, 6) {
        let code = match plain {
            true => format!("{}", 2 + number),
            false => format!("{chapter}.{number}"),
        };
        number += if plan.has(With::OtherNumbers) { plan.dice.between(1, 3) } else { 1 };
        let title = plan.dice.name();
        let dot = if plan.has(With::OtherNumbers) || plain { plan.dice.pick(&["", ".", " -"]) } else { "" };
        let line = plan.page.line(format!("{code}{dot} {title}"));
        plan.blank();
        sections.push(format!("section {code}: {title}"));
        recap.push((format!("{code} {title}"), String::new(), String::new()));
        let offices = offices(&mut plan);
        if offices.is_empty() {
            notes.push((line, "names no responsible office"));
        }
        if plan.has(With::Notes) && plan.dice.chance(30) {
            plan.page.line("RTD è stato nominato con Decreto del Sindaco n. 59/2019; secondo la macrostruttura");
            plan.page.line("vigente il ruolo è incardinato nel Settore 3;");
            plan.page.line("");
        }
        for at in 0..plan.dice.between(1, 6) {
            let title = plan.dice.title();
            let undated = plan.has(With::NoBrackets) && (at > 0 || !offices.is_empty()) && plan.dice.chance(40);
            let (years, periods) = if undated { (String::new(), all(first, last)) } else { plan.years() };
            let end = match plan.has(With::OtherEnds) {
                true => plan.dice.pick(&[";", ".", " ;", "", ". ", ";"]),
                false => ";",
            };
            let text = format!("{title} {years}");
            let text = format!("{}{end}", text.trim_end());
            let blank = if plan.dice.chance(5) { " " } else { "" };
            let line = plan.action(&format!("{blank}{bullet}"), &text);
            if undated {
                notes.push((line, "names no years"));
            }
            // What speaks of the triennium stays in the title.
            let kept = if years.ends_with("nel triennio") { format!("{title} {years}") } else { title };
            let code = format!("{code}.{}", at + 1);
            let assigned = offices.join("; ");
            let section = code.rsplit_once('.').map_or("", |(section, _)| section).to_owned();
            recap.push((kept.clone(), offices.join(" + "), periods.clone()));
            phases.push(format!("phase {code} ({section}): {kept} @ {periods} @ {}", or(&assigned)));
        }
        if plan.has(With::Notes) && plan.dice.chance(30) {
            plan.page.line("");
            plan.page.line(
                "Gli obiettivi di accessibilità sono registrati da RTD entro il 31 marzo di ogni anno e pubblicati",
            );
            plan.page.line("sul sito web di AgID, alle URL seguenti per l’anno 2021");
            plan.page
                .line("https://accessibilita.agid.gov.it/obiettivi-accessibilita/2021/comune-di-campi-bisenzio/116820");
        }
        plan.page.line("");
    }
    if plan.has(With::RecapTable) && !plain {
        table(&mut plan, &format!("{chapter}.{}", number + 1), &recap);
    }
    told.extend(sections);
    told.extend(phases);
    notes.sort_unstable();
    Made { text: plan.page.text("\n"), told: told.join("\n") + "\n", notes }
}

fn all(first: i32, last: i32) -> String {
    (first..=last).map(|year| year.to_string()).collect::<Vec<_>>().join(" ")
}

fn offices(plan: &mut Plan) -> Vec<String> {
    if plan.has(With::NoOffices) && plan.dice.chance(50) {
        return Vec::new();
    }
    let many = plan.has(With::OtherOffices);
    let count = plan.dice.between(1, if many { 3 } else { 2 });
    let offices = plan.dice.offices(count);
    let mut word =
        if many { plan.dice.pick(&["Responsabili", "Responsabile", "Referenti"]) } else { "Responsabili" }.to_owned();
    if plan.has(With::Misspelled) {
        let edits = plan.dice.between(1, 2);
        word = plan.dice.typo(&word, edits);
    }
    if plan.has(With::Recased) {
        word = plan.dice.pick(&["RESPONSABILI", "responsabili", "Responsabili "]).to_owned();
    }
    let sign = if many { plan.dice.pick(&[" + ", "; ", " +\n"]) } else { " + " };
    let end = if many { plan.dice.pick(&["", ".", ";"]) } else { "" };
    for line in format!("{word}: {}{end}", offices.join(sign)).split('\n') {
        plan.page.line(line);
    }
    if plan.has(With::Spacing) {
        plan.blank();
    }
    offices
}

/// The actions again, as the seed has them in a table.
fn table(plan: &mut Plan, code: &str, rows: &[(String, String, String)]) {
    let title = if plan.has(With::Misspelled) { plan.dice.misspelled("Riepilogo") } else { "Riepilogo".to_owned() };
    plan.page.line(format!(" {code} {title} delle azioni in forma tabellare"));
    plan.page.line("Esponiamo qui di seguito l’elencazione delle azioni previste in forma tabellare, evidenziando");
    plan.page.line("meglio responsabilità e tempi di attuazione.");
    plan.page.line("");
    let heading = format!("Descrizione Responsabili {} {} {}", plan.first, plan.first + 1, plan.last);
    plan.page.line(&heading);
    plan.page.line("");
    for (name, offices, periods) in rows {
        let marks = vec!["X"; periods.split(' ').filter(|period| !period.is_empty()).count()].join(" ");
        let half = name.char_indices().filter(|(_, c)| *c == ' ').nth(3).filter(|_| name.chars().count() > 50);
        if let Some((at, _)) = half {
            plan.page.line(&name[..at]);
            plan.page.line(name[at..].trim());
            plan.page.line("");
            plan.page.line(format!("{offices} {marks}").trim());
        } else {
            plan.page.line(format!("{name} {offices} {marks}").trim());
        }
        plan.page.line("");
        if plan.dice.chance(5) {
            plan.page.line(format!(" {heading}"));
            plan.page.line("");
        }
    }
}
