//! The tables as diesel sees them; a test compares them with both databases.

mod installation;
mod planning;
mod services;

pub use installation::*;
pub use planning::*;
pub use services::*;

diesel::allow_tables_to_appear_in_same_query!(
    administrations,
    units,
    plans,
    sections,
    objectives,
    phases,
    legal_deadlines,
    indicators,
    measurements,
    imports,
    import_refusals,
    clients,
    audit_events,
    procedures,
    procedure_times,
    digital_services,
    platform_adoptions,
    protocol_registrations,
    protocol_days,
    service_usage,
    plan_transitions,
    period_locks,
    progress_reports,
    signing_keys,
    publications,
    publication_contents,
    service_usage_totals
);
