CREATE TABLE `canaries` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`release_id` text NOT NULL,
	`base_id` text NOT NULL,
	`percent` integer NOT NULL,
	`limits` text NOT NULL,
	`state` text NOT NULL,
	`version` integer NOT NULL,
	`applied` integer NOT NULL,
	`started_at` integer NOT NULL,
	`started_by` text NOT NULL,
	`ended_at` integer,
	`ended_by` text,
	`signal` text,
	`note` text NOT NULL,
	`facts` text,
	`told_at` integer,
	`tell_after` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `canaries_running` ON `canaries` (`agent_id`) WHERE state = 'running';--> statement-breakpoint
CREATE INDEX `canaries_agent` ON `canaries` (`agent_id`,`version`);--> statement-breakpoint
CREATE INDEX `turns_release` ON `turns` (`release_id`,`opened_at`);