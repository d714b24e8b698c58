DO $$
BEGIN
    EXECUTE 'ALTER TABLE audit_events ALTER COLUMN before_state SET COMPRESSION default, ALTER COLUMN after_state SET COMPRESSION default';
EXCEPTION
    WHEN syntax_error THEN NULL;
END
$$;
