import type { ConnectCheck } from "@charla/domain/channel-connection";
import type * as z from "zod";

/** An account with its secrets open, for as long as the vendor is talked to. */
export type OpenAccount = { id: string; tenantId: string; config: unknown; secrets: unknown; webhookUrl: string };

/** What a vendor was found to say; what was learnt goes into the account and is shown to nobody as it is. */
export type VendorReport = {
  checks: ConnectCheck[];
  facts: Record<string, string>;
  learnt: Record<string, unknown>;
  learntSecrets?: Record<string, unknown>;
};

export type VendorContext = { fetch: typeof fetch; now: number; signal: AbortSignal };

/** What the verbs need of a channel. */
export type ChannelKind = {
  configSchema: z.ZodType;
  secretsSchema: z.ZodType;
  generateSecrets?: () => Record<string, unknown>;
  /** Mail addresses that must be this account's alone. */
  addresses?(config: unknown): string[];
  /** Where no vendor delivers anything. */
  webhook?: false;
  connect?(account: OpenAccount, context: VendorContext): Promise<VendorReport>;
  disconnect?(account: OpenAccount, context: VendorContext): Promise<VendorReport>;
};

/** What services need of the registry of channels; the composition root hands it in. */
export type ChannelKinds = Readonly<Record<string, ChannelKind>>;
