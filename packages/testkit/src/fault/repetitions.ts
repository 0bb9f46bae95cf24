import type { Outside, Reply } from "./outside/outside.ts";

export type Repetition = Outside["repetition"];

/**
 * From the vendor's answer to its being stored here, and from the bytes in our socket to their being read there: so far
 * apart a death and a send may lie and the send still be in doubt.
 */
const DOUBT_MS = 1_000;

/** Replies that came again and may: harmless under their key, or because somebody died in the middle of sending them. */
export function repetitionsIn(replies: readonly Reply[], repetition: Repetition, kills: readonly number[]): Set<Reply> {
  const found = new Set<Reply>();
  if (repetition === "never") return found;
  const last = new Map<string, Reply>();
  for (const reply of replies) {
    const key = `${reply.account} ${reply.id}`;
    const before = last.get(key);
    last.set(key, reply);
    if (before === undefined) continue;
    if (repetition === "keyed" || kills.some((at) => diedSending(before, reply, at))) found.add(reply);
  }
  return found;
}

const diedSending = (before: Reply, again: Reply, killedAt: number): boolean =>
  killedAt >= before.at - DOUBT_MS &&
  killedAt <= (before.knownAt ?? before.endedAt ?? Number.POSITIVE_INFINITY) + DOUBT_MS &&
  killedAt <= again.at;
