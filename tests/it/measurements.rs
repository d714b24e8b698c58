//! `/measurements`.

use crate::harness::{lifecycle::lifecycle, resources};

lifecycle!(resources::measurements);
