//! Which comuni there were on which day, under which code, in which province and region, since 1990. Facts of the release,
//! kept in memory: nobody writes them, and a total asks for all of them. Source: the national controlled vocabularies
//! (ISTAT, AgID; CC-BY 4.0), as of January 2024.
//!
//! A code changes with the province and may be given up; what stays is the cadastral code. So an administration is linked by
//! that, else by any ISTAT code that its comune ever had.

use super::model::{CadastralCode, IstatCode};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

const COMUNI: &str = include_str!("../../data/comuni-in-time.csv");
const TERRITORIES: &str = include_str!("../../data/territories.csv");

/// What a comune was from one day until another.
#[derive(Debug, Clone, Deserialize)]
pub struct State {
    comune: String,
    pub istat_code: String,
    pub name: String,
    pub province_code: String,
    pub region_code: String,
    pub valid_from: NaiveDate,
    /// The first day on which it was so no more.
    pub valid_to: Option<NaiveDate>,
    cadastral_code: Option<String>,
    successor: Option<String>,
}

impl State {
    fn overlaps(&self, from: NaiveDate, to: NaiveDate) -> bool {
        self.valid_from <= to && self.valid_to.is_none_or(|end| end > from)
    }
}

/// A comune through time.
#[derive(Debug)]
pub struct Comune {
    /// Its last ISTAT code, and a year where an older comune had the same.
    pub key: String,
    /// In the order of time, never empty.
    states: Vec<State>,
}

impl Comune {
    /// What it was last between two days, both included; nothing where it was not there on any of them.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> Option<&State> {
        self.states.iter().rev().find(|state| state.overlaps(from, to))
    }

    pub fn on(&self, day: NaiveDate) -> Option<&State> {
        self.between(day, day)
    }

    /// The day from which it is no more.
    pub fn ended(&self) -> Option<NaiveDate> {
        self.states.last().and_then(|state| state.valid_to)
    }

    /// The comune into which it was merged, where that is known.
    pub fn successor(&self) -> Option<&str> {
        self.states.last().and_then(|state| state.successor.as_deref())
    }
}

/// All comuni, and how to find one.
#[derive(Debug)]
pub struct ComuniInTime {
    comuni: Vec<Comune>,
    by_cadastral_code: HashMap<String, usize>,
    by_istat_code: HashMap<String, Vec<usize>>,
    names: HashMap<String, String>,
}

static ALL: LazyLock<ComuniInTime> = LazyLock::new(ComuniInTime::read);

/// The comuni, read at first use.
pub fn all() -> &'static ComuniInTime {
    &ALL
}

impl ComuniInTime {
    fn read() -> Self {
        let mut all = ComuniInTime {
            comuni: Vec::new(),
            by_cadastral_code: HashMap::new(),
            by_istat_code: HashMap::new(),
            names: HashMap::new(),
        };
        // A test reads every line: what is compiled in cannot be wrong only here.
        for state in csv::Reader::from_reader(COMUNI.as_bytes()).deserialize::<State>().flatten() {
            if all.comuni.last().is_none_or(|last| last.key != state.comune) {
                all.comuni.push(Comune { key: state.comune.clone(), states: Vec::new() });
            }
            let place = all.comuni.len() - 1;
            if let Some(code) = &state.cadastral_code {
                all.by_cadastral_code.insert(code.clone(), place);
            }
            let known = all.by_istat_code.entry(state.istat_code.clone()).or_default();
            if !known.contains(&place) {
                known.push(place);
            }
            if let Some(comune) = all.comuni.last_mut() {
                comune.states.push(state);
            }
        }
        all.names = csv::Reader::from_reader(TERRITORIES.as_bytes()).deserialize().flatten().collect();
        all
    }

    pub fn comuni(&self) -> &[Comune] {
        &self.comuni
    }

    /// The name of a province or region by its code.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }

    /// The place in [`ComuniInTime::comuni`] of an administration's comune: by its cadastral code, else by a code that only
    /// one comune ever had.
    pub fn find(&self, cadastral: Option<&CadastralCode>, istat: Option<&IstatCode>) -> Option<usize> {
        if let Some(place) = cadastral.and_then(|code| self.by_cadastral_code.get(code.as_str())) {
            return Some(*place);
        }
        let places = self.by_istat_code.get(istat?.as_str())?;
        let known: Vec<_> = places.iter().filter(|place| self.comuni[**place].ended().is_none()).collect();
        match (places.as_slice(), known.as_slice()) {
            ([only], _) => Some(*only),
            // One that is still there had the code after one that is not.
            (_, [only]) => Some(**only),
            _ => None,
        }
    }
}

/// The last day of which the source tells; what came later is not known here.
pub fn known_until() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 31).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn on(text: &str) -> usize {
        all().comuni().iter().filter(|comune| comune.on(day(text)).is_some()).count()
    }

    #[test]
    fn every_line_is_read_and_follows_the_one_before() {
        let lines: Result<Vec<State>, _> = csv::Reader::from_reader(COMUNI.as_bytes()).deserialize().collect();
        assert_eq!(lines.unwrap().len(), all().comuni().iter().map(|comune| comune.states.len()).sum::<usize>());
        for comune in all().comuni() {
            for (earlier, later) in comune.states.iter().zip(comune.states.iter().skip(1)) {
                assert_eq!(earlier.valid_to, Some(later.valid_from), "{}", comune.key);
            }
            let state = comune.states.last().unwrap();
            assert!(all().name(&state.province_code).is_some() && all().name(&state.region_code).is_some());
        }
        let mut keys: Vec<_> = all().comuni().iter().map(|comune| &comune.key).collect();
        keys.dedup();
        assert_eq!(keys.len(), all().comuni().len());
    }

    /// As the source has them, the rows that stand twice counted once; 7,904 is ISTAT's list of January 2020, 7,896 that of January 2024.
    #[test]
    fn a_year_has_the_comuni_of_that_year() {
        let counted = ["1991-01-01", "2009-01-01", "2014-01-01", "2019-01-01", "2020-01-01", "2024-01-31"].map(on);
        assert_eq!(counted, [8100, 8100, 8071, 7926, 7904, 7896]);
    }

    #[test]
    fn a_comune_is_the_same_under_another_code_and_in_another_region() {
        let found = |code: &str| &all().comuni()[all().find(CadastralCode::parse(code).as_ref(), None).unwrap()];
        let sappada = found("I421");
        let at = |date: &str| {
            let state = sappada.on(day(date)).unwrap();
            (state.istat_code.as_str(), state.region_code.as_str())
        };
        assert_eq!((at("2017-12-15"), at("2017-12-16")), (("025052", "05"), ("030189", "06")));
        let arzachena = found("A453");
        let provinces =
            ["2005-12-31", "2006-01-01", "2016-04-28"].map(|date| &arzachena.on(day(date)).unwrap().province_code);
        assert_eq!(provinces, ["090", "104", "090"]);
        // By a code that it has no more.
        let old = all().find(None, IstatCode::parse("104004").as_ref()).unwrap();
        assert_eq!(all().comuni()[old].key, arzachena.key);
    }

    #[test]
    fn a_merged_comune_ends_and_its_successor_is_told() {
        let place = all().find(None, IstatCode::parse("048042").as_ref()).unwrap();
        let scarperia = &all().comuni()[place];
        assert_eq!((scarperia.ended(), scarperia.successor()), (Some(day("2014-01-01")), Some("048053")));
        assert!(scarperia.on(day("2013-12-31")).is_some() && scarperia.on(day("2014-01-01")).is_none());
    }
}
