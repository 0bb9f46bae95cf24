// Generated from migrations/ by `npm run db:generate`; edit the schema, not this file.
export type Migration = { name: string; statements: readonly string[] };

export const controlMigrations: readonly Migration[] = [
  {
    name: "0000_foundation.sql",
    statements: [
      "CREATE TABLE `api_keys` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`tenant_id` text NOT NULL,\n\t`name` text NOT NULL,\n\t`hash` text NOT NULL,\n\t`hint` text NOT NULL,\n\t`scopes` text NOT NULL,\n\t`created_by` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`expires_at` integer,\n\t`last_used_at` integer,\n\t`revoked_at` integer\n);",
      "CREATE UNIQUE INDEX `api_keys_hash` ON `api_keys` (`hash`);",
      "CREATE INDEX `api_keys_tenant` ON `api_keys` (`tenant_id`,`id`);",
      "CREATE TABLE `cells` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`base_url` text,\n\t`created_at` integer NOT NULL\n);",
      "CREATE TABLE `channel_routes` (\n\t`channel_id` text PRIMARY KEY NOT NULL,\n\t`tenant_id` text NOT NULL,\n\t`route` text NOT NULL,\n\t`version` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);",
      "CREATE INDEX `channel_routes_tenant` ON `channel_routes` (`tenant_id`);",
      "CREATE TABLE `idempotency_keys` (\n\t`scope` text NOT NULL,\n\t`key` text NOT NULL,\n\t`request_hash` text NOT NULL,\n\t`status` integer,\n\t`sealed_answer` text,\n\t`created_at` integer NOT NULL,\n\t`expires_at` integer NOT NULL,\n\tPRIMARY KEY(`scope`, `key`)\n);",
      "CREATE INDEX `idempotency_keys_expiry` ON `idempotency_keys` (`expires_at`);",
      "CREATE TABLE `one_time_links` (\n\t`token_hash` text PRIMARY KEY NOT NULL,\n\t`tenant_id` text NOT NULL,\n\t`subject` text NOT NULL,\n\t`return_to` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`expires_at` integer NOT NULL,\n\t`used_at` integer\n);",
      "CREATE INDEX `one_time_links_expiry` ON `one_time_links` (`expires_at`);",
      "CREATE TABLE `pool_databases` (\n\t`binding` text PRIMARY KEY NOT NULL,\n\t`cell_id` text NOT NULL,\n\t`tenant_id` text,\n\t`claimed_at` integer\n);",
      "CREATE UNIQUE INDEX `pool_databases_tenant` ON `pool_databases` (`tenant_id`);",
      "CREATE TABLE `tenants` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`slug` text NOT NULL,\n\t`name` text NOT NULL,\n\t`language` text NOT NULL,\n\t`status` text NOT NULL,\n\t`cell_id` text NOT NULL,\n\t`wrapped_key` text NOT NULL,\n\t`limits` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);",
      "CREATE UNIQUE INDEX `tenants_slug` ON `tenants` (`slug`);",
    ],
  },
  {
    name: "0001_search-and-dead-letters.sql",
    statements: [
      "CREATE TABLE `dead_events` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`queue` text NOT NULL,\n\t`tenant_id` text,\n\t`reason` text NOT NULL,\n\t`sealed_body` text NOT NULL,\n\t`at` integer NOT NULL,\n\t`replayed_at` integer\n);",
      "CREATE INDEX `dead_events_at` ON `dead_events` (`at`);",
      "CREATE TABLE `metric_counters` (\n\t`name` text NOT NULL,\n\t`labels` text NOT NULL,\n\t`value` real NOT NULL,\n\tPRIMARY KEY(`name`, `labels`)\n);",
    ],
  },
  {
    name: "0002_dead-event-states.sql",
    statements: [
      "ALTER TABLE `dead_events` ADD `discarded_at` integer;",
      "ALTER TABLE `dead_events` ADD `settled_by` text;",
      "CREATE INDEX `dead_events_waiting` ON `dead_events` (`queue`) WHERE replayed_at IS NULL AND discarded_at IS NULL;",
    ],
  },
  {
    name: "0003_channel-addresses.sql",
    statements: [
      "CREATE TABLE `channel_addresses` (\n\t`address` text PRIMARY KEY NOT NULL,\n\t`channel_id` text NOT NULL,\n\t`tenant_id` text NOT NULL,\n\t`claimed_at` integer NOT NULL\n);",
      "CREATE INDEX `channel_addresses_channel` ON `channel_addresses` (`channel_id`);",
    ],
  },
  {
    name: "0004_channel-health.sql",
    statements: ["ALTER TABLE `tenants` ADD `notice_recipients` text DEFAULT '[]' NOT NULL;"],
  },
  {
    name: "0005_canaries.sql",
    statements: [
      "CREATE TABLE `canary_tenants` (\n\t`tenant_id` text PRIMARY KEY NOT NULL,\n\t`touched_at` integer NOT NULL\n);",
    ],
  },
];

