//! The missions and programmes of Italian public budgets (d.lgs. 118/2011), and the check of a link to them.

use std::{collections::BTreeSet, fmt, sync::LazyLock};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wording::{agrees, fold, same_name};

/// Above this share of equal letters a name that stands beside its code is that code's, with typing errors.
const MISSPELLED: f64 = 0.75;

/// One row of the official list.
#[derive(Debug, Deserialize)]
struct Programme {
    #[serde(rename = "mission_code")]
    mission: String,
    mission_name: String,
    #[serde(rename = "programme_code")]
    code: String,
    #[serde(rename = "programme_name")]
    name: String,
}

/// The official list. A row that could not be read would be missing here; a test counts them.
static PROGRAMMES: LazyLock<Vec<Programme>> = LazyLock::new(|| {
    let file = include_str!("../../data/budget-programmes.csv");
    csv::Reader::from_reader(file.as_bytes()).into_deserialize().filter_map(Result::ok).collect()
});

/// A link of an objective to a mission and programme of the budget, with the official codes and names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetLink {
    /// Code of the mission, two digits.
    #[schema(pattern = "^[0-9]{2}$", min_length = 2, max_length = 2, example = "01")]
    pub mission: String,
    /// Code of the programme within its mission, two digits.
    #[schema(pattern = "^[0-9]{2}$", min_length = 2, max_length = 2, example = "08")]
    pub programme: String,
    /// Official name of the mission.
    #[schema(pattern = r"^\S.*\S$", max_length = 200, example = "Turismo")]
    pub mission_name: String,
    /// Official name of the programme.
    #[schema(pattern = r"^\S.*\S$", max_length = 200, example = "Statistica e sistemi informativi")]
    pub programme_name: String,
}

/// Which half of a link a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The mission.
    Mission,
    /// The programme.
    Programme,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mission => "mission",
            Self::Programme => "programme",
        })
    }
}

/// Why there is no such link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BudgetError {
    /// Neither a code nor a name was given.
    #[error("the {level} is missing: give its code, one of {known}")]
    Missing {
        /// What is missing.
        level: Level,
        /// The codes there are.
        known: String,
    },
    /// The code is not in the official list.
    #[error("there is no {level} `{given}`: {remedy}")]
    Unknown {
        /// What is unknown.
        level: Level,
        /// What was given.
        given: String,
        /// What would be right.
        remedy: String,
    },
}

/// The code was found, but the given name is another one's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{level} {code} is called `{official}`, not `{given}`{hint}")]
pub struct BudgetWarning {
    /// Whose name differs.
    pub level: Level,
    /// The code that was followed.
    pub code: String,
    /// The name given with it.
    pub given: String,
    /// The official name of the code.
    pub official: String,
    /// Whose name the given one is, where it is somebody's: "; that is programme 06".
    pub hint: String,
}

/// Finds a link from what a person wrote: codes with or without leading zero, names in any case. The code
/// decides; a name that says something else is a warning. Without a code the name is looked up.
pub fn resolve(
    mission_code: &str,
    mission_name: Option<&str>,
    programme_code: Option<&str>,
    programme_name: Option<&str>,
) -> Result<(BudgetLink, Vec<BudgetWarning>), BudgetError> {
    let missions: BTreeSet<(&str, &str)> =
        PROGRAMMES.iter().map(|row| (row.mission.as_str(), row.mission_name.as_str())).collect();
    let missions = Choice { level: Level::Mission, options: missions.into_iter().collect() };
    let (mission, wrong_mission) = missions.pick(mission_code, mission_name)?;

    let rows = PROGRAMMES.iter().filter(|row| row.mission == mission.0);
    let programmes =
        Choice { level: Level::Programme, options: rows.map(|row| (row.code.as_str(), row.name.as_str())).collect() };
    let code = programme_code.unwrap_or_default().trim();
    // Some plans write the programme with its mission before it: 01.02 or 0102.
    let own = code.strip_prefix(mission.0).map(|rest| rest.trim_start_matches(['.', '-', ' ']));
    let code = own.filter(|rest| rest.len() == 2).unwrap_or(code);
    let (programme, wrong_programme) = programmes.pick(code, programme_name)?;

    let link = BudgetLink {
        mission: mission.0.to_owned(),
        programme: programme.0.to_owned(),
        mission_name: mission.1.to_owned(),
        programme_name: programme.1.to_owned(),
    };
    Ok((link, wrong_mission.into_iter().chain(wrong_programme).collect()))
}

