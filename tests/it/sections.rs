//! `/sections`.

use crate::harness::resources::{self, HOME, OTHER, a_phase, an_objective, make, performance_plan, plan, section};
use crate::harness::{both, lifecycle::lifecycle};
use serde_json::json;

lifecycle!(resources::sections);

#[test]
fn a_code_is_unique_within_its_plan_alone() {
    both(|app| {
        let (one, other) = (performance_plan(app), plan(app, "dtp", 2021, 2023));
        section(app, &one, "1");
        section(app, &other, "1");
        assert_eq!(app.as_reader(HOME).pages(&format!("/v1/sections?plan_id={other}")).concat().len(), 1);
        assert_eq!(app.as_reader(HOME).pages("/v1/sections").concat().len(), 2);
    });
}

#[test]
fn a_section_stays_in_its_plan() {
    both(|app| {
        let (one, other) = (performance_plan(app), plan(app, "dtp", 2021, 2023));
        let place = format!("/v1/sections/{}", section(app, &one, "1"));
        app.as_editor(HOME).seen("*").patch(&place, json!({"plan_id": other})).refused(422, "/plan_id");
    });
}

#[test]
fn a_section_needs_a_plan_that_the_token_opens() {
    both(|app| {
        let plan_id = performance_plan(app);
        for plan_id in [plan_id.as_str(), "019a4b52-7c00-7000-8000-ffffffffffff"] {
            let body = json!({"plan_id": plan_id, "code": "1", "title": "Servizi"});
            let refused = app.as_editor(OTHER).post("/v1/sections", body).refused(422, "/plan_id");
            assert_eq!(refused.at("/errors/0/value"), plan_id);
        }
    });
}

#[test]
fn a_section_that_others_stand_under_stays() {
    both(|app| {
        let plan_id = performance_plan(app);
        for (resource, mut body) in [("objectives", an_objective(&plan_id, "1")), ("phases", a_phase(&plan_id, "1"))] {
            let section_id = section(app, &plan_id, resource);
            body["section_id"] = json!(section_id);
            let below = make(app, resource, body);
            let (place, below) = (format!("/v1/sections/{section_id}"), format!("/v1/{resource}/{below}"));
            app.as_editor(HOME).seen("*").delete(&place).refused(409, "");
            app.as_editor(HOME).seen("*").patch(&below, json!({"section_id": null})).expect(200);
            app.as_editor(HOME).seen("*").delete(&place).expect(204);
        }
    });
}
