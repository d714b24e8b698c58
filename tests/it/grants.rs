//! Files of PA digitale 2026 grants: what they become, row by row, and that reading them again changes nothing.

use crate::harness::{TestApp, both, shared};
use serde_json::{Value, json};
use traguardo::reporting::imports::grants::load::{self, Source};
use traguardo::reporting::imports::grants::report::GrantsReport;
use traguardo::reporting::imports::model::NoteSeverity;
use traguardo::server::local_author;

const HEADER: &str = "codice_ipa,ente,tipologia_ente,comune,cod_comune,provincia,cod_provincia,regione,cod_regione,\
    importo_finanziamento,avviso,data_invio_candidatura,data_finanziamento,codice_cup,decreto_finanziamento,\
    stato_candidatura,data_stato_candidatura";
/// 2025-06-30.
const LATER: i64 = 1_751_284_800_000_000;

fn read(app: &TestApp, file: &str, dry_run: bool) -> GrantsReport {
    let source = Source { name: "grants.csv", digest: "0123456789abcdef", dry_run };
    load::run(&app.db, &local_author(), &source, file.as_bytes(), &mut |_| ()).unwrap()
}

fn file(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

/// A row of Campi Bisenzio.
fn row(notice: &str, cup: &str, state: &str, on: &str) -> String {
    format!(
        "C_B507,Comune di Campi Bisenzio,Comuni,Campi Bisenzio,048006,FI,048,Toscana,09,3928.4,{notice},\
         2022-04-05T09:17:13.000+0000,2022-08-02,{cup},Decreto n.25,{state},{on}"
    )
}

fn counts(report: &GrantsReport) -> [u64; 5] {
    [report.inserted, report.updated, report.unchanged, report.outdated, report.refused]
}

fn adoption(app: &TestApp, platform: &str) -> Value {
    app.as_reader("c_b507").get(&format!("/v1/platform-adoptions/c_b507~{platform}")).expect(200).json()
}

#[test]
fn applications_become_adoptions() {
    both(|app| {
        app.set_time(LATER);
        let rows = [
            row("1.4.4 Adozione SPID CIE  - Comuni", "D21F22003770001", "E", "2024-10-31"),
            row("1.4.3 - pagoPA - Comuni - Aprile 2022", "D21F22003770002", "R", "2022-11-10"),
            row("1.4.3 - pagoPA - Comuni - Settembre 2022", "D21F22003770003", "A", "2022-08-02"),
            row("1.4.3 - app IO - Comuni", "D21F22003770004", "R", "2023-11-10"),
        ];
        let text = file(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let dry = read(app, &text, true);
        assert_eq!(app.as_reader("c_b507").get("/v1/platform-adoptions").expect(200).json()["items"], json!([]));
        let report = read(app, &text, false);
        assert_eq!(GrantsReport { dry_run: false, ..dry }, report);
        assert_eq!((report.rows, counts(&report), report.adoptions_inserted), (4, [4, 0, 0, 0, 0], 4));
        for platform in ["spid", "cie_login"] {
            let spid = adoption(app, platform);
            assert_eq!((&spid["status"], &spid["active_from"]), (&json!("active"), &json!("2024-10-31")));
            assert_eq!(spid["grants"][0]["amount"], json!({"amount": "3928.40", "currency": "EUR"}));
        }
        let pagopa = adoption(app, "pagopa");
        assert_eq!((&pagopa["status"], &pagopa["started_on"]), (&json!("in_progress"), &json!("2022-08-02")));
        assert_eq!(pagopa["grants"].as_array().unwrap().len(), 2);
        let app_io = adoption(app, "app_io");
        assert_eq!((&app_io["status"], &app_io["withdrawn_on"]), (&json!("withdrawn"), &json!("2023-11-10")));
        let before = app.events("c_b507");
        assert_eq!(before.len(), 1);
        assert_eq!(before[0]["after_state"]["digest"], "0123456789abcdef");

        let again = read(app, &text, false);
        assert_eq!((counts(&again), again.adoptions_updated), ([0, 0, 4, 0, 0], 0));
        assert_eq!((app.events("c_b507"), adoption(app, "pagopa")), (before, pagopa));

        // The next day's file: what was financed is paid; the day before's brings nothing back.
        let paid = text.replace(",A,2022-08-02", ",E,2025-01-15");
        let report = read(app, &paid, false);
        assert_eq!((counts(&report), report.adoptions_updated), ([0, 1, 3, 0, 0], 1));
        assert_eq!(adoption(app, "pagopa")["active_from"], "2025-01-15");
        assert_eq!(counts(&read(app, &text, false)), [0, 0, 3, 1, 0]);
        assert_eq!(adoption(app, "pagopa")["status"], "active");
    });
}

#[test]
fn other_encodings_of_the_same_rows_say_the_same() {
    both(|app| {
        let notice = "1.4.3 - pagoPA - Comuni";
        read(app, &file(&[&row(notice, "D21F22003770001", "A", "2022-08-02")]), false);
        let other = "\u{feff}stato_candidatura;AVVISO;codice_cup;Codice IPA;data_stato_candidatura;data_invio_candidatura;\
            data_finanziamento;importo_finanziamento;decreto_finanziamento\r\na;\"1.4.3 -  pagoPA - Comuni\";d21f22003770001;\
            c_b507;02/08/2022;05/04/2022;02/08/2022;3.928,40;Decreto n.25\r\n";
        assert_eq!(counts(&read(app, other, false)), [0, 0, 1, 0, 0]);
        let as_json = json!([{"codice_ipa": "c_b507", "avviso": notice, "codice_cup": "D21F22003770001",
            "stato_candidatura": "A", "data_stato_candidatura": "2022-08-02", "importo_finanziamento": 3928.4,
            "data_invio_candidatura": "2022-04-05T09:17:13.000+0000", "data_finanziamento": "2022-08-02",
            "decreto_finanziamento": "Decreto n.25"}]);
        assert_eq!(counts(&read(app, &as_json.to_string(), false)), [0, 0, 1, 0, 0]);
    });
}

#[test]
fn bad_rows_are_refused_by_line_and_field() {
    both(|app| {
        let good = row("1.4.3 - pagoPA", "D21F22003770001", "A", "2022-08-02");
        let wrong = [
            (good.replace("C_B507", "c b507"), "codice_ipa"),
            (good.replace("pagoPA", "cloud"), "avviso"),
            (good.replace("D21F22003770001", "D21"), "codice_cup"),
            (good.replace(",A,", ",X,"), "stato_candidatura"),
            (good.replace(",A,2022-08-02", ",A,2022-02-30"), "data_stato_candidatura"),
            (good.replace(",A,2022-08-02", ",A,2021-08-02"), "data_stato_candidatura"),
            (good.replace("3928.4", "-3928.4"), "importo_finanziamento"),
            (good.replace("3928.4", "3.928"), "importo_finanziamento"),
            (good.replace("C_B507", "c_c418"), "codice_ipa"),
            (good.replace("C_B507,Comune di Campi Bisenzio", "sconosciuto,"), "codice_ipa"),
            (format!("{good},more"), ""),
            (good.replace("3928.4", "4000.00"), "codice_cup"),
        ];
        let mut rows = vec![good.as_str()];
        rows.extend(wrong.iter().map(|(row, _)| row.as_str()));
        let report = read(app, &file(&rows), false);
        assert_eq!((report.rows, counts(&report)), (13, [1, 0, 0, 0, 12]));
        let named: Vec<_> = report.notes.iter().map(|note| (note.line, note.field.as_str())).collect();
        let expected: Vec<_> = wrong.iter().enumerate().map(|(index, (_, field))| (index as u64 + 3, *field)).collect();
        assert_eq!(named, expected, "{:#?}", report.notes);
        let no_file = Source { name: "x", digest: "", dry_run: false };
        for text in ["a,b\n1,2\n", "", "[{}", "{\"a\": 1}"] {
            let problem = load::run(&app.db, &local_author(), &no_file, text.as_bytes(), &mut |_| ()).unwrap_err();
            assert_eq!(problem.errors[0].field, "file", "{problem}");
        }
    });
}

#[test]
fn what_people_stated_stays_and_other_bodies_are_added() {
    both(|app| {
        app.set_time(LATER);
        let stated =
            json!({"administration": "c_b507", "platform": "pagopa", "active_from": "2016-12-01", "pos_count": 5});
        app.as_editor("c_b507").post("/v1/platform-adoptions", stated).expect(201);
        let other = "Unione_X,Unione Montana Alta Valle,Altri Enti,Campi Bisenzio,048006,FI,048,Toscana,09,14000,\
            1.4.4 Adozione SPID CIE-Amm.ni diverse,2022-05-12T13:34:04.000+0000,2022-08-02,H11F22001050006,D,E,2024-09-06";
        let report = read(app, &file(&[&row("1.4.3 - pagoPA", "D21F22003770001", "A", "2022-08-02"), other]), false);
        assert_eq!((counts(&report), report.administrations_added), ([2, 0, 0, 0, 0], 1));
        assert_eq!(report.notes[0].severity, NoteSeverity::Warning);
        let pagopa = adoption(app, "pagopa");
        assert_eq!((&pagopa["active_from"], &pagopa["pos_count"]), (&json!("2016-12-01"), &json!(5)));
        assert_eq!(pagopa["grants"].as_array().unwrap().len(), 1);
        let body = app.as_administrator().get("/v1/administrations/unione_x").expect(200).json();
        assert_eq!((&body["kind"], &body["province"]), (&json!("mountain_community"), &json!("Firenze")));
        assert_eq!((&body["region"], body.get("istat_code")), (&json!("Toscana"), None));
        let spid = app.as_reader("unione_x").get("/v1/platform-adoptions?status=active").expect(200).json();
        assert_eq!(spid["items"].as_array().unwrap().len(), 2);
    });
}

/// Adoptions in a status today, of all administrations.
fn number(app: &TestApp, platform: &str, status: &str) -> usize {
    use diesel::prelude::*;
    use traguardo::db::schema::platform_adoptions as table;
    let of = |conn: &mut traguardo::db::AnyConnection| {
        let count: i64 =
            table::table.filter(table::platform.eq(platform).and(table::status.eq(status))).count().get_result(conn)?;
        Ok(count)
    };
    usize::try_from(app.db.read_now(of).unwrap()).unwrap()
}

/// From the files, by a script apart: body and platform, E before A before R.
const EXPECTED: [(&str, &str, usize); 15] = [
    ("pagopa", "in_progress", 4808),
    ("pagopa", "active", 122),
    ("pagopa", "withdrawn", 1044),
    ("app_io", "in_progress", 5802),
    ("app_io", "active", 0),
    ("app_io", "withdrawn", 510),
    ("spid", "in_progress", 3301),
    ("spid", "active", 3953),
    ("spid", "withdrawn", 365),
    ("cie_login", "in_progress", 3301),
    ("cie_login", "active", 3953),
    ("cie_login", "withdrawn", 365),
    ("anpr", "in_progress", 3863),
    ("anpr", "active", 0),
    ("anpr", "withdrawn", 0),
];
const BODIES_ADDED: u64 = 1441;

#[test]
fn the_national_files_are_read_whole_and_twice() {
    let Some(one) = shared("data/padigitale2026/candidature_finanziate_143.2023-10-24.csv") else { return };
    let Some(two) = shared("data/padigitale2026/candidature_finanziate_144.2025-03-27.csv") else { return };
    both(|app| {
        app.set_time(LATER);
        let (first, second) = (read(app, &one, false), read(app, &two, false));
        // Counted from the files by a script of its own: groups of body and platform by their states.
        assert_eq!((first.rows, counts(&first)), (15_707, [15_707, 0, 0, 0, 0]));
        assert_eq!((second.rows, counts(&second)), (12_364, [12_364, 0, 0, 0, 0]));
        let mut found = Vec::new();
        for platform in ["pagopa", "app_io", "spid", "cie_login", "anpr"] {
            for status in ["in_progress", "active", "withdrawn"] {
                found.push((platform, status, number(app, platform, status)));
            }
        }
        assert_eq!(found, EXPECTED);
        assert_eq!(first.administrations_added + second.administrations_added, BODIES_ADDED);
        let (first, second) = (read(app, &one, false), read(app, &two, false));
        assert_eq!((counts(&first), counts(&second)), ([0, 0, 15_707, 0, 0], [0, 0, 12_364, 0, 0]));
        let written =
            |report: &GrantsReport| report.adoptions_inserted + report.adoptions_updated + report.administrations_added;
        assert_eq!((written(&first), written(&second)), (0, 0));
    });
}
