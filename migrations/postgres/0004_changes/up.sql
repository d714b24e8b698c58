-- The change feed: what each table changed since a revision, what is gone, and which database it was that said so.

-- What was removed. A record that is there again under the same name stands after its tombstone, with a later revision.
CREATE TABLE tombstones (
    administration TEXT COLLATE "C"   NOT NULL,
    resource       TEXT COLLATE "C"   NOT NULL,
    resource_id    TEXT COLLATE "C"   NOT NULL,
    revision       BIGINT NOT NULL,
    deleted_at     BIGINT NOT NULL,
    PRIMARY KEY (administration, resource, resource_id)
);
CREATE INDEX tombstones_revision ON tombstones (revision, administration, resource, resource_id);
CREATE INDEX tombstones_deleted_at ON tombstones (deleted_at);

-- One row for each batch of counts or registrations, from its first key to its last: an index on the revision of every
-- row would cost each of them a second entry. Of usage a mark tells the months alone.
CREATE TABLE feed_batches (
    administration TEXT COLLATE "C"    NOT NULL,
    resource       TEXT COLLATE "C"    NOT NULL,
    revision       BIGINT  NOT NULL,
    first_code     TEXT COLLATE "C"    NOT NULL,
    first_part     INTEGER NOT NULL,
    first_number   INTEGER NOT NULL,
    last_code      TEXT COLLATE "C"    NOT NULL,
    last_part      INTEGER NOT NULL,
    last_number    INTEGER NOT NULL,
    PRIMARY KEY (administration, resource, revision)
);
CREATE INDEX feed_batches_revision ON feed_batches (resource, revision, administration);

INSERT INTO feed_batches
SELECT administration, 'service-usage', revision, '', min(month), 0, '', max(month), 0
FROM service_usage GROUP BY administration, revision;
INSERT INTO feed_batches
SELECT administration, 'protocol-registrations', revision, min(aoo), 0, 0, max(aoo), 9999, 999999999
FROM protocol_registrations GROUP BY administration, revision;

CREATE INDEX administrations_revision ON administrations (revision, ipa_code);
CREATE INDEX units_revision ON units (revision, administration, id);
CREATE INDEX plans_revision ON plans (revision, administration, id);
CREATE INDEX sections_revision ON sections (revision, administration, id);
CREATE INDEX objectives_revision ON objectives (revision, administration, id);
CREATE INDEX phases_revision ON phases (revision, administration, id);
CREATE INDEX indicators_revision ON indicators (revision, administration, id);
CREATE INDEX procedures_revision ON procedures (revision, administration, id);
CREATE INDEX procedure_times_revision ON procedure_times (revision, administration, id);
CREATE INDEX digital_services_revision ON digital_services (revision, administration, id);
CREATE INDEX platform_adoptions_revision ON platform_adoptions (revision, administration, id);
CREATE INDEX measurements_revision ON measurements (revision, administration, id) WHERE is_current;
CREATE INDEX protocol_days_revision ON protocol_days (revision, administration, aoo, date);
-- A cursor names an event that its database must still know: after a restore to an earlier state it does not.
CREATE INDEX audit_events_revision ON audit_events (revision, id);

-- The database's own name, which goes into every cursor.
INSERT INTO instance (key, value) VALUES ('id', replace(gen_random_uuid()::text, '-', ''));
