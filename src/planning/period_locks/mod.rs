//! Locks on periods of a plan: what was measured and reported in them stands as it was. `model`, `store` and `counts` know
//! plans alone; `locking` and the routes stand above the measurements that they lock.

pub mod counts;
pub mod locking;
pub mod model;
pub mod routes;
pub mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_period_locks)
        .service(routes::create_period_lock)
        .service(routes::show_period_lock)
        .service(routes::edit_period_lock);
}
