DROP INDEX plans_predecessor;
ALTER TABLE plans DROP COLUMN predecessor_id;
DROP INDEX audit_events_plan;
DROP INDEX audit_events_history;
ALTER TABLE audit_events DROP COLUMN plan_id;
