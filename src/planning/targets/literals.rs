//! Numbers in digits and in words, and HTML entities.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::reading::MAX_NUMBER;

/// How the digits of a number were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Digits, with a decimal comma or grouping dots: one way to read it.
    Plain,
    /// Only digits, so many of them.
    Digits(u8),
    /// A dot that groups nothing ("1.5", "30.4"): a decimal sign, or a day and a month.
    Dotted { whole: u32, whole_digits: u8, part: u32, part_digits: u8 },
}

/// The digits of a text run such as `1.250,50` or `31.12.2024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
    Number(Decimal, Form),
    /// Day, month and year, with the year's digits as written (2 or 4).
    Date {
        day: u32,
        month: u32,
        year: i32,
        short: bool,
    },
    TooGreat,
    Malformed,
}

/// Reads a run of digits, dots and commas that begins and ends with a digit.
///
/// | run | read |
/// |---|---|
/// | `1.250` `1.250,50` | 1250, 1250.50: dots before exactly three digits group |
/// | `1.5` `0.250` `31.04` | a dotted decimal |
/// | `31.12.2024` | a date |
/// | `1,2,3` `1.25.3` | malformed |
pub(super) fn digits(run: &str) -> Digits {
    let (whole, fraction) = run.split_once(',').map_or((run, None), |(whole, fraction)| (whole, Some(fraction)));
    if fraction.is_some_and(|fraction| !fraction.bytes().all(|byte| byte.is_ascii_digit())) {
        return Digits::Malformed;
    }
    let mut groups = whole.split('.');
    let head = groups.next().unwrap_or_default();
    let grouped = whole.len() > head.len();
    if !grouped {
        let form = if fraction.is_some() { Form::Plain } else { Form::Digits(head.len().min(255) as u8) };
        return number(run, form);
    }
    let thousands = groups.clone().all(|group| group.len() == 3);
    if thousands && (1..=3).contains(&head.len()) && (!head.starts_with('0') || whole.len() > 7) {
        return number(run, Form::Plain);
    }
    match (groups.next(), groups.next(), groups.next(), fraction) {
        (Some(part), None, None, None) => {
            let part_digits = part.len().min(255) as u8;
            match (head.parse(), part.parse()) {
                (Ok(whole), Ok(part)) => {
                    let whole_digits = head.len().min(255) as u8;
                    dotted(run, Form::Dotted { whole, whole_digits, part, part_digits })
                }
                _ => Digits::TooGreat,
            }
        }
        (Some(month), Some(year), None, None) if head.len() <= 2 && month.len() <= 2 && matches!(year.len(), 2 | 4) => {
            let short = year.len() == 2;
            match (head.parse(), month.parse(), year.parse()) {
                (Ok(day), Ok(month), Ok(year)) => Digits::Date { day, month, year, short },
                _ => Digits::Malformed,
            }
        }
        _ => Digits::Malformed,
    }
}

fn number(run: &str, form: Form) -> Digits {
    build(run.bytes().filter(|byte| *byte != b'.').map(|byte| if byte == b',' { b'.' } else { byte }), form)
}

fn dotted(run: &str, form: Form) -> Digits {
    build(run.bytes(), form)
}

/// Digits and at most one dot, to a number; the scale written is kept.
fn build(bytes: impl Iterator<Item = u8>, form: Form) -> Digits {
    let mut mantissa: i64 = 0;
    let mut scale: Option<u32> = None;
    for byte in bytes {
        if byte == b'.' {
            scale = Some(0);
            continue;
        }
        scale = scale.map(|scale| scale + 1);
        let next = mantissa.checked_mul(10).and_then(|tens| tens.checked_add(i64::from(byte - b'0')));
        let Some(next) = next else {
            return Digits::TooGreat;
        };
        mantissa = next;
    }
    match Decimal::try_new(mantissa, scale.unwrap_or(0)) {
        Ok(value) if value <= MAX_NUMBER => Digits::Number(value, form),
        _ => Digits::TooGreat,
    }
}

const UNITS: [(&str, u32); 20] = [
    ("zero", 0),
    ("uno", 1),
    ("un", 1),
    ("due", 2),
    ("tre", 3),
    ("quattro", 4),
    ("cinque", 5),
    ("sei", 6),
    ("sette", 7),
    ("otto", 8),
    ("nove", 9),
    ("dieci", 10),
    ("undici", 11),
    ("dodici", 12),
    ("tredici", 13),
    ("quattordici", 14),
    ("quindici", 15),
    ("sedici", 16),
    ("diciassette", 17),
    ("diciotto", 18),
];

/// The stem of each ten, without the vowel that falls before "uno" and "otto".
const TENS: [(&str, &str, u32); 8] = [
    ("vent", "i", 20),
    ("trent", "a", 30),
    ("quarant", "a", 40),
    ("cinquant", "a", 50),
    ("sessant", "a", 60),
    ("settant", "a", 70),
    ("ottant", "a", 80),
    ("novant", "a", 90),
];

