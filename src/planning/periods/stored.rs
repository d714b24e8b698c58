//! A period in a column.

use super::Period;

crate::text::text_type!(
    /// A period as it stands in a column: of a measurement, a lock, a report.
    MeasuredPeriod, 4..=7, "^[0-9]{4}(-(S[12]|Q[1-4]|(0[1-9]|1[0-2])))?$",
    "a period: 2024, 2024-S1, 2024-Q3 or 2024-06", "2024-Q3",
    |text: &str| text.trim().parse::<Period>().ok().map(|period| period.to_string())
);

impl From<Period> for MeasuredPeriod {
    fn from(period: Period) -> Self {
        MeasuredPeriod::from_trusted(period.to_string())
    }
}

impl MeasuredPeriod {
    /// The period itself; what is stored was checked when it came in.
    pub fn period(&self) -> Option<Period> {
        self.as_str().parse().ok()
    }
}
