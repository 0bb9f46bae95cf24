import { Bilingual, ConnectCheck, isConnected } from "@charla/domain/channel-connection";
import * as z from "zod";

export { Bilingual, ConnectCheck, isConnected };

export const ConnectReport = z.object({
  checks: z.array(ConnectCheck),
  /** What the vendor says about the account and a person recognises it by: its name, its number. */
  facts: z.record(z.string(), z.string()).default({}),
  /** Settings learnt from the vendor; they are written into the account's configuration. */
  learnt: z.record(z.string(), z.json()).default({}),
  /** Secrets that the vendor gave; they are sealed into the account and taken out of what anybody is shown. */
  learntSecrets: z.record(z.string(), z.json()).optional(),
});
export type ConnectReport = z.infer<typeof ConnectReport>;

export type ConnectContext = { fetch: typeof fetch; now: number; signal: AbortSignal };

export const check = (id: string, state: ConnectCheck["state"], title: Bilingual, help?: Bilingual): ConnectCheck => ({
  id,
  state,
  title,
  ...(help && { help }),
});
