import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { type Flavour, type MessagingConfig, messagingConfig, MessagingSecrets } from "./meta/messaging/account.ts";
import { messengerFiles } from "./meta/messaging/file-limits.ts";
import { messagingSending } from "./meta/messaging/sending.ts";
import { messagingSetup } from "./meta/messaging/setup.ts";
import { messagingWebhook } from "./meta/messaging/webhook.ts";
import { MAX_QUICK_REPLIES, WINDOW_MS } from "./meta/messaging/limits.ts";

/** https://developers.facebook.com/docs/messenger-platform */
const flavour: Flavour = {
  object: "page",
  mediaHosts: [".fbcdn.net", ".fbsbx.com"],
  measure: (text) => text.length,
  scopes: ["pages_messaging", "pages_manage_metadata"],
  fields: {
    needed: ["messages", "messaging_postbacks", "message_echoes"],
    useful: ["message_deliveries", "message_reads", "message_reactions", "message_edits", "messaging_referrals"],
  },
};

const capabilities: Capabilities = {
  maxText: 2000,
  maxButtons: MAX_QUICK_REPLIES,
  streams: false,
  typing: true,
  markdown: "none",
  // The echo of our own message carries our id back.
  ambiguous: { tier: "callback", settleMs: 60_000, policy: "hold" },
  maxBubbles: 4,
  windowMs: WINDOW_MS,
  rates: { account: { everyMs: 1000 / 250, burst: 250 } },
  typingEveryMs: 15_000,
};

const form = {
  kind: "messenger",
  configSchema: messagingConfig("https://graph.facebook.com", "ID of the Facebook page"),
  secretsSchema: MessagingSecrets,
};

export const messengerSetup: ChannelSetup<MessagingConfig, MessagingSecrets> = /* @__PURE__ */ messagingSetup(
  form,
  { es: "Messenger", en: "Messenger" },
  flavour,
  capabilities,
);

export const messengerWebhook: ChannelWebhook<MessagingConfig, MessagingSecrets> = /* @__PURE__ */ messagingWebhook(
  form,
  flavour,
);

export const messengerSending: ChannelSending<MessagingConfig, MessagingSecrets> = /* @__PURE__ */ messagingSending(
  flavour,
  capabilities,
  messengerFiles,
);
