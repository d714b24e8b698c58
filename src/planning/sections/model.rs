//! A section of a plan: an area, a service, a chapter under which objectives and phases stand.

use crate::clock::Instant;
use crate::db::schema::sections;
use crate::ids::Id;
use crate::text::{Code, IpaCode, Line};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A section of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = sections, primary_key(administration, id), treat_none_as_default_value = false)]
pub struct Section {
    pub administration: IpaCode,
    pub id: Id,
    pub plan_id: Id,
    pub code: Code,
    pub title: Line,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A section as it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSection {
    pub plan_id: Id,
    /// Unique within the plan.
    pub code: Code,
    pub title: Line,
}

impl NewSection {
    pub fn sample() -> Self {
        NewSection {
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            code: Code::from_trusted("4.4".to_owned()),
            title: Line::from_trusted("Servizi online".to_owned()),
        }
    }
}

impl Section {
    pub fn sample() -> Self {
        let (input, at) = (NewSection::sample(), Instant(1_763_719_200_000_000));
        Section {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000002".to_owned()),
            plan_id: input.plan_id,
            code: input.code,
            title: input.title,
            revision: 1,
            created_at: at,
            updated_at: at,
        }
    }
}
