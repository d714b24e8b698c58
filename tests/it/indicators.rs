//! `/indicators`.

use crate::harness::{lifecycle::lifecycle, resources};

lifecycle!(resources::indicators);
