ALTER TABLE `channels` ADD `hand_back_minutes` integer DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE `channels` ADD `connection` text;--> statement-breakpoint
ALTER TABLE `channels` ADD `connecting_until` integer;