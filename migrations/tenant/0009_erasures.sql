CREATE TABLE `erased_logs` (
	`begun_as` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`contact_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `erased_logs_conversation` ON `erased_logs` (`contact_id`,`conversation_id`);--> statement-breakpoint
CREATE TABLE `erasures` (
	`contact_id` text PRIMARY KEY NOT NULL,
	`requested_by` text NOT NULL,
	`requested_at` integer NOT NULL,
	`done_at` integer,
	`settled_at` integer,
	`addresses` text,
	`conversations` integer DEFAULT 0 NOT NULL,
	`messages` integer DEFAULT 0 NOT NULL,
	`files` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `erasures_unsettled` ON `erasures` (`requested_at`) WHERE settled_at IS NULL;