//! A plan's successor: next year's plan made from this year's, in one transaction, or shown before it is made.

mod achieved;
mod carry;
pub mod model;
pub mod routes;
mod shift;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::create_successor);
}
