import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { type Flavour, type MessagingConfig, messagingConfig, MessagingSecrets } from "./meta/messaging/account.ts";
import { instagramFiles } from "./meta/messaging/file-limits.ts";
import { messagingSending } from "./meta/messaging/sending.ts";
import { messagingSetup } from "./meta/messaging/setup.ts";
import { messagingWebhook } from "./meta/messaging/webhook.ts";
import { MAX_QUICK_REPLIES, WINDOW_MS } from "./meta/messaging/limits.ts";

const encoder = new TextEncoder();

/** https://developers.facebook.com/docs/instagram-platform */
const flavour: Flavour = {
  object: "instagram",
  mediaHosts: [".fbcdn.net", ".fbsbx.com", ".cdninstagram.com"],
  measure: (text) => encoder.encode(text).length,
  scopes: ["instagram_basic", "instagram_manage_messages"],
  fields: {
    needed: ["messages", "messaging_postbacks"],
    useful: ["message_reactions", "messaging_seen", "messaging_referral", "message_edit"],
  },
};

const capabilities: Capabilities = {
  // Bytes of UTF-8; as many UTF-16 units never fit more.
  maxText: 1000,
  maxButtons: MAX_QUICK_REPLIES,
  streams: false,
  typing: true,
  markdown: "none",
  ambiguous: { tier: "none", policy: "hold" },
  maxBubbles: 5,
  windowMs: WINDOW_MS,
  rates: { account: { everyMs: 1000 / 100, burst: 100 } },
  typingEveryMs: 15_000,
};

const form = {
  kind: "instagram",
  configSchema: messagingConfig("https://graph.instagram.com", "ID of the professional Instagram account"),
  secretsSchema: MessagingSecrets,
};

export const instagramSetup: ChannelSetup<MessagingConfig, MessagingSecrets> = /* @__PURE__ */ messagingSetup(
  form,
  { es: "Instagram", en: "Instagram" },
  flavour,
  capabilities,
);

export const instagramWebhook: ChannelWebhook<MessagingConfig, MessagingSecrets> = /* @__PURE__ */ messagingWebhook(
  form,
  flavour,
);

export const instagramSending: ChannelSending<MessagingConfig, MessagingSecrets> = /* @__PURE__ */ messagingSending(
  flavour,
  capabilities,
  instagramFiles,
);
