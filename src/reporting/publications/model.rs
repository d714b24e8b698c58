//! A publication: what was frozen, when, by which act; its digest and signature.

use super::sections::SectionCode;
use crate::clock::Instant;
use crate::db::schema::publications;
use crate::db::types::{Json, text_enum};
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::licence::Licence;
use crate::planning::periods::{FIRST_YEAR, LAST_YEAR};
use crate::planning::plans::model::{ApprovalAct, PlanKind};
use crate::text::{Code, IpaCode, Line, WebAddress};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum!(
    /// What is published.
    PublicationKind {
        /// A plan as it was approved.
        Plan = "plan",
        /// What became of a plan in a year: objectives, indicators, measurements.
        PlanReport = "plan_report",
        /// The digital services and the platforms of an administration on a day.
        ServiceInventory = "service_inventory",
    }
);

text_enum!(
    /// A table of a publication. Its records are those of the resource of the same name, with the codes of what they belong to.
    Part {
        Plans = "plans",
        Sections = "sections",
        Objectives = "objectives",
        Phases = "phases",
        Indicators = "indicators",
        Measurements = "measurements",
        ProgressReports = "progress_reports",
        DigitalServices = "digital_services",
        PlatformAdoptions = "platform_adoptions",
    }
);

impl PublicationKind {
    /// The tables that it has, each even where it is empty; the first is the one that people ask for.
    pub fn parts(self) -> &'static [Part] {
        match self {
            PublicationKind::Plan => &[Part::Objectives, Part::Plans, Part::Sections, Part::Phases, Part::Indicators],
            PublicationKind::PlanReport => &[
                Part::Indicators,
                Part::Plans,
                Part::Sections,
                Part::Objectives,
                Part::Phases,
                Part::Measurements,
                Part::ProgressReports,
            ],
            PublicationKind::ServiceInventory => &[Part::DigitalServices, Part::PlatformAdoptions],
        }
    }
}

impl Part {
    /// The fields that tell a record from the others of its table.
    pub fn key(self) -> &'static [&'static str] {
        match self {
            Part::Plans | Part::Sections | Part::Objectives | Part::DigitalServices => &["code"],
            Part::Phases | Part::Indicators => &["objective_code", "code"],
            Part::Measurements => &["objective_code", "indicator_code", "period"],
            Part::ProgressReports => &["objective_code", "period"],
            Part::PlatformAdoptions => &["platform"],
        }
    }
}

crate::text::text_type!(
    /// A SHA-256 digest in hexadecimal.
    Sha256Digest, 64..=64, "^[0-9a-f]{64}$", "64 hexadecimal digits",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    |text: &str| {
        let fits = text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
        fits.then(|| text.to_owned())
    }
);

crate::text::text_type!(
    /// A detached signature (RFC 7515, appendix F): a JWS in compact form with nothing between its dots.
    DetachedJws, 50..=1000, "^[A-Za-z0-9_-]+\\.\\.[A-Za-z0-9_-]+$", "a detached JWS",
    "eyJhbGciOiJFUzI1NiJ9..c2lnbmF0dXJlIG9mIHRoZSBjYW5vbmljYWwgYnl0ZXM",
    |text: &str| text.contains("..").then(|| text.to_owned())
);

/// A publication as it is stored; its content stands in a table of its own.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable)]
#[diesel(table_name = publications, treat_none_as_default_value = false)]
pub struct PublicationRow {
    pub administration: IpaCode,
    pub id: Id,
    pub code: Code,
    pub kind: PublicationKind,
    pub section: SectionCode,
    pub title: Line,
    pub plan_code: Option<Code>,
    pub plan_kind: Option<PlanKind>,
    pub start_year: i32,
    pub end_year: i32,
    pub situation_on: NaiveDate,
    pub approval_act: Option<Json<ApprovalAct>>,
    pub licence: Licence,
    pub digest: Sha256Digest,
    pub size: i64,
    pub kid: String,
    pub signature: DetachedJws,
    pub revision: i64,
    pub published_at: Instant,
}

/// A table of a publication as CSV.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TableLink {
    pub part: Part,
    pub href: WebAddress,
}

/// Where a publication is found, as absolute URLs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PublicationLinks {
    /// This description.
    #[serde(rename = "self")]
    pub own: WebAddress,
    /// The very bytes that were digested and signed.
    pub content: WebAddress,
    /// For people.
    pub html: WebAddress,
    /// For spreadsheets, a table each.
    #[schema(min_items = 1, max_items = 20)]
    pub tables: Vec<TableLink>,
    /// The public keys, among them the one that `kid` names.
    pub keys: WebAddress,
}

/// A publication: what was frozen, when, by which act; its digest and signature.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Publication {
    pub administration: IpaCode,
    pub id: Id,
    pub code: Code,
    pub kind: PublicationKind,
    /// The section of Amministrazione Trasparente, by its code in the national list.
    pub section: SectionCode,
    /// Its name in that list.
    pub section_name: Line,
    pub title: Line,
    /// The code of the plan that it is of.
    pub plan_code: Option<Code>,
    pub plan_kind: Option<PlanKind>,
    /// The first year that it tells of.
    #[schema(minimum = 1990, maximum = 2100)]
    pub start_year: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub end_year: i32,
    /// The day whose situation it shows.
    pub situation_on: NaiveDate,
    /// The act by which what is published was approved.
    pub approval_act: Option<ApprovalAct>,
    pub licence: Licence,
    /// SHA-256 of the content's bytes.
    pub digest: Sha256Digest,
    /// Bytes of the content.
    #[schema(minimum = 2, maximum = 1_000_000_000)]
    pub size: i64,
    /// The key that signed it.
    #[schema(max_length = 43, pattern = "^[A-Za-z0-9_-]+$", example = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]
    pub kid: String,
    /// The signature of the content's bytes, ES256.
    pub signature: DetachedJws,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub published_at: Instant,
    #[serde(rename = "_links")]
    pub links: PublicationLinks,
}

