-- The usage of all services of an administration in a month, summed: what a total over many administrations reads instead of
-- ten times the rows. It holds for the administrations that are named in service_usage_totalled; whoever writes usage takes
-- its administration out of there, and a roll-up sums it again.

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
