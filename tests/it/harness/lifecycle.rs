//! The life that every record leads, whatever its kind: the tests of a resource begin with these.

use super::resources::{HOME, OTHER, Resource};
use super::{Answer, PUBLIC_URL, TestApp};
use serde_json::{Value, json};

/// Makes a test of each, on both databases: `lifecycle!(resources::plans)`.
macro_rules! lifecycle {
    ($resource:expr) => {
        $crate::harness::lifecycle::lifecycle! { $resource;
            one_is_made_and_read_back,
            one_is_replaced_by_who_saw_its_last_state,
            one_is_patched_by_who_saw_its_last_state,
            a_patch_keeps_what_is_absent_and_null_clears,
            a_patch_is_refused_by_the_name_of_its_field,
            one_is_removed_by_who_saw_its_last_state,
            another_administration_finds_nothing,
            the_same_code_twice_is_a_conflict,
            a_put_by_codes_makes_once_and_then_changes_nothing,
            codes_of_path_and_body_must_agree,
            pages_hold_each_record_once,
            a_list_refuses_what_it_does_not_know,
            each_write_leaves_one_event_and_a_refused_one_leaves_none,
        }
    };
    ($resource:expr; $($test:ident),+ $(,)?) => {
        $(#[test]
        fn $test() {
            $crate::harness::both(|app| $crate::harness::lifecycle::$test(app, &$resource(app)));
        })+
    };
}
pub(crate) use lifecycle;

/// The first record, as it was made.
fn first(app: &TestApp, resource: &Resource) -> (String, Answer) {
    let made = app.as_editor(HOME).post(&resource.path(), (resource.body)(1)).expect(201);
    (format!("{}/{}", resource.path(), made.at("/id")), made)
}

/// An ETag that no record has.
const STALE: &str = "\"0\"";

pub fn one_is_made_and_read_back(app: &TestApp, resource: &Resource) {
    let (place, made) = first(app, resource);
    assert_eq!(made.header("location"), format!("{PUBLIC_URL}{place}"));
    let answer = made.json();
    for (field, value) in (resource.body)(1).as_object().unwrap() {
        assert_eq!(&answer[field], value, "{field}");
    }
    let by_codes = format!("{}/{}", resource.path(), (resource.key)(1));
    for path in [&place, &by_codes] {
        let read = app.as_reader(HOME).get(path).expect(200);
        assert_eq!(read.json(), answer);
        assert_eq!(read.etag(), made.etag());
        // What was read is changed with the ETag that came with it.
        app.as_editor(HOME).seen(&read.etag()).patch(path, json!({})).expect(200);
    }
    let again = app.as_reader(HOME).header("If-None-Match", &made.etag()).get(&place).expect(304);
    assert_eq!((again.text.as_str(), again.etag()), ("", made.etag()));
    app.as_reader(HOME).header("If-None-Match", STALE).get(&place).expect(200);
}

pub fn one_is_replaced_by_who_saw_its_last_state(app: &TestApp, resource: &Resource) {
    let (place, made) = first(app, resource);
    let (editor, changed) = (|| app.as_editor(HOME), resource.changed(1));
    editor().put(&place, changed.clone()).refused(428, "");
    let stale = editor().seen(STALE).put(&place, changed.clone()).refused(412, "");
    assert!(stale.at("/detail").contains(&made.at("/revision")), "{}", stale.text);
    let next = editor().seen(&made.etag()).put(&place, changed.clone()).expect(200);
    assert_ne!(next.etag(), made.etag());
    assert_eq!(next.json()[resource.change.0], resource.change.1);
    assert_eq!(app.as_reader(HOME).get(&place).json(), next.json());
    editor().seen(&made.etag()).put(&place, (resource.body)(1)).refused(412, "");
    let same = editor().seen(&next.etag()).put(&place, changed).expect(200);
    assert_eq!((same.etag(), same.json()), (next.etag(), next.json()));
    let nobody = format!("{}/019a4b52-7c00-7000-8000-ffffffffffff", resource.path());
    editor().seen("*").put(&nobody, (resource.body)(1)).refused(404, "");
}

