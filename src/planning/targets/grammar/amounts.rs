//! A number with its unit.

use rust_decimal::Decimal;
use winnow::Parser;
use winnow::combinator::alt;
use winnow::error::EmptyError;

use super::{In, Res, digits, mark, maybe, one_of, peek, take, word};
use crate::planning::targets::literals::Form;
use crate::planning::targets::note::Remarks;
use crate::planning::targets::reading::MAX_NUMBER;
use crate::planning::targets::tokens::{Sign, Tok};
use crate::planning::targets::vocabulary::{Time, Word};
use crate::planning::targets::{Kind, Remark, Unit};

/// A number as written, with its unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub(super) value: Decimal,
    /// The later of two values: "3/5 giorni".
    pub(super) second: Option<Decimal>,
    pub(super) unit: Option<Unit>,
    /// A plus or minus stands before it.
    pub(super) signed: bool,
    /// Written in digits only, so many of them.
    pub(super) digits: Option<u8>,
    /// Written like a day and month: "31.04".
    pub(super) day_like: bool,
    /// "un centinaio"
    pub(super) round: bool,
    pub(super) remarks: Remarks,
}

impl Amount {
    /// The kind of a target of this amount alone.
    pub(super) fn kind(&self) -> Kind {
        match self.unit {
            Some(Unit::Percent | Unit::Points) => Kind::Percent,
            Some(Unit::Euro) => Kind::Currency,
            Some(Unit::Minute | Unit::Hour | Unit::Day | Unit::WorkingDay | Unit::Week | Unit::Month | Unit::Year) => {
                Kind::Duration
            }
            _ => Kind::Number,
        }
    }

    /// Four digits that look like a year.
    pub(super) fn maybe_year(&self) -> bool {
        self.unit.is_none()
            && self.digits == Some(4)
            && self.value >= Decimal::from(2010)
            && self.value <= Decimal::from(2060)
    }
}

/// A number and its unit, in either order for money.
///
/// | text | amount |
/// |---|---|
/// | `90 %` `100 per cento` `5 p.p.` | % or pp |
/// | `€ 2.000,00` `15.000 €` `euro 500` `1,5 milioni di euro` `10mila euro` | EUR |
/// | `30 gg` `gg. 10` `10 giorni lavorativi` `48h` | duration |
/// | `dieci` `tremila` `un` | the number in words |
/// | `3/5 giorni` | two values |
pub(super) fn amount(input: &mut In<'_>) -> Res<Amount> {
    let euro_first = maybe(input, word(Word::Euro)).is_some();
    let mut amount = alt((round, figure, days_first)).parse_next(input)?;
    if amount.unit.is_some() {
        return Ok(amount);
    }
    let second = if euro_first { None } else { maybe(input, second_value) };
    if second.is_some() && amount.value >= second.unwrap_or_default() {
        return Err(EmptyError);
    }
    amount.second = second;
    amount.unit = match maybe(input, unit) {
        _ if euro_first => Some(Unit::Euro),
        unit => unit,
    };
    if euro_first {
        // "€ 1.500,-"
        maybe(input, |input| {
            mark(Tok::Comma)(input)?;
            mark(Tok::Dash)(input)
        });
    }
    if second.is_some() {
        let time = matches!(amount.kind(), Kind::Duration);
        amount.remarks.add(Remark::SoftRange);
        return if time { Ok(amount) } else { Err(EmptyError) };
    }
    Ok(amount)
}

/// The "/5" or "-5" of "3/5 giorni".
fn second_value(input: &mut In<'_>) -> Res<Decimal> {
    alt((mark(Tok::Slash), mark(Tok::Dash))).parse_next(input)?;
    let second = digits(input)?;
    if matches!(peek(input), Some(Tok::Word(Word::Time(_)))) { Ok(second.value) } else { Err(EmptyError) }
}

/// The number itself, with "mila" and "milioni".
fn figure(input: &mut In<'_>) -> Res<Amount> {
    let mut amount = Amount {
        value: Decimal::ZERO,
        second: None,
        unit: None,
        signed: false,
        digits: None,
        day_like: false,
        round: false,
        remarks: Remarks::default(),
    };
    match peek(input).ok_or(EmptyError)? {
        Tok::Number(_) => {
            let number = digits(input)?;
            amount.value = number.value;
            amount.signed = number.sign != Sign::None;
            if number.sign == Sign::LoneMinus {
                amount.remarks.add(Remark::LoneSign);
            }
            match number.form {
                Form::Digits(count) => amount.digits = Some(count),
                Form::Dotted { whole_digits, part, part_digits, .. } => {
                    amount.remarks.add(Remark::DottedDecimal);
                    amount.day_like =
                        !amount.signed && whole_digits == 2 && part_digits == 2 && (1..=12).contains(&part);
                }
                Form::Plain => {}
            }
        }
        Tok::Word(Word::Cardinal(value)) => {
            super::take(Some)(input)?;
            amount.value = value.into();
        }
        Tok::Word(Word::One) => {
            super::take(Some)(input)?;
            amount.value = Decimal::ONE;
        }
        _ => return Err(EmptyError),
    }
    if let Some(factor) = maybe(input, magnitude) {
        let product = amount.value.checked_mul(factor.into()).filter(|product| product.abs() <= MAX_NUMBER);
        amount.value = product.ok_or(EmptyError)?.normalize();
        amount.digits = None;
    }
    Ok(amount)
}

