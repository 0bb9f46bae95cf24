import type { ChannelWebhook } from "./contract.ts";
import { emailWebhook } from "./email.ts";
import { httpWebhook } from "./http.ts";
import { instagramWebhook } from "./instagram.ts";
import { messengerWebhook } from "./messenger.ts";
import { slackWebhook } from "./slack.ts";
import { socketioWebhook } from "./socketio.ts";
import { telegramWebhook } from "./telegram.ts";
import { twilioWebhook } from "./twilio.ts";
import { voiceWebhook } from "./voice.ts";
import { webchatWebhook } from "./webchat.ts";
import { whatsappWebhook } from "./whatsapp.ts";

/** The sides of the channels that the router needs. */
export const webhooks = {
  email: emailWebhook,
  http: httpWebhook,
  instagram: instagramWebhook,
  messenger: messengerWebhook,
  slack: slackWebhook,
  socketio: socketioWebhook,
  telegram: telegramWebhook,
  twilio: twilioWebhook,
  voice: voiceWebhook,
  webchat: webchatWebhook,
  whatsapp: whatsappWebhook,
} satisfies Record<string, ChannelWebhook>;

/** What comes in by channels of a stored kind, its own types forgotten. */
export function webhookOf(kind: string): ChannelWebhook | undefined {
  const known: Readonly<Record<string, ChannelWebhook>> = webhooks;
  return Object.hasOwn(known, kind) ? known[kind] : undefined;
}
