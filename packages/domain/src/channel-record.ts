import * as z from "zod";

/** Minutes that a person who typed on the phone itself keeps the conversation. */
export const HandBackMinutes = z.int().min(1).max(10_080);
export const DEFAULT_HAND_BACK_MINUTES = 30;

/** What the router and the agent need to know of a connected account; kept in KV (`channel:<id>`), sealed parts by tenant key. */
export const ChannelRoute = z.object({
  v: z.literal(1),
  id: z.string(),
  tenantId: z.string(),
  kind: z.string(),
  agentId: z.string(),
  status: z.enum(["active", "disabled"]),
  config: z.record(z.string(), z.json()),
  /** Sealed JSON of the channel's secrets (see packages/services vault); opened only where it is used. */
  sealedSecrets: z.string(),
  /** The tenant's wrapped data key, carried along so that opening needs no second look-up. */
  wrappedKey: z.string(),
  burst: z.record(z.string(), z.number()).optional(),
  handBackMinutes: HandBackMinutes.optional(),
});
export type ChannelRoute = z.infer<typeof ChannelRoute>;
export const channelKvKey = (channelId: string): string => `channel:${channelId}`;
/** The channel that takes mail for an address (lower case, without detail). */
export const addressKvKey = (address: string): string => `address:${address}`;

/** Where the vendor reaches an account. */
export const webhookUrlOf = (publicBaseUrl: string, kind: string, channelId: string): string =>
  new URL(`/webhooks/${kind}/${channelId}`, publicBaseUrl).href;

/** A tenant's model provider (OpenAI-compatible server), sealed key; KV `provider:<tenant>:<id>`. */
export const ProviderRecord = z.object({
  v: z.literal(1),
  id: z.string(),
  tenantId: z.string(),
  kind: z.string(),
  baseUrl: z.string(),
  sealedKey: z.string(),
  wrappedKey: z.string(),
  prices: z
    .record(z.string(), z.object({ input: z.number(), output: z.number(), cached: z.number().optional() }))
    .default({}),
});
export type ProviderRecord = z.infer<typeof ProviderRecord>;
export const providerKvKey = (tenantId: string, providerId: string): string => `provider:${tenantId}:${providerId}`;
