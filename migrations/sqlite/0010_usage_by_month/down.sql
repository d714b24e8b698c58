CREATE TABLE service_usage_by_service (
    administration        TEXT    NOT NULL,
    service_code          TEXT    NOT NULL,
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
) WITHOUT ROWID;
INSERT INTO service_usage_by_service SELECT administration, service_code, month, accesses, users, submissions_started, submissions_completed, logins_spid, logins_cie, logins_cns, pagopa_transactions, pagopa_cents, app_io_messages, satisfaction_1, satisfaction_2, satisfaction_3, satisfaction_4, satisfaction_5, cost_cents, revision, created_at, updated_at FROM service_usage;
DROP TABLE service_usage;
ALTER TABLE service_usage_by_service RENAME TO service_usage;
