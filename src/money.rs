//! Money: an amount as text, exact to the cent, with its currency.

use crate::db::types::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::text::text_type!(
    /// An amount with two decimals.
    Amount, 4..=16, "^[0-9]{1,13}\\.[0-9]{2}$",
    "an amount of at least 0 with two decimals and no thousands separator, such as 2000.00", "2000.00",
    |text: &str| {
        let text = text.trim();
        let (whole, cents) = text.split_once('.')?;
        let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        (digits(whole) && digits(cents) && cents.len() == 2).then(|| text.to_owned())
    }
);

text_enum!(
    /// A currency (ISO 4217).
    Currency { Eur = "EUR" }
);

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    pub amount: Amount,
    pub currency: Currency,
}

impl Money {
    /// Euros from cents.
    pub fn of_cents(cents: u64) -> Self {
        Money { amount: Amount::from_trusted(format!("{}.{:02}", cents / 100, cents % 100)), currency: Currency::Eur }
    }

    /// In cents.
    pub fn cents(&self) -> u64 {
        self.amount.as_str().replace('.', "").parse().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_decimals() {
        assert_eq!(Amount::parse("2000.00").unwrap().as_str(), "2000.00");
        for wrong in ["2000", "2000.0", "2000.005", "2.000,00", "-1.00", ".50", ""] {
            assert_eq!(Amount::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Money::of_cents(392_840).amount.as_str(), "3928.40");
        assert_eq!(Money::of_cents(7).cents(), 7);
    }
}
