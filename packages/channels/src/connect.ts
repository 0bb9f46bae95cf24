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
});
export type ConnectCheck = z.infer<typeof ConnectCheck>;

export const ConnectReport = z.object({
  checks: z.array(ConnectCheck),
  /** What the vendor says about the account and a person recognises it by: its name, its number. */
  facts: z.record(z.string(), z.string()).default({}),
  /** Settings learnt from the vendor; they are written into the account's configuration. */
  learnt: z.record(z.string(), z.json()).default({}),
});
export type ConnectReport = z.infer<typeof ConnectReport>;

export type ConnectContext = { fetch: typeof fetch; now: number; signal: AbortSignal };

/** Connected means that nothing is known to be broken; what only a person can see does not hold it back. */
export const isConnected = ({ checks }: ConnectReport): boolean => checks.every(({ state }) => state !== "broken");

export const check = (id: string, state: ConnectCheck["state"], title: Bilingual, help?: Bilingual): ConnectCheck => ({
  id,
  state,
  title,
  ...(help && { help }),
});
