//! The adoption of a platform: row, answer and input.

use crate::clock::Instant;
use crate::db::schema::platform_adoptions;
use crate::db::types::{Json, text_enum};
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::lifecycle::{self, Step};
use crate::money::Money;
use crate::procedures::model::check_count;
use crate::text::{IpaCode, Line, Prose};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Grants of one adoption, at most.
const MAX_GRANTS: usize = 200;
/// Points of sale, desks or services, at most.
const MAX_COUNT: i32 = 1_000_000;

text_enum!(
    /// A national platform.
    Platform {
        /// Login with SPID.
        Spid = "spid",
        /// Login with the electronic identity card.
        CieLogin = "cie_login",
        /// Desks that issue the electronic identity card.
        CieIssuing = "cie_issuing",
        /// Login with the national services card.
        Cns = "cns",
        /// Login with identities of other member states.
        Eidas = "eidas",
        Pagopa = "pagopa",
        AppIo = "app_io",
        /// National register of residents.
        Anpr = "anpr",
        /// Index of public administrations; `identifier` holds the AOO.
        Ipa = "ipa",
        /// Certified mail.
        Pec = "pec",
        IniPec = "ini_pec",
        /// National data platform, interoperability.
        Pdnd = "pdnd",
        /// Digital notifications.
        Send = "send",
        Cloud = "cloud",
        DigitalPreservation = "digital_preservation",
    }
);

text_enum!(
    /// Where an adoption stands.
    AdoptionStatus { Planned = "planned", InProgress = "in_progress", Active = "active", Withdrawn = "withdrawn" }
);

text_enum!(
    /// Where the application for a grant stands.
    GrantStatus {
        /// The grant was given; the work is under way.
        Financed = "financed",
        /// The administration gave it up.
        Renounced = "renounced",
        /// The work was done and paid.
        Paid = "paid",
    }
);

crate::text::text_type!(
    /// Codice unico di progetto.
    Cup, 15..=15, "^[A-Za-z0-9]{15}$", "a CUP: 15 letters and digits", "D21F22003770006",
    |text: &str| {
        let text = text.trim().to_ascii_uppercase();
        text.chars().all(|c| c.is_ascii_alphanumeric()).then_some(text)
    }
);

/// An application for a grant and what became of it. CUP, notice and day of sending tell it from others.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub cup: Cup,
    /// The notice under which it was asked for.
    pub notice: Line,
    pub status: GrantStatus,
    /// The day from which it has this status.
    pub status_on: NaiveDate,
    pub amount: Option<Money>,
    pub submitted_on: Option<NaiveDate>,
    pub financed_on: Option<NaiveDate>,
    /// The decree that financed it.
    pub decree: Option<Line>,
}

impl Grant {
    pub fn is_same_application(&self, other: &Grant) -> bool {
        (&self.cup, &self.notice, self.submitted_on) == (&other.cup, &other.notice, other.submitted_on)
    }
}

/// The adoption of a platform.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = platform_adoptions, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PlatformAdoption {
    pub administration: IpaCode,
    pub id: Id,
    pub platform: Platform,
    /// As its dates tell it: of today, or of the day that was asked for.
    pub status: AdoptionStatus,
    pub planned_on: Option<NaiveDate>,
    pub started_on: Option<NaiveDate>,
    pub active_from: Option<NaiveDate>,
    pub withdrawn_on: Option<NaiveDate>,
    /// How the platform knows the administration: an AOO code, a PEC address, an id.
    pub identifier: Option<Line>,
    /// The body or product between the administration and the platform.
    pub intermediary: Option<Line>,
    /// Points of sale.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub pos_count: Option<i32>,
    /// Desks.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub desk_count: Option<i32>,
    /// Services on the platform.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub service_count: Option<i32>,
    pub note: Option<Prose>,
    #[schema(value_type = Vec<Grant>, min_items = 0, max_items = 200)]
    pub grants: Json<Vec<Grant>>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// The adoption of a platform as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlatformAdoption {
    pub administration: IpaCode,
    /// One adoption for each platform.
    pub platform: Platform,
    /// As the dates tell it where left out. Without any date it is as stated, on any day.
    pub status: Option<AdoptionStatus>,
    pub planned_on: Option<NaiveDate>,
    pub started_on: Option<NaiveDate>,
    pub active_from: Option<NaiveDate>,
    pub withdrawn_on: Option<NaiveDate>,
    /// How the platform knows the administration: an AOO code, a PEC address, an id.
    pub identifier: Option<Line>,
    /// The body or product between the administration and the platform.
    pub intermediary: Option<Line>,
    /// Points of sale.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub pos_count: Option<i32>,
    /// Desks.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub desk_count: Option<i32>,
    /// Services on the platform.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub service_count: Option<i32>,
    pub note: Option<Prose>,
    #[serde(default)]
    #[schema(min_items = 0, max_items = 200)]
    pub grants: Vec<Grant>,
}

