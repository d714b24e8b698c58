//! A plan's years cut into periods: the columns of a schedule, the points of a series.

use crate::db::types::text_enum;
use crate::planning::periods::{Length, Period};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

text_enum!(
    /// How long the periods are.
    By { Year = "year", HalfYear = "half_year", Quarter = "quarter", Month = "month" }
);

impl By {
    pub fn length(self) -> Length {
        match self {
            By::Year => Length::Year,
            By::HalfYear => Length::Half,
            By::Quarter => Length::Quarter,
            By::Month => Length::Month,
        }
    }

    pub fn of(length: Length) -> Self {
        match length {
            Length::Year => By::Year,
            Length::Half => By::HalfYear,
            Length::Quarter => By::Quarter,
            Length::Month => By::Month,
        }
    }

    /// Every period of the years from the first to the last.
    pub fn periods(self, first_year: i32, last_year: i32) -> Vec<Period> {
        let first = Period::of(self.length(), first_year, 1).ok();
        std::iter::successors(first, |period| period.next()).take_while(|period| period.year() <= last_year).collect()
    }
}

/// A column: a period of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Column {
    /// Its place, from 0.
    #[schema(minimum = 0, maximum = 119)]
    pub index: i32,
    pub period: Period,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Column {
    pub fn all(periods: &[Period]) -> Vec<Column> {
        let columns = (0..).zip(periods);
        columns
            .map(|(index, period)| Column { index, period: *period, from: period.start(), to: period.end() })
            .collect()
    }
}

/// Whether two stretches of days share one.
pub fn overlap(one: (NaiveDate, NaiveDate), other: (NaiveDate, NaiveDate)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_cut_without_gaps() {
        for (by, count, first, last) in [
            (By::Year, 3, "2015", "2017"),
            (By::HalfYear, 6, "2015-S1", "2017-S2"),
            (By::Quarter, 12, "2015-Q1", "2017-Q4"),
            (By::Month, 36, "2015-01", "2017-12"),
        ] {
            let periods = by.periods(2015, 2017);
            assert_eq!((periods.len(), periods[0].to_string().as_str()), (count, first));
            assert_eq!(periods[count - 1].to_string(), last);
            assert!(periods.windows(2).all(|pair| pair[0].end().succ_opt() == Some(pair[1].start())));
        }
        assert_eq!(By::Year.periods(2098, 2100).len(), 3);
    }
}
