//! A schedule: the set of periods in which something is to be done.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, Ref, RefOr, Schema},
};

use super::{HorizonError, Period, horizon};

/// No schedule needs more: ten years of months.
pub const MAX_PERIODS: usize = 120;

/// A sorted set of periods without duplicates, never empty. In JSON an array of their texts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Schedule {
    first: Period,
    rest: Vec<Period>,
}

/// Why periods are not a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// There is no period.
    #[error("a schedule needs at least one period")]
    Empty,
    /// There are too many.
    #[error("a schedule holds at most {MAX_PERIODS} periods, not {0}")]
    TooMany(usize),
}

impl Schedule {
    /// Sorts the periods and drops duplicates.
    pub fn new(periods: impl IntoIterator<Item = Period>) -> Result<Self, ScheduleError> {
        let periods: BTreeSet<Period> = periods.into_iter().collect();
        if periods.len() > MAX_PERIODS {
            return Err(ScheduleError::TooMany(periods.len()));
        }
        let mut periods = periods.into_iter();
        let first = periods.next().ok_or(ScheduleError::Empty)?;
        Ok(Self { first, rest: periods.collect() })
    }

    /// Every year from the first to the last, both included.
    pub fn of_years(first: i32, last: i32) -> Result<Self, HorizonError> {
        horizon::years(first, last)
    }

    /// Reads an Italian horizon: "2024/25/26", "[biennio 2021 – 2022]", "III trim. 2016", "1° semestre 2025",
    /// "marzo 2024", "2021, 2022 e 2023". A date ("31.12.2024") reads as its month: the shortest period that ends with it.
    pub fn read_horizon(text: &str) -> Result<Self, HorizonError> {
        horizon::read(text)
    }

    /// The periods in order.
    pub fn periods(&self) -> impl Iterator<Item = Period> + '_ {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }

    /// The first day.
    pub fn start(&self) -> NaiveDate {
        self.first.start()
    }

    /// The last day, inclusive; not always the last period's, since a year ends after its first quarter.
    pub fn end(&self) -> NaiveDate {
        self.rest.iter().fold(self.first.end(), |end, period| end.max(period.end()))
    }

    /// The years it touches, in order.
    pub fn years(&self) -> Vec<i32> {
        let years: BTreeSet<i32> = self.periods().map(Period::year).collect();
        years.into_iter().collect()
    }

    /// Whether the day lies in one of its periods.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.periods().any(|period| period.contains(day))
    }
}

impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.periods())
    }
}

impl<'de> Deserialize<'de> for Schedule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::<Period>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl PartialSchema for Schedule {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(Ref::from_schema_name(Period::name()))
            .description(Some("The periods in which something is to be done, in order, each once."))
            .min_items(Some(1))
            .max_items(Some(MAX_PERIODS))
            .examples(["2024", "2025"].map(|year| [year]))
            .into()
    }
}

impl ToSchema for Schedule {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Period::name().into_owned(), Period::schema()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(periods: &[&str]) -> Schedule {
        Schedule::new(periods.iter().map(|text| text.parse().unwrap())).unwrap()
    }

    #[test]
    fn it_sorts_and_drops_duplicates() {
        let read: Schedule = serde_json::from_str(r#"["2025","2024-Q2","2025","2024-Q1"]"#).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"["2024-Q1","2024-Q2","2025"]"#);
        assert_eq!(read.years(), [2024, 2025]);
    }

    #[test]
    fn it_is_never_empty_nor_endless() {
        assert!(serde_json::from_str::<Schedule>("[]").unwrap_err().to_string().contains("at least one"));
        let months = (2000..2020).flat_map(|year| (1..=12).map(move |month| Period::of_month(year, month).unwrap()));
        assert_eq!(Schedule::new(months), Err(ScheduleError::TooMany(240)));
    }

    #[test]
    fn its_end_is_the_latest_day_of_any_period() {
        let mixed = schedule(&["2024", "2024-Q2"]);
        assert_eq!(mixed.start().to_string(), "2024-01-01");
        assert_eq!(mixed.end().to_string(), "2024-12-31");
        assert!(!schedule(&["2024-Q1", "2024-Q3"]).contains("2024-05-01".parse().unwrap()));
    }

    #[test]
    fn the_schema_has_bounds() {
        let schema = serde_json::to_value(Schedule::schema()).unwrap();
        assert_eq!((&schema["minItems"], &schema["maxItems"]), (&1.into(), &120.into()));
        assert_eq!(schema["items"]["$ref"], "#/components/schemas/Period");
    }
}
