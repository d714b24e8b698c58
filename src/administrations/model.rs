//! An administration: row, answer and input.

use crate::clock::Instant;
use crate::db::schema::administrations;
use crate::db::types::text_enum;
use crate::error::Problem;
use crate::text::{IpaCode, Line};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const MAX_POPULATION: i64 = 100_000_000;

text_enum!(
    /// What kind of body it is.
    AdministrationKind {
        Comune = "comune",
        UnionOfComuni = "union_of_comuni",
        MountainCommunity = "mountain_community",
        Province = "province",
        MetropolitanCity = "metropolitan_city",
        Region = "region",
        Consortium = "consortium",
        School = "school",
        University = "university",
        HealthBody = "health_body",
        CentralAdministration = "central_administration",
        Other = "other",
    }
);

crate::text::text_type!(
    /// An ISTAT code: six digits, kept as text.
    IstatCode, 6..=6, "^[0-9]{6}$", "six digits", "048006",
    |text: &str| {
        let text = text.trim();
        text.chars().all(|c| c.is_ascii_digit()).then(|| text.to_owned())
    }
);

crate::text::text_type!(
    /// A cadastral code: a letter and three digits.
    CadastralCode, 4..=4, "^[A-Za-z][0-9]{3}$", "a letter and three digits", "B507",
    |text: &str| {
        let text = text.trim().to_ascii_uppercase();
        let fits = text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().skip(1).all(|c| c.is_ascii_digit());
        fits.then_some(text)
    }
);

crate::text::text_type!(
    /// A tax code of a body: eleven digits.
    TaxCode, 11..=11, "^[0-9]{11}$", "eleven digits", "80016750483",
    |text: &str| {
        let text = text.trim();
        text.chars().all(|c| c.is_ascii_digit()).then(|| text.to_owned())
    }
);

crate::text::text_type!(
    /// A province (three digits) or region (two) by its ISTAT code.
    TerritoryCode, 2..=3, "^[0-9]{2,3}$", "two digits (region) or three (province)", "09",
    |text: &str| {
        let text = text.trim();
        text.chars().all(|c| c.is_ascii_digit()).then(|| text.to_owned())
    }
);

/// A body of the public administration.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = administrations, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Administration {
    pub ipa_code: IpaCode,
    pub name: Line,
    pub kind: AdministrationKind,
    pub istat_code: Option<IstatCode>,
    pub cadastral_code: Option<CadastralCode>,
    pub tax_code: Option<TaxCode>,
    /// Code of its homogeneous organisational area (AOO), for the protocol.
    pub aoo_code: Option<Line>,
    pub province_code: Option<TerritoryCode>,
    pub province: Option<Line>,
    pub region_code: Option<TerritoryCode>,
    pub region: Option<Line>,
    /// Residents; of comuni, at the census of 2011.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub population: Option<i64>,
    #[serde(skip)]
    #[schema(ignore)]
    pub search_name: String,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// An administration as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAdministration {
    pub name: Line,
    pub kind: AdministrationKind,
    pub istat_code: Option<IstatCode>,
    pub cadastral_code: Option<CadastralCode>,
    pub tax_code: Option<TaxCode>,
    /// Code of its homogeneous organisational area (AOO), for the protocol.
    pub aoo_code: Option<Line>,
    pub province_code: Option<TerritoryCode>,
    pub province: Option<Line>,
    pub region_code: Option<TerritoryCode>,
    pub region: Option<Line>,
    /// Residents.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub population: Option<i64>,
}

impl Administration {
    pub fn new(ipa_code: IpaCode, input: NewAdministration, revision: i64, created_at: Instant, now: Instant) -> Self {
        Administration {
            ipa_code,
            search_name: crate::wording::fold(input.name.as_str()),
            name: input.name,
            kind: input.kind,
            istat_code: input.istat_code,
            cadastral_code: input.cadastral_code,
            tax_code: input.tax_code,
            aoo_code: input.aoo_code,
            province_code: input.province_code,
            province: input.province,
            region_code: input.region_code,
            region: input.region,
            population: input.population,
            revision,
            created_at,
            updated_at: now,
        }
    }

    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        Administration::new(IpaCode::from_trusted("c_b507".to_owned()), NewAdministration::sample(), 1, at, at)
    }
}

impl NewAdministration {
    /// What can be said of the input alone.
    pub fn check(&self) -> Result<(), Problem> {
        match self.population.filter(|population| !(0..=MAX_POPULATION).contains(population)) {
            Some(population) => {
                Err(Problem::invalid("/population", population, format!("must be between 0 and {MAX_POPULATION}")))
            }
            None => Ok(()),
        }
    }

    pub fn sample() -> Self {
        let line = |text: &str| Some(Line::from_trusted(text.to_owned()));
        NewAdministration {
            name: Line::from_trusted("Campi Bisenzio".to_owned()),
            kind: AdministrationKind::Comune,
            istat_code: IstatCode::parse("048006"),
            cadastral_code: CadastralCode::parse("B507"),
            tax_code: None,
            aoo_code: line("AOOCCB"),
            province_code: TerritoryCode::parse("048"),
            province: line("Firenze"),
            region_code: TerritoryCode::parse("09"),
            region: line("Toscana"),
            population: Some(42_929),
        }
    }
}