fn magnitude(input: &mut In<'_>) -> Res<u32> {
    take(|tok| match tok {
        Tok::Word(Word::Magnitude(factor)) => Some(factor),
        _ => None,
    })(input)
}

/// "gg. 10"; "ore 12" is a time of day
fn days_first(input: &mut In<'_>) -> Res<Amount> {
    word(Word::Time(Time::Day))(input)?;
    let amount = figure(input)?;
    Ok(Amount { unit: Some(Unit::Day), ..amount })
}

/// "un centinaio", "una decina"
fn round(input: &mut In<'_>) -> Res<Amount> {
    word(Word::One)(input)?;
    let value = take(|tok| match tok {
        Tok::Word(Word::Round(value)) => Some(value),
        _ => None,
    })(input)?;
    let remarks = Remarks::of(Remark::RoundNumber);
    Ok(Amount {
        value: value.into(),
        second: None,
        unit: None,
        signed: false,
        digits: None,
        day_like: false,
        round: true,
        remarks,
    })
}

/// A unit after its number.
pub(super) fn unit(input: &mut In<'_>) -> Res<Unit> {
    alt((percent, points, euro, time)).parse_next(input)
}

fn percent(input: &mut In<'_>) -> Res<Unit> {
    let per_cent = |input: &mut In<'_>| {
        word(Word::Per)(input)?;
        word(Word::Cardinal(100))(input)
    };
    alt((mark(Tok::Percent), word(Word::Percent), per_cent)).parse_next(input)?;
    Ok(Unit::Percent)
}

/// "p.p.", "punti percentuali", "punti %"
fn points(input: &mut In<'_>) -> Res<Unit> {
    let spelled = |input: &mut In<'_>| {
        word(Word::Point)(input)?;
        alt((word(Word::Percentage), mark(Tok::Percent))).parse_next(input)
    };
    alt((word(Word::Points), spelled)).parse_next(input)?;
    Ok(Unit::Points)
}

/// "€", "euro", "di euro"
fn euro(input: &mut In<'_>) -> Res<Unit> {
    maybe(input, word(Word::Of));
    word(Word::Euro)(input)?;
    Ok(Unit::Euro)
}

/// "gg", "giorni lavorativi", "giorni naturali e consecutivi", "ore"
pub(super) fn time(input: &mut In<'_>) -> Res<Unit> {
    let time = take(|tok| match tok {
        Tok::Word(Word::Time(time)) => Some(time),
        _ => None,
    })(input)?;
    Ok(match time {
        Time::Minute => Unit::Minute,
        Time::Hour => Unit::Hour,
        Time::Week => Unit::Week,
        Time::Month => Unit::Month,
        Time::Year => Unit::Year,
        Time::Day => {
            maybe(input, one_of(&[Word::Calendar]));
            maybe(input, |input| {
                maybe(input, one_of(&[Word::And, Word::Of]));
                word(Word::Calendar)(input)
            });
            if maybe(input, word(Word::Working)).is_some() { Unit::WorkingDay } else { Unit::Day }
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::planning::targets::examples::reads;

    #[test]
    fn examples() {
        reads(&[
            ("90 %", "percent default 90 %"),
            ("100 per cento", "percent default 100 %"),
            ("+5 p.p.", "relative_change >= 5 pp"),
            ("€ 2.000,00", "currency default 2000.00 EUR"),
            ("15.000 €", "currency default 15000 EUR"),
            ("euro 500", "currency default 500 EUR"),
            ("1,5 milioni di euro", "currency default 1500000 EUR"),
            ("10mila euro", "currency default 10000 EUR"),
            ("€ 1.500,-", "currency default 1500 EUR"),
            ("30 gg", "duration default 30 day"),
            ("max gg. 10", "duration <= 10 day"),
            ("ore 12", "text"),
            ("10 giorni lavorativi", "duration default 10 working_day"),
            ("30 giorni naturali e consecutivi", "duration default 30 day"),
            ("48h", "duration default 48 hour"),
            ("dieci", "number default 10"),
            ("tremila", "number default 3000"),
            ("un centinaio", "number ~ 100"),
            ("entro 3/5 giorni", "duration <= 3..5 day"),
            ("entro 3-5 giorni", "duration <= 3..5 day"),
            ("1.5", "number default 1.5"),
            ("-5", "number default -5"),
            ("999999999999999999", "text"),
            ("900000000000 miliardi", "text"),
        ]);
    }
}
