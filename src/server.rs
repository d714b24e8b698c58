//! Listens, and stops cleanly.

use crate::app::{self, App};
use crate::auth::keys::{self, KeyRing};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Author, Database, migrations};
use crate::http::gate;
use crate::ids::Ids;
use crate::openapi::{self, Routes};
use crate::{administrations, docs, tombstones};
use actix_cors::Cors;
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{HttpServer, web};
use std::net::SocketAddr;
use utoipa_actix_web::AppExt;

/// Opens what the settings name: database with current tables, keys.
pub fn open(settings: Settings) -> Result<App, String> {
    let clock = Clock::System;
    let ids = Ids::v7();
    let made = keys::generate(&settings.signing_key_file)?;
    if made {
        tracing::warn!(
            file = %settings.signing_key_file.display(),
            "no signing key was there: a new one was made, readable by its owner only; keep it, and give it to every process"
        );
    }
    let keys = KeyRing::load(
        &settings.signing_key_file,
        &settings.retired_key_files,
        &settings.public_url,
        &settings.public_url,
    )?;
    let db = open_database(&settings, clock, ids.clone())?;
    App::new(settings, db, ids, keys)
}

/// Opens the database, brings its tables up to date and adds the comuni that are missing.
pub fn open_database(settings: &Settings, clock: Clock, ids: Ids) -> Result<Database, String> {
    for name in migrations::migrate(&settings.database_url)? {
        tracing::info!(name, "migrated");
    }
    let db = Database::open(&settings.database_url, settings.pool_size, clock, ids)?;
    let added = db
        .write_now(&local_author(), "registry", administrations::registry::load)
        .map_err(|problem| problem.to_string())?;
    if added > 0 {
        tracing::info!(added, "comuni added to the registry");
    }
    Ok(db)
}

/// The author of what the command line does.
pub fn local_author() -> Author {
    Author { client_id: "local".to_owned(), request_id: "command-line".to_owned(), may_approve: true, restores: false }
}

/// Serves until it is told to stop (SIGINT, SIGTERM); requests under way are finished first. `ready` is called with the
/// address once it listens.
pub fn run(app: App, ready: impl FnOnce(SocketAddr)) -> Result<(), String> {
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    actix_web::rt::System::new().block_on(async {
        let (server, address) = start(app, workers)?;
        tracing::info!(%address, workers, "listening");
        ready(address);
        server.await.map_err(|error| error.to_string())
    })
}

/// Binds and begins to serve; the server runs while it is awaited.
pub fn start(app: App, workers: usize) -> Result<(Server, SocketAddr), String> {
    let bind = app.settings.bind;
    let pool_size = app.settings.pool_size as usize;
    let document = openapi::document(Some(&format!("{}/v1", app.settings.public_url)));
    let routes = web::Data::new(Routes::of(&document));
    let document = web::Data::new(docs::Contract::of(&document));
    let app = web::Data::new(app);
    actix_web::rt::spawn(clear_tombstones(app.clone()));
    let server = HttpServer::new(move || {
        let state = app.clone();
        let cors = cors(&state.settings.cors_origins);
        actix_web::App::new()
            .app_data(state)
            .app_data(routes.clone())
            .app_data(document.clone())
            .into_utoipa_app()
            .service(utoipa_actix_web::scope::scope("/v1").configure(app::mount))
            .configure(app::mount_at_root)
            .into_app()
            .configure(docs::mount)
            .default_service(web::to(app::no_route))
            .wrap(from_fn(gate::pass))
            // Outermost, so that a browser may read refusals too.
            .wrap(cors)
    })
    .workers(workers)
    // As many blocking threads as connections: more would only wait, and worse.
    .worker_max_blocking_threads(pool_size.div_ceil(workers).max(2))
    .shutdown_timeout(10)
    .bind(bind)
    .map_err(|error| format!("cannot listen on {bind}: {error}"))?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    Ok((server.run(), address))
}

/// Once a day, and at the start: what no cursor that still holds asks for. A day more, since a transaction takes its time.
async fn clear_tombstones(app: web::Data<App>) {
    const DAY: u64 = 86_400;
    loop {
        let keep = (i64::from(app.settings.tombstone_days) + 1) * DAY as i64 * 1_000_000;
        let before = crate::clock::Instant(app.db.clock().now().0 - keep);
        match app.db.run(move |db| db.read_now(|conn| tombstones::clear(conn, before))).await {
            Ok(0) => {}
            Ok(cleared) => tracing::info!(cleared, "tombstones that nobody asks for any more were cleared away"),
            Err(problem) => tracing::warn!(cause = %problem, "tombstones were not cleared away"),
        }
        actix_web::rt::time::sleep(std::time::Duration::from_secs(DAY)).await;
    }
}

/// Browser front ends of the named origins; none where none is named.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([
            "Authorization",
            "Content-Encoding",
            "Content-Type",
            "If-Match",
            "If-None-Match",
            "Prefer",
            "X-Correlation-ID",
        ])
        .expose_headers([
            "ETag",
            "Export-Cursor",
            "Location",
            "X-Correlation-ID",
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "Retry-After",
        ])
        .block_on_origin_mismatch(false)
        .max_age(600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
