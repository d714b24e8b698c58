//! Where vulnerabilities are reported (RFC 9116).

use crate::app::App;
use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Months, NaiveTime, Utc};

/// After this many months somebody should have looked at the contact again; every answer moves the day on.
const MONTHS: Months = Months::new(6);

/// Where to report a vulnerability.
///
/// The file of RFC 9116: whom to tell, in which languages, and where the rules are.
#[utoipa::path(tag = "service", security(()),
    responses((status = 200, description = "The file.", content_type = "text/plain", body = crate::text::Prose)))]
#[get("/.well-known/security.txt")]
pub async fn show_security_contact(app: web::Data<App>) -> HttpResponse {
    let today = app.db.clock().now().date();
    let until = today.checked_add_months(MONTHS).unwrap_or(today);
    let text = security_txt(
        &app.settings.security_contact,
        &app.settings.public_url,
        until.and_time(NaiveTime::MIN).and_utc(),
    );
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(("Cache-Control", "public, max-age=86400"))
        .body(text)
}

fn security_txt(contact: &str, public_url: &str, expires: DateTime<Utc>) -> String {
    format!(
        "Contact: {contact}\nExpires: {}\nPreferred-Languages: it, en\nCanonical: {public_url}/.well-known/security.txt\n",
        expires.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    )
}
