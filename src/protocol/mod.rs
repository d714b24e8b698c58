//! What the protocol systems send: single registrations, or a day's totals where they send none. No personal data: a
//! registration has no subject line and no names, and unknown fields are refused.

pub mod days;
pub mod registrations;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(registrations::routes::list_protocol_registrations)
        .service(registrations::routes::create_protocol_registrations)
        .service(days::routes::list_protocol_days)
        .service(days::routes::show_protocol_day)
        .service(days::routes::upsert_protocol_day);
}
