//! The shape in which the rules' examples are written: `kind comparator value[..value2] unit [rule]`.

use super::{Context, Reading, print, read};

/// A reading in one short line.
pub(super) fn brief(reading: &Reading) -> String {
    let mut line = reading.kind.to_string();
    for part in [
        reading.comparator.map(|comparator| comparator.to_string()),
        reading.value.map(|value| value.to_string() + &reading.value2.map(|to| format!("..{to}")).unwrap_or_default()),
        reading.unit.map(|unit| unit.to_string()),
        reading.deadline_rule.as_ref().map(|rule| format!("[{rule}]")),
    ]
    .into_iter()
    .flatten()
    {
        line.push(' ');
        line.push_str(&part);
    }
    line
}

/// Checks examples for the reference year 2024, and that each survives printing.
#[track_caller]
pub(super) fn reads(examples: &[(&str, &str)]) {
    let context = Context::year(2024);
    let wrong: Vec<_> = examples
        .iter()
        .filter_map(|(text, expected)| {
            let reading = read(text, context);
            let again = read(&print(&reading), context);
            let found = brief(&reading);
            (found != *expected || !reading.same_target(&again)).then(|| {
                format!(
                    "{text:?}\n    read     {found}\n    expected {expected}\n    printed  {:?} = {}",
                    print(&reading),
                    brief(&again)
                )
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} examples:\n{}", wrong.len(), examples.len(), wrong.join("\n"));
}
