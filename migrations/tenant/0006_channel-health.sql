CREATE TABLE `channel_alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`channel_id` text NOT NULL,
	`kind` text NOT NULL,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	`facts` text NOT NULL,
	`opening_told_at` integer,
	`closing_told_at` integer,
	`tell_after` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `channel_alerts_open` ON `channel_alerts` (`channel_id`,`kind`) WHERE closed_at IS NULL;--> statement-breakpoint
CREATE INDEX `channel_alerts_channel` ON `channel_alerts` (`channel_id`,`id`);--> statement-breakpoint
CREATE TABLE `channel_hours` (
	`channel_id` text NOT NULL,
	`hour` integer NOT NULL,
	`received` integer NOT NULL,
	`active` integer NOT NULL,
	`last_in_at` integer,
	PRIMARY KEY(`channel_id`, `hour`)
);
--> statement-breakpoint
CREATE INDEX `channel_hours_hour` ON `channel_hours` (`hour`);--> statement-breakpoint
CREATE TABLE `watch_marks` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `dead_letters_version` ON `dead_letters` (`version`);--> statement-breakpoint
CREATE INDEX `messages_waiting` ON `messages` (`at`) WHERE direction = 'out' AND state IN ('queued', 'sending');