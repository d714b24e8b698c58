//! `/sections`.

use crate::harness::{lifecycle::lifecycle, resources};

lifecycle!(resources::sections);
