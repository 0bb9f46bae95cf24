import * as z from "zod";
import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { asMarkdown, renderMarkdown } from "./markdown/render.ts";
import { AllowedOrigins, newVisitorSecrets, VisitorSecrets } from "./visitors.ts";

export const SocketioConfig = z.object({
  allowedOrigins: AllowedOrigins.describe("Sites whose pages may connect; empty: only Charla's own"),
  title: z.string().min(1).max(80).default("Chat").describe("Name of the agent until a release gives it one"),
});
export type SocketioConfig = z.infer<typeof SocketioConfig>;

const capabilities: Capabilities = {
  maxText: 16_000,
  maxButtons: 20,
  streams: true,
  typing: true,
  markdown: "full",
  ambiguous: { tier: "own" },
  maxBubbles: 6,
};

/** The web chat in another dialect: clients' sessions end in the conversation itself, so no vendor calls anything. */
export const socketioSetup: ChannelSetup<SocketioConfig, VisitorSecrets> = {
  kind: "socketio",
  label: { es: "Socket.IO", en: "Socket.IO" },
  capabilities,
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

export const socketioSending: ChannelSending<SocketioConfig, VisitorSecrets> = {
  render: (answer) => renderMarkdown(answer, capabilities, asMarkdown),
};
