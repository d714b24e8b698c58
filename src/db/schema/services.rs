//! Services, procedures, platforms and the counts that come in.

diesel::table! {
    procedures (administration, id) {
        administration -> Text,
        id -> Text,
        code -> Text,
        name -> Text,
        description -> Nullable<Text>,
        classification -> Nullable<Text>,
        unit_id -> Nullable<Text>,
        responsible_office -> Nullable<Text>,
        forms -> Text,
        steps -> Text,
        related_codes -> Text,
        maximum_days -> Nullable<Integer>,
        online_rights -> Text,
        digital_level -> Nullable<Integer>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    procedure_times (administration, id) {
        administration -> Text,
        id -> Text,
        procedure_id -> Text,
        period -> Text,
        cases -> BigInt,
        within_term -> Nullable<BigInt>,
        median_days -> Nullable<Double>,
        p90_days -> Nullable<Double>,
        note -> Nullable<Text>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    digital_services (administration, id) {
        administration -> Text,
        id -> Text,
        code -> Text,
        name -> Text,
        description -> Nullable<Text>,
        category -> Nullable<Text>,
        audience -> Nullable<Text>,
        channel -> Nullable<Text>,
        interactivity_level -> Nullable<Integer>,
        authentication_types -> Text,
        payment_types -> Text,
        app_io_services -> Text,
        with_spid -> Bool,
        with_cie -> Bool,
        with_cns -> Bool,
        with_eidas -> Bool,
        on_pagopa -> Bool,
        on_app_io -> Bool,
        status -> Text,
        planned_on -> Nullable<Date>,
        active_from -> Nullable<Date>,
        suspended_on -> Nullable<Date>,
        withdrawn_on -> Nullable<Date>,
        procedure_id -> Nullable<Text>,
        unit_id -> Nullable<Text>,
        response_term_days -> Nullable<Integer>,
        url -> Nullable<Text>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    platform_adoptions (administration, id) {
        administration -> Text,
        id -> Text,
        platform -> Text,
        status -> Text,
        planned_on -> Nullable<Date>,
        started_on -> Nullable<Date>,
        active_from -> Nullable<Date>,
        withdrawn_on -> Nullable<Date>,
        identifier -> Nullable<Text>,
        intermediary -> Nullable<Text>,
        pos_count -> Nullable<Integer>,
        desk_count -> Nullable<Integer>,
        service_count -> Nullable<Integer>,
        note -> Nullable<Text>,
        grants -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    protocol_registrations (administration, aoo, year, number) {
        administration -> Text,
        aoo -> Text,
        year -> Integer,
        number -> Integer,
        direction -> Text,
        date -> Integer,
        channel -> Nullable<Text>,
        classification -> Nullable<Text>,
        procedure_code -> Nullable<Text>,
        service_code -> Nullable<Text>,
        cancelled -> Bool,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    protocol_days (administration, aoo, date) {
        administration -> Text,
        aoo -> Text,
        date -> Integer,
        incoming -> BigInt,
        outgoing -> BigInt,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    service_usage (administration, month, last_code) {
        administration -> Text,
        month -> Integer,
        last_code -> Text,
        after_code -> Text,
        revision -> BigInt,
        services -> Text,
    }
}

diesel::table! {
    service_usage_totals (administration, month, last_code) {
        administration -> Text,
        month -> Integer,
        last_code -> Text,
        counted -> BigInt,
        accesses -> Nullable<BigInt>,
        users -> Nullable<BigInt>,
        submissions_completed -> Nullable<BigInt>,
        completed_of_started -> Nullable<BigInt>,
        started -> Nullable<BigInt>,
        pagopa_transactions -> Nullable<BigInt>,
        pagopa_cents -> Nullable<BigInt>,
        app_io_messages -> Nullable<BigInt>,
        satisfaction_1 -> Nullable<BigInt>,
        satisfaction_2 -> Nullable<BigInt>,
        satisfaction_3 -> Nullable<BigInt>,
        satisfaction_4 -> Nullable<BigInt>,
        satisfaction_5 -> Nullable<BigInt>,
        cost_cents -> Nullable<BigInt>,
        completed_of_costed -> Nullable<BigInt>,
        revision -> BigInt,
    }
}

diesel::table! {
    feed_batches (administration, resource, revision) {
        administration -> Text,
        resource -> Text,
        revision -> BigInt,
        first_code -> Text,
        first_part -> Integer,
        first_number -> Integer,
        last_code -> Text,
        last_part -> Integer,
        last_number -> Integer,
    }
}
