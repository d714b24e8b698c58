//! Text → tokens. One pass, linear; stops at [`MAX_TOKENS`].

use rust_decimal::Decimal;

use super::Comparator;
use super::literals::{Digits, Form, digits};
use super::vocabulary::{MAX_WORD, Word, look_up};

/// A target is short: what has more tokens is prose.
pub(super) const MAX_TOKENS: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    None,
    Plus,
    Minus,
    /// A minus at the very start, apart from its number ("- 10%").
    LoneMinus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// With its sign applied.
    pub(super) value: Decimal,
    pub(super) form: Form,
    pub(super) sign: Sign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tok {
    Number(Number),
    /// `31.12.2024`: numbers as written, not yet a possible date.
    Date {
        day: u32,
        month: u32,
        year: i32,
        short: bool,
    },
    TooGreat,
    Word(Word),
    Compare(Comparator),
    Percent,
    Slash,
    Dash,
    Degree,
    Colon,
    Semicolon,
    Comma,
    Stop,
    Open,
    Close,
    /// Anything that stands in no target.
    Stray,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) tok: Tok,
    pub(super) text: &'t str,
    /// An apostrophe follows: "dell'".
    pub(super) elided: bool,
}

/// The tokens of a text; `None` where there are too many for a target.
pub(super) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::with_capacity(16) };
    while lexer.step() {
        if lexer.tokens.len() > MAX_TOKENS {
            return None;
        }
    }
    // A closing full stop or semicolon says nothing.
    while matches!(lexer.tokens.last(), Some(Token { tok: Tok::Stop | Tok::Semicolon | Tok::Comma, .. })) {
        lexer.tokens.pop();
    }
    Some(lexer.tokens)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token<'t>>,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, tok: Tok, length: usize) -> bool {
        let text = self.rest().get(..length).unwrap_or_default();
        self.tokens.push(Token { tok, text, elided: false });
        self.at += length;
        true
    }

    fn last(&self) -> Option<Tok> {
        self.tokens.last().map(|token| token.tok)
    }

    /// Reads one token, or skips one character; `false` at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return false;
        };
        let length = first.len_utf8();
        let tok = match first {
            '0'..='9' => return self.number(Sign::None, 0),
            _ if first.is_alphabetic() => return self.word(),
            '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{b4}' => {
                if let Some(last) = self.tokens.last_mut() {
                    last.elided = true;
                }
                return self.skip(length);
            }
            '"' | '«' | '»' | '\u{201c}' | '\u{201d}' | '•' | '·' | '*' => {
                return self.skip(length);
            }
            _ if first.is_whitespace() || matches!(first, '\u{200b}' | '\u{feff}' | '\u{ad}') => {
                return self.skip(length);
            }
            '+' | '-' | '\u{2212}' | '\u{2010}' | '\u{2011}' | '–' | '—' => {
                return self.sign(first);
            }
            '>' | '<' | '=' | '≥' | '≤' | '⩾' | '⩽' | '≈' | '~' | '≃' | '∼' | '≅' => {
                return self.compare(first);
            }
            '%' => Tok::Percent,
            '€' => Tok::Word(Word::Euro),
            '/' | '\\' => Tok::Slash,
            '÷' | '_' => Tok::Dash,
            '°' | 'º' | 'ª' => Tok::Degree,
            ':' | '→' => Tok::Colon,
            ';' | '|' => Tok::Semicolon,
            ',' => Tok::Comma,
            '.' | '…' => Tok::Stop,
            '(' | '[' => Tok::Open,
            ')' | ']' => Tok::Close,
            '&' => Tok::Word(Word::And),
            _ => Tok::Stray,
        };
        self.push(tok, length)
    }

    fn skip(&mut self, length: usize) -> bool {
        self.at += length;
        true
    }

    /// A leading sign negates a number; between words or numbers a dash separates.
    fn sign(&mut self, first: char) -> bool {
        let length = first.len_utf8();
        let after = self.rest().get(length..).unwrap_or_default();
        let spaced =
            self.text.get(..self.at).is_none_or(|before| before.chars().next_back().is_none_or(char::is_whitespace));
        let attached = after.starts_with(|next: char| next.is_ascii_digit());
        let sign = if first == '+' { Sign::Plus } else { Sign::Minus };
        let negates = match self.last() {
            None => true,
            Some(Tok::Number(_) | Tok::Date { .. } | Tok::Percent | Tok::Slash | Tok::Close | Tok::Degree) => false,
            Some(Tok::Word(Word::Euro)) => true,
            Some(Tok::Word(_)) => spaced && matches!(first, '+' | '-' | '\u{2212}'),
            Some(_) => true,
        };
        if attached && negates {
            return self.number(sign, length);
        }
        let gap = after.len() - after.trim_start().len();
        let then_digit = after.trim_start().starts_with(|next: char| next.is_ascii_digit());
        if self.tokens.is_empty() && then_digit && gap > 0 {
            let sign = if first == '+' { Sign::Plus } else { Sign::LoneMinus };
            return self.number(sign, length + gap);
        }
        let tok = match first {
            // "10+"
            '+' if matches!(self.last(), Some(Tok::Number(_) | Tok::Percent)) && !then_digit => {
                Tok::Word(Word::AtLeast)
            }
            '+' => Tok::Stray,
            _ => Tok::Dash,
        };
        self.push(tok, length)
    }

    fn number(&mut self, sign: Sign, skip: usize) -> bool {
        let run = self.rest().get(skip..).unwrap_or_default();
        let end = run.find(|next: char| !next.is_ascii_digit() && next != '.' && next != ',').unwrap_or(run.len());
        let run = run.get(..end).unwrap_or_default().trim_end_matches(['.', ',']);
        let negative = matches!(sign, Sign::Minus | Sign::LoneMinus);
        let tok = match digits(run) {
            Digits::Number(value, form) => {
                Tok::Number(Number { value: if negative { -value } else { value }, form, sign })
            }
            Digits::Date { .. } if sign != Sign::None => Tok::Stray,
            Digits::Date { day, month, year, short } => Tok::Date { day, month, year, short },
            Digits::TooGreat => Tok::TooGreat,
            Digits::Malformed => Tok::Stray,
        };
        self.push(tok, skip + run.len())
    }

    /// `≥`, `>=`, `=>`, `> =`, `<`, `=`, `~` …
    fn compare(&mut self, first: char) -> bool {
        let after = self.rest().get(first.len_utf8()..).unwrap_or_default();
        let gap = after.len() - after.trim_start_matches([' ', '\u{a0}']).len();
        let second = after.trim_start_matches([' ', '\u{a0}']).chars().next();
        let double = first.len_utf8() + gap + 1;
        let single = first.len_utf8();
        let (tok, length) = match (first, second) {
            ('>', Some('=')) | ('=', Some('>')) => (Tok::Compare(Comparator::AtLeast), double),
            ('<', Some('=')) | ('=', Some('<')) => (Tok::Compare(Comparator::AtMost), double),
            ('=', Some('=')) => (Tok::Compare(Comparator::Equal), double),
            ('<', Some('>')) | ('>', Some('<')) => (Tok::Stray, double),
            ('>', _) => (Tok::Compare(Comparator::More), single),
            ('<', _) => (Tok::Compare(Comparator::Less), single),
            ('=', _) => (Tok::Compare(Comparator::Equal), single),
            ('≥' | '⩾', _) => (Tok::Compare(Comparator::AtLeast), single),
            ('≤' | '⩽', _) => (Tok::Compare(Comparator::AtMost), single),
            _ => (Tok::Compare(Comparator::About), single),
        };
        self.push(tok, length)
    }

    /// A word, an abbreviation ("gg.", "p.p.", "n.d."), a numbered sign ("N°"), a code ("CAP1").
    fn word(&mut self) -> bool {
        let rest = self.rest();
        let mut folded = Folded::default();
        let mut length = 0;
        let mut dotted = true;
        let mut characters = rest.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if !character.is_alphabetic() {
                break;
            }
            folded.push(character);
            length = at + character.len_utf8();
            // Single letters joined by dots are one abbreviation: "n.d.", "p.p.".
            let mut ahead = characters.clone();
            match (ahead.next(), ahead.next()) {
                (Some((_, '.')), Some((_, next))) if dotted && next.is_alphabetic() => {
                    characters.next();
                }
                (Some((_, next)), _) if next.is_alphabetic() => dotted = false,
                _ => {}
            }
        }
        let raw = rest.get(..length).unwrap_or_default();
        let word = roman(raw).unwrap_or_else(|| folded.get().map_or(Word::Other, look_up));
        let after = rest.get(length..).unwrap_or_default();
        let tail = after.len() - after.trim_start_matches(|next: char| next.is_ascii_alphanumeric()).len();
        if word == Word::Other && tail > 0 {
            return self.push(Tok::Word(Word::Other), length + tail);
        }
        self.push(Tok::Word(word), length);
        // The dot of an abbreviation, and the ring of "N°".
        let closes = |mark: char| match mark {
            '.' => raw.len() <= 5 || raw.contains('.'),
            '°' | 'º' => word == Word::NumberSign,
            _ => false,
        };
        if let Some(mark) = after.chars().next().filter(|mark| closes(*mark)) {
            self.skip(mark.len_utf8());
        }
        true
    }
}

