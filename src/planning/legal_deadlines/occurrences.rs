//! The days on which a deadline falls, and how each stands on a day. Pure: the day is a parameter.

use super::model::{Fulfilment, LegalDeadline, Recurrence};
use crate::db::types::text_enum;
use crate::text::Line;
use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

text_enum!(
    /// How a deadline stands on a day.
    LegalDeadlineState {
        /// Something is due by a day that has passed, and was not done.
        Overdue = "overdue",
        /// The next day lies ahead, or is today.
        Upcoming = "upcoming",
        /// All was done.
        Fulfilled = "fulfilled",
    }
);

/// One day on which the deadline falls.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Occurrence {
    pub due_on: NaiveDate,
    pub state: LegalDeadlineState,
    /// Days from `as_of` to the day; 0 on the day itself, negative after it.
    #[schema(minimum = -100_000, maximum = 100_000)]
    pub days_left: i64,
    pub fulfilled_on: Option<NaiveDate>,
    pub note: Option<Line>,
}

/// How a deadline stands on a day: what is due next, in how many days, and what should have been done.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Reminder {
    pub as_of: NaiveDate,
    /// `overdue` where any day is, else `upcoming` where one lies ahead that was not fulfilled yet.
    pub state: LegalDeadlineState,
    /// The first day from `as_of` on that was not fulfilled yet.
    pub next_due_on: Option<NaiveDate>,
    /// Days from `as_of` to `next_due_on`; 0 on the day itself.
    #[schema(minimum = 0, maximum = 100_000)]
    pub days_left: Option<i64>,
    /// The earliest day that passed without fulfilment.
    pub overdue_since: Option<NaiveDate>,
    /// Days from there to `as_of`.
    #[schema(minimum = 1, maximum = 100_000)]
    pub days_overdue: Option<i64>,
    /// Every day on which it falls, in order.
    #[schema(min_items = 1, max_items = 60)]
    pub occurrences: Vec<Occurrence>,
}

/// The day of a month, or the month's last where it is shorter.
fn day_of(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).or_else(|| {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        first.checked_add_months(Months::new(1))?.pred_opt()
    })
}

/// Whether every year has this day: 29 February it has not.
pub fn comes_each_year(month: i32, day: i32) -> bool {
    let (Ok(month), Ok(day)) = (u32::try_from(month), u32::try_from(day)) else { return false };
    // 2023 is no leap year.
    NaiveDate::from_ymd_opt(2023, month, day).is_some()
}

/// The days of a recurrence, in order. Half-yearly it comes again six months from its day, on the month's last day where
/// that month is shorter: 31 December and 30 June.
pub fn days(recurrence: Recurrence, month: i32, day: i32, first_year: i32, last_year: i32) -> Vec<NaiveDate> {
    let (month, day) = (u32::try_from(month).unwrap_or_default(), u32::try_from(day).unwrap_or_default());
    let other = (month + 5) % 12 + 1;
    let months: Vec<u32> = match recurrence {
        Recurrence::HalfYearly => vec![month.min(other), month.max(other)],
        _ => vec![month],
    };
    let years = first_year..=last_year;
    years.flat_map(|year| months.iter().filter_map(move |month| day_of(year, *month, day))).collect()
}

impl LegalDeadline {
    /// Every day on which it falls, in order.
    pub fn due_days(&self) -> Vec<NaiveDate> {
        match (self.due_on, self.due_month, self.due_day) {
            (None, Some(month), Some(day)) => days(self.recurrence, month, day, self.first_year, self.last_year),
            (due_on, ..) => due_on.into_iter().collect(),
        }
    }

    /// How it stands on a day.
    pub fn reminder(&self, as_of: NaiveDate) -> Reminder {
        let done = |due_on: NaiveDate| -> Option<&Fulfilment> {
            let mut fulfilments = self.fulfilments.iter();
            fulfilments.find(|fulfilment| fulfilment.due_on == due_on && fulfilment.fulfilled_on <= as_of)
        };
        let occurrences: Vec<_> =
            self.due_days().into_iter().map(|due_on| occurrence(due_on, done(due_on), as_of)).collect();
        let first = |state| occurrences.iter().find(|each| each.state == state);
        let (overdue, next) = (first(LegalDeadlineState::Overdue), first(LegalDeadlineState::Upcoming));
        Reminder {
            as_of,
            state: match (overdue, next) {
                (Some(_), _) => LegalDeadlineState::Overdue,
                (None, Some(_)) => LegalDeadlineState::Upcoming,
                (None, None) => LegalDeadlineState::Fulfilled,
            },
            next_due_on: next.map(|next| next.due_on),
            days_left: next.map(|next| next.days_left),
            overdue_since: overdue.map(|overdue| overdue.due_on),
            days_overdue: overdue.map(|overdue| -overdue.days_left),
            occurrences,
        }
    }
}