pub fn one_is_patched_by_who_saw_its_last_state(app: &TestApp, resource: &Resource) {
    let (place, made) = first(app, resource);
    let (editor, patch) = (|| app.as_editor(HOME), json!({resource.change.0: resource.change.1}));
    editor().patch(&place, patch.clone()).refused(428, "");
    editor().seen(STALE).patch(&place, patch.clone()).refused(412, "");
    editor().seen("*").send("PATCH", &place, Some("application/json"), &patch.to_string()).refused(415, "");
    let next = editor().seen(&made.etag()).patch(&place, patch.clone()).expect(200);
    assert_ne!(next.etag(), made.etag());
    editor().seen(&made.etag()).patch(&place, patch.clone()).refused(412, "");
    let same = editor().seen(&next.etag()).patch(&place, patch).expect(200);
    assert_eq!(same.etag(), next.etag());
    let by_codes = format!("{}/{}", resource.path(), (resource.key)(1));
    let empty = editor().seen(&next.etag()).patch(&by_codes, json!({})).expect(200);
    assert_eq!(empty.json(), next.json());
}

pub fn a_patch_keeps_what_is_absent_and_null_clears(app: &TestApp, resource: &Resource) {
    let (place, made) = first(app, resource);
    let (field, value) = &resource.change;
    let next = app.as_editor(HOME).seen(&made.etag()).patch(&place, json!({*field: value})).expect(200);
    let sent = (resource.body)(1);
    for (kept, value) in sent.as_object().unwrap().iter().filter(|(kept, _)| kept != field) {
        assert_eq!(&next.json()[kept], value, "{kept}");
    }
    assert_eq!(&next.json()[*field], value);
    let Some(optional) = resource.optional else { return };
    let cleared = app.as_editor(HOME).seen(&next.etag()).patch(&place, json!({optional: null})).expect(200);
    assert_eq!(cleared.json().get(optional), None, "{}", cleared.text);
    assert_eq!(&cleared.json()[*field], value);
    assert_eq!(app.as_reader(HOME).get(&place).json(), cleared.json());
}

pub fn a_patch_is_refused_by_the_name_of_its_field(app: &TestApp, resource: &Resource) {
    let (place, made) = first(app, resource);
    let patch = |body: Value| app.as_editor(HOME).seen("*").patch(&place, body);
    patch(json!({"nonsense": 1})).refused(422, "/nonsense");
    patch(json!({resource.required: null})).refused(422, &format!("/{}", resource.required));
    patch(json!({resource.required: ["a"]})).refused(422, &format!("/{}", resource.required));
    patch(json!({"revision": 7})).refused(422, "/revision");
    patch(json!([1])).refused(422, "");
    assert_eq!(app.as_reader(HOME).get(&place).json(), made.json());
}

pub fn one_is_removed_by_who_saw_its_last_state(app: &TestApp, resource: &Resource) {
    let (place, made) = first(app, resource);
    let editor = || app.as_editor(HOME);
    editor().delete(&place).refused(428, "");
    editor().seen(STALE).delete(&place).refused(412, "");
    app.as_reader(HOME).get(&place).expect(200);
    assert_eq!(editor().seen(&made.etag()).delete(&place).expect(204).text, "");
    app.as_reader(HOME).get(&place).refused(404, "");
    editor().seen("*").delete(&place).refused(404, "");
    let again = editor().post(&resource.path(), (resource.body)(1)).expect(201);
    assert_ne!(again.at("/id"), made.at("/id"));
}

pub fn another_administration_finds_nothing(app: &TestApp, resource: &Resource) {
    let (place, made) = first(app, resource);
    let stranger = || app.as_editor(OTHER).seen("*");
    let by_codes = format!("{}/{}", resource.path(), (resource.key)(1));
    for path in [&place, &by_codes] {
        stranger().get(path).refused(404, "");
        stranger().patch(path, json!({})).refused(404, "");
        stranger().delete(path).refused(404, "");
    }
    stranger().put(&place, resource.changed(1)).refused(404, "");
    for query in ["", "?administration=c_c418"] {
        let list = stranger().get(&format!("{}{query}", resource.path())).expect(200);
        assert_eq!(list.json()["items"], json!([]));
    }
    // By codes, or as a new record, the body names what the token does not open.
    for (method, path) in [("PUT", &by_codes), ("POST", &resource.path())] {
        let client = app.as_editor(OTHER);
        let refused = client.send(method, path, Some("application/json"), &(resource.body)(2).to_string());
        assert!([403, 422].contains(&refused.status), "{}", refused.text);
    }
    assert_eq!(app.as_reader(HOME).get(&place).json(), made.json());
}

pub fn the_same_code_twice_is_a_conflict(app: &TestApp, resource: &Resource) {
    let (place, made) = first(app, resource);
    app.as_editor(HOME).post(&resource.path(), resource.changed(1)).refused(409, "");
    assert_eq!(app.as_reader(HOME).get(&place).json(), made.json());
}