/// Upper-case Roman numerals of quarters and half-years.
fn roman(raw: &str) -> Option<Word> {
    match raw {
        "I" => Some(Word::Roman(1)),
        "II" => Some(Word::Roman(2)),
        "III" => Some(Word::Roman(3)),
        "IV" => Some(Word::Roman(4)),
        _ => None,
    }
}

/// A word in lower case without accents, on the stack.
#[derive(Default)]
struct Folded {
    bytes: [u8; MAX_WORD],
    length: usize,
}

impl Folded {
    fn push(&mut self, character: char) {
        let byte = match character {
            'a'..='z' => character as u8,
            'A'..='Z' => character.to_ascii_lowercase() as u8,
            'à' | 'á' | 'À' | 'Á' => b'a',
            'è' | 'é' | 'È' | 'É' => b'e',
            'ì' | 'í' | 'Ì' | 'Í' => b'i',
            'ò' | 'ó' | 'Ò' | 'Ó' => b'o',
            'ù' | 'ú' | 'Ù' | 'Ú' => b'u',
            _ => b'?',
        };
        if let Some(slot) = self.bytes.get_mut(self.length) {
            *slot = byte;
        }
        self.length += 1;
    }

    fn get(&self) -> Option<&str> {
        self.bytes.get(..self.length).and_then(|bytes| str::from_utf8(bytes).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> String {
        let tokens = tokens(text).unwrap_or_default();
        let shown = tokens.iter().map(|token| match token.tok {
            Tok::Number(number) => format!("{}", number.value),
            Tok::Word(word) => format!("{word:?}"),
            Tok::Compare(comparator) => comparator.to_string(),
            other => format!("{other:?}").chars().take_while(|c| c.is_alphabetic()).collect(),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn token_by_token() {
        for (text, read) in [
            ("Max – 5 anni", "AtMost Dash 5 Time(Year)"),
            ("-10%", "-10 Percent"),
            ("\u{2212}12", "-12"),
            ("- 10%", "-10 Percent"),
            ("80-90%", "80 Dash 90 Percent"),
            ("10 -15", "10 Dash 15"),
            ("> = 5", ">= 5"),
            ("all’anno", "To Time(Year)"),
            ("n.d.", "Missing"),
            ("p.p.", "Points"),
            ("N° 12", "NumberSign 12"),
            ("24h", "24 Time(Hour)"),
            ("CAP1.PA", "Other Stop Other"),
            ("30 gg.", "30 Time(Day)"),
            ("31.12.2024-2025", "Date Dash 2025"),
            ("PERCHÉ Sì", "Other Yes"),
        ] {
            assert_eq!(kinds(text), read, "{text}");
        }
    }
}
