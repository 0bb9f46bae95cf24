import type { Channel } from "./contract.ts";
import { http } from "./http.ts";
import { instagram } from "./instagram.ts";
import { messenger } from "./messenger.ts";
import { slack } from "./slack.ts";
import { telegram } from "./telegram.ts";
import { twilio } from "./twilio.ts";
import { webchat } from "./webchat.ts";
import { whatsapp } from "./whatsapp.ts";

/** Everything that knows of channels derives from these lines: routes, forms, OpenAPI, the contract suite. */
export const channels = { http, instagram, messenger, slack, telegram, twilio, webchat, whatsapp } satisfies Record<
  string,
  Channel
>;

export type ChannelKind = keyof typeof channels;

export const channelKinds = Object.keys(channels) as ChannelKind[];

export function isChannelKind(kind: string): kind is ChannelKind {
  return Object.hasOwn(channels, kind);
}

/** The channel of a stored kind, its own types forgotten: configuration and secrets come out of its schemas. */
export function channelOf(kind: string): Channel | undefined {
  return isChannelKind(kind) ? channels[kind] : undefined;
}
