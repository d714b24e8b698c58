//! Counters for Prometheus: requests and their times by operation, and the load on the database.

use crate::app::App;
use actix_web::{HttpResponse, get, web};
use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};
use std::time::Duration;

pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections: IntGauge,
    waiting: IntGauge,
}

impl Metrics {
    pub fn new() -> Result<Self, prometheus::Error> {
        let requests = IntCounterVec::new(
            Opts::new("traguardo_requests_total", "Requests answered"),
            &["method", "operation", "status"],
        )?;
        let seconds = HistogramVec::new(
            HistogramOpts::new("traguardo_request_seconds", "Time taken to answer"),
            &["method", "operation"],
        )?;
        let connections = IntGauge::new("traguardo_database_connections_used", "Database connections in use")?;
        let waiting = IntGauge::new("traguardo_database_waiting", "Requests waiting for a database connection")?;
        let registry = Registry::new();
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(connections.clone()))?;
        registry.register(Box::new(waiting.clone()))?;
        Ok(Metrics { registry, requests, seconds, connections, waiting })
    }

    pub fn observe(&self, method: &str, operation: &str, status: u16, elapsed: Duration) {
        // Methods are the client's to invent; labels must not be.
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
        let method = if known.contains(&method) { method } else { "other" };
        self.requests.with_label_values(&[method, operation, &status.to_string()]).inc();
        self.seconds.with_label_values(&[method, operation]).observe(elapsed.as_secs_f64());
    }
}

/// Counters of this process.
///
/// In the text format of Prometheus: requests by operation and status, their times, the load on the database.
#[utoipa::path(tag = "service", security(()),
    responses((status = 200, description = "The counters.", content_type = "text/plain", body = crate::text::Prose)))]
#[get("/metrics")]
pub async fn show_metrics(app: web::Data<App>) -> HttpResponse {
    let (connections, waiting) = app.db.load();
    app.metrics.connections.set(connections as i64);
    app.metrics.waiting.set(waiting as i64);
    let mut text = Vec::new();
    match TextEncoder::new().encode(&app.metrics.registry.gather(), &mut text) {
        Ok(()) => HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text),
        Err(error) => HttpResponse::from_error(crate::error::Problem::internal(error)),
    }
}
