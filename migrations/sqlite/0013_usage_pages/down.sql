CREATE TABLE service_usage_rows (
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
    PRIMARY KEY (administration, month, service_code)
) WITHOUT ROWID;
INSERT INTO service_usage_rows
SELECT u.administration, s.key, u.month,
    json_extract(s.value, '$[3]'), json_extract(s.value, '$[4]'), json_extract(s.value, '$[5]'),
    json_extract(s.value, '$[6]'), json_extract(s.value, '$[7]'), json_extract(s.value, '$[8]'),
    json_extract(s.value, '$[9]'), json_extract(s.value, '$[10]'), json_extract(s.value, '$[11]'),
    json_extract(s.value, '$[12]'), json_extract(s.value, '$[13]'), json_extract(s.value, '$[14]'),
    json_extract(s.value, '$[15]'), json_extract(s.value, '$[16]'), json_extract(s.value, '$[17]'),
    json_extract(s.value, '$[18]'), json_extract(s.value, '$[0]'), json_extract(s.value, '$[1]'),
    json_extract(s.value, '$[2]')
FROM service_usage u, json_each(u.services) s;
DROP TABLE service_usage;
ALTER TABLE service_usage_rows RENAME TO service_usage;

-- A roll-up sums them again.
DROP TABLE service_usage_totals;
CREATE TABLE service_usage_totals (
    administration        TEXT    NOT NULL,
    month                 INTEGER NOT NULL,
    counted               BIGINT  NOT NULL,
    accesses              BIGINT,
    users                 BIGINT,
    submissions_completed BIGINT,
    completed_of_started  BIGINT,
    started               BIGINT,
    pagopa_transactions   BIGINT,
    pagopa_cents          BIGINT,
    app_io_messages       BIGINT,
    satisfaction_1        BIGINT,
    satisfaction_2        BIGINT,
    satisfaction_3        BIGINT,
    satisfaction_4        BIGINT,
    satisfaction_5        BIGINT,
    cost_cents            BIGINT,
    completed_of_costed   BIGINT,
    revision              BIGINT  NOT NULL,
    PRIMARY KEY (administration, month)
) WITHOUT ROWID;
CREATE TABLE service_usage_totalled (
    administration        TEXT    NOT NULL PRIMARY KEY,
    revision              BIGINT  NOT NULL
) WITHOUT ROWID;
