//! Who is counted, and where: the administrations of a kind that were there in a period, each in the province and region that
//! it then lay in. Pure: what the registry holds is given.

use crate::administrations::comuni_in_time as time;
use crate::administrations::model::{AdministrationKind, TerritoryCode};
use crate::administrations::store::Standing;
use crate::auth::Tenants;
use crate::db::types::text_enum;
use crate::text::IpaCode;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashSet};

text_enum!(
    /// What is rolled up together.
    RollupBy { Province = "province", Region = "region", Country = "country", PopulationClass = "population_class" }
);

text_enum!(
    /// Residents at the census of 2011, or as the administration's record has it. 5,000 is the bound of the small comuni (law
    /// 158/2017), the others are those of ISTAT's tables.
    PopulationClass {
        UpTo1000 = "up_to_1000",
        UpTo5000 = "1001_to_5000",
        UpTo10000 = "5001_to_10000",
        UpTo20000 = "10001_to_20000",
        UpTo50000 = "20001_to_50000",
        UpTo100000 = "50001_to_100000",
        UpTo250000 = "100001_to_250000",
        Over250000 = "over_250000",
        /// Nobody told the residents: so of comuni that were merged before the registry's list was made.
        Unknown = "unknown",
    }
);

impl PopulationClass {
    pub fn of(population: Option<i64>) -> Self {
        match population {
            None => PopulationClass::Unknown,
            Some(..=1000) => PopulationClass::UpTo1000,
            Some(..=5000) => PopulationClass::UpTo5000,
            Some(..=10_000) => PopulationClass::UpTo10000,
            Some(..=20_000) => PopulationClass::UpTo20000,
            Some(..=50_000) => PopulationClass::UpTo50000,
            Some(..=100_000) => PopulationClass::UpTo100000,
            Some(..=250_000) => PopulationClass::UpTo250000,
            Some(_) => PopulationClass::Over250000,
        }
    }
}

/// The group of those of whom it is not known where they lie.
const UNKNOWN: &str = "unknown";

/// Some days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Span {
    pub fn day(day: NaiveDate) -> Self {
        Span { from: day, to: day }
    }
}

/// Someone who is to be counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// ISTAT code of a comune (the last it had), else the IPA code: unique, and what lists are in order of.
    pub key: String,
    /// Nothing where the registry has no administration of the comune.
    pub ipa_code: Option<IpaCode>,
    /// Code and name of that time.
    pub istat_code: Option<String>,
    pub name: String,
    pub province_code: Option<String>,
    pub region_code: Option<String>,
    pub population: Option<i64>,
    /// A comune of which no dates are known: it is counted in every period, where its own record says that it lies.
    pub undated: bool,
    /// The day from which the comune was no more, where that is known.
    pub ended_on: Option<NaiveDate>,
    /// Whether it was there on the last day of the period.
    pub at_end: bool,
    /// Whether the caller may see its data.
    pub visible: bool,
}

impl Member {
    /// The group that it belongs to.
    pub fn group(&self, by: RollupBy) -> String {
        match by {
            RollupBy::Province => self.province_code.clone().unwrap_or_else(|| UNKNOWN.to_owned()),
            RollupBy::Region => self.region_code.clone().unwrap_or_else(|| UNKNOWN.to_owned()),
            RollupBy::Country => "IT".to_owned(),
            RollupBy::PopulationClass => PopulationClass::of(self.population).as_str().to_owned(),
        }
    }
}

/// Everyone who is to be counted in a period.
#[derive(Debug, Clone, Default)]
pub struct Members {
    /// In the order of their keys.
    pub all: Vec<Member>,
    /// Administrations that the caller may see and whose comune was not there on any day of the period.
    pub outside: Vec<IpaCode>,
}

/// Whom to count.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    pub kind: AdministrationKind,
    pub span: Span,
    pub region: Option<&'a str>,
    pub province: Option<&'a str>,
}

impl Members {
    pub fn of(registry: &[Standing], wanted: &Wanted<'_>, tenants: &Tenants) -> Self {
        let seen: Option<HashSet<&str>> = match tenants {
            Tenants::All => None,
            Tenants::Only(codes) => Some(codes.iter().map(String::as_str).collect()),
        };
        let sees = |code: Option<&IpaCode>| match (&seen, code) {
            (None, _) => true,
            (Some(seen), Some(code)) => seen.contains(code.as_str()),
            (Some(_), None) => false,
        };
        let fits = |asked: Option<&str>, own: Option<&str>| asked.is_none_or(|asked| own == Some(asked));
        let lies_there = |region: Option<&str>, province: Option<&str>| {
            fits(wanted.region, region) && fits(wanted.province, province)
        };
        let mut members = Members::default();
        let mut linked: BTreeMap<usize, &Standing> = BTreeMap::new();
        let mut undated = Vec::new();
        for row in registry {
            let place = match wanted.kind {
                AdministrationKind::Comune => time::all().find(row.cadastral_code.as_ref(), row.istat_code.as_ref()),
                _ => None,
            };
            match place {
                // A second administration of the same comune is counted for itself.
                Some(place) if !linked.contains_key(&place) => drop(linked.insert(place, row)),
                _ => undated.push(row),
            }
        }
        if wanted.kind == AdministrationKind::Comune {
            for (place, comune) in time::all().comuni().iter().enumerate() {
                let row = linked.get(&place).copied();
                let code = row.map(|row| &row.ipa_code);
                let Some(state) = comune.between(wanted.span.from, wanted.span.to) else {
                    // Of that time it lay nowhere: its record says whose it is.
                    let asked =
                        row.filter(|row| sees(code) && lies_there(text(&row.region_code), text(&row.province_code)));
                    members.outside.extend(asked.map(|row| row.ipa_code.clone()));
                    continue;
                };
                members.all.push(Member {
                    key: comune.key.clone(),
                    ipa_code: code.cloned(),
                    istat_code: Some(state.istat_code.clone()),
                    name: state.name.clone(),
                    province_code: Some(state.province_code.clone()),
                    region_code: Some(state.region_code.clone()),
                    population: row.and_then(|row| row.population),
                    undated: false,
                    ended_on: comune.ended(),
                    at_end: comune.on(wanted.span.to).is_some(),
                    visible: sees(code),
                });
            }
        }
        members.all.extend(undated.into_iter().map(|row| Member {
            key: row.ipa_code.to_string(),
            ipa_code: Some(row.ipa_code.clone()),
            istat_code: row.istat_code.as_ref().map(ToString::to_string),
            name: row.name.to_string(),
            province_code: row.province_code.as_ref().map(ToString::to_string),
            region_code: row.region_code.as_ref().map(ToString::to_string),
            population: row.population,
            undated: wanted.kind == AdministrationKind::Comune,
            ended_on: None,
            at_end: true,
            visible: sees(Some(&row.ipa_code)),
        }));
        members.all.retain(|one| lies_there(one.region_code.as_deref(), one.province_code.as_deref()));
        members.all.sort_by(|a, b| a.key.cmp(&b.key));
        members.outside.sort();
        members
    }

