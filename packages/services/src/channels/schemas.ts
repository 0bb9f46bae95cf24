import type { ChannelRow } from "@charla/db/tenant/channels";
import { BurstOverride } from "@charla/domain/release";
import * as z from "zod";
import { isoTime } from "../paging.ts";

/** What services need of the registry of channels; the composition root hands it in. */
export type ChannelKinds = Readonly<
  Record<string, { configSchema: z.ZodType; secretsSchema: z.ZodType; generateSecrets?: () => Record<string, unknown> }>
>;

const Name = z.string().min(1).max(120);
const Config = z.record(z.string(), z.json());
const Secrets = z.record(z.string(), z.json()).describe("Credentials of the account; never given back");

export const CreateChannelInput = z.strictObject({
  kind: z.string().min(1).max(64),
  name: Name,
  agentId: z.string(),
  config: Config.default({}),
  secrets: Secrets.optional(),
  burst: BurstOverride.optional().describe("Overrides the agent's settings on this channel"),
});
export type CreateChannelInput = z.infer<typeof CreateChannelInput>;

export const UpdateChannelInput = z.strictObject({
  name: Name.optional(),
  agentId: z.string().optional(),
  config: Config.optional(),
  secrets: Secrets.optional(),
  burst: BurstOverride.nullable().optional(),
});
export type UpdateChannelInput = z.infer<typeof UpdateChannelInput> & { ifVersion?: number };

export const RotateSecretInput = z.strictObject({ secrets: Secrets.optional() });
export type RotateSecretInput = z.infer<typeof RotateSecretInput> & { channelId: string };

export const ChannelOut = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  agentId: z.string(),
  status: z.enum(["active", "disabled"]),
  config: Config,
  burst: z.record(z.string(), z.number()).nullable(),
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ChannelOut = z.infer<typeof ChannelOut>;

export const ChannelWithSecrets = ChannelOut.extend({
  secrets: Config.describe("Secrets that the platform made; shown only this once"),
});
export type ChannelWithSecrets = z.infer<typeof ChannelWithSecrets>;

export function toChannelOut(row: ChannelRow): ChannelOut {
  const { id, kind, name, agentId, status, config, burst, version } = row;
  const times = { createdAt: isoTime(row.createdAt), updatedAt: isoTime(row.updatedAt) };
  return { id, kind, name, agentId, status, config, burst, version, ...times };
}
