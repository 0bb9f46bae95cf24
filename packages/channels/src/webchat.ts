import * as z from "zod";
import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { asMarkdown, renderMarkdown } from "./markdown/render.ts";

/** `https://example.com`, as browsers send it in `Origin`: no path, no trailing slash. */
const Origin = z
  .string()
  .max(255)
  .refine((text) => URL.parse(text)?.origin === text && text !== "null", "An origin such as https://example.com");

export const WebchatConfig = z.object({
  allowedOrigins: z
    .array(Origin)
    .max(50)
    .default([])
    .describe("Sites that may embed the chat; empty: only Charla's own"),
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

const Key = z.string().regex(/^[0-9a-f]{64}$/);
export const WebchatSecrets = z.object({
  visitorSecret: Key.describe("Signs visitor tokens"),
  identitySecret: Key.describe("The tenant's own site signs the identity of its users with it"),
});
export type WebchatSecrets = z.infer<typeof WebchatSecrets>;

const capabilities: Capabilities = {
  maxText: 16_000,
  maxButtons: 20,
  streams: true,
  typing: true,
  markdown: "full",
  ambiguous: { tier: "own" },
  maxBubbles: 6,
};

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Has neither webhook nor call-back: visitors' sockets end in the conversation itself. */
export const webchatSetup: ChannelSetup<WebchatConfig, WebchatSecrets> = {
  kind: "webchat",
  label: { es: "Chat web", en: "Web chat" },
  capabilities,
  webhook: false,
  configSchema: WebchatConfig,
  secretsSchema: WebchatSecrets,
  generateSecrets: () => ({ visitorSecret: newKey(), identitySecret: newKey() }),
};

export const webchatWebhook: ChannelWebhook<WebchatConfig, WebchatSecrets> = {
  kind: "webchat",
  maxBodyBytes: 65_536,
  configSchema: WebchatConfig,
  secretsSchema: WebchatSecrets,
};

export const webchatSending: ChannelSending<WebchatConfig, WebchatSecrets> = {
  render: (answer) => renderMarkdown(answer, capabilities, asMarkdown),
};
