/** What a client says of itself when it comes back: the official one repeats `pid` and `offset` by itself. */
export type Resumption = { pid: string; after: number };

const SESSION = /^([0-9a-f]{24})-(\d{1,15})$/;
const NUMBER = /^\d{1,15}$/;

const tagOf = (conversationId: string): string => conversationId.slice("cnv_".length, "cnv_".length + 24);

/**
 * The session's lasting name. It tells which conversation it is about, because the same client may come back as somebody
 * else, and where it began, because it may be cut off before it has seen anything.
 */
export const newPid = (conversationId: string, from: number): string => `${tagOf(conversationId)}-${from}`;

/** Null for a client that is new, or was in another conversation. */
export function resumptionOf(auth: Record<string, unknown>, conversationId: string): Resumption | null {
  const { pid, offset, after } = auth;
  const found = typeof pid === "string" ? SESSION.exec(pid) : null;
  if (typeof pid === "string" && found?.[1] === tagOf(conversationId)) {
    const seen = typeof offset === "string" && NUMBER.test(offset) ? Number(offset) : 0;
    return { pid, after: Math.max(seen, Number(found[2])) };
  }
  return typeof after === "number" && Number.isSafeInteger(after) && after >= 0
    ? { pid: newPid(conversationId, after), after }
    : null;
}
