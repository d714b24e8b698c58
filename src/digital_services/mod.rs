//! The inventory of digital services: for whom, over which channel, how far online, with which login, payment and
//! messaging platform; and their counts on any day.

pub mod counts;
pub mod model;
pub mod routes;
pub mod store;
pub mod used;
pub mod vocabulary;

pub use counts::ServiceCounts;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_digital_services)
        .service(routes::create_digital_service)
        .service(routes::show_digital_service)
        .service(routes::upsert_digital_service)
        .service(routes::edit_digital_service)
        .service(routes::remove_digital_service)
        .service(counts::show_digital_service_counts);
}
