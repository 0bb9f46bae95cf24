import * as z from "zod";

/**
 * What can be wrong with a channel that works by all appearances: nobody writes any more, what comes in is not signed
 * right, the vendor no longer lets us in or soon will not, what we send does not get through.
 */
export const AlertKind = z.enum(["quiet", "signature", "access", "expiry", "sending"]);
export type AlertKind = z.infer<typeof AlertKind>;

/** The numbers that made the alert, as they were last seen; instants in milliseconds. */
export const AlertFacts = z.object({
  lastInAt: z.number().optional().describe("When somebody last wrote"),
  expected: z.number().optional().describe("Conversations that the usual rhythm would have brought since then"),
  refused: z.number().optional().describe("Deliveries of the last hour whose signature was wrong"),
  received: z.number().optional().describe("Messages of the last hour"),
  failed: z.number().optional().describe("Messages of the last hour that could not be sent"),
  sent: z.number().optional().describe("Messages of the last hour that were sent"),
  waiting: z.number().optional().describe("Messages that have waited too long to be sent"),
  error: z.string().optional().describe("The commonest class of failure"),
  failedAt: z.number().optional().describe("The last failure"),
  expiresAt: z.number().optional().describe("When the vendor's permission ends"),
});
export type AlertFacts = z.infer<typeof AlertFacts>;
