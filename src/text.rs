//! Bounded texts: parsed once at the door, so that nothing behind it has to ask again. Each type is one schema of the
//! contract with its bounds, and a text column in both databases.

/// Bytes as text: digests.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads what is written as a string, without copying it first.
pub fn deserialize_parsed<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: std::str::FromStr<Err = String>,
    D: serde::Deserializer<'de>,
{
    struct Text<T>(std::marker::PhantomData<T>);
    impl<T: std::str::FromStr<Err = String>> serde::de::Visitor<'_> for Text<T> {
        type Value = T;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a string")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Text(std::marker::PhantomData))
}

/// Declares a text type: name, bounds in characters, ECMA pattern for the contract, what is expected, an example, and
/// the reader that normalises or refuses (`None`).
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $bounds:expr, $pattern:literal, $expected:literal, $example:literal, $read:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize,
                 diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[serde(transparent)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(String);

        impl $name {
            /// What is accepted, for messages.
            pub const EXPECTED: &'static str = $expected;

            /// Normalises and accepts, or refuses.
            pub fn parse(text: &str) -> Option<Self> {
                let read: fn(&str) -> Option<String> = $read;
                let text = read(text)?;
                let bounds: std::ops::RangeInclusive<usize> = $bounds;
                bounds.contains(&text.chars().count()).then_some($name(text))
            }

            /// Text of our own making, which needs no check.
            pub fn from_trusted(text: String) -> Self {
                $name(text)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                $name::parse(text).ok_or_else(|| format!("must be {}", $expected))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::text::deserialize_parsed(deserializer)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let bounds: std::ops::RangeInclusive<usize> = $bounds;
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .min_length(Some(*bounds.start()))
                    .max_length(Some(*bounds.end()))
                    .pattern(Some($pattern))
                    .description(Some(concat!("Must be ", $expected, ".")))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {}

        $crate::db::types::text_column!($name);
    };
}
pub(crate) use text_type;

text_type!(
    /// A record's own code, given by its sender, unique within its parent: `4`, `4.10`, `FIDO-12`.
    Code, 1..=64, "^[A-Za-z0-9][A-Za-z0-9._-]*$",
    "1 to 64 letters, digits, dots, hyphens or underscores, beginning with a letter or digit", "4.10",
    |text: &str| {
        let text = text.trim();
        let fits = text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
        fits.then(|| text.to_owned())
    }
);

text_type!(
    /// One line of text: a title, a name, a label.
    Line, 1..=1000, "^[^\\u0000-\\u001f\\u007f]+$",
    "1 to 1,000 characters on one line", "Transizione digitale",
    |text: &str| {
        let text = text.trim();
        (!text.is_empty() && !text.chars().any(char::is_control)).then(|| text.to_owned())
    }
);

text_type!(
    /// Free text; line breaks are kept.
    Prose, 1..=20_000, "^[^\\u0000]+$",
    "1 to 20,000 characters of text", "Avvio dei pagamenti elettronici in tutti gli uffici.",
    |text: &str| {
        let text = text.trim();
        let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        (!text.is_empty() && !text.chars().any(control)).then(|| text.to_owned())
    }
);

text_type!(
    /// The code of an administration in the Indice PA, in lower case (any case is accepted): usually `c_` and the
    /// cadastral code, but not always.
    IpaCode, 2..=32, "^[A-Za-z0-9][A-Za-z0-9_-]+$",
    "an IPA code such as c_b507", "c_b507",
    |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        let fits = text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
        fits.then_some(text)
    }
);

text_type!(
    /// Where something is found on the web.
    WebAddress, 10..=1000, "^https?://[^\\s]+$",
    "a web address, http:// or https://, of at most 1,000 characters", "https://comune.example/servizi/tari",
    |text: &str| {
        let text = text.trim();
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let fits = !host.starts_with('/') && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        fits.then(|| text.to_owned())
    }
);

text_type!(
    /// A search text.
    Search, 1..=100, "^[^\\u0000-\\u001f\\u007f]+$",
    "1 to 100 characters on one line", "bisenzio",
    |text: &str| {
        let text = text.trim();
        (!text.is_empty() && !text.chars().any(char::is_control)).then(|| text.to_owned())
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_normalised_or_refused() {
        assert_eq!(IpaCode::parse(" C_B507 ").unwrap().as_str(), "c_b507");
        assert_eq!(IpaCode::parse("c b507"), None);
        assert_eq!(Code::parse("4.10").unwrap().as_str(), "4.10");
        assert_eq!(Code::parse("4/10"), None);
        assert_eq!(Line::parse("  \n "), None);
        assert_eq!(Line::parse("a\u{0}b"), None);
        assert_eq!(Line::parse(&"x".repeat(1001)), None);
        assert_eq!(Prose::parse("due\nrighe").unwrap().as_str(), "due\nrighe");
    }
}
