import type { ChannelRow } from "@charla/db/tenant/channels";
import { ChannelConnection } from "@charla/domain/channel-connection";
import { HandBackMinutes, webhookUrlOf } from "@charla/domain/channel-record";
import { BurstOverride } from "@charla/domain/release";
import * as z from "zod";
import type { PlatformCtx } from "../context.ts";
import { isoTime } from "../paging.ts";
import type { ChannelKinds } from "./kinds.ts";

const Name = z.string().min(1).max(120);
const Config = z.record(z.string(), z.json());
const Secrets = z.record(z.string(), z.json()).describe("Credentials of the account; never given back");

const HAND_BACK =
  "Minutes that a person who typed on the phone itself keeps the conversation, from the last word; 30 if absent";

export const CreateChannelInput = z.strictObject({
  kind: z.string().min(1).max(64),
  name: Name,
  agentId: z.string(),
  config: Config.default({}),
  secrets: Secrets.optional(),
  burst: BurstOverride.optional().describe("Overrides the agent's settings on this channel"),
  handBackMinutes: HandBackMinutes.optional().describe(HAND_BACK),
});
export type CreateChannelInput = z.infer<typeof CreateChannelInput>;

export const UpdateChannelInput = z.strictObject({
  name: Name.optional(),
  agentId: z.string().optional(),
  config: Config.optional(),
  secrets: Secrets.optional(),
  burst: BurstOverride.nullable().optional(),
  handBackMinutes: HandBackMinutes.optional(),
});
export type UpdateChannelInput = z.infer<typeof UpdateChannelInput> & { ifVersion?: number };

export const RotateSecretInput = z.strictObject({ secrets: Secrets.optional() });
export type RotateSecretInput = z.infer<typeof RotateSecretInput> & { channelId: string };

export const ConnectionOut = ChannelConnection.extend({
  checkedAt: z.string(),
  facts: ChannelConnection.shape.facts.describe("What the vendor calls the account: its name, its number"),
});
export type ConnectionOut = z.infer<typeof ConnectionOut>;

export const ChannelOut = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  agentId: z.string(),
  status: z.enum(["active", "disabled"]),
  config: Config,
  burst: z.record(z.string(), z.number()).nullable(),
  handBackMinutes: z.int(),
  webhookUrl: z.string().nullable().describe("Where the vendor delivers; null where the channel has no webhook"),
  connection: ConnectionOut.nullable().describe("What the last connecting or disconnecting found"),
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ChannelOut = z.infer<typeof ChannelOut>;

export const ChannelWithSecrets = ChannelOut.extend({
  secrets: Config.describe("Secrets that the platform made; shown only this once"),
});
export type ChannelWithSecrets = z.infer<typeof ChannelWithSecrets>;

export const toConnectionOut = (connection: ChannelConnection): ConnectionOut => ({
  ...connection,
  checkedAt: isoTime(connection.checkedAt),
});

export function toChannelOut(
  { publicBaseUrl }: Pick<PlatformCtx, "publicBaseUrl">,
  row: ChannelRow,
  kinds: ChannelKinds,
): ChannelOut {
  const { id, kind, name, agentId, status, config, burst, handBackMinutes, connection, version } = row;
  return {
    id,
    kind,
    name,
    agentId,
    status,
    config,
    burst,
    handBackMinutes,
    webhookUrl: kinds[kind]?.webhook === false ? null : webhookUrlOf(publicBaseUrl, kind, id),
    connection: connection && toConnectionOut(connection),
    version,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  };
}
