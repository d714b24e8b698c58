//! A change as it is told.

use super::cursor::ChangeCursor;
use crate::clock::Instant;
use crate::db::types::text_enum;
use crate::http::page::{Links, Mark};
use crate::reporting::datasets::DataResource;
use crate::text::IpaCode;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

text_enum!(
    /// What is to be done with the copy.
    ChangeAction {
        /// Put the record in the place of what is there under its key.
        Upsert = "upsert",
        /// Take away what is there under its key.
        Remove = "remove",
    }
);

text_enum!(
    /// How much of a record is told.
    ChangeView {
        /// All of it.
        Record = "record",
        /// Where to find it.
        Link = "link",
    }
);

/// A change of one record: its latest state, or that it is gone.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Change {
    pub action: ChangeAction,
    pub resource: DataResource,
    pub administration: IpaCode,
    /// Names the record within its data set, for ever: its id or, where it has none, what its sender calls it.
    #[schema(max_length = 200, pattern = "^[A-Za-z0-9._~-]+$", example = "c_b507~tari~2024-06")]
    pub key: String,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    /// The record as exports have it, without the codes of its parents.
    #[schema(value_type = Option<ChangedRecord>)]
    pub record: Option<Map<String, Value>>,
    /// Where the record is found, below the base of the API: where links are asked for.
    #[schema(max_length = 1000, format = "uri-reference", example = "/plans/019a4b52-7c00-7000-8000-000000000001")]
    pub href: Option<String>,
    /// When it was removed.
    pub deleted_at: Option<Instant>,
}

/// A record of one of the data sets, in its own form.
#[derive(ToSchema)]
#[schema(max_properties = 100)]
pub struct ChangedRecord {}

/// Changes in their order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangePage {
    #[schema(min_items = 0, max_items = 1000)]
    pub items: Vec<Change>,
    /// Where the feed goes on: keep it once these changes are kept.
    pub cursor: ChangeCursor,
    /// Whether more changes are there already.
    pub more: bool,
    #[serde(rename = "_links")]
    pub links: Links,
}

/// Where a record is found.
pub fn href(resource: DataResource, administration: &str, name: &str, key: &str) -> String {
    match resource {
        DataResource::ServiceUsage => {
            let mut parts = key.split('~').skip(1);
            let (service, month) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            format!("/service-usage?administration={administration}&service_code={service}&from={month}&to={month}")
        }
        // The page of one that begins right before it.
        DataResource::ProtocolRegistrations => {
            let before = name
                .rsplit_once('~')
                .and_then(|(area, number)| Some(format!("{area}~{}", number.parse::<i32>().ok()?.saturating_sub(1))));
            let mark = Mark { administration: administration.to_owned(), id: before.unwrap_or_default() };
            format!("/protocol-registrations?administration={administration}&limit=1&cursor={}", mark.encode())
        }
        _ => format!("/{resource}/{key}"),
    }
}

impl ChangePage {
    pub fn sample() -> Self {
        let plan = json!(crate::planning::plans::model::Plan::sample());
        let at = Instant(1_763_719_200_000_000);
        let change = |action, revision| Change {
            action,
            resource: DataResource::Plans,
            administration: IpaCode::from_trusted("c_b507".to_owned()),
            key: "019a4b52-7c00-7000-8000-000000000001".to_owned(),
            revision,
            record: None,
            href: None,
            deleted_at: None,
        };
        let upsert = Change { record: plan.as_object().cloned(), ..change(ChangeAction::Upsert, 1) };
        let removed = "019a4b52-7c00-7000-8000-000000000031".to_owned();
        let remove = Change { key: removed, deleted_at: Some(at), ..change(ChangeAction::Remove, 7) };
        ChangePage {
            items: vec![upsert, remove],
            cursor: ChangeCursor::from_trusted("MQpmMDk3YjRjMAplM2IwYzQ0Mgo".to_owned()),
            more: false,
            links: Links {
                next: Some("https://api.traguardo.example/v1/changes?cursor=MQpmMDk3YjRjMAplM2IwYzQ0Mgo".to_owned()),
            },
        }
    }
}
