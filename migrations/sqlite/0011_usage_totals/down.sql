DROP TABLE service_usage_totalled;
DROP TABLE service_usage_totals;
