//! The readings of the times of procedures; what they say is tested with the procedures.

use crate::harness::lifecycle::lifecycle;
use crate::harness::resources;

lifecycle!(resources::procedure_times);
