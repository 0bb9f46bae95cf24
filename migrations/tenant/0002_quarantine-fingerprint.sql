ALTER TABLE `dead_letters` ADD `fingerprint` text;--> statement-breakpoint
CREATE UNIQUE INDEX `dead_letters_fingerprint` ON `dead_letters` (`fingerprint`);