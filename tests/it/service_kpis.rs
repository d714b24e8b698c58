//! The key figures of the Campi Bisenzio plan come out of its counts.

use crate::harness::both;
use diesel::RunQueryDsl;
use serde_json::{Value, json};
use traguardo::db::AnyConnection;

#[test]
fn the_campi_bisenzio_figures_come_out() {
    both(|app| {
        let admin = app.as_administrator();
        for number in 1..=80 {
            let status = if number <= 78 { "active" } else { "planned" };
            let service =
                json!({"administration": "c_b507", "code": format!("s{number}"), "name": "Servizio", "status": status});
            admin.post("/v1/digital-services", service).expect(201);
        }
        // 6,605 submissions and 413 points in 100 answers, over twelve months of two services.
        let rows: Vec<Value> = (1..=12)
            .map(|month| {
                let submissions = if month == 12 { 555 } else { 550 };
                json!({"service_code": format!("s{}", 1 + month % 2), "month": format!("2020-{month:02}"),
                    "accesses": 1000, "users": 400, "submissions_started": 600, "submissions_completed": submissions})
            })
            .chain([json!({"service_code": "s3", "month": "2020-12", "satisfaction": [2, 4, 15, 37, 42],
                "submissions_completed": 0, "cost": {"amount": "10.00", "currency": "EUR"}})])
            .collect();
        let report = admin.post("/v1/service-usage?administration=c_b507", json!({"items": rows})).expect(200).json();
        assert_eq!(report["inserted"], 13);
        for month in 1..=12 {
            let incoming = if month == 12 { 47_011 - 11 * 3917 } else { 3917 };
            let path = format!("/v1/protocol-days/c_b507~AOO1~2020-{month:02}-03");
            admin.put(&path, json!({"incoming": incoming, "outgoing": 10})).expect(201);
        }
        let kpis = "/v1/monitoring/service-kpis?administration=c_b507&from=2020-01&to=2020-12";
        let shown = admin.get(kpis).expect(200).json();
        assert_eq!(shown["online_services"], 78);
        assert_eq!(shown["online_share"], json!({"value": 14.05, "numerator": 6605.0, "denominator": 47_011.0}));
        assert_eq!(shown["satisfaction"], json!({"value": 4.13, "numerator": 413.0, "denominator": 100.0}));
        assert_eq!((&shown["accesses"], &shown["users"]), (&json!(12_000), &json!(4800)));
        assert_eq!(shown["completion_rate"], json!({"value": 91.74, "numerator": 6605.0, "denominator": 7200.0}));
        assert!(shown.get("digital_take_up").is_none() && shown.get("cost_per_transaction").is_none());

        let on_paper = json!({"aoo": "AOO2", "year": 2020, "number": 1, "direction": "incoming", "date": "2020-05-04", "channel": "counter"});
        admin.post("/v1/protocol-registrations?administration=c_b507", json!({"items": [on_paper]})).expect(200);
        let costed = json!({"service_code": "s2", "month": "2020-11", "submissions_completed": 550,
            "cost": {"amount": "1100.00", "currency": "EUR"}});
        admin.post("/v1/service-usage?administration=c_b507", json!({"items": [costed]})).expect(200);
        let shown = admin.get(kpis).expect(200).json();
        assert_eq!(shown["digital_take_up"]["denominator"], 6606.0);
        assert_eq!(shown["cost_per_transaction"], json!({"value": 2.02, "numerator": 1110.0, "denominator": 550.0}));

        app.with_token(&app.token("services.read", &["c_c418"])).get(kpis).refused(404, "");
        admin.get("/v1/monitoring/service-kpis?administration=c_b507&from=2021-01&to=2020-12").refused(422, "from");
        admin.get("/v1/monitoring/service-kpis").refused(422, "administration");
    });
}

#[derive(diesel::QueryableByName)]
struct Plan {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

/// Counting reads one administration's rows, by the key or an index, on both databases.
#[test]
fn counting_reads_one_administrations_rows() {
    both(|app| {
        let queries = [
            "SELECT sum(accesses) FROM service_usage_totals WHERE administration = 'c_b507' AND month >= 202001 AND month <= 202012",
            "SELECT date, aoo, direction, cancelled, count(*), max(revision) FROM protocol_registrations \
                WHERE administration = 'c_b507' AND date >= 20200101 AND date <= 20201231 GROUP BY 1, 2, 3, 4",
            "SELECT channel, count(*) FROM protocol_registrations WHERE administration = 'c_b507' AND date >= 20200101 \
                AND date <= 20201231 AND direction = 'incoming' AND cancelled = false GROUP BY 1",
            "SELECT incoming FROM protocol_days WHERE administration = 'c_b507' AND date >= 20200101 AND date <= 20201231",
            "SELECT DISTINCT aoo FROM protocol_registrations WHERE administration = 'c_b507'",
        ];
        for query in queries {
            let plan = app.db.read_now(|conn| {
                let lines: Vec<Plan> = match conn {
                    AnyConnection::Pg(conn) => {
                        // Empty tables are read whole, whatever the index.
                        diesel::sql_query("SET enable_seqscan = off").execute(conn)?;
                        diesel::sql_query("CREATE TEMP TABLE IF NOT EXISTS plan (detail text)").execute(conn)?;
                        diesel::sql_query("DELETE FROM plan").execute(conn)?;
                        let explain = format!(
                            "DO $$ DECLARE line text; BEGIN FOR line IN EXECUTE $q$EXPLAIN {query}$q$ LOOP \
                             INSERT INTO plan VALUES (line); END LOOP; END $$"
                        );
                        diesel::sql_query(explain).execute(conn)?;
                        diesel::sql_query("SELECT detail FROM plan").load(conn)?
                    }
                    AnyConnection::Sqlite(conn) => {
                        diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}")).load(conn)?
                    }
                };
                Ok(lines.into_iter().map(|line| line.detail).collect::<Vec<_>>().join("\n"))
            });
            let plan = plan.unwrap();
            let bounded = plan.contains("administration=?") || plan.contains("administration = 'c_b507'::text");
            assert!(bounded && !plan.contains("SCAN ") && !plan.contains("Seq Scan"), "{query}\n{plan}");
        }
    });
}
