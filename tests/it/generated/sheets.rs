//! Plans of objective sheets, as Cedrasco's.

use super::{Made, Page, dice::Dice, sheet::Sheet};

/// What a plan has that others have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    OtherCodes,
    TwoObjectives,
    PhaseNumbers,
    Horizons,
    BudgetPairs,
    OtherPrefixes,
    ActionColumn,
    RatingSlips,
    OtherOrder,
    LeadingPart,
    MissingParts,
    LongDescriptions,
    Results,
    ManyOffices,
    Misspelled,
    Recased,
    Spacing,
    ScopesSwapped,
    NoScopes,
    Pages,
    MisspelledNames,
}

pub const ALL: &[With] = &[
    With::OtherCodes,
    With::TwoObjectives,
    With::PhaseNumbers,
    With::Horizons,
    With::BudgetPairs,
    With::OtherPrefixes,
    With::ActionColumn,
    With::RatingSlips,
    With::OtherOrder,
    With::LeadingPart,
    With::MissingParts,
    With::LongDescriptions,
    With::Results,
    With::ManyOffices,
    With::Misspelled,
    With::Recased,
    With::Spacing,
    With::ScopesSwapped,
    With::NoScopes,
    With::Pages,
    With::MisspelledNames,
];

/// The plan while it is made.
pub struct Plan<'a> {
    pub dice: Dice,
    pub with: &'a [With],
    pub page: Page,
    pub first: i32,
    pub notes: Vec<(usize, &'static str)>,
    pub sections: Vec<(String, String)>,
    pub scope: &'static str,
    pub next_code: usize,
    pub highest: usize,
    /// The order of the parts, where it is the same in all sheets.
    pub order: Vec<usize>,
}

impl Plan<'_> {
    pub fn has(&self, with: With) -> bool {
        self.with.contains(&with)
    }

    /// A keyword as it is written in this plan.
    pub fn key(&mut self, text: &str) -> String {
        if self.has(With::Misspelled) && self.dice.chance(60) {
            return self.dice.misspelled(text);
        }
        if self.has(With::Recased) { self.dice.recased(text) } else { text.to_owned() }
    }

    /// A heading of several cells.
    pub fn heading(&mut self, cells: &[&str]) -> usize {
        let cells: Vec<String> = cells.iter().map(|cell| self.key(cell)).collect();
        self.page.line(cells.join("\t"))
    }

    /// A table row, perhaps without the tabs at its end.
    pub fn row(&mut self, cells: &[&str]) -> usize {
        let mut text = cells.join("\t");
        if self.has(With::Spacing) && self.dice.chance(50) {
            text = text.trim_end().to_owned() + self.dice.pick(&["", " ", "  "]);
        }
        self.furniture();
        self.page.line(text)
    }

    pub fn blank(&mut self) {
        let count = if self.has(With::Spacing) { self.dice.below(3) } else { 1 };
        for _ in 0..count {
            self.page.line("");
        }
    }

    /// What stands at the foot of a page.
    pub fn furniture(&mut self) {
        if self.has(With::Pages) && self.dice.chance(12) {
            let number = self.dice.between(2, 40);
            let foot = match self.dice.below(3) {
                0 => format!("Pagina {number} di 44"),
                1 => format!("{number}"),
                _ => "mailto:protocollo@comune.example.it".to_owned(),
            };
            if self.dice.chance(50) {
                self.page.line("");
                self.page.line(foot);
                self.page.line("\u{c}");
            } else {
                self.page.line(foot);
            }
        }
    }
}

