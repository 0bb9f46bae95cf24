CREATE TABLE `channel_addresses` (
	`address` text PRIMARY KEY NOT NULL,
	`channel_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`claimed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `channel_addresses_channel` ON `channel_addresses` (`channel_id`);