//! `/administrations`.

use crate::harness::{Client, TestApp, both};
use serde_json::{Value, json};

/// Reads the registry for an administration that has nothing to do with what it reads.
fn reader(app: &TestApp) -> Client {
    app.as_reader("c_b507")
}

/// The IPA codes that a query finds.
fn found(app: &TestApp, query: &str) -> Vec<String> {
    let items = reader(app).pages(&format!("/v1/administrations?limit=200&{query}")).concat();
    items.iter().map(|item| item["ipa_code"].as_str().unwrap().to_owned()).collect()
}

fn a_union() -> Value {
    json!({
        "name": "Comunità Montana Valtellina di Sondrio", "kind": "mountain_community", "tax_code": "93002500143",
        "region_code": "03", "region": "Lombardia", "population": 55000
    })
}

#[test]
fn all_comuni_are_there_from_the_start() {
    both(|app| {
        let all = found(app, "kind=comune");
        assert_eq!(all.len(), 7904);
        let mut ordered = all.clone();
        ordered.sort_unstable();
        ordered.dedup();
        assert_eq!(all, ordered, "each once, by IPA code");
        assert_eq!(found(app, "kind=region"), Vec::<String>::new());
        let filled = traguardo::server::local_author();
        let again = app.db.write_now(&filled, "registry", traguardo::administrations::registry::load).unwrap();
        assert_eq!(again, 0, "nothing is added twice");
    });
}

#[test]
fn a_comune_is_shown_by_its_ipa_code_in_any_case() {
    both(|app| {
        let shown = reader(app).get("/v1/administrations/C_B507").expect(200);
        insta::assert_json_snapshot!(shown.snapshot(), @r#"
        {
          "body": {
            "cadastral_code": "B507",
            "created_at": "2024-06-30T12:00:00.000000Z",
            "ipa_code": "c_b507",
            "istat_code": "048006",
            "kind": "comune",
            "name": "Campi Bisenzio",
            "population": 42929,
            "province": "Firenze",
            "province_code": "048",
            "region": "Toscana",
            "region_code": "09",
            "revision": "[revision]",
            "updated_at": "2024-06-30T12:00:00.000000Z"
          },
          "status": 200
        }
        "#);
        assert_eq!(shown.json(), reader(app).get("/v1/administrations/c_b507").json());
        reader(app).header("If-None-Match", &shown.etag()).get("/v1/administrations/c_b507").expect(304);
        for unknown in ["c_z999", "x", "c%20b507", "c_b507~", "%00"] {
            reader(app).get(&format!("/v1/administrations/{unknown}")).refused(404, "");
        }
    });
}

#[test]
fn ipa_codes_are_the_real_ones_where_they_are_unusual() {
    both(|app| {
        for (code, name, istat) in
            [("c_m094to", "Viù", "001313"), ("c_kz5n", "Druento", "001099"), ("c_c418", "Cedrasco", "014016")]
        {
            let shown = reader(app).get(&format!("/v1/administrations/{code}")).expect(200);
            assert_eq!((shown.at("/name"), shown.at("/istat_code")), (name.to_owned(), istat.to_owned()));
        }
        reader(app).get("/v1/administrations/c_d373").refused(404, "");
    });
}

#[test]
fn a_name_is_found_whatever_its_case_and_accents() {
    both(|app| {
        for q in ["Vi%C3%B9", "viu", "VIU%27"] {
            assert!(found(app, &format!("q={q}")).contains(&"c_m094to".to_owned()), "{q}");
        }
        assert_eq!(found(app, "q=CAMPI+bisenzio"), ["c_b507"]);
        assert_eq!(found(app, "q=campi-bisenzio"), ["c_b507"]);
        assert_eq!(found(app, "q=cedrasco"), ["c_c418"]);
        assert_eq!(found(app, "q=zzzz"), Vec::<String>::new());
        assert_eq!(found(app, "q=100%25"), Vec::<String>::new(), "no wildcard of SQL's");
        reader(app).get("/v1/administrations?q=").refused(422, "q");
        reader(app).get(&format!("/v1/administrations?q={}", "a".repeat(101))).refused(422, "q");
    });
}

#[test]
fn comuni_are_found_by_region_province_and_istat_code() {
    both(|app| {
        assert_eq!(found(app, "region=02").len(), 74, "Valle d'Aosta");
        assert_eq!(found(app, "province=014").len(), 77, "Sondrio");
        assert_eq!(found(app, "province=014&q=cedrasco"), ["c_c418"]);
        assert_eq!(found(app, "region=09&province=014"), Vec::<String>::new());
        assert_eq!(found(app, "istat_code=048006"), ["c_b507"]);
        reader(app).get("/v1/administrations?region=Toscana").refused(422, "region");
        reader(app).get("/v1/administrations?istat_code=48006").refused(422, "istat_code");
        reader(app).get("/v1/administrations?kind=club").refused(422, "kind");
        reader(app).get("/v1/administrations?limit=201").refused(422, "limit");
        reader(app).get("/v1/administrations?name=x").refused(422, "name");
    });
}

#[test]
fn pages_keep_their_filter() {
    both(|app| {
        let pages = reader(app).pages("/v1/administrations?province=014&limit=25");
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 25, 2]);
        let all = found(app, "province=014");
        let codes: Vec<_> = pages.concat().iter().map(|item| item["ipa_code"].as_str().unwrap().to_owned()).collect();
        assert_eq!(codes, all);
    });
}

