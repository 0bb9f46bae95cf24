import type { ModelStepBody, StepRow, ToolCall, ToolStepBody } from "@charla/domain/log";
import type { TurnLimits } from "@charla/domain/release";

export type Decision =
  | { do: "tools"; step: StepRow; pending: ToolCall[] }
  | { do: "model" }
  | { do: "stop"; reason: "steps" | "tokens" | "time" | "loop" };

/** The next move of a turn, from its journal alone: the same journal always gives the same move. */
export function decide(
  steps: readonly StepRow[],
  limits: TurnLimits,
  turn: { activeSince: number; tokens: number },
  now: number,
): Decision {
  const model = lastModelStep(steps);
  if (model && model.body.type === "model") {
    const pending = model.body.calls.filter((call) => !hasOutcome(call, steps));
    if (pending.length > 0) return { do: "tools", step: model, pending };
  }
  if (now - turn.activeSince > limits.maxTurnMs) return { do: "stop", reason: "time" };
  if (steps.length >= limits.maxSteps) return { do: "stop", reason: "steps" };
  if (turn.tokens >= limits.maxTurnTokens) return { do: "stop", reason: "tokens" };
  if (repeats(steps) > MAX_SAME_CALL) return { do: "stop", reason: "loop" };
  return { do: "model" };
}

export const MAX_SAME_CALL = 3;

function lastModelStep(steps: readonly StepRow[]): StepRow | undefined {
  return steps.findLast(
    (step) => step.body.type === "model" && step.state === "done" && step.body.purpose === "answer",
  );
}

function hasOutcome(call: ToolCall, steps: readonly StepRow[]): boolean {
  return steps.some((step) => step.body.type === "tool" && step.body.callId === call.id && step.state !== "started");
}

/** How often the busiest (tool, arguments) pair was asked for in this turn. */
export function repeats(steps: readonly StepRow[]): number {
  const counts = new Map<string, number>();
  let most = 0;
  for (const { body } of steps) {
    if (body.type !== "tool") continue;
    const count = (counts.get(signature(body)) ?? 0) + 1;
    counts.set(signature(body), count);
    most = Math.max(most, count);
  }
  return most;
}

export const signature = (call: Pick<ToolStepBody, "name" | "input">): string =>
  `${call.name} ${JSON.stringify(call.input)}`;

/** Failures of one model since the last move that worked. */
export function failedAttempts(steps: readonly StepRow[], ref: { provider: string; model: string }): number {
  let count = 0;
  for (const step of steps.toReversed()) {
    if (step.body.type !== "model") break;
    if (step.state !== "failed" && step.state !== "superseded") break;
    if (step.state === "failed" && isOfModel(step.body, ref)) count++;
  }
  return count;
}

export const isOfModel = (body: StepRow["body"], ref: { provider: string; model: string }): body is ModelStepBody =>
  body.type === "model" && body.provider === ref.provider && body.model === ref.model;
