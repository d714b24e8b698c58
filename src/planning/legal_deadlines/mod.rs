//! Legal deadlines: the days by which a law, an act or a decree wants something of a plan, once or again and again.

pub mod model;
pub mod occurrences;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_legal_deadlines)
        .service(routes::create_legal_deadline)
        .service(routes::show_legal_deadline)
        .service(routes::upsert_legal_deadline)
        .service(routes::edit_legal_deadline)
        .service(routes::remove_legal_deadline);
}
