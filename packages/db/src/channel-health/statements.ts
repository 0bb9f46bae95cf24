const SENT = "('sent', 'delivered', 'read')";

/** The newest message there is. */
export const newestNumber = `SELECT coalesce(max(number), 0) AS number FROM messages`;

/**
 * After this number, up to this one, the mark as it was, now. Adds what came in to the hours it came in. Two at once count
 * once: the second finds another mark.
 */
export const addHours = `INSERT INTO channel_hours (channel_id, hour, received, active, last_in_at)
  SELECT channel_id, min(message.at, ?4) / 3600000, count(*), count(DISTINCT conversation_id), max(min(message.at, ?4))
  FROM messages AS message JOIN conversations ON conversations.id = message.conversation_id
  WHERE number > ?1 AND number <= ?2 AND direction = 'in'
    AND coalesce((SELECT value FROM watch_marks WHERE key = 'tally'), '') = ?3
  GROUP BY 1, 2
  ON CONFLICT (channel_id, hour) DO UPDATE SET received = channel_hours.received + excluded.received,
    active = channel_hours.active + excluded.active, last_in_at = max(channel_hours.last_in_at, excluded.last_in_at)`;

/** Runs in the transaction of {@link addHours}: the mark as it was, as it will be. */
export const moveTally = `INSERT INTO watch_marks (key, value) VALUES ('tally', ?2) ON CONFLICT (key) DO UPDATE
  SET value = excluded.value WHERE watch_marks.value = ?1`;

/** When somebody last wrote to each channel, as far as the hours know. */
export const lastHours = `SELECT id AS channelId,
    (SELECT last_in_at FROM channel_hours WHERE channel_id = channels.id ORDER BY hour DESC LIMIT 1) AS lastInAt
  FROM channels WHERE status = 'active'`;

export const dropHours = `DELETE FROM channel_hours WHERE hour < ?1`;

/** After this number, since this instant, now: what passed by every channel lately. Instants of the future are now. */
export const recentTraffic = `SELECT channel_id AS channelId,
    max(CASE WHEN direction = 'in' THEN min(message.at, ?3) END) AS lastInAt,
    sum(direction = 'in' AND message.at >= ?2) AS received,
    sum(direction = 'out' AND message.at >= ?2 AND message.state IN ${SENT}) AS sent,
    max(CASE WHEN direction = 'out' AND message.state IN ${SENT} THEN message.at END) AS lastSentAt,
    max(CASE WHEN direction = 'out' AND message.state IN ${SENT} THEN message.version END) AS lastMovedAt
  FROM messages AS message JOIN conversations ON conversations.id = message.conversation_id
  WHERE number > ?1 GROUP BY 1`;

/** Since a day ago, since an hour ago. A letter's version is the instant at which it was given up. */
export const recentFailures = `SELECT channel_id AS channelId, class, count(*) AS day, sum(version >= ?2) AS hour,
    max(version) AS lastAt
  FROM dead_letters WHERE version >= ?1 AND kind = 'out' AND state = 'open' GROUP BY 1, 2`;

/** Since this instant: what was given up once and got through when it was replayed. */
export const recoveredSends = `SELECT channel_id AS channelId, max(message.version) AS lastSentAt
  FROM dead_letters JOIN messages AS message
    ON message.conversation_id = dead_letters.conversation_id AND message.seq = dead_letters.seq
  WHERE dead_letters.version >= ?1 AND kind = 'out' AND message.state IN ${SENT} GROUP BY 1`;

/** Before this instant. What is parked waits for a build, not for its channel. */
export const longWaiting = `SELECT channel_id AS channelId, count(*) AS count, min(message.at) AS since
  FROM messages AS message JOIN conversations ON conversations.id = message.conversation_id
  WHERE direction = 'out' AND message.state IN ('queued', 'sending') AND message.at <= ?1 AND conversations.state = 'active'
  GROUP BY 1`;

/** `[id, channel, kind, time, facts]` rows. Of two that find the same trouble one opens the episode. */
export const openAlerts = `INSERT INTO channel_alerts (id, channel_id, kind, opened_at, facts, tell_after)
  SELECT value->>0, value->>1, value->>2, value->>3, value->4, 0 FROM json_each(?1) WHERE true
  ON CONFLICT DO NOTHING RETURNING channel_id AS channelId, kind`;

/** `[id, facts]` rows. */
export const refreshAlerts = `UPDATE channel_alerts SET facts = found.facts
  FROM (SELECT value->>0 AS id, value->1 AS facts FROM json_each(?1)) AS found
  WHERE channel_alerts.id = found.id AND closed_at IS NULL`;

/** Ids, time. */
export const closeAlerts = `UPDATE channel_alerts SET closed_at = ?2
  WHERE closed_at IS NULL AND id IN (SELECT value FROM json_each(?1)) RETURNING channel_id AS channelId, kind`;

export const writeMark = `INSERT INTO watch_marks (key, value) VALUES (?1, ?2)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

/** Episodes that ended before anybody was told of them. */
export const spareUntold = `UPDATE channel_alerts SET opening_told_at = 0, closing_told_at = 0
  WHERE closed_at IS NOT NULL AND opening_told_at IS NULL`;

/** Now, when another may try. What somebody is to be told of: that it began, and to whom that was told, that it ended. */
export const claimUntold = `UPDATE channel_alerts SET tell_after = ?2
  WHERE tell_after <= ?1 AND closing_told_at IS NULL AND (opening_told_at IS NULL) = (closed_at IS NULL)
  RETURNING id`;
