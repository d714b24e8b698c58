//! A registration: what is counted of it, and nothing else.

use crate::calendar::Day;
use crate::clock::Instant;
use crate::db::bulk::bulk_row;
use crate::db::schema::protocol_registrations;
use crate::db::types::text_enum;
use crate::error::Invalid;
use crate::feed::present;
use crate::text::{Code, IpaCode};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum!(
    /// Which way it goes.
    ProtocolDirection { Incoming = "incoming", Outgoing = "outgoing", Internal = "internal" }
);

text_enum!(
    /// How it came or went.
    ProtocolChannel {
        /// By a digital service.
        Online = "online",
        AppIo = "app_io",
        Pec = "pec",
        Email = "email",
        /// Between protocol systems.
        Interoperability = "interoperability",
        Send = "send",
        /// On paper, by post.
        Post = "post",
        /// On paper, at a desk.
        Counter = "counter",
        Fax = "fax",
        Other = "other",
    }
);

impl ProtocolChannel {
    /// Channels that a digital service could have replaced.
    pub const ON_PAPER: [ProtocolChannel; 3] = [ProtocolChannel::Post, ProtocolChannel::Counter, ProtocolChannel::Fax];
}

crate::text::text_type!(
    /// A heading of the filing plan: `I.2`, `4/10`.
    FilingCode, 1..=32, "^[A-Za-z0-9][A-Za-z0-9./_-]*$",
    "1 to 32 letters, digits, dots, slashes, hyphens or underscores, beginning with a letter or digit", "I.2",
    |text: &str| {
        let text = text.trim();
        let fits = text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "./_-".contains(c));
        fits.then(|| text.to_owned())
    }
);

/// A registration as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProtocolRegistration {
    /// Code of the organisational area (AOO) in the Indice PA.
    pub aoo: Code,
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// Unique within the area and the year.
    #[schema(minimum = 1, maximum = 999_999_999)]
    pub number: i32,
    pub direction: ProtocolDirection,
    /// Within the year, and not in the future.
    pub date: Day,
    #[serde(default, deserialize_with = "present")]
    pub channel: Option<ProtocolChannel>,
    #[serde(default, deserialize_with = "present")]
    pub classification: Option<FilingCode>,
    /// Code of the procedure that it begins or belongs to; one that the inventory has not is kept, and told of.
    #[serde(default, deserialize_with = "present")]
    pub procedure_code: Option<Code>,
    /// Code of the digital service that it came by; one that the inventory has not is kept, and told of.
    #[serde(default, deserialize_with = "present")]
    pub service_code: Option<Code>,
    /// Annulled: it stays, marked, and is counted apart.
    #[serde(default)]
    pub cancelled: bool,
}

/// Registrations that are sent together.
#[derive(ToSchema)]
#[schema(as = NewProtocolRegistrations)]
#[expect(dead_code, reason = "the body's schema; rows are read one by one")]
pub struct NewProtocolRegistrations {
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<NewProtocolRegistration>,
}

/// A registration as it stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, ToSchema)]
#[diesel(table_name = protocol_registrations, treat_none_as_default_value = false)]
pub struct ProtocolRegistration {
    pub administration: IpaCode,
    pub aoo: Code,
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    #[schema(minimum = 1, maximum = 999_999_999)]
    pub number: i32,
    pub direction: ProtocolDirection,
    pub date: Day,
    pub channel: Option<ProtocolChannel>,
    pub classification: Option<FilingCode>,
    pub procedure_code: Option<Code>,
    pub service_code: Option<Code>,
    pub cancelled: bool,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

bulk_row!(ProtocolRegistration: protocol_registrations (
    administration, aoo, year, number; direction, date, channel, classification, procedure_code, service_code, cancelled,
    revision, created_at, updated_at,
));

impl NewProtocolRegistration {
    pub fn check_against(&self, today: NaiveDate, invalid: &mut Invalid) {
        if !(1990..=2100).contains(&self.year) {
            invalid.add("/year", self.year, "must be a year between 1990 and 2100");
        }
        if !(1..=999_999_999).contains(&self.number) {
            invalid.add("/number", self.number, "must be a whole number from 1 to 999999999");
        }
        if self.date.date().year() != self.year {
            invalid.add("/date", self.date, format!("must lie in the registration's year, {}", self.year));
        }
        if self.date.date() > today {
            invalid.add("/date", self.date, format!("lies in the future: today is {today}"));
        }
    }
}

impl ProtocolRegistration {
    pub fn new(
        input: &NewProtocolRegistration,
        home: &IpaCode,
        revision: i64,
        created_at: Instant,
        now: Instant,
    ) -> Self {
        ProtocolRegistration {
            administration: home.clone(),
            aoo: input.aoo.clone(),
            year: input.year,
            number: input.number,
            direction: input.direction,
            date: input.date,
            channel: input.channel,
            classification: input.classification.clone(),
            procedure_code: input.procedure_code.clone(),
            service_code: input.service_code.clone(),
            cancelled: input.cancelled,
            revision,
            created_at,
            updated_at: now,
        }
    }

    pub fn input(self) -> NewProtocolRegistration {
        NewProtocolRegistration {
            aoo: self.aoo,
            year: self.year,
            number: self.number,
            direction: self.direction,
            date: self.date,
            channel: self.channel,
            classification: self.classification,
            procedure_code: self.procedure_code,
            service_code: self.service_code,
            cancelled: self.cancelled,
        }
    }

    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        let input = NewProtocolRegistration {
            aoo: Code::from_trusted("AOO1".to_owned()),
            year: 2024,
            number: 1207,
            direction: ProtocolDirection::Incoming,
            date: Day::of(NaiveDate::from_ymd_opt(2024, 4, 11).unwrap_or_default()),
            channel: Some(ProtocolChannel::Online),
            classification: Some(FilingCode::from_trusted("IV.3".to_owned())),
            procedure_code: None,
            service_code: Some(Code::from_trusted("tari".to_owned())),
            cancelled: false,
        };
        ProtocolRegistration::new(&input, &IpaCode::from_trusted("c_b507".to_owned()), 1, at, at)
    }
}
