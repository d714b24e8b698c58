ALTER TABLE indicators DROP COLUMN metric;
DROP TABLE service_usage;
DROP TABLE protocol_days;
DROP TABLE protocol_registrations;
