//! The catalogue of open data: every publication as a data set, in the Italian profile of DCAT (DCAT-AP_IT).
//!
//! | file | what it holds |
//! |---|---|
//! | `graph.rs` | triples, and their writing as JSON-LD, Turtle or RDF/XML by the library |
//! | `datasets.rs` | which triples: catalogue, data sets, distributions, agents, licences |
//! | `store.rs` | when something was published last |

mod datasets;
mod graph;
pub mod routes;
mod store;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(routes::show_catalog);
}
