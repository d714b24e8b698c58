//! Bad input, one by one: each is refused as problem+json with the headers of every answer, names field, value and remedy
//! where there is a field, and changes nothing. Refusals of one resource's own stand with the resource.

use crate::harness::resources::{HOME, performance_plan};
use crate::harness::{Answer, NOW, TestApp, both, both_with, raw};
use actix_web::middleware::from_fn;
use actix_web::web;
use serde_json::{Value, json};
use traguardo::app::App;

const JSON: &str = "application/json";

fn a_plan() -> Value {
    json!({
        "administration": HOME, "code": "p", "title": "Piano", "kind": "performance", "start_year": 2024, "end_year": 2026
    })
}

/// Posts a text as a plan.
fn post_text(app: &TestApp, body: &str) -> Answer {
    app.as_editor(HOME).send("POST", "/v1/plans", Some(JSON), body)
}

/// The head of a raw request that would post a plan.
fn raw_head(app: &TestApp, more: &str) -> Vec<u8> {
    let token = app.token("planning.read planning.edit", &[HOME]);
    format!(
        "POST /v1/plans HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{more}\r\n\r\n"
    )
    .into_bytes()
}

fn nothing_was_made(app: &TestApp) {
    assert_eq!(app.as_reader(HOME).get("/v1/plans").expect(200).json()["items"], json!([]));
    assert_eq!(app.events(HOME), Vec::<Value>::new());
}

#[test]
fn what_is_no_json_is_malformed() {
    both(|app| {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let deep_object = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
        let doubled = a_plan().to_string().replacen('{', "{\"code\": \"q\",", 1);
        for body in [
            "",
            "{",
            "{\"code\": }",
            "{'code': 1}",
            "plan",
            "NaN",
            "{\"start_year\": 1e999}",
            "{} {}",
            &deep,
            &deep_object,
        ] {
            post_text(app, body).refused(400, "");
        }
        post_text(app, &doubled).refused(422, "/code");
        let mut invalid = a_plan().to_string().into_bytes();
        let at = invalid.windows(5).position(|bytes| bytes == b"Piano").unwrap();
        invalid[at] = 0xff;
        let mut request = raw_head(app, &format!("Content-Length: {}", invalid.len()));
        request.extend(invalid);
        raw(app.address, &request).refused(400, "");
        nothing_was_made(app);
    });
}

#[test]
fn what_is_json_and_no_plan_is_invalid() {
    both(|app| {
        for body in ["[]", "1", "\"plan\"", "true", "[[]]"] {
            post_text(app, body).refused(422, "");
        }
        post_text(app, "null").refused(422, "");
        post_text(app, "{}").refused(422, "/administration");
        nothing_was_made(app);
    });
}

#[test]
fn a_value_is_refused_by_field_value_and_remedy() {
    both(|app| {
        for (field, value, shown) in [
            ("colour", json!("red"), "red"),
            ("start_year", json!("2024"), "2024"),
            ("start_year", json!(2024.5), "2024.5"),
            ("end_year", json!(20244), "20244"),
            ("kind", json!("wish list"), "wish list"),
            ("administration", json!("c_z999"), ""),
            ("administration", json!("not a code"), "not a code"),
            ("code", json!("a b"), "a b"),
            ("title", json!(null), "null"),
            ("description", json!(null), "null"),
            ("approval_act", json!({"kind": "delibera", "number": "1", "date": "2024-13-01"}), ""),
        ] {
            let mut body = a_plan();
            body[field] = value;
            let answer = app.as_administrator().post("/v1/plans", body).expect(422);
            let problem = answer.json()["errors"][0].clone();
            assert!(problem["field"].as_str().unwrap().starts_with(&format!("/{field}")), "{}", answer.text);
            assert!(shown.is_empty() || problem["value"] == shown, "{}", answer.text);
            assert!(problem["detail"].as_str().unwrap().len() > 8, "{}", answer.text);
            answer.refused(422, "");
        }
        nothing_was_made(app);
    });
}

#[test]
fn a_value_is_told_shortened() {
    both(|app| {
        let mut body = a_plan();
        body["code"] = json!("x".repeat(10_000));
        let refused = app.as_editor(HOME).post("/v1/plans", body).refused(422, "/code");
        assert!(refused.at("/errors/0/value").chars().count() <= 200);
        assert!(refused.text.len() < 2_000);
        let mut body = a_plan();
        body["y".repeat(10_000)] = json!(1);
        assert!(app.as_editor(HOME).post("/v1/plans", body).refused(422, "").text.len() < 25_000);
    });
}

#[test]
fn another_content_type_is_not_accepted() {
    both(|app| {
        let plan = a_plan().to_string();
        for content_type in [
            None,
            Some("text/plain"),
            Some("application/xml"),
            Some("application/merge-patch+json"),
            Some("application/json; charset=latin1"),
        ] {
            let client = app.as_editor(HOME);
            let answer = match content_type {
                Some(_) => client.send("POST", "/v1/plans", content_type, &plan),
                None => client.send("POST", "/v1/plans", None, ""),
            };
            let refused = answer.refused(415, "");
            assert!(refused.at("/detail").contains("send application/json"), "{}", refused.text);
        }
        nothing_was_made(app);
        for content_type in
            ["application/json", "Application/JSON; charset=\"UTF-8\"", "application/json;charset=utf-8"]
        {
            let body = plan.replace("\"p\"", &format!("\"p{}\"", content_type.len()));
            app.as_editor(HOME).send("POST", "/v1/plans", Some(content_type), &body).expect(201);
        }
    });
}

