-- The event of a batch of corrections is a hundred kilobytes of JSON: LZ4 packs it in a fifth of the time that pglz takes.
-- What is stored stays as it is; a PostgreSQL that was built without LZ4, or is older than it, goes on with pglz.
DO $$
BEGIN
    EXECUTE 'ALTER TABLE audit_events ALTER COLUMN before_state SET COMPRESSION lz4, ALTER COLUMN after_state SET COMPRESSION lz4';
EXCEPTION
    WHEN feature_not_supported OR syntax_error THEN NULL;
END
$$;
