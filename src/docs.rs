//! The contract at `/openapi.json` and its page at `/docs`, which loads nothing from elsewhere.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The document of this process, serialised once.
pub struct Contract(web::Bytes);

impl Contract {
    pub fn of(document: &Value) -> Self {
        Contract(serde_json::to_vec_pretty(document).unwrap_or_default().into())
    }
}

async fn show_contract(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Cache-Control", "public, max-age=300"))
        .body(contract.0.clone())
}

/// What the types of problems point to.
async fn show_problems() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(("Cache-Control", "public, max-age=300"))
        .body(include_str!("../docs/problems.md"))
}

async fn to_page(_: HttpRequest) -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("Location", "/docs/")).finish()
}

pub fn mount(config: &mut web::ServiceConfig) {
    config
        .route("/openapi.json", web::get().to(show_contract))
        .route("/v1/openapi.json", web::get().to(show_contract))
        .route("/docs", web::get().to(to_page))
        .route("/docs/problems", web::get().to(show_problems))
        .service(SwaggerUi::new("/docs/{_:.*}").config(Config::from("/openapi.json")));
}
