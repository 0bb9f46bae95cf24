import { retrieve } from "@charla/agent/rag/retrieve";
import type { RetrievalRequest, Retrieved } from "@charla/domain/knowledge";
import { findByPlace, findByWords } from "@charla/services/knowledge/find";
import { openKnowledge } from "./open.ts";
import { nearest } from "./vectors.ts";

/** Nobody waits longer than this for a list; the other one answers alone then. */
const PATIENCE_MS = 4000;

/** At most two queries of the tenant's database, whatever is found. */
export function searchKnowledge(env: AgentEnv, tenantId: string, request: RetrievalRequest): Promise<Retrieved> {
  const ctx = openKnowledge(env, tenantId);
  // Whoever asks first reports what is wrong with it.
  ctx.catch(() => undefined);
  return retrieve(
    {
      lexical: async (match, limit) => await soon(findByWords(await ctx, match, limit)),
      vector: (query, bases, limit) => soon(nearest(env, { tenantId, query, bases, limit })),
      chunksAt: async (places, bases) => await soon(findByPlace(await ctx, places, bases)),
      now: () => Date.now(),
    },
    request,
  );
}

async function soon<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("took too long")), PATIENCE_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
