//! The sections of Amministrazione Trasparente, from the national list in `data/vocab/`.

use crate::planning::plans::model::PlanKind;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

const FILE: &str = include_str!("../../../data/vocab/transparency-titulus.csv");

crate::text::text_type!(
    /// A section of Amministrazione Trasparente by its code in the national list (`transparency-titulus`).
    SectionCode, 5..=5, "^[0-9]{2}\\.[0-9]{2}$",
    "a code of the list of sections of Amministrazione Trasparente, such as 06.02 (Piano delle Performance)", "06.02",
    |text: &str| find(text.trim()).map(|section| section.code.clone())
);

/// A section as the list has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub code: String,
    pub name: String,
    /// The section above it.
    pub parent: String,
}

static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(FILE.as_bytes());
    let rows = reader.records().filter_map(Result::ok);
    let text = |row: &csv::StringRecord, column: usize| mended(row.get(column).unwrap_or_default());
    rows.map(|row| Section { code: text(&row, 4), name: text(&row, 6), parent: text(&row, 2) }).collect()
});

pub fn find(code: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.code == code)
}

/// The published list has accents that were read in the wrong encoding, and doubled spaces.
fn mended(text: &str) -> String {
    let text = text.replace("Ã\u{a0}", "à").replace("Â\u{a0}", " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl SectionCode {
    fn known(code: &str) -> Self {
        SectionCode::from_trusted(code.to_owned())
    }

    /// Where a plan belongs: what art. 10 of D.Lgs. 33/2013 calls the Piano della performance, or the acts of planning.
    pub fn of_plan(kind: PlanKind) -> Self {
        SectionCode::known(match kind {
            PlanKind::Performance | PlanKind::Management => "06.02",
            PlanKind::DigitalTransition | PlanKind::Informatization => "01.02",
        })
    }

    /// Where the report of a plan belongs. The outcome of the others stands beside what it is the outcome of.
    pub fn of_report(kind: PlanKind) -> Self {
        SectionCode::known(match kind {
            PlanKind::Performance | PlanKind::Management => "06.03",
            PlanKind::DigitalTransition | PlanKind::Informatization => "01.02",
        })
    }

    /// Servizi in rete.
    pub fn of_services() -> Self {
        SectionCode::known("15.05")
    }

    /// Its name; the code where the list that it was taken from is no longer this one.
    pub fn name(&self) -> &str {
        find(self.as_str()).map_or(self.as_str(), |section| &section.name)
    }

    /// The name of the section above it.
    pub fn parent(&self) -> &str {
        find(self.as_str()).map_or("", |section| &section.parent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_whole_list_is_read_and_its_accents_are_mended() {
        assert_eq!(SECTIONS.len(), 68);
        let codes: BTreeSet<_> = SECTIONS.iter().map(|section| &section.code).collect();
        assert_eq!(codes.len(), SECTIONS.len());
        for section in SECTIONS.iter() {
            assert!(!section.name.contains(['Ã', 'Â', '\u{a0}']) && !section.name.contains("  "), "{section:?}");
        }
        assert_eq!(find("07.02").unwrap().name, "Società partecipate");
        assert_eq!(find("16.01").unwrap().name, "Nuclei di valutazione e verifica degli investimenti pubblici");
        assert_eq!(find("08.01").unwrap().parent, "Attività e procedimenti");
        assert_eq!(find("06"), None);
    }

    #[test]
    fn what_is_published_has_a_section_of_the_list() {
        for kind in PlanKind::ALL {
            for section in [SectionCode::of_plan(*kind), SectionCode::of_report(*kind), SectionCode::of_services()] {
                assert!(SectionCode::parse(section.as_str()).is_some(), "{section}");
            }
        }
        let performance = SectionCode::of_plan(PlanKind::Performance);
        assert_eq!((performance.parent(), performance.name()), ("Performance", "Piano delle Performance"));
        assert_eq!(SectionCode::of_report(PlanKind::Performance).name(), "Relazioni sulle Performance");
        assert_eq!(SectionCode::of_services().name(), "Servizi in rete");
    }
}
