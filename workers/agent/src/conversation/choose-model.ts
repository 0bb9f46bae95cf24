import { failedAttempts, isOfModel } from "@charla/agent/decide";
import type { StepRow } from "@charla/domain/log";
import type { ModelRef, Release } from "@charla/domain/release";
import { modelsFor } from "@charla/domain/task-models";
import type { OpenTurn } from "./turn.ts";

/** The main model, then its fall-backs in their order; none when all have had their tries in a row. */
export function chooseModel(turn: OpenTurn, release: Release): { ref: ModelRef; attempt: number } | null {
  const { limits } = release.settings;
  for (const ref of modelsFor(release.settings, "answer")) {
    if (timeouts(turn, ref) >= MAX_TIMEOUTS) continue;
    const failures = failedAttempts(turn.steps, ref);
    const last = turn.steps.findLast(({ body }) => isOfModel(body, ref));
    if (failures < limits.modelAttempts && !(last && isHopeless(last))) return { ref, attempt: failures + 1 };
  }
  return null;
}

/** A time-out costs the person more than any other failure: a model that is silent this often is not asked again. */
const MAX_TIMEOUTS = 3;

const timeouts = ({ steps }: OpenTurn, ref: ModelRef): number =>
  steps.filter(({ state, body }) => state === "failed" && isOfModel(body, ref) && body.error?.class === "timeout")
    .length;

const HOPELESS = new Set(["auth", "invalid"]);

/** Asking the same model again would end the same way. */
export const isHopeless = (step: StepRow): boolean =>
  step.state === "failed" && step.body.type === "model" && HOPELESS.has(step.body.error?.class ?? "");
