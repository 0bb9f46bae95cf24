import { failedAttempts, isOfModel } from "@charla/agent/decide";
import type { StepRow } from "@charla/domain/log";
import type { ModelRef, Release } from "@charla/domain/release";
import { modelsFor } from "@charla/domain/task-models";
import type { OpenTurn } from "./turn.ts";

export type Chosen = { ref: ModelRef; attempt: number };

/** Who has to wait no longer than this waits; beyond it a fall-back answers, where there is one that need not wait. */
const PATIENCE_MS = 5000;

/**
 * The main model, then its fall-backs in their order; none when all have had their tries in a row. Where all that are
 * left have to rest, the one that rests shortest, and until when.
 */
export function chooseModel(
  turn: Pick<OpenTurn, "steps">,
  release: Pick<Release, "settings">,
  restsUntil: (ref: ModelRef) => number,
  now: number,
): (Chosen & { until: number }) | null {
  const usable = usableModels(turn, release).map((chosen) => ({ ...chosen, until: restsUntil(chosen.ref) }));
  const ready = usable.find(({ until }) => until <= now + PATIENCE_MS);
  return ready ?? usable.toSorted((a, b) => a.until - b.until)[0] ?? null;
}

function usableModels(turn: Pick<OpenTurn, "steps">, release: Pick<Release, "settings">): Chosen[] {
  const { limits } = release.settings;
  const usable: Chosen[] = [];
  for (const ref of modelsFor(release.settings, "answer")) {
    if (timeouts(turn, ref) >= MAX_TIMEOUTS) continue;
    const failures = failedAttempts(turn.steps, ref);
    const last = turn.steps.findLast(({ body }) => isOfModel(body, ref));
    if (failures < limits.modelAttempts && !(last && isHopeless(last))) usable.push({ ref, attempt: failures + 1 });
  }
  return usable;
}

/** A time-out costs the person more than any other failure: a model that is silent this often is not asked again. */
const MAX_TIMEOUTS = 3;

const timeouts = ({ steps }: Pick<OpenTurn, "steps">, ref: ModelRef): number =>
  steps.filter(({ state, body }) => state === "failed" && isOfModel(body, ref) && body.error?.class === "timeout")
    .length;

const HOPELESS = new Set(["auth", "invalid"]);

/** Asking the same model again would end the same way. */
export const isHopeless = (step: StepRow): boolean =>
  step.state === "failed" && step.body.type === "model" && HOPELESS.has(step.body.error?.class ?? "");
