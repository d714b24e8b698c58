//! What was published stays, byte for byte, and anybody can verify it.

use crate::harness::both;
use crate::harness::published::{PATH, act, approved, draft, hex, move_to, publish, published_plan, year_of};
use crate::harness::resources::{HOME, OTHER};
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};
use traguardo::auth::keys::verifies_detached;

#[test]
fn an_approved_plan_is_published_and_anybody_verifies_it() {
    both(|app| {
        let (plan, _) = approved(app, "p");
        let made = publish(app, json!({"code": "piano", "kind": "plan", "plan_id": plan})).expect(201);
        let publication = made.json();
        assert_eq!(made.header("location"), publication["_links"]["self"]);
        assert_eq!(publication["section"], "06.02");
        assert_eq!(publication["section_name"], "Piano delle Performance");
        assert_eq!(publication["approval_act"], act("12"));
        assert_eq!(publication["licence"], "CC-BY-4.0");
        let content = app.as_nobody().get(&format!("{PATH}/{HOME}~piano/content")).expect(200);
        content.has_every_header();
        assert_eq!(content.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(content.etag(), format!("\"{}\"", publication["digest"].as_str().unwrap()));
        // Bytes, digest, signature by the published key.
        assert_eq!(hex(content.text.as_bytes()), publication["digest"]);
        assert_eq!(publication["size"], content.text.len());
        let keys: JwkSet =
            serde_json::from_str(&app.as_nobody().get("/.well-known/jwks.json").expect(200).text).unwrap();
        let key = keys.find(publication["kid"].as_str().unwrap()).unwrap();
        let signature = publication["signature"].as_str().unwrap();
        assert!(verifies_detached(signature, content.text.as_bytes(), key));
        assert!(!verifies_detached(signature, content.text.replace("App IO", "App OI").as_bytes(), key));
        // Canonical: written again in canonical form it is the same.
        assert_eq!(serde_json_canonicalizer::to_string(&content.json()).unwrap(), content.text);
        let told = content.json();
        assert_eq!(told["publication"]["approval_act"], act("12"));
        assert_eq!(told["administration"]["name"], "Cedrasco");
        assert_eq!(told["parts"]["indicators"][1]["objective_code"], "4");
        assert_eq!(told["parts"]["indicators"][0].get("evaluation"), None);
        // Read again, by another process and by its id: the same bytes.
        let again = app.as_nobody().get(&format!("{PATH}/{}/content", publication["id"].as_str().unwrap())).expect(200);
        assert_eq!(again.text, content.text);
        let path = format!("{PATH}/{HOME}~piano/content");
        app.as_nobody().header("If-None-Match", &content.etag()).get(&path).expect(304);
    });
}

#[test]
fn what_was_published_stays_when_the_plan_changes() {
    both(|app| {
        let (plan, indicators) = approved(app, "p");
        publish(app, json!({"code": "piano", "kind": "plan", "plan_id": plan})).expect(201);
        let path = format!("{PATH}/{HOME}~piano/content");
        let before = app.as_nobody().get(&path).expect(200).text;
        let body = json!({"plan_id": plan, "to": "draft", "reason": "Variazione"});
        app.as_administrator().post("/v1/plan-transitions", body).expect(201);
        let path_of = format!("/v1/indicators/{}", indicators[0]);
        app.as_administrator().seen("*").patch(&path_of, json!({"target": "Almeno 90%"})).expect(200);
        app.as_administrator().seen("*").delete(&format!("/v1/indicators/{}", indicators[1])).expect(204);
        assert_eq!(app.as_nobody().get(&path).expect(200).text, before);
        move_to(app, &plan, "approved");
        publish(app, json!({"code": "piano-2", "kind": "plan", "plan_id": plan})).expect(201);
        let compared = app.as_nobody().get(&format!("{PATH}/{HOME}~piano/differences?with={HOME}~piano-2")).expect(200);
        let compared = compared.json();
        assert_eq!(compared["same"], false);
        let part = &compared["parts"][0];
        assert_eq!(compared["parts"].as_array().unwrap().len(), 1, "{compared}");
        assert_eq!((&part["part"], &part["added"]), (&json!("indicators"), &json!([])));
        assert_eq!(part["removed"][0]["key"], "4~2");
        assert_eq!(part["changed"][0]["key"], "4~1");
        assert_eq!(part["changed"][0]["before"]["target"], "Almeno 80%");
        assert_eq!(part["changed"][0]["after"]["target"], "Almeno 90%");
        assert_eq!(part["changed"][0]["after"].get("title"), None, "the same on both sides");
        let same = app.as_nobody().get(&format!("{PATH}/{HOME}~piano/differences?with={HOME}~piano")).expect(200);
        assert_eq!((same.at("/same"), same.at("/parts")), ("true".to_owned(), "[]".to_owned()));
    });
}

#[test]
fn the_report_of_a_locked_year_tells_how_things_stood() {
    both(|app| {
        let (plan, indicators) = approved(app, "p");
        year_of(app, &plan, &indicators, true);
        let body = json!({"code": "relazione-2023", "kind": "plan_report", "plan_id": plan, "year": 2023,
            "approval_act": act("40")});
        let publication = publish(app, body).expect(201).json();
        assert_eq!((&publication["section"], &publication["situation_on"]), (&json!("06.03"), &json!("2023-12-31")));
        let content = app.as_nobody().get(&format!("{PATH}/{HOME}~relazione-2023/content")).expect(200);
        let told = content.json();
        assert_eq!(told["publication"]["approval_act"], act("40"));
        let parts = &told["parts"];
        assert_eq!(parts["indicators"][0]["evaluation"]["status"], "achieved");
        assert_eq!(parts["indicators"][1]["evaluation"]["status"], "partly_achieved");
        assert_eq!(parts["objectives"][0]["evaluation"]["evaluated"], 2);
        let expected = json!([
            {"indicator_code": "1", "objective_code": "4", "period": "2023", "state": "locked", "value": 83, "version": 1},
            {"indicator_code": "2", "objective_code": "4", "period": "2023", "state": "locked", "value": 2, "version": 1}
        ]);
        assert_eq!(parts["measurements"], expected, "{parts}");
        let expected = json!([{"deviation_causes": "Fornitore in ritardo", "description": "Relazione 2023",
            "objective_code": "4", "period": "2023", "progress": "late"}]);
        assert_eq!(parts["progress_reports"], expected, "what was not handed in stays in the house");
        for private in ["test-client", "solo per l'ufficio", "recorded_by", "validated_by", "\"revision\"", &plan] {
            assert!(!content.text.contains(private), "{private} stands in the content: {}", content.text);
        }
        let page = app.as_nobody().get(&format!("{PATH}/{HOME}~relazione-2023/html")).expect(200).text;
        for text in
            ["Raggiunto in parte", "2023: 83", "In ritardo", "Relazione 2023", "Misurazioni", "Fornitore in ritardo"]
        {
            assert!(page.contains(text), "{text} is not on the page");
        }
    });
}

#[test]
fn an_inventory_of_services_is_of_a_day() {
    both(|app| {
        for (code, from) in [("anagrafe", "2022-01-01"), ("tributi", "2024-03-01")] {
            let body = json!({"administration": HOME, "code": code, "name": code, "active_from": from,
                "planned_on": "2021-06-01", "authentication_types": ["SPIDL2", "CIE"]});
            app.as_administrator().post("/v1/digital-services", body).expect(201);
        }
        let body =
            json!({"administration": HOME, "platform": "pagopa", "active_from": "2020-01-01", "note": "interno"});
        app.as_administrator().post("/v1/platform-adoptions", body).expect(201);
        let body = json!({"code": "servizi-2023", "kind": "service_inventory", "situation_on": "2023-12-31"});
        let publication = publish(app, body).expect(201).json();
        assert_eq!(publication["section_name"], "Servizi in rete");
        assert_eq!(publication.get("approval_act"), None);
        let content = app.as_nobody().get(&format!("{PATH}/{HOME}~servizi-2023/content")).expect(200);
        let parts = &content.json()["parts"];
        let told: Vec<_> =
            parts["digital_services"].as_array().unwrap().iter().map(|one| (&one["code"], &one["status"])).collect();
        assert_eq!(told, [(&json!("anagrafe"), &json!("active")), (&json!("tributi"), &json!("planned"))]);
        assert_eq!(parts["platform_adoptions"][0]["platform"], "pagopa");
        assert!(!content.text.contains("interno"));
        assert!(!content.text.contains("null"), "what is not there is left out: {}", content.text);
        let page = app.as_nobody().get(&format!("{PATH}/{HOME}~servizi-2023/html")).expect(200).text;
        for text in ["Servizi in rete", "SPID livello 2, CIE", "pagoPA", "31/12/2023"] {
            assert!(page.contains(text), "{text}");
        }
    });
}

#[test]
fn what_is_not_ready_is_not_published() {
    both(|app| {
        let (plan, indicators) = draft(app, "p");
        let of_plan = |plan: &str| json!({"code": "x", "kind": "plan", "plan_id": plan});
        let refused = publish(app, of_plan(&plan)).refused(409, "/plan_id");
        assert!(refused.at("/detail").contains("draft"), "{}", refused.text);
        let report = |year: i32| json!({"code": "r", "kind": "plan_report", "plan_id": plan, "year": year, "approval_act": act("40")});
        publish(app, report(2023)).refused(409, "/plan_id");
        move_to(app, &plan, "approved");
        publish(app, report(2022)).refused(422, "/year");
        publish(app, report(2024)).refused(409, "/year");
        year_of(app, &plan, &indicators, false);
        let refused = publish(app, report(2023)).refused(409, "/year");
        assert!(refused.at("/detail").contains("2023 can still change"), "{}", refused.text);
        app.as_administrator().post("/v1/period-locks", json!({"plan_id": plan, "period": "2023-S1"})).expect(201);
        let refused = publish(app, report(2023)).refused(409, "/year");
        assert!(refused.at("/detail").contains("2023-S2"), "{}", refused.text);
        assert_eq!(app.as_nobody().get(PATH).expect(200).at("/items"), "[]");
        let published = app.events(HOME).iter().any(|event| event["resource"] == "publications");
        assert!(!published, "what is refused leaves no event");
    });
}

#[test]
fn bad_input_is_refused_by_the_name_of_its_field() {
    both(|app| {
        let (plan, _) = approved(app, "p");
        let inventory = || json!({"code": "s", "kind": "service_inventory"});
        let with = |mut body: Value, field: &str, value: Value| {
            body[field] = value;
            body
        };
        let of_plan = || json!({"code": "s", "kind": "plan", "plan_id": plan});
        let report =
            || json!({"code": "s", "kind": "plan_report", "plan_id": plan, "year": 2023, "approval_act": act("1")});
        let without = |mut body: Value, field: &str| {
            body.as_object_mut().unwrap().remove(field);
            body
        };
        for (body, field) in [
            (without(of_plan(), "plan_id"), "/plan_id"),
            (with(of_plan(), "year", json!(2023)), "/year"),
            (with(of_plan(), "approval_act", act("1")), "/approval_act"),
            (with(of_plan(), "situation_on", json!("2024-01-01")), "/situation_on"),
            (with(of_plan(), "plan_id", json!("019a4b52-7c00-7000-8000-0000000fffff")), "/plan_id"),
            (with(of_plan(), "section", json!("06.99")), "/section"),
            (with(of_plan(), "kind", json!("wish")), "/kind"),
            (with(of_plan(), "code", json!("a b")), "/code"),
            (with(of_plan(), "digest", json!("x")), "/digest"),
            (without(report(), "year"), "/year"),
            (without(report(), "approval_act"), "/approval_act"),
            (with(report(), "year", json!(1980)), "/year"),
            (with(report(), "approval_act", with(act("1"), "url", json!("javascript:alert(1)"))), "/approval_act/url"),
            (with(report(), "approval_act", with(act("1"), "date", json!("2024-07-01"))), "/approval_act/date"),
            (with(inventory(), "plan_id", json!(plan)), "/plan_id"),
            (with(inventory(), "situation_on", json!("2024-07-01")), "/situation_on"),
        ] {
            publish(app, body).refused(422, field);
        }
        for (query, field) in [
            ("kind=wish", "kind"),
            ("section=99.99", "section"),
            ("year=x", "year"),
            ("limit=0", "limit"),
            ("x=1", "x"),
        ] {
            app.as_nobody().get(&format!("{PATH}?{query}")).refused(422, field);
        }
        publish(app, of_plan()).expect(201);
        let again = publish(app, of_plan()).refused(409, "/code");
        assert!(again.at("/detail").contains("published on 2024-06-30 already"), "{}", again.text);
        let one = format!("{PATH}/{HOME}~s");
        app.as_nobody().get(&format!("{one}/csv?part=measurements")).refused(422, "part");
        app.as_nobody().get(&format!("{one}/csv?part=wishes")).refused(422, "part");
        app.as_nobody().get(&format!("{one}/differences")).refused(422, "with");
        app.as_nobody().get(&format!("{one}/differences?with={HOME}~nothing")).refused(422, "with");
        publish(app, with(inventory(), "code", json!("servizi"))).expect(201);
        app.as_nobody().get(&format!("{one}/differences?with={HOME}~servizi")).refused(422, "with");
        for path in ["nothing", "c_c418~nothing", "c_b507~s", "019a4b52-7c00-7000-8000-0000000fffff"] {
            app.as_nobody().get(&format!("{PATH}/{path}")).refused(404, "");
            app.as_nobody().get(&format!("{PATH}/{path}/content")).refused(404, "");
        }
        for method in ["PUT", "PATCH", "DELETE"] {
            app.as_administrator().send(method, &one, Some("application/json"), "{}").refused(405, "");
        }
    });
}

#[test]
fn only_who_may_publishes_and_only_his_own() {
    both(|app| {
        let (plan, _) = approved(app, "p");
        let body = json!({"administration": HOME, "code": "x", "kind": "plan", "plan_id": plan});
        app.as_nobody().post(PATH, body.clone()).refused(401, "");
        app.as_editor(HOME).post(PATH, body.clone()).refused(403, "");
        let of = |administration: &str| app.with_token(&app.token("publications.edit", &[administration]));
        of(OTHER).post(PATH, body.clone()).refused(403, "");
        // The plan of another is no plan.
        let mut foreign = body.clone();
        foreign["administration"] = OTHER.into();
        of(OTHER).post(PATH, foreign.clone()).refused(422, "/plan_id");
        app.as_administrator().post(PATH, foreign).refused(422, "/plan_id");
        let made = of(HOME).post(PATH, body).expect(201);
        let events = app.events(HOME);
        let event = events.iter().find(|event| event["resource"] == "publications").unwrap();
        assert_eq!((&event["action"], &event["resource_id"]), (&json!("create"), &json!(made.at("/id"))));
        assert_eq!(event["after_state"]["digest"], made.at("/digest"));
    });
}

#[test]
fn the_list_is_paged_and_filtered() {
    both(|app| {
        let (plan, _) = approved(app, "p");
        publish(app, json!({"code": "piano", "kind": "plan", "plan_id": plan})).expect(201);
        for n in 1..=4 {
            let body = json!({"code": format!("s-{n}"), "kind": "service_inventory", "section": if n == 4 { "21.04" } else { "15.05" },
                "situation_on": format!("202{}-12-31", n - 1)});
            publish(app, body).expect(201);
        }
        let other = json!({"administration": OTHER, "code": "s-1", "kind": "service_inventory"});
        app.as_administrator().post(PATH, other).expect(201);
        let codes = |query: &str| -> String {
            let pages = app.as_nobody().pages(&format!("{PATH}?{query}")).concat();
            pages.iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(codes("limit=2"), "s-1 piano s-1 s-2 s-3 s-4");
        assert_eq!(app.as_nobody().pages(&format!("{PATH}?limit=2")).len(), 3);
        assert_eq!(codes(&format!("administration={HOME}&kind=service_inventory&limit=1")), "s-1 s-2 s-3 s-4");
        assert_eq!(codes("section=21.04"), "s-4");
        assert_eq!(codes("section=06.02"), "piano");
        assert_eq!(codes("year=2021"), "s-2");
        assert_eq!(codes("year=2023&administration=c_c418"), "piano s-4");
        assert_eq!(codes("kind=plan_report"), "");
    });
}

#[test]
fn the_page_escapes_and_loads_nothing() {
    both(|app| {
        let publication = published_plan(app);
        let id = publication["id"].as_str().unwrap();
        let page = app.as_nobody().get(&format!("{PATH}/{id}/html")).expect(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        let html = &page.text;
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"it\">"));
        assert!(html.contains("App IO &lt;b&gt;e&lt;/b&gt; pagoPA") && html.contains("&lt;del&gt; PIAO &amp; altro"));
        for no in ["<script", "<b>", "<del>", "javascript:", "<img", "@import", "<link rel=\"stylesheet\"", "onclick"] {
            assert!(!html.contains(no), "{no}");
        }
        for yes in [
            "<a class=\"skip\" href=\"#contenuto\">",
            "<main id=\"contenuto\">",
            "<caption id=",
            "scope=\"col\"",
            "scope=\"row\"",
            "@media print",
            "Amministrazione Trasparente › Performance › Piano delle Performance",
            "deliberazione n. 12 del 31/01/2023",
            "1° trimestre 2023",
            "Trasversale",
            "20\u{a0}%",
            "01.08",
        ] {
            assert!(html.contains(yes), "{yes}");
        }
        app.as_nobody().header("If-None-Match", &page.etag()).get(&format!("{PATH}/{id}/html")).expect(304);
        let table = app.as_nobody().get(&format!("{PATH}/{id}/csv?part=indicators")).expect(200);
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(table.header("content-disposition"), "attachment; filename=\"c_c418-piano-indicators.csv\"");
        assert!(table.text.starts_with("objective_code,code,title,"), "{}", table.text);
        assert!(table.text.contains("4,2,'=Servizi+1,"), "{}", table.text);
        let default = app.as_nobody().get(&format!("{PATH}/{id}/csv")).expect(200);
        assert!(default.text.starts_with("code,title,"), "the objectives: {}", default.text);
    });
}
