//! The data sets that aggregators pull, each described once: its columns serve the exports in every format, the change feed
//! and the digests, so that all three speak of the same record.

pub mod packed;
mod planning;
pub mod rows;
pub mod selection;
mod services;
pub mod store;
pub mod text;

use crate::db::types::text_enum;

/// What a column holds, on either database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A document as text: taken over as it stands.
    Json,
    Int,
    Float,
    Bool,
    Date,
    /// Microseconds since 1970.
    Instant,
    /// 20240630.
    Day,
    /// 202406.
    Month,
    /// Cents of a euro.
    Money,
}

/// What a column is to its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The record's own: changes with its revision alone.
    Own,
    /// What its day or today tells: shown, and left out of digests.
    OfToday,
    /// The code of what it hangs on, in exports alone: it may change without the record.
    Parent,
}

/// A column: its name in every format, and where it comes from (`t` is the table itself).
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub sql: &'static str,
    pub kind: Kind,
    pub role: Role,
}

/// Columns by kind: `text: "code", "title"; int: "weight"`, or with the expression they come from.
macro_rules! columns {
    ($($role:ident $kind:ident: $($name:literal $(= $sql:expr)?),+);+ $(;)?) => {
        &[$($($crate::reporting::datasets::Column {
            name: $name,
            sql: $crate::reporting::datasets::columns!(@sql $name $(, $sql)?),
            kind: $crate::reporting::datasets::Kind::$kind,
            role: $crate::reporting::datasets::Role::$role,
        }),+),+]
    };
    (@sql $name:literal) => { concat!("t.", $name) };
    (@sql $name:literal, $sql:expr) => { $sql };
}
use columns;

/// How rows are named after their administration: the columns of the key, and the text that sorts as they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// The administration itself.
    Administration,
    /// `id`.
    Id,
    /// Area and day.
    Days,
    /// Area, year and number.
    Registrations,
    /// Service and month: stored in pages, and read through [`packed`].
    Usage,
}

/// A filter of an export: a parameter, the condition (`?` is its value, as often as it stands there) and how it is read.
#[derive(Clone, Copy)]
pub struct Filter {
    pub name: &'static str,
    pub sql: &'static str,
    pub read: fn(&str) -> Result<store::Bind, String>,
}

/// A data set.
#[derive(Clone, Copy)]
pub struct Dataset {
    pub resource: DataResource,
    pub table: &'static str,
    /// Joins that the parents' codes need.
    pub joins: &'static str,
    /// Which rows of the table are records.
    pub only: Option<&'static str>,
    pub columns: &'static [Column],
    pub naming: Naming,
    pub filters: &'static [Filter],
}

text_enum!(
    /// A data set: named as its URL.
    DataResource {
        Administrations = "administrations",
        Units = "units",
        Plans = "plans",
        Sections = "sections",
        Objectives = "objectives",
        Phases = "phases",
        Indicators = "indicators",
        Measurements = "measurements",
        Procedures = "procedures",
        ProcedureTimes = "procedure-times",
        DigitalServices = "digital-services",
        PlatformAdoptions = "platform-adoptions",
        ProtocolDays = "protocol-days",
        ProtocolRegistrations = "protocol-registrations",
        ServiceUsage = "service-usage",
    }
);

impl DataResource {
    pub fn dataset(self) -> &'static Dataset {
        match self {
            DataResource::Administrations => &planning::ADMINISTRATIONS,
            DataResource::Units => &planning::UNITS,
            DataResource::Plans => &planning::PLANS,
            DataResource::Sections => &planning::SECTIONS,
            DataResource::Objectives => &planning::OBJECTIVES,
            DataResource::Phases => &planning::PHASES,
            DataResource::Indicators => &planning::INDICATORS,
            DataResource::Measurements => &planning::MEASUREMENTS,
            DataResource::Procedures => &services::PROCEDURES,
            DataResource::ProcedureTimes => &services::PROCEDURE_TIMES,
            DataResource::DigitalServices => &services::DIGITAL_SERVICES,
            DataResource::PlatformAdoptions => &services::PLATFORM_ADOPTIONS,
            DataResource::ProtocolDays => &services::PROTOCOL_DAYS,
            DataResource::ProtocolRegistrations => &services::PROTOCOL_REGISTRATIONS,
            DataResource::ServiceUsage => &services::SERVICE_USAGE,
        }
    }

    /// Its place within one revision: what others hang on comes first. Tombstones have 0.
    pub fn rank(self) -> u8 {
        self as u8 + 1
    }
}

impl Dataset {
    /// The columns that a record has in the change feed.
    pub fn own_and_of_today(&self) -> Vec<Column> {
        self.columns.iter().copied().filter(|column| column.role != Role::Parent).collect()
    }

    /// The columns that a digest covers, sorted by name.
    pub fn sealed(&self) -> Vec<Column> {
        let mut own: Vec<_> = self.columns.iter().copied().filter(|column| column.role == Role::Own).collect();
        own.sort_by_key(|column| column.name);
        own
    }

    /// The columns that a digest leaves out.
    pub fn unsealed(&self) -> Vec<&'static str> {
        self.columns.iter().filter(|column| column.role != Role::Own).map(|column| column.name).collect()
    }

    /// Which rows of the table `t` are records, as SQL.
    pub fn condition(&self) -> &'static str {
        self.only.unwrap_or("1 = 1")
    }

    /// The column that says whose a row is.
    pub fn administration(&self) -> &'static str {
        match self.naming {
            Naming::Administration => "t.ipa_code",
            _ => "t.administration",
        }
    }
}

/// How the parameters of filters are read.
mod read {
    use super::store::Bind;
    use std::fmt::Display;
    use std::str::FromStr;

    /// As a type of its own would read it, kept as its text.
    pub fn text<T: FromStr<Err = String> + Display>(text: &str) -> Result<Bind, String> {
        text.parse::<T>().map(|value| Bind::Text(value.to_string()))
    }

    pub fn int(text: &str) -> Result<Bind, String> {
        text.parse().map(Bind::Int).map_err(|_| "must be a whole number".to_owned())
    }

    pub fn bool(text: &str) -> Result<Bind, String> {
        text.parse().map(Bind::Bool).map_err(|_| "must be true or false".to_owned())
    }

    pub fn day(text: &str) -> Result<Bind, String> {
        text.parse::<crate::calendar::Day>().map(|day| Bind::Int(day.number()))
    }

    pub fn month(text: &str) -> Result<Bind, String> {
        text.parse::<crate::calendar::Month>().map(|month| Bind::Int(month.number()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_set_is_described_under_its_own_name() {
        for resource in DataResource::ALL {
            let dataset = resource.dataset();
            assert_eq!(dataset.resource, *resource);
            assert_eq!(dataset.table, resource.as_str().replace('-', "_"));
            let mut names: Vec<_> = dataset.columns.iter().map(|column| column.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), dataset.columns.len(), "{resource} has a column twice");
        }
    }
}
