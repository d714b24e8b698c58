-- Tenant tables lead their key with the administration and are clustered on it; ids are UUIDv7 as text,
-- instants are microseconds since 1970 in UTC, documents are JSON text, `revision` is the writing transaction.

CREATE TABLE instance (
    key   TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    value TEXT   NOT NULL
);

CREATE TABLE administrations (
    ipa_code       TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    istat_code     TEXT,
    cadastral_code TEXT,
    tax_code       TEXT,
    aoo_code       TEXT,
    province_code  TEXT,
    province       TEXT,
    region_code    TEXT,
    region         TEXT,
    population     BIGINT,
    search_name    TEXT COLLATE "C"    NOT NULL,
    revision       BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL
);
CREATE UNIQUE INDEX administrations_istat_code ON administrations (istat_code);
CREATE INDEX administrations_region ON administrations (region_code, ipa_code);
CREATE INDEX administrations_province ON administrations (province_code, ipa_code);

CREATE TABLE units (
    administration TEXT COLLATE "C"   NOT NULL REFERENCES administrations (ipa_code),
    id             TEXT COLLATE "C"   NOT NULL,
    code           TEXT COLLATE "C"   NOT NULL,
    name           TEXT   NOT NULL,
    parent_id      TEXT COLLATE "C",
    revision       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, parent_id) REFERENCES units (administration, id)
);
CREATE UNIQUE INDEX units_code ON units (administration, code);
CREATE INDEX units_id ON units (id);
CREATE INDEX units_parent ON units (administration, parent_id);

CREATE TABLE plans (
    administration TEXT COLLATE "C"    NOT NULL REFERENCES administrations (ipa_code),
    id             TEXT COLLATE "C"    NOT NULL,
    code           TEXT COLLATE "C"    NOT NULL,
    title          TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    status         TEXT    NOT NULL,
    start_year     INTEGER NOT NULL,
    end_year       INTEGER NOT NULL,
    description    TEXT,
    approval_act   TEXT,
    revision       BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    PRIMARY KEY (administration, id)
);
CREATE UNIQUE INDEX plans_code ON plans (administration, code);
CREATE INDEX plans_id ON plans (id);

CREATE TABLE sections (
    administration TEXT COLLATE "C"   NOT NULL,
    id             TEXT COLLATE "C"   NOT NULL,
    plan_id        TEXT COLLATE "C"   NOT NULL,
    code           TEXT COLLATE "C"   NOT NULL,
    title          TEXT   NOT NULL,
    revision       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, plan_id) REFERENCES plans (administration, id)
);
CREATE UNIQUE INDEX sections_code ON sections (administration, plan_id, code);
CREATE INDEX sections_id ON sections (id);

CREATE TABLE objectives (
    administration      TEXT COLLATE "C"   NOT NULL,
    id                  TEXT COLLATE "C"   NOT NULL,
    plan_id             TEXT COLLATE "C"   NOT NULL,
    section_id          TEXT COLLATE "C",
    unit_id             TEXT COLLATE "C",
    code                TEXT COLLATE "C"   NOT NULL,
    title               TEXT   NOT NULL,
    description         TEXT,
    scope               TEXT   NOT NULL,
    level               TEXT,
    assignees           TEXT   NOT NULL,
    weight              DOUBLE PRECISION,
    risk_rating         TEXT,
    strategic_rating    TEXT,
    public_value_rating TEXT,
    budget_links        TEXT   NOT NULL,
    final_report        TEXT,
    revision            BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    updated_at          BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, plan_id) REFERENCES plans (administration, id),
    FOREIGN KEY (administration, section_id) REFERENCES sections (administration, id),
    FOREIGN KEY (administration, unit_id) REFERENCES units (administration, id)
);
CREATE UNIQUE INDEX objectives_code ON objectives (administration, plan_id, code);
CREATE INDEX objectives_id ON objectives (id);
CREATE INDEX objectives_section ON objectives (administration, section_id);
CREATE INDEX objectives_unit ON objectives (administration, unit_id);

