import * as z from "zod";
import { PageInput } from "../paging.ts";

export const DeadEventState = z.enum(["waiting", "replayed", "discarded"]);
export type DeadEventState = z.infer<typeof DeadEventState>;

export const ListDeadEventsInput = PageInput.extend({
  state: DeadEventState.optional(),
  queue: z.string().max(64).optional(),
  tenantId: z.string().max(64).optional(),
});
export type ListDeadEventsInput = z.infer<typeof ListDeadEventsInput>;

export const DeadEventOut = z.object({
  id: z.string(),
  queue: z.string().describe("The dead-letter queue it came out of"),
  tenantId: z.string().nullable(),
  state: DeadEventState,
  reason: z.string(),
  at: z.string(),
  settledAt: z.string().nullable(),
  settledBy: z.string().nullable().describe("Who replayed or discarded it"),
});
export type DeadEventOut = z.infer<typeof DeadEventOut>;

/** What somebody needs to decide with. The content stays sealed: it is what a customer wrote. */
export const DeadEventDetail = DeadEventOut.extend({
  replayable: z.boolean(),
  bytes: z.int().describe("0 once it was discarded"),
  channelId: z.string().nullable(),
  conversationId: z.string().nullable(),
  trackingId: z.string().nullable(),
  events: z.int().nullable().describe("How many events or rows it carries"),
});
export type DeadEventDetail = z.infer<typeof DeadEventDetail>;

/** Puts a message back on the queue it died on. */
export type Requeue = (queue: string, body: unknown) => Promise<void>;
