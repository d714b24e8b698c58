//! A day of an organisational area: what was registered, and whether it should have been.

use crate::calendar::{Day, is_working_day};
use crate::clock::Instant;
use crate::db::schema::protocol_days;
use crate::db::types::text_enum;
use crate::error::{Invalid, Problem};
use crate::text::{Code, IpaCode};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Registrations of a day at most; what is more is a slip.
const MOST: i64 = 10_000_000;

text_enum!(
    /// Where the counts of a day come from.
    DaySource {
        /// Single registrations; they win over totals.
        Registrations = "registrations",
        /// Totals, where no single registrations were sent.
        Totals = "totals",
        /// Nothing was registered.
        Nothing = "nothing",
    }
);

/// The totals of a day as they are sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProtocolDay {
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub incoming: i64,
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub outgoing: i64,
}

/// The totals of a day among others, as a file of them has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDayTotals {
    pub aoo: Code,
    pub date: Day,
    pub incoming: i64,
    pub outgoing: i64,
}

impl NewDayTotals {
    pub fn check_counts(&self, today: NaiveDate, invalid: &mut Invalid) {
        for (field, count) in [("/incoming", self.incoming), ("/outgoing", self.outgoing)] {
            if !(0..=MOST).contains(&count) {
                invalid.add(field, count, format!("must be a whole number from 0 to {MOST}"));
            }
        }
        if self.date.date() > today {
            invalid.add("/date", self.date, format!("lies in the future: today is {today}"));
        }
    }
}

/// The totals of a day as they are stored.
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = protocol_days, primary_key(administration, aoo, date), treat_none_as_default_value = false)]
pub struct Totals {
    pub administration: IpaCode,
    pub aoo: Code,
    pub date: Day,
    pub incoming: i64,
    pub outgoing: i64,
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A day of the protocol.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProtocolDay {
    pub administration: IpaCode,
    pub aoo: Code,
    pub date: Day,
    pub source: DaySource,
    /// Those that were annulled are left out.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub incoming: i64,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub outgoing: i64,
    /// Totals do not tell it.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub internal: Option<i64>,
    /// Annulled registrations, counted apart; totals do not tell them.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub cancelled: Option<i64>,
    /// Monday to Friday and no national holiday.
    pub working_day: bool,
    /// A working day that is over and on which nothing was registered, since the area's first known day.
    pub missed: bool,
    /// Of the latest registration or total of the day.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: Option<i64>,
}

impl NewProtocolDay {
    pub fn check(&self, date: Day, today: NaiveDate) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        for (field, count) in [("/incoming", self.incoming), ("/outgoing", self.outgoing)] {
            if !(0..=MOST).contains(&count) {
                invalid.add(field, count, format!("must be a whole number from 0 to {MOST}"));
            }
        }
        if date.date() > today {
            invalid.add("day_key", date, format!("lies in the future: today is {today}"));
        }
        invalid.finish()
    }
}

impl ProtocolDay {
    /// A day on which nothing is known to have been registered.
    pub fn empty(administration: &IpaCode, aoo: &Code, date: Day) -> Self {
        ProtocolDay {
            administration: administration.clone(),
            aoo: aoo.clone(),
            date,
            source: DaySource::Nothing,
            incoming: 0,
            outgoing: 0,
            internal: None,
            cancelled: None,
            working_day: is_working_day(date.date()),
            missed: false,
            revision: None,
        }
    }

    pub fn of_totals(totals: &Totals) -> Self {
        ProtocolDay {
            source: DaySource::Totals,
            incoming: totals.incoming,
            outgoing: totals.outgoing,
            revision: Some(totals.revision),
            ..ProtocolDay::empty(&totals.administration, &totals.aoo, totals.date)
        }
    }

    /// Whether anything was registered.
    pub fn is_empty(&self) -> bool {
        self.incoming + self.outgoing + self.internal.unwrap_or_default() + self.cancelled.unwrap_or_default() == 0
    }

    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        ProtocolDay::of_totals(&Totals {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            aoo: Code::from_trusted("AOO1".to_owned()),
            date: Day::of(NaiveDate::from_ymd_opt(2024, 4, 11).unwrap_or_default()),
            incoming: 188,
            outgoing: 74,
            revision: 1,
            created_at: at,
            updated_at: at,
        })
    }
}
