//! `/plans`.

use crate::harness::resources::{self, HOME, OTHER, an_act, move_plan, performance_plan, section};
use crate::harness::{both, lifecycle::lifecycle};
use serde_json::{Value, json};

lifecycle!(resources::plans);

fn a_plan() -> Value {
    json!({
        "administration": "C_C418", "code": "performance-2024-2026", "title": "  Performance 2024-2026 ",
        "kind": "performance", "start_year": 2024, "end_year": 2026
    })
}

#[test]
fn a_new_plan_is_a_draft_of_its_administration() {
    both(|app| {
        let made = app.as_editor(HOME).put("/v1/plans/C_C418~performance-2024-2026", a_plan());
        insta::assert_json_snapshot!(made.snapshot(), @r#"
        {
          "body": {
            "administration": "c_c418",
            "code": "performance-2024-2026",
            "created_at": "2024-06-30T12:00:00.000000Z",
            "end_year": 2026,
            "id": "019a4b52-7c00-7000-8000-000000000002",
            "kind": "performance",
            "revision": "[revision]",
            "start_year": 2024,
            "status": "draft",
            "title": "Performance 2024-2026",
            "updated_at": "2024-06-30T12:00:00.000000Z"
          },
          "status": 201
        }
        "#);
        assert_eq!(made.etag(), format!("\"{}\"", made.at("/revision")));
    });
}

#[test]
fn years_lie_in_order_within_ten_of_each_other() {
    both(|app| {
        for (start, end, named) in [
            (1989, 1990, "/start_year"),
            (2024, 2101, "/end_year"),
            (2024, 2023, "/end_year"),
            (2024, 2034, "/end_year"),
            (i64::from(i32::MAX), i64::from(i32::MAX), "/start_year"),
            (i64::from(i32::MIN), i64::from(i32::MAX), "/start_year"),
            (20_244_444_444, 2026, "/start_year"),
        ] {
            let mut body = a_plan();
            (body["start_year"], body["end_year"]) = (json!(start), json!(end));
            app.as_editor(HOME).post("/v1/plans", body).refused(422, named);
        }
        let mut body = a_plan();
        body["end_year"] = json!(2033);
        app.as_editor(HOME).post("/v1/plans", body).expect(201);
    });
}

#[test]
fn every_wrong_year_is_named_at_once() {
    both(|app| {
        let mut body = a_plan();
        (body["start_year"], body["end_year"]) = (json!(1066), json!(3000));
        let refused = app.as_editor(HOME).post("/v1/plans", body).refused(422, "/start_year").refused(422, "/end_year");
        assert_eq!(refused.at("/errors/0/value"), "1066");
    });
}

#[test]
fn an_edit_leaves_the_status_where_it_is() {
    both(|app| {
        let made = app.as_editor(HOME).post("/v1/plans", a_plan()).expect(201);
        let place = format!("/v1/plans/{}", made.at("/id"));
        let patch = |body: Value| app.as_editor(HOME).seen("*").patch(&place, body);
        patch(json!({"status": "approved"})).refused(422, "/approval_act");
        patch(json!({"status": "in_force", "approval_act": an_act()})).refused(409, "/status");
        patch(json!({"status": "finished"})).refused(422, "/status");
        for status in ["approved", "in_force", "closed"] {
            move_plan(app, &made.at("/id"), status);
        }
        patch(json!({"approval_act": null})).refused(422, "/approval_act");
        patch(json!({"status": "draft"})).refused(409, "/status");
        // A PUT without a status leaves it.
        let mut body = a_plan();
        body["approval_act"] = an_act();
        assert_eq!(app.as_editor(HOME).seen("*").put(&place, body).expect(200).at("/status"), "closed");
    });
}

#[test]
fn an_act_is_checked_field_by_field() {
    both(|app| {
        for (field, value) in [
            ("date", json!("2024-02-30")),
            ("date", json!("30/01/2024")),
            ("number", json!("")),
            ("url", json!("javascript:alert(1)")),
            ("url", json!("https://a b")),
            ("signed_by", json!("x")),
        ] {
            let mut body = a_plan();
            body["approval_act"] = an_act();
            body["approval_act"][field] = value;
            app.as_editor(HOME).post("/v1/plans", body).refused(422, &format!("/approval_act/{field}"));
        }
        let mut body = a_plan();
        body["approval_act"] = json!({"kind": "deliberazione", "number": "7"});
        app.as_editor(HOME).post("/v1/plans", body).refused(422, "/approval_act/date");
    });
}

#[test]
fn plans_are_found_by_administration_kind_status_and_year() {
    both(|app| {
        let administrator = app.as_administrator();
        let mut made = Vec::new();
        for (home, code, kind, start) in [
            ("c_b507", "dtp", "digital_transition", 2021),
            ("c_c418", "p1", "performance", 2021),
            ("c_c418", "p2", "performance", 2024),
        ] {
            let mut body = a_plan();
            (body["administration"], body["code"], body["kind"]) = (json!(home), json!(code), json!(kind));
            (body["start_year"], body["end_year"]) = (json!(start), json!(start + 2));
            made.push(administrator.post("/v1/plans", body).expect(201).at("/id"));
        }
        move_plan(app, &made[1], "approved");
        for (query, expected) in [
            ("", "dtp p1 p2"),
            ("?administration=C_C418", "p1 p2"),
            ("?kind=digital_transition", "dtp"),
            ("?status=approved", "p1"),
            ("?status=draft", "dtp p2"),
            ("?year=2023", "dtp p1"),
            ("?year=2024&kind=performance", "p2"),
            ("?year=2030", ""),
            ("?administration=c_z999", ""),
        ] {
            let found = administrator.pages(&format!("/v1/plans{query}")).concat();
            let codes: Vec<_> = found.iter().map(|plan| plan["code"].as_str().unwrap()).collect();
            assert_eq!(codes.join(" "), expected, "{query}");
        }
        let next = administrator.get("/v1/plans?limit=1&year=2022").expect(200).at("/_links/next");
        assert!(next.contains("limit=1&year=2022&cursor="), "{next}");
        administrator.get("/v1/plans?kind=secret").refused(422, "kind");
        administrator.get("/v1/plans?year=MMXXIV").refused(422, "year");
    });
}

#[test]
fn a_plan_belongs_to_a_known_administration_that_the_token_opens() {
    both(|app| {
        let mut body = a_plan();
        body["administration"] = json!("c_z999");
        let refused = app.as_administrator().post("/v1/plans", body.clone()).refused(422, "/administration");
        assert_eq!(refused.at("/errors/0/value"), "c_z999");
        app.as_editor(HOME).post("/v1/plans", body.clone()).refused(403, "");
        body["administration"] = json!(OTHER);
        app.as_editor(HOME).post("/v1/plans", body).refused(403, "");
    });
}

#[test]
fn a_plan_stays_with_its_administration() {
    both(|app| {
        let place = format!("/v1/plans/{}", performance_plan(app));
        let to_other = json!({"administration": OTHER});
        app.as_editor(HOME).seen("*").patch(&place, to_other.clone()).refused(403, "");
        let refused = app.as_administrator().seen("*").patch(&place, to_other).refused(422, "/administration");
        assert!(refused.at("/detail").contains("stays"), "{}", refused.text);
        app.as_reader(HOME).get(&place).expect(200);
    });
}

#[test]
fn a_plan_that_others_hang_on_stays() {
    both(|app| {
        let plan_id = performance_plan(app);
        let section_id = section(app, &plan_id, "1");
        let place = format!("/v1/plans/{plan_id}");
        app.as_editor(HOME).seen("*").delete(&place).refused(409, "");
        app.as_editor(HOME).seen("*").delete(&format!("/v1/sections/{section_id}")).expect(204);
        app.as_editor(HOME).seen("*").delete(&place).expect(204);
    });
}

#[test]
fn years_leave_nothing_outside() {
    both(|app| {
        let plan_id = resources::plan(app, "three-years", 2024, 2026);
        let editor = || app.as_editor(HOME);
        let path = format!("/v1/plans/{plan_id}");
        let shrink = |years: Value| editor().seen("*").patch(&path, years);
        shrink(json!({"end_year": 2027})).expect(200);
        let mut indicator = resources::an_indicator(&plan_id, "1");
        indicator["yearly_targets"] = json!([{"year": 2025, "target": "10"}]);
        let indicator = resources::make(app, "indicators", indicator);
        let told = shrink(json!({"end_year": 2024})).refused(422, "/start_year").text;
        assert!(told.contains("indicator 1 has a target for 2025"), "{told}");
        let measured = json!({"indicator_id": indicator, "period": "2026-Q3", "value": 3});
        let measured = resources::make(app, "measurements", measured);
        let told = shrink(json!({"end_year": 2025})).refused(422, "/start_year").text;
        assert!(told.contains("measured for 2026-Q3"), "{told}");
        shrink(json!({"end_year": 2026})).expect(200);
        editor().seen("*").delete(&format!("/v1/measurements/{measured}")).expect(204);
        shrink(json!({"end_year": 2025})).expect(200);
        shrink(json!({"start_year": 2025})).refused(422, "/start_year");
    });
}
