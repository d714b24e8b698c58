-- Legal deadlines of a plan: one day, or days that come again. Phases say when they were done, and how far they are.

CREATE TABLE legal_deadlines (
    administration TEXT NOT NULL,
    id             TEXT NOT NULL,
    plan_id        TEXT NOT NULL,
    objective_id   TEXT,
    code           TEXT NOT NULL,
    title          TEXT NOT NULL,
    description    TEXT,
    legal_source   TEXT NOT NULL,
    recurrence     TEXT NOT NULL,
    due_on         TEXT,
    due_month      INTEGER,
    due_day        INTEGER,
    first_year     INTEGER NOT NULL,
    last_year      INTEGER NOT NULL,
    fulfilments    TEXT NOT NULL,
    revision       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, plan_id) REFERENCES plans (administration, id),
    FOREIGN KEY (administration, objective_id) REFERENCES objectives (administration, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX legal_deadlines_code ON legal_deadlines (administration, plan_id, code);
CREATE INDEX legal_deadlines_id ON legal_deadlines (id);
CREATE INDEX legal_deadlines_objective ON legal_deadlines (administration, objective_id);

ALTER TABLE phases ADD COLUMN completed_on TEXT;
ALTER TABLE phases ADD COLUMN progress INTEGER;

-- A plan is monitored whole: its measurements are read at once.
CREATE INDEX measurements_plan ON measurements (administration, plan_id);
