//! Plans and what hangs on them. Arrows point up the chain: plans ← sections ← objectives ← {phases, indicators} ←
//! measurements; periods, budget and targets know none of them. Transitions, locks and reports are the workflow: docs/workflow.md.

pub mod budget;
pub mod indicators;
pub mod measurements;
pub mod objectives;
pub mod period_locks;
pub mod periods;
pub mod phases;
pub mod plan_transitions;
pub mod plans;
pub mod progress_reports;
pub mod sections;
pub mod target_readings;
pub mod targets;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .configure(plans::routes)
        .configure(plan_transitions::routes)
        .configure(sections::routes)
        .configure(objectives::routes)
        .configure(phases::routes)
        .configure(indicators::routes)
        .configure(target_readings::routes)
        .configure(measurements::routes)
        .configure(progress_reports::routes)
        .configure(period_locks::routes);
}
