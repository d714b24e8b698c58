//! Money: an amount as text, exact to the cent, with its currency.

use crate::db::types::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// An amount with two decimals, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(u64);

const EXPECTED: &str = "an amount of at least 0 with two decimals and no thousands separator, such as 2000.00";

impl std::str::FromStr for Amount {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("must be {EXPECTED}");
        let (whole, cents) = text.trim().split_once('.').ok_or_else(wrong)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=13).contains(&whole.len()) || cents.len() != 2 || !digits(whole) || !digits(cents) {
            return Err(wrong());
        }
        let number = |part: &str| part.parse::<u64>().map_err(|_| wrong());
        Ok(Amount(number(whole)? * 100 + number(cents)?))
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::deserialize_parsed(deserializer)
    }
}

impl utoipa::PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(4))
            .max_length(Some(16))
            .pattern(Some("^[0-9]{1,13}\\.[0-9]{2}$"))
            .description(Some(format!("Must be {EXPECTED}.")))
            .examples([serde_json::json!("2000.00")])
            .into()
    }
}

impl ToSchema for Amount {}

text_enum!(
    /// A currency (ISO 4217).
    Currency { Eur = "EUR" }
);

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "an amount and its currency, such as {\"amount\": \"2000.00\", \"currency\": \"EUR\"}"
)]
pub struct Money {
    pub amount: Amount,
    pub currency: Currency,
}

impl Money {
    /// Euros from cents.
    pub fn of_cents(cents: u64) -> Self {
        Money { amount: Amount(cents), currency: Currency::Eur }
    }

    /// In cents.
    pub fn cents(&self) -> u64 {
        self.amount.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_decimals() {
        assert_eq!("2000.00".parse(), Ok(Amount(200_000)));
        for wrong in ["2000", "2000.0", "2000.005", "2.000,00", "-1.00", "+1.00", ".50", "", "12345678901234.00"] {
            assert!(wrong.parse::<Amount>().is_err(), "{wrong}");
        }
        assert_eq!("9999999999999.99".parse::<Amount>().unwrap().to_string(), "9999999999999.99");
        assert_eq!(Money::of_cents(392_840).amount.to_string(), "3928.40");
        assert_eq!(Money::of_cents(7).cents(), 7);
    }
}
