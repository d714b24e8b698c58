-- The census of procedures and how long they take, the digital services, the adoption of the national platforms.

CREATE TABLE procedures (
    administration     TEXT COLLATE "C"    NOT NULL REFERENCES administrations (ipa_code),
    id                 TEXT COLLATE "C"    NOT NULL,
    code               TEXT COLLATE "C"    NOT NULL,
    name               TEXT    NOT NULL,
    description        TEXT,
    classification     TEXT,
    unit_id            TEXT COLLATE "C",
    responsible_office TEXT,
    forms              TEXT    NOT NULL,
    steps              TEXT    NOT NULL,
    related_codes      TEXT    NOT NULL,
    maximum_days       INTEGER,
    online_rights      TEXT    NOT NULL,
    digital_level      INTEGER,
    revision           BIGINT  NOT NULL,
    created_at         BIGINT  NOT NULL,
    updated_at         BIGINT  NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, unit_id) REFERENCES units (administration, id)
);
CREATE UNIQUE INDEX procedures_code ON procedures (administration, code);
CREATE INDEX procedures_id ON procedures (id);
CREATE INDEX procedures_unit ON procedures (administration, unit_id);

CREATE TABLE procedure_times (
    administration TEXT COLLATE "C"    NOT NULL,
    id             TEXT COLLATE "C"    NOT NULL,
    procedure_id   TEXT COLLATE "C"    NOT NULL,
    period         TEXT COLLATE "C"    NOT NULL,
    cases          BIGINT  NOT NULL,
    within_term    BIGINT,
    median_days    DOUBLE PRECISION,
    p90_days       DOUBLE PRECISION,
    note           TEXT,
    revision       BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, procedure_id) REFERENCES procedures (administration, id)
);
CREATE UNIQUE INDEX procedure_times_period ON procedure_times (administration, procedure_id, period);
CREATE INDEX procedure_times_id ON procedure_times (id);

-- Six of the columns tell the platforms as yes or no, so that counting reads no lists.
CREATE TABLE digital_services (
    administration       TEXT COLLATE "C"    NOT NULL REFERENCES administrations (ipa_code),
    id                   TEXT COLLATE "C"    NOT NULL,
    code                 TEXT COLLATE "C"    NOT NULL,
    name                 TEXT    NOT NULL,
    description          TEXT,
    category             TEXT,
    audience             TEXT,
    channel              TEXT,
    interactivity_level  INTEGER,
    authentication_types TEXT    NOT NULL,
    payment_types        TEXT    NOT NULL,
    app_io_services      TEXT    NOT NULL,
    with_spid            BOOLEAN NOT NULL,
    with_cie             BOOLEAN NOT NULL,
    with_cns             BOOLEAN NOT NULL,
    with_eidas           BOOLEAN NOT NULL,
    on_pagopa            BOOLEAN NOT NULL,
    on_app_io            BOOLEAN NOT NULL,
    status               TEXT    NOT NULL,
    planned_on           DATE,
    active_from          DATE,
    suspended_on         DATE,
    withdrawn_on         DATE,
    procedure_id         TEXT COLLATE "C",
    unit_id              TEXT COLLATE "C",
    response_term_days   INTEGER,
    url                  TEXT,
    revision             BIGINT  NOT NULL,
    created_at           BIGINT  NOT NULL,
    updated_at           BIGINT  NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, procedure_id) REFERENCES procedures (administration, id),
    FOREIGN KEY (administration, unit_id) REFERENCES units (administration, id)
);
CREATE UNIQUE INDEX digital_services_code ON digital_services (administration, code);
CREATE INDEX digital_services_id ON digital_services (id);
CREATE INDEX digital_services_procedure ON digital_services (administration, procedure_id);
CREATE INDEX digital_services_unit ON digital_services (administration, unit_id);

CREATE TABLE platform_adoptions (
    administration TEXT COLLATE "C"    NOT NULL REFERENCES administrations (ipa_code),
    id             TEXT COLLATE "C"    NOT NULL,
    platform       TEXT COLLATE "C"    NOT NULL,
    status         TEXT    NOT NULL,
    planned_on     DATE,
    started_on     DATE,
    active_from    DATE,
    withdrawn_on   DATE,
    identifier     TEXT,
    intermediary   TEXT,
    pos_count      INTEGER,
    desk_count     INTEGER,
    service_count  INTEGER,
    note           TEXT,
    grants         TEXT    NOT NULL,
    revision       BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    PRIMARY KEY (administration, id)
);
CREATE UNIQUE INDEX platform_adoptions_platform ON platform_adoptions (administration, platform);
CREATE INDEX platform_adoptions_id ON platform_adoptions (id);
