//! `/progress-reports`.

use crate::harness::resources::{self, HOME, a_report, make, objective, performance_plan};
use crate::harness::{NOW, both, lifecycle::lifecycle};
use serde_json::json;

lifecycle!(resources::progress_reports);

#[test]
fn a_report_is_of_a_year_or_half_year_of_the_plan() {
    both(|app| {
        let objective_id = objective(app, &performance_plan(app), "4");
        for wrong in ["2023", "2027-S1", "2024-Q1", "2024-06", "24"] {
            let refused = app.as_editor(HOME).post("/v1/progress-reports", a_report(&objective_id, wrong));
            refused.refused(422, "/period");
        }
        for period in ["2024", "2024-S1", "2025"] {
            make(app, "progress-reports", a_report(&objective_id, period));
        }
        for (query, expected) in [
            (format!("objective_id={objective_id}"), 3),
            ("year=2024".to_owned(), 2),
            ("period=2024-S1".to_owned(), 1),
            ("status=submitted".to_owned(), 0),
        ] {
            let found = app.as_reader(HOME).pages(&format!("/v1/progress-reports?limit=2&{query}")).concat();
            assert_eq!(found.len(), expected, "{query}");
        }
        let place = format!("/v1/progress-reports/{HOME}~performance~4~2024");
        app.as_editor(HOME).seen("*").patch(&place, json!({"period": "2025-S1"})).refused(422, "/period");
        app.as_editor(HOME).seen("*").delete(&format!("/v1/objectives/{objective_id}")).refused(409, "");
        // The plan's years leave no report outside.
        let plan = format!("/v1/plans/{HOME}~performance");
        let shrunk =
            app.as_editor(HOME).seen("*").patch(&plan, json!({"start_year": 2025})).refused(422, "/start_year");
        assert!(shrunk.text.contains("a progress report for 2024"), "{}", shrunk.text);
    });
}

#[test]
fn a_report_that_is_submitted_stays_until_it_is_taken_back() {
    both(|app| {
        let objective_id = objective(app, &performance_plan(app), "4");
        let made = app.as_editor(HOME).post("/v1/progress-reports", a_report(&objective_id, "2024-S1")).expect(201);
        assert_eq!(made.at("/status"), "draft");
        let place = format!("/v1/progress-reports/{}", made.at("/id"));
        let patch = |body| app.as_editor(HOME).seen("*").patch(&place, body);
        app.set_time(NOW + 1_000_000);
        let submitted = patch(json!({"status": "submitted"})).expect(200);
        assert_eq!(submitted.at("/submitted_by"), "test-client");
        assert_eq!(submitted.at("/submitted_at"), "2024-06-30T12:00:01.000000Z");
        let refused = patch(json!({"description": "Altro"})).refused(409, "");
        assert_eq!(refused.json()["allowed"], json!(["draft"]));
        app.as_editor(HOME).seen("*").delete(&place).refused(409, "");
        // A PUT without a status leaves it, and changes nothing.
        let by_codes = format!("/v1/progress-reports/{HOME}~performance~4~2024-S1");
        let same = app.as_editor(HOME).put(&by_codes, a_report(&objective_id, "2024-S1")).expect(200);
        assert_eq!(same.json(), submitted.json());
        let back = patch(json!({"status": "draft", "description": "13 servizi su 20"})).expect(200).json();
        assert_eq!((back.get("submitted_by"), &back["description"]), (None, &json!("13 servizi su 20")));
        app.as_editor(HOME).seen("*").delete(&place).expect(204);
    });
}

#[test]
fn what_is_not_as_planned_is_submitted_with_its_causes() {
    both(|app| {
        let objective_id = objective(app, &performance_plan(app), "4");
        for (progress, needed) in [("late", true), ("suspended", true), ("abandoned", true), ("done", false)] {
            let mut body = a_report(&objective_id, "2024");
            body["progress"] = json!(progress);
            body.as_object_mut().unwrap().remove("deviation_causes");
            let place = format!("/v1/progress-reports/{HOME}~performance~4~2024");
            assert!([200, 201].contains(&app.as_editor(HOME).put(&place, body.clone()).status));
            body["status"] = json!("submitted");
            let answer = app.as_editor(HOME).put(&place, body);
            if needed {
                answer.refused(422, "/deviation_causes");
            } else {
                answer.expect(200);
            }
        }
        app.as_editor(HOME)
            .post(
                "/v1/progress-reports",
                json!({"objective_id": objective_id, "period": "2025", "progress": "well", "description": "x"}),
            )
            .refused(422, "/progress");
    });
}
