CREATE TABLE `canary_tenants` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`touched_at` integer NOT NULL
);
