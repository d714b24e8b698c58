//! Days of the protocol: single registrations counted, or totals where none were sent; and the working days without any.

pub mod model;
pub mod routes;
pub mod store;