    /// The administrations whose rows have to be read.
    pub fn read(&self) -> impl Iterator<Item = &IpaCode> {
        let visible = self.all.iter().filter(|one| one.visible).filter_map(|one| one.ipa_code.as_ref());
        visible.chain(&self.outside)
    }
}

fn text(code: &Option<TerritoryCode>) -> Option<&str> {
    code.as_ref().map(TerritoryCode::as_str)
}

/// The name of a group.
pub fn name(by: RollupBy, code: &str) -> Option<String> {
    match by {
        RollupBy::Province | RollupBy::Region => time::all().name(code).map(str::to_owned),
        RollupBy::Country => Some("Italia".to_owned()),
        RollupBy::PopulationClass => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::administrations::model::{CadastralCode, IstatCode};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn standing(ipa: &str, istat: &str, cadastral: &str) -> Standing {
        Standing {
            ipa_code: IpaCode::parse(ipa).unwrap(),
            name: "Comune".parse().unwrap(),
            istat_code: IstatCode::parse(istat),
            cadastral_code: CadastralCode::parse(cadastral),
            province_code: TerritoryCode::parse("048"),
            region_code: TerritoryCode::parse("09"),
            population: Some(4000),
        }
    }

    fn of(from: &str, to: &str, registry: &[Standing], region: Option<&str>) -> Members {
        let wanted = Wanted {
            kind: AdministrationKind::Comune,
            span: Span { from: day(from), to: day(to) },
            region,
            province: None,
        };
        Members::of(registry, &wanted, &Tenants::All)
    }

    #[test]
    fn classes_have_bounds() {
        let classes =
            [0, 1000, 1001, 5000, 5001, 250_000, 250_001].map(|count| PopulationClass::of(Some(count)).as_str());
        let expected = ["up_to_1000", "up_to_1000", "1001_to_5000", "1001_to_5000", "5001_to_10000"];
        assert_eq!(classes[..5], expected);
        assert_eq!(classes[5..], ["100001_to_250000", "over_250000"]);
    }

    #[test]
    fn a_comune_counts_where_it_then_lay() {
        let sappada = [standing("c_i421", "030189", "I421")];
        let region_in = |from, to| {
            let found = of(from, to, &sappada, None);
            let member = found.all.iter().find(|one| one.ipa_code.is_some()).unwrap();
            (member.region_code.clone().unwrap(), member.istat_code.clone().unwrap())
        };
        assert_eq!(region_in("2016-01-01", "2016-12-31"), ("05".to_owned(), "025052".to_owned()));
        assert_eq!(region_in("2018-01-01", "2018-12-31"), ("06".to_owned(), "030189".to_owned()));
        // In the year in which it moved it counts where it was last.
        assert_eq!(region_in("2017-01-01", "2017-12-31").0, "06");
        assert_eq!(of("2019-12-31", "2019-12-31", &sappada, None).all.iter().filter(|one| one.undated).count(), 0);
    }

    #[test]
    fn a_merged_comune_counts_until_it_was_merged_and_is_outside_after() {
        let scarperia = [standing("c_i514", "048042", "I514")];
        let before = of("2013-01-01", "2013-12-31", &scarperia, Some("09"));
        assert!(before.all.iter().any(|one| one.ipa_code.is_some()) && before.outside.is_empty());
        let after = of("2014-01-01", "2014-12-31", &scarperia, Some("09"));
        assert_eq!(after.outside, [IpaCode::parse("c_i514").unwrap()]);
        assert!(after.all.iter().all(|one| one.ipa_code.is_none()));
        assert!(after.all.iter().any(|one| one.name == "Scarperia e San Piero"));
    }

    #[test]
    fn who_cannot_be_dated_is_counted_and_told() {
        let unknown = [standing("c_zzz9", "999999", "Z999")];
        let found = of("2019-01-01", "2019-01-31", &unknown, Some("09"));
        let undated: Vec<_> = found.all.iter().filter(|one| one.undated).collect();
        assert_eq!(undated.len(), 1);
        assert_eq!(undated[0].province_code.as_deref(), Some("048"));
    }
}
