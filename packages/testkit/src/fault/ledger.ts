import type { Callback } from "../integrator/server.ts";
import type { Effect, ToolRequestSeen } from "../tool/server.ts";
import type { Wish } from "./script.ts";

export type SentMessage = {
  account: string;
  conversation: string;
  n: number;
  id: string;
  wish: Wish;
  acceptedAt?: number;
};

export type Ledgers = {
  sent: readonly SentMessage[];
  callbacks: readonly Callback[];
  effects: readonly Effect[];
  toolRequests: readonly ToolRequestSeen[];
};

export type Verdict = {
  acknowledged: number;
  replies: number;
  repeatedCallbacks: number;
  lost: string[];
  answeredTwice: string[];
  outOfOrder: string[];
  effectsTwice: string[];
  effectsMissing: string[];
  unprompted: string[];
};

/** What the stand-ins saw, held against what was promised. Nothing in here was counted by the system under test. */
export function judge({ sent, callbacks, effects, toolRequests }: Ledgers): Verdict {
  const first = callbacks.filter((callback) => callback.repeat === 0);
  const replies = repliesByMessage(first);
  const known = new Set(sent.map((message) => message.id));
  const acknowledged = sent.filter((message) => message.acceptedAt !== undefined);
  return {
    acknowledged: acknowledged.length,
    replies: first.length,
    repeatedCallbacks: callbacks.length - first.length,
    lost: acknowledged.filter((message) => !replies.has(message.id)).map((message) => message.id),
    answeredTwice: [...replies].filter(([id, ids]) => known.has(id) && ids.length > 1).map(([id]) => id),
    outOfOrder: inversions(first.filter(({ payload }) => payload.inReplyTo.every((id) => known.has(id)))),
    effectsTwice: effectsTwice(effects),
    effectsMissing: effectsMissing(acknowledged, effects, toolRequests),
    unprompted: first
      .filter((callback) => callback.payload.inReplyTo.every((id) => !known.has(id)))
      .map((callback) => callback.webhookId),
  };
}

/** Message of the person → webhook ids of the replies that name it, once for every time it is named. */
export function repliesByMessage(callbacks: readonly Callback[]): Map<string, string[]> {
  const replies = new Map<string, string[]>();
  for (const { payload, webhookId } of callbacks) {
    for (const id of payload.inReplyTo) replies.set(id, [...(replies.get(id) ?? []), webhookId]);
  }
  return replies;
}

const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf("-") + 1));

function inversions(callbacks: readonly Callback[]): string[] {
  const last = new Map<string, number>();
  const found: string[] = [];
  for (const { account, payload } of callbacks) {
    const thread = `${account} ${payload.conversation}`;
    for (const id of payload.inReplyTo) {
      const n = numberOf(id);
      if (n <= (last.get(thread) ?? -1)) found.push(`${id} after ${last.get(thread)}`);
      else last.set(thread, n);
    }
  }
  return found;
}

/**
 * Twice under one key, or twice for one wish of a person: the second finds a key that was not the same when the call
 * was repeated, which a receiver that dedupes by key cannot see.
 */
function effectsTwice(effects: readonly Effect[]): string[] {
  const counts = new Map<string, number>();
  for (const { path, key, ref } of effects) {
    for (const what of key === null ? [`${path} for ${ref}`] : [`${path} for ${ref}`, `${path} under ${key}`]) {
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
  }
  return [...counts].filter(([, count]) => count > 1).map(([what, count]) => `${what}: ${count}`);
}

/** A keyed effect may be repeated until it is certain, so it must have happened; an unsafe one may be given up, but only after a try. */
function effectsMissing(
  sent: readonly SentMessage[],
  effects: readonly Effect[],
  requests: readonly ToolRequestSeen[],
): string[] {
  const done = new Set(effects.map(({ path, ref }) => `${path} ${ref}`));
  const tried = new Set(requests.map(({ path, ref }) => `${path} ${ref}`));
  return sent
    .filter(({ wish, conversation, n }) => {
      const ref = `m:${conversation}-${n}`;
      return (wish === "keyed" && !done.has(`keyed ${ref}`)) || (wish === "read" && !tried.has(`read ${ref}`));
    })
    .map(({ id, wish }) => `${wish} for ${id}`);
}
