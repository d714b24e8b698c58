//! Periods and schedules: years, half-years, quarters and months as values, never as column positions.

mod horizon;
mod horizon_words;
mod schedule;
mod stored;

use std::{cmp::Ordering, fmt, str::FromStr};

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

pub use horizon::{HorizonError, name_of_month};
pub use schedule::{MAX_PERIODS, Schedule, ScheduleError};
pub use stored::MeasuredPeriod;

/// The first year a plan may speak of.
pub const FIRST_YEAR: i32 = 1990;
/// The last year a plan may speak of.
pub const LAST_YEAR: i32 = 2100;

/// A year, half-year, quarter or month, written as SDMX does: `2024`, `2024-S1`, `2024-Q3`, `2024-06`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    year: i32,
    part: Part,
}

/// Which part of its year a period is; the number counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Year,
    Half(u8),
    Quarter(u8),
    Month(u8),
}

/// How long a period is; shorter is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    /// One month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// Twelve months.
    Year,
}

impl Length {
    /// How many months it lasts.
    pub fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Half => 6,
            Self::Year => 12,
        }
    }
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The text has another form.
    #[error("`{0}` is not a period: write 2024, 2024-S1, 2024-Q3 or 2024-06")]
    Form(String),
    /// The year is out of range.
    #[error("year {0} is not plausible: it must lie between {FIRST_YEAR} and {LAST_YEAR}")]
    Year(i32),
    /// There is no such half-year, quarter or month.
    #[error("there is no {unit} {number}: it must lie between 1 and {max}")]
    Part {
        /// What was counted.
        unit: &'static str,
        /// The number given.
        number: u32,
        /// The highest number there is.
        max: u32,
    },
}

impl Period {
    /// A whole year.
    pub fn of_year(year: i32) -> Result<Self, PeriodError> {
        Self::of(Length::Year, year, 1)
    }

    /// The `number`-th half-year (1–2).
    pub fn of_half(year: i32, number: u32) -> Result<Self, PeriodError> {
        Self::of(Length::Half, year, number)
    }

    /// The `number`-th quarter (1–4).
    pub fn of_quarter(year: i32, number: u32) -> Result<Self, PeriodError> {
        Self::of(Length::Quarter, year, number)
    }

    /// The `number`-th month (1–12).
    pub fn of_month(year: i32, number: u32) -> Result<Self, PeriodError> {
        Self::of(Length::Month, year, number)
    }

    /// The `number`-th period of that length in the year, counted from 1.
    pub fn of(length: Length, year: i32, number: u32) -> Result<Self, PeriodError> {
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return Err(PeriodError::Year(year));
        }
        let (unit, part): (_, fn(u8) -> Part) = match length {
            Length::Year => ("year", |_| Part::Year),
            Length::Half => ("half-year", Part::Half),
            Length::Quarter => ("quarter", Part::Quarter),
            Length::Month => ("month", Part::Month),
        };
        let max = 12 / length.months();
        match u8::try_from(number) {
            Ok(small) if (1..=max).contains(&number) => Ok(Self { year, part: part(small) }),
            _ => Err(PeriodError::Part { unit, number, max }),
        }
    }

    /// The year it lies in.
    pub fn year(self) -> i32 {
        self.year
    }

    /// How long it is.
    pub fn length(self) -> Length {
        match self.part {
            Part::Year => Length::Year,
            Part::Half(_) => Length::Half,
            Part::Quarter(_) => Length::Quarter,
            Part::Month(_) => Length::Month,
        }
    }

    /// Which one of its year it is, counted from 1.
    pub fn number(self) -> u32 {
        match self.part {
            Part::Year => 1,
            Part::Half(number) | Part::Quarter(number) | Part::Month(number) => u32::from(number),
        }
    }

    /// The first day.
    pub fn start(self) -> NaiveDate {
        let month = (self.number() - 1) * self.length().months() + 1;
        // Year and number were checked when it was made, so there is always such a day.
        NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or_default()
    }

    /// The last day, inclusive.
    pub fn end(self) -> NaiveDate {
        let start = self.start();
        let next = start.checked_add_months(Months::new(self.length().months()));
        next.and_then(|day| day.pred_opt()).unwrap_or(start)
    }

    /// Whether the day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        (self.start()..=self.end()).contains(&day)
    }

    /// Whether the other period lies wholly in it.
    pub fn covers(self, other: Self) -> bool {
        self.contains(other.start()) && self.contains(other.end())
    }

    /// The period of that length that holds the day.
    pub fn holding(day: NaiveDate, length: Length) -> Result<Self, PeriodError> {
        Self::of(length, day.year(), day.month0() / length.months() + 1)
    }

    /// The one of the same length that follows, if its year is still plausible.
    pub fn next(self) -> Option<Self> {
        Self::holding(self.end().succ_opt()?, self.length()).ok()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Year => write!(f, "{}", self.year),
            Part::Half(number) => write!(f, "{}-S{number}", self.year),
            Part::Quarter(number) => write!(f, "{}-Q{number}", self.year),
            Part::Month(number) => write!(f, "{}-{number:02}", self.year),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let form = || PeriodError::Form(text.chars().take(40).collect());
        let digits = |text: &str, count: usize| {
            let all = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
            all.then(|| text.parse::<u32>().ok()).flatten().ok_or_else(form)
        };
        let (year, part) = match text.split_once('-') {
            None => (text, None),
            Some((year, part)) => (year, Some(part)),
        };
        let year = i32::try_from(digits(year, 4)?).map_err(|_| form())?;
        match part {
            None => Self::of_year(year),
            Some(part) => match part.strip_prefix('S') {
                Some(half) => Self::of_half(year, digits(half, 1)?),
                None => match part.strip_prefix('Q') {
                    Some(quarter) => Self::of_quarter(year, digits(quarter, 1)?),
                    None => Self::of_month(year, digits(part, 2)?),
                },
            },
        }
    }
}

