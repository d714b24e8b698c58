//! Figures that are computed from what stands in the other features. What is computed of a plan stands below the plan's
//! path; what is computed of an administration below `/monitoring`.

pub mod columns;
mod counts;
pub mod dashboard;
mod lists;
mod parts_shown;
pub mod phase_state;
mod plan_parts;
pub mod routes;
mod sample;
pub mod schedule;
pub mod series;
pub mod service_kpis;
pub mod shown;
pub mod standing;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(service_kpis::show_service_kpis)
        .service(routes::show_plan_monitoring)
        .service(routes::list_plan_series)
        .service(routes::show_plan_schedule);
}
