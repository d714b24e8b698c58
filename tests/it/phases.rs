//! `/phases`.

use crate::harness::{lifecycle::lifecycle, resources};

lifecycle!(resources::phases);
