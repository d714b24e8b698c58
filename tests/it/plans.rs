//! `/plans`.

use crate::harness::{lifecycle::lifecycle, resources};

lifecycle!(resources::plans);
