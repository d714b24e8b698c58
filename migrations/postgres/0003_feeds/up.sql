-- What comes in by itself: protocol registrations or their daily totals, and the monthly counts of the digital services.
-- Rows are named by what their senders call them and clustered on it; days stand as 20240630, months as 202406.

CREATE TABLE protocol_registrations (
    administration TEXT COLLATE "C"    NOT NULL REFERENCES administrations (ipa_code),
    aoo            TEXT COLLATE "C"    NOT NULL,
    year           INTEGER NOT NULL,
    number         INTEGER NOT NULL,
    direction      TEXT    NOT NULL,
    date           INTEGER NOT NULL,
    channel        TEXT,
    classification TEXT,
    procedure_code TEXT COLLATE "C",
    service_code   TEXT COLLATE "C",
    cancelled      BOOLEAN NOT NULL,
    revision       BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    PRIMARY KEY (administration, aoo, year, number)
);
-- All that counting asks for.
CREATE INDEX protocol_registrations_date
    ON protocol_registrations (administration, date, aoo, direction, cancelled, channel, revision);

CREATE TABLE protocol_days (
    administration TEXT COLLATE "C"    NOT NULL REFERENCES administrations (ipa_code),
    aoo            TEXT COLLATE "C"    NOT NULL,
    date           INTEGER NOT NULL,
    incoming       BIGINT  NOT NULL,
    outgoing       BIGINT  NOT NULL,
    revision       BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    PRIMARY KEY (administration, aoo, date)
);

-- A count that nobody sent is null, which is not zero.
CREATE TABLE service_usage (
    administration        TEXT COLLATE "C"    NOT NULL,
    service_code          TEXT COLLATE "C"    NOT NULL,
    month                 INTEGER NOT NULL,
    accesses              BIGINT,
    users                 BIGINT,
    submissions_started   BIGINT,
    submissions_completed BIGINT,
    logins_spid           BIGINT,
    logins_cie            BIGINT,
    logins_cns            BIGINT,
    pagopa_transactions   BIGINT,
    pagopa_cents          BIGINT,
    app_io_messages       BIGINT,
    satisfaction_1        BIGINT,
    satisfaction_2        BIGINT,
    satisfaction_3        BIGINT,
    satisfaction_4        BIGINT,
    satisfaction_5        BIGINT,
    cost_cents            BIGINT,
    revision              BIGINT  NOT NULL,
    created_at            BIGINT  NOT NULL,
    updated_at            BIGINT  NOT NULL,
    PRIMARY KEY (administration, service_code, month),
    FOREIGN KEY (administration, service_code) REFERENCES digital_services (administration, code) ON UPDATE CASCADE
);

-- The count that measures an indicator, where it is not measured by hand.
ALTER TABLE indicators ADD COLUMN metric TEXT;
