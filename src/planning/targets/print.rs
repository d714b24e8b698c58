//! A target → canonical Italian, which reads back as the same target.

use std::fmt::{self, Write};

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::{Baseline, Comparator, DeadlineRule, Kind, Reading, Remark, Span, TargetValue, Unit, When};

/// Canonical Italian for a reading: `read(print(r))` has the same typed fields as `r` (not the
/// confidence and notes) for every `r` that [`super::read`] gives. Text and absent targets have no
/// fields: they print as a phrase that reads as such.
#[must_use]
pub fn print(reading: &Reading) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = target(&mut out, reading);
    out
}

fn target(out: &mut String, reading: &Reading) -> fmt::Result {
    let comparator = reading.comparator.unwrap_or(Comparator::Default);
    let value = reading.number().unwrap_or_default();
    match reading.kind {
        Kind::None => return out.write_str("-"),
        Kind::Text => return out.write_str("da valutare a mano"),
        Kind::Boolean => out.write_str(if reading.value == Some(TargetValue::Boolean(false)) { "NO" } else { "SI" })?,
        Kind::Universal => out.write_str("Tutti")?,
        Kind::Maintain => {
            out.write_str(match comparator {
                Comparator::About => "in linea",
                Comparator::Equal => "invariato",
                Comparator::AtMost => "non superiore",
                _ => "mantenimento",
            })?;
            let baseline = reading.baseline().unwrap_or(Baseline::PreviousYear);
            match (comparator, baseline) {
                (Comparator::AtMost, Baseline::Year(year)) => write!(out, " al {year}")?,
                (Comparator::AtMost, Baseline::Stored) => out.write_str(" alla baseline")?,
                (Comparator::AtMost, _) => out.write_str(" all'anno precedente")?,
                _ => against(out, baseline)?,
            }
        }
        Kind::RelativeChange => {
            out.write_str(if reading.has(Remark::Improvement) { "miglioramento " } else { "variazione " })?;
            compare(out, comparator)?;
            amount(out, value, reading.unit.filter(|unit| *unit != Unit::Abs))?;
            if let Some(baseline) = reading.baseline() {
                against(out, baseline)?;
            }
        }
        Kind::Range => {
            out.write_str("tra ")?;
            amount(out, value, reading.unit)?;
            out.write_str(" e ")?;
            amount(out, reading.value2.unwrap_or_default(), reading.unit)?;
        }
        Kind::Ratio => {
            if reading.unit == Some(Unit::Rating) {
                out.write_str("punteggio ")?;
            }
            compare(out, comparator)?;
            number(out, value)?;
            out.write_str(" su ")?;
            number(out, reading.value2.unwrap_or_default())?;
        }
        Kind::Date => {}
        Kind::Schedule => return schedule(out, reading, comparator),
        Kind::Number | Kind::Percent | Kind::Currency | Kind::Duration | Kind::Rate => {
            compare(out, comparator)?;
            number(out, value)?;
            if let Some(second) = reading.value2 {
                out.write_char('/')?;
                number(out, second)?;
            }
            suffix(out, reading.unit)?;
        }
    }
    match &reading.deadline_rule {
        Some(rule) => deadline(out, rule, reading.kind),
        None => Ok(()),
    }
}

fn compare(out: &mut String, comparator: Comparator) -> fmt::Result {
    match comparator {
        Comparator::About => out.write_str("circa "),
        Comparator::Default | Comparator::Between | Comparator::By => Ok(()),
        sign => write!(out, "{sign} "),
    }
}

/// With a decimal comma, and no grouping dots.
fn number(out: &mut String, value: Decimal) -> fmt::Result {
    let start = out.len();
    write!(out, "{value}")?;
    if let Some(dot) = out.get(start..).and_then(|digits| digits.find('.')) {
        out.replace_range(start + dot..=start + dot, ",");
    }
    Ok(())
}

fn amount(out: &mut String, value: Decimal, unit: Option<Unit>) -> fmt::Result {
    number(out, value)?;
    suffix(out, unit)
}

fn suffix(out: &mut String, unit: Option<Unit>) -> fmt::Result {
    out.write_str(match unit {
        Some(Unit::Percent) => "%",
        Some(Unit::Points) => " p.p.",
        Some(Unit::Euro) => " euro",
        Some(Unit::Minute) => " minuti",
        Some(Unit::Hour) => " ore",
        Some(Unit::Day) => " giorni",
        Some(Unit::WorkingDay) => " giorni lavorativi",
        Some(Unit::Week) => " settimane",
        Some(Unit::Month) => " mesi",
        Some(Unit::Year) => " anni",
        Some(Unit::PerDay) => " al giorno",
        Some(Unit::PerWeek) => " a settimana",
        Some(Unit::PerMonth) => " al mese",
        Some(Unit::PerQuarter) => " al trimestre",
        Some(Unit::PerYear) => " all'anno",
        Some(Unit::Rating | Unit::Abs) | None => "",
    })
}

fn against(out: &mut String, baseline: Baseline) -> fmt::Result {
    match baseline {
        Baseline::Year(year) => write!(out, " rispetto al {year}"),
        Baseline::Stored => out.write_str(" rispetto alla baseline"),
        Baseline::PreviousYear => out.write_str(" rispetto all'anno precedente"),
        Baseline::Unknown => out.write_str(" rispetto al dato indicato"),
    }
}

fn schedule(out: &mut String, reading: &Reading, comparator: Comparator) -> fmt::Result {
    let Some(DeadlineRule::Schedule(years)) = &reading.deadline_rule else {
        return Ok(());
    };
    for (index, (year, value)) in years.iter().enumerate() {
        if index > 0 {
            out.write_str("; ")?;
        }
        write!(out, "{year}: ")?;
        compare(out, comparator)?;
        amount(out, *value, reading.unit)?;
    }
    Ok(())
}

fn deadline(out: &mut String, rule: &DeadlineRule, kind: Kind) -> fmt::Result {
    let entro = if out.is_empty() { "entro" } else { " entro" };
    match rule {
        DeadlineRule::Dates(dates) => {
            for (index, when) in dates.iter().enumerate() {
                out.write_str(if index == 0 { entro } else { " e" })?;
                day(out, *when)?;
            }
            Ok(())
        }
        // The elapsed time is the value itself: only the event is left to say.
        DeadlineRule::Within(..) if kind == Kind::Duration => out.write_str(" dall'evento"),
        DeadlineRule::Within(count, span) => {
            let unit = match span {
                Span::Minutes => Unit::Minute,
                Span::Hours => Unit::Hour,
                Span::Days => Unit::Day,
                Span::Weeks => Unit::Week,
                Span::Months => Unit::Month,
                Span::Years => Unit::Year,
            };
            write!(out, "{entro} {count}")?;
            suffix(out, Some(unit))?;
            out.write_str(" dall'evento")
        }
        DeadlineRule::Named(name) => write!(out, "{entro} {name}"),
        DeadlineRule::Schedule(_) => Ok(()),
    }
}

fn day(out: &mut String, when: When) -> fmt::Result {
    match when {
        When::On(date) => on(out, date),
        When::Relative { years, month, day } => {
            write!(out, " il {day}/{month}")?;
            out.write_str(match years {
                0 => " dell'anno in corso",
                ..0 => " dell'anno precedente",
                1.. => " dell'anno successivo",
            })
        }
        When::Each { month, day } => write!(out, " il {day}/{month} di ogni anno"),
    }
}

fn on(out: &mut String, date: NaiveDate) -> fmt::Result {
    write!(out, " il {}/{}/{:04}", date.day(), date.month(), date.year())
}
