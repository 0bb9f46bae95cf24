import type { StepState } from "@charla/domain/log";
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One model or tool call, or a look-up. `name` is the tool or the model; texts, inputs and outputs are in `sealedBody`. */
export const steps = sqliteTable(
  "steps",
  {
    conversationId: text("conversation_id").notNull(),
    seq: integer("seq").notNull(),
    turn: integer("turn"),
    n: integer("n").notNull(),
    type: text("type", { enum: ["model", "tool", "retrieval"] }).notNull(),
    state: text("state").$type<StepState>().notNull(),
    previousState: text("previous_state"),
    name: text("name").notNull(),
    provider: text("provider"),
    purpose: text("purpose"),
    effect: text("effect"),
    attempt: integer("attempt").notNull(),
    finish: text("finish"),
    errorCode: text("error_code"),
    inputTokens: integer("input_tokens").notNull(),
    outputTokens: integer("output_tokens").notNull(),
    cachedTokens: integer("cached_tokens").notNull(),
    costMicros: integer("cost_micros").notNull(),
    ms: integer("ms"),
    firstTokenMs: integer("first_token_ms"),
    at: integer("at").notNull(),
    sealedBody: text("sealed_body").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [primaryKey({ columns: [table.conversationId, table.seq] })],
);

export type StepRow = typeof steps.$inferSelect;
