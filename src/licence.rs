//! The open licences under which data is published.

use crate::db::types::text_enum;

text_enum!(
    /// Under which licence it may be used, by its SPDX identifier: the open licences of the national list.
    Licence {
        /// Creative Commons Attribution 4.0.
        CcBy = "CC-BY-4.0",
        /// Creative Commons public domain dedication.
        Cc0 = "CC0-1.0",
        /// Creative Commons Attribution, share alike 4.0.
        CcBySa = "CC-BY-SA-4.0",
    }
);
