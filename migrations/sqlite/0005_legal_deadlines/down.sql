DROP INDEX measurements_plan;
ALTER TABLE phases DROP COLUMN progress;
ALTER TABLE phases DROP COLUMN completed_on;
DROP TABLE legal_deadlines;
