//! What a correction changed, field by field, as its audit event tells it.

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Fields with their values; those without a value are left out.
#[derive(Debug, Default, PartialEq)]
pub struct Fields(Vec<(&'static str, Value)>);

/// The fields that differ, before and after.
pub type Differences = serde_json::Result<(Fields, Fields)>;

impl Fields {
    pub fn tell<T: Serialize>(&mut self, field: &'static str, value: &T) -> serde_json::Result<()> {
        match serde_json::to_value(value)? {
            Value::Null => {}
            value => self.0.push((field, value)),
        }
        Ok(())
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, value)| (field, value)))
    }
}

/// Compares two rows by all their fields: one that is not named here does not compile.
macro_rules! differences {
    ($before:ident, $after:ident: $row:ident { $($field:ident),+ $(,)? }) => {{
        let $row { $($field: _),+ } = $before;
        let (mut was, mut is) = ($crate::feed::Fields::default(), $crate::feed::Fields::default());
        $(if $before.$field != $after.$field {
            was.tell(stringify!($field), &$before.$field)?;
            is.tell(stringify!($field), &$after.$field)?;
        })+
        Ok((was, is))
    }};
}
pub(crate) use differences;
