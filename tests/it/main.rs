//! One test binary. Every test of behaviour runs on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` is set; each has a
//! database and a server of its own, a clock that stands still and ids that are counted.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should fail")]

mod harness;

mod damaged_documents;
mod digital_services;
mod document_seeds;
mod grants;
mod imports;
mod planning;
mod platform_adoptions;
mod procedures;
mod target_corpus;
mod target_properties;
mod target_schema;
