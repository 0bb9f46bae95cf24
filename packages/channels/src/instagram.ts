import { defineChannel } from "./contract.ts";
import { type MessagingConfig, messagingConfig, type MessagingSecrets } from "./meta/messaging/account.ts";
import { messagingChannel } from "./meta/messaging/channel.ts";
import { MAX_QUICK_REPLIES } from "./meta/messaging/render.ts";
import { WINDOW_MS } from "./meta/messaging/send.ts";

const encoder = new TextEncoder();

/** https://developers.facebook.com/docs/instagram-platform */
export const instagram = defineChannel<MessagingConfig, MessagingSecrets>({
  kind: "instagram",
  label: { es: "Instagram", en: "Instagram" },
  configSchema: messagingConfig("https://graph.instagram.com", "ID of the professional Instagram account"),
  ...messagingChannel(
    {
      object: "instagram",
      mediaHosts: [".fbcdn.net", ".fbsbx.com", ".cdninstagram.com"],
      measure: (text) => encoder.encode(text).length,
      scopes: ["instagram_basic", "instagram_manage_messages"],
      fields: {
        needed: ["messages", "messaging_postbacks"],
        useful: ["message_reactions", "messaging_seen", "messaging_referral", "message_edit"],
      },
    },
    {
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
    },
  ),
});
