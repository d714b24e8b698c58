//! Where a service has counts: the pages of usage bear its code, among those of others, and no foreign key keeps it.

use crate::db::schema::service_usage::services;
use crate::text::Code;
use diesel::ExpressionMethods;
use diesel::dsl::NotEq;
use diesel::sql_types::Text;

diesel::define_sql_function! {
    /// Text with each such piece replaced. Both databases have it, and both mind the case.
    fn replace(text: Text, piece: Text, by: Text) -> Text;
}

/// Of the pages of `service_usage` those that hold counts of the service.
pub fn pages_of(service: &Code) -> NotEq<replace<services, String, &'static str>, services> {
    replace(services, format!("\"{service}\":["), "").ne(services)
}
