//! The civil calendar: days and months, which stand in columns as integers, and the days on which Italian offices work.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Integer;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

/// What stands as an integer in a column, and as text everywhere else.
macro_rules! calendar_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Integer)]
        pub struct $name(i32);

        impl $name {
            /// As it stands in its column.
            pub fn number(self) -> i32 {
                self.0
            }

            /// What stands in its column; it was checked when it came in.
            pub fn from_number(number: i32) -> Self {
                $name(number)
            }
        }

        impl<DB: Backend> ToSql<Integer, DB> for $name
        where
            i32: ToSql<Integer, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <i32 as ToSql<Integer, DB>>::to_sql(&self.0, out)
            }
        }

        impl<DB: Backend> FromSql<Integer, DB> for $name
        where
            i32: FromSql<Integer, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                <i32 as FromSql<Integer, DB>>::from_sql(bytes).map($name)
            }
        }

        impl crate::db::bulk::InCell for $name {
            fn cell(&self) -> crate::db::bulk::Cell<'_> {
                crate::db::bulk::Cell::Number(Some(i64::from(self.0)))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::text::deserialize_parsed(deserializer)
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

calendar_type!(
    /// A day: 20240630 in a column, `2024-06-30` in JSON.
    Day
);
calendar_type!(
    /// A month: 202406 in a column, `2024-06` in JSON.
    Month
);

impl Day {
    pub fn of(date: NaiveDate) -> Self {
        Day(date.year() * 10_000 + date.month() as i32 * 100 + date.day() as i32)
    }

    pub fn date(self) -> NaiveDate {
        let (month, day) = ((self.0 / 100 % 100) as u32, (self.0 % 100) as u32);
        // It was made from a date.
        NaiveDate::from_ymd_opt(self.0 / 10_000, month, day).unwrap_or_default()
    }
}

impl Month {
    pub fn of(date: NaiveDate) -> Self {
        Month(date.year() * 100 + date.month() as i32)
    }

    pub fn year(self) -> i32 {
        self.0 / 100
    }

    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0 / 100, (self.0 % 100) as u32, 1).unwrap_or_default()
    }

    pub fn last_day(self) -> NaiveDate {
        let next = self.first_day().checked_add_months(chrono::Months::new(1));
        next.and_then(|next| next.pred_opt()).unwrap_or_default()
    }

    pub fn january_of(self) -> Self {
        Month(self.year() * 100 + 1)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0 / 10_000, self.0 / 100 % 100, self.0 % 100)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 100, self.0 % 100)
    }
}

/// Of four-digit years that records speak of.
fn plausible(year: i32) -> bool {
    (1990..=2100).contains(&year)
}

impl std::str::FromStr for Day {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
        let date = date.filter(|date: &NaiveDate| plausible(date.year()));
        date.map(Day::of).ok_or_else(|| "must be a day between 1990 and 2100, such as 2024-06-30".to_owned())
    }
}

impl std::str::FromStr for Month {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let number =
            |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
        let month = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2);
        let month = month.and_then(|(year, month)| Some((number(year)?, number(month)?)));
        let month = month.filter(|(year, month): &(i32, i32)| plausible(*year) && (1..=12).contains(month));
        month
            .map(|(year, month)| Month(year * 100 + month))
            .ok_or_else(|| "must be a month between 1990 and 2100, such as 2024-06".to_owned())
    }
}

impl utoipa::PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .max_length(Some(10))
            .description(Some("A day (RFC 3339 full-date)."))
            .examples([serde_json::json!("2024-06-30")])
            .into()
    }
}

impl utoipa::PartialSchema for Month {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[0-9]{4}-(0[1-9]|1[0-2])$"))
            .max_length(Some(7))
            .description(Some("A month."))
            .examples([serde_json::json!("2024-06")])
            .into()
    }
}

/// Whether Italian offices work on a day: Monday to Friday but for national holidays.
pub fn is_working_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(date)
}

/// The national holidays, as law 260/1949 and its changes name them; patron saints are local and not known here.
fn is_holiday(date: NaiveDate) -> bool {
    const FIXED: [(u32, u32); 10] =
        [(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)];
    // Saint Francis is a national holiday again from 2026 on (law 151/2025).
    let saint_francis = date.year() >= 2026 && (date.month(), date.day()) == (10, 4);
    let easter_monday = easter(date.year()).and_then(|easter| easter.checked_add_days(Days::new(1)));
    FIXED.contains(&(date.month(), date.day())) || saint_francis || easter_monday == Some(date)
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for day in [
            "1990-04-15",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2019-04-21",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2038-04-25",
            "2076-04-19",
            "2100-03-28",
        ] {
            assert_eq!(easter(date(day).year()), Some(date(day)));
        }
    }

    #[test]
    fn offices_work_from_monday_to_friday_but_on_holidays() {
        for day in ["2024-04-01", "2024-04-25", "2024-05-01", "2024-06-02", "2024-06-01", "2024-12-26", "2024-11-01"] {
            assert!(!is_working_day(date(day)), "{day}");
        }
        for day in ["2024-03-29", "2024-04-02", "2024-06-03", "2024-12-24", "2024-10-04"] {
            assert!(is_working_day(date(day)), "{day}");
        }
        let year = date("2024-01-01").iter_days().take(366);
        assert_eq!(year.filter(|day| is_working_day(*day)).count(), 254);
    }

    #[test]
    fn days_and_months_are_written_and_read() {
        let day: Day = "2024-02-29".parse().unwrap();
        assert_eq!((day.to_string(), day.date(), day.0), ("2024-02-29".to_owned(), date("2024-02-29"), 20_240_229));
        let month: Month = "2024-02".parse().unwrap();
        assert_eq!((month.to_string(), month.last_day(), month.0), ("2024-02".to_owned(), date("2024-02-29"), 202_402));
        for wrong in ["2024-2", "2024-13", "1989-01", "2024-02-01", "24-02", ""] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
        for wrong in ["2023-02-29", "2024-6-30", "20240630", ""] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
    }
}