/// The missions, or the programmes of one mission, as (code, name).
struct Choice<'a> {
    level: Level,
    options: Vec<(&'a str, &'a str)>,
}

impl<'a> Choice<'a> {
    fn pick(&self, code: &str, name: Option<&str>) -> Result<((&'a str, &'a str), Option<BudgetWarning>), BudgetError> {
        let level = self.level;
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let code = code.trim();
        if code.is_empty() {
            let Some(name) = name else {
                return Err(BudgetError::Missing { level, known: self.codes() });
            };
            return match self.named(name) {
                Some(found) => Ok((found, None)),
                None => {
                    Err(BudgetError::Unknown { level, given: shortened(name), remedy: self.remedy(None, Some(name)) })
                }
            };
        }
        let number = number_in(code);
        let found = self.options.iter().find(|(code, _)| number.is_some() && code.parse().ok() == number);
        let Some(&(code, official)) = found else {
            let remedy = self.remedy(number, name);
            return Err(BudgetError::Unknown { level, given: shortened(code), remedy });
        };
        let warning =
            name.filter(|name| !agrees(name, official) && self.nearest(name) != official).map(|name| BudgetWarning {
                level,
                code: code.to_owned(),
                given: shortened(name),
                official: official.to_owned(),
                hint: self.named(name).map(|(code, _)| format!("; that is {level} {code}")).unwrap_or_default(),
            });
        Ok(((code, official), warning))
    }

    fn named(&self, name: &str) -> Option<(&'a str, &'a str)> {
        let exact = self.options.iter().find(|(_, official)| fold(official) == fold(name));
        exact.or_else(|| self.options.iter().find(|(_, official)| same_name(official, name))).copied()
    }

    /// The official name that a misspelled one is nearest to; nothing where none is near.
    fn nearest(&self, name: &str) -> &str {
        let name = fold(name);
        let likeness = |official: &str| strsim::normalized_damerau_levenshtein(&fold(official), &name);
        let likely = self.options.iter().map(|(_, official)| (likeness(official), *official));
        let likely = likely.filter(|(likeness, _)| *likeness >= MISSPELLED);
        likely.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, official)| official).unwrap_or_default()
    }

    fn remedy(&self, number: Option<u32>, name: Option<&str>) -> String {
        if let Some((code, official)) = name.and_then(|name| self.named(name)) {
            return format!("`{official}` is {code}");
        }
        let nearest = |number: u32| {
            let distance = |code: &str| code.parse::<u32>().map_or(u32::MAX, |code| code.abs_diff(number));
            self.options.iter().min_by_key(|(code, _)| distance(code))
        };
        let alike = |name: &str| {
            let likeness = |official: &str| strsim::jaro_winkler(&fold(official), &fold(name));
            self.options.iter().max_by(|one, other| likeness(one.1).total_cmp(&likeness(other.1)))
        };
        let nearest = number.and_then(nearest).or_else(|| name.and_then(alike));
        let nearest = nearest.map(|(code, name)| format!("; nearest is {code} `{name}`")).unwrap_or_default();
        format!("the codes are {}{nearest}", self.codes())
    }

    fn codes(&self) -> String {
        self.options.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", ")
    }
}

