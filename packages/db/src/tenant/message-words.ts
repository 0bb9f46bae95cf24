import { integer, sqliteTable } from "drizzle-orm/sqlite-core";

/**
 * Blind index over messages: `entry` is the keyed hash of a word (31 bits) above the message's number (32 bits), so that
 * one small tree holds both and a search is one range of it.
 */
export const messageWords = sqliteTable("message_words", {
  entry: integer("entry").primaryKey(),
});