impl Publication {
    pub fn new(row: PublicationRow, public_url: &str) -> Self {
        let links = PublicationLinks::of(&row, public_url);
        Publication {
            section_name: Line::from_trusted(row.section.name().to_owned()),
            administration: row.administration,
            id: row.id,
            code: row.code,
            kind: row.kind,
            section: row.section,
            title: row.title,
            plan_code: row.plan_code,
            plan_kind: row.plan_kind,
            start_year: row.start_year,
            end_year: row.end_year,
            situation_on: row.situation_on,
            approval_act: row.approval_act.as_deref().cloned(),
            licence: row.licence,
            digest: row.digest,
            size: row.size,
            kid: row.kid,
            signature: row.signature,
            revision: row.revision,
            published_at: row.published_at,
            links,
        }
    }

    pub fn sample() -> Self {
        let text = |text: &str| text.to_owned();
        let row = PublicationRow {
            administration: IpaCode::from_trusted(text("c_b507")),
            id: Id::from_trusted(text("019a4b52-7c00-7000-8000-000000000030")),
            code: Code::from_trusted(text("dtp-2021-2023")),
            kind: PublicationKind::Plan,
            section: SectionCode::of_plan(PlanKind::DigitalTransition),
            title: Line::from_trusted(text("Piano di transizione digitale 2021-2023")),
            plan_code: Some(Code::from_trusted(text("dtp-2021-2023"))),
            plan_kind: Some(PlanKind::DigitalTransition),
            start_year: 2021,
            end_year: 2023,
            situation_on: NaiveDate::from_ymd_opt(2021, 5, 10).unwrap_or_default(),
            approval_act: crate::planning::plans::model::NewPlan::sample().approval_act.map(Json::from),
            licence: Licence::CcBy,
            digest: Sha256Digest::from_trusted(text(
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            )),
            size: 41_236,
            kid: text("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
            signature: DetachedJws::from_trusted(text(
                "eyJhbGciOiJFUzI1NiJ9..c2lnbmF0dXJlIG9mIHRoZSBjYW5vbmljYWwgYnl0ZXM",
            )),
            revision: 1,
            published_at: Instant(1_763_719_200_000_000),
        };
        Publication::new(row, "https://api.traguardo.example")
    }
}

impl PublicationLinks {
    fn of(row: &PublicationRow, public_url: &str) -> Self {
        let own = format!("{public_url}/v1/publications/{}", row.id);
        let link = |rest: &str| WebAddress::from_trusted(format!("{own}{rest}"));
        let tables = row.kind.parts().iter();
        PublicationLinks {
            own: link(""),
            content: link("/content"),
            html: link("/html"),
            tables: tables.map(|part| TableLink { part: *part, href: link(&format!("/csv?part={part}")) }).collect(),
            keys: WebAddress::from_trusted(format!("{public_url}/.well-known/jwks.json")),
        }
    }
}

/// What is to be published.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPublication {
    pub administration: IpaCode,
    /// Unique within the administration: what makes a repeated request a conflict and not a second publication.
    pub code: Code,
    pub kind: PublicationKind,
    /// As its kind and subject say where left out.
    pub title: Option<Line>,
    /// The section of Amministrazione Trasparente; the one of its kind where left out.
    pub section: Option<SectionCode>,
    /// The plan, of `plan` and `plan_report`.
    pub plan_id: Option<Id>,
    /// The year that is reported, of `plan_report`.
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: Option<i32>,
    /// The day of the inventory, of `service_inventory`: today where left out.
    pub situation_on: Option<NaiveDate>,
    /// The act that approved the report (needed there) or the inventory. A plan brings its own.
    pub approval_act: Option<ApprovalAct>,
}

impl NewPublication {
    /// What can be said of the input alone.
    pub fn check(&self, today: NaiveDate) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        let kind = self.kind;
        let of_plan = kind != PublicationKind::ServiceInventory;
        let mut fits = |field: &str, given: bool, needed: bool, allowed: bool, what: &str| match (given, needed) {
            (false, true) => invalid.add(field, "", format!("is needed: {what}")),
            (true, false) if !allowed => invalid.add(field, "", format!("must be left out of a {kind}: {what}")),
            _ => {}
        };
        fits("/plan_id", self.plan_id.is_some(), of_plan, of_plan, "the plan of a plan or plan_report");
        let report = kind == PublicationKind::PlanReport;
        fits("/year", self.year.is_some(), report, report, "the year of a plan_report");
        fits("/situation_on", self.situation_on.is_some(), false, !of_plan, "the day of a service_inventory");
        let act = "the act that approved it; a plan is published with its own";
        fits("/approval_act", self.approval_act.is_some(), report, kind != PublicationKind::Plan, act);
        if let Some(year) = self.year.filter(|year| !(FIRST_YEAR..=LAST_YEAR).contains(year)) {
            invalid.add("/year", year, format!("must be a year between {FIRST_YEAR} and {LAST_YEAR}"));
        }
        if let Some(day) = self.situation_on.filter(|day| *day > today) {
            invalid.add("/situation_on", day, format!("must not lie ahead: today is {today}"));
        }
        if let Some(act) = &self.approval_act {
            if let Some(url) = act.url.as_deref().filter(|url| WebAddress::parse(url).is_none()) {
                invalid.add("/approval_act/url", url, format!("must be {}", WebAddress::EXPECTED));
            }
            if act.date > today {
                invalid.add("/approval_act/date", act.date, format!("must not lie ahead: today is {today}"));
            }
        }
        invalid.finish()
    }
}
