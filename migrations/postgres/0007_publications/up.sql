-- What was published: its description, and beside it the very bytes. Neither is ever changed or removed.

-- The public halves of the keys that signed publications: they verify them for as long as these are there.
CREATE TABLE signing_keys (
    kid        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    jwk        TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE publications (
    administration TEXT COLLATE "C" NOT NULL REFERENCES administrations (ipa_code),
    id             TEXT COLLATE "C" NOT NULL,
    code           TEXT COLLATE "C" NOT NULL,
    kind           TEXT    NOT NULL,
    section        TEXT    NOT NULL,
    title          TEXT    NOT NULL,
    plan_code      TEXT,
    plan_kind      TEXT,
    start_year     INTEGER NOT NULL,
    end_year       INTEGER NOT NULL,
    situation_on   DATE    NOT NULL,
    approval_act   TEXT,
    licence        TEXT    NOT NULL,
    digest         TEXT    NOT NULL,
    size           BIGINT  NOT NULL,
    kid            TEXT COLLATE "C" NOT NULL REFERENCES signing_keys (kid),
    signature      TEXT    NOT NULL,
    revision       BIGINT  NOT NULL,
    published_at   BIGINT  NOT NULL,
    PRIMARY KEY (administration, id)
);
CREATE UNIQUE INDEX publications_code ON publications (administration, code);
CREATE INDEX publications_id ON publications (id);
CREATE INDEX publications_published ON publications (published_at);

CREATE TABLE publication_contents (
    administration TEXT COLLATE "C" NOT NULL,
    id             TEXT COLLATE "C" NOT NULL,
    content        TEXT   NOT NULL,
    revision       BIGINT NOT NULL,
    PRIMARY KEY (administration, id),
    FOREIGN KEY (administration, id) REFERENCES publications (administration, id)
);

CREATE FUNCTION publications_stay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a publication is never changed or removed'; END $$;
CREATE TRIGGER publications_stay BEFORE UPDATE OR DELETE ON publications
    FOR EACH ROW EXECUTE FUNCTION publications_stay();
CREATE TRIGGER publication_contents_stay BEFORE UPDATE OR DELETE ON publication_contents
    FOR EACH ROW EXECUTE FUNCTION publications_stay();
