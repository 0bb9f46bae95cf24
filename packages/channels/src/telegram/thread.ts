import { Rejection } from "../http/event-fields.ts";
import type { Outgoing } from "../contract.ts";

/** Where a conversation lives: a chat, perhaps a topic of it, perhaps seen through a business account. */
export type Place = { chat: string; topic?: string; connection?: string };

/** `<chat>`, `<chat>:<topic>`, `<chat>@<business connection>`. */
const THREAD = /^(-?\d{1,16})(?::(\d{1,16}))?(?:@([\w-]{1,128}))?$/;
const CONNECTION = /^[\w-]{1,128}$/;
const CHAT = /^-?\d{1,16}$/;

export function threadOf({ chat, topic, connection }: Place): string {
  if (connection !== undefined && !CONNECTION.test(connection)) throw new Rejection("invalid_business_connection");
  return `${chat}${topic === undefined ? "" : `:${topic}`}${connection === undefined ? "" : `@${connection}`}`;
}

/** A group that became a supergroup has another id from then on; the contact carries the newest one. */
export function placeOf({ thread, contact }: Pick<Outgoing, "thread" | "contact">): Place | null {
  const [, chat, topic, connection] = THREAD.exec(thread) ?? [];
  if (chat === undefined) return null;
  return {
    chat: CHAT.test(contact.address) ? contact.address : chat,
    ...(topic !== undefined && { topic }),
    ...(connection !== undefined && { connection }),
  };
}

/** The same place in the chat of that id. */
export function threadAfter(thread: string, address: string): string | undefined {
  const [, chat, topic, connection] = THREAD.exec(thread) ?? [];
  if (chat === undefined || !CHAT.test(address)) return undefined;
  return threadOf({
    chat: address,
    ...(topic !== undefined && { topic }),
    ...(connection !== undefined && { connection }),
  });
}

export const isGroup = (chat: string): boolean => chat.startsWith("-");

/** Ids of messages are unique only within their chat. */
export const messageIdOf = (chat: string, id: string): string => `${chat}:${id}`;

/** The vendor's number of a message of this chat, where the id is that of one. */
export function numberIn(chat: string, externalId: string | undefined): number | undefined {
  if (externalId?.startsWith(`${chat}:`) !== true) return undefined;
  const number = Number(externalId.slice(chat.length + 1));
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The parameters that name the place in a call. */
export const placeParams = ({ chat, topic, connection }: Place): Record<string, unknown> => ({
  chat_id: Number(chat),
  ...(topic !== undefined && { message_thread_id: Number(topic) }),
  ...(connection !== undefined && { business_connection_id: connection }),
});
