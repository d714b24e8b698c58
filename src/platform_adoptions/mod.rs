//! Which national platforms an administration has adopted, since when, through whom, with how much, paid by which grants.

pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_platform_adoptions)
        .service(routes::create_platform_adoption)
        .service(routes::show_platform_adoption)
        .service(routes::upsert_platform_adoption)
        .service(routes::edit_platform_adoption)
        .service(routes::remove_platform_adoption);
}
