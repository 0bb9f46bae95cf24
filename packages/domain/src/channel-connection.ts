import * as z from "zod";

export const Bilingual = z.object({ es: z.string(), en: z.string() });
export type Bilingual = z.infer<typeof Bilingual>;

/**
 * One thing that must be so for the channel to work. `fixed` was wrong and has been put right just now; `manual` cannot
 * be seen or done by API, so `help` says how a person does it.
 */
export const ConnectCheck = z.object({
  id: z.string(),
  state: z.enum(["ok", "fixed", "manual", "broken"]),
  title: Bilingual,
  help: Bilingual.optional(),
  until: z.number().optional().describe("When it ends, where the vendor says so; milliseconds"),
});
export type ConnectCheck = z.infer<typeof ConnectCheck>;

/** What the last connecting or disconnecting found, as it is kept with the channel. */
export const ChannelConnection = z.object({
  connected: z.boolean(),
  checkedAt: z.number(),
  checks: z.array(ConnectCheck),
  facts: z.record(z.string(), z.string()),
});
export type ChannelConnection = z.infer<typeof ChannelConnection>;

/** Connected means that nothing is known to be broken; what only a person can see does not hold it back. */
export const isConnected = ({ checks }: { checks: readonly ConnectCheck[] }): boolean =>
  checks.every(({ state }) => state !== "broken");
