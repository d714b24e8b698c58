//! Until when a target is due: rules relative to the reference year Y, with their text form.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest text form accepted back; what reading builds is far shorter.
const MAX_TEXT: usize = 1000;

/// A deadline, as one JSON string:
///
/// | text | meaning |
/// |---|---|
/// | `Y-12-31`, `Y-1-12-31`, `Y+1-01-31` | a day of the reference year, the one before, the one after |
/// | `2024-12-31` | that day, whatever the reference year |
/// | `each Y-12-31` | that day of every year |
/// | `Y-06-30\|Y-12-31` | several of them |
/// | `within P10D from event`, `within PT48H from event` | so long after an event |
/// | `named:scadenza fiscale` | a named deadline, not resolved here |
/// | `2024=10\|2025=12` | one value each year |
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeadlineRule {
    /// Calendar days, in the order written; never empty.
    Dates(Vec<When>),
    /// An elapsed time from an event.
    Within(u32, Span),
    /// A deadline known by its name, lower case, without article.
    Named(String),
    /// One value each year, in the order written; never empty.
    Schedule(Vec<(i32, Decimal)>),
}

/// One calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// That day.
    On(NaiveDate),
    /// Month and day of the reference year plus `years`.
    Relative {
        /// -1 the year before, 0 the reference year, 1 the year after.
        years: i32,
        /// 1..=12
        month: u32,
        /// 1..=31, possible in some year.
        day: u32,
    },
    /// Month and day of every year.
    Each {
        /// 1..=12
        month: u32,
        /// 1..=31, possible in some year.
        day: u32,
    },
}

/// The unit of an elapsed time, as its ISO 8601 letter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Span {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

impl When {
    /// The day meant in a reference year; `None` beyond the calendar. 29 February falls back to the 28th.
    #[must_use]
    pub fn resolve(self, reference_year: i32) -> Option<NaiveDate> {
        let (year, month, day) = match self {
            Self::On(date) => return Some(date),
            Self::Relative { years, month, day } => (reference_year.checked_add(years)?, month, day),
            Self::Each { month, day } => (reference_year, month, day),
        };
        let fallback = || NaiveDate::from_ymd_opt(year, 2, 28).filter(|_| (month, day) == (2, 29));
        NaiveDate::from_ymd_opt(year, month, day).or_else(fallback)
    }
}

impl Span {
    const LETTERS: [(Self, &str, &str); 6] = [
        (Self::Minutes, "PT", "M"),
        (Self::Hours, "PT", "H"),
        (Self::Days, "P", "D"),
        (Self::Weeks, "P", "W"),
        (Self::Months, "P", "M"),
        (Self::Years, "P", "Y"),
    ];
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(date) => write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
            Self::Relative { years: 0, month, day } => write!(f, "Y-{month:02}-{day:02}"),
            Self::Relative { years, month, day } => write!(f, "Y{years:+}-{month:02}-{day:02}"),
            Self::Each { month, day } => write!(f, "each Y-{month:02}-{day:02}"),
        }
    }
}

impl fmt::Display for DeadlineRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dates(dates) => joined(f, dates, |f, when| when.fmt(f)),
            Self::Within(amount, span) => {
                let (_, head, tail) = Span::LETTERS.into_iter().find(|(each, ..)| each == span).unwrap_or_default();
                write!(f, "within {head}{amount}{tail} from event")
            }
            Self::Named(name) => write!(f, "named:{name}"),
            Self::Schedule(years) => joined(f, years, |f, (year, value)| write!(f, "{year}={value}")),
        }
    }
}

impl Default for Span {
    /// Days, the usual unit of a term.
    fn default() -> Self {
        Self::Days
    }
}

fn joined<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str("|")?;
        }
        write(f, item)?;
    }
    Ok(())
}

/// A text that is no deadline rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADeadline;

impl fmt::Display for NotADeadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a deadline rule; write for instance Y-12-31, 2024-12-31, each Y-06-30, named:scadenza fiscale")
    }
}

impl std::error::Error for NotADeadline {}

impl FromStr for DeadlineRule {
    type Err = NotADeadline;

    fn from_str(text: &str) -> Result<Self, NotADeadline> {
        parse_rule(text).ok_or(NotADeadline)
    }
}

fn parse_rule(text: &str) -> Option<DeadlineRule> {
    if text.is_empty() || text.len() > MAX_TEXT {
        return None;
    }
    if let Some(name) = text.strip_prefix("named:") {
        return (!name.is_empty()).then(|| DeadlineRule::Named(name.to_owned()));
    }
    if let Some(within) = text.strip_prefix("within ") {
        let within = within.strip_suffix(" from event")?;
        return Span::LETTERS.into_iter().find_map(|(span, head, tail)| {
            let amount = within.strip_prefix(head)?.strip_suffix(tail)?;
            let digits = amount.bytes().all(|byte| byte.is_ascii_digit());
            amount.parse().ok().filter(|_| digits).map(|amount| DeadlineRule::Within(amount, span))
        });
    }
    if text.contains('=') {
        let entries = text.split('|').map(|entry| {
            let (year, value) = entry.split_once('=')?;
            Some((year.parse().ok()?, value.parse().ok()?))
        });
        return entries.collect::<Option<_>>().map(DeadlineRule::Schedule);
    }
    text.split('|').map(parse_when).collect::<Option<_>>().map(DeadlineRule::Dates)
}

fn parse_when(text: &str) -> Option<When> {
    let (rest, each) = text.strip_prefix("each ").map_or((text, false), |rest| (rest, true));
    let (head, day) = rest.rsplit_once('-')?;
    let (head, month) = head.rsplit_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    let Some(years) = head.strip_prefix('Y') else {
        return (!each).then(|| NaiveDate::from_ymd_opt(head.parse().ok()?, month, day).map(When::On))?;
    };
    let years = if years.is_empty() { 0 } else { years.parse().ok()? };
    // 2024 is a leap year: every day that some year has.
    NaiveDate::from_ymd_opt(2024, month, day)?;
    match (each, years) {
        (true, 0) => Some(When::Each { month, day }),
        (true, _) => None,
        (false, -9..=9) => Some(When::Relative { years, month, day }),
        (false, _) => None,
    }
}

impl Serialize for DeadlineRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DeadlineRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_survive_their_text() {
        for text in [
            "Y-12-31",
            "Y-1-12-31",
            "Y+1-01-31",
            "2024-12-31",
            "each Y-12-31",
            "Y-06-30|Y-12-31",
            "within P10D from event",
            "within PT48H from event",
            "within PT5M from event",
            "within P5M from event",
            "named:scadenza fiscale",
            "2024=10|2025=12.5",
        ] {
            assert_eq!(text.parse::<DeadlineRule>().map(|rule| rule.to_string()).as_deref(), Ok(text));
        }
        for text in
            ["", "Y-13-01", "Y-02-30", "2023-02-29", "each 2024-01-01", "within P-3D from event", "named:", "Y-", "x=1"]
        {
            assert_eq!(text.parse::<DeadlineRule>(), Err(NotADeadline), "{text}");
        }
    }

    #[test]
    fn a_leap_day_falls_back() {
        let when = When::Relative { years: 0, month: 2, day: 29 };
        assert_eq!(when.resolve(2025), NaiveDate::from_ymd_opt(2025, 2, 28));
        assert_eq!(when.resolve(2024), NaiveDate::from_ymd_opt(2024, 2, 29));
    }
}
