import { MAX_SAME_CALL, signature } from "@charla/agent/decide";
import { ASKED_FOR_PERSON, HAND_OVER, handOverInput, toolsOf } from "@charla/agent/hand-over";
import { messageOf } from "@charla/domain/errors";
import { idempotencyKeyOf } from "@charla/domain/idempotency";
import type { StepRow, ToolCall, ToolStepBody } from "@charla/domain/log";
import type { Release, ResolvedTool } from "@charla/domain/release";
import type { ToolResult } from "@charla/domain/tool-call";
import type { Core } from "./core.ts";
import type { OpenTurn } from "./turn.ts";

const MAX_ATTEMPTS = 3;
/** The tools Worker keeps the deadline itself; this only catches a call that never comes back. */
const GRACE_MS = 2000;

type Planned = { row: StepRow; body: ToolStepBody; tool: ResolvedTool; again: boolean };

/**
 * Runs what the model asked for. Every call is written as started before it leaves and with its result before the next
 * model call; a call found started was interrupted, and its effect class decides whether it may be repeated.
 */
export async function runTools(
  core: Core,
  turn: OpenTurn,
  release: Release,
  step: StepRow,
  pending: ToolCall[],
): Promise<void> {
  const keys = await Promise.all(
    pending.map((call) =>
      idempotencyKeyOf({ turnId: turn.row.body.id, step: call.id, tool: call.name, input: call.input }),
    ),
  );
  const planned: Planned[] = [];
  for (const [index, call] of pending.entries()) {
    if (planned.length >= release.settings.limits.maxParallelTools) break;
    const ready = plan(core, turn, release, step, call, keys[index] ?? call.id);
    if (ready) planned.push(ready);
  }
  await Promise.all(planned.map((ready) => run(core, turn, ready)));
}

function plan(
  core: Core,
  turn: OpenTurn,
  release: Release,
  step: StepRow,
  call: ToolCall,
  key: string,
): Planned | null {
  const known = turn.steps.find((row) => row.body.type === "tool" && row.body.callId === call.id);
  const tool = toolsOf(release).find((candidate) => candidate.name === call.name);
  if (known && known.body.type === "tool" && tool) return resume(core, known, known.body, tool);
  const body: ToolStepBody = {
    n: turn.steps.length,
    type: "tool",
    callId: call.id,
    name: call.name,
    kind: tool?.kind ?? "unknown",
    effect: tool?.effect ?? "read",
    input: call.input,
    startedAt: core.now(),
    attempts: 1,
  };
  const refusal = refuse(turn, release, step, call, tool, core.head.epoch);
  const row: StepRow = {
    seq: core.log.reserve(),
    kind: "step",
    turn: turn.row.seq,
    key,
    state: refusal ? "failed" : "started",
    at: core.now(),
    body,
  };
  if (refusal) body.error = refusal;
  turn.steps.push(row);
  core.log.insert(row);
  return refusal || !tool ? null : { row, body, tool, again: false };
}

/** An interrupted call: harmless ones and keyed ones go again, an unsafe one is never repeated. */
function resume(core: Core, row: StepRow, body: ToolStepBody, tool: ResolvedTool): Planned | null {
  if (body.effect !== "unsafe") return { row, body, tool, again: true };
  settleUnknown(core, row, body, "The process stopped while the call was under way.");
  return null;
}

function refuse(
  turn: OpenTurn,
  release: Release,
  step: StepRow,
  call: ToolCall,
  tool: ResolvedTool | undefined,
  epoch: number,
): ToolStepBody["error"] {
  if (!tool) return { code: "UNKNOWN_TOOL", message: `There is no tool named ${call.name.slice(0, 64)}.` };
  if (step.body.type === "model" && step.body.epoch !== epoch)
    return { code: "SUPERSEDED", message: "The person wrote again before this was run." };
  if (turn.steps.length >= release.settings.limits.maxSteps)
    return { code: "TOO_MANY_STEPS", message: "This turn has used up its steps." };
  if (typeof call.input === "string") return { code: "INVALID_INPUT", message: "The arguments were not valid JSON." };
  const same = turn.steps.filter((row) => row.body.type === "tool" && signature(row.body) === signature(call)).length;
  if (same >= MAX_SAME_CALL)
    return { code: "REPEATED_CALL", message: "The same call was already made; use its result." };
  return undefined;
}

async function run(core: Core, turn: OpenTurn, { row, body, tool, again }: Planned): Promise<void> {
  if (tool.kind === HAND_OVER.kind) return askForPerson(core, turn, row, body);
  for (let repeat = again; ; repeat = true) {
    // The attempt is durable before the request leaves: the output gate holds the call until this write is on disk.
    if (repeat) {
      body.attempts++;
      core.log.update(row);
    }
    const result = await callTool(core, turn, row, body, tool);
    if (result.status === "unknown") return settleUnknown(core, row, body, result.message);
    if (result.status === "ok") {
      row.state = "done";
      body.output = result.output;
      body.ms = result.ms;
      return core.log.update(row);
    }
    if (result.retryable && body.effect !== "unsafe" && body.attempts < MAX_ATTEMPTS) continue;
    row.state = "failed";
    body.ms = result.ms;
    body.error = { code: result.code, message: result.message };
    return core.log.update(row);
  }
}

async function callTool(
  core: Core,
  turn: OpenTurn,
  row: StepRow,
  body: ToolStepBody,
  tool: ResolvedTool,
): Promise<ToolResult> {
  const started = core.now();
  try {
    const call = core.deps.tools.run({
      tenantId: core.key.tenantId,
      conversationId: core.head.id,
      turnId: turn.row.body.id,
      trackingId: turn.row.body.trackingId,
      name: tool.name,
      kind: tool.kind,
      config: tool.config,
      effect: tool.effect,
      input: body.input,
      idempotencyKey: row.key ?? body.callId,
      deadlineMs: tool.timeoutMs,
    });
    return await withDeadline(call, tool.timeoutMs + GRACE_MS);
  } catch (error) {
    const ms = core.now() - started;
    if (body.effect === "unsafe") return { status: "unknown", message: messageOf(error), ms };
    return { status: "error", code: "TOOL_UNAVAILABLE", message: messageOf(error), retryable: true, ms };
  }
}

async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer from the tool within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nobody may repeat it and the model is told so; a person has to look. */
function settleUnknown(core: Core, row: StepRow, body: ToolStepBody, message: string): void {
  row.state = "unknown";
  body.error = { code: "OUTCOME_UNKNOWN", message };
  core.log.update(row);
  core.head.handover = true;
  core.note({ type: "audit", what: "tool.unknown", detail: `${body.name}: ${message}` }, { turn: row.turn });
  core.saveHead();
}

/** One tick of the conversation's own: the flag, what the person is told, and the result. */
function askForPerson(core: Core, turn: OpenTurn, row: StepRow, body: ToolStepBody): void {
  const asked = handOverInput(body.input);
  row.state = asked === null ? "failed" : "done";
  if (asked === null) body.error = { code: "INVALID_INPUT", message: "Give a reason and a summary." };
  else {
    body.output = ASKED_FOR_PERSON;
    core.head.handover = true;
    core.note({ type: "handover", ...asked, turnId: turn.row.body.id }, { turn: turn.row.seq });
    core.saveHead();
  }
  body.ms = core.now() - body.startedAt;
  core.log.update(row);
}