/// Makes a plan.
pub fn make(seed: u64, with: &[With]) -> Made {
    let mut dice = Dice::new(seed);
    let first = dice.year();
    let next_code = if with.contains(&With::OtherCodes) { dice.between(1, 120) } else { 1 };
    let mut order = vec![0, 1, 2, 3];
    if with.contains(&With::LeadingPart) {
        dice.shuffle(&mut order);
        // Only the budget and the ratings can be told to begin a sheet.
        let lead = order.iter().position(|part| part % 2 == 1).unwrap_or(0);
        order.swap(0, lead);
    }
    let mut plan = Plan {
        dice,
        with,
        first,
        next_code,
        order,
        page: Page::default(),
        notes: Vec::new(),
        sections: Vec::new(),
        scope: "",
        highest: 0,
    };
    let (last, town) = (first + 2, plan.dice.pick(&["CEDRASCO", "PIANORO VECCHIO", "SAN GIORGIO A CREMANO"]));
    plan.page.line("\n\n");
    plan.page = Page { lines: plan.page.text("\n").split('\n').map(str::to_owned).collect() };
    let title = format!("Piano Integrato di Attività ed Organizzazione {first}-{last}");
    for text in
        [&format!("COMUNE DI {town}"), "PROVINCIA DI SONDRIO", &title, "sottosezione relativa a:", "Performance"]
    {
        plan.page.paragraph(text);
    }
    plan.page.paragraph("Sommario");
    for text in ["Premessa metodologica\t2", "OBIETTIVI GESTIONALI TRASVERSALI\t6", "Servizio 1 – Finanziario\t11"] {
        plan.page.line(text);
    }
    for number in 1..5 {
        let title = plan.dice.title();
        let dots = plan.dice.pick(&["\t", ".....\t", "..... "]);
        plan.page.line(format!("{number}. {title}{dots}{}", number + 6));
    }
    for text in [
        "",
        "Premessa metodologica",
        "Il Piano assegna ai Responsabili gli obiettivi da conseguire nell'anno.",
        "- riduzione dei tempi per la gestione delle procedure",
        "Obiettivi e azioni per la piena accessibilità",
        "Gli obiettivi di performance sono nelle schede, con fasi, tempi, indicatori attesi di risultato.",
    ] {
        plan.page.paragraph(text);
    }
    let mut sheets: Vec<Sheet> = Vec::new();
    // Without their headings, what follows the sections would belong to the last of them.
    let swapped = plan.has(With::ScopesSwapped) && !plan.has(With::NoScopes);
    for cross in [!swapped, swapped] {
        plan.scope = if cross { "cross_cutting" } else { "sectoral" };
        if plan.has(With::NoScopes) {
            plan.scope = "";
        } else {
            let kind = plan.key(if cross { "TRASVERSALI" } else { "SETTORIALI" });
            let objectives = plan.key("OBIETTIVI");
            plan.page.paragraph(format!("{objectives} GESTIONALI {kind}"));
        }
        let groups = if cross { 1 } else { plan.dice.between(1, 3) };
        for _ in 0..groups {
            let section = if cross { String::new() } else { section(&mut plan) };
            for _ in 0..plan.dice.between(1, 3) {
                sheets.extend(super::sheet::make(&mut plan, &section));
            }
        }
    }
    let mut told = vec![format!("administration COMUNE DI {town}"), format!("title {title}")];
    told.push(format!("years {first}-{last}"));
    told.extend(plan.sections.iter().map(|(code, title)| format!("section {code}: {title}")));
    let mut free = plan.highest;
    for sheet in sheets {
        let code = sheet.code.unwrap_or_else(|| {
            free += 1;
            free
        });
        told.push(format!("objective {code}: {}", sheet.title));
        told.extend(sheet.told);
    }
    plan.notes.sort_unstable();
    let end = if with.contains(&With::Spacing) { plan.dice.pick(&["\n", "\r\n"]) } else { "\n" };
    Made { text: plan.page.text(end), told: told.join("\n") + "\n", notes: plan.notes }
}

fn section(plan: &mut Plan) -> String {
    let number = plan.sections.len() + 1;
    let number = if plan.has(With::OtherCodes) { number * 2 + 1 } else { number };
    let title = plan.dice.name();
    let kind = plan.key("Servizio");
    let dash = plan.dice.pick(&["–", "-"]);
    plan.page.paragraph(format!("{kind} {number} {dash} {title}"));
    plan.sections.push((number.to_string(), title));
    number.to_string()
}
