//! `/legal-deadlines`: what the law wants of a plan, by when, with the days left.

use crate::harness::resources::{self, HOME, a_legal_deadline, make, objective, performance_plan, plan};
use crate::harness::{TestApp, both, lifecycle::lifecycle};
use serde_json::{Value, json};

lifecycle!(resources::legal_deadlines);

fn once(plan_id: &str, code: &str, due_on: &str) -> Value {
    json!({
        "plan_id": plan_id, "code": code, "title": "Avvio dei servizi su App IO", "legal_source": "D.L. 76/2020, art. 24",
        "recurrence": "once", "due_on": due_on
    })
}

/// The digital transition plan with its three deadlines.
fn deadlines_of_2021(app: &TestApp) -> String {
    let plan_id = plan(app, "dtp-2021-2023", 2021, 2023);
    make(app, "legal-deadlines", once(&plan_id, "switch-off", "2021-02-28"));
    make(app, "legal-deadlines", once(&plan_id, "app-io", "2021-06-07"));
    make(app, "legal-deadlines", a_legal_deadline(&plan_id, "accessibility-goals"));
    plan_id
}

fn reminders(app: &TestApp, query: &str) -> Vec<Value> {
    let found = app.as_reader(HOME).pages(&format!("/v1/legal-deadlines?{query}")).concat();
    found
        .iter()
        .map(|one| {
            let reminder = &one["reminder"];
            json!([
                one["code"],
                reminder["state"],
                reminder["next_due_on"],
                reminder["days_left"],
                reminder["overdue_since"],
                reminder["days_overdue"]
            ])
        })
        .collect()
}

#[test]
fn days_are_left_until_they_are_gone() {
    both(|app| {
        let plan_id = deadlines_of_2021(app);
        let on = |day: &str| reminders(app, &format!("plan_id={plan_id}&as_of={day}"));
        assert_eq!(
            on("2021-02-01"),
            [
                json!(["switch-off", "upcoming", "2021-02-28", 27, null, null]),
                json!(["app-io", "upcoming", "2021-06-07", 126, null, null]),
                json!(["accessibility-goals", "upcoming", "2021-03-31", 58, null, null]),
            ]
        );
        // On the day itself it is not late yet.
        assert_eq!(on("2021-02-28")[0], json!(["switch-off", "upcoming", "2021-02-28", 0, null, null]));
        assert_eq!(
            on("2021-06-08"),
            [
                json!(["switch-off", "overdue", null, null, "2021-02-28", 100]),
                json!(["app-io", "overdue", null, null, "2021-06-07", 1]),
                json!(["accessibility-goals", "overdue", "2022-03-31", 296, "2021-03-31", 69]),
            ]
        );
        let place = "/v1/legal-deadlines/c_c418~dtp-2021-2023~accessibility-goals";
        let goals = app.as_reader(HOME).get(&format!("{place}?as_of=2021-06-08")).expect(200).json();
        let days: Vec<_> =
            goals["reminder"]["occurrences"].as_array().unwrap().iter().map(|one| &one["due_on"]).collect();
        assert_eq!(days, ["2021-03-31", "2022-03-31", "2023-03-31"]);

        // What was done in time is done from the day on which it was.
        let done = json!({"fulfilments": [
            {"due_on": "2022-03-31", "fulfilled_on": "2022-04-11"},
            {"due_on": "2021-03-31", "fulfilled_on": "2021-03-24", "note": "Determina 31"}
        ]});
        app.as_editor(HOME).seen("*").patch(place, done).expect(200);
        let state = |day: &str| {
            let shown = app.as_reader(HOME).get(&format!("{place}?as_of={day}")).expect(200).json()["reminder"].clone();
            json!([
                shown["state"],
                shown["next_due_on"],
                shown["overdue_since"],
                shown["occurrences"][0]["fulfilled_on"]
            ])
        };
        assert_eq!(state("2021-03-23"), json!(["upcoming", "2021-03-31", null, null]));
        assert_eq!(state("2021-03-24"), json!(["upcoming", "2022-03-31", null, "2021-03-24"]));
        assert_eq!(state("2022-04-10"), json!(["overdue", "2023-03-31", "2022-03-31", "2021-03-24"]));
        assert_eq!(state("2022-04-11"), json!(["upcoming", "2023-03-31", null, "2021-03-24"]));
        assert_eq!(state("2023-04-01"), json!(["overdue", null, "2023-03-31", "2021-03-24"]));
    });
}

