import * as z from "zod";

export const FloodWish = z.object({
  url: z.string(),
  secret: z.string(),
  prefix: z.string(),
  connections: z.number(),
  /** Messages per webhook, each in a conversation of its own. */
  batch: z.number(),
  /** How long a connection rests after an answer; a flood does not rest. */
  gapMs: z.number(),
  ms: z.number(),
});
export type FloodWish = z.infer<typeof FloodWish>;

export const FloodAnswer = z.object({
  ids: z.array(z.string()),
  status: z.number(),
  retryAfter: z.string().optional(),
  ms: z.number(),
});
export type FloodAnswer = z.infer<typeof FloodAnswer>;
