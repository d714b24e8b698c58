//! `/audit-events`.

use crate::harness::resources::{HOME, OTHER, an_objective, make, performance_plan};
use crate::harness::{TestApp, both};
use serde_json::{Value, json};
use traguardo::db::{Author, Write};
use traguardo::error::Problem;
use traguardo::planning::plans::model::{NewPlan, Plan};

fn author() -> Author {
    Author { client_id: "tester".to_owned(), request_id: "request-1".to_owned(), may_approve: true, restores: false }
}

/// A plan of Campi Bisenzio's, written within a transaction.
fn write_plan(write: &mut Write<'_>) -> Result<Plan, Problem> {
    let input = NewPlan::sample();
    traguardo::record::insert::<Plan>(write, &input.administration.clone(), input)
}

fn plans(app: &TestApp) -> Vec<Value> {
    app.as_reader(OTHER).pages("/v1/plans").concat()
}

#[test]
fn record_and_event_are_written_together_or_not_at_all() {
    both(|app| {
        let undone: Result<(), _> = app.db.write_now(&author(), OTHER, |write| {
            write_plan(write)?;
            Err(Problem::conflict("the rest went wrong"))
        });
        assert_eq!(undone.unwrap_err().detail, "the rest went wrong");
        assert_eq!((plans(app), app.events(OTHER)), (vec![], vec![]));
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            app.db.write_now::<()>(&author(), OTHER, |write| {
                write_plan(write)?;
                panic!("in the middle of a transaction")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!((plans(app), app.events(OTHER)), (vec![], vec![]));
        app.db.write_now(&author(), OTHER, write_plan).unwrap();
        let events = app.events(OTHER);
        assert_eq!((plans(app).len(), events.len()), (1, 1));
        assert_eq!(events[0]["revision"], plans(app)[0]["revision"]);
        assert_eq!(events[0]["after_state"], plans(app)[0]);
    });
}

#[test]
fn an_event_says_who_did_what_when_by_which_request() {
    both(|app| {
        let body = json!({
            "administration": HOME, "code": "p", "title": "Piano", "kind": "management", "start_year": 2024, "end_year": 2024
        });
        app.as_editor(HOME).header("X-Correlation-ID", "front-end-0815").post("/v1/plans", body).expect(201);
        let events = app.as_auditor(HOME).get("/v1/audit-events").expect(200);
        insta::assert_json_snapshot!(events.snapshot(), @r#"
        {
          "body": {
            "_links": {},
            "items": [
              {
                "action": "create",
                "actor": "test-client",
                "administration": "c_c418",
                "after_state": {
                  "administration": "c_c418",
                  "code": "p",
                  "created_at": "2024-06-30T12:00:00.000000Z",
                  "end_year": 2024,
                  "id": "019a4b52-7c00-7000-8000-000000000001",
                  "kind": "management",
                  "revision": "[revision]",
                  "start_year": 2024,
                  "status": "draft",
                  "title": "Piano",
                  "updated_at": "2024-06-30T12:00:00.000000Z"
                },
                "at": "2024-06-30T12:00:00.000000Z",
                "id": "019a4b52-7c00-7000-8000-000000000002",
                "plan_id": "019a4b52-7c00-7000-8000-000000000001",
                "request_id": "[request_id]",
                "resource": "plans",
                "resource_id": "019a4b52-7c00-7000-8000-000000000001",
                "revision": "[revision]"
              }
            ]
          },
          "status": 200
        }
        "#);
    });
}

#[test]
fn events_are_found_by_record_kind_and_action() {
    both(|app| {
        let plan_id = performance_plan(app);
        let objective_id = make(app, "objectives", an_objective(&plan_id, "1"));
        let place = format!("/v1/objectives/{objective_id}");
        app.as_editor(HOME).seen("*").patch(&place, json!({"title": "Altro"})).expect(200);
        app.as_editor(HOME).seen("*").delete(&place).expect(204);
        for (query, expected) in [
            (String::new(), "create create update delete"),
            (format!("resource_id={objective_id}"), "create update delete"),
            ("resource=plans".to_owned(), "create"),
            ("action=update".to_owned(), "update"),
            ("action=create&limit=1".to_owned(), "create create"),
            (format!("administration={HOME}&resource=units"), ""),
        ] {
            let found = app.as_auditor(HOME).pages(&format!("/v1/audit-events?{query}")).concat();
            let actions: Vec<_> = found.iter().map(|event| event["action"].as_str().unwrap()).collect();
            assert_eq!(actions.join(" "), expected, "{query}");
        }
        app.as_auditor(HOME).get("/v1/audit-events?action=steal").refused(422, "action");
        app.as_auditor(HOME).get("/v1/audit-events?limit=0").refused(422, "limit");
        app.as_auditor(HOME).get("/v1/audit-events?since=2024").refused(422, "since");
    });
}

#[test]
fn an_auditor_sees_the_events_of_the_tokens_administrations_alone() {
    both(|app| {
        performance_plan(app);
        assert_eq!(app.events(OTHER), Vec::<Value>::new());
        let asked = app.as_auditor(OTHER).get("/v1/audit-events?administration=c_c418").expect(200);
        assert_eq!(asked.json()["items"], json!([]));
        assert_eq!(app.as_administrator().pages("/v1/audit-events?administration=c_c418").concat().len(), 1);
        app.as_editor(HOME).get("/v1/audit-events").refused(403, "");
    });
}
