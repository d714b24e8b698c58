//! A month of more services than a page holds: however they are sent, and in which order, what is told is what was sent.

use crate::harness::{NOW, TestApp, both};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FEED: &str = "/v1/service-usage?administration=c_b507";

/// Numbers from a seed, the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn code(number: u64) -> String {
    format!("s{number}")
}

fn services(app: &TestApp, count: u64) {
    let rows: String = (0..count)
        .map(|number| {
            let service =
                json!({"administration": "c_b507", "code": code(number), "name": "Servizio", "status": "active"});
            format!("{service}\n")
        })
        .collect();
    let path = "/v1/imports?resource=digital-services&administration=c_b507";
    app.as_administrator().send("POST", path, Some("application/x-ndjson"), &rows).expect(201);
}

fn told(row: &Value) -> ((String, String), i64) {
    let text = |field: &str| row[field].as_str().unwrap().to_owned();
    ((text("month"), text("service_code")), row["accesses"].as_i64().unwrap())
}

type Model = BTreeMap<(String, String), i64>;

/// The same rows come from the list, the export, the sums and the change feed.
fn agree(app: &TestApp, model: &Model, seen: &mut Model, cursor: &mut Option<String>) {
    let admin = app.as_administrator();
    let listed: Vec<_> =
        admin.pages("/v1/service-usage?limit=90").into_iter().flatten().map(|row| told(&row)).collect();
    let expected: Vec<_> = model.iter().map(|(key, accesses)| (key.clone(), *accesses)).collect();
    assert_eq!(listed, expected);
    let one = admin.pages("/v1/service-usage?administration=c_b507&service_code=s7&limit=2");
    let of_one = model.iter().filter(|((_, code), _)| code == "s7");
    assert!(one.into_iter().flatten().map(|row| told(&row)).eq(of_one.map(|(key, accesses)| (key.clone(), *accesses))));
    let exported = admin.get("/v1/exports/service-usage?from=2024-02").expect(200).text;
    let exported: Model = exported
        .lines()
        .filter(|line| line.contains("\"service_code\""))
        .map(|line| told(&serde_json::from_str(line).unwrap()))
        .collect();
    let late: Model =
        model.iter().filter(|((month, _), _)| month.as_str() >= "2024-02").map(|(k, v)| (k.clone(), *v)).collect();
    assert_eq!(exported, late);
    let kpis =
        admin.get("/v1/monitoring/service-kpis?administration=c_b507&from=2024-01&to=2024-03").expect(200).json();
    assert_eq!(kpis["accesses"], model.values().sum::<i64>());
    app.settle();
    loop {
        let after = cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = admin.get(&format!("/v1/changes?resource=service-usage&limit=50{after}")).expect(200).json();
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|change| told(&change["record"])));
        *cursor = Some(page["cursor"].as_str().unwrap().to_owned());
        if items.len() < 50 {
            break;
        }
    }
    assert_eq!(*seen, *model);
}

#[test]
fn whatever_is_sent_of_many_services_is_told_of_each() {
    both(|app| {
        services(app, 420);
        let (mut draw, mut model, mut seen, mut cursor) = (Draw(7), Model::new(), Model::new(), None);
        // First some services of all months, then months as a whole, then a few here and there, then one.
        for (round, (months, of_hundred)) in
            [(3, 20), (3, 3), (1, 100), (2, 90), (3, 2), (1, 1)].into_iter().enumerate()
        {
            let mut rows = Vec::new();
            for month in 1..=months {
                for number in 0..420 {
                    if draw.below(100) < of_hundred {
                        let (month, code, accesses) =
                            (format!("2024-{month:02}"), code(number), draw.below(1000) as i64);
                        rows.push(json!({"service_code": code, "month": month, "accesses": accesses}));
                        model.insert((month, code), accesses);
                    }
                }
            }
            let report = app.as_administrator().post(FEED, json!({"items": rows})).expect(200).json();
            assert_eq!(report["refused"], 0, "round {round}");
            agree(app, &model, &mut seen, &mut cursor);
        }
    });
}

/// A correction changes the revision of its own row, and tells of it alone.
#[test]
fn a_correction_leaves_its_page_as_it_was() {
    both(|app| {
        services(app, 300);
        let row = |number: u64, accesses: i64| json!({"service_code": code(number), "month": "2024-01", "accesses": accesses});
        let all: Vec<_> = (0..300).map(|number| row(number, 1)).collect();
        let admin = app.as_administrator();
        admin.post(FEED, json!({"items": all})).expect(200);
        let rows = || admin.pages("/v1/service-usage?limit=200").into_iter().flatten().collect::<Vec<_>>();
        let before = rows();
        app.set_time(NOW + 60_000_000);
        admin.post(FEED, json!({"items": [row(150, 2)]})).expect(200);
        let changed: Vec<_> = rows().into_iter().zip(before).filter(|(after, before)| after != before).collect();
        assert_eq!(changed.len(), 1);
        let (after, before) = &changed[0];
        assert_eq!((&after["service_code"], &after["accesses"]), (&json!("s150"), &json!(2)));
        assert_eq!(after["created_at"], before["created_at"]);
        assert!(after["updated_at"] != before["updated_at"] && after["revision"] != before["revision"]);
    });
}

/// Each feeds services of its own, which lie on the same page.
#[test]
fn feeders_of_one_page_at_once_lose_nothing() {
    both(|app| {
        services(app, 40);
        std::thread::scope(|scope| {
            for who in 0..4 {
                scope.spawn(move || {
                    for n in 0..10 {
                        let row = json!({"service_code": code(who * 10 + n), "month": "2024-01", "accesses": 1});
                        app.as_administrator().post(FEED, json!({"items": [row]})).expect(200);
                    }
                });
            }
        });
        let kpis = "/v1/monitoring/service-kpis?administration=c_b507&from=2024-01&to=2024-01";
        assert_eq!(app.as_administrator().get(kpis).expect(200).json()["accesses"], 40);
        assert_eq!(app.as_administrator().pages("/v1/service-usage?limit=200").concat().len(), 40);
    });
}
