import * as z from "zod";
import type { ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { ownChat, ownChatSending } from "./own-chat.ts";
import { AllowedOrigins, newVisitorSecrets, VisitorSecrets } from "./visitors.ts";

export const WebchatConfig = z.object({
  allowedOrigins: AllowedOrigins.describe("Sites that may embed the chat; empty: only Charla's own"),
  title: z.string().min(1).max(80).default("Chat"),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .default("#1f6feb"),
  greeting: z
    .string()
    .max(1000)
    .optional()
    .describe("Shown before the visitor writes; it is not part of the conversation"),
});
export type WebchatConfig = z.infer<typeof WebchatConfig>;

/** Has neither webhook nor call-back: visitors' sockets end in the conversation itself. */
export const webchatSetup: ChannelSetup<WebchatConfig, VisitorSecrets> = {
  kind: "webchat",
  label: { es: "Chat web", en: "Web chat" },
  capabilities: ownChat,
  webhook: false,
  configSchema: WebchatConfig,
  secretsSchema: VisitorSecrets,
  generateSecrets: newVisitorSecrets,
};

export const webchatWebhook: ChannelWebhook<WebchatConfig, VisitorSecrets> = {
  kind: "webchat",
  maxBodyBytes: 65_536,
  configSchema: WebchatConfig,
  secretsSchema: VisitorSecrets,
};

export const webchatSending: ChannelSending<WebchatConfig, VisitorSecrets> = ownChatSending;
