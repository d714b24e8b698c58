//! Traguardo: performance objectives, indicators and digital services of Italian public administrations.
//!
//! The map, in reading order. Arrows point one way, from the top of this list to its end: commands → server → app → features →
//! {history, record, audit, auth, http} → {db, error, config, calendar, clock, ids, lifecycle, money, text}.

#![recursion_limit = "256"]

pub mod commands;
pub mod server;

pub mod app;
pub mod docs;
pub mod openapi;

pub mod reporting;

pub mod planning;

pub mod metric_definitions;

pub mod protocol;
pub mod service_usage;

pub mod digital_services;
pub mod platform_adoptions;
pub mod procedure_times;
pub mod procedures;

pub mod feed;

pub mod administrations;

pub mod history;

pub mod record;

pub mod audit;
pub mod tombstones;

pub mod auth;

pub mod http;

pub mod licence;
pub mod lifecycle;
pub mod money;

pub mod db;

pub mod calendar;
pub mod clock;
pub mod config;
pub mod error;
pub mod ids;
pub mod text;
pub mod wording;
