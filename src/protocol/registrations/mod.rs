//! Single registrations: exactly once by administration, AOO, year and number, however often they are sent.

pub mod model;
pub mod routes;
pub mod store;
