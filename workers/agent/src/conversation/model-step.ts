import { toolsOf } from "@charla/agent/hand-over";
import { toMessages } from "@charla/agent/history";
import { systemPrompt, tellsTime } from "@charla/agent/prompt";
import { shownPassages } from "@charla/agent/rag/query";
import { callIdOf } from "@charla/agent/transcript";
import { messageOf } from "@charla/domain/errors";
import { traitsOf, type ModelKind } from "@charla/domain/known-models";
import type { ModelStepBody, PromptRef, StepRow, Usage } from "@charla/domain/log";
import type { PromptMessage } from "@charla/domain/prompt";
import type { ModelRef, Release } from "@charla/domain/release";
import { ModelError, type ModelAnswer, type ModelRequest } from "@charla/models/contract";
import { costMicros, priceOf } from "@charla/models/prices";
import { callModel } from "@charla/models/registry";
import { estimateTokens } from "@charla/models/tokens";
import { writeModelCall } from "@charla/telemetry/metrics";
import type { ModelConnection } from "@charla/models/contract";
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

export type Call = {
  ref: ModelRef;
  connection: ModelConnection;
  attempt: number;
  prompt: Prompt;
  signal: AbortSignal;
  onText?: (delta: string) => void;
};

/** What a call without a whole answer has cost as far as can be told: the provider had the prompt, and wrote this much. */
export type Spent = { usage: Usage; costMicros: number };
export type Outcome = { ok: true; answer: ModelAnswer } | { ok: false; error: ModelError; ms: number; spent?: Spent };

/** A provider that is gone or whose key cannot be opened is as hopeless as one that refuses the key. */
export async function connect(core: Core, ref: ModelRef): Promise<ModelConnection | ModelError> {
  try {
    return await core.deps.connection(core.key.tenantId, ref);
  } catch (error) {
    return new ModelError("invalid", messageOf(error), { cause: error });
  }
}

export async function callOnce(core: Core, release: Release, call: Call): Promise<Outcome> {
  const { limits } = release.settings;
  const started = core.now();
  let written = "";
  const onText =
    call.onText &&
    ((delta: string): void => {
      written += delta;
      call.onText?.(delta);
    });
  const request: ModelRequest = {
    ref: call.ref,
    system: call.prompt.system,
    messages: call.prompt.messages,
    tools: toolsOf(release),
    maxOutputTokens: Math.min(limits.maxOutputTokens, traitsOf(call.connection.kind, call.ref.model).maxOutputTokens),
    signal: call.signal,
    timeouts: {
      totalMs: call.onText ? limits.modelTimeoutMs * 2 : limits.modelTimeoutMs,
      firstTokenMs: limits.modelTimeoutMs,
      idleMs: Math.min(20_000, limits.modelTimeoutMs),
    },
    ...(onText ? { onText } : {}),
  };
  let outcome: Outcome;
  try {
    outcome = { ok: true, answer: await callModel(request, call.connection) };
  } catch (error) {
    const known = error instanceof ModelError ? error : new ModelError("invalid", messageOf(error), { cause: error });
    outcome = { ok: false, error: known, ms: core.now() - started };
    if (wasWorkedOn(known, written)) outcome.spent = brokenOff(call, written);
  }
  measure(core, call.ref, outcome);
  return outcome;
}

function measure(core: Core, ref: ModelRef, outcome: Outcome): void {
  const { tenantId } = core.key;
  const { provider, model } = ref;
  const spent = outcome.ok
    ? {
        tokensIn: outcome.answer.usage.input,
        tokensOut: outcome.answer.usage.output,
        costMicros: outcome.answer.costMicros,
      }
    : {
        tokensIn: outcome.spent?.usage.input ?? 0,
        tokensOut: outcome.spent?.usage.output ?? 0,
        costMicros: outcome.spent?.costMicros ?? 0,
      };
  const { ms, firstTokenMs } = outcome.ok ? outcome.answer : { ms: outcome.ms, firstTokenMs: undefined };
  const result = outcome.ok ? outcome.answer.finish : outcome.error.class;
  writeModelCall(core.deps.metrics, {
    tenantId,
    provider,
    model,
    outcome: result,
    ms,
    firstTokenMs: firstTokenMs ?? ms,
    ...spent,
  });
}

/** Upper bound of what the call may spend, so that it can be reserved first. */
export function reservation(
  call: Pick<Call, "ref" | "connection" | "prompt">,
  release: Release,
): { tokens: number; micros: number } {
  const input = call.prompt.tokens + toolTokens(toolsOf(release));
  const usage = { input, output: release.settings.limits.maxOutputTokens, cached: 0 };
  return { tokens: usage.input + usage.output, micros: costMicros(usage, priceOf(call.connection, call.ref.model)) };
}

const WORKED_ON = new Set(["aborted", "timeout", "garbage"]);

/** Providers charge for what they began, whether or not anybody waited for the end; what they refused costs nothing. */
const wasWorkedOn = (error: ModelError, written: string): boolean =>
  error.status === undefined && (written !== "" || WORKED_ON.has(error.class));

function brokenOff(call: Call, written: string): Spent {
  const usage = { input: call.prompt.tokens, output: estimateTokens(written), cached: 0 };
  return { usage, costMicros: costMicros(usage, priceOf(call.connection, call.ref.model)) };
}

/** The journal row of a finished call. Calls get ids of our own making, unique in the conversation. */
export function stepRow(
  core: Core,
  turn: OpenTurn,
  call: Omit<Call, "connection" | "signal">,
  outcome: Outcome,
): StepRow {
  const seq = core.log.reserve();
  const base = {
    n: turn.steps.length,
    type: "model" as const,
    epoch: core.head.epoch,
    purpose: "answer" as const,
    provider: call.ref.provider,
    model: call.ref.model,
    attempt: call.attempt,
    prompt: {
      releaseId: turn.row.body.releaseId,
      summarySeq: core.head.summary?.upTo ?? 0,
      fromSeq: call.prompt.fromSeq,
      toSeq: seq - 1,
      steps: turn.steps.length,
      tokens: call.prompt.tokens,
      ...(call.prompt.room ? { room: call.prompt.room } : {}),
      ...(call.prompt.at !== undefined && { at: call.prompt.at }),
    },
  };
  const body: ModelStepBody = outcome.ok
    ? { ...base, ...answered(outcome.answer, seq) }
    : {
        ...base,
        text: "",
        calls: [],
        finish: "error",
        usage: outcome.spent?.usage ?? { input: 0, output: 0, cached: 0 },
        ...(outcome.spent ? { usageEstimated: true } : {}),
        costMicros: outcome.spent?.costMicros ?? 0,
        ms: outcome.ms,
        error: {
          class: outcome.error.class,
          message: outcome.error.message.slice(0, 500),
          ...(outcome.error.status === undefined ? {} : { status: outcome.error.status }),
        },
      };
  return {
    seq,
    kind: "step",
    turn: turn.row.seq,
    key: null,
    state: outcome.ok ? "done" : "failed",
    at: core.now(),
    body,
  };
}

function answered(
  answer: ModelAnswer,
  seq: number,
): Omit<ModelStepBody, "n" | "type" | "epoch" | "purpose" | "provider" | "model" | "attempt" | "prompt"> {
  const { text, finish, usage, usageEstimated, costMicros, ms, firstTokenMs } = answer;
  const calls = answer.calls.map((call, index) => ({ ...call, id: callIdOf(seq, index) }));
  return {
    text,
    calls,
    finish,
    usage,
    costMicros,
    ms,
    ...(usageEstimated ? { usageEstimated } : {}),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
  };
}