fn steps(dates: [Option<NaiveDate>; 4]) -> [Step<AdoptionStatus>; 4] {
    let [planned, started, active, withdrawn] = dates;
    [
        ("/planned_on", planned, AdoptionStatus::Planned),
        ("/started_on", started, AdoptionStatus::InProgress),
        ("/active_from", active, AdoptionStatus::Active),
        ("/withdrawn_on", withdrawn, AdoptionStatus::Withdrawn),
    ]
}

impl NewPlatformAdoption {
    /// What can be said of the input alone; gives the status of today.
    pub fn check(&self, today: NaiveDate) -> Result<AdoptionStatus, Problem> {
        let mut invalid = Invalid::default();
        let counts =
            [("/pos_count", self.pos_count), ("/desk_count", self.desk_count), ("/service_count", self.service_count)];
        for (field, count) in counts {
            if let Some(count) = count.filter(|count| !(0..=MAX_COUNT).contains(count)) {
                invalid.add(field, count, format!("must be between 0 and {MAX_COUNT}"));
            }
        }
        check_count(&mut invalid, "/grants", self.grants.len(), MAX_GRANTS);
        for (index, grant) in self.grants.iter().enumerate() {
            if self.grants[..index].iter().any(|earlier| earlier.is_same_application(grant)) {
                invalid.add(&format!("/grants/{index}"), &grant.cup, "the same application stands twice");
            }
        }
        let steps = steps([self.planned_on, self.started_on, self.active_from, self.withdrawn_on]);
        let status = lifecycle::check(&mut invalid, &steps, self.status, AdoptionStatus::Planned, today);
        invalid.finish().map(|()| status)
    }

    /// Of a platform, with nothing else said.
    pub fn bare(administration: IpaCode, platform: Platform) -> Self {
        NewPlatformAdoption {
            administration,
            platform,
            status: None,
            planned_on: None,
            started_on: None,
            active_from: None,
            withdrawn_on: None,
            identifier: None,
            intermediary: None,
            pos_count: None,
            desk_count: None,
            service_count: None,
            note: None,
            grants: Vec::new(),
        }
    }

    pub fn sample() -> Self {
        NewPlatformAdoption {
            status: Some(AdoptionStatus::Active),
            active_from: NaiveDate::from_ymd_opt(2016, 12, 1),
            pos_count: Some(5),
            service_count: Some(35),
            ..NewPlatformAdoption::bare(IpaCode::from_trusted("c_b507".to_owned()), Platform::Pagopa)
        }
    }
}

impl PlatformAdoption {
    /// The row of an input whose status was told: a new one, or the next state of the current one.
    pub fn new(
        input: NewPlatformAdoption,
        status: AdoptionStatus,
        id: Id,
        revision: i64,
        created_at: Instant,
        now: Instant,
    ) -> Self {
        PlatformAdoption {
            administration: input.administration,
            id,
            platform: input.platform,
            status,
            planned_on: input.planned_on,
            started_on: input.started_on,
            active_from: input.active_from,
            withdrawn_on: input.withdrawn_on,
            identifier: input.identifier,
            intermediary: input.intermediary,
            pos_count: input.pos_count,
            desk_count: input.desk_count,
            service_count: input.service_count,
            note: input.note,
            grants: input.grants.into(),
            revision,
            created_at,
            updated_at: now,
        }
    }

    pub fn dates(&self) -> [Option<NaiveDate>; 4] {
        [self.planned_on, self.started_on, self.active_from, self.withdrawn_on]
    }

    /// With the status of a day; before its time that of its first step.
    #[must_use]
    pub fn on_day(mut self, day: NaiveDate) -> Self {
        let told = lifecycle::on_day(&steps(self.dates()), self.status, self.created_at.date(), day);
        self.status = told.unwrap_or(AdoptionStatus::Planned);
        self
    }

    /// With the status of a day, and its ETag: the revision, and the status where a day has changed it since.
    pub fn shown_on(self, day: NaiveDate) -> (Self, String) {
        let (revision, stored) = (self.revision, self.status);
        let row = self.on_day(day);
        let state = match row.status == stored {
            true => revision.to_string(),
            false => format!("{revision}.{}", row.status as u8),
        };
        (row, state)
    }

    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        let id = Id::from_trusted("019a4b52-7c00-7000-8000-000000000023".to_owned());
        PlatformAdoption::new(NewPlatformAdoption::sample(), AdoptionStatus::Active, id, 1, at, at)
    }
}
