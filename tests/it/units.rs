//! `/units`.

use crate::harness::{lifecycle::lifecycle, resources};

lifecycle!(resources::units);
