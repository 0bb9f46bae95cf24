ALTER TABLE `dead_events` ADD `discarded_at` integer;--> statement-breakpoint
ALTER TABLE `dead_events` ADD `settled_by` text;--> statement-breakpoint
CREATE INDEX `dead_events_waiting` ON `dead_events` (`queue`) WHERE replayed_at IS NULL AND discarded_at IS NULL;