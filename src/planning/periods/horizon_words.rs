//! The words and signs of an Italian horizon.

use std::fmt;

use super::{HorizonError, Length};

/// A word or sign of a horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    /// A number and how many digits it was written with.
    Number(u32, usize),
    /// "I", "II", "1°", "primo".
    Ordinal(u32),
    /// "trimestre", "semestre".
    Unit(Length),
    /// "marzo".
    Month(u32),
    /// "biennio", "triennio": how many years.
    Span(usize),
    /// "dal".
    From,
    /// "fino".
    Until,
    Comma,
    Dash,
    Slash,
    Dot,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number, _) | Self::Ordinal(number) => write!(f, "{number}"),
            Self::Unit(Length::Half) => f.write_str("semestre"),
            Self::Unit(_) => f.write_str("trimestre"),
            Self::Month(number) => f.write_str(name_of_month(*number).unwrap_or_default()),
            Self::Span(years) => write!(f, "{years} anni"),
            Self::From => f.write_str("dal"),
            Self::Until => f.write_str("fino"),
            Self::Comma => f.write_str(","),
            Self::Dash => f.write_str("-"),
            Self::Slash => f.write_str("/"),
            Self::Dot => f.write_str("."),
        }
    }
}

const MONTHS: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];

/// The Italian name of a month, counted from 1.
pub fn name_of_month(number: u32) -> Option<&'static str> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    MONTHS.get(index).copied()
}

/// The number of a month from its Italian name, whole or cut to three letters or more.
fn month(word: &str) -> Option<u32> {
    let index = MONTHS.iter().position(|name| word.len() >= 3 && name.starts_with(word));
    let index = index.or_else(|| (word == "sett").then_some(8))?;
    u32::try_from(index + 1).ok()
}

/// A long word with a typing error: "genaio", "trimeste". Short ones are too near to others.
fn misspelled(word: &str) -> Option<Token> {
    let near = |name: &str| name.len() >= 7 && strsim::osa_distance(name, word) == 1;
    let month = MONTHS.iter().position(|name| near(name)).and_then(|index| u32::try_from(index + 1).ok());
    let units = [("trimestre", Length::Quarter), ("semestre", Length::Half)];
    let unit = || units.into_iter().find(|(name, _)| near(name)).map(|(_, length)| Token::Unit(length));
    // A span says how many years follow, which are checked against it: a slip in it misleads nobody.
    let spans = [("biennio", 2), ("triennio", 3), ("quadriennio", 4), ("quinquennio", 5)];
    let span = || spans.into_iter().find(|(name, _)| near(name)).map(|(_, years)| Token::Span(years));
    month.map(Token::Month).or_else(unit).or_else(span)
}

/// Splits a horizon into its words and signs; words that say nothing are dropped.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, HorizonError> {
    let lower = text.to_lowercase();
    let mut tokens = Vec::new();
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        let same_kind = |c: char| {
            if first.is_ascii_digit() { c.is_ascii_digit() } else { first.is_alphabetic() && c.is_alphabetic() }
        };
        // "º" is a letter to Unicode, but to Italians a mark after a number.
        let kind_ends = |c: char| matches!(c, 'º' | 'ª') || !same_kind(c);
        let length = rest.find(kind_ends).unwrap_or(rest.len()).max(first.len_utf8());
        let (piece, after) = rest.split_at(length);
        rest = after;
        match first {
            '0'..='9' => tokens.push(number(piece)?),
            'º' | '°' | 'ª' | '^' => {
                if let Some(Token::Number(number, 1)) = tokens.last() {
                    let ordinal = Token::Ordinal(*number);
                    tokens.pop();
                    tokens.push(ordinal);
                }
            }
            '/' => tokens.push(Token::Slash),
            // The full stop of an abbreviation says nothing; that of a date stands after a number.
            '.' if !matches!(tokens.last(), Some(Token::Number(..))) => {}
            '.' => tokens.push(Token::Dot),
            ',' | ';' | '&' | '+' => tokens.push(Token::Comma),
            '-' | '–' | '—' | '−' | '‐' | '‑' => tokens.push(Token::Dash),
            _ if first.is_alphabetic() => tokens.extend(word(piece)?),
            _ if first.is_whitespace() || "[](){}:'’\"“”«»*".contains(first) => {}
            _ => return Err(HorizonError::Unreadable(first.to_string())),
        }
    }
    while let Some(Token::Dot | Token::Comma) = tokens.last() {
        tokens.pop();
    }
    Ok(tokens)
}

fn number(digits: &str) -> Result<Token, HorizonError> {
    let short: String = digits.chars().take(20).collect();
    match digits.parse() {
        Ok(number) if digits.len() <= 4 => Ok(Token::Number(number, digits.len())),
        _ => Err(HorizonError::Unreadable(short)),
    }
}

fn word(word: &str) -> Result<Option<Token>, HorizonError> {
    Ok(Some(match word {
        "i" | "primo" | "prima" => Token::Ordinal(1),
        "ii" | "secondo" | "seconda" => Token::Ordinal(2),
        "iii" | "terzo" | "terza" => Token::Ordinal(3),
        "iv" | "quarto" | "quarta" => Token::Ordinal(4),
        "trim" | "trimestre" | "trimestri" | "q" | "t" => Token::Unit(Length::Quarter),
        "sem" | "semestre" | "semestri" | "s" => Token::Unit(Length::Half),
        "biennio" => Token::Span(2),
        "triennio" => Token::Span(3),
        "quadriennio" => Token::Span(4),
        "quinquennio" => Token::Span(5),
        "dal" | "da" | "dall" => Token::From,
        "fino" | "sino" => Token::Until,
        "al" | "a" | "all" => Token::Dash,
        "e" | "ed" => Token::Comma,
        "anno" | "anni" | "annualità" | "annualita" | "esercizio" | "esercizi" | "periodo" | "mese" | "mesi"
        | "nel" | "nell" | "il" | "l" | "di" | "del" | "dell" | "entro" | "per" | "in" | "fine" => return Ok(None),
        other => match month(other) {
            Some(number) => Token::Month(number),
            None => misspelled(other).ok_or_else(|| HorizonError::Unreadable(other.chars().take(20).collect()))?,
        },
    }))
}
