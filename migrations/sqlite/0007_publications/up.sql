-- What was published: its description, and beside it the very bytes. Neither is ever changed or removed.

-- The public halves of the keys that signed publications: they verify them for as long as these are there.
CREATE TABLE signing_keys (
    kid        TEXT   NOT NULL PRIMARY KEY,
    jwk        TEXT   NOT NULL,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE publications (
    administration TEXT    NOT NULL REFERENCES administrations (ipa_code),
    id             TEXT    NOT NULL,
    code           TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    section        TEXT    NOT NULL,
    title          TEXT    NOT NULL,
    plan_code      TEXT,
    plan_kind      TEXT,
    start_year     INTEGER NOT NULL,
    end_year       INTEGER NOT NULL,
    situation_on   TEXT    NOT NULL,
    approval_act   TEXT,
    licence        TEXT    NOT NULL,
    digest         TEXT    NOT NULL,
    size           BIGINT  NOT NULL,
    kid            TEXT    NOT NULL REFERENCES signing_keys (kid),
    signature      TEXT    NOT NULL,
    revision       BIGINT  NOT NULL,
    published_at   BIGINT  NOT NULL,
    PRIMARY KEY (administration, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX publications_code ON publications (administration, code);
CREATE INDEX publications_id ON publications (id);
CREATE INDEX publications_published ON publications (published_at);

CREATE TABLE publication_contents (
    administration TEXT   NOT NULL,
    id             TEXT   NOT NULL,
    content        TEXT   NOT NULL,
    revision       BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, id) REFERENCES publications (administration, id)
) WITHOUT ROWID;

CREATE TRIGGER publications_keep BEFORE UPDATE ON publications
BEGIN SELECT RAISE(ABORT, 'a publication is never changed'); END;
CREATE TRIGGER publications_stay BEFORE DELETE ON publications
BEGIN SELECT RAISE(ABORT, 'a publication is never removed'); END;
CREATE TRIGGER publication_contents_keep BEFORE UPDATE ON publication_contents
BEGIN SELECT RAISE(ABORT, 'a publication is never changed'); END;
CREATE TRIGGER publication_contents_stay BEFORE DELETE ON publication_contents
BEGIN SELECT RAISE(ABORT, 'a publication is never removed'); END;
