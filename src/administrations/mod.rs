//! The bodies whose plans and services are held here: all comuni from the start, others as they are added; and their
//! organisational units.

pub mod comuni_in_time;
pub mod model;
pub mod registry;
pub mod routes;
pub mod store;
pub mod units;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_administrations)
        .service(routes::show_administration)
        .service(routes::upsert_administration)
        .configure(units::routes);
}
