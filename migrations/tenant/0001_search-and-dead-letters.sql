CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`channel_id` text,
	`conversation_id` text,
	`seq` integer,
	`class` text NOT NULL,
	`sealed_body` text NOT NULL,
	`at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `dead_letters_row` ON `dead_letters` (`conversation_id`,`seq`);--> statement-breakpoint
CREATE INDEX `dead_letters_state` ON `dead_letters` (`state`,`id`);--> statement-breakpoint
CREATE TABLE `message_words` (
	`entry` integer PRIMARY KEY NOT NULL
);
