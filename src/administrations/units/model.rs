//! An organisational unit of an administration.

use crate::clock::Instant;
use crate::db::schema::units;
use crate::ids::Id;
use crate::text::{Code, IpaCode, Line};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An organisational unit: settore, servizio, ufficio.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = units, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Unit {
    pub administration: IpaCode,
    pub id: Id,
    pub code: Code,
    pub name: Line,
    /// The unit it is part of.
    pub parent_id: Option<Id>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A unit as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnit {
    pub administration: IpaCode,
    /// Unique within the administration.
    pub code: Code,
    pub name: Line,
    /// The unit it is part of.
    pub parent_id: Option<Id>,
}

impl NewUnit {
    pub fn sample() -> Self {
        NewUnit {
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            code: Code::from_trusted("3".to_owned()),
            name: Line::from_trusted("Settore 3 - Risorse".to_owned()),
            parent_id: None,
        }
    }
}

impl Unit {
    pub fn sample() -> Self {
        let (input, at) = (NewUnit::sample(), Instant(1_763_719_200_000_000));
        Unit {
            administration: input.administration,
            id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000007".to_owned()),
            code: input.code,
            name: input.name,
            parent_id: input.parent_id,
            revision: 1,
            created_at: at,
            updated_at: at,
        }
    }
}
