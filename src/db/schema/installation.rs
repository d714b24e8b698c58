//! Administrations, who may log in, what was done, brought in, removed and published.

diesel::table! {
    instance (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    administrations (ipa_code) {
        ipa_code -> Text,
        name -> Text,
        kind -> Text,
        istat_code -> Nullable<Text>,
        cadastral_code -> Nullable<Text>,
        tax_code -> Nullable<Text>,
        aoo_code -> Nullable<Text>,
        province_code -> Nullable<Text>,
        province -> Nullable<Text>,
        region_code -> Nullable<Text>,
        region -> Nullable<Text>,
        population -> Nullable<BigInt>,
        search_name -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    units (administration, id) {
        administration -> Text,
        id -> Text,
        code -> Text,
        name -> Text,
        parent_id -> Nullable<Text>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    imports (administration, id) {
        administration -> Text,
        id -> Text,
        plan_id -> Nullable<Text>,
        report -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        resource -> Nullable<Text>,
        status -> Text,
        family -> Text,
        sender -> Text,
        several -> Bool,
        lease_until -> BigInt,
    }
}

diesel::table! {
    import_refusals (administration, import_id, number) {
        administration -> Text,
        import_id -> Text,
        number -> BigInt,
        line -> BigInt,
        field -> Text,
        value -> Nullable<Text>,
        reason -> Text,
        revision -> BigInt,
    }
}

diesel::table! {
    clients (client_id) {
        client_id -> Text,
        name -> Text,
        secret_hash -> Text,
        scopes -> Text,
        administrations -> Text,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_events (administration, id) {
        administration -> Text,
        id -> Text,
        at -> BigInt,
        actor -> Text,
        request_id -> Text,
        action -> Text,
        resource -> Text,
        resource_id -> Text,
        before_state -> Nullable<Text>,
        after_state -> Nullable<Text>,
        revision -> BigInt,
        plan_id -> Nullable<Text>,
    }
}

diesel::table! {
    tombstones (administration, resource, resource_id) {
        administration -> Text,
        resource -> Text,
        resource_id -> Text,
        revision -> BigInt,
        deleted_at -> BigInt,
    }
}

diesel::table! {
    signing_keys (kid) {
        kid -> Text,
        jwk -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    publications (administration, id) {
        administration -> Text,
        id -> Text,
        code -> Text,
        kind -> Text,
        section -> Text,
        title -> Text,
        plan_code -> Nullable<Text>,
        plan_kind -> Nullable<Text>,
        start_year -> Integer,
        end_year -> Integer,
        situation_on -> Date,
        approval_act -> Nullable<Text>,
        licence -> Text,
        digest -> Text,
        size -> BigInt,
        kid -> Text,
        signature -> Text,
        revision -> BigInt,
        published_at -> BigInt,
    }
}

diesel::table! {
    publication_contents (administration, id) {
        administration -> Text,
        id -> Text,
        content -> Text,
        revision -> BigInt,
    }
}
