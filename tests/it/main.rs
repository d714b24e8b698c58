//! One test binary. Every test of behaviour runs on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` is set; each has a
//! database and a server of its own, a clock that stands still and ids that are counted.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should fail")]

mod harness;

mod access;
mod administrations;
mod audit_events;
mod contract;
mod damaged_documents;
mod digital_services;
mod document_seeds;
mod durability;
mod evaluation;
mod generated;
mod generated_plans;
mod grants;
mod house;
mod imports;
mod indicators;
mod measurements;
mod metrics;
mod objectives;
mod other_plans;
mod phases;
mod plans;
mod platform_adoptions;
mod procedure_times;
mod procedures;
mod protocol;
mod refusals;
mod refused_tokens;
mod rollups;
mod sections;
mod service_kpis;
mod service_usage;
mod target_corpus;
mod target_properties;
mod target_schema;
mod units;
