//! Values as bytes of JSON: by hand, since an export writes tens of millions of them.

use super::rows::Value;

/// Two digits.
fn two(number: i64) -> [u8; 2] {
    [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
}

fn four(number: i64) -> [u8; 4] {
    let ([a, b], [c, d]) = (two(number / 100), two(number));
    [a, b, c, d]
}

/// Days since 1970 as `2024-06-30` (Howard Hinnant's `civil_from_days`).
pub fn date(days: i64) -> [u8; 10] {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    hyphened(year, month, day)
}

fn hyphened(year: i64, month: i64, day: i64) -> [u8; 10] {
    let ([a, b, c, d], [e, f], [g, h]) = (four(year), two(month), two(day));
    [a, b, c, d, b'-', e, f, b'-', g, h]
}

/// 20240630 as `2024-06-30`.
pub fn day(number: i32) -> [u8; 10] {
    let number = i64::from(number);
    hyphened(number / 10_000, number / 100 % 100, number % 100)
}

/// 202406 as `2024-06`.
pub fn month(number: i32) -> [u8; 7] {
    let number = i64::from(number);
    let ([a, b, c, d], [e, f]) = (four(number / 100), two(number % 100));
    [a, b, c, d, b'-', e, f]
}

/// Microseconds since 1970 as `2024-06-30T12:00:00.000000Z`.
pub fn instant(out: &mut Vec<u8>, micros: i64) {
    let (days, rest) = (micros.div_euclid(86_400_000_000), micros.rem_euclid(86_400_000_000));
    let (seconds, fraction) = (rest / 1_000_000, rest % 1_000_000);
    out.extend_from_slice(&date(days));
    out.push(b'T');
    out.extend_from_slice(&two(seconds / 3600));
    out.push(b':');
    out.extend_from_slice(&two(seconds / 60 % 60));
    out.push(b':');
    out.extend_from_slice(&two(seconds % 60));
    out.push(b'.');
    out.extend_from_slice(&two(fraction / 10_000));
    out.extend_from_slice(&four(fraction % 10_000));
    out.push(b'Z');
}

pub fn int(out: &mut Vec<u8>, number: i64) {
    let (mut digits, mut at) = ([0_u8; 20], 20);
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// As ECMAScript writes it, and RFC 8785 with it: `50`, `12.5`, `1e-7`.
pub fn float(out: &mut Vec<u8>, number: f64) {
    use std::io::Write;
    let size = number.abs();
    // Writing to memory cannot fail.
    let _ = if number == 0.0 {
        write!(out, "0")
    } else if number.fract() == 0.0 && size < 9e15 {
        int(out, number as i64);
        Ok(())
    } else if (1e-6..1e21).contains(&size) {
        write!(out, "{number}")
    } else if size >= 1e21 {
        write!(out, "{}", format!("{number:e}").replace('e', "e+"))
    } else {
        write!(out, "{number:e}")
    };
}

/// Cents as `2000.00`.
pub fn amount(out: &mut Vec<u8>, cents: i64) {
    int(out, cents / 100);
    out.push(b'.');
    out.extend_from_slice(&two(cents % 100));
}

/// A JSON string; control characters, quotes and backslashes alone are escaped, as RFC 8785 has it.
pub fn string(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\') {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            other => {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.extend([DIGITS[usize::from(other >> 4)], DIGITS[usize::from(other & 15)]]);
            }
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// A value as JSON; null is the caller's to leave out.
pub fn json(out: &mut Vec<u8>, value: Value<'_>) {
    let quoted = |out: &mut Vec<u8>, text: &[u8]| {
        out.push(b'"');
        out.extend_from_slice(text);
        out.push(b'"');
    };
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Text(text) => string(out, text),
        Value::Json(text) => out.extend_from_slice(text),
        Value::Int(number) => int(out, number),
        Value::Float(number) => float(out, number),
        Value::Bool(yes) => out.extend_from_slice(if yes { b"true" } else { b"false" }),
        Value::Date(date) => quoted(out, &date),
        Value::Day(number) => quoted(out, &day(number)),
        Value::Month(number) => quoted(out, &month(number)),
        Value::Instant(micros) => {
            out.push(b'"');
            instant(out, micros);
            out.push(b'"');
        }
        Value::Money(cents) => {
            out.extend_from_slice(b"{\"amount\":\"");
            amount(out, cents);
            out.extend_from_slice(b"\",\"currency\":\"EUR\"}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    proptest! {
        #[test]
        fn days_and_instants_are_those_of_chrono(micros in -2_000_000_000_000_000_i64..5_000_000_000_000_000) {
            let at = crate::clock::Instant(micros);
            prop_assert_eq!(written(|out| instant(out, micros)), at.to_string());
            let day = crate::calendar::Day::of(at.date());
            prop_assert_eq!(super::day(day.number()).to_vec(), at.date().to_string().into_bytes());
        }

        #[test]
        fn strings_and_numbers_come_back(text in any::<String>(), whole in any::<i64>(), number in any::<f64>()) {
            let read: String = serde_json::from_str(&written(|out| string(out, text.as_bytes()))).unwrap();
            prop_assert_eq!(read, text);
            prop_assert_eq!(written(|out| int(out, whole)), whole.to_string());
            prop_assume!(number.is_finite());
            let read: f64 = written(|out| float(out, number)).parse().unwrap();
            prop_assert_eq!(read, number);
        }
    }

    #[test]
    fn numbers_are_written_as_ecmascript_writes_them() {
        for (number, text) in [
            (50.0, "50"),
            (-0.0, "0"),
            (12.5, "12.5"),
            (-3.25, "-3.25"),
            (0.000_001, "0.000001"),
            (1e-7, "1e-7"),
            (1.5e-9, "1.5e-9"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (333_333_333.333_333_3, "333333333.3333333"),
        ] {
            assert_eq!(written(|out| float(out, number)), text);
        }
    }
}
