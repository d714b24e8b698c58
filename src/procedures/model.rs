//! A procedure: row, answer and input.

use crate::clock::Instant;
use crate::db::schema::procedures;
use crate::db::types::{Json, text_enum};
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::text::{Code, IpaCode, Line, Prose};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const MAX_FORMS: usize = 50;
const MAX_STEPS: usize = 100;
const MAX_RELATED: usize = 100;
/// Days of a term, at most: ten years.
pub const MAX_DAYS: i32 = 3660;

text_enum!(
    /// How a form can be had and sent.
    FormState {
        /// There is none yet.
        Missing = "missing",
        /// On paper, at the desk.
        Paper = "paper",
        /// To download and print.
        Downloadable = "downloadable",
        /// To fill in on the screen, and to send otherwise.
        Fillable = "fillable",
        /// To fill in and send online.
        Online = "online",
    }
);

/// A form of a procedure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub name: Line,
    pub state: FormState,
}

/// What the law wants of an instance that is filled in online: which of it the procedure gives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OnlineRights {
    /// Filling in is guided.
    pub guided_form: bool,
    /// Access with a digital identity.
    pub digital_login: bool,
    /// The procedure can be completed online.
    pub completion: bool,
    /// Its progress can be followed.
    pub tracking: bool,
    /// The responsible office is named.
    pub responsible_named: bool,
    /// The term of the answer is named.
    pub response_term_named: bool,
}

/// A procedure.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = procedures, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Procedure {
    pub administration: IpaCode,
    pub id: Id,
    pub code: Code,
    pub name: Line,
    pub description: Option<Prose>,
    /// Title and class of the administration's own scheme, or its area.
    pub classification: Option<Line>,
    pub unit_id: Option<Id>,
    /// The office that answers for it.
    pub responsible_office: Option<Line>,
    #[schema(value_type = Vec<Form>, min_items = 0, max_items = 50)]
    pub forms: Json<Vec<Form>>,
    /// In their order.
    #[schema(value_type = Vec<Line>, min_items = 0, max_items = 100)]
    pub steps: Json<Vec<Line>>,
    /// Codes of procedures that precede, follow or belong to it.
    #[schema(value_type = Vec<Code>, min_items = 0, max_items = 100)]
    pub related_codes: Json<Vec<Code>>,
    /// The term within which it must end.
    #[schema(minimum = 0, maximum = 3660)]
    pub maximum_days: Option<i32>,
    #[schema(value_type = OnlineRights)]
    pub online_rights: Json<OnlineRights>,
    /// How far it is digital, on the scale of interactivity levels: 0 not online … 5 personalised.
    #[schema(minimum = 0, maximum = 5)]
    pub digital_level: Option<i32>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A procedure as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProcedure {
    pub administration: IpaCode,
    /// Unique within the administration.
    pub code: Code,
    pub name: Line,
    pub description: Option<Prose>,
    /// Title and class of the administration's own scheme, or its area.
    pub classification: Option<Line>,
    /// A unit of the same administration.
    pub unit_id: Option<Id>,
    /// The office that answers for it; never a person.
    pub responsible_office: Option<Line>,
    #[serde(default)]
    #[schema(min_items = 0, max_items = 50)]
    pub forms: Vec<Form>,
    /// In their order.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 100)]
    pub steps: Vec<Line>,
    /// Codes of procedures that precede, follow or belong to it; they need not be in the census yet.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 100)]
    pub related_codes: Vec<Code>,
    /// The term within which it must end.
    #[schema(minimum = 0, maximum = 3660)]
    pub maximum_days: Option<i32>,
    /// None of them where left out.
    #[serde(default)]
    pub online_rights: OnlineRights,
    /// How far it is digital, on the scale of interactivity levels: 0 not online … 5 personalised.
    #[schema(minimum = 0, maximum = 5)]
    pub digital_level: Option<i32>,
}

/// Interactivity levels run from 0 to 5.
pub fn check_level(invalid: &mut Invalid, field: &str, level: Option<i32>) {
    if let Some(level) = level.filter(|level| !(0..=5).contains(level)) {
        invalid.add(field, level, "must be a level from 0 (not online) to 5 (personalised)");
    }
}

/// Days of a term.
pub fn check_days(invalid: &mut Invalid, field: &str, days: Option<i32>) {
    if let Some(days) = days.filter(|days| !(0..=MAX_DAYS).contains(days)) {
        invalid.add(field, days, format!("must be between 0 and {MAX_DAYS} days"));
    }
}

/// Lists are bounded.
pub fn check_count(invalid: &mut Invalid, field: &str, count: usize, most: usize) {
    if count > most {
        invalid.add(field, count, format!("must be at most {most}"));
    }
}

impl NewProcedure {
    /// What can be said of the input alone.
    pub fn check(&self) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        check_level(&mut invalid, "/digital_level", self.digital_level);
        check_days(&mut invalid, "/maximum_days", self.maximum_days);
        check_count(&mut invalid, "/forms", self.forms.len(), MAX_FORMS);
        check_count(&mut invalid, "/steps", self.steps.len(), MAX_STEPS);
        check_count(&mut invalid, "/related_codes", self.related_codes.len(), MAX_RELATED);
        for (index, code) in self.related_codes.iter().enumerate() {
            if *code == self.code {
                invalid.add(&format!("/related_codes/{index}"), code, "a procedure is not related to itself");
            }
        }
        invalid.finish()
    }

    pub fn sample() -> Self {
        let line = |text: &str| Line::from_trusted(text.to_owned());
        NewProcedure {
            administration: IpaCode::from_trusted("c_e563".to_owned()),
            code: Code::from_trusted("SUE-01".to_owned()),
            name: line("Permesso di costruire"),
            description: None,
            classification: Some(line("Edilizia privata")),
            unit_id: None,
            responsible_office: Some(line("Sportello unico edilizia")),
            forms: vec![Form { name: line("Domanda di permesso di costruire"), state: FormState::Downloadable }],
            steps: vec![line("Presentazione"), line("Istruttoria"), line("Rilascio")],
            related_codes: vec![Code::from_trusted("SUE-02".to_owned())],
            maximum_days: Some(90),
            online_rights: OnlineRights { responsible_named: true, response_term_named: true, ..Default::default() },
            digital_level: Some(2),
        }
    }
}

impl Procedure {
    /// The row of an input: a new one, or the next state of the current one.
    pub fn new(input: NewProcedure, id: Id, revision: i64, created_at: Instant, now: Instant) -> Self {
        Procedure {
            administration: input.administration,
            id,
            code: input.code,
            name: input.name,
            description: input.description,
            classification: input.classification,
            unit_id: input.unit_id,
            responsible_office: input.responsible_office,
            forms: input.forms.into(),
            steps: input.steps.into(),
            related_codes: input.related_codes.into(),
            maximum_days: input.maximum_days,
            online_rights: input.online_rights.into(),
            digital_level: input.digital_level,
            revision,
            created_at,
            updated_at: now,
        }
    }

    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        let id = Id::from_trusted("019a4b52-7c00-7000-8000-000000000021".to_owned());
        Procedure::new(NewProcedure::sample(), id, 1, at, at)
    }
}
