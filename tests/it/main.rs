//! One test binary. Every test of behaviour runs on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` is set; each has a
//! database and a server of its own, a clock that stands still and ids that are counted.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should fail")]

mod harness;

mod access;
mod administrations;
mod audit_events;
mod catalog;
mod contract;
mod damaged_documents;
mod digital_services;
mod document_seeds;
mod durability;
mod evaluation;
mod generate;
mod generated;
mod generated_plans;
mod grants;
mod history;
mod house;
mod import_rows;
mod imports;
mod indicators;
mod legal_deadlines;
mod measurement_validations;
mod measurements;
mod metrics;
mod monitoring;
mod objectives;
mod other_plans;
mod period_locks;
mod phases;
mod plan_transitions;
mod plans;
mod platform_adoptions;
mod procedure_times;
mod procedures;
mod progress_reports;
mod protocol;
mod publication_integrity;
mod publications;
mod publishable_columns;
mod readiness;
mod refusals;
mod refused_tokens;
mod schedule;
mod scores;
mod sections;
mod service_kpis;
mod service_usage;
mod successors;
mod target_corpus;
mod target_properties;
mod target_schema;
mod units;
