//! Years moved: of schedules, targets and titles. Pure.

use super::model::Years;
use crate::planning::indicators::model::NewYearlyTarget;
use crate::planning::periods::{Period, Schedule};
use crate::planning::phases::model::Phase;
use crate::planning::plans::model::Plan;
use crate::text::Line;
use chrono::NaiveDate;

/// Whether a phase is done, and how that is known; `None` where it is not done. What it says itself counts. Where no phase
/// of the plan says it (`told` is false), one whose schedule lies wholly before the new plan counts as done.
pub fn finished(phase: &Phase, told: bool, years: Years) -> Option<String> {
    if let Some(day) = phase.completed_on {
        return Some(format!("it was done on {day}"));
    }
    let end = phase.schedule.as_ref()?.end();
    let begins = NaiveDate::from_ymd_opt(years.first, 1, 1)?;
    (!told && end < begins)
        .then(|| format!("its schedule ended on {end}, and no phase of the plan says whether it was done"))
}

/// A schedule moved into the new plan's years; `None` where nothing of it lies within them.
pub fn schedule(schedule: &Schedule, years: Years) -> Option<Schedule> {
    let moved = schedule.periods().filter_map(|period| {
        let moved = Period::of(period.length(), period.year() + years.shift, period.number()).ok()?;
        (years.first..=years.last).contains(&moved.year()).then_some(moved)
    });
    Schedule::new(moved).ok()
}

pub fn target_year(year: i32, years: Years) -> i32 {
    (year + years.shift).clamp(years.first, years.last.max(years.first))
}

/// Targets of single years moved, and the years of those that fall outside the new plan.
pub fn yearly_targets(targets: Vec<NewYearlyTarget>, years: Years) -> (Vec<NewYearlyTarget>, Vec<i32>) {
    let moved = targets.into_iter().map(|target| NewYearlyTarget { year: target.year + years.shift, ..target });
    let (within, outside): (Vec<_>, Vec<_>) =
        moved.partition(|target| (years.first..=years.last).contains(&target.year));
    (within, outside.into_iter().map(|target| target.year - years.shift).collect())
}

/// The title with the plan's first and last year moved, wherever it names them.
pub fn title(plan: &Plan, years: Years) -> Line {
    let mut moved = String::new();
    for word in numbers_apart(plan.title.as_str()) {
        match word.parse::<i32>() {
            Ok(year) if year == plan.start_year && word.len() == 4 => moved.push_str(&years.first.to_string()),
            Ok(year) if year == plan.end_year && word.len() == 4 => moved.push_str(&years.last.to_string()),
            _ => moved.push_str(word),
        }
    }
    Line::from_trusted(moved)
}

/// The first year that a text names.
pub fn year_named(text: &str) -> Option<i32> {
    let years = numbers_apart(text).into_iter().filter(|word| word.len() == 4).filter_map(|word| word.parse().ok());
    years.into_iter().find(|year| (1990..=2100).contains(year))
}

/// A text cut between its numbers and the rest.
fn numbers_apart(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (word, next) = rest.split_at(end);
        words.push(word);
        rest = next;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const YEARS: Years = Years { shift: 1, first: 2025, last: 2027, base: 2024 };

    fn read(text: &str) -> Schedule {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_schedule_moves_with_its_parts() {
        let moved = |text: &str| serde_json::to_string(&schedule(&read(text), YEARS)).unwrap();
        assert_eq!(moved(r#"["2024","2025","2026"]"#), r#"["2025","2026","2027"]"#);
        assert_eq!(moved(r#"["2024-S2","2025-Q1","2025-02"]"#), r#"["2025-S2","2026-Q1","2026-02"]"#);
        let short = Years { last: 2025, ..YEARS };
        assert_eq!(schedule(&read(r#"["2024","2026"]"#), short), Some(read(r#"["2025"]"#)));
        assert_eq!(schedule(&read(r#"["2026"]"#), short), None);
    }

    #[test]
    fn a_title_moves_its_own_years_and_no_others() {
        let mut plan = Plan::sample();
        (plan.start_year, plan.end_year) = (2024, 2026);
        for (text, moved) in [
            ("PIAO 2024-2026", "PIAO 2025-2027"),
            ("Piano 2024/2026 (agg. 2025)", "Piano 2025/2027 (agg. 2025)"),
            ("Performance", "Performance"),
            ("Delibera 12024", "Delibera 12024"),
        ] {
            plan.title = Line::from_trusted(text.to_owned());
            assert_eq!(title(&plan, YEARS).as_str(), moved);
        }
        assert_eq!((year_named("Entro il 31.12.2024"), year_named("Almeno 3200")), (Some(2024), None));
    }

    proptest! {
        /// Moved on and back, a schedule is what it was; and it keeps its length.
        #[test]
        fn moving_is_undone_by_moving_back(parts in prop::collection::btree_set((2000..2010_i32, 1..=12_u32), 1..20), by in 1..50_i32) {
            let months = parts.iter().map(|(year, month)| Period::of_month(*year, *month).unwrap());
            let before = Schedule::new(months).unwrap();
            let wide = |shift| Years { shift, first: 1990, last: 2100, base: 1990 };
            let there = schedule(&before, wide(by)).unwrap();
            prop_assert_eq!(there.periods().count(), before.periods().count());
            prop_assert_eq!(schedule(&there, wide(-by)), Some(before));
        }
    }
}
