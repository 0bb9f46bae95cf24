import { callIdOf } from "@charla/agent/transcript";
import { messageOf } from "@charla/domain/errors";
import { traitsOf } from "@charla/domain/known-models";
import type { ModelStepBody, StepRow, Usage } from "@charla/domain/log";
import type { ModelRef, Release } from "@charla/domain/release";
import type { ModelTool } from "@charla/domain/prompt";
import { ModelError, type ModelAnswer, type ModelRequest } from "@charla/models/contract";
import { costMicros, pricedBy, priceOf } from "@charla/models/prices";
import { callModel } from "@charla/models/registry";
import { estimateTokens } from "@charla/models/tokens";
import { writeModelCall } from "@charla/telemetry/metrics";
import type { ModelConnection } from "@charla/models/contract";
import type { Prompt } from "./build-prompt.ts";
import type { Core } from "./core.ts";
import { toolTokens } from "./fit.ts";
import type { OpenTurn } from "./turn.ts";

export type Call = {
  ref: ModelRef;
  connection: ModelConnection;
  attempt: number;
  prompt: Prompt;
  tools: ModelTool[];
  signal: AbortSignal;
  onText?: (delta: string) => void;
};

/** What a call without a whole answer has cost as far as can be told: the provider had the prompt, and wrote this much. */
export type Spent = { usage: Usage; costMicros: number };
/** `priced` names the table that the cost is from; nothing where nothing was asked. */
export type Outcome = { priced?: string } & (
  | { ok: true; answer: ModelAnswer }
  | { ok: false; error: ModelError; ms: number; spent?: Spent }
);

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
    tools: call.tools,
    maxOutputTokens: Math.min(limits.maxOutputTokens, traitsOf(call.connection.kind, call.ref.model).maxOutputTokens),
    signal: call.signal,
    timeouts: {
      totalMs: call.onText ? limits.modelTimeoutMs * 2 : limits.modelTimeoutMs,
      firstTokenMs: limits.modelTimeoutMs,
      idleMs: Math.min(20_000, limits.modelTimeoutMs),
    },
    ...(onText ? { onText } : {}),
  };
  const priced = pricedBy(call.connection, call.ref.model);
  let outcome: Outcome;
  try {
    outcome = { ok: true, priced, answer: await callModel(request, call.connection) };
  } catch (error) {
    const known = error instanceof ModelError ? error : new ModelError("invalid", messageOf(error), { cause: error });
    outcome = { ok: false, priced, error: known, ms: core.now() - started };
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
  call: Pick<Call, "ref" | "connection" | "prompt" | "tools">,
  release: Release,
): { tokens: number; micros: number } {
  const input = call.prompt.tokens + toolTokens(call.tools);
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
  call: Omit<Call, "connection" | "signal" | "tools">,
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
    ...(outcome.priced !== undefined && { priced: outcome.priced }),
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