/// A cardinal in words, up to 999,999: "tre", "venticinque", "ventuno", "duecento", "tremila".
pub(super) fn cardinal(word: &str) -> Option<u32> {
    if let Some(rest) = word.strip_prefix("mille") {
        return Some(1000 + optional(rest, hundreds)?);
    }
    match word.split_once("mila") {
        Some((head, rest)) => Some(hundreds(head)? * 1000 + optional(rest, hundreds)?),
        None => hundreds(word),
    }
}

fn optional(rest: &str, read: fn(&str) -> Option<u32>) -> Option<u32> {
    if rest.is_empty() { Some(0) } else { read(rest) }
}

fn hundreds(word: &str) -> Option<u32> {
    match word.split_once("cento") {
        Some(("", rest)) => Some(100 + optional(rest, below_hundred)?),
        Some((head, rest)) => {
            let head = below_hundred(head).filter(|head| (2..=9).contains(head))?;
            Some(head * 100 + optional(rest, below_hundred)?)
        }
        None => below_hundred(word),
    }
}

fn below_hundred(word: &str) -> Option<u32> {
    if let Some((_, value)) = UNITS.iter().find(|(name, _)| *name == word) {
        return Some(*value);
    }
    if word == "diciannove" {
        return Some(19);
    }
    let (rest, vowel, ten) = TENS.iter().find_map(|(stem, vowel, ten)| Some((word.strip_prefix(stem)?, vowel, ten)))?;
    let unit = rest.strip_prefix(vowel).unwrap_or(rest);
    if unit.is_empty() {
        return (rest == *vowel).then_some(*ten);
    }
    UNITS.iter().find(|(name, value)| *name == unit && (1..=9).contains(value)).map(|(_, value)| ten + value)
}

/// Decodes the HTML entities that copied tables carry; borrows when there is none.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        let (before, entity) = rest.split_at(start);
        decoded.push_str(before);
        let end = entity.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((named(entity.get(1..end)?)?, entity.get(end + 1..)?))) {
            Some((character, after)) => {
                decoded.push(character);
                rest = after;
            }
            None => {
                decoded.push('&');
                rest = entity.get(1..).unwrap_or_default();
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

fn named(entity: &str) -> Option<char> {
    if let Some(code) = entity.strip_prefix('#') {
        let hex = code.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| code.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
        return char::from_u32(code);
    }
    Some(match entity {
        "lt" => '<',
        "gt" => '>',
        "le" | "leq" => '≤',
        "ge" | "geq" => '≥',
        "amp" => '&',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "euro" => '€',
        "deg" => '°',
        "ordm" => 'º',
        "minus" => '−',
        "ndash" => '–',
        "mdash" => '—',
        "rsquo" | "lsquo" | "apos" => '\'',
        "quot" | "ldquo" | "rdquo" | "laquo" | "raquo" => '"',
        "agrave" => 'à',
        "egrave" => 'è',
        "eacute" => 'é',
        "igrave" => 'ì',
        "ograve" => 'ò',
        "ugrave" => 'ù',
        "Agrave" => 'À',
        "Egrave" => 'È',
        "Igrave" => 'Ì',
        "asymp" => '≈',
        "plusmn" => '±',
        "percnt" => '%',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_as_written() {
        let number = |run| match digits(run) {
            Digits::Number(value, form) => {
                format!("{value}{}", if matches!(form, Form::Dotted { .. }) { " dotted" } else { "" })
            }
            other => format!("{other:?}"),
        };
        for (run, read) in [
            ("1250", "1250"),
            ("1.250", "1250"),
            ("1.250,50", "1250.50"),
            ("2.000,00", "2000.00"),
            ("12,5", "12.5"),
            ("1.234.567", "1234567"),
            ("1.5", "1.5 dotted"),
            ("0.250", "0.250 dotted"),
            ("31.04", "31.04 dotted"),
            ("1000.000", "1000.000 dotted"),
            ("1.25.3", "Malformed"),
            ("1,2,3", "Malformed"),
            ("007", "7"),
            ("99999999999999999999", "TooGreat"),
            ("1000000000000001", "TooGreat"),
            ("31.12.2024", "Date { day: 31, month: 12, year: 2024, short: false }"),
            ("31.12.24", "Date { day: 31, month: 12, year: 24, short: true }"),
        ] {
            assert_eq!(number(run), read, "{run}");
        }
    }

    #[test]
    fn cardinals() {
        for (word, value) in [
            ("zero", 0),
            ("tre", 3),
            ("diciannove", 19),
            ("venti", 20),
            ("ventuno", 21),
            ("ventotto", 28),
            ("trentatre", 33),
            ("novantanove", 99),
            ("cento", 100),
            ("centoventi", 120),
            ("duecento", 200),
            ("mille", 1000),
            ("duemila", 2000),
            ("duemilacinquecento", 2500),
            ("centomila", 100_000),
        ] {
            assert_eq!(cardinal(word), Some(value), "{word}");
        }
        for word in ["", "vent", "percento", "milano", "seicento-", "tremendo", "centocento", "ottobre", "unito"] {
            assert_eq!(cardinal(word), None, "{word}");
        }
    }

    #[test]
    fn entities() {
        assert_eq!(decode("&lt; 5 &ge;&#8364;&#x20AC; &nope; R&S &"), "< 5 ≥€€ &nope; R&S &");
    }
}