CREATE TABLE phases (
    administration TEXT COLLATE "C"   NOT NULL,
    id             TEXT COLLATE "C"   NOT NULL,
    plan_id        TEXT COLLATE "C"   NOT NULL,
    section_id     TEXT COLLATE "C",
    objective_id   TEXT COLLATE "C",
    code           TEXT COLLATE "C"   NOT NULL,
    title          TEXT   NOT NULL,
    description    TEXT,
    schedule       TEXT,
    assignees      TEXT   NOT NULL,
    revision       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, plan_id) REFERENCES plans (administration, id),
    FOREIGN KEY (administration, section_id) REFERENCES sections (administration, id),
    FOREIGN KEY (administration, objective_id) REFERENCES objectives (administration, id)
);
-- A code is unique within its parent: the objective, or the plan where there is none.
CREATE UNIQUE INDEX phases_code ON phases (administration, plan_id, coalesce(objective_id, ''), code);
CREATE INDEX phases_id ON phases (id);
CREATE INDEX phases_section ON phases (administration, section_id);
CREATE INDEX phases_objective ON phases (administration, objective_id);

CREATE TABLE indicators (
    administration    TEXT COLLATE "C"    NOT NULL,
    id                TEXT COLLATE "C"    NOT NULL,
    plan_id           TEXT COLLATE "C"    NOT NULL,
    objective_id      TEXT COLLATE "C",
    code              TEXT COLLATE "C"    NOT NULL,
    title             TEXT    NOT NULL,
    action            TEXT,
    phase_code        TEXT COLLATE "C",
    kind              TEXT,
    target            TEXT,
    target_year       INTEGER NOT NULL,
    yearly_targets    TEXT    NOT NULL,
    target_kind       TEXT    NOT NULL,
    reading           TEXT    NOT NULL,
    confirmed_reading TEXT,
    polarity          TEXT,
    unit              TEXT,
    weight            DOUBLE PRECISION,
    baseline          TEXT,
    revision          BIGINT  NOT NULL,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, plan_id) REFERENCES plans (administration, id),
    FOREIGN KEY (administration, objective_id) REFERENCES objectives (administration, id)
);
CREATE UNIQUE INDEX indicators_code ON indicators (administration, plan_id, coalesce(objective_id, ''), code);
CREATE INDEX indicators_id ON indicators (id);
CREATE INDEX indicators_objective ON indicators (administration, objective_id);

-- A measurement is its versions: a correction adds one, and only the last one is current.
CREATE TABLE measurements (
    administration TEXT COLLATE "C"    NOT NULL,
    id             TEXT COLLATE "C"    NOT NULL,
    version        INTEGER NOT NULL,
    is_current     BOOLEAN NOT NULL,
    plan_id        TEXT COLLATE "C"    NOT NULL,
    indicator_id   TEXT COLLATE "C"    NOT NULL,
    period         TEXT COLLATE "C"    NOT NULL,
    value          DOUBLE PRECISION,
    numerator      DOUBLE PRECISION,
    denominator    DOUBLE PRECISION,
    date           DATE,
    yes            BOOLEAN,
    note           TEXT,
    recorded_by    TEXT    NOT NULL,
    revision       BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    PRIMARY KEY (administration, id, version),
    FOREIGN KEY (administration, indicator_id) REFERENCES indicators (administration, id)
);
CREATE UNIQUE INDEX measurements_current ON measurements (administration, indicator_id, period) WHERE is_current;
CREATE INDEX measurements_id ON measurements (id, version);
CREATE INDEX measurements_indicator ON measurements (administration, indicator_id, id);

CREATE TABLE imports (
    administration TEXT COLLATE "C"    NOT NULL REFERENCES administrations (ipa_code),
    id             TEXT COLLATE "C"    NOT NULL,
    plan_id        TEXT COLLATE "C",
    report         TEXT    NOT NULL,
    revision       BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    PRIMARY KEY (administration, id)
);
CREATE INDEX imports_id ON imports (id);

CREATE TABLE clients (
    client_id       TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    name            TEXT   NOT NULL,
    secret_hash     TEXT   NOT NULL,
    scopes          TEXT   NOT NULL,
    administrations TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    revoked_at      BIGINT
);

CREATE TABLE audit_events (
    administration TEXT COLLATE "C"   NOT NULL,
    id             TEXT COLLATE "C"   NOT NULL,
    at             BIGINT NOT NULL,
    actor          TEXT   NOT NULL,
    request_id     TEXT COLLATE "C"   NOT NULL,
    action         TEXT   NOT NULL,
    resource       TEXT   NOT NULL,
    resource_id    TEXT COLLATE "C"   NOT NULL,
    before_state   TEXT,
    after_state    TEXT,
    revision       BIGINT NOT NULL,
    PRIMARY KEY (administration, id)
);
CREATE INDEX audit_events_resource ON audit_events (administration, resource_id, id);
