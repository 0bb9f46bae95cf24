import { toolsOf } from "@charla/agent/hand-over";
import { toMessages } from "@charla/agent/history";
import { systemPrompt, tellsTime } from "@charla/agent/prompt";
import { shownPassages } from "@charla/agent/rag/query";
import { traitsOf, type ModelKind } from "@charla/domain/known-models";
import type { PromptRef } from "@charla/domain/log";
import type { PromptMessage } from "@charla/domain/prompt";
import type { ModelRef, Release } from "@charla/domain/release";
import { estimateTokens } from "@charla/models/tokens";
import type { Core } from "./core.ts";
import { roomIn, shortened, textOf, toolTokens } from "./fit.ts";
import type { HistoryCache } from "./history-cache.ts";
import { joined, ownMessages } from "./own-messages.ts";
import { channelFor } from "./out-sender.ts";
import type { OpenTurn } from "./turn.ts";

export type Prompt = {
  system: string;
  messages: PromptMessage[];
  tokens: number;
  fromSeq: number;
  room?: NonNullable<PromptRef["room"]>;
  /** Where the moment is part of it. */
  at?: number;
};

let lastSystem = { text: "", tokens: 0 };
function systemTokens(text: string): number {
  if (lastSystem.text !== text) lastSystem = { text, tokens: estimateTokens(text) };
  return lastSystem.tokens;
}

/** As much as the agent's limits and the model's own size allow. */
export function buildPrompt(
  core: Core,
  history: HistoryCache,
  turn: OpenTurn,
  { release, ref, kind }: { release: Release; ref: ModelRef; kind: ModelKind },
): Prompt {
  const { limits } = release.settings;
  const at = core.now();
  const system = systemPrompt(release, {
    contact: core.head.contact,
    channelKind: core.head.channelKind,
    at,
    summary: core.head.summary?.text ?? null,
    manner: channelFor(core).manner,
    passages: shownPassages(turn.steps),
  });
  const fixed = systemTokens(system);
  const { each, all } = roomIn(traitsOf(kind, ref.model), limits, fixed + toolTokens(toolsOf(release)));
  const { items, tokens } = history.window(each);
  let own = ownMessages(turn.inbound, turn.steps, each);
  let ownTokens = tokensOf(own);
  const tooLong = tokens + ownTokens > all;
  if (tooLong) ownTokens = tokensOf((own = shortened(own, all - tokens)));
  const prompt = {
    system,
    messages: joined(toMessages(items), own),
    tokens: fixed + tokens + ownTokens,
    fromSeq: items[0]?.seq ?? 0,
    ...(tellsTime(release) && { at }),
  };
  if (!tooLong && each === limits.historyTokens) return prompt;
  return { ...prompt, room: { each, ...(tooLong ? { own: all - tokens } : {}) } };
}

const tokensOf = (messages: readonly PromptMessage[]): number =>
  messages.reduce((sum, message) => sum + estimateTokens(textOf(message)), 0);
