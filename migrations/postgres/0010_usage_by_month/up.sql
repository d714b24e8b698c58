-- A batch is a month of many services: by month its rows lie together. That a service is there is asked once a batch, under the
-- lock of its administration, and not once a row; the store of the digital services keeps those that counts hang on.
ALTER TABLE service_usage DROP CONSTRAINT service_usage_administration_service_code_fkey;
ALTER TABLE service_usage DROP CONSTRAINT service_usage_pkey;
ALTER TABLE service_usage ADD PRIMARY KEY (administration, month, service_code);
