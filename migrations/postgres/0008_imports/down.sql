DROP TABLE import_refusals;
-- What knows no plan document cannot stay.
DELETE FROM imports WHERE resource IS NOT NULL;
ALTER TABLE imports DROP COLUMN lease_until;
ALTER TABLE imports DROP COLUMN several;
ALTER TABLE imports DROP COLUMN sender;
ALTER TABLE imports DROP COLUMN family;
ALTER TABLE imports DROP COLUMN status;
ALTER TABLE imports DROP COLUMN resource;
