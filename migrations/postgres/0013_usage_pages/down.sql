CREATE TABLE service_usage_rows (
    administration        TEXT COLLATE "C" NOT NULL,
    service_code          TEXT COLLATE "C" NOT NULL,
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
);
INSERT INTO service_usage_rows
SELECT u.administration, s.key, u.month,
    (s.value ->> 3)::bigint, (s.value ->> 4)::bigint, (s.value ->> 5)::bigint, (s.value ->> 6)::bigint,
    (s.value ->> 7)::bigint, (s.value ->> 8)::bigint, (s.value ->> 9)::bigint, (s.value ->> 10)::bigint,
    (s.value ->> 11)::bigint, (s.value ->> 12)::bigint, (s.value ->> 13)::bigint, (s.value ->> 14)::bigint,
    (s.value ->> 15)::bigint, (s.value ->> 16)::bigint, (s.value ->> 17)::bigint, (s.value ->> 18)::bigint,
    (s.value ->> 0)::bigint, (s.value ->> 1)::bigint, (s.value ->> 2)::bigint
FROM service_usage u, json_each(u.services::json) s;
DROP TABLE service_usage;
ALTER TABLE service_usage_rows RENAME TO service_usage;
ALTER INDEX service_usage_rows_pkey RENAME TO service_usage_pkey;

-- A roll-up sums them again.
DROP TABLE service_usage_totals;
CREATE TABLE service_usage_totals (
    administration        TEXT COLLATE "C" NOT NULL,
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
);
CREATE TABLE service_usage_totalled (
    administration        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    revision              BIGINT  NOT NULL
);
