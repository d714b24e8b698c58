//! The typed target: its fields, their JSON and their schema.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

use super::{Baseline, DeadlineRule, Note, Remark};

/// Numbers beyond this are not targets; it keeps JSON numbers within what a double holds to the cent.
pub(super) const MAX_NUMBER: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0); // 1e15
/// The most notes that a reading holds.
pub(super) const MAX_NOTES: usize = 16;

/// What kind of target it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TargetKind)]
pub enum Kind {
    /// Yes or no ("SI", "ON/OFF").
    Boolean,
    /// A plain count or figure ("1.250", "almeno due").
    Number,
    /// A share ("100%", "non inferiore al 90 %").
    Percent,
    /// An amount of money ("€ 2.000,00").
    Currency,
    /// An elapsed time ("≤ 30 gg").
    Duration,
    /// A deadline, dated or named ("Entro 31.12").
    Date,
    /// Between two values, inclusive ("80-90%").
    Range,
    /// A value over a scale or a whole ("4 su 5").
    Ratio,
    /// A count each period ("4 all'anno").
    Rate,
    /// A change against a baseline ("riduzione del 5%").
    RelativeChange,
    /// Keep a baseline ("mantenimento").
    Maintain,
    /// All of them ("Tutti").
    Universal,
    /// One value each year ("2024: 10; 2025: 12").
    Schedule,
    /// Words to be evaluated by hand.
    Text,
    /// No target, or a placeholder ("n.d.", "-").
    None,
}

/// How the measurement is compared with the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = TargetComparator)]
pub enum Comparator {
    /// Exactly.
    #[serde(rename = "=")]
    Equal,
    /// Strictly more.
    #[serde(rename = ">")]
    More,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// Strictly less.
    #[serde(rename = "<")]
    Less,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// About.
    #[serde(rename = "~")]
    About,
    /// Between two values, inclusive.
    #[serde(rename = "between")]
    Between,
    /// By a deadline.
    #[serde(rename = "by")]
    By,
    /// None is written: the indicator's polarity decides.
    #[serde(rename = "default")]
    Default,
}

/// The unit of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TargetUnit)]
pub enum Unit {
    /// Per cent.
    #[serde(rename = "%")]
    Percent,
    /// Percentage points.
    #[serde(rename = "pp")]
    Points,
    /// Euro.
    #[serde(rename = "EUR")]
    Euro,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Calendar days.
    Day,
    /// Working days.
    WorkingDay,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
    /// Times a day.
    PerDay,
    /// Times a week.
    PerWeek,
    /// Times a month.
    PerMonth,
    /// Times a quarter.
    PerQuarter,
    /// Times a year.
    PerYear,
    /// A mark on a scale, whose top is `value2`.
    Rating,
    /// An absolute change, in the indicator's own unit.
    Abs,
}

/// How surely the text was read; ordered from surest to least sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TargetConfidence)]
pub enum Confidence {
    /// There is one way to read it.
    Certain,
    /// Another way exists, but is unusual.
    Likely,
    /// A person should look.
    Ambiguous,
}

crate::db::types::text_enum!(
    /// Which way is better. Part of the indicator, said by a person; never guessed.
    Polarity {
        /// The more, the better.
        HigherIsBetter = "higher_is_better",
        /// The less, the better.
        LowerIsBetter = "lower_is_better",
    }
);

/// The target's value: a number, or yes/no. JSON number or boolean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetValue {
    /// A number; keeps the decimals written ("2.000,00" prints 2000.00).
    Number(Decimal),
    /// Yes (`true`) or no.
    Boolean(bool),
}

