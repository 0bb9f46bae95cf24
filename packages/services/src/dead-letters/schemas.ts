import * as z from "zod";
import { PageInput } from "../paging.ts";

export const ListDeadLettersInput = PageInput.extend({
  state: z.enum(["open", "resolved"]).optional(),
  kind: z.enum(["inbound", "turn", "out"]).optional(),
});
export type ListDeadLettersInput = z.infer<typeof ListDeadLettersInput>;

export const DeadLetterOut = z.object({
  id: z.string(),
  kind: z
    .enum(["inbound", "turn", "out"])
    .describe("An event that could not be read, a turn without an end, a message that could not be sent"),
  state: z.enum(["open", "resolved"]),
  channelId: z.string().nullable(),
  conversationId: z.string().nullable(),
  seq: z.int().nullable().describe("Row of the conversation that can be replayed"),
  class: z.string(),
  reason: z.string(),
  raw: z.string().nullable().describe("The event as it came"),
  at: z.string(),
});
export type DeadLetterOut = z.infer<typeof DeadLetterOut>;

export type QuarantineInput = { channelId: string; items: { reason: string; raw: string }[] };
