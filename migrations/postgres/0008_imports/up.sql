-- Imports of rows: how far each has come, so that any process can tell, and every row that it refused.

-- What the rows are; nothing for a plan document.
ALTER TABLE imports ADD COLUMN resource TEXT;
ALTER TABLE imports ADD COLUMN status TEXT NOT NULL DEFAULT 'done';
-- Which scopes may look at it: planning, services or feeds.
ALTER TABLE imports ADD COLUMN family TEXT NOT NULL DEFAULT 'planning';
-- The client that sent it; one with rows of several administrations is shown to nobody else.
ALTER TABLE imports ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN several BOOLEAN NOT NULL DEFAULT false;
-- One that is running past this instant has lost its process.
ALTER TABLE imports ADD COLUMN lease_until BIGINT NOT NULL DEFAULT 0;

CREATE TABLE import_refusals (
    administration TEXT COLLATE "C" NOT NULL,
    import_id      TEXT COLLATE "C" NOT NULL,
    number         BIGINT NOT NULL,
    line           BIGINT NOT NULL,
    field          TEXT   NOT NULL,
    value          TEXT,
    reason         TEXT   NOT NULL,
    revision       BIGINT NOT NULL,
    PRIMARY KEY (administration, import_id, number),
    FOREIGN KEY (administration, import_id) REFERENCES imports (administration, id)
);