/// A target as read. Absent JSON keys are omitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TargetReading)]
pub struct Reading {
    /// What kind of target it is.
    pub kind: Kind,
    /// How to compare; absent for `text` and `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub comparator: Option<Comparator>,
    /// The value: a number, or a boolean for yes/no targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub value: Option<TargetValue>,
    /// The upper end of a range, the scale of a ratio, the later of two ceilings.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "number_option")]
    #[schema(nullable = false, value_type = Option<f64>, format = Double, minimum = -1e15, maximum = 1e15)]
    pub value2: Option<Decimal>,
    /// The unit, where one is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unit: Option<Unit>,
    /// Until when, relative to the reference year Y: see [`DeadlineRule`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<String>, max_length = 1000,
        pattern = r"^(named:.+|within PT?[0-9]{1,9}[HMDWY] from event|[0-9Yeach+=|. -]+)$",
        example = "Y-12-31")]
    pub deadline_rule: Option<DeadlineRule>,
    /// How surely it was read.
    pub confidence: Confidence,
    /// Reasons and ambiguities, in short English sentences.
    #[serde(default)]
    #[schema(schema_with = notes_schema)]
    pub notes: Vec<Note>,
}

/// One line of `traguardo read-target` and of `POST /target-readings`: the text, then its reading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TargetLine<'a> {
    /// The expected value as written.
    pub text: &'a str,
    /// Its reading, key by key beside the text.
    #[serde(flatten)]
    pub reading: Reading,
}

impl Reading {
    /// The same target in the unit that a person confirmed, where the text is a bare number: `%`, `EUR` (`€`, `euro`)
    /// or a unit of time. Any other unit leaves the number a number.
    #[must_use]
    pub fn in_unit(&self, unit: &str) -> Self {
        let unit = unit.trim();
        let confirmed = match unit.to_lowercase().as_str() {
            "%" => Some((Kind::Percent, Unit::Percent)),
            "eur" | "euro" | "€" => Some((Kind::Currency, Unit::Euro)),
            "minute" => Some((Kind::Duration, Unit::Minute)),
            "hour" => Some((Kind::Duration, Unit::Hour)),
            "day" => Some((Kind::Duration, Unit::Day)),
            "working_day" => Some((Kind::Duration, Unit::WorkingDay)),
            "week" => Some((Kind::Duration, Unit::Week)),
            "month" => Some((Kind::Duration, Unit::Month)),
            "year" => Some((Kind::Duration, Unit::Year)),
            _ => None,
        };
        let mut reading = self.clone();
        if let (Kind::Number, None, Some((kind, unit))) = (self.kind, self.unit, confirmed) {
            reading.kind = kind;
            reading.unit = Some(unit);
            reading.notes.truncate(MAX_NOTES - 1);
            reading.notes.push(Note::Other(format!("A person confirmed the unit: {unit}.")));
        }
        reading
    }

