//! Publications: what was frozen, digested and signed, for everybody to read and to verify. Nothing here is ever changed.
//!
//! | file | what it holds |
//! |---|---|
//! | `publish.rs` | the way in: may it be published, freeze, sign, store |
//! | `situation.rs`, `freeze.rs` | what is read, and the public part of it as records |
//! | `columns.rs`, `closed_year.rs`, `sections.rs` | which columns are public, when a year can be reported, where it belongs |
//! | `content.rs` | the canonical bytes, and the check of each reading |
//! | `page.rs`, `page_tables.rs`, `wording.rs`, `csv.rs`, `differences.rs` | renderings of the stored content alone |

mod closed_year;
pub mod columns;
pub mod content;
mod csv;
pub mod differences;
mod freeze;
pub mod model;
mod page;
mod page_tables;
mod publish;
pub mod routes;
pub mod sections;
mod situation;
pub mod store;
mod wording;

pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(routes::list_publications)
        .service(routes::create_publication)
        .service(routes::show_publication)
        .service(routes::show_publication_content)
        .service(routes::show_publication_page)
        .service(routes::show_publication_table)
        .service(routes::show_publication_differences);
}
