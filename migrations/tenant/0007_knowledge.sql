CREATE TABLE `knowledge_bases` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `knowledge_chunks` (
	`number` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`document_id` text NOT NULL,
	`n` integer NOT NULL,
	`base_id` text NOT NULL,
	`heading` text NOT NULL,
	`body` text NOT NULL,
	`language` text NOT NULL,
	`embedded` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `knowledge_chunks_place` ON `knowledge_chunks` (`document_id`,`n`);--> statement-breakpoint
CREATE INDEX `knowledge_chunks_base` ON `knowledge_chunks` (`base_id`);--> statement-breakpoint
CREATE TABLE `knowledge_documents` (
	`id` text PRIMARY KEY NOT NULL,
	`base_id` text NOT NULL,
	`kind` text NOT NULL,
	`title` text NOT NULL,
	`file_key` text NOT NULL,
	`mime` text NOT NULL,
	`size` integer NOT NULL,
	`question` text,
	`answer` text,
	`sha256` text,
	`status` text NOT NULL,
	`error` text,
	`language` text,
	`truncated` integer NOT NULL,
	`revision` integer NOT NULL,
	`chunked_revision` integer NOT NULL,
	`attempts` integer NOT NULL,
	`chunks` integer NOT NULL,
	`embedded` integer NOT NULL,
	`vectors` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `knowledge_documents_content` ON `knowledge_documents` (`base_id`,`sha256`);--> statement-breakpoint
CREATE INDEX `knowledge_documents_base` ON `knowledge_documents` (`base_id`,`id`);--> statement-breakpoint
CREATE INDEX `knowledge_documents_status` ON `knowledge_documents` (`status`,`updated_at`);--> statement-breakpoint
CREATE TABLE `knowledge_gaps` (
	`conversation_id` text NOT NULL,
	`seq` integer NOT NULL,
	`turn` integer,
	`agent_id` text NOT NULL,
	`at` integer NOT NULL,
	`sealed_query` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `knowledge_gaps_at` ON `knowledge_gaps` (`at`,`conversation_id`,`seq`);