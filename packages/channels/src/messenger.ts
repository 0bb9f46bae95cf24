import { defineChannel } from "./contract.ts";
import { type MessagingConfig, messagingConfig, type MessagingSecrets } from "./meta/messaging/account.ts";
import { messagingChannel } from "./meta/messaging/channel.ts";
import { MAX_QUICK_REPLIES } from "./meta/messaging/render.ts";
import { WINDOW_MS } from "./meta/messaging/send.ts";

/** https://developers.facebook.com/docs/messenger-platform */
export const messenger = defineChannel<MessagingConfig, MessagingSecrets>({
  kind: "messenger",
  label: { es: "Messenger", en: "Messenger" },
  configSchema: messagingConfig("https://graph.facebook.com", "ID of the Facebook page"),
  ...messagingChannel(
    {
      object: "page",
      mediaHosts: [".fbcdn.net", ".fbsbx.com"],
      measure: (text) => text.length,
      scopes: ["pages_messaging", "pages_manage_metadata"],
      fields: {
        needed: ["messages", "messaging_postbacks", "message_echoes"],
        useful: ["message_deliveries", "message_reads", "message_reactions", "message_edits", "messaging_referrals"],
      },
    },
    {
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
    },
  ),
});
