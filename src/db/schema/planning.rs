//! Plans and what hangs on them, and their workflow.

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
