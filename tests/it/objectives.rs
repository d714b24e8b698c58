//! `/objectives`.

use crate::harness::{lifecycle::lifecycle, resources};

lifecycle!(resources::objectives);
