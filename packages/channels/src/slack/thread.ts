import { Rejection } from "../http/event-fields.ts";
import { textOf } from "../meta/json.ts";

/** Where a conversation lives: a direct message as a whole, or one thread of a channel or of a direct message. */
export type Place = { team: string; channel: string; threadTs?: string };

const ID = /^[A-Z0-9]{2,32}$/;
const TS = /^\d{1,12}\.\d{1,10}$/;

export function idOf(value: unknown, what: string): string {
  if (typeof value !== "string" || !ID.test(value)) throw new Rejection(`invalid_${what}`);
  return value;
}

export function tsOf(value: unknown, what: string): string {
  if (typeof value !== "string" || !TS.test(value)) throw new Rejection(`invalid_${what}`);
  return value;
}

export const optionalTs = (value: unknown): string | undefined => {
  const text = textOf(value);
  return text !== undefined && TS.test(text) ? text : undefined;
};

/** Slack's times are ids as well: seconds and a counter. */
export const timeOf = (ts: string): number => Math.trunc(Number(ts) * 1000);

/** Direct messages have ids that begin with a D. */
export const isDirect = (channel: string): boolean => channel.startsWith("D");

export const threadOf = ({ team, channel, threadTs }: Place): string =>
  threadTs === undefined ? `${team}:${channel}` : `${team}:${channel}:${threadTs}`;

export function placeOf(thread: string): Place | null {
  const [team = "", channel = "", threadTs, ...more] = thread.split(":");
  if (!ID.test(team) || !ID.test(channel) || more.length > 0) return null;
  if (threadTs !== undefined && !TS.test(threadTs)) return null;
  return { team, channel, ...(threadTs !== undefined && { threadTs }) };
}

export const messageIdOf = (channel: string, ts: string): string => `${channel}:${ts}`;