export const tenantMigrations: readonly Migration[] = [
  {
    name: "0000_foundation.sql",
    statements: [
      "CREATE TABLE `agents` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`settings` text NOT NULL,\n\t`status` text NOT NULL,\n\t`version` integer NOT NULL,\n\t`release_id` text,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);",
      "CREATE INDEX `agents_status` ON `agents` (`status`,`id`);",
      "CREATE TABLE `channels` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`kind` text NOT NULL,\n\t`name` text NOT NULL,\n\t`agent_id` text NOT NULL,\n\t`status` text NOT NULL,\n\t`config` text NOT NULL,\n\t`sealed_secrets` text NOT NULL,\n\t`burst` text,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);",
      "CREATE INDEX `channels_agent` ON `channels` (`agent_id`);",
      "CREATE TABLE `contact_addresses` (\n\t`channel_kind` text NOT NULL,\n\t`address_hash` text NOT NULL,\n\t`contact_id` text NOT NULL,\n\t`sealed_address` text NOT NULL,\n\t`created_at` integer NOT NULL,\n\tPRIMARY KEY(`channel_kind`, `address_hash`)\n);",
      "CREATE INDEX `contact_addresses_contact` ON `contact_addresses` (`contact_id`);",
      "CREATE TABLE `contacts` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`sealed_name` text,\n\t`locale` text,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);",
      "CREATE TABLE `conversations` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`channel_id` text NOT NULL,\n\t`channel_kind` text NOT NULL,\n\t`agent_id` text NOT NULL,\n\t`contact_id` text NOT NULL,\n\t`sealed_thread` text NOT NULL,\n\t`owner_type` text NOT NULL,\n\t`owner_member` text,\n\t`owner_until` integer,\n\t`handover` integer NOT NULL,\n\t`tokens` integer NOT NULL,\n\t`cost_micros` integer NOT NULL,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`last_at` integer NOT NULL\n);",
      "CREATE INDEX `conversations_last` ON `conversations` (`last_at`,`id`);",
      "CREATE INDEX `conversations_contact` ON `conversations` (`contact_id`);",
      "CREATE TABLE `messages` (\n\t`number` integer PRIMARY KEY NOT NULL,\n\t`conversation_id` text NOT NULL,\n\t`seq` integer NOT NULL,\n\t`id` text NOT NULL,\n\t`direction` text NOT NULL,\n\t`author` text NOT NULL,\n\t`member_id` text,\n\t`state` text NOT NULL,\n\t`previous_state` text,\n\t`turn` integer,\n\t`deleted` integer NOT NULL,\n\t`at` integer NOT NULL,\n\t`sealed_body` text NOT NULL,\n\t`version` integer NOT NULL\n);",
      "CREATE UNIQUE INDEX `messages_seq` ON `messages` (`conversation_id`,`seq`);",
      "CREATE TABLE `notes` (\n\t`conversation_id` text NOT NULL,\n\t`seq` integer NOT NULL,\n\t`type` text NOT NULL,\n\t`at` integer NOT NULL,\n\t`sealed_body` text NOT NULL,\n\t`version` integer NOT NULL,\n\tPRIMARY KEY(`conversation_id`, `seq`)\n);",
      "CREATE TABLE `providers` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`kind` text NOT NULL,\n\t`name` text NOT NULL,\n\t`base_url` text NOT NULL,\n\t`sealed_key` text NOT NULL,\n\t`key_hint` text NOT NULL,\n\t`prices` text NOT NULL,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);",
      "CREATE TABLE `releases` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`agent_id` text NOT NULL,\n\t`number` integer NOT NULL,\n\t`note` text NOT NULL,\n\t`created_by` text NOT NULL,\n\t`created_at` integer NOT NULL\n);",
      "CREATE UNIQUE INDEX `releases_number` ON `releases` (`agent_id`,`number`);",
      "CREATE TABLE `schema_meta` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`value` text NOT NULL\n);",
      "CREATE TABLE `steps` (\n\t`conversation_id` text NOT NULL,\n\t`seq` integer NOT NULL,\n\t`turn` integer,\n\t`n` integer NOT NULL,\n\t`type` text NOT NULL,\n\t`state` text NOT NULL,\n\t`previous_state` text,\n\t`name` text NOT NULL,\n\t`provider` text,\n\t`purpose` text,\n\t`effect` text,\n\t`attempt` integer NOT NULL,\n\t`finish` text,\n\t`error_code` text,\n\t`input_tokens` integer NOT NULL,\n\t`output_tokens` integer NOT NULL,\n\t`cached_tokens` integer NOT NULL,\n\t`cost_micros` integer NOT NULL,\n\t`ms` integer,\n\t`first_token_ms` integer,\n\t`at` integer NOT NULL,\n\t`sealed_body` text NOT NULL,\n\t`version` integer NOT NULL,\n\tPRIMARY KEY(`conversation_id`, `seq`)\n);",
      "CREATE TABLE `turns` (\n\t`conversation_id` text NOT NULL,\n\t`seq` integer NOT NULL,\n\t`id` text NOT NULL,\n\t`state` text NOT NULL,\n\t`previous_state` text,\n\t`agent_id` text NOT NULL,\n\t`release_id` text NOT NULL,\n\t`tracking_id` text NOT NULL,\n\t`epoch` integer NOT NULL,\n\t`opened_at` integer NOT NULL,\n\t`closed_at` integer,\n\t`outcome` text,\n\t`sealed_error` text,\n\t`resumes` integer NOT NULL,\n\t`supersedes` integer NOT NULL,\n\t`input_tokens` integer NOT NULL,\n\t`output_tokens` integer NOT NULL,\n\t`cached_tokens` integer NOT NULL,\n\t`cost_micros` integer NOT NULL,\n\t`version` integer NOT NULL,\n\tPRIMARY KEY(`conversation_id`, `seq`)\n);",
      "CREATE INDEX `turns_open` ON `turns` (`opened_at`) WHERE state = 'open';",
      "CREATE TABLE `usage` (\n\t`conversation_id` text NOT NULL,\n\t`seq` integer NOT NULL,\n\t`day` text NOT NULL,\n\t`agent_id` text NOT NULL,\n\t`provider` text NOT NULL,\n\t`model` text NOT NULL,\n\t`input_tokens` integer NOT NULL,\n\t`output_tokens` integer NOT NULL,\n\t`cached_tokens` integer NOT NULL,\n\t`cost_micros` integer NOT NULL,\n\t`version` integer NOT NULL,\n\tPRIMARY KEY(`conversation_id`, `seq`)\n);",
      "CREATE INDEX `usage_day` ON `usage` (`day`);",
    ],
  },
  {
    name: "0001_search-and-dead-letters.sql",
    statements: [
      "CREATE TABLE `dead_letters` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`kind` text NOT NULL,\n\t`state` text NOT NULL,\n\t`channel_id` text,\n\t`conversation_id` text,\n\t`seq` integer,\n\t`class` text NOT NULL,\n\t`sealed_body` text NOT NULL,\n\t`at` integer NOT NULL,\n\t`version` integer NOT NULL\n);",
      "CREATE UNIQUE INDEX `dead_letters_row` ON `dead_letters` (`conversation_id`,`seq`);",
      "CREATE INDEX `dead_letters_state` ON `dead_letters` (`state`,`id`);",
      "CREATE TABLE `message_words` (\n\t`entry` integer PRIMARY KEY NOT NULL\n);",
    ],
  },
  {
    name: "0002_quarantine-fingerprint.sql",
    statements: [
      "ALTER TABLE `dead_letters` ADD `fingerprint` text;",
      "CREATE UNIQUE INDEX `dead_letters_fingerprint` ON `dead_letters` (`fingerprint`);",
    ],
  },
  { name: "0003_dead-letter-states.sql", statements: ["ALTER TABLE `dead_letters` ADD `previous_state` text;"] },
  {
    name: "0004_parked-conversations.sql",
    statements: [
      "ALTER TABLE `conversations` ADD `state` text DEFAULT 'active' NOT NULL;",
      "ALTER TABLE `conversations` ADD `previous_state` text;",
      "ALTER TABLE `conversations` ADD `parked_reason` text;",
    ],
  },
  {
    name: "0005_channel-connections.sql",
    statements: [
      "ALTER TABLE `channels` ADD `hand_back_minutes` integer DEFAULT 30 NOT NULL;",
      "ALTER TABLE `channels` ADD `connection` text;",
      "ALTER TABLE `channels` ADD `connecting_until` integer;",
    ],
  },
  {
    name: "0006_channel-health.sql",
    statements: [
      "CREATE TABLE `channel_alerts` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`channel_id` text NOT NULL,\n\t`kind` text NOT NULL,\n\t`opened_at` integer NOT NULL,\n\t`closed_at` integer,\n\t`facts` text NOT NULL,\n\t`opening_told_at` integer,\n\t`closing_told_at` integer,\n\t`tell_after` integer NOT NULL\n);",
      "CREATE UNIQUE INDEX `channel_alerts_open` ON `channel_alerts` (`channel_id`,`kind`) WHERE closed_at IS NULL;",
      "CREATE INDEX `channel_alerts_channel` ON `channel_alerts` (`channel_id`,`id`);",
      "CREATE TABLE `channel_hours` (\n\t`channel_id` text NOT NULL,\n\t`hour` integer NOT NULL,\n\t`received` integer NOT NULL,\n\t`active` integer NOT NULL,\n\t`last_in_at` integer,\n\tPRIMARY KEY(`channel_id`, `hour`)\n);",
      "CREATE INDEX `channel_hours_hour` ON `channel_hours` (`hour`);",
      "CREATE TABLE `watch_marks` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`value` text NOT NULL\n);",
      "CREATE INDEX `dead_letters_version` ON `dead_letters` (`version`);",
      "CREATE INDEX `messages_waiting` ON `messages` (`at`) WHERE direction = 'out' AND state IN ('queued', 'sending');",
    ],
  },
  {
    name: "0007_knowledge.sql",
    statements: [
      "CREATE TABLE `knowledge_bases` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`name` text NOT NULL,\n\t`description` text NOT NULL,\n\t`version` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);",
      "CREATE TABLE `knowledge_chunks` (\n\t`number` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`document_id` text NOT NULL,\n\t`n` integer NOT NULL,\n\t`base_id` text NOT NULL,\n\t`heading` text NOT NULL,\n\t`body` text NOT NULL,\n\t`language` text NOT NULL,\n\t`embedded` integer NOT NULL\n);",
      "CREATE UNIQUE INDEX `knowledge_chunks_place` ON `knowledge_chunks` (`document_id`,`n`);",
      "CREATE INDEX `knowledge_chunks_base` ON `knowledge_chunks` (`base_id`);",
      "CREATE TABLE `knowledge_documents` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`base_id` text NOT NULL,\n\t`kind` text NOT NULL,\n\t`title` text NOT NULL,\n\t`file_key` text NOT NULL,\n\t`mime` text NOT NULL,\n\t`size` integer NOT NULL,\n\t`question` text,\n\t`answer` text,\n\t`sha256` text,\n\t`status` text NOT NULL,\n\t`error` text,\n\t`language` text,\n\t`truncated` integer NOT NULL,\n\t`revision` integer NOT NULL,\n\t`chunked_revision` integer NOT NULL,\n\t`attempts` integer NOT NULL,\n\t`chunks` integer NOT NULL,\n\t`embedded` integer NOT NULL,\n\t`vectors` integer NOT NULL,\n\t`created_at` integer NOT NULL,\n\t`updated_at` integer NOT NULL\n);",
      "CREATE UNIQUE INDEX `knowledge_documents_content` ON `knowledge_documents` (`base_id`,`sha256`);",
      "CREATE INDEX `knowledge_documents_base` ON `knowledge_documents` (`base_id`,`id`);",
      "CREATE INDEX `knowledge_documents_status` ON `knowledge_documents` (`status`,`updated_at`);",
      "CREATE TABLE `knowledge_gaps` (\n\t`conversation_id` text NOT NULL,\n\t`seq` integer NOT NULL,\n\t`turn` integer,\n\t`agent_id` text NOT NULL,\n\t`at` integer NOT NULL,\n\t`sealed_query` text NOT NULL,\n\t`version` integer NOT NULL,\n\tPRIMARY KEY(`conversation_id`, `seq`)\n);",
      "CREATE INDEX `knowledge_gaps_at` ON `knowledge_gaps` (`at`,`conversation_id`,`seq`);",
    ],
  },
  {
    name: "0008_knowledge-words.sql",
    statements: [
      "CREATE VIRTUAL TABLE knowledge_words USING fts5(base, heading, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');",
    ],
  },
  {
    name: "0009_erasures.sql",
    statements: [
      "CREATE TABLE `erased_logs` (\n\t`begun_as` text PRIMARY KEY NOT NULL,\n\t`conversation_id` text NOT NULL,\n\t`contact_id` text NOT NULL\n);",
      "CREATE INDEX `erased_logs_conversation` ON `erased_logs` (`contact_id`,`conversation_id`);",
      "CREATE TABLE `erasures` (\n\t`contact_id` text PRIMARY KEY NOT NULL,\n\t`requested_by` text NOT NULL,\n\t`requested_at` integer NOT NULL,\n\t`done_at` integer,\n\t`settled_at` integer,\n\t`addresses` text,\n\t`conversations` integer DEFAULT 0 NOT NULL,\n\t`messages` integer DEFAULT 0 NOT NULL,\n\t`files` integer DEFAULT 0 NOT NULL\n);",
      "CREATE INDEX `erasures_unsettled` ON `erasures` (`requested_at`) WHERE settled_at IS NULL;",
    ],
  },
  {
    name: "0010_uploads.sql",
    statements: [
      "CREATE TABLE `uploads` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`conversation_id` text NOT NULL,\n\t`created_at` integer NOT NULL\n);",
      "CREATE INDEX `uploads_created` ON `uploads` (`created_at`);",
    ],
  },
  {
    name: "0011_canaries.sql",
    statements: [
      "CREATE TABLE `canaries` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`agent_id` text NOT NULL,\n\t`release_id` text NOT NULL,\n\t`base_id` text NOT NULL,\n\t`percent` integer NOT NULL,\n\t`limits` text NOT NULL,\n\t`state` text NOT NULL,\n\t`version` integer NOT NULL,\n\t`applied` integer NOT NULL,\n\t`started_at` integer NOT NULL,\n\t`started_by` text NOT NULL,\n\t`ended_at` integer,\n\t`ended_by` text,\n\t`signal` text,\n\t`note` text NOT NULL,\n\t`facts` text,\n\t`told_at` integer,\n\t`tell_after` integer NOT NULL\n);",
      "CREATE UNIQUE INDEX `canaries_running` ON `canaries` (`agent_id`) WHERE state = 'running';",
      "CREATE INDEX `canaries_agent` ON `canaries` (`agent_id`,`version`);",
      "CREATE INDEX `turns_release` ON `turns` (`release_id`,`opened_at`);",
    ],
  },
];
