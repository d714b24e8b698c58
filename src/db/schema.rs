//! The tables as diesel sees them; a test compares them with both databases.

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
    plans (administration, id) {
        administration -> Text,
        id -> Text,
        code -> Text,
        title -> Text,
        kind -> Text,
        status -> Text,
        start_year -> Integer,
        end_year -> Integer,
        description -> Nullable<Text>,
        approval_act -> Nullable<Text>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        predecessor_id -> Nullable<Text>,
    }
}

diesel::table! {
    sections (administration, id) {
        administration -> Text,
        id -> Text,
        plan_id -> Text,
        code -> Text,
        title -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    objectives (administration, id) {
        administration -> Text,
        id -> Text,
        plan_id -> Text,
        section_id -> Nullable<Text>,
        unit_id -> Nullable<Text>,
        code -> Text,
        title -> Text,
        description -> Nullable<Text>,
        scope -> Text,
        level -> Nullable<Text>,
        assignees -> Text,
        weight -> Nullable<Double>,
        risk_rating -> Nullable<Text>,
        strategic_rating -> Nullable<Text>,
        public_value_rating -> Nullable<Text>,
        budget_links -> Text,
        final_report -> Nullable<Text>,
        legal_requirement -> Nullable<Text>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    phases (administration, id) {
        administration -> Text,
        id -> Text,
        plan_id -> Text,
        section_id -> Nullable<Text>,
        objective_id -> Nullable<Text>,
        code -> Text,
        title -> Text,
        description -> Nullable<Text>,
        schedule -> Nullable<Text>,
        assignees -> Text,
        completed_on -> Nullable<Date>,
        progress -> Nullable<Integer>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    legal_deadlines (administration, id) {
        administration -> Text,
        id -> Text,
        plan_id -> Text,
        objective_id -> Nullable<Text>,
        code -> Text,
        title -> Text,
        description -> Nullable<Text>,
        legal_source -> Text,
        recurrence -> Text,
        due_on -> Nullable<Date>,
        due_month -> Nullable<Integer>,
        due_day -> Nullable<Integer>,
        first_year -> Integer,
        last_year -> Integer,
        fulfilments -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    indicators (administration, id) {
        administration -> Text,
        id -> Text,
        plan_id -> Text,
        objective_id -> Nullable<Text>,
        code -> Text,
        title -> Text,
        action -> Nullable<Text>,
        phase_code -> Nullable<Text>,
        kind -> Nullable<Text>,
        target -> Nullable<Text>,
        target_year -> Integer,
        yearly_targets -> Text,
        target_kind -> Text,
        reading -> Text,
        confirmed_reading -> Nullable<Text>,
        polarity -> Nullable<Text>,
        unit -> Nullable<Text>,
        weight -> Nullable<Double>,
        baseline -> Nullable<Text>,
        metric -> Nullable<Text>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    measurements (administration, id, version) {
        administration -> Text,
        id -> Text,
        version -> Integer,
        is_current -> Bool,
        plan_id -> Text,
        indicator_id -> Text,
        period -> Text,
        value -> Nullable<Double>,
        numerator -> Nullable<Double>,
        denominator -> Nullable<Double>,
        date -> Nullable<Date>,
        yes -> Nullable<Bool>,
        note -> Nullable<Text>,
        recorded_by -> Text,
        state -> Text,
        validated_by -> Nullable<Text>,
        validated_at -> Nullable<BigInt>,
        revision -> BigInt,
        created_at -> BigInt,
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
    service_usage (administration, month, service_code) {
        administration -> Text,
        service_code -> Text,
        month -> Integer,
        accesses -> Nullable<BigInt>,
        users -> Nullable<BigInt>,
        submissions_started -> Nullable<BigInt>,
        submissions_completed -> Nullable<BigInt>,
        logins_spid -> Nullable<BigInt>,
        logins_cie -> Nullable<BigInt>,
        logins_cns -> Nullable<BigInt>,
        pagopa_transactions -> Nullable<BigInt>,
        pagopa_cents -> Nullable<BigInt>,
        app_io_messages -> Nullable<BigInt>,
        satisfaction_1 -> Nullable<BigInt>,
        satisfaction_2 -> Nullable<BigInt>,
        satisfaction_3 -> Nullable<BigInt>,
        satisfaction_4 -> Nullable<BigInt>,
        satisfaction_5 -> Nullable<BigInt>,
        cost_cents -> Nullable<BigInt>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    plan_transitions (administration, id) {
        administration -> Text,
        id -> Text,
        plan_id -> Text,
        from_status -> Text,
        to_status -> Text,
        act -> Text,
        reason -> Nullable<Text>,
        moved_by -> Text,
        revision -> BigInt,
        created_at -> BigInt,
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
    period_locks (administration, id) {
        administration -> Text,
        id -> Text,
        plan_id -> Text,
        period -> Text,
        status -> Text,
        reason -> Nullable<Text>,
        missing -> Text,
        counts -> Text,
        locked_by -> Text,
        reopening_reason -> Nullable<Text>,
        reopened_by -> Nullable<Text>,
        reopened_at -> Nullable<BigInt>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    progress_reports (administration, id) {
        administration -> Text,
        id -> Text,
        plan_id -> Text,
        objective_id -> Text,
        period -> Text,
        status -> Text,
        progress -> Text,
        description -> Text,
        deviation_causes -> Nullable<Text>,
        corrective_actions -> Nullable<Text>,
        recorded_by -> Text,
        submitted_by -> Nullable<Text>,
        submitted_at -> Nullable<BigInt>,
        revision -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
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

diesel::table! {
    service_usage_totals (administration, month) {
        administration -> Text,
        month -> Integer,
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

diesel::table! {
    service_usage_totalled (administration) {
        administration -> Text,
        revision -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    administrations,
    units,
    plans,
    sections,
    objectives,
    phases,
    legal_deadlines,
    indicators,
    measurements,
    imports,
    import_refusals,
    clients,
    audit_events,
    procedures,
    procedure_times,
    digital_services,
    platform_adoptions,
    protocol_registrations,
    protocol_days,
    service_usage,
    plan_transitions,
    period_locks,
    progress_reports,
    signing_keys,
    publications,
    publication_contents,
    service_usage_totals,
    service_usage_totalled
);
