//! The planning chain, from a plan to its measurements.

use crate::harness::both;
use serde_json::json;

#[test]
fn an_editor_makes_a_plan_and_reads_it_back() {
    both(|app| {
        let editor = app.as_editor("c_c418");
        let made = editor.post(
            "/v1/plans",
            json!({
                "administration": "C_C418", "code": "performance-2024-2026", "title": "Performance 2024-2026",
                "kind": "performance", "start_year": 2024, "end_year": 2026
            }),
        );
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
        let id = made.at("/id");
        let read = app.as_reader("c_c418").get(&format!("/v1/plans/{id}")).expect(200);
        assert_eq!(read.json(), made.json());
        assert_eq!(read.etag(), made.etag());
        app.as_reader("c_b507").get(&format!("/v1/plans/{id}")).refused(404, "");
    });
}
