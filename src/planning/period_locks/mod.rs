//! Locks on periods of a plan.

pub mod model;
pub mod store;
