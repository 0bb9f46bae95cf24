import type { Capabilities, ChannelSending, ChannelSetup, ChannelWebhook } from "./contract.ts";
import { attendTwilio } from "./twilio/attend.ts";
import { TwilioConfig, TwilioSecrets } from "./twilio/config.ts";
import { connectTwilio } from "./twilio/connect.ts";
import { disconnectTwilio } from "./twilio/disconnect.ts";
import { fetchTwilioMedia } from "./twilio/media.ts";
import { parseTwilioWebhook } from "./twilio/parse.ts";
import { renderTwilio } from "./twilio/render.ts";
import { MAX_BODY, sendTwilio, WINDOW_MS } from "./twilio/send.ts";
import { verifyTwilio } from "./twilio/signature.ts";

const capabilities: Capabilities = {
  maxText: MAX_BODY,
  maxButtons: 10,
  streams: false,
  typing: true,
  markdown: "full",
  // Callbacks come within seconds, and are repeated; after this long Twilio has most likely never heard of the message.
  ambiguous: { tier: "callback", settleMs: 120_000, policy: "resend" },
  maxBubbles: 5,
  /** Of WhatsApp; texts to telephones are not bound to it. */
  windowMs: WINDOW_MS,
  // WhatsApp's own: 80 a second for each number, and one in six seconds to one person. Twilio queues what carriers
  // take more slowly than that for up to four hours.
  rates: { account: { everyMs: 13, burst: 80 }, person: { everyMs: 6_000, burst: 45 } },
  typingEveryMs: 20_000,
};

export const EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/** SMS, MMS and WhatsApp through Twilio. */
export const twilioSetup: ChannelSetup<TwilioConfig, TwilioSecrets> = {
  kind: "twilio",
  label: { es: "Twilio (SMS, MMS y WhatsApp)", en: "Twilio (SMS, MMS and WhatsApp)" },
  capabilities,
  configSchema: TwilioConfig,
  secretsSchema: TwilioSecrets,
  connect: connectTwilio,
  disconnect: disconnectTwilio,
};

export const twilioWebhook: ChannelWebhook<TwilioConfig, TwilioSecrets> = {
  kind: "twilio",
  maxBodyBytes: 131_072,
  contentTypes: ["application/x-www-form-urlencoded", "application/json"],
  configSchema: TwilioConfig,
  secretsSchema: TwilioSecrets,
  verify: (request, account) => verifyTwilio(request, account.secrets.authTokens),
  parse: parseTwilioWebhook,
  acknowledge: () => new Response(EMPTY_TWIML, { headers: { "content-type": "text/xml; charset=utf-8" } }),
};

export const twilioSending: ChannelSending<TwilioConfig, TwilioSecrets> = {
  render: (answer) => renderTwilio(answer, capabilities),
  send: sendTwilio,
  attend: attendTwilio,
  media: fetchTwilioMedia,
};
