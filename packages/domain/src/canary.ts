/**
 * A release that only a share of the conversations has. `version` grows with every change of an agent's canaries, so that
 * what is told twice or late changes nothing; at a share of 0 it is over.
 */
export type GateCanary = { version: number; releaseId: string; percent: number };

const BUCKETS = 10_000;

/**
 * The same conversation is always on the same side of the same release: one that has it keeps it while the share grows.
 * Another release draws other conversations.
 */
export function isInCanary({ releaseId, percent }: GateCanary, conversationId: string): boolean {
  return bucketOf(`${releaseId}:${conversationId}`) < (percent / 100) * BUCKETS;
}

/** FNV-1a, and a finish that spreads texts which differ in their last characters only. */
function bucketOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % BUCKETS;
}

type Pointers = { releases: Record<string, string>; canaries: Record<string, GateCanary> };

export function releaseFor({ releases, canaries }: Pointers, agentId: string, conversationId: string): string | null {
  const canary = canaries[agentId];
  if (canary !== undefined && isInCanary(canary, conversationId)) return canary.releaseId;
  return releases[agentId] ?? null;
}
