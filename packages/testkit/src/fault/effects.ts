import type { Effect, ToolRequestSeen } from "../tool/server.ts";
import type { SentMessage } from "./ledger.ts";

/**
 * Twice under one key, or twice for one wish of a person: the second finds a key that was not the same when the call
 * was repeated, which a receiver that dedupes by key cannot see.
 */
export function effectsTwice(effects: readonly Effect[]): string[] {
  const counts = new Map<string, number>();
  for (const { path, key, ref } of effects) {
    for (const what of key === null ? [`${path} for ${ref}`] : [`${path} for ${ref}`, `${path} under ${key}`]) {
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
  }
  return [...counts].filter(([, count]) => count > 1).map(([what, count]) => `${what}: ${count}`);
}

/** A keyed effect may be repeated until it is certain, so it must have happened; an unsafe one may be given up, but only after a try. */
export function effectsMissing(
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
