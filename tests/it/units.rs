//! `/units`.

use crate::harness::resources::{self, HOME, OTHER, make};
use crate::harness::{both, lifecycle::lifecycle};
use serde_json::json;

lifecycle!(resources::units);

#[test]
fn a_unit_is_never_part_of_itself() {
    both(|app| {
        let unit = |code: &str, parent: Option<&String>| {
            let mut body = json!({"administration": HOME, "code": code, "name": format!("Settore {code}")});
            if let Some(parent) = parent {
                body["parent_id"] = json!(parent);
            }
            make(app, "units", body)
        };
        let sector = unit("1", None);
        let service = unit("1.1", Some(&sector));
        let office = unit("1.1.1", Some(&service));
        for below in [&sector, &service, &office] {
            let place = format!("/v1/units/{sector}");
            app.as_editor(HOME).seen("*").patch(&place, json!({"parent_id": below})).refused(422, "/parent_id");
        }
        let moved = app.as_editor(HOME).seen("*").patch(&format!("/v1/units/{office}"), json!({"parent_id": sector}));
        assert_eq!(moved.expect(200).at("/parent_id"), sector);
        // A unit that others are part of stays.
        app.as_editor(HOME).seen("*").delete(&format!("/v1/units/{sector}")).refused(409, "");
        let free = app.as_editor(HOME).seen("*").patch("/v1/units/c_c418~1.1", json!({"parent_id": null})).expect(200);
        assert_eq!(free.json().get("parent_id"), None);
    });
}

#[test]
fn units_nest_at_most_twenty_deep() {
    both(|app| {
        let mut above = make(app, "units", json!({"administration": HOME, "code": "0", "name": "Ente"}));
        for depth in 1.. {
            let body = json!({
                "administration": HOME, "code": depth.to_string(), "name": format!("Livello {depth}"), "parent_id": above
            });
            let answer = app.as_editor(HOME).post("/v1/units", body);
            if depth == 20 {
                answer.refused(422, "/parent_id");
                break;
            }
            above = answer.expect(201).at("/id");
        }
    });
}

#[test]
fn a_unit_is_part_of_one_of_its_own_administration() {
    both(|app| {
        let foreign = json!({"administration": OTHER, "code": "1", "name": "Settore 1"});
        let foreign = app.as_editor(OTHER).post("/v1/units", foreign).expect(201).at("/id");
        let body = json!({"administration": HOME, "code": "1", "name": "Settore 1", "parent_id": foreign});
        for client in [app.as_editor(HOME), app.as_administrator()] {
            client.post("/v1/units", body.clone()).refused(422, "/parent_id");
        }
        let mut body = body;
        body["parent_id"] = json!("none");
        app.as_editor(HOME).post("/v1/units", body).refused(422, "/parent_id");
    });
}

#[test]
fn the_same_code_may_stand_in_two_administrations() {
    both(|app| {
        for home in [HOME, OTHER] {
            let body = json!({"administration": home, "code": "1", "name": "Settore 1"});
            app.as_editor(home).post("/v1/units", body).expect(201);
        }
        assert_eq!(app.as_administrator().pages("/v1/units?limit=1").concat().len(), 2);
        assert_eq!(app.as_administrator().pages("/v1/units?administration=c_b507").concat().len(), 1);
    });
}
