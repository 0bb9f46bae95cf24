import type { Channel } from "./contract.ts";
import { emailSending } from "./email.ts";
import { httpSending } from "./http.ts";
import { instagramSending } from "./instagram.ts";
import { messengerSending } from "./messenger.ts";
import { slackSending } from "./slack.ts";
import { socketioSending } from "./socketio.ts";
import { telegramSending } from "./telegram.ts";
import { twilioSending } from "./twilio.ts";
import { voiceSending } from "./voice.ts";
import { webchatSending } from "./webchat.ts";
import { whatsappSending } from "./whatsapp.ts";
import { setups } from "./setups.ts";
import { webhooks } from "./webhooks.ts";

/** Everything that knows of channels derives from these lines: routes, forms, OpenAPI, the contract suite. */
export const channels = {
  email: { ...setups.email, ...webhooks.email, ...emailSending },
  http: { ...setups.http, ...webhooks.http, ...httpSending },
  instagram: { ...setups.instagram, ...webhooks.instagram, ...instagramSending },
  messenger: { ...setups.messenger, ...webhooks.messenger, ...messengerSending },
  slack: { ...setups.slack, ...webhooks.slack, ...slackSending },
  socketio: { ...setups.socketio, ...webhooks.socketio, ...socketioSending },
  telegram: { ...setups.telegram, ...webhooks.telegram, ...telegramSending },
  twilio: { ...setups.twilio, ...webhooks.twilio, ...twilioSending },
  voice: { ...setups.voice, ...webhooks.voice, ...voiceSending },
  webchat: { ...setups.webchat, ...webhooks.webchat, ...webchatSending },
  whatsapp: { ...setups.whatsapp, ...webhooks.whatsapp, ...whatsappSending },
} satisfies Record<string, Channel>;

export type ChannelKind = keyof typeof channels;

export const channelKinds = Object.keys(channels) as ChannelKind[];

export function isChannelKind(kind: string): kind is ChannelKind {
  return Object.hasOwn(channels, kind);
}

/** The channel of a stored kind, its own types forgotten: configuration and secrets come out of its schemas. */
export function channelOf(kind: string): Channel | undefined {
  return isChannelKind(kind) ? channels[kind] : undefined;
}
