//! Digests as they are told.

use crate::reporting::datasets::DataResource;
use crate::text::{Code, IpaCode};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// The digest of one data set.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DatasetDigest {
    pub resource: DataResource,
    /// Records.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub count: i64,
    /// SHA-256 over the SHA-256 of each record's canonical JSON (RFC 8785), in hexadecimal, sorted, each with a line feed.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub digest: String,
    /// Fields of an exported record that the digest leaves out: they depend on other records, or on the day.
    #[schema(max_items = 10, min_items = 0)]
    pub left_out: Vec<Code>,
}

impl DatasetDigest {
    pub fn left_out(resource: DataResource) -> Vec<Code> {
        let names = resource.dataset().unsealed().into_iter();
        names.map(|name| Code::from_trusted(name.to_owned())).collect()
    }
}

/// The digests of an administration.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Digests {
    pub administration: IpaCode,
    /// The latest revision among these records and their tombstones: a copy that has come to it has come to this state.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    /// SHA-256 over `resource count digest` of each item, each with a line feed.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub digest: String,
    #[schema(min_items = 0, max_items = 20)]
    pub items: Vec<DatasetDigest>,
}

impl Digests {
    pub fn of(administration: IpaCode, revision: i64, items: Vec<DatasetDigest>) -> Self {
        let mut whole = Sha256::new();
        for item in &items {
            whole.update(format!("{} {} {}\n", item.resource, item.count, item.digest));
        }
        let digest = crate::text::hexadecimal(whole.finalize().as_ref());
        Digests { administration, revision, digest, items }
    }

    pub fn sample() -> Self {
        let item = DatasetDigest {
            resource: DataResource::Objectives,
            count: 0,
            digest: crate::text::hexadecimal(Sha256::digest("").as_ref()),
            left_out: DatasetDigest::left_out(DataResource::Objectives),
        };
        Digests::of(IpaCode::from_trusted("c_b507".to_owned()), 7, vec![item])
    }
}
