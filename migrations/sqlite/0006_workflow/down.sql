DROP TABLE progress_reports;
DROP TABLE period_locks;
DROP TABLE plan_transitions;
DROP INDEX measurements_plan_period;
ALTER TABLE measurements DROP COLUMN validated_at;
ALTER TABLE measurements DROP COLUMN validated_by;
ALTER TABLE measurements DROP COLUMN state;
ALTER TABLE objectives DROP COLUMN legal_requirement;