/// By first day, then the shorter first.
impl Ord for Period {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.start(), self.length()).cmp(&(other.start(), other.length()))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl PartialSchema for Period {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A year, half-year, quarter or month, as SDMX writes it."))
            .pattern(Some("^(19[0-9]{2}|20[0-9]{2}|2100)(-(S[12]|Q[1-4]|0[1-9]|1[0-2]))?$"))
            .min_length(Some(4))
            .max_length(Some(7))
            .examples(["2024-Q3"])
            .into()
    }
}

impl ToSchema for Period {}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn text_forms_round_trip() {
        for text in ["2024", "2024-S1", "2024-S2", "2024-Q3", "2024-06", "1990", "2100-12"] {
            assert_eq!(period(text).to_string(), text);
            let json = serde_json::to_string(&period(text)).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Period>(&json).unwrap(), period(text));
        }
    }

    #[test]
    fn other_texts_are_refused_with_their_reason() {
        for text in
            ["", "24", "2024-", "2024-6", "2024-Q", "2024-q1", "2024/06", " 2024", "２０２４", "+024", "2024-Q01"]
        {
            assert!(matches!(text.parse::<Period>(), Err(PeriodError::Form(_))), "{text}");
        }
        assert_eq!("1989".parse::<Period>(), Err(PeriodError::Year(1989)));
        assert_eq!(
            "2024-13".parse::<Period>().unwrap_err().to_string(),
            "there is no month 13: it must lie between 1 and 12"
        );
        assert!("2024-Q5".parse::<Period>().is_err() && "2024-S0".parse::<Period>().is_err());
    }

    #[test]
    fn bounds_are_inclusive() {
        let bounds = |text: &str| (period(text).start().to_string(), period(text).end().to_string());
        assert_eq!(bounds("2024-02"), ("2024-02-01".into(), "2024-02-29".into()));
        assert_eq!(bounds("2023-Q4"), ("2023-10-01".into(), "2023-12-31".into()));
        assert_eq!(bounds("2023-S2"), ("2023-07-01".into(), "2023-12-31".into()));
        assert!(period("2024").covers(period("2024-Q4")) && !period("2024-Q1").covers(period("2024")));
        assert!(period("2024-Q1").contains(period("2024-03").end()));
    }

    #[test]
    fn order_is_by_start_then_length() {
        let mut all = ["2024", "2023-12", "2024-S1", "2024-01", "2024-Q1", "2024-Q2"].map(period);
        all.sort();
        assert_eq!(all.map(|p| p.to_string()), ["2023-12", "2024-01", "2024-Q1", "2024-S1", "2024", "2024-Q2"]);
    }

    #[test]
    fn the_next_period_crosses_the_year() {
        assert_eq!(period("2015-Q4").next(), Some(period("2016-Q1")));
        assert_eq!(period("2016-12").next(), Some(period("2017-01")));
        assert_eq!(period("2100").next(), None);
    }

    #[test]
    fn the_schema_is_closed() {
        let schema = serde_json::to_value(Period::schema()).unwrap();
        assert_eq!(schema["maxLength"], 7);
        assert!(schema["pattern"].as_str().unwrap().starts_with('^'));
    }
}
