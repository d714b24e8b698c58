//! `/target-readings`: what a target text says, before it is saved; a live preview for a form.

use crate::auth::{Caller, PlanningRead};
use crate::error::{Invalid, Problem};
use crate::http::json::Json;
use crate::planning::targets::{self, Context, Polarity, Reading, Suggestions, suggest};
use crate::text::Line;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Texts of one request, at most.
const MAX_TEXTS: usize = 1000;
/// Where no year is given: deadlines are read relative to it, and only leap days depend on it.
const ANY_YEAR: i32 = 2024;

crate::text::text_type!(
    /// An expected value as written; may be empty.
    TargetText, 0..=4000, "^[\\s\\S]*$", "at most 4,000 characters", "Entro il 31.12 anno precedente",
    |text: &str| Some(text.to_owned())
);

/// One text to read.
#[serde_with::skip_serializing_none]
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTargetReading {
    /// The expected value as written: "Almeno 80%".
    pub text: TargetText,
    /// The reference year.
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: Option<i32>,
    /// The indicator's label, for suggestions.
    pub label: Option<Line>,
    /// Which way is better, where a person has said so.
    pub polarity: Option<Polarity>,
}

/// Texts to read.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTargetReadings {
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<NewTargetReading>,
}

/// A text and what it says.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
pub struct TargetTextReading {
    pub text: TargetText,
    pub reading: Reading,
    /// The same target in a canonical wording.
    pub canonical: TargetText,
    /// What the label suggests; nothing of it is applied.
    pub suggestions: Option<Suggestions>,
}

/// Texts and what they say, in the order in which they were sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct TargetReadings {
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<TargetTextReading>,
}

impl NewTargetReading {
    fn read(self) -> TargetTextReading {
        let label = self.label.as_ref().map(Line::as_str);
        let context = Context { reference_year: self.year.unwrap_or(ANY_YEAR), label, polarity: self.polarity };
        let reading = targets::read(self.text.as_str(), context);
        TargetTextReading {
            suggestions: label.map(|label| suggest(label, &reading)),
            canonical: TargetText::from_trusted(targets::print(&reading)),
            reading,
            text: self.text,
        }
    }
}

impl TargetReadings {
    pub fn sample() -> Self {
        let text = TargetText::from_trusted("Entro il 31.12 anno precedente".to_owned());
        let label = Line::parse("Approvazione bilancio");
        TargetReadings { items: vec![NewTargetReading { text, year: Some(2024), label, polarity: None }.read()] }
    }
}

/// Reads target texts.
///
/// One or many: what each says as a typed target, how surely, why, and what its label suggests. Nothing is stored.
#[utoipa::path(tag = "target-readings", security(("oauth2" = ["planning.read"])), request_body = NewTargetReadings,
    responses((status = 200, description = "The readings.", body = TargetReadings)))]
#[post("/target-readings")]
pub async fn read_targets(
    _caller: Caller<PlanningRead>,
    input: Json<NewTargetReadings>,
) -> Result<HttpResponse, Problem> {
    let texts = input.0.items;
    let mut invalid = Invalid::default();
    if !(1..=MAX_TEXTS).contains(&texts.len()) {
        invalid.add("/items", texts.len(), format!("must be 1 to {MAX_TEXTS} texts"));
    }
    for (index, text) in texts.iter().enumerate() {
        if let Some(year) = text.year.filter(|year| !(1990..=2100).contains(year)) {
            invalid.add(&format!("/items/{index}/year"), year, "must be a year between 1990 and 2100");
        }
    }
    invalid.finish()?;
    Ok(HttpResponse::Ok().json(TargetReadings { items: texts.into_iter().map(NewTargetReading::read).collect() }))
}

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(read_targets);
}