fn occurrence(due_on: NaiveDate, done: Option<&Fulfilment>, as_of: NaiveDate) -> Occurrence {
    Occurrence {
        due_on,
        state: match done {
            Some(_) => LegalDeadlineState::Fulfilled,
            None if due_on < as_of => LegalDeadlineState::Overdue,
            None => LegalDeadlineState::Upcoming,
        },
        days_left: due_on.signed_duration_since(as_of).num_days(),
        fulfilled_on: done.map(|done| done.fulfilled_on),
        note: done.and_then(|done| done.note.clone()),
    }
}

impl Reminder {
    /// Whether something that was not done is due before a day, overdue or ahead.
    pub fn is_due_before(&self, day: NaiveDate) -> bool {
        self.overdue_since.or(self.next_due_on).is_some_and(|due_on| due_on < day)
    }

    /// The days that count now, overdue ones first: those that passed, and the next.
    pub fn open(&self) -> impl Iterator<Item = &Occurrence> {
        self.occurrences
            .iter()
            .filter(|each| each.state == LegalDeadlineState::Overdue || Some(each.due_on) == self.next_due_on)
    }
}

/// Of a year that records speak of.
pub fn is_plausible(day: NaiveDate) -> bool {
    (1990..=2100).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn told(recurrence: Recurrence, month: i32, date: i32, first: i32, last: i32) -> String {
        days(recurrence, month, date, first, last).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn days_come_again() {
        assert_eq!(told(Recurrence::Yearly, 3, 31, 2021, 2023), "2021-03-31 2022-03-31 2023-03-31");
        assert_eq!(told(Recurrence::HalfYearly, 12, 31, 2023, 2024), "2023-06-30 2023-12-31 2024-06-30 2024-12-31");
        assert_eq!(told(Recurrence::HalfYearly, 1, 15, 2024, 2024), "2024-01-15 2024-07-15");
        assert_eq!(told(Recurrence::HalfYearly, 8, 31, 2023, 2024), "2023-02-28 2023-08-31 2024-02-29 2024-08-31");
        for (month, day, comes) in
            [(2, 28, true), (2, 29, false), (4, 31, false), (13, 1, false), (12, 31, true), (0, 1, false)]
        {
            assert_eq!(comes_each_year(month, day), comes, "{day}/{month}");
        }
    }

    proptest! {
        #[test]
        fn what_is_open_or_done_is_told_once(
            month in 1..=12, date in 1..=28, half in any::<bool>(), years in 0..10, done in 0_usize..12,
            ahead in -4000_i64..4000,
        ) {
            let recurrence = if half { Recurrence::HalfYearly } else { Recurrence::Yearly };
            let mut deadline = LegalDeadline::sample();
            (deadline.recurrence, deadline.due_month, deadline.due_day) = (recurrence, Some(month), Some(date));
            (deadline.first_year, deadline.last_year) = (2021, 2021 + years);
            let all = deadline.due_days();
            prop_assert_eq!(all.len() as i32, (years + 1) * if half { 2 } else { 1 });
            prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
            let kept = all.iter().take(done).map(|due| Fulfilment { due_on: *due, fulfilled_on: *due, note: None });
            deadline.fulfilments = kept.collect::<Vec<_>>().into();
            let as_of = day("2021-06-30") + chrono::Duration::days(ahead);
            let reminder = deadline.reminder(as_of);
            prop_assert_eq!(&reminder.occurrences.iter().map(|each| each.due_on).collect::<Vec<_>>(), &all);
            prop_assert!(reminder.next_due_on.is_none_or(|next| next >= as_of));
            prop_assert!(reminder.overdue_since.is_none_or(|since| since < as_of));
            prop_assert_eq!(reminder.days_left.map(|left| as_of + chrono::Duration::days(left)), reminder.next_due_on);
            let open = reminder.overdue_since.is_some() || reminder.next_due_on.is_some();
            prop_assert_eq!(open, reminder.state != LegalDeadlineState::Fulfilled);
        }
    }
}
