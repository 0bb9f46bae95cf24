/** `?1` conversation, `?2` the contact id that its log was begun with. In this order: words are found by their messages. */
export const eraseConversation: readonly string[] = [
  // The index holds hashes only, under numbers that mean nothing without the messages, so all of it is looked through.
  `DELETE FROM message_words WHERE (entry & 4294967295) IN (SELECT number FROM messages WHERE conversation_id = ?1)`,
  `DELETE FROM messages WHERE conversation_id = ?1`,
  `DELETE FROM turns WHERE conversation_id = ?1`,
  `DELETE FROM steps WHERE conversation_id = ?1`,
  `DELETE FROM uploads WHERE conversation_id = ?1`,
  `DELETE FROM knowledge_gaps WHERE conversation_id = ?1`,
  `DELETE FROM notes WHERE conversation_id = ?1`,
  `DELETE FROM dead_letters WHERE conversation_id = ?1`,
  // What it cost stays in the sums of the tenant, and is no conversation's any more.
  `UPDATE usage SET conversation_id = ?2 WHERE conversation_id = ?1`,
  `DELETE FROM conversations WHERE id = ?1`,
];

export const countMessages = `SELECT count(*) AS count FROM messages WHERE conversation_id = ?1`;

/** Owners of these addresses that were there before: `[kind, hash]` pairs, instant. */
export const earlierOwners = `SELECT DISTINCT contact.id FROM contact_addresses AS address
  JOIN contacts AS contact ON contact.id = address.contact_id
  WHERE (address.channel_kind, address.address_hash) IN (SELECT value->>0, value->>1 FROM json_each(?1)) AND contact.created_at < ?2`;
