ALTER TABLE `conversations` ADD `state` text DEFAULT 'active' NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `previous_state` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `parked_reason` text;