ALTER TABLE service_usage DROP CONSTRAINT service_usage_pkey;
ALTER TABLE service_usage ADD PRIMARY KEY (administration, service_code, month);
ALTER TABLE service_usage ADD FOREIGN KEY (administration, service_code)
    REFERENCES digital_services (administration, code) ON UPDATE CASCADE;