#[test]
fn another_body_is_added_once_and_changed_by_who_saw_it() {
    both(|app| {
        let (place, administrator) = ("/v1/administrations/CMVS_SO", || app.as_administrator());
        administrator().seen("*").put(place, a_union()).refused(412, "");
        let made = administrator().put(place, a_union()).expect(201);
        insta::assert_json_snapshot!(made.snapshot(), @r#"
        {
          "body": {
            "created_at": "2024-06-30T12:00:00.000000Z",
            "ipa_code": "cmvs_so",
            "kind": "mountain_community",
            "name": "Comunità Montana Valtellina di Sondrio",
            "population": 55000,
            "region": "Lombardia",
            "region_code": "03",
            "revision": "[revision]",
            "tax_code": "93002500143",
            "updated_at": "2024-06-30T12:00:00.000000Z"
          },
          "status": 201
        }
        "#);
        assert_eq!(made.header("location"), "https://traguardo.test/v1/administrations/cmvs_so");
        let same = administrator().put(place, a_union()).expect(200);
        assert_eq!((same.etag(), same.json()), (made.etag(), made.json()));
        let mut changed = a_union();
        changed["name"] = json!("Comunità montana di Sondrio");
        administrator().put(place, changed.clone()).refused(428, "");
        administrator().seen("\"0\"").put(place, changed.clone()).refused(412, "");
        let next = administrator().seen(&made.etag()).put(place, changed).expect(200);
        assert_ne!(next.etag(), made.etag());
        assert_eq!(found(app, "q=comunita+montana+di+sondrio"), ["cmvs_so"]);
        assert_eq!(found(app, "q=valtellina+di+sondrio"), Vec::<String>::new());
        let events = app.events("cmvs_so");
        let told: Vec<_> = events.iter().map(|event| (&event["action"], &event["after_state"])).collect();
        assert_eq!(told, [(&json!("create"), &made.json()), (&json!("update"), &next.json())]);
    });
}

#[test]
fn a_body_is_added_by_who_may_and_for_whom_the_token_opens() {
    both(|app| {
        let place = "/v1/administrations/cmvs_so";
        app.as_editor("cmvs_so").put(place, a_union()).refused(403, "");
        let scoped = app.token("administrations.edit", &["c_b507"]);
        app.with_token(&scoped).put(place, a_union()).refused(403, "");
        let scoped = app.token("administrations.edit", &["cmvs_so"]);
        app.with_token(&scoped).put(place, a_union()).expect(201);
    });
}

#[test]
fn a_body_is_refused_by_the_name_of_its_field() {
    both(|app| {
        for (field, value) in [
            ("name", json!("")),
            ("kind", json!("club")),
            ("istat_code", json!("48006")),
            ("cadastral_code", json!("5078")),
            ("tax_code", json!("123")),
            ("region_code", json!("Toscana")),
            ("population", json!(-1)),
            ("population", json!(100_000_001)),
            ("ipa_code", json!("cmvs_so")),
            ("aoo_code", json!(null)),
        ] {
            let mut body = a_union();
            body[field] = value;
            let refused = app.as_administrator().put("/v1/administrations/cmvs_so", body);
            refused.refused(422, &format!("/{field}"));
        }
        app.as_administrator().put("/v1/administrations/c%20m", a_union()).refused(422, "ipa_code");
        let mut taken = a_union();
        taken["istat_code"] = json!("048006");
        app.as_administrator().put("/v1/administrations/cmvs_so", taken).refused(409, "");
    });
}
