import { upsertSql } from "../upsert.ts";

/** What the projection writes, in the order of each table's columns. Rows only ever move to a higher version. */
export const CONVERSATION_COLUMNS = [
  "id",
  "channel_id",
  "channel_kind",
  "agent_id",
  "contact_id",
  "sealed_thread",
  "owner_type",
  "owner_member",
  "owner_until",
  "handover",
  "state",
  "parked_reason",
  "tokens",
  "cost_micros",
  "version",
  "created_at",
  "last_at",
] as const;

export const upsertConversations = upsertSql({
  table: "conversations",
  columns: CONVERSATION_COLUMNS,
  key: ["id"],
  fixed: ["contact_id", "sealed_thread", "created_at"],
  newerBy: "version",
  previousState: "previous_state",
  returning: ["state", "previous_state"],
});

export const upsertContacts = upsertSql({
  table: "contacts",
  columns: ["id", "sealed_name", "locale", "created_at", "updated_at"],
  key: ["id"],
  fixed: ["created_at"],
  newerBy: "updated_at",
});

export const insertAddresses = upsertSql({
  table: "contact_addresses",
  columns: ["channel_kind", "address_hash", "contact_id", "sealed_address", "created_at"],
  key: ["channel_kind", "address_hash"],
  fixed: ["contact_id", "sealed_address", "created_at"],
});

export const selectAddresses = `SELECT channel_kind, address_hash, contact_id FROM contact_addresses
  WHERE (channel_kind, address_hash) IN (SELECT value->>0, value->>1 FROM json_each(?1))`;

export const upsertMessages = upsertSql({
  table: "messages",
  columns: [
    "conversation_id",
    "seq",
    "id",
    "direction",
    "author",
    "member_id",
    "state",
    "turn",
    "deleted",
    "at",
    "sealed_body",
    "version",
  ],
  key: ["conversation_id", "seq"],
  newerBy: "version",
  previousState: "previous_state",
  returning: ["direction", "state", "previous_state"],
});

export const upsertTurns = upsertSql({
  table: "turns",
  columns: [
    "conversation_id",
    "seq",
    "id",
    "state",
    "agent_id",
    "release_id",
    "tracking_id",
    "epoch",
    "opened_at",
    "closed_at",
    "outcome",
    "sealed_error",
    "resumes",
    "supersedes",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cost_micros",
    "version",
  ],
  key: ["conversation_id", "seq"],
  newerBy: "version",
  previousState: "previous_state",
  returning: ["state", "previous_state", "outcome", "opened_at", "closed_at"],
});

export const upsertSteps = upsertSql({
  table: "steps",
  columns: [
    "conversation_id",
    "seq",
    "turn",
    "n",
    "type",
    "state",
    "name",
    "provider",
    "purpose",
    "effect",
    "attempt",
    "finish",
    "error_code",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cost_micros",
    "ms",
    "first_token_ms",
    "at",
    "sealed_body",
    "version",
  ],
  key: ["conversation_id", "seq"],
  newerBy: "version",
  previousState: "previous_state",
  returning: [
    "type",
    "state",
    "previous_state",
    "provider",
    "name",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cost_micros",
    "ms",
  ],
});

export const upsertUsage = upsertSql({
  table: "usage",
  columns: [
    "conversation_id",
    "seq",
    "day",
    "agent_id",
    "provider",
    "model",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cost_micros",
    "version",
  ],
  key: ["conversation_id", "seq"],
  newerBy: "version",
});

export const upsertNotes = upsertSql({
  table: "notes",
  columns: ["conversation_id", "seq", "type", "at", "sealed_body", "version"],
  key: ["conversation_id", "seq"],
  newerBy: "version",
});

export const upsertGaps = upsertSql({
  table: "knowledge_gaps",
  columns: ["conversation_id", "seq", "turn", "agent_id", "at", "sealed_query", "version"],
  key: ["conversation_id", "seq"],
  newerBy: "version",
});

export const upsertDeadLetters = upsertSql({
  table: "dead_letters",
  columns: ["id", "kind", "state", "channel_id", "conversation_id", "seq", "class", "sealed_body", "at", "version"],
  key: ["conversation_id", "seq"],
  fixed: ["id", "at"],
  newerBy: "version",
  previousState: "previous_state",
  returning: ["state", "previous_state"],
});

/** A row that lives again: `[conversation, seq, version]`. */
export const resolveDeadLetters = `UPDATE dead_letters SET previous_state = dead_letters.state, state = 'resolved', version = alive.version
  FROM (SELECT value->>0 AS conversation, value->>1 AS seq, value->>2 AS version FROM json_each(?1)) AS alive
  WHERE conversation_id = alive.conversation AND dead_letters.seq = alive.seq AND alive.version > dead_letters.version
  RETURNING dead_letters.state, dead_letters.previous_state`;

/** `[conversation, seq, [word hash, …]]`; runs after the messages are there. */
export const insertWords = `INSERT OR IGNORE INTO message_words (entry)
  SELECT (word.value << 32) | message.number FROM json_each(?1) AS item
  JOIN messages AS message ON message.conversation_id = item.value->>0 AND message.seq = item.value->>1
  JOIN json_each(item.value, '$[2]') AS word`;

export const deleteWords = `DELETE FROM message_words WHERE entry IN (
  SELECT (word.value << 32) | message.number FROM json_each(?1) AS item
  JOIN messages AS message ON message.conversation_id = item.value->>0 AND message.seq = item.value->>1
  JOIN json_each(item.value, '$[2]') AS word)`;

export const selectConversationContacts = `SELECT id, contact_id FROM conversations
  WHERE id IN (SELECT value FROM json_each(?1))`;

/** Ids of contacts, or contact ids that logs were begun with. */
const ERASED = `FROM json_each(?1) AS one WHERE EXISTS (SELECT 1 FROM erasures WHERE contact_id = one.value)
  OR EXISTS (SELECT 1 FROM erased_logs WHERE begun_as = one.value)`;

export const selectErased = `SELECT one.value AS id ${ERASED}`;

/**
 * An error, which undoes the whole batch, when any of them was erased: what was looked up before the batch may have been
 * erased since.
 */
export const refuseErased = `SELECT json('erased') ${ERASED}`;
