//! The grants of PA digitale 2026 read in: each application for pagoPA, App IO, SPID and CIE or ANPR becomes part of the
//! adoption of that platform by that body. The files are open data, published daily, one for each measure.
//!
//! `source` reads rows from CSV or JSON, `fields` reads a row's values, `combine` makes one adoption of several
//! applications; these know no database. `load` brings rows in, by batches, in one transaction.

pub mod bodies;
pub mod combine;
pub mod fields;
pub mod load;
mod recoded;
pub mod report;
pub mod source;
