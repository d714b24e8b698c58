//! Files of rows, as exports write them: kept aside, read once through, then brought in batch by batch. What a file is
//! refused for as a whole (its header, its encoding, a gzip that breaks off) is found before anything is written.

mod bring;
mod cells;
pub mod file;
pub mod report;
pub mod resource;
pub mod run;
pub mod spool;
