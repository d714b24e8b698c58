//! What every request passes through and what handlers take and give. No word of the domain.

pub mod answer;
pub mod form;
pub mod gate;
pub mod health;
pub mod json;
pub mod metrics;
pub mod page;
pub mod query;
pub mod rate_limit;
pub mod security_txt;
