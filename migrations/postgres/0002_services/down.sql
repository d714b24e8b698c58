DROP TABLE platform_adoptions;
DROP TABLE digital_services;
DROP TABLE procedure_times;
DROP TABLE procedures;
