//! Objectives of a plan: what is to be reached, by whom, how it is rated, which budget it hangs on.

pub mod model;
pub mod parts;
pub mod routes;
pub mod store;
pub mod weights;

pub use model::{Rating, Scope};

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_objectives)
        .service(routes::create_objective)
        .service(routes::show_objective)
        .service(routes::upsert_objective)
        .service(routes::edit_objective)
        .service(routes::remove_objective);
}