#[test]
fn a_body_too_large_is_refused_announced_or_not() {
    both_with(&[("TRAGUARDO_BODY_LIMIT", "1024")], |app| {
        let mut body = a_plan();
        body["description"] = json!("x".repeat(2_000));
        let body = body.to_string();
        let announced = post_text(app, &body).refused(413, "");
        assert!(announced.at("/detail").contains("1024"), "{}", announced.text);
        let mut chunked = raw_head(app, "Transfer-Encoding: chunked");
        chunked.extend(format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).into_bytes());
        raw(app.address, &chunked).refused(413, "");
        nothing_was_made(app);
        let fits = a_plan().to_string();
        let mut chunked = raw_head(app, "Transfer-Encoding: chunked");
        let (one, two) = fits.split_at(20);
        chunked.extend(format!("{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n", one.len(), two.len()).into_bytes());
        raw(app.address, &chunked).expect(201);
    });
}

#[test]
fn a_body_that_breaks_off_changes_nothing() {
    both(|app| {
        let plan = a_plan().to_string();
        let mut request = raw_head(app, &format!("Content-Length: {}", plan.len() + 10));
        request.extend(plan.into_bytes());
        raw(app.address, &request).refused(400, "");
        nothing_was_made(app);
    });
}

#[test]
fn what_is_not_there_is_told_from_what_is_not_offered() {
    both(|app| {
        for path in ["/v1/nothing", "/v1", "/v1/", "/nothing", "/v1/plans/", "/v1/plans/x/y", "/v2/plans", "/plans"] {
            app.as_editor(HOME).get(path).refused(404, "");
            app.as_nobody().get(path).refused(404, "");
        }
        for resource in
            ["administrations", "units", "plans", "sections", "objectives", "phases", "indicators", "measurements"]
        {
            for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "BREW"] {
                let answer =
                    app.as_editor(HOME).send(method, &format!("/v1/{resource}"), Some(JSON), "{}").refused(405, "");
                let allowed = if resource == "administrations" { "GET" } else { "GET, POST" };
                assert_eq!(answer.header("allow"), allowed, "{method} {resource}");
            }
        }
        let plan_id = performance_plan(app);
        let answer = app.as_editor(HOME).post(&format!("/v1/plans/{plan_id}"), a_plan()).refused(405, "");
        assert_eq!(answer.header("allow"), "DELETE, GET, PATCH, PUT");
        app.as_nobody().post("/status", json!({})).refused(405, "");
        for key in [
            "x",
            "c_c418~",
            "~p",
            "c_c418~a~b~c~d~e",
            "019a4b52-7c00-7000-8000-zzzzzzzzzzzz",
            "%FF%FE",
            "..%2F..%2Fetc",
        ] {
            app.as_reader(HOME).get(&format!("/v1/plans/{key}")).refused(404, "");
        }
    });
}

#[test]
fn each_consumer_has_so_many_requests_a_minute() {
    both_with(&[("TRAGUARDO_RATE_LIMIT", "3")], |app| {
        let reader = app.as_reader(HOME);
        for remaining in ["2", "1", "0"] {
            assert_eq!(reader.get("/v1/plans").expect(200).header("x-ratelimit-remaining"), remaining);
        }
        let refused = reader.get("/v1/plans").refused(429, "");
        assert_eq!(refused.header("retry-after"), refused.header("x-ratelimit-reset"));
        assert_eq!((refused.header("x-ratelimit-limit"), refused.header("x-ratelimit-remaining")), ("3", "0"));
        // Another consumer's minute is its own, and the next minute is a new one.
        app.as_nobody().get("/status").expect(200);
        app.set_time(NOW + 60_000_000);
        app.as_reader(HOME).get("/v1/plans").expect(200);
    });
}

#[test]
fn a_request_is_named_by_its_sender_or_by_us() {
    both(|app| {
        let named = app.as_nobody().header("X-Correlation-ID", "front-end-0815").get("/v1/nothing").refused(404, "");
        assert_eq!(named.at("/request_id"), "front-end-0815");
        for unfit in ["short", "with space", "<script>x</script>", &"x".repeat(65)] {
            let answer = app.as_nobody().header("X-Correlation-ID", unfit).get("/v1/nothing").refused(404, "");
            assert_ne!(answer.at("/request_id"), unfit);
        }
    });
}

/// A process of its own, with routes that panic.
fn panicking(app: &TestApp) -> (std::net::SocketAddr, impl FnOnce()) {
    let state = web::Data::new(app.another_process());
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = actix_web::HttpServer::new(move || {
                actix_web::App::new()
                    .app_data(state.clone())
                    .route("/handler", web::get().to(async || if true { panic!("secret cause") } else { "" }))
                    .route(
                        "/database",
                        web::get().to(async |app: web::Data<App>| {
                            app.db.read(|_| if true { panic!("secret cause") } else { Ok("") }).await
                        }),
                    )
                    .route("/fine", web::get().to(async || "fine"))
                    .wrap(from_fn(traguardo::http::gate::pass))
            });
            let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
            let address = server.addrs()[0];
            let server = server.run();
            sender.send((server.handle(), address)).unwrap();
            server.await.unwrap();
        });
    });
    let (handle, address) = receiver.recv().unwrap();
    let stop = move || {
        actix_web::rt::System::new().block_on(handle.stop(false));
        thread.join().unwrap();
    };
    (address, stop)
}

#[test]
fn a_panic_is_an_answer_and_the_process_lives_on() {
    both(|app| {
        let (address, stop) = panicking(app);
        let get = |path: &str| {
            raw(address, format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
        };
        // More often than there are workers, blocking threads and connections.
        for _ in 0..12 {
            for path in ["/handler", "/database"] {
                let answer = get(path).refused(500, "");
                assert!(!answer.text.contains("secret"), "{}", answer.text);
            }
        }
        let fine = get("/fine").expect(200);
        assert_eq!(fine.text, "fine");
        fine.has_every_header();
        stop();
    });
}
