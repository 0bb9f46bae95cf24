import { Bilingual } from "@charla/domain/channel-connection";
import * as z from "zod";

const JsonSchema = z.record(z.string(), z.json());
const Rate = z.object({ everyMs: z.number(), burst: z.number() });

const Capabilities = z.object({
  maxText: z.number().describe("Longest text of one bubble, in the channel's own dialect"),
  maxButtons: z.number(),
  maxBubbles: z.number().describe("How many bubbles one answer may become"),
  streams: z.boolean(),
  typing: z.boolean(),
  markdown: z.enum(["full", "none"]),
  windowMs: z.number().nullable().describe("How long after the person's last word the business may write freely"),
  rates: z.object({ account: Rate.nullable(), person: Rate.nullable() }),
  ambiguous: z
    .object({ tier: z.string(), policy: z.enum(["resend", "hold"]).nullable() })
    .describe("How a message is settled whose sending was not confirmed"),
});

export const ChannelKindOut = z.object({
  kind: z.string(),
  label: Bilingual,
  configSchema: JsonSchema.describe("JSON Schema of a channel's `config`, as it is sent"),
  secretsSchema: JsonSchema.describe("JSON Schema of a channel's `secrets`, as they are sent"),
  madeSecrets: z.array(z.string()).describe("Secrets that the platform makes where none are given"),
  capabilities: Capabilities,
  connects: z.boolean().describe("Connecting does something; otherwise there is nothing to connect"),
  disconnects: z.boolean(),
  webhookUrl: z
    .string()
    .nullable()
    .describe("Where the vendor delivers, with `{channelId}` in it; null where there is no webhook"),
});
export type ChannelKindOut = z.infer<typeof ChannelKindOut>;
