//! Identifiers as a parameter: UUIDv7 in service (so that keys grow with time), counted in tests.

use crate::clock::Instant;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::{ContextV7, Timestamp, Uuid};

crate::text::text_type!(
    /// The identifier of a record: a UUID (version 7, so that it sorts by creation).
    Id, 36..=36, "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    "a lower-case UUID", "019a4b52-7c00-7000-8000-000000000001",
    |text: &str| {
        let id = text.trim().to_ascii_lowercase();
        (id.len() == 36 && Uuid::try_parse(&id).is_ok()).then_some(id)
    }
);

/// Where new identifiers come from.
#[derive(Debug, Clone)]
pub enum Ids {
    V7(Arc<std::sync::Mutex<ContextV7>>),
    /// 1, 2, 3 …: for tests.
    Counted(Arc<AtomicU64>),
}

impl Ids {
    pub fn v7() -> Self {
        Ids::V7(Arc::new(std::sync::Mutex::new(ContextV7::new())))
    }

    pub fn next(&self, now: Instant) -> Id {
        let uuid = match self {
            Ids::V7(context) => {
                let context = context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let micros = now.0.rem_euclid(1_000_000) as u32;
                Uuid::new_v7(Timestamp::from_unix(&*context, now.seconds().max(0) as u64, micros * 1000))
            }
            Ids::Counted(counter) => {
                let count = counter.fetch_add(1, Ordering::SeqCst) + 1;
                Uuid::from_u128(0x019a_4b52_7c00_7000_8000_0000_0000_0000 | u128::from(count))
            }
        };
        Id::from_trusted(uuid.hyphenated().to_string())
    }
}