#[test]
fn what_is_due_is_found() {
    both(|app| {
        let plan_id = deadlines_of_2021(app);
        let found = |query: &str| {
            let rows = reminders(app, query);
            rows.iter().map(|row| row[0].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
        };
        let of = format!("administration={HOME}&as_of=2021-03-10");
        assert_eq!(found(&format!("{of}&due_before=2021-02-28")), "");
        assert_eq!(found(&format!("{of}&due_before=2021-03-01")), "switch-off");
        assert_eq!(found(&format!("{of}&due_before=2021-04-01")), "switch-off accessibility-goals");
        assert_eq!(
            found(&format!("plan_id={plan_id}&as_of=2021-03-10&due_before=2030-01-01&limit=1")),
            "switch-off app-io accessibility-goals"
        );
        assert_eq!(found(&format!("{of}&state=overdue")), "switch-off");
        assert_eq!(found(&format!("{of}&state=fulfilled")), "");
        assert_eq!(found("objective_id=019a4b52-7c00-7000-8000-ffffffffffff"), "");
        let reader = app.as_reader(HOME);
        reader.get("/v1/legal-deadlines?due_before=2021-04-01").refused(422, "due_before");
        reader.get("/v1/legal-deadlines?state=overdue").refused(422, "state");
        reader.get("/v1/legal-deadlines?as_of=2021-02-30").refused(422, "as_of");
        let foreign =
            app.as_reader("c_b507").get(&format!("/v1/legal-deadlines?plan_id={plan_id}&due_before=2030-01-01"));
        assert_eq!(foreign.expect(200).json()["items"], json!([]));
    });
}

#[test]
fn a_deadline_that_makes_no_sense_is_refused_where_it_makes_none() {
    both(|app| {
        let plan_id = performance_plan(app);
        let refused =
            |body: Value, field: &str| app.as_editor(HOME).post("/v1/legal-deadlines", body).refused(422, field);
        let yearly = |changes: Value| {
            let mut body = a_legal_deadline(&plan_id, "1");
            body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            body
        };
        let leap = refused(yearly(json!({"due_month": 2, "due_day": 29})), "/due_day");
        assert!(leap.at("/detail").contains("28 February"), "{}", leap.text);
        refused(yearly(json!({"due_month": 4, "due_day": 31})), "/due_day");
        refused(yearly(json!({"due_month": 13})), "/due_month");
        refused(yearly(json!({"due_month": null})), "/due_month");
        refused(yearly(json!({"due_day": null})), "/due_day");
        refused(yearly(json!({"due_on": "2024-03-31"})), "/due_on");
        refused(yearly(json!({"first_year": 2026, "last_year": 2025})), "/last_year");
        refused(yearly(json!({"first_year": 2024, "last_year": 2054})), "/last_year");
        refused(yearly(json!({"first_year": 1989})), "/first_year");
        refused(yearly(json!({"recurrence": "monthly"})), "/recurrence");
        refused(yearly(json!({"legal_source": null})), "/legal_source");
        let done = |due_on: &str, fulfilled_on: &str| json!([{"due_on": due_on, "fulfilled_on": fulfilled_on}]);
        let elsewhere =
            refused(yearly(json!({"fulfilments": done("2024-03-30", "2024-03-30")})), "/fulfilments/0/due_on");
        assert!(elsewhere.at("/detail").contains("2024-03-31, 2025-03-31, 2026-03-31"), "{}", elsewhere.text);
        // The clock of the tests stands on 30 June 2024.
        refused(yearly(json!({"fulfilments": done("2025-03-31", "2024-07-01")})), "/fulfilments/0/fulfilled_on");
        let twice = json!([{"due_on": "2024-03-31", "fulfilled_on": "2024-03-30"}, {"due_on": "2024-03-31", "fulfilled_on": "2024-03-31"}]);
        refused(yearly(json!({"fulfilments": twice})), "/fulfilments/1/due_on");
        let mut one = once(&plan_id, "2", "2024-05-31");
        one["due_month"] = json!(5);
        refused(one, "/due_month");
        refused(once(&plan_id, "2", "1989-12-31"), "/due_on");
        let mut none = once(&plan_id, "2", "2024-05-31");
        none.as_object_mut().unwrap().remove("due_on");
        refused(none, "/due_on");
        let other = plan(app, "dtp", 2021, 2023);
        refused(yearly(json!({"objective_id": objective(app, &other, "1")})), "/objective_id");

        // Half-yearly on a month's last day; outside the plan's years once.
        let half = yearly(
            json!({"code": "half", "recurrence": "half_yearly", "due_month": 12, "due_day": 31, "last_year": 2024}),
        );
        let half = app.as_editor(HOME).post("/v1/legal-deadlines", half).expect(201).json();
        let days: Vec<_> =
            half["reminder"]["occurrences"].as_array().unwrap().iter().map(|one| &one["due_on"]).collect();
        assert_eq!(days, ["2024-06-30", "2024-12-31"]);
        assert_eq!(half["reminder"]["days_left"], 0);
        make(app, "legal-deadlines", once(&plan_id, "report", "2027-06-30"));
        // A plan with deadlines stays.
        app.as_editor(HOME).seen("*").delete(&format!("/v1/plans/{plan_id}")).refused(409, "");
    });
}
