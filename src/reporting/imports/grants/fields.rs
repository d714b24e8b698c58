//! A row's values, read or refused by name. Nothing is guessed: what may mean two things is refused.

use super::source::Row;
use crate::money::Money;
use crate::platform_adoptions::model::{Cup, Grant, GrantStatus, Platform};
use crate::text::{IpaCode, Line};
use crate::wording::fold;
use chrono::NaiveDate;

/// An application as a row tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    pub body: IpaCode,
    pub platforms: &'static [Platform],
    pub grant: Grant,
}

/// Why a row is refused: field, value, reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub field: &'static str,
    pub value: String,
    pub reason: String,
}

fn refuse<T>(field: &'static str, value: &str, reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { field, value: value.to_owned(), reason: reason.into() })
}

/// Reads a row.
pub fn application(row: &Row) -> Result<Application, Refusal> {
    let body = needed(row, "codice_ipa")?;
    let Some(body) = IpaCode::parse(body) else {
        return refuse("codice_ipa", body, format!("must be {}", IpaCode::EXPECTED));
    };
    let notice = needed(row, "avviso")?;
    let Some(platforms) = platforms(notice) else {
        return refuse("avviso", notice, "names no platform that is known here: pagoPA, app IO, SPID CIE or ANPR");
    };
    let Some(notice) = Line::parse(notice) else {
        return refuse("avviso", notice, format!("must be {}", Line::EXPECTED));
    };
    let cup = needed(row, "codice_cup")?;
    let Some(cup) = Cup::parse(cup) else {
        return refuse("codice_cup", cup, format!("must be {}", Cup::EXPECTED));
    };
    let state = needed(row, "stato_candidatura")?;
    let Some(status) = status(state) else {
        return refuse("stato_candidatura", state, "must be A (financed), R (renounced) or E (paid)");
    };
    needed(row, "data_stato_candidatura")?;
    let Some(status_on) = optional_date(row, "data_stato_candidatura")? else {
        return refuse("data_stato_candidatura", "", "is missing");
    };
    let submitted_on = optional_date(row, "data_invio_candidatura")?;
    let financed_on = optional_date(row, "data_finanziamento")?;
    if let Some(submitted_on) = submitted_on.filter(|submitted_on| *submitted_on > status_on) {
        let reason = format!("is before the application was sent, {submitted_on}");
        return refuse("data_stato_candidatura", &status_on.to_string(), reason);
    }
    let amount = match row.get("importo_finanziamento") {
        None => None,
        Some(text) => match cents(text) {
            Ok(cents) => Some(Money::of_cents(cents)),
            Err(reason) => return refuse("importo_finanziamento", text, reason),
        },
    };
    let decree = row.get("decreto_finanziamento").and_then(Line::parse);
    let grant = Grant { cup, notice, status, status_on, amount, submitted_on, financed_on, decree };
    Ok(Application { body, platforms, grant })
}

fn needed<'a>(row: &'a Row, field: &'static str) -> Result<&'a str, Refusal> {
    match row.get(field) {
        Some(text) => Ok(text),
        None => refuse(field, "", "is missing"),
    }
}

fn optional_date(row: &Row, field: &'static str) -> Result<Option<NaiveDate>, Refusal> {
    let Some(text) = row.get(field) else { return Ok(None) };
    match date(text) {
        Some(date) => Ok(Some(date)),
        None => refuse(field, text, "must be a date: 2022-07-18, 18/07/2022 or 2022-07-18T15:12:15.000+0000"),
    }
}

/// The platforms that a notice is about.
pub fn platforms(notice: &str) -> Option<&'static [Platform]> {
    let notice = format!(" {} ", fold(notice));
    let says = |words: &[&str]| words.iter().any(|word| notice.contains(&format!(" {word} ")));
    let mut about = Vec::new();
    if says(&["pagopa", "pago pa"]) {
        about.push(&[Platform::Pagopa][..]);
    }
    if says(&["app io", "appio"]) {
        about.push(&[Platform::AppIo][..]);
    }
    match (says(&["spid"]), says(&["cie"])) {
        (true, true) => about.push(&[Platform::Spid, Platform::CieLogin][..]),
        (true, false) => about.push(&[Platform::Spid][..]),
        (false, true) => about.push(&[Platform::CieLogin][..]),
        (false, false) => {}
    }
    if says(&["anpr"]) {
        about.push(&[Platform::Anpr][..]);
    }
    // A notice about two matters is none of those that are known.
    match about.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

fn status(text: &str) -> Option<GrantStatus> {
    match fold(text).as_str() {
        "a" | "assegnata" | "ammessa" | "finanziata" => Some(GrantStatus::Financed),
        "r" | "rinuncia" | "rinunciata" => Some(GrantStatus::Renounced),
        "e" | "erogata" | "liquidata" => Some(GrantStatus::Paid),
        _ => None,
    }
}

/// A calendar day, as written: the time of day and its zone make no other day of it.
pub fn date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let time = text[day.len()..].trim_start_matches(['T', ' ']);
    if !time.chars().all(|c| c.is_ascii_digit() || ":.+-Z".contains(c)) {
        return None;
    }
    let digits = |part: &str, count: usize| part.len() == count && part.chars().all(|c| c.is_ascii_digit());
    let parts: Vec<_> = day.split(['-', '/', '.']).collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => (year, month, day),
        [day, month, year] if digits(year, 4) && day.len() <= 2 && month.len() <= 2 => (year, month, day),
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    (1990..=2100).contains(&chrono::Datelike::year(&date)).then_some(date)
}