pub fn a_put_by_codes_makes_once_and_then_changes_nothing(app: &TestApp, resource: &Resource) {
    let place = format!("{}/{}", resource.path(), (resource.key)(1));
    let editor = || app.as_editor(HOME);
    editor().seen("*").put(&place, (resource.body)(1)).refused(412, "");
    let made = editor().put(&place, (resource.body)(1)).expect(201);
    assert_eq!(made.header("location"), format!("{PUBLIC_URL}{}/{}", resource.path(), made.at("/id")));
    let events = app.events(HOME).len();
    let same = editor().put(&place, (resource.body)(1)).expect(200);
    assert_eq!((same.etag(), same.json()), (made.etag(), made.json()));
    assert_eq!(app.events(HOME).len(), events);
    editor().seen(STALE).put(&place, resource.changed(1)).refused(412, "");
    let next = editor().put(&place, resource.changed(1)).expect(200);
    assert_ne!(next.etag(), made.etag());
    assert_eq!(next.at("/id"), made.at("/id"));
    assert_eq!(app.events(HOME).len(), events + 1);
}

pub fn codes_of_path_and_body_must_agree(app: &TestApp, resource: &Resource) {
    let place = |n| format!("{}/{}", resource.path(), (resource.key)(n));
    app.as_editor(HOME).put(&place(1), (resource.body)(2)).refused(422, "");
    app.as_reader(HOME).get(&place(2)).refused(404, "");
    let (_, made) = first(app, resource);
    app.as_editor(HOME).put(&place(1), (resource.body)(2)).refused(422, "");
    assert_eq!(app.as_reader(HOME).get(&place(1)).json(), made.json());
}

pub fn pages_hold_each_record_once(app: &TestApp, resource: &Resource) {
    let made: Vec<String> =
        (1..=7).map(|n| app.as_editor(HOME).post(&resource.path(), (resource.body)(n)).expect(201).at("/id")).collect();
    let first = format!("{}?limit=3&administration={HOME}", resource.path());
    let pages = app.as_reader(HOME).pages(&first);
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    let ids = |page: &Vec<Value>| page.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(pages.iter().flat_map(ids).collect::<Vec<_>>(), made);
    // A page that is just full is the last one.
    let full = app.as_reader(HOME).pages(&format!("{}?limit=7", resource.path()));
    assert_eq!(full.len(), 1);
    assert_eq!(ids(&full[0]), made);
}

pub fn a_list_refuses_what_it_does_not_know(app: &TestApp, resource: &Resource) {
    for (query, named) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("cursor=nowhere", "cursor"),
        ("cursor=eyJhIjoxfQ", "cursor"),
        ("offset=10", "offset"),
        ("limit=5&limit=5", "limit"),
        ("administration=a%20b", "administration"),
    ] {
        app.as_reader(HOME).get(&format!("{}?{query}", resource.path())).refused(422, named);
    }
}

pub fn each_write_leaves_one_event_and_a_refused_one_leaves_none(app: &TestApp, resource: &Resource) {
    let (place, made) = first(app, resource);
    let editor = || app.as_editor(HOME);
    editor().seen(STALE).put(&place, resource.changed(1)).refused(412, "");
    editor().post(&resource.path(), resource.changed(1)).refused(409, "");
    editor().post(&resource.path(), json!({})).refused(422, "");
    let next = editor().seen(&made.etag()).put(&place, resource.changed(1)).expect(200);
    editor().seen(&made.etag()).delete(&place).refused(412, "");
    let gone = editor().seen(&next.etag()).delete(&place).expect(204);
    let id = made.at("/id");
    let events: Vec<Value> = app.events(HOME).into_iter().filter(|event| event["resource"] == resource.name).collect();
    let told: Vec<Value> = events
        .iter()
        .map(|event| {
            assert_eq!(event["resource_id"], json!(id));
            assert_eq!(event["actor"], "test-client");
            json!([event["action"], event["request_id"], event["before_state"], event["after_state"]])
        })
        .collect();
    let request = |answer: &Answer| answer.header("x-correlation-id").to_owned();
    assert_eq!(
        told,
        [
            json!(["create", request(&made), null, stored(&made)]),
            json!(["update", request(&next), stored(&made), stored(&next)]),
            json!(["delete", request(&gone), stored(&next), null]),
        ]
    );
    // The event and the record were written by the same transaction.
    assert_eq!(events[0]["revision"], made.json()["revision"]);
    assert_eq!(events[1]["revision"], next.json()["revision"]);
}

/// The record as it is kept, without what is reckoned when it is shown.
fn stored(answer: &Answer) -> Value {
    let mut record = answer.json();
    for reckoned in ["evaluation", "suggestions", "within_term_share", "reminder"] {
        record.as_object_mut().unwrap().remove(reckoned);
    }
    record
}