/// The one number in "1", "01", "M01", "Missione 1" or "n. 1"; nothing where there are two, none or other signs.
fn number_in(code: &str) -> Option<u32> {
    if code.chars().any(|c| !(c.is_alphanumeric() || c.is_whitespace() || matches!(c, '.' | '°' | ':'))) {
        return None;
    }
    let folded = fold(code);
    let digits = folded.trim_start_matches(|c: char| c.is_alphabetic() || c == ' ');
    digits.parse().ok()
}

/// Messages quote at most this much of what they were given.
fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let missions: BTreeSet<_> = PROGRAMMES.iter().map(|row| &row.mission).collect();
        assert_eq!((missions.len(), PROGRAMMES.len()), (23, 99));
        assert!(PROGRAMMES.iter().all(|row| row.mission.len() == 2 && row.code.len() == 2));
        assert!(PROGRAMMES.iter().all(|row| row.mission_name.len() <= 200 && row.name.len() <= 200));
    }

    #[test]
    fn codes_are_read_in_every_spelling() {
        for (mission, programme) in [
            ("1", "8"),
            ("01", "08"),
            (" 1 ", " 08"),
            ("Missione 1", "Programma 8"),
            ("M01", "P.08"),
            ("1", "01.08"),
            ("01", "0108"),
        ] {
            let (link, warnings) = resolve(mission, None, Some(programme), None).unwrap();
            assert_eq!((link.mission.as_str(), link.programme.as_str()), ("01", "08"), "{mission}/{programme}");
            assert_eq!(link.programme_name, "Statistica e sistemi informativi");
            assert!(warnings.is_empty());
        }
    }

    #[test]
    fn names_that_agree_pass_in_silence() {
        let fine =
            resolve("01", Some("SERVIZI ISTITUZIONALI GENERALI E DI GESTIONE"), Some("06"), Some("Ufficio Tecnico"));
        assert!(fine.unwrap().1.is_empty());
        let typo = resolve(
            "09",
            Some("SVILUPPO SOSTENIBILE E TUTELA DEL TERITORIO E DELL’AMBIENTE"),
            Some("1"),
            Some("Difesa del suollo"),
        );
        assert!(typo.unwrap().1.is_empty());
    }

    #[test]
    fn a_name_of_another_programme_is_a_warning() {
        let (link, warnings) = resolve("01", None, Some("08"), Some("Ufficio tecnico")).unwrap();
        assert_eq!(link.programme, "08");
        assert_eq!(
            warnings.first().unwrap().to_string(),
            "programme 08 is called `Statistica e sistemi informativi`, not `Ufficio tecnico`; that is programme 06"
        );
    }

    #[test]
    fn unknown_codes_say_what_would_be_right() {
        let error = resolve("21", None, Some("01"), None).unwrap_err().to_string();
        assert!(
            error.starts_with("there is no mission `21`: the codes are 01, 02,")
                && error.ends_with("nearest is 20 `Fondi e accantonamenti`"),
            "{error}"
        );
        let error = resolve("07", None, Some("5"), None).unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no programme `5`: the codes are 01, 02; nearest is 02 `Politica regionale unitaria per il turismo`"
        );
        let error = resolve("31", Some("Turismo"), Some("1"), None).unwrap_err().to_string();
        assert_eq!(error, "there is no mission `31`: `Turismo` is 07");
        for nonsense in ["-1", "1/2", "uno", "9999999999999", "1 2"] {
            assert!(resolve(nonsense, None, Some("1"), None).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_name_alone_is_looked_up_and_nothing_at_all_is_refused() {
        let (link, _) = resolve("", Some("turismo"), None, Some("Sviluppo e valorizzazione del turismo")).unwrap();
        assert_eq!((link.mission.as_str(), link.programme.as_str()), ("07", "01"));
        let error = resolve("07", None, None, None).unwrap_err().to_string();
        assert_eq!(error, "the programme is missing: give its code, one of 01, 02");
    }
}
