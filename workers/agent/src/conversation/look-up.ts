import { queryOf, retrievalOf } from "@charla/agent/rag/query";
import { termsOf } from "@charla/agent/rag/words";
import { EMBEDDING, type Retrieved } from "@charla/domain/knowledge";
import type { StepRow } from "@charla/domain/log";
import type { Release } from "@charla/domain/release";
import { costMicros, embeddingPrice } from "@charla/models/prices";
import type { Core } from "./core.ts";
import type { HistoryCache } from "./history-cache.ts";
import { addUsage, persist, type OpenTurn } from "./turn.ts";

type Parts = { core: Core; history: HistoryCache; isOpen: (turn: OpenTurn) => boolean };

/** Whether the knowledge has to be asked before the model is. Agents without knowledge never come here. */
export const needsLookUp = (core: Core, turn: OpenTurn, release: Release): boolean =>
  release.settings.knowledge !== undefined && retrievalOf(turn.steps, core.head.epoch) === undefined;

/** One step of the journal: what was asked, what was found and how well. Repeating it after a crash costs nothing. */
export async function lookUp({ core, history, isOpen }: Parts, turn: OpenTurn, release: Release): Promise<void> {
  const { knowledge } = release.settings;
  if (knowledge === undefined) return;
  const { epoch } = core.head;
  const query = queryOf(turn.inbound, lastSaid(history, release));
  const found =
    termsOf(query).length === 0
      ? nothing(query)
      : await core.deps.knowledge(core.key.tenantId, { query, bases: knowledge.bases, limit: knowledge.passages });
  // Who wrote again, or took over, has made it worthless.
  if (!isOpen(turn) || core.head.epoch !== epoch) return;
  const usage = { input: found.tokens, output: 0, cached: 0 };
  const cost = costMicros(usage, embeddingPrice(EMBEDDING.model));
  const step: StepRow = {
    seq: core.log.reserve(),
    kind: "step",
    turn: turn.row.seq,
    key: null,
    state: "done",
    at: core.now(),
    body: { ...found, n: turn.steps.length, type: "retrieval", epoch, bases: knowledge.bases, costMicros: cost },
  };
  if (found.tokens > 0) addUsage(core, turn, usage, cost);
  turn.steps.push(step);
  persist(core, turn);
  core.log.insert(step);
  core.saveHead();
}

/** A greeting or a thank-you asks for nothing. */
const nothing = (query: string): Retrieved => ({ query, terms: [], passages: [], dropped: 0, ms: 0, tokens: 0 });

const lastSaid = (history: HistoryCache, release: Release): string =>
  history.window(release.settings.limits.historyTokens).items.findLast(({ role }) => role === "user")?.text ?? "";
