//! Evaluation for results: the score of each unit or office from its objectives' weights and attainments, with its reckoning,
//! and what it would be if other things were measured or weighed.

mod compute;
mod figures;
pub mod model;
mod routes;
mod supposed;

pub use compute::day_of;
pub use model::PAYMENT_TIMES_SHARE;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::show_scores).service(routes::show_supposed_scores);
}
