//! A copy proves that it equals its source.

use crate::harness::both;
use crate::harness::copy::{Copy, feed};
use crate::harness::operations::records;
use crate::harness::resources::{HOME, OTHER};
use serde_json::json;

const DIGESTS: &str = "/v1/administrations/c_c418/digests";

#[test]
fn a_copy_has_the_digests_of_its_source() {
    both(|app| {
        let records = records(app);
        feed(app);
        app.settle();
        let aggregator = app.as_aggregator(&[HOME]);
        let digests = aggregator.get(DIGESTS).expect(200).json();
        let counts = |digests: &serde_json::Value| -> i64 {
            digests["items"].as_array().unwrap().iter().map(|item| item["count"].as_i64().unwrap()).sum()
        };
        assert!(counts(&digests) > 15, "{digests}");
        // However the copy came to be.
        let exported = Copy::of_exports(&aggregator, "");
        exported.equals_digests(&digests);
        let mut followed = Copy::default();
        followed.follow(&aggregator, "limit=3");
        followed.equals_digests(&digests);
        assert_eq!(followed.records, exported.records);
        let latest = followed.records.values().map(|record| record["revision"].as_i64().unwrap()).max();
        assert_eq!(digests["revision"].as_i64(), latest);

        // One field of one record, and they differ; the same in the copy, and they agree again.
        let (id, _) = &records["objectives"];
        let editor = app.as_editor(HOME).seen("*");
        editor.patch(&format!("/v1/objectives/{id}"), json!({"weight": 12.25})).expect(200);
        let changed = aggregator.get(DIGESTS).expect(200).json();
        assert_ne!(changed["digest"], digests["digest"]);
        let differing = changed["items"].as_array().unwrap().iter().zip(digests["items"].as_array().unwrap());
        let differing: Vec<_> = differing.filter(|(now, then)| now != then).map(|(now, _)| &now["resource"]).collect();
        assert_eq!(differing, ["objectives"]);
        app.settle();
        followed.follow(&aggregator, "");
        followed.equals_digests(&changed);

        // The code of a parent changes no record but its own.
        let (plan, _) = &records["plans"];
        editor.patch(&format!("/v1/plans/{plan}"), json!({"code": "renamed"})).expect(200);
        app.settle();
        followed.follow(&aggregator, "");
        followed.equals_digests(&aggregator.get(DIGESTS).expect(200).json());

        // What is removed is missing; its revision counts.
        let (id, _) = &records["sections"];
        editor.delete(&format!("/v1/sections/{id}")).expect(204);
        let removed = aggregator.get(DIGESTS).expect(200).json();
        assert!(removed["revision"].as_i64() > changed["revision"].as_i64());
        app.settle();
        followed.follow(&aggregator, "");
        followed.equals_digests(&removed);

        let some = aggregator.get(&format!("{DIGESTS}?resource=units,plans")).expect(200).json();
        let names: Vec<_> = some["items"].as_array().unwrap().iter().map(|item| &item["resource"]).collect();
        assert_eq!(names, ["units", "plans"]);
    });
}

#[test]
fn digests_are_for_those_who_may_see_the_data() {
    both(|app| {
        app.as_aggregator(&[OTHER]).get(DIGESTS).refused(404, "");
        app.as_aggregator(&["*"]).get("/v1/administrations/c_zzzz/digests").refused(404, "");
        app.as_aggregator(&[HOME]).get(&format!("{DIGESTS}?resource=wishes")).refused(422, "resource");
        app.as_reader(HOME).get(DIGESTS).refused(403, "");
    });
}
