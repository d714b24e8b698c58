//! A status that dates tell: planned, active, withdrawn … each from its own day on, so that it can be told for any day.

use crate::error::Invalid;
use chrono::NaiveDate;

/// A step of a life: the field of its date, the date, the status from then on.
pub type Step<S> = (&'static str, Option<NaiveDate>, S);

/// The status on a day: the furthest step reached. Where no date is given at all it is the stated one on any day; where
/// the first date lies ahead it is the first step from the day it became known; before that there is none.
pub fn on_day<S: Copy>(steps: &[Step<S>], stated: S, known_from: NaiveDate, day: NaiveDate) -> Option<S> {
    if steps.iter().all(|(_, date, _)| date.is_none()) {
        return Some(stated);
    }
    let reached = steps.iter().rev().find(|(_, date, _)| date.is_some_and(|date| date <= day));
    match reached {
        Some((_, _, status)) => Some(*status),
        None => steps.first().filter(|_| known_from <= day).map(|(_, _, first)| *first),
    }
}

/// Checks that the dates follow each other and that a stated status is the one they tell; gives the status of today.
pub fn check<S>(invalid: &mut Invalid, steps: &[Step<S>], stated: Option<S>, first: S, today: NaiveDate) -> S
where
    S: Copy + PartialEq + std::fmt::Display,
{
    let dated: Vec<_> = steps.iter().filter_map(|(field, date, _)| date.map(|date| (field, date))).collect();
    for (earlier, later) in dated.iter().zip(dated.iter().skip(1)) {
        if later.1 < earlier.1 {
            let detail = format!("must not be before {}, {}", earlier.0.trim_start_matches('/'), earlier.1);
            invalid.add(later.0, later.1, detail);
        }
    }
    let told = on_day(steps, stated.unwrap_or(first), today, today).unwrap_or(first);
    let Some(stated) = stated.filter(|stated| *stated != told) else { return told };
    // Of what lies ahead of its dates the own date is missing; what lies behind them contradicts them.
    let ahead = steps.iter().rev().take_while(|(_, _, status)| *status != told);
    match ahead.into_iter().find(|(_, date, status)| *status == stated && date.is_none()) {
        Some((field, ..)) => invalid.add(field, "", format!("is needed for the status {stated}")),
        None => invalid.add(
            "/status",
            stated,
            format!("by its dates it is {told} today, {today}: mend the one or the other"),
        ),
    }
    told
}

/// Keeps the rows of a boxed query that stand in a status on a day, or in any. The columns are those of the steps in their
/// order, each with its status.
macro_rules! in_status_on {
    ($query:ident, $table:ident, $status:expr, $day:expr, $first:ident => $first_status:expr, $($date:ident => $step:expr),+) => {{
        use diesel::prelude::*;
        let day: chrono::NaiveDate = $day;
        let tomorrow = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros() + 86_400_000_000;
        let undated = || $table::$first.is_null()$(.and($table::$date.is_null()))+;
        let known = || $table::created_at.lt($crate::clock::Instant(tomorrow)).or($table::$first.le(day));
        match $status {
            None => $query = $query.filter(undated().or(known())$(.or($table::$date.le(day)))+),
            Some(status) => {
                let stated = undated().and($table::status.eq(status));
                // The furthest step that is reached: its date has come, and none of a later step.
                let mut later = false;
                if status == $first_status {
                    later = true;
                    let dated = $table::$first.is_not_null()$(.or($table::$date.is_not_null()))+;
                    $query = $query.filter(stated.or(dated.and(known())));
                } $(else if status == $step {
                    $query = $query.filter(stated.or($table::$date.le(day)));
                })+
                $(
                    if later {
                        $query = $query.filter($table::$date.is_null().or($table::$date.gt(day)));
                    }
                    later = later || status == $step;
                )+
                let _ = later;
            }
        }
    }};
}
pub(crate) use in_status_on;

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn steps(planned: Option<&str>, active: Option<&str>, withdrawn: Option<&str>) -> [Step<&'static str>; 3] {
        let date = |text: Option<&str>| text.map(day);
        [
            ("/planned_on", date(planned), "planned"),
            ("/active_from", date(active), "active"),
            ("/withdrawn_on", date(withdrawn), "withdrawn"),
        ]
    }

    #[test]
    fn dates_tell_the_status_of_any_day() {
        let life = steps(Some("2021-01-01"), Some("2022-01-01"), Some("2023-01-01"));
        let on = |at: &str| on_day(&life, "planned", day("2024-01-01"), day(at));
        assert_eq!(on("2020-12-31"), None);
        assert_eq!(on("2021-01-01"), Some("planned"));
        assert_eq!(on("2022-12-31"), Some("active"));
        assert_eq!(on("2023-01-01"), Some("withdrawn"));
        let ahead = steps(None, Some("2022-01-01"), None);
        assert_eq!(on_day(&ahead, "planned", day("2021-06-01"), day("2021-05-31")), None);
        assert_eq!(on_day(&ahead, "planned", day("2021-06-01"), day("2021-06-01")), Some("planned"));
        assert_eq!(on_day(&steps(None, None, None), "active", day("2024-01-01"), day("1990-01-01")), Some("active"));
    }

    #[test]
    fn a_status_against_its_dates_is_refused_where_it_is_wrong() {
        let check = |steps: &[Step<&'static str>], stated| {
            let mut invalid = Invalid::default();
            let told = check(&mut invalid, steps, stated, "planned", day("2024-06-30"));
            (told, invalid.finish().err().map(|problem| problem.errors[0].field.clone()))
        };
        assert_eq!(check(&steps(None, None, None), Some("active")), ("active", None));
        assert_eq!(check(&steps(None, Some("2022-01-01"), None), None), ("active", None));
        assert_eq!(check(&steps(None, Some("2022-01-01"), None), Some("withdrawn")).1.unwrap(), "/withdrawn_on");
        assert_eq!(check(&steps(None, Some("2022-01-01"), None), Some("planned")).1.unwrap(), "/status");
        let late = steps(Some("2021-01-01"), Some("2022-01-01"), None);
        assert_eq!(check(&late, Some("planned")).1.unwrap(), "/status");
        let backwards = steps(None, Some("2022-01-01"), Some("2021-01-01"));
        assert_eq!(check(&backwards, None).1.unwrap(), "/withdrawn_on");
    }
}
