CREATE TABLE `agents` (
	`id` text PRIMARY KEY NOT NULL,
	`settings` text NOT NULL,
	`status` text NOT NULL,
	`version` integer NOT NULL,
	`release_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `agents_status` ON `agents` (`status`,`id`);--> statement-breakpoint
CREATE TABLE `channels` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`agent_id` text NOT NULL,
	`status` text NOT NULL,
	`config` text NOT NULL,
	`sealed_secrets` text NOT NULL,
	`burst` text,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `channels_agent` ON `channels` (`agent_id`);--> statement-breakpoint
CREATE TABLE `contact_addresses` (
	`channel_kind` text NOT NULL,
	`address_hash` text NOT NULL,
	`contact_id` text NOT NULL,
	`sealed_address` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`channel_kind`, `address_hash`)
);
--> statement-breakpoint
CREATE INDEX `contact_addresses_contact` ON `contact_addresses` (`contact_id`);--> statement-breakpoint
CREATE TABLE `contacts` (
	`id` text PRIMARY KEY NOT NULL,
	`sealed_name` text,
	`locale` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`channel_id` text NOT NULL,
	`channel_kind` text NOT NULL,
	`agent_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`sealed_thread` text NOT NULL,
	`owner_type` text NOT NULL,
	`owner_member` text,
	`owner_until` integer,
	`handover` integer NOT NULL,
	`tokens` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `conversations_last` ON `conversations` (`last_at`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_contact` ON `conversations` (`contact_id`);--> statement-breakpoint
CREATE TABLE `messages` (
	`number` integer PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`seq` integer NOT NULL,
	`id` text NOT NULL,
	`direction` text NOT NULL,
	`author` text NOT NULL,
	`member_id` text,
	`state` text NOT NULL,
	`previous_state` text,
	`turn` integer,
	`deleted` integer NOT NULL,
	`at` integer NOT NULL,
	`sealed_body` text NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_seq` ON `messages` (`conversation_id`,`seq`);--> statement-breakpoint
CREATE TABLE `notes` (
	`conversation_id` text NOT NULL,
	`seq` integer NOT NULL,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`sealed_body` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `providers` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`base_url` text NOT NULL,
	`sealed_key` text NOT NULL,
	`key_hint` text NOT NULL,
	`prices` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `releases` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`number` integer NOT NULL,
	`note` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `releases_number` ON `releases` (`agent_id`,`number`);--> statement-breakpoint
CREATE TABLE `schema_meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `steps` (
	`conversation_id` text NOT NULL,
	`seq` integer NOT NULL,
	`turn` integer,
	`n` integer NOT NULL,
	`type` text NOT NULL,
	`state` text NOT NULL,
	`previous_state` text,
	`name` text NOT NULL,
	`provider` text,
	`purpose` text,
	`effect` text,
	`attempt` integer NOT NULL,
	`finish` text,
	`error_code` text,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cached_tokens` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	`ms` integer,
	`first_token_ms` integer,
	`at` integer NOT NULL,
	`sealed_body` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `turns` (
	`conversation_id` text NOT NULL,
	`seq` integer NOT NULL,
	`id` text NOT NULL,
	`state` text NOT NULL,
	`previous_state` text,
	`agent_id` text NOT NULL,
	`release_id` text NOT NULL,
	`tracking_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	`outcome` text,
	`sealed_error` text,
	`resumes` integer NOT NULL,
	`supersedes` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cached_tokens` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `turns_open` ON `turns` (`opened_at`) WHERE state = 'open';--> statement-breakpoint
CREATE TABLE `usage` (
	`conversation_id` text NOT NULL,
	`seq` integer NOT NULL,
	`day` text NOT NULL,
	`agent_id` text NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cached_tokens` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `usage_day` ON `usage` (`day`);