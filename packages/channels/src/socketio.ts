import * as z from "zod";
import type { ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { ownChat, ownChatSending } from "./own-chat.ts";
import { AllowedOrigins, newVisitorSecrets, VisitorSecrets } from "./visitors.ts";

export const SocketioConfig = z.object({
  allowedOrigins: AllowedOrigins.describe("Sites whose pages may connect; empty: only Charla's own"),
  title: z.string().min(1).max(80).default("Chat").describe("Name of the agent until a release gives it one"),
});
export type SocketioConfig = z.infer<typeof SocketioConfig>;

/** The web chat in another dialect: clients' sessions end in the conversation itself, so no vendor calls anything. */
export const socketioSetup: ChannelSetup<SocketioConfig, VisitorSecrets> = {
  kind: "socketio",
  label: { es: "Socket.IO", en: "Socket.IO" },
  capabilities: ownChat,
  webhook: false,
  configSchema: SocketioConfig,
  secretsSchema: VisitorSecrets,
  generateSecrets: newVisitorSecrets,
};

export const socketioWebhook: ChannelWebhook<SocketioConfig, VisitorSecrets> = {
  kind: "socketio",
  maxBodyBytes: 65_536,
  configSchema: SocketioConfig,
  secretsSchema: VisitorSecrets,
};

export const socketioSending: ChannelSending<SocketioConfig, VisitorSecrets> = ownChatSending;