/// An amount in cents: `3928.4`, `3928.40`, `3.928,40`, `3,928.40`, `€ 3928`.
pub fn cents(text: &str) -> Result<u64, String> {
    let plain = text.replace('€', "").replace("EUR", "").replace([' ', '\u{a0}', '\''], "");
    if plain.starts_with('-') {
        return Err("must not be negative".to_owned());
    }
    let unreadable = || "must be an amount such as 3928.40 or 3.928,40".to_owned();
    if plain.is_empty() || !plain.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return Err(unreadable());
    }
    let marks: Vec<char> = plain.chars().filter(|c| !c.is_ascii_digit()).collect();
    let (whole, decimals, thousands) = match (marks.as_slice(), marks.last()) {
        ([], _) => (plain.as_str(), "", None),
        ([_], Some(mark)) => {
            let (whole, rest) = plain.split_once(*mark).ok_or_else(unreadable)?;
            if rest.len() == 3 && !whole.is_empty() && whole != "0" {
                return Err(format!(
                    "may mean thousands or decimals: write {whole}{rest}.00 or {whole}.{}",
                    &rest[..2]
                ));
            }
            (whole, rest, None)
        }
        (all, Some(last)) => {
            let other = if *last == '.' { ',' } else { '.' };
            if all.iter().all(|mark| mark == last) {
                (plain.as_str(), "", Some(*last))
            } else if all.iter().filter(|mark| *mark == last).count() == 1 {
                let (whole, rest) = plain.rsplit_once(*last).ok_or_else(unreadable)?;
                (whole, rest, Some(other))
            } else {
                return Err(unreadable());
            }
        }
        (_, None) => return Err(unreadable()),
    };
    let whole = match thousands {
        None => whole.to_owned(),
        Some(mark) => {
            let groups: Vec<_> = whole.split(mark).collect();
            let well = groups.iter().enumerate().all(|(index, group)| match index {
                0 => (1..=3).contains(&group.len()),
                _ => group.len() == 3,
            });
            if !well {
                return Err(unreadable());
            }
            groups.concat()
        }
    };
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 2 {
        return Err("has more than two decimals".to_owned());
    }
    if whole.is_empty() || whole.len() > 11 {
        return Err(unreadable());
    }
    let whole: u64 = whole.parse().map_err(|_| unreadable())?;
    let decimals: u64 = format!("{decimals:0<2}").parse().map_err(|_| unreadable())?;
    Ok(whole * 100 + decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_both_spellings_or_refused() {
        for (text, expected) in [
            ("3928.4", 392_840),
            ("3.928,40", 392_840),
            ("3,928.40", 392_840),
            ("€ 3928,40", 392_840),
            ("14000.0", 1_400_000),
            ("14000", 1_400_000),
            ("1.234.567", 123_456_700),
            ("1.234.567,8", 123_456_780),
            ("0.5", 50),
            ("14000.000", 1_400_000),
        ] {
            let read = cents(text);
            match text {
                // Three digits after the only mark may be thousands.
                "14000.000" => assert!(read.is_err()),
                _ => assert_eq!(read, Ok(expected), "{text}"),
            }
        }
        for text in ["", "-5", "14.000", "1,2,3.4.5", "12.34,567", "3928.456", "n.d.", "1e5", ".", "1.2.3"] {
            assert!(cents(text).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_are_read_in_all_spellings() {
        let day = NaiveDate::from_ymd_opt(2022, 7, 18);
        for text in [
            "2022-07-18T15:12:15.000+0000",
            "2022-07-18",
            "18/07/2022",
            "18-07-2022 15:12",
            "2022-07-18T23:59:59Z",
            "18.7.2022",
            "2022/07/18",
        ] {
            assert_eq!(date(text), day, "{text}");
        }
        for text in ["2022-02-30", "07/18/2022", "22-07-18", "luglio 2022", "", "2022-07-18Tnoon", "0022-07-18"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn notices_name_their_platforms() {
        for (notice, expected) in [
            ("1.4.3 - pagoPA - Comuni - Settembre 2022", Some(&[Platform::Pagopa][..])),
            ("1.4.3 - app IO - Altri Enti - Maggio 2022", Some(&[Platform::AppIo][..])),
            ("1.4.4 Adozione SPID CIE  - Comuni - Aprile 2022", Some(&[Platform::Spid, Platform::CieLogin][..])),
            ("1.4.4 Adozione SPID CIE-Amm.ni diverse da Comuni", Some(&[Platform::Spid, Platform::CieLogin][..])),
            ("1.4.4 Adozione ANPR ANSC - Comuni - luglio 2024", Some(&[Platform::Anpr][..])),
            ("1.2 Abilitazione al cloud", None),
            ("1.4.3 pagoPA e App IO", None),
            ("Società speciale", None),
        ] {
            assert_eq!(platforms(notice), expected, "{notice}");
        }
    }
}
