/** Id, agent, note, actor, time. The number is taken in the same statement, so that no two releases get one. */
export const insertRelease = `INSERT INTO releases (id, agent_id, number, note, created_by, created_at)
  SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5 FROM releases WHERE agent_id = ?2 RETURNING number`;

/**
 * Hashes, how many, below this message number, limit. Messages that hold every word are those that appear under as many
 * entries as there are words.
 */
export const searchWords = `SELECT entry & 4294967295 AS number
  FROM json_each(?1) AS word JOIN message_words ON entry BETWEEN (word.value << 32) AND (word.value << 32) | min(4294967295, ?3 - 1)
  GROUP BY number HAVING count(*) = ?2 ORDER BY number DESC LIMIT ?4`;

/** `[id, channel, fingerprint, sealed body, time]` rows. */
export const insertQuarantined = `INSERT INTO dead_letters (id, kind, state, channel_id, class, fingerprint, sealed_body, at, version)
  SELECT value->>0, 'inbound', 'open', value->>1, 'unreadable', value->>2, value->>3, value->>4, 0 FROM json_each(?1) WHERE true
  ON CONFLICT (fingerprint) DO NOTHING`;

/** Fingerprints. */
export const resolveQuarantined = `UPDATE dead_letters SET previous_state = state, state = 'resolved'
  WHERE state = 'open' AND fingerprint IN (SELECT value FROM json_each(?1))`;
