-- What the law asks of an objective: its weight is checked then.
ALTER TABLE objectives ADD COLUMN legal_requirement TEXT;

-- A measurement is provisional until an evaluator validates that version of it; locked with its period.
ALTER TABLE measurements ADD COLUMN state TEXT NOT NULL DEFAULT 'provisional';
ALTER TABLE measurements ADD COLUMN validated_by TEXT;
ALTER TABLE measurements ADD COLUMN validated_at BIGINT;
CREATE INDEX measurements_plan_period ON measurements (administration, plan_id, period) WHERE is_current;

-- Each move of a plan from status to status, with the act that moved it. Nothing here is ever changed.
CREATE TABLE plan_transitions (
    administration TEXT   NOT NULL,
    id             TEXT   NOT NULL,
    plan_id        TEXT   NOT NULL,
    from_status    TEXT   NOT NULL,
    to_status      TEXT   NOT NULL,
    act            TEXT   NOT NULL,
    reason         TEXT,
    moved_by       TEXT   NOT NULL,
    revision       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, plan_id) REFERENCES plans (administration, id)
) WITHOUT ROWID;
CREATE INDEX plan_transitions_id ON plan_transitions (id);
CREATE INDEX plan_transitions_plan ON plan_transitions (administration, plan_id, id);

-- A lock stands until it is reopened; a period that is locked again has another one.
CREATE TABLE period_locks (
    administration   TEXT   NOT NULL,
    id               TEXT   NOT NULL,
    plan_id          TEXT   NOT NULL,
    period           TEXT   NOT NULL,
    status           TEXT   NOT NULL,
    reason           TEXT,
    missing          TEXT   NOT NULL,
    counts           TEXT   NOT NULL,
    locked_by        TEXT   NOT NULL,
    reopening_reason TEXT,
    reopened_by      TEXT,
    reopened_at      BIGINT,
    revision         BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, plan_id) REFERENCES plans (administration, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX period_locks_standing ON period_locks (administration, plan_id, period) WHERE status = 'locked';
CREATE INDEX period_locks_id ON period_locks (id);
CREATE INDEX period_locks_plan ON period_locks (administration, plan_id, id);

-- How an objective came along in a year or half-year, in the words of who answers for it.
CREATE TABLE progress_reports (
    administration     TEXT   NOT NULL,
    id                 TEXT   NOT NULL,
    plan_id            TEXT   NOT NULL,
    objective_id       TEXT   NOT NULL,
    period             TEXT   NOT NULL,
    status             TEXT   NOT NULL,
    progress           TEXT   NOT NULL,
    description        TEXT   NOT NULL,
    deviation_causes   TEXT,
    corrective_actions TEXT,
    recorded_by        TEXT   NOT NULL,
    submitted_by       TEXT,
    submitted_at       BIGINT,
    revision           BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, plan_id) REFERENCES plans (administration, id),
    FOREIGN KEY (administration, objective_id) REFERENCES objectives (administration, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX progress_reports_period ON progress_reports (administration, objective_id, period);
CREATE INDEX progress_reports_id ON progress_reports (id);
CREATE INDEX progress_reports_plan ON progress_reports (administration, plan_id, period);
