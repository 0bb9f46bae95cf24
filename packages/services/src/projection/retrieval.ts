import { EMBEDDING } from "@charla/domain/knowledge";
import type { RetrievalStepBody } from "@charla/domain/log";
import { aadOf } from "../vault/seal.ts";
import { sealWith } from "../vault/data-key.ts";
import type { Source, TableRows } from "./rows.ts";

/** A look-up among the steps, what its vector cost, and a gap where it found nothing although everything was asked. */
export async function collectRetrieval(
  rows: TableRows,
  { merged, row, version, place }: Source,
  body: RetrievalStepBody,
): Promise<void> {
  const { id, agentId } = merged.conversation;
  const seal = (field: string, text: string): Promise<string> =>
    sealWith(place.key, aadOf(place.tenantId, `${id}:${row.seq}`, field), text);
  const { query, terms, passages, dropped, degraded, bases, tokens, costMicros } = body;
  rows.steps.push([
    id,
    row.seq,
    row.turn,
    body.n,
    "retrieval",
    row.state,
    "knowledge",
    null,
    null,
    "read",
    1,
    passages.length > 0 ? "found" : "nothing",
    degraded === undefined ? null : `DEGRADED_${degraded.toUpperCase()}`,
    tokens,
    0,
    0,
    costMicros,
    body.ms,
    null,
    row.at,
    await seal("body", JSON.stringify({ query, terms, passages, dropped, bases })),
    version,
  ]);
  if (tokens > 0) {
    const day = new Date(row.at).toISOString().slice(0, 10);
    rows.usage.push([id, row.seq, day, agentId, "workers-ai", EMBEDDING.model, tokens, 0, 0, costMicros, version]);
  }
  if (passages.length === 0 && terms.length > 0 && degraded === undefined)
    rows.gaps.push([id, row.seq, row.turn, agentId, row.at, await seal("gap", query), version]);
}
