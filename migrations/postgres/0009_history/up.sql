-- History: a record, or a whole plan, as it stood at an instant, from the events kept. An event knows its plan, so that a
-- plan's history costs what the plan costs and not what the administration ever wrote.
ALTER TABLE audit_events ADD COLUMN plan_id TEXT COLLATE "C";
UPDATE audit_events SET plan_id = resource_id WHERE resource = 'plans';
UPDATE audit_events SET plan_id = coalesce(after_state, before_state)::json ->> 'plan_id'
    WHERE resource IN ('sections', 'objectives', 'phases', 'indicators', 'measurements');
CREATE INDEX audit_events_history ON audit_events (resource_id, at);
CREATE INDEX audit_events_plan ON audit_events (administration, resource, plan_id, resource_id, at);

-- The plan that a plan was rolled forward from.
ALTER TABLE plans ADD COLUMN predecessor_id TEXT COLLATE "C";
CREATE INDEX plans_predecessor ON plans (administration, predecessor_id);