    /// The value as a number; `None` for yes/no targets and where there is none.
    #[must_use]
    pub fn number(&self) -> Option<Decimal> {
        match self.value {
            Some(TargetValue::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// What a change or a "keep" target is compared with, where the text says it.
    #[must_use]
    pub fn baseline(&self) -> Option<Baseline> {
        self.notes.iter().find_map(|note| match note {
            Note::Baseline(baseline) => Some(*baseline),
            _ => None,
        })
    }

    /// Whether the notes hold this remark.
    #[must_use]
    pub fn has(&self, remark: Remark) -> bool {
        self.notes.contains(&Note::Remark(remark))
    }

    /// Whether two readings mean the same target: every typed field, not the confidence and notes.
    #[must_use]
    pub fn same_target(&self, other: &Self) -> bool {
        (self.kind, self.comparator, self.value, self.value2, self.unit)
            == (other.kind, other.comparator, other.value, other.value2, other.unit)
            && self.deadline_rule == other.deadline_rule
            && self.baseline() == other.baseline()
    }
}

macro_rules! spelled {
    ($($type:ident { $($variant:ident $text:literal)* })*) => {$(
        impl $type {
            /// As in JSON and in the corpus.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}

spelled! {
    Kind {
        Boolean "boolean" Number "number" Percent "percent" Currency "currency" Duration "duration" Date "date"
        Range "range" Ratio "ratio" Rate "rate" RelativeChange "relative_change" Maintain "maintain"
        Universal "universal" Schedule "schedule" Text "text" None "none"
    }
    Comparator {
        Equal "=" More ">" AtLeast ">=" Less "<" AtMost "<=" About "~" Between "between" By "by" Default "default"
    }
    Unit {
        Percent "%" Points "pp" Euro "EUR" Minute "minute" Hour "hour" Day "day" WorkingDay "working_day" Week "week"
        Month "month" Year "year" PerDay "per_day" PerWeek "per_week" PerMonth "per_month"
        PerQuarter "per_quarter" PerYear "per_year" Rating "rating" Abs "abs"
    }
}

impl std::fmt::Display for TargetValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Boolean(yes) => yes.fmt(f),
        }
    }
}

/// A JSON number: an integer where it is one, otherwise a double.
fn serialize_number<S: Serializer>(number: Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    match number.to_i64().filter(|_| number.is_integer()) {
        Some(integer) => serializer.serialize_i64(integer),
        None => serializer.serialize_f64(number.to_f64().unwrap_or_default()),
    }
}

/// A JSON number within ±1e15.
fn to_decimal<E: serde::de::Error>(number: f64) -> Result<Decimal, E> {
    Decimal::try_from(number)
        .ok()
        .filter(|decimal| decimal.abs() <= MAX_NUMBER)
        .map(|decimal| decimal.normalize())
        .ok_or_else(|| E::custom("a number between -1e15 and 1e15 is expected"))
}

impl Serialize for TargetValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serialize_number(*number, serializer),
            Self::Boolean(yes) => serializer.serialize_bool(*yes),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawValue {
    Boolean(bool),
    Number(f64),
}

impl<'de> Deserialize<'de> for TargetValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match RawValue::deserialize(deserializer)? {
            RawValue::Boolean(yes) => Ok(Self::Boolean(yes)),
            RawValue::Number(number) => to_decimal(number).map(Self::Number),
        }
    }
}

mod number_option {
    use super::{Decimal, Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "the signature that serde's `with` calls")]
    pub(super) fn serialize<S: Serializer>(number: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        match number {
            Some(number) => super::serialize_number(*number, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
        Option::<f64>::deserialize(deserializer)?.map(super::to_decimal).transpose()
    }
}

impl utoipa::PartialSchema for TargetValue {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Number)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)))
            .minimum(Some(-1e15))
            .maximum(Some(1e15));
        let boolean = ObjectBuilder::new().schema_type(Type::Boolean);
        let either = OneOfBuilder::new().item(number).item(boolean);
        either.description(Some("The target's value: a number, or yes/no.")).into()
    }
}

impl ToSchema for TargetValue {}

/// [`Reading`]'s schema with `text` beside its keys: a closed object, which `allOf` could not be.
impl utoipa::PartialSchema for TargetLine<'_> {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(4000))
            .pattern(Some(r"^[\s\S]*$"))
            .description(Some("The expected value as written."));
        let mut schema = Reading::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.properties.insert("text".to_owned(), text.into());
            object.required.insert(0, "text".to_owned());
            object.description = Some("An expected value as written, and its reading.".to_owned());
        }
        schema
    }
}

impl ToSchema for TargetLine<'_> {
    fn name() -> std::borrow::Cow<'static, str> {
        "TargetLine".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Reading::schemas(schemas);
    }
}

fn notes_schema() -> RefOr<Schema> {
    let note = ObjectBuilder::new().schema_type(Type::String).max_length(Some(300)).pattern(Some(r"^[\s\S]+$"));
    let notes = utoipa::openapi::ArrayBuilder::new().items(note).min_items(Some(0)).max_items(Some(MAX_NOTES));
    notes.description(Some("Reasons and ambiguities, in short English sentences.")).into()
}
